/* record.h: events in: validated, marked, redacted, queued, acknowledged when on disk. */
#ifndef DEFLECT_APP_RECORD_H
#define DEFLECT_APP_RECORD_H

#include "app/suggest.h"

/* Called once, on another thread, when the batch is on disk or has failed; RESPONSE is the JSON body
 * to send ({"accepted":N,"rejected":[…]}), owned by the callee, NULL on failure. */
typedef void record_done_fn(void *arg, enum status status, char *response);

/* Takes the envelope {"session","contact"?,"events":[…]} as parsed. Returns STATUS_OK when DONE was
 * or will be called; otherwise DONE is never called. Errors: UNPROCESSABLE (bad envelope, names the
 * field), UNAVAILABLE (queue full: 503). */
enum status service_record(struct service *service, const json_t *envelope,
                           const struct visitor *visitor, record_done_fn *done, void *arg,
                           struct error *err);

/* Queues one event of the server's own making: `session`, `type` and the type's fields set by the
 * caller, the rest by this function. Takes over what EVENT holds and empties it, also on failure.
 * Errors: UNAVAILABLE, OUT_OF_MEMORY. */
enum status service_record_event(struct service *service, struct event *event, struct error *err);

#endif
