/* ticket_ingest.h: a ticket comes in, from a program, a hook or a file, or changes.
 *
 * One request is counted once: a ticket with the `ref` or session of a widget's `ticket` event, or of
 * the same contact within 15 minutes of it, is that same one; any other of a contact or session
 * becomes a `ticket` event of its own, which closes the visitor's episode. Articles in the agent's
 * replies are links. */
#ifndef DEFLECT_APP_TICKET_INGEST_H
#define DEFLECT_APP_TICKET_INGEST_H

#include "app/service.h"
#include "base/json.h"
#include "store/ticket.h"

enum ticket_origin {
    TICKET_NEW,    /* whole, from the API: what it says holds from now on */
    TICKET_CHANGE, /* some fields, from the API; the ticket must be known */
    TICKET_HOOK,   /* whatever the desk says; may arrive late and out of order */
    TICKET_FILE,   /* a past one: it closes no episode */
};

struct ticket_outcome {
    char *id;     /* as stored */
    bool created; /* it was not known */
    size_t links; /* articles found in the agent's replies */
};
void ticket_outcome_done(struct ticket_outcome *outcome);
#define _cleanup_ticket_outcome_ _cleanup_(ticket_outcome_done)

/* Takes in OBJECT (the contract's fields of a ticket). AGENT is who sent it, for links in replies of
 * a ticket that names none; may be NULL. Errors: UNPROCESSABLE naming the field, NOT_FOUND (a change
 * of an unknown ticket), UNAVAILABLE, IO, OUT_OF_MEMORY. */
enum status service_take_ticket(struct service *service, const json_t *object,
                                enum ticket_origin origin, const char *agent,
                                struct ticket_outcome *ret, struct error *err);

/* The ticket that ID names: as stored, with or without the prefix of a desk. Errors: NOT_FOUND. */
enum status service_find_ticket(struct service *service, const char *id, struct ticket *ret,
                                struct error *err);

#endif
