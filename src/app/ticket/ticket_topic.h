/* ticket_topic.h: which of the present topics a ticket is about. */
#ifndef DEFLECT_APP_TICKET_TOPIC_H
#define DEFLECT_APP_TICKET_TOPIC_H

#include "app/service.h"
#include "base/json.h"
#include "store/ticket.h"

/* Sets *RET to {"topic","label","confidence"} of the topics report of the last 30 days: of
 * the topics with three tickets or more the one most of whose words this ticket has, and at least
 * three in five; confidence is that share. JSON null: none. Owns: the caller. Errors: as
 * service_report. */
enum status ticket_topic(struct service *service, const struct ticket *ticket, json_t **ret,
                         struct error *err);

#endif
