/* api_tasks.c: /v1/tasks: what a writer should do now, and what writers decided about it. */
#include "http/api/api.h"

#include "app/report/tasks.h"

enum status api_tasks_get(struct request *request, struct error *err)
{
    json_t *tasks = NULL;
    enum status status =
        service_tasks_json(request->service, request_param(request, "state"), &tasks, err);
    return status ? status : reply_json(request, 200, tasks, err);
}

enum status api_tasks_patch(struct request *request, struct error *err)
{
    _cleanup_json_ json_t *body = NULL;
    const char *who = *request->token.name ? request->token.name : request->token.id;
    json_t *task = NULL;
    enum status status = request_json(request, &body, err);
    if (!status)
        status = service_mark_task(request->service, request->rest, body, who, &task, err);
    return status ? status : reply_json(request, 200, task, err);
}
