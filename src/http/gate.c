/* gate.c: refuses what must not reach a handler, with a reply that says why. */
#include "http/gate.h"

#include "base/limits.h"
#include "base/str.h"
#include "http/settings.h"
#include "http/visitor.h"

#include <stdio.h>
#include <strings.h>

#define PREFLIGHT_MAX_AGE_S "86400"

static bool is_read(const struct request *request)
{
    return strcmp(request->method, "GET") == 0 || strcmp(request->method, "HEAD") == 0;
}

/* The route of the request; for OPTIONS that of the method which the browser asks about. */
static enum router_outcome find_route(struct request *request)
{
    const char *method = request->method;
    struct router_match match;
    enum router_outcome outcome;
    if (strcmp(method, "OPTIONS") == 0) {
        method = request_header(request, "Access-Control-Request-Method");
        if (!method)
            method = "GET";
    }
    outcome = router_find(request->router, method, request->path, &match);
    request->route = match.route;
    request->rest = match.rest;
    return outcome;
}

static bool refuse_rate(struct request *request)
{
    bool unlimited = request->route && (request->route->flags & ROUTE_UNLIMITED);
    struct ratelimit *limit = request->settings->ratelimit;
    char seconds[16], detail[160];
    unsigned wait_s;
    if (!limit || unlimited || request->token.role != ROLE_NONE)
        return false;
    wait_s = ratelimit_take(limit, &request->client, request->started_us);
    if (!wait_s)
        return false;
    (void)snprintf(seconds, sizeof seconds, "%u", wait_s);
    (void)snprintf(detail, sizeof detail,
                   "more than %lld requests a minute came from this address; try again in %u s",
                   (long long)request->settings->config->rate_limit, wait_s);
    reply_problem(request, 429, detail);
    reply_header(request, "Retry-After", seconds);
    return true;
}

static bool refuse_target(struct request *request)
{
    struct error err;
    if (request->path)
        return false;
    if (request->bad_target)
        (void)error_set(&err, STATUS_INVALID, "%s", request->bad_target);
    else
        (void)error_memory(&err);
    reply_error(request, &err);
    return true;
}

static bool refuse_route(struct request *request, enum router_outcome outcome)
{
    char allow[ROUTER_ALLOW_SIZE], detail[256];
    if (outcome == ROUTER_FOUND)
        return false;
    if (outcome == ROUTER_NO_PATH) {
        reply_problem(request, 404, "there is nothing at this address");
        return true;
    }
    router_allow(request->router, request->path, allow);
    (void)snprintf(detail, sizeof detail, "this address answers %s", allow);
    reply_problem(request, 405, detail);
    reply_header(request, "Allow", allow);
    return true;
}

/* Answers OPTIONS, which is a preflight where a page of another origin may call (Fetch standard, 4.8). */
static bool answer_options(struct request *request)
{
    char allow[ROUTER_ALLOW_SIZE];
    enum route_cors policy = request->route ? request->route->cors : CORS_NONE;
    if (strcmp(request->method, "OPTIONS") != 0)
        return false;
    router_allow(request->router, request->path, allow);
    (void)reply_empty(request, 204);
    reply_header(request, "Allow", allow);
    if (cors_allow_origin(&request->settings->cors, policy, request_header(request, "Origin"))) {
        reply_header(request, "Access-Control-Allow-Methods", allow);
        reply_header(request, "Access-Control-Allow-Headers", "Content-Type, If-None-Match");
        reply_header(request, "Access-Control-Max-Age", PREFLIGHT_MAX_AGE_S);
    }
    return true;
}

static bool refuse_origin(struct request *request)
{
    const char *origin = request_header(request, "Origin");
    if (is_read(request) ||
        cors_may_change(&request->settings->cors, request->route->cors, origin,
                        request_header(request, "Sec-Fetch-Site"), request_header(request, "Host")))
        return false;
    reply_problem(request, 403,
                  "pages of this origin may not send to this service: add it to `origins` in the configuration");
    return true;
}

