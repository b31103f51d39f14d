/* ticket_view.h: a ticket as an agent sees it: the customer's way, what is like it, advice. */
#ifndef DEFLECT_APP_TICKET_VIEW_H
#define DEFLECT_APP_TICKET_VIEW_H

#include "app/service.h"
#include "base/json.h"

/* The ticket ID as the API's object. A ticket that only a visitor's event tells of is shown too.
 * Errors: NOT_FOUND. Owns: the caller, here and below. */
enum status service_ticket_json(struct service *service, const char *id, json_t **ret,
                                struct error *err);

/* {"tickets":[…]}: past tickets like the ticket ID, or like TEXT where ID is NULL, with the articles
 * that they were answered with. Errors: NOT_FOUND. */
enum status service_similar_json(struct service *service, const char *id, struct slice text,
                                 json_t **ret, struct error *err);

#endif
