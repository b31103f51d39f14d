/* ticket_read.h: a ticket from JSON, as `POST /v1/tickets` and hooks bring it: checked, cut, redacted. */
#ifndef DEFLECT_APP_TICKET_READ_H
#define DEFLECT_APP_TICKET_READ_H

#include "base/json.h"
#include "store/ticket.h"

/* What a ticket's JSON says. */
struct ticket_report {
    struct ticket ticket; /* redacted; what was not given is NULL, -1 or zero */
    bool has_status;
    bool has_created;
    char *spoken; /* the agent's replies as written, for the addresses in them; NULL: none */
};
void ticket_report_done(struct ticket_report *report);
#define _cleanup_ticket_report_ _cleanup_(ticket_report_done)

/* Reads OBJECT. COMPLETE: `subject`, `body`, `status` and `created` must be there; `id` always.
 * Personal data is taken out of every text, the contact becomes a hash under STORE's key. Errors:
 * UNPROCESSABLE naming the field, OUT_OF_MEMORY. */
enum status ticket_read(const struct store *store, const json_t *object, bool complete,
                        struct ticket_report *ret, struct error *err);

#endif