static bool refuse_role(struct request *request, enum status identified, const struct error *err)
{
    bool sent = request_header(request, "Authorization") != NULL;
    char detail[160];
    bool open = (request->route->flags & ROUTE_METRICS) && request->settings->config->metrics_public;
    if (open || request->token.role >= request->route->role)
        return false;
    if (identified) {
        reply_error(request, err);
        return true;
    }
    if (request->token.role != ROLE_NONE) {
        (void)snprintf(detail, sizeof detail, "this needs a token of role %s; yours has role %s",
                       token_role_name(request->route->role), token_role_name(request->token.role));
        reply_problem(request, 403, detail);
        return true;
    }
    (void)snprintf(detail, sizeof detail, "%s: send \"Authorization: Bearer TOKEN\" with a token of role %s",
                   sent ? "the token is not valid (unknown, expired or revoked)" : "this needs a token",
                   token_role_name(request->route->role));
    reply_problem(request, 401, detail);
    reply_header(request, "WWW-Authenticate",
                 sent ? "Bearer realm=\"deflect\", error=\"invalid_token\"" : "Bearer realm=\"deflect\"");
    return true;
}

static bool has_body(const struct request *request)
{
    return gate_body_length(request) > 0 || request_header(request, "Transfer-Encoding");
}

/* True when the media type of HEADER ("application/json; charset=utf-8") is TYPE, in UTF-8. */
static bool is_type(const char *header, const char *type)
{
    struct slice rest = slice_of(header);
    struct slice part;
    if (!slice_split(&rest, ';', &part) || !str_equal_ascii_case(slice_trim(part), slice_of(type)))
        return false;
    while (slice_split(&rest, ';', &part)) {
        part = slice_trim(part);
        if (part.length > 8 && strncasecmp(part.ptr, "charset=", 8) == 0 &&
            !str_equal_ascii_case((struct slice){part.ptr + 8, part.length - 8}, SLICE_LITERAL("utf-8")) &&
            !str_equal_ascii_case((struct slice){part.ptr + 8, part.length - 8}, SLICE_LITERAL("\"utf-8\"")))
            return false;
    }
    return true;
}

static bool refuse_type(struct request *request)
{
    static const char *const types[] = {
        [BODY_JSON] = "application/json",
        [BODY_JSON_OR_TEXT] = "application/json",
        [BODY_FORM] = "application/x-www-form-urlencoded",
    };
    const char *header = request_header(request, "Content-Type");
    enum route_body body = request->route->body;
    char detail[160];
    if (body == BODY_NONE || (!has_body(request) && !header))
        return false;
    if (header && is_type(header, types[body]))
        return false;
    if (header && body == BODY_JSON_OR_TEXT && is_type(header, "text/plain"))
        return false;
    (void)snprintf(detail, sizeof detail, "send the body with \"Content-Type: %s\", in UTF-8", types[body]);
    reply_problem(request, 415, detail);
    return true;
}

/* Both lengths at once are how requests are smuggled past proxies (RFC 9112, 6.1). */
static bool refuse_framing(struct request *request)
{
    if (!request_header(request, "Transfer-Encoding") || !request_header(request, "Content-Length"))
        return false;
    reply_problem(request, 400, "send either Content-Length or Transfer-Encoding, not both");
    return true;
}

uint64_t gate_body_length(const struct request *request)
{
    int64_t length;
    const char *header = request_header(request, "Content-Length");
    return header && str_to_int64(slice_of(header), &length) && length > 0 ? (uint64_t)length : 0;
}

void gate_refuse_length(struct request *request)
{
    char detail[80];
    (void)snprintf(detail, sizeof detail, "the body may have at most %zu KiB", request->body_limit / 1024);
    reply_problem(request, 413, detail);
}

static bool refuse_length(struct request *request)
{
    if (gate_body_length(request) <= request->body_limit)
        return false;
    gate_refuse_length(request);
    return true;
}

bool gate_pass(struct request *request)
{
    struct error err = {0};
    enum status identified = visitor_identify(request, &err);
    enum router_outcome outcome = request->path ? find_route(request) : ROUTER_NO_PATH;
    bool large = request->route && (request->route->flags & ROUTE_LARGE_BODY);
    request->body_limit = large ? LIMIT_HTTP_BODY_LARGE : LIMIT_HTTP_BODY;
    if (refuse_rate(request) || refuse_target(request) || refuse_framing(request) || answer_options(request) ||
        refuse_route(request, outcome))
        return false;
    return !refuse_origin(request) && !refuse_role(request, identified, &err) && !refuse_type(request) &&
           !refuse_length(request);
}
