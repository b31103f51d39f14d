/* api_agent.c: /v1/agent: search, links, drafts and tickets, for whoever answers customers. */
#include "http/api/api.h"

#include "app/agent/draft.h"
#include "app/agent/link_learn.h"
#include "app/ticket/ticket_ingest.h"
#include "app/ticket/ticket_view.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/str.h"

enum { RESULTS = 8 };

static enum status check_query(const char *query, struct error *err)
{
    if (query && strlen(query) > LIMIT_QUERY)
        return error_set(err, STATUS_UNPROCESSABLE, "parameter q is over %d bytes", LIMIT_QUERY);
    return STATUS_OK;
}

enum status api_agent_search(struct request *request, struct error *err)
{
    const char *query = request_param(request, "q"), *id = request_param(request, "ticket");
    _cleanup_ticket_ struct ticket ticket = {.id = NULL};
    struct suggest_request ask = {.final = true, .agents = true, .place = PLACE_SEARCH, .ticket = id};
    int64_t limit = RESULTS;
    enum status status = check_query(query, err);
    if (!status)
        status = request_number(request, "limit", 1, LIMIT_RESULTS, RESULTS, &limit, err);
    if (!status)
        status = request_lang(request, &ask.lang, err);
    if (!status && !query && id) {
        status = service_find_ticket(request->service, id, &ticket, err);
        status = status == STATUS_NOT_FOUND ? STATUS_OK : status;
    }
    if (status)
        return status;
    ask.limit = (size_t)limit;
    ask.subject = query ? slice_of(query) : slice_of(ticket.subject);
    if (!query)
        ask.body = slice_of(ticket.body);
    return service_suggest(request->service, &ask, reply_begin(request, 200, "application/json"),
                           err);
}

/* ---- Links ---- */

/* The field FIELD of the body, else the parameter of that name; copied, for it must be a C string. */
static enum status need_text(struct request *request, const json_t *body, const char *field,
                             size_t most, char **ret, struct error *err)
{
    struct slice text = {NULL, 0};
    enum status status = body ? json_read_string(body, field, &text, err) : STATUS_OK;
    if (status)
        return status;
    if (!text.ptr)
        text = slice_of(request_param(request, field));
    text = slice_trim(text);
    if (text.length == 0)
        return error_set(err, STATUS_UNPROCESSABLE, "field %s is missing", field);
    if (text.length > most)
        return error_set(err, STATUS_UNPROCESSABLE, "field %s is over %zu bytes", field, most);
    *ret = mem_strndup(text.ptr, text.length);
    return *ret ? STATUS_OK : error_memory(err);
}

static enum status read_optional(const json_t *body, const char *field, size_t most, char **ret,
                                 struct error *err)
{
    struct slice text;
    enum status status = json_read_string(body, field, &text, err);
    if (status || text.length == 0)
        return status;
    if (text.length > most)
        return error_set(err, STATUS_UNPROCESSABLE, "field %s is over %zu bytes", field, most);
    *ret = mem_strndup(text.ptr, text.length);
    return *ret ? STATUS_OK : error_memory(err);
}

enum status api_agent_link(struct request *request, struct error *err)
{
    _cleanup_json_ json_t *body = NULL;
    _cleanup_free_ char *ticket = NULL, *article = NULL, *agent = NULL, *text = NULL;
    struct link link = {.at_ms = clock_now_ms()};
    bool created = false;
    enum status status;
    if ((status = request_json(request, &body, err)) ||
        (status = need_text(request, body, "ticket", LIMIT_TICKET_ID, &ticket, err)) ||
        (status = need_text(request, body, "article", LIMIT_ID, &article, err)) ||
        (status = read_optional(body, "agent", LIMIT_TICKET_NAME, &agent, err)) ||
        (status = read_optional(body, "text", LIMIT_HTTP_BODY_LARGE, &text, err)))
        return status;
    link.ticket = ticket;
    link.article = article;
    link.agent = agent ? agent : request->token.id;
    link.text = text;
    status = service_add_link(request->service, &link, &created, err);
    if (status)
        return status;
    return reply_json(request, created ? 201 : 200,
                      json_pack("{s:s, s:s, s:b}", "ticket", ticket, "article", article, "created",
                                created),
                      err);
}

enum status api_agent_unlink(struct request *request, struct error *err)
{
    _cleanup_json_ json_t *body = NULL;
    _cleanup_free_ char *ticket = NULL, *article = NULL;
    enum status status = request->body.length ? request_json(request, &body, err) : STATUS_OK;
    if (status || (status = need_text(request, body, "ticket", LIMIT_TICKET_ID, &ticket, err)) ||
        (status = need_text(request, body, "article", LIMIT_ID, &article, err)))
        return status;
    status = service_remove_link(request->service, ticket, article, err);
    return status ? status : reply_empty(request, 204);
}

/* ---- Tickets, drafts ---- */

enum status api_agent_ticket(struct request *request, struct error *err)
{
    json_t *answer = NULL;
    enum status status = service_ticket_json(request->service, request->rest, &answer, err);
    return status ? status : reply_json(request, 200, answer, err);
}

enum status api_agent_similar(struct request *request, struct error *err)
{
    const char *query = request_param(request, "q"), *ticket = request_param(request, "ticket");
    json_t *answer = NULL;
    enum status status = check_query(query, err);
    if (!status && !query && !ticket)
        status = error_set(err, STATUS_UNPROCESSABLE, "parameter ticket or q is missing");
    if (!status)
        status = service_similar_json(request->service, ticket, slice_of(query), &answer, err);
    return status ? status : reply_json(request, 200, answer, err);
}

enum status api_agent_draft(struct request *request, struct error *err)
{
    _cleanup_json_ json_t *body = NULL;
    _cleanup_free_ char *lang = NULL;
    struct draft_request ask = {.lang = NULL};
    json_t *answer = NULL;
    enum status status;
    if ((status = request_json(request, &body, err)) ||
        (status = json_read_string(body, "subject", &ask.subject, err)) ||
        (status = json_read_string(body, "body", &ask.body, err)) ||
        (status = read_optional(body, "lang", 35, &lang, err)))
        return status;
    ask.lang = lang;
    status = service_draft(request->service, &ask, &answer, err);
    return status ? status : reply_json(request, 200, answer, err);
}
