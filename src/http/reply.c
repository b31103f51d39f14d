/* reply.c: builds replies. */
#include "http/reply.h"

#include "base/digest.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/str.h"
#include "http/request.h"
#include "http/settings.h"

#include <string.h>
#include <unistd.h>

static const struct {
    unsigned status;
    const char *title;
} titles[] = {
    {200, "OK"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {409, "Conflict"},
    {413, "Content Too Large"},
    {415, "Unsupported Media Type"},
    {422, "Unprocessable Content"},
    {429, "Too Many Requests"},
    {500, "Internal Server Error"},
    {503, "Service Unavailable"},
};

const char *reply_status_title(unsigned status)
{
    for (size_t i = 0; i < ARRAY_LENGTH(titles); i++)
        if (titles[i].status == status)
            return titles[i].title;
    return "Error";
}

void reply_init(struct reply *reply)
{
    *reply = (struct reply){.body = BUF_INIT(LIMIT_HTTP_RESPONSE), .fd = -1};
}

static void drop_body(struct reply *reply)
{
    buf_done(&reply->body);
    if (reply->fd >= 0)
        close(reply->fd);
    reply->fd = -1;
    reply->fixed = NULL;
}

void reply_done(struct reply *reply)
{
    drop_body(reply);
    for (size_t i = 0; i < reply->header_count; i++)
        mem_free(reply->headers[i].value);
    reply_init(reply);
}

struct buf *reply_begin(struct request *request, unsigned status, const char *mime)
{
    drop_body(&request->reply);
    request->reply.status = status;
    request->reply.mime = mime;
    return &request->reply.body;
}

static int add_to_buf(const char *text, size_t length, void *buf)
{
    buf_add(buf, text, length);
    return 0;
}

enum status reply_json(struct request *request, unsigned status, json_t *value, struct error *err)
{
    struct buf *body = reply_begin(request, status, "application/json");
    int failed = value ? json_dump_callback(value, add_to_buf, body, JSON_COMPACT) : -1;
    json_decref(value);
    return failed || body->failed ? error_memory(err) : STATUS_OK;
}

enum status reply_html(struct request *request, unsigned status, struct buf *html, struct error *err)
{
    struct buf *body = reply_begin(request, status, "text/html; charset=utf-8");
    if (html->failed)
        return error_memory(err);
    *body = *html;
    *html = BUF_INIT(html->cap);
    return STATUS_OK;
}

enum status reply_empty(struct request *request, unsigned status)
{
    (void)reply_begin(request, status, NULL);
    return STATUS_OK;
}

enum status reply_fixed(struct request *request, unsigned status, const char *mime, const void *bytes, size_t length)
{
    (void)reply_begin(request, status, mime);
    request->reply.fixed = bytes;
    request->reply.fixed_length = length;
    return STATUS_OK;
}

enum status reply_file(struct request *request, const char *mime, int fd, uint64_t length)
{
    (void)reply_begin(request, 200, mime);
    request->reply.fd = fd;
    request->reply.fd_length = length;
    return STATUS_OK;
}

static bool has_control(const char *text)
{
    for (const unsigned char *p = (const unsigned char *)text; *p; p++)
        if (*p <= ' ' || *p == 0x7F)
            return true;
    return false;
}

static enum status redirect(struct request *request, unsigned status, const char *target)
{
    (void)reply_begin(request, status, NULL);
    reply_header(request, "Location", target);
    return STATUS_OK;
}

enum status reply_redirect(struct request *request, unsigned status, const char *target, struct error *err)
{
    if (target[0] != '/' || target[1] == '/' || strchr(target, '\\') || has_control(target))
        return error_set(err, STATUS_UNPROCESSABLE, "a redirect must stay on this server");
    return redirect(request, status, target);
}

enum status reply_redirect_out(struct request *request, unsigned status, const char *url, struct error *err)
{
    if ((!str_starts(url, "https://") && !str_starts(url, "http://")) || has_control(url))
        return error_set(err, STATUS_UNPROCESSABLE, "a redirect must lead to an http or https address");
    return redirect(request, status, url);
}

void reply_header(struct request *request, const char *name, const char *value)
{
    struct reply *reply = &request->reply;
    char *copy = mem_strdup(value);
    char *out = copy;
    if (!copy || reply->header_count == REPLY_HEADERS) {
        mem_free(copy);
        reply->failed = true;
        return;
    }
    for (const char *in = value; *in; in++)
        if ((unsigned char)*in >= ' ' && *in != 0x7F)
            *out++ = *in;
    *out = '\0';
    reply->headers[reply->header_count++] = (struct reply_header){name, copy};
}

void reply_cache(struct request *request, const char *value)
{
    request->reply.cache = value;
}

/* True when the list HEADER ("\"a\", W/\"b\"", "*") names ETAG; compared weakly, as RFC 9110 13.1.2 asks. */
static bool etag_listed(const char *header, const char *etag)
{
    struct slice rest = slice_of(header);
    struct slice wanted = slice_of(etag);
    struct slice item;
    while (slice_split(&rest, ',', &item)) {
        item = slice_trim(item);
        if (slice_equal(item, SLICE_LITERAL("*")))
            return true;
        if (slice_starts(item, SLICE_LITERAL("W/"))) {
            item.ptr += 2;
            item.length -= 2;
        }
        if (item.length == wanted.length + 2 && item.ptr[0] == '"' && item.ptr[item.length - 1] == '"' &&
            memcmp(item.ptr + 1, wanted.ptr, wanted.length) == 0)
            return true;
    }
    return false;
}

bool reply_etag_is(struct request *request, const char *etag)
{
    const char *known = request_header(request, "If-None-Match");
    char quoted[160];
    (void)snprintf(quoted, sizeof quoted, "\"%s\"", etag);
    reply_header(request, "ETag", quoted);
    if (!known || !etag_listed(known, etag))
        return false;
    request->reply.status = 304;
    request->reply.mime = NULL;
    return true;
}

void reply_etag(struct request *request)
{
    struct reply *reply = &request->reply;
    char digest[DIGEST_HEX_SIZE];
    if (reply->failed || reply->body.failed)
        return;
    digest_sha256_hex((struct slice){reply->body.data, reply->body.length}, digest);
    digest[24] = '\0';
    if (reply_etag_is(request, digest))
        buf_done(&reply->body);
}

void reply_cookie(struct request *request, const char *name, const char *value, int64_t max_age_s)
{
    _cleanup_buf_ struct buf cookie = BUF_INIT(4096);
    buf_printf(&cookie, "%s=%s; Path=/; HttpOnly; SameSite=Lax", name, value);
    if (max_age_s)
        buf_printf(&cookie, "; Max-Age=%lld", max_age_s > 0 ? (long long)max_age_s : 0LL);
    if (request->settings->secure)
        buf_add_str(&cookie, "; Secure");
    if (cookie.failed)
        request->reply.failed = true;
    else
        reply_header(request, "Set-Cookie", buf_str(&cookie));
}

/* What a client may read of ERR: everything that speaks of his request, nothing of our files and defects. */
static void shown_error(unsigned status, const struct error *err, struct error *ret)
{
    *ret = *err;
    if (status < 500 || err->status == STATUS_UNAVAILABLE)
        return;
    ret->hint[0] = '\0';
    (void)snprintf(ret->message, sizeof ret->message, "%s",
                   status == 503 ? "the service cannot answer now; try again in a few seconds"
                                 : "the service failed to answer; its log says why, by the X-Request-Id");
}

static void fill_problem(struct request *request, unsigned status, const struct error *err)
{
    struct buf *body = reply_begin(request, status, "application/problem+json");
    char detail[sizeof err->message + sizeof err->hint + 4];
    json_t *problem;
    (void)snprintf(detail, sizeof detail, "%s%s%s", err->message, err->hint[0] ? ": " : "", err->hint);
    problem = json_pack("{s:s, s:s, s:i, s:s}", "type", "about:blank", "title", reply_status_title(status), "status",
                        (int)status, "detail", detail[0] ? detail : reply_status_title(status));
    if (!problem || json_dump_callback(problem, add_to_buf, body, JSON_COMPACT))
        request->reply.failed = true;
    json_decref(problem);
}

void reply_error_as(struct request *request, unsigned status, const struct error *err)
{
    struct error shown;
    if (status >= 500)
        log_event(LOG_LEVEL_ERROR, "request.failed", "id", request->id, "status", status_name(err->status), "message",
                  err->message, "hint", err->hint[0] ? err->hint : NULL, NULL);
    shown_error(status, err, &shown);
    reply_done(&request->reply);
    if (request->route && (request->route->flags & ROUTE_PAGE) && request->router->error_page) {
        request->reply.status = status;
        request->router->error_page(request, status, &shown);
    } else {
        fill_problem(request, status, &shown);
    }
    if (status == 503)
        reply_header(request, "Retry-After", "5");
}

void reply_error(struct request *request, const struct error *err)
{
    reply_error_as(request, status_http(err->status), err);
}

void reply_problem(struct request *request, unsigned status, const char *detail)
{
    struct error err = {.status = STATUS_UNAVAILABLE};
    (void)snprintf(err.message, sizeof err.message, "%s", detail ? detail : "");
    reply_error_as(request, status, &err);
}
