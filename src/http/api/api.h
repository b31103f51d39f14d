/* api.h: handlers of the JSON API, one file a group of endpoints; routes.c gives each its address. */
#ifndef DEFLECT_HTTP_API_H
#define DEFLECT_HTTP_API_H

#include "http/request.h"

/* api_suggest.c */
enum status api_suggest_get(struct request *request, struct error *err);
enum status api_suggest_post(struct request *request, struct error *err);

/* api_events.c */
enum status api_events_post(struct request *request, struct error *err);

/* api_articles.c */
enum status api_articles_list(struct request *request, struct error *err);
enum status api_articles_get(struct request *request, struct error *err);

/* api_reports.c */
enum status api_reports_get(struct request *request, struct error *err);
enum status api_reports_get_article(struct request *request, struct error *err);

/* api_tasks.c */
enum status api_tasks_get(struct request *request, struct error *err);
enum status api_tasks_patch(struct request *request, struct error *err);

/* api_agent.c */
enum status api_agent_search(struct request *request, struct error *err);
enum status api_agent_link(struct request *request, struct error *err);
enum status api_agent_unlink(struct request *request, struct error *err);
enum status api_agent_ticket(struct request *request, struct error *err);
enum status api_agent_similar(struct request *request, struct error *err);
enum status api_agent_draft(struct request *request, struct error *err);

/* api_flags.c */
enum status api_flags_post(struct request *request, struct error *err);
enum status api_flags_get(struct request *request, struct error *err);
enum status api_flags_patch(struct request *request, struct error *err);

/* api_tickets.c, api_hooks.c */
enum status api_tickets_post(struct request *request, struct error *err);
enum status api_tickets_patch(struct request *request, struct error *err);
enum status api_hooks_post(struct request *request, struct error *err);

/* api_health.c */
enum status api_health_alive(struct request *request, struct error *err);
enum status api_health_ready(struct request *request, struct error *err);
enum status api_health_metrics(struct request *request, struct error *err);

/* files.c: what articles link: images and PDF */
enum status files_get(struct request *request, struct error *err);

#endif
