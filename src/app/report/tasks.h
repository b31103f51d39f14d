/* tasks.h: what a writer should write, fix, check or read again now, and what writers decided about
 * it; from the reports of the last 30 days.
 *
 * Kinds, and what `tickets` (how much each is worth) means:
 *   fix     an article whose readers wrote more often than usual: its excess tickets, 1 or more
 *   check   an edit after which more readers wrote than among articles that nobody edited: the lower
 *           bound of that difference times its readers since
 *   write   a gap: the tickets it cost
 *   flag    what an agent said of an article, or is missing: 1
 *   review  an article whose review is due: 0. Due is what its `review_every` or the configuration's
 *           says; without one, each quarter for the 20 articles most often read in the last one
 *
 * A task that was taken, postponed or dismissed is not open. It is again once its figure has
 * changed clearly since: half as many tickets more, and at least 3 (a taken one stays taken); and
 * what was postponed, after four weeks. */
#ifndef DEFLECT_APP_TASKS_H
#define DEFLECT_APP_TASKS_H

#include "app/report/report_set.h"
#include "base/json.h"

/* {"from","to","tasks":[{"task","kind","state","title","article","tickets","about",…}]}, by tickets,
 * the most first; of STATE ("open", "taken", "postponed", "dismissed"; NULL: any). `task` names it
 * from day to day: "fix:reset-password"; `about` holds what its kind is made of. Errors:
 * UNPROCESSABLE (no such state), those of the reports. Owns: the caller, here and below. */
enum status service_tasks_json(struct service *service, const char *state, json_t **ret,
                               struct error *err);

/* The same, from the reports of REPORTS. */
enum status tasks_from_reports(struct report_set *reports, const char *state, json_t **ret,
                               struct error *err);

/* Sets `state` of TASK as OBJECT says; WHO did it. A flag's own state follows, and its agent
 * reads `answer` where OBJECT has one. *RET: the task as it is now. Errors: UNPROCESSABLE, NOT_FOUND
 * (no such task now), those of the store. */
enum status service_mark_task(struct service *service, const char *task, const json_t *object,
                              const char *who, json_t **ret, struct error *err);

#endif
