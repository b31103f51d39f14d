/* ticket_way.h: what a customer did before a ticket: searched, was shown, read, voted. */
#ifndef DEFLECT_APP_TICKET_WAY_H
#define DEFLECT_APP_TICKET_WAY_H

#include "app/service.h"
#include "store/ticket.h"

/* The way to TICKET in order, as the API's list of steps {at, type, article, query, results, ms, value,
 * comment}: of its session, else of its contact, back to the last pause of config `window`; reads of
 * one article are one step, with their time together, in the place of its view. *RET_READ: the
 * articles that were open, [{article, ms}]. Owns: the caller, both. Errors: those of the store. */
enum status ticket_way(struct service *service, const struct ticket *ticket, json_t **ret,
                       json_t **ret_read, struct error *err);

#endif
