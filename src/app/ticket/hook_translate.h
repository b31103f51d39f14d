/* hook_translate.h: from each help desk's own JSON to the one form of a ticket that
 * `POST /v1/tickets` takes.
 *
 * Pure functions over JSON; nothing is stored or redacted here. What a desk does not say is left
 * out: the store keeps what it knew. */
#ifndef DEFLECT_APP_HOOK_TRANSLATE_H
#define DEFLECT_APP_HOOK_TRANSLATE_H

#include "app/ticket/hook_signature.h"
#include "base/json.h"

#include <stdbool.h>

/* Translates PAYLOAD, sent by DESK as EVENT (header; NULL: none) and received at NOW_MS, which
 * stands for the time of replies that have none. STATES (config `hook_states`, may be NULL) are entries
 * "desk.state=status" that replace or add to the desk's own map ("zendesk.hold=solved").
 * *RET: a ticket as in the contract, where all but `id` may be missing, with `desk` added; NULL where the delivery tells of no ticket (a ping, an internal note).
 * Owns: the caller. Errors: UNPROCESSABLE naming the field that is missing or wrong, OUT_OF_MEMORY.
 */
enum status hook_translate(const struct hook_desk *desk, const char *event, const json_t *payload,
                           char *const *states, int64_t now_ms, json_t **ret, struct error *err);

/* The contract's name for the state STATE of DESK ("resolved" → "solved", any case), after STATES;
 * NULL where it is not known. Borrowed. */
const char *hook_state(const struct hook_desk *desk, const char *state, char *const *states);

#endif
