/* request.c: what handlers ask of a request. */
#include "http/request.h"

#include "base/limits.h"
#include "base/str.h"
#include "http/visitor.h"

#include <strings.h>

const char *request_param(const struct request *request, const char *name)
{
    const char *value = target_field(&request->target, name);
    return str_empty(value) ? NULL : value;
}

const char *request_form(const struct request *request, const char *name)
{
    const char *value = target_field(&request->form, name);
    return str_empty(value) ? NULL : value;
}

const char *request_header(const struct request *request, const char *name)
{
    return MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name);
}

struct joining {
    const char *name;
    struct buf *out;
};

static enum MHD_Result join_header(void *arg, enum MHD_ValueKind kind, const char *key, const char *value)
{
    struct joining *joining = arg;
    (void)kind;
    if (value && strcasecmp(key, joining->name) == 0) {
        if (joining->out->length)
            buf_add_char(joining->out, ',');
        buf_add_str(joining->out, value);
    }
    return MHD_YES;
}

void request_header_all(const struct request *request, const char *name, struct buf *out)
{
    struct joining joining = {name, out};
    (void)MHD_get_connection_values(request->connection, MHD_HEADER_KIND, join_header, &joining);
}

struct slice request_cookie(const struct request *request, const char *name)
{
    return target_cookie(request_header(request, "Cookie"), name);
}

bool request_session_valid(struct slice session)
{
    if (session.length == 0 || session.length > LIMIT_EVENT_ID)
        return false;
    for (size_t i = 0; i < session.length; i++) {
        char c = session.ptr[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!letter && !(c >= '0' && c <= '9') && (!c || !strchr("._:-", c)))
            return false;
    }
    return true;
}

struct visitor request_visitor(const struct request *request, const char *session)
{
    struct visitor visitor = {.opted_out = request->opted_out};
    if (request_session_valid(slice_of(session)))
        visitor.session = slice_of(session);
    if (request->staff)
        visitor.marks |= MARK_STAFF;
    if (visitor_is_robot(request_header(request, "User-Agent")))
        visitor.marks |= MARK_ROBOT;
    return visitor;
}

enum status request_json(const struct request *request, json_t **ret, struct error *err)
{
    struct slice text = {request->body.data, request->body.length};
    _cleanup_json_ json_t *value = NULL;
    enum status status = json_read(text, &value, err);
    if (status)
        return status;
    if (!json_is_object(value))
        return error_set(err, STATUS_UNPROCESSABLE, "the body must be a JSON object");
    *ret = steal_pointer(&value);
    return STATUS_OK;
}

enum status request_number(const struct request *request, const char *name, int64_t low, int64_t high,
                           int64_t fallback, int64_t *ret, struct error *err)
{
    const char *text = request_param(request, name);
    int64_t number = fallback;
    if (text && (!str_to_int64(slice_of(text), &number) || number < low || number > high))
        return error_set(err, STATUS_UNPROCESSABLE, "parameter %s must be %lld to %lld", name, (long long)low,
                         (long long)high);
    *ret = number;
    return STATUS_OK;
}

enum status request_lang(struct request *request, const char **ret, struct error *err)
{
    return request_read_lang(request, request_param(request, "lang"), ret, err);
}

enum status request_read_lang(struct request *request, const char *text, const char **ret, struct error *err)
{
    if (text && !language_tag_read(slice_of(text), request->lang))
        return error_set(err, STATUS_UNPROCESSABLE, "lang must be a language tag such as \"de\" or \"pt-BR\"");
    *ret = text ? request->lang : NULL;
    return STATUS_OK;
}

const char *request_negotiate(const struct request *request, const char *const *offered, const char *fallback)
{
    const char *wish = request_param(request, "lang");
    const char *found = wish ? language_lookup(slice_of(wish), offered) : NULL;
    if (!found)
        found = language_negotiate(request_header(request, "Accept-Language"), offered);
    return found ? found : fallback;
}
