/* report_tickets.h: the help desk's tickets as reports take them: with the articles that answered
 * them, without what counts nowhere. */
#ifndef DEFLECT_APP_REPORT_TICKETS_H
#define DEFLECT_APP_REPORT_TICKETS_H

#include "app/service.h"
#include "store/ticket.h"

/* Called with each ticket; ARTICLE: the one with which it was answered first, NULL where with none.
 * All borrowed. False stops everything: memory is short. */
typedef bool report_ticket_fn(void *arg, const struct ticket *ticket, const char *article);

/* Hands every ticket created in FROM_MS <= t < TO_MS to EACH, oldest first, merged ones and spam
 * left out. *RET_COUNT (may be NULL): how many. */
enum status report_each_ticket(struct service *service, int64_t from_ms, int64_t to_ms,
                               report_ticket_fn *each, void *arg, size_t *ret_count,
                               struct error *err);

#endif
