/* alerts.h: what a team wants to be told of without looking, each once.
 *
 *   digest  the week, from Monday on
 *   spike   a topic of tickets that spikes (measure/topics.h), in the last 28 days
 *   edit    an article after whose edit more readers wrote (app/report/tasks.h, kind check)
 *   flow    more tickets in than out, three whole days running
 *
 * They go to config `alert_url`: by HTTP as JSON {"text","kind","alert"}, which receivers made for
 * Slack take, or by mail. What was sent stands in the database, for 60 days. */
#ifndef DEFLECT_APP_ALERTS_H
#define DEFLECT_APP_ALERTS_H

#include "app/service.h"
#include "base/json.h"

#include <stdatomic.h>

/* True for the name of a kind. */
bool alerts_kind_valid(struct slice name);

/* [{"alert","kind","text","sent"}]: those that hold now, of the kinds in config `alerts`. `alert`
 * names one for good. Errors: those of the reports. Owns: the caller. */
enum status service_alerts_json(struct service *service, json_t **ret, struct error *err);

/* Sends what was not sent yet; *RET_COUNT (may be NULL): how many. Without `alert_url` nothing
 * happens. STOP (may be NULL): see sender.h. Errors: those of the sender; what came before was
 * sent, and the rest is tried again with the next call. */
enum status service_send_alerts(struct service *service, const atomic_bool *stop,
                                size_t *ret_count, struct error *err);

#endif
