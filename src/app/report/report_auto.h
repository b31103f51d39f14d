/* report_auto.h: what automatic replies came to: a source of its own in the deflection report. */
#ifndef DEFLECT_APP_REPORT_AUTO_H
#define DEFLECT_APP_REPORT_AUTO_H

#include "app/service.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/json.h"

/* A reply is open, and in no rate, until this has passed since it: customers answer mail slowly. */
#define REPORT_AUTO_SETTLED_MS (7 * MS_PER_DAY)

/* Of replies sent (or held out) in FROM_MS <= at < TO_MS, as the API has it:
 * {"sent","held_out","open","failed", "came_back","needed_person":{"sent","holdout","lift"}}.
 * `came_back`: the customer wrote again; `needed_person`: that, or an agent answered; `lift`:
 * holdout − sent, Newcombe's interval. Merged tickets and spam are left out. Owns: the caller.
 * Errors: those of the store. */
enum status report_auto_reply(struct service *service, int64_t from_ms, int64_t to_ms, json_t **ret,
                              struct error *err);

/* The same in plain words; nothing where there were none. */
void report_auto_reply_words(const json_t *auto_reply, struct buf *out);

#endif
