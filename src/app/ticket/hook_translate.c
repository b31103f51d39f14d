/* hook_translate.c: picks a desk's translation, completes what every ticket needs, maps states. */
#include "app/ticket/hook_fields.h"

#include "base/limits.h"
#include "base/str.h"

enum { SUBJECT_FROM_BODY = 80 /* bytes: chats have no subject */ };

static const struct {
    const char *desk;
    bool (*translate)(struct hook_call *call);
} translations[] = {
    {"zendesk", hook_from_zendesk},     {"freshdesk", hook_from_freshdesk},
    {"zammad", hook_from_zammad},       {"chatwoot", hook_from_chatwoot},
    {"helpscout", hook_from_helpscout}, {"freescout", hook_from_freescout},
    {"github", hook_from_github},       {"generic", hook_from_generic},
};

/* What desks call their states; a desk's own meaning stands before the common one. */
static const struct {
    const char *desk, *state, *status;
} state_map[] = {
    {"helpscout", "active", "open"},
    {"freescout", "active", "open"},
    {"helpscout", "closed", "solved"},
    {"freescout", "closed", "solved"},
    {"github", "closed", "solved"},
    {"zammad", "closed", "solved"},
    {"zammad", "pending reminder", "pending"},
    {"zammad", "pending close", "pending"},
    {"zammad", "removed", "spam"},
    {"freshdesk", "2", "open"},
    {"freshdesk", "3", "pending"},
    {"freshdesk", "4", "solved"},
    {"freshdesk", "5", "closed"},
    {"freshdesk", "waiting on customer", "pending"},
    {"freshdesk", "waiting on third party", "pending"},
    {"chatwoot", "snoozed", "pending"},
    {NULL, "new", "open"},
    {NULL, "open", "open"},
    {NULL, "reopened", "open"},
    {NULL, "pending", "pending"},
    {NULL, "hold", "pending"},
    {NULL, "on-hold", "pending"},
    {NULL, "solved", "solved"},
    {NULL, "resolved", "solved"},
    {NULL, "closed", "closed"},
    {NULL, "merged", "merged"},
    {NULL, "spam", "spam"},
    {NULL, "deleted", "spam"},
};

/* The status that an entry "zendesk.hold=solved" gives to STATE of DESK; NULL: it speaks of another. */
static const char *configured(const char *entry, const char *desk, const char *state)
{
    const char *dot = strchr(entry, '.'), *equals = dot ? strrchr(dot, '=') : NULL;
    if (!equals || !slice_equal((struct slice){entry, (size_t)(dot - entry)}, slice_of(desk)))
        return NULL;
    return str_equal_ascii_case((struct slice){dot + 1, (size_t)(equals - dot - 1)},
                                slice_of(state))
               ? equals + 1
               : NULL;
}

const char *hook_state(const struct hook_desk *desk, const char *state, char *const *states)
{
    for (size_t i = 0; states && states[i]; i++) {
        const char *status = configured(states[i], desk->name, state);
        if (status)
            return status;
    }
    for (size_t i = 0; i < ARRAY_LENGTH(state_map); i++)
        if ((!state_map[i].desk || str_equal(state_map[i].desk, desk->name)) &&
            str_equal_ascii_case(slice_of(state_map[i].state), slice_of(state)))
            return state_map[i].status;
    return NULL;
}

/* A chat has no subject: its first line stands for it. */
static void complete_subject(struct hook_call *call)
{
    const char *body = json_string_value(json_object_get(call->ticket, "body"));
    struct slice line = {body, body ? strcspn(body, "\r\n") : 0};
    if (json_object_get(call->ticket, "subject") || !body)
        return;
    line.length = utf8_cut(line, SUBJECT_FROM_BODY);
    (void)json_object_set_new(call->ticket, "subject", json_stringn(line.ptr, line.length));
}

static enum status complete(struct hook_call *call, struct error *err)
{
    const char *id = json_string_value(json_object_get(call->ticket, "id"));
    if (str_empty(id))
        return error_set(err, STATUS_UNPROCESSABLE, "the body from %s names no ticket",
                         call->desk->name);
    if (strlen(id) > LIMIT_TICKET_ID)
        return error_set(err, STATUS_UNPROCESSABLE, "field id is over %d bytes", LIMIT_TICKET_ID);
    hook_put(call, "desk", call->desk->name);
    complete_subject(call);
    return STATUS_OK;
}

enum status hook_translate(const struct hook_desk *desk, const char *event, const json_t *payload,
                           char *const *states, int64_t now_ms, json_t **ret, struct error *err)
{
    _cleanup_json_ json_t *ticket = json_object();
    struct hook_call call = {.desk = desk,
                             .event = event ? event : "",
                             .payload = payload,
                             .states = states,
                             .now_ms = now_ms,
                             .ticket = ticket};
    unsigned long failures = mem_failures();
    bool tells = false;
    enum status status = STATUS_OK;
    if (!ticket)
        return error_memory(err);
    if (!json_is_object(payload))
        return error_set(err, STATUS_UNPROCESSABLE, "the body must be a JSON object");
    for (size_t i = 0; i < ARRAY_LENGTH(translations); i++)
        if (str_equal(translations[i].desk, desk->name))
            tells = translations[i].translate(&call);
    if (tells)
        status = complete(&call, err);
    if (mem_failures() != failures) /* setters pass over what they cannot set */
        status = error_memory(err);
    if (status == STATUS_OK)
        *ret = tells ? steal_pointer(&ticket) : NULL;
    return status;
}
