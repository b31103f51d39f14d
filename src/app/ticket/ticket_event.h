/* ticket_event.h: a desk's ticket among the visitors' events. */
#ifndef DEFLECT_APP_TICKET_EVENT_H
#define DEFLECT_APP_TICKET_EVENT_H

#include "app/service.h"
#include "store/ticket.h"

/* The widget's `ticket` event that TICKET is the same request as. */
struct ticket_twin {
    char *session, *event; /* NULL: there is none */
    int64_t at_ms;
};
void ticket_twin_done(struct ticket_twin *twin);
#define _cleanup_ticket_twin_ _cleanup_(ticket_twin_done)

/* Looks for it: by the ticket's id, its ref, its session, or its contact within 15 minutes, unless
 * another ticket of the contact was that one already. Errors: those of the store. */
enum status ticket_find_twin(struct service *service, const struct ticket *ticket,
                             struct ticket_twin *ret, struct error *err);

/* Writes the ticket's own event where TWIN has none and its contact or session is known; takes the
 * event back where the ticket is merged or spam. Doing so twice adds nothing. */
enum status ticket_write_event(struct service *service, const struct ticket *ticket,
                               const struct ticket_twin *twin, struct error *err);

#endif
