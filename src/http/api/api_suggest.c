/* api_suggest.c: /v1/suggest: answers for what a customer types or has written. */
#include "http/api/api.h"

#include "base/limits.h"
#include "base/str.h"

enum { DEFAULT_RESULTS = 5 };

static enum status read_place(const char *text, enum event_place *ret, struct error *err)
{
    if (!text || strcmp(text, "form") == 0)
        *ret = PLACE_FORM;
    else if (strcmp(text, "search") == 0)
        *ret = PLACE_SEARCH;
    else
        return error_set(err, STATUS_UNPROCESSABLE, "field place must be \"form\" or \"search\"");
    return STATUS_OK;
}

/* Without a session nothing is logged, and nobody needs to know who asks. */
static enum status read_session(const struct request *request, const char *text, struct visitor *ret,
                                struct error *err)
{
    *ret = (struct visitor){.opted_out = request->opted_out};
    if (str_empty(text))
        return STATUS_OK;
    if (!request_session_valid(slice_of(text)))
        return error_set(err, STATUS_UNPROCESSABLE, "field session must be 1 to %d characters of A-Za-z0-9._:-",
                         LIMIT_EVENT_ID);
    *ret = request_visitor(request, text);
    return STATUS_OK;
}

static enum status answer(struct request *request, const struct suggest_request *ask, struct error *err)
{
    return service_suggest(request->service, ask, reply_begin(request, 200, "application/json"), err);
}

static enum status read_query(const struct request *request, struct slice *ret, struct error *err)
{
    *ret = slice_of(request_param(request, "q"));
    if (ret->length > LIMIT_QUERY)
        return error_set(err, STATUS_UNPROCESSABLE, "parameter q may have at most %d bytes; send longer texts by POST",
                         LIMIT_QUERY);
    return STATUS_OK;
}

enum status api_suggest_get(struct request *request, struct error *err)
{
    struct suggest_request ask = {0};
    int64_t limit, final;
    enum status status = read_query(request, &ask.subject, err);
    if (!status)
        status = request_number(request, "limit", 1, LIMIT_RESULTS, DEFAULT_RESULTS, &limit, err);
    if (!status)
        status = request_number(request, "final", 0, 1, 0, &final, err);
    if (!status)
        status = request_lang(request, &ask.lang, err);
    if (!status)
        status = read_place(request_param(request, "place"), &ask.place, err);
    if (!status)
        status = read_session(request, request_param(request, "session"), &ask.visitor, err);
    if (status)
        return status;
    ask.limit = (size_t)limit;
    ask.final = final == 1;
    return answer(request, &ask, err);
}

/* The text at KEY as a C string; NULL where it is missing, null or empty. */
static enum status read_text(const json_t *object, const char *key, const char **ret, struct error *err)
{
    struct slice text;
    enum status status = json_read_string(object, key, &text, err);
    if (!status)
        *ret = text.length ? text.ptr : NULL;
    return status;
}

static enum status read_limit(const json_t *object, size_t *ret, struct error *err)
{
    const json_t *value = json_object_get(object, "limit");
    *ret = DEFAULT_RESULTS;
    if (!value || json_is_null(value))
        return STATUS_OK;
    if (!json_is_integer(value) || json_integer_value(value) < 1 || json_integer_value(value) > LIMIT_RESULTS)
        return error_set(err, STATUS_UNPROCESSABLE, "field limit must be 1 to %d", LIMIT_RESULTS);
    *ret = (size_t)json_integer_value(value);
    return STATUS_OK;
}

static enum status read_final(const json_t *object, bool *ret, struct error *err)
{
    const json_t *value = json_object_get(object, "final");
    *ret = true;
    if (!value || json_is_null(value))
        return STATUS_OK;
    if (!json_is_boolean(value))
        return error_set(err, STATUS_UNPROCESSABLE, "field final must be true or false");
    *ret = json_is_true(value);
    return STATUS_OK;
}

static enum status read_lang(struct request *request, const json_t *object, const char **ret, struct error *err)
{
    const char *text;
    enum status status = read_text(object, "lang", &text, err);
    return status ? status : request_read_lang(request, text, ret, err);
}

/* Fills ASK from the body; its texts are borrowed from OBJECT. */
static enum status read_body(struct request *request, const json_t *object, struct suggest_request *ask,
                             struct error *err)
{
    const char *place, *session;
    enum status status = json_read_string(object, "subject", &ask->subject, err);
    if (!status)
        status = json_read_string(object, "body", &ask->body, err);
    if (!status)
        status = read_limit(object, &ask->limit, err);
    if (!status)
        status = read_final(object, &ask->final, err);
    if (!status)
        status = read_lang(request, object, &ask->lang, err);
    if (!status)
        status = read_text(object, "place", &place, err);
    if (!status)
        status = read_place(place, &ask->place, err);
    if (!status)
        status = read_text(object, "session", &session, err);
    if (!status)
        status = read_session(request, session, &ask->visitor, err);
    return status;
}

enum status api_suggest_post(struct request *request, struct error *err)
{
    _cleanup_json_ json_t *object = NULL;
    struct suggest_request ask = {0};
    enum status status = request_json(request, &object, err);
    if (!status)
        status = read_body(request, object, &ask, err);
    return status ? status : answer(request, &ask, err);
}
