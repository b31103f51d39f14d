/* api_flags.c: /v1/agent/flags and /v1/flags: what agents say about articles. */
#include "http/api/api.h"

#include "app/agent/flags.h"
#include "base/str.h"

/* Agents are told apart by the name of their token; one without is known by its id. */
static const char *agent_of(const struct request *request)
{
    return *request->token.name ? request->token.name : request->token.id;
}

enum status api_flags_post(struct request *request, struct error *err)
{
    _cleanup_json_ json_t *body = NULL;
    json_t *flag = NULL;
    enum status status = request_json(request, &body, err);
    if (!status)
        status = service_add_flag(request->service, body, agent_of(request), &flag, err);
    return status ? status : reply_json(request, 201, flag, err);
}

enum status api_flags_get(struct request *request, struct error *err)
{
    bool mine = str_equal(request_param(request, "mine"), "1");
    json_t *flags = NULL;
    enum status status = service_flags_json(request->service, request_param(request, "state"),
                                            mine ? agent_of(request) : NULL, &flags, err);
    return status ? status : reply_json(request, 200, flags, err);
}

enum status api_flags_patch(struct request *request, struct error *err)
{
    _cleanup_json_ json_t *body = NULL;
    json_t *flag = NULL;
    enum status status = request_json(request, &body, err);
    if (!status)
        status = service_change_flag(request->service, request->rest, body, &flag, err);
    return status ? status : reply_json(request, 200, flag, err);
}
