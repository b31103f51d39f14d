/* response.c: adds the headers of every reply and hands it to libmicrohttpd. */
#include "http/response.h"

#include "base/str.h"
#include "http/settings.h"
#include "http/visitor.h"

#include <stdio.h>

#define API_POLICY "default-src 'none'; frame-ancestors 'none'"
#define PERMISSIONS \
    "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), " \
    "microphone=(), payment=(), usb=()"

static void destroy_response(struct MHD_Response **response)
{
    if (*response)
        MHD_destroy_response(*response);
}

/* The body moves into the response: an answer is never copied. */
static struct MHD_Response *make_body(struct reply *reply)
{
    struct MHD_Response *response;
    if (reply->fd >= 0) {
        response = MHD_create_response_from_fd64(reply->fd_length, reply->fd);
        if (response)
            reply->fd = -1;
        return response;
    }
    if (reply->fixed)
        return MHD_create_response_from_buffer(reply->fixed_length, (void *)(uintptr_t)reply->fixed,
                                               MHD_RESPMEM_PERSISTENT);
    if (!reply->body.length)
        return MHD_create_response_from_buffer(0, (void *)(uintptr_t) "", MHD_RESPMEM_PERSISTENT);
    response = MHD_create_response_from_buffer(reply->body.length, reply->body.data, MHD_RESPMEM_MUST_FREE);
    if (response)
        reply->body = BUF_INIT(reply->body.cap);
    return response;
}

static bool add(struct MHD_Response *response, const char *name, const char *value)
{
    return MHD_add_response_header(response, name, value) == MHD_YES;
}

/* A page's policy where the reply is HTML for people; nothing at all for everything else. */
static bool add_security(const struct request *request, struct MHD_Response *response)
{
    const struct reply *reply = &request->reply;
    unsigned flags = request->route ? request->route->flags : 0;
    bool page = (flags & ROUTE_PAGE) && reply->mime && str_starts(reply->mime, "text/html");
    bool framed = page && (flags & ROUTE_FRAMEABLE) && strv_length(request->settings->config->frame_ancestors);
    const char *policy = API_POLICY;
    if (reply->policy)
        policy = reply->policy;
    else if (page)
        policy = framed ? request->settings->frame_policy : request->settings->page_policy;
    return add(response, "X-Content-Type-Options", "nosniff") && add(response, "Referrer-Policy", "same-origin") &&
           add(response, "Permissions-Policy", PERMISSIONS) && add(response, "Content-Security-Policy", policy) &&
           (framed || add(response, "X-Frame-Options", "DENY"));
}

static bool add_cors(const struct request *request, struct MHD_Response *response)
{
    enum route_cors policy = request->route ? request->route->cors : CORS_NONE;
    const char *allowed;
    if (policy == CORS_NONE)
        return true;
    if (!add(response, "Vary", "Origin") || !add(response, "Cross-Origin-Resource-Policy", "cross-origin"))
        return false;
    allowed = cors_allow_origin(&request->settings->cors, policy, request_header(request, "Origin"));
    if (!allowed)
        return true;
    return add(response, "Access-Control-Allow-Origin", allowed) &&
           add(response, "Access-Control-Expose-Headers", "ETag, Retry-After, X-Request-Id");
}

/* A page may be kept by its reader, who asks again whether it changed; an answer of the API is for once. */
static const char *cache_of(const struct request *request)
{
    if (request->reply.cache)
        return request->reply.cache;
    return request->route && (request->route->flags & ROUTE_PAGE) ? "private, no-cache" : "no-store";
}

static bool add_headers(const struct request *request, struct MHD_Response *response, bool close)
{
    const struct reply *reply = &request->reply;
    if (reply->mime && !add(response, "Content-Type", reply->mime))
        return false;
    for (size_t i = 0; i < reply->header_count; i++)
        if (!add(response, reply->headers[i].name, reply->headers[i].value))
            return false;
    return add(response, "Cache-Control", cache_of(request)) &&
           add(response, "X-Request-Id", request->id) && add_security(request, response) &&
           (!reply->vary_encoding || add(response, "Vary", "Accept-Encoding")) && add_cors(request, response) && (!close || add(response, "Connection", "close"));
}

static uint64_t length_of(const struct reply *reply)
{
    if (reply->fd >= 0)
        return reply->fd_length;
    return reply->fixed ? reply->fixed_length : reply->body.length;
}

bool response_queue(struct request *request, bool close)
{
    _cleanup_(destroy_response) struct MHD_Response *response = NULL;
    struct reply *reply = &request->reply;
    if (reply->failed || reply->body.failed || !reply->status)
        reply_problem(request, 503, "memory is short; try again in a few seconds");
    request->reply_bytes = length_of(reply);
    response = make_body(reply);
    return response && add_headers(request, response, close) &&
           MHD_queue_response(request->connection, reply->status, response) == MHD_YES;
}
