/* page_sign_in.c: signing in to desk and insights, by token or by a link that works once, and out.
 *
 * Opening the link only shows a button: programs that look at links beforehand do not spend it. */
#include "http/pages/pages.h"

#include "base/limits.h"
#include "base/str.h"
#include "http/session.h"

/* Where to go once signed in: a page of the team, whatever the address says. */
static const char *destination(const char *wish, enum token_role role)
{
    if (wish && (str_starts(wish, "/desk") || str_starts(wish, "/insights") || str_starts(wish, "/outbox")))
        return wish;
    return role >= ROLE_WRITER ? "/insights" : "/desk";
}

/* NOTICE: what went wrong, a field of the texts; NULL: nothing. */
static enum status show(struct request *request, unsigned status, const char *to,
                        const char *notice, struct error *err)
{
    _cleanup_page_ struct page page = {0};
    enum status begun = page_begin(request, &page, err);
    const json_t *texts;
    if (begun)
        return begun;
    texts = json_object_get(page.texts, "sign_in");
    page_set(&page, "title", json_incref(json_object_get(texts, "title")));
    page_set(&page, "noindex", json_true());
    if (notice)
        page_set(&page, "notice", json_incref(json_object_get(texts, notice)));
    page_set_text(&page, "to", to);
    page_set_text(&page, "role", to && str_starts(to, "/insights") ? "writer" : "agent");
    page_set_text(&page, "code", notice ? NULL : request_param(request, "code"));
    return page_reply(&page, status, "sign_in.html", err);
}

enum status page_sign_in(struct request *request, struct error *err)
{
    return show(request, 200, request_param(request, "to"), NULL, err);
}

static enum status find_token(struct request *request, struct token *ret, struct error *err)
{
    _cleanup_free_ char *secret = NULL;
    struct slice given = slice_trim(slice_of(request_form(request, "token")));
    struct store *store = service_store(request->service);
    const char *code = request_form(request, "code");
    if (code)
        return store_sign_in_take(store, code, ret, err);
    secret = given.length ? mem_strndup(given.ptr, given.length) : mem_strdup("");
    return secret ? store_token_find(store, secret, ret, err) : error_memory(err);
}

enum status page_sign_in_sent(struct request *request, struct error *err)
{
    const char *to = request_form(request, "to");
    struct token token;
    enum status status = find_token(request, &token, err);
    if (status == STATUS_DENIED)
        return show(request, 403, to, request_form(request, "code") ? "spent" : "wrong", err);
    if (status)
        return status;
    status = reply_redirect(request, 303, destination(to, token.role), err);
    return status ? status : session_begin(request, &token, err);
}

enum status page_sign_out(struct request *request, struct error *err)
{
    enum status status;
    if (!session_csrf_valid(request, request_form(request, "csrf")))
        return show(request, 403, NULL, "stale", err);
    status = reply_redirect(request, 303, "/sign-in", err);
    session_end(request);
    return status;
}

enum status page_need_role(struct request *request, enum token_role role, bool *ret_ready,
                           struct error *err)
{
    _cleanup_buf_ struct buf target = BUF_INIT(2 * LIMIT_QUERY);
    *ret_ready = request->token.role >= role;
    if (*ret_ready)
        return STATUS_OK;
    if (request->token.role != ROLE_NONE)
        return show(request, 403, request->path, "low", err);
    buf_add_str(&target, "/sign-in?to=");
    buf_add_url(&target, slice_of(request->path), "/");
    for (size_t i = 0; i < request->target.count; i++) {
        _cleanup_buf_ struct buf pair = BUF_INIT(LIMIT_QUERY);
        buf_add_char(&pair, i ? '&' : '?');
        buf_add_url(&pair, slice_of(request->target.fields[i].name), "");
        buf_add_char(&pair, '=');
        buf_add_url(&pair, slice_of(request->target.fields[i].value), "");
        buf_add_url(&target, (struct slice){buf_str(&pair), pair.length}, "");
    }
    return target.failed ? reply_redirect(request, 303, "/sign-in", err)
                         : reply_redirect(request, 303, buf_str(&target), err);
}
