/* desk_post.c: one function a desk: address, body, and how it wants to be signed in to. */
#include "app/send/desk_post.h"

#include "app/ticket/hook_fields.h"
#include "base/limits.h"
#include "base/str.h"

void desk_call_done(struct desk_call *call)
{
    mem_free(call->url);
    mem_free(call->body);
    mem_free(call->user);
    mem_free(call->password);
    mem_free(call->header);
    *call = (struct desk_call){.url = NULL};
}

/* URL PATH with the ticket's id, percent-encoded but for KEEP, where PATH has '*'. */
static char *address(const struct desk_reply *reply, const char *path, const char *ticket,
                     const char *keep)
{
    _cleanup_buf_ struct buf url = BUF_INIT(LIMIT_QUERY);
    const char *star = strchr(path, '*');
    buf_add_str(&url, reply->url);
    buf_add(&url, path, star ? (size_t)(star - path) : strlen(path));
    if (star) {
        buf_add_url(&url, slice_of(ticket), keep);
        buf_add_str(&url, star + 1);
    }
    return buf_take(&url);
}

/* The body as text; takes VALUE over. */
static char *body_of(json_t *value)
{
    char *text = value ? json_text(value) : NULL;
    json_decref(value);
    return text;
}

/* Agents sign in as "ada@example.com/token:SECRET". */
static bool make_zendesk(const struct desk_reply *reply, struct desk_call *call)
{
    const char *colon = strrchr(reply->token, ':');
    call->method = "PUT";
    call->url = address(reply, "/api/v2/tickets/*.json", reply->ticket, "");
    call->user = mem_strndup(reply->token, colon ? (size_t)(colon - reply->token) : 0);
    call->password = mem_strdup(colon ? colon + 1 : reply->token);
    call->body = body_of(json_pack("{s:{s:{s:s, s:b}}}", "ticket", "comment", "html_body",
                                   reply->html, "public", 1));
    return call->user && call->password;
}

static bool make_freshdesk(const struct desk_reply *reply, struct desk_call *call)
{
    call->url = address(reply, "/api/v2/tickets/*/reply", reply->ticket, "");
    call->user = mem_strdup(reply->token);
    call->password = mem_strdup("X");
    call->body = body_of(json_pack("{s:s}", "body", reply->html));
    return call->user && call->password;
}

/* The API wants its own number, which the ticket's `number` is not. */
static bool make_zammad(const struct desk_reply *reply, struct desk_call *call)
{
    const json_t *id = hook_at(reply->payload, "ticket.id");
    const char *subject = hook_text(reply->payload, "ticket.title");
    bool mail = reply->contact != NULL;
    if (!json_is_integer(id))
        return true; /* without a body: told by the caller */
    call->header_name = "Authorization";
    call->header = mem_printf("Token token=%s", reply->token);
    call->url = address(reply, "/api/v1/ticket_articles", "", "");
    call->body = body_of(json_pack("{s:O, s:s*, s:s, s:s, s:s, s:s, s:s*, s:b}", "ticket_id", id,
                                   "subject", subject, "body", reply->html, "content_type",
                                   "text/html", "type", mail ? "email" : "note", "sender", "Agent",
                                   "to", reply->contact, "internal", 0));
    return call->header != NULL;
}

/* The address holds the account: https://HOST/api/v1/accounts/1 */
static bool make_chatwoot(const struct desk_reply *reply, struct desk_call *call)
{
    call->header_name = "api_access_token";
    call->header = mem_strdup(reply->token);
    call->url = address(reply, "/conversations/*/messages", reply->ticket, "");
    call->body = body_of(json_pack("{s:s, s:s, s:b}", "content", reply->text, "message_type",
                                   "outgoing", "private", 0));
    return call->header != NULL;
}

/* "owner/repository#7" */
static bool make_github(const struct desk_reply *reply, struct desk_call *call)
{
    const char *hash = strchr(reply->ticket, '#');
    _cleanup_free_ char *path =
        hash ? mem_printf("%.*s/issues/%s", (int)(hash - reply->ticket), reply->ticket, hash + 1)
             : mem_strdup("");
    if (!path)
        return false;
    call->header_name = "Authorization";
    call->header = mem_printf("Bearer %s", reply->token);
    call->url = address(reply, "/repos/*/comments", path, "/");
    call->body = body_of(json_pack("{s:s}", "body", reply->text));
    return call->header != NULL;
}

static bool make_generic(const struct desk_reply *reply, struct desk_call *call)
{
    call->url = address(reply, "", "", "");
    call->body = body_of(json_pack("{s:s, s:s, s:s, s:s, s:s*}", "ticket", reply->ticket, "text",
                                   reply->text, "html", reply->html, "article", reply->article,
                                   "contact", reply->contact));
    if (reply->token) {
        call->header_name = "Authorization";
        call->header = mem_printf("Bearer %s", reply->token);
    }
    return !reply->token || call->header;
}

static const struct {
    const char *name;
    bool (*make)(const struct desk_reply *reply, struct desk_call *call); /* false: no memory */
    bool wants_token;
} desks[] = {
    {"zendesk", make_zendesk, true}, {"freshdesk", make_freshdesk, true},
    {"zammad", make_zammad, true},   {"chatwoot", make_chatwoot, true},
    {"github", make_github, true},   {"generic", make_generic, false},
};

bool desk_post_known(const char *desk, bool *ret_token)
{
    for (size_t i = 0; i < ARRAY_LENGTH(desks); i++)
        if (strcmp(desks[i].name, desk) == 0) {
            *ret_token = desks[i].wants_token;
            return true;
        }
    return false;
}

const char *desk_post_names(void)
{
    return "zendesk, freshdesk, zammad, chatwoot, github, generic";
}

enum status desk_post_make(const struct desk_reply *reply, struct desk_call *ret, struct error *err)
{
    struct desk_call call = {.method = "POST"};
    enum status status = STATUS_OK;
    bool wants_token = false;
    if (!desk_post_known(reply->desk, &wants_token) || (wants_token && !reply->token))
        return error_set(err, STATUS_UNPROCESSABLE, "%s takes no automatic replies", reply->desk);
    for (size_t i = 0; i < ARRAY_LENGTH(desks); i++)
        if (strcmp(desks[i].name, reply->desk) == 0 && !desks[i].make(reply, &call))
            status = error_memory(err);
    if (!status && (!call.url || !call.body))
        status = error_set(err, STATUS_UNPROCESSABLE,
                           "the hook of %s does not say what its API wants to know", reply->desk);
    if (status)
        desk_call_done(&call);
    else
        *ret = call;
    return status;
}
