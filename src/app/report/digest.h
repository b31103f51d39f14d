/* digest.h: a week in brief, from the same reports as everything else: how many requests were
 * answered, what to do, what changed, and what the figures cannot say. */
#ifndef DEFLECT_APP_DIGEST_H
#define DEFLECT_APP_DIGEST_H

#include "app/service.h"
#include "base/buf.h"

enum digest_format { DIGEST_TEXT, DIGEST_MARKDOWN, DIGEST_HTML };
bool digest_format_parse(const char *name, enum digest_format *ret);

/* Appends the digest of the seven UTC days before TO_MS (the start of a day) to OUT; HTML is a whole
 * document without anything to load, fit for a mail. What there is to do is as of now. Errors: those
 * of the reports, OUT_OF_MEMORY. */
enum status service_digest(struct service *service, int64_t to_ms, enum digest_format format,
                           struct buf *out, struct error *err);

/* Why TASK (app/report/tasks.h) should be done, in English: "asked 72 times, 27 tickets, …". */
void digest_task_why(const json_t *task, struct buf *out);

#endif
