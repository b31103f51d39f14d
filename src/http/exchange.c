/* exchange.c: begins, collects, answers, suspends and ends requests. */
#include "http/exchange.h"

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/str.h"
#include "http/gate.h"
#include "http/metrics.h"
#include "http/patience.h"
#include "http/response.h"
#include "http/settings.h"
#include "http/visitor.h"

#include <stdio.h>
#include <strings.h>

enum { LOGGED_PATH_BYTES = 400 };

static void release(struct request *request)
{
    if (atomic_fetch_sub(&request->references, 1) > 1)
        return;
    reply_done(&request->reply);
    target_done(&request->target);
    target_done(&request->form);
    mem_free(request->bad_target);
    buf_done(&request->body);
    mem_free(request);
}

/* Keeps why URI cannot be read until the headers are there. The route that it seems to mean tells whether a person is answered,
 * with a page, or a program. */
static void note_bad_target(struct request *request, const char *uri, const struct error *err)
{
    struct router_match match;
    if (err->status == STATUS_OUT_OF_MEMORY)
        return;
    _cleanup_free_ char *path = mem_strndup(uri, strcspn(uri, "?"));
    if (path && router_find(request->router, "GET", path, &match) == ROUTER_FOUND)
        request->route = match.route;
    request->bad_target = mem_strdup(err->message);
}

void *exchange_begin(void *cls, const char *uri, struct MHD_Connection *connection)
{
    struct http_server *server = cls;
    struct request *request = mem_zero(1, sizeof *request);
    struct error err;
    if (!request)
        return NULL; /* exchange_handle drops the connection */
    reply_init(&request->reply);
    atomic_init(&request->references, 1);
    request->server = server;
    request->service = server->service;
    request->router = server->router;
    request->metrics = server->metrics;
    request->settings = atomic_load(&server->settings);
    request->connection = connection;
    request->method = "";
    request->rest = "";
    request->started_us = clock_monotonic_us();
    (void)snprintf(request->id, sizeof request->id, "%s-%llx", server->id_prefix,
                   atomic_fetch_add(&server->next_id, 1));
    if (target_parse(uri ? uri : "/", &request->target, &err))
        note_bad_target(request, uri, &err);
    else
        request->path = request->target.path;
    pthread_mutex_lock(&server->lock);
    server->in_flight++;
    pthread_mutex_unlock(&server->lock);
    return request;
}

/* Keeps UPLOAD unless the request is refused already, or becomes so by it. False: the connection is to be dropped. */
static bool take_body(struct request *request, const char *upload, size_t length)
{
    request->body_seen += length;
    if (request->body_seen > LIMIT_HTTP_DROP && !gate_body_length(request))
        return false;
    if (request->reply.status)
        return true;
    buf_add(&request->body, upload, length);
    if (request->body.failed) {
        buf_done(&request->body);
        if (request->body_seen > request->body_limit)
            gate_refuse_length(request);
        else
            reply_problem(request, 503, "memory is short; try again in a few seconds");
    }
    return true;
}

static enum status read_form(struct request *request, struct error *err)
{
    if (request->route->body != BODY_FORM)
        return STATUS_OK;
    return target_parse_form(buf_str(&request->body), request->body.length, &request->form, err);
}

static void fill_error(struct request *request, void *arg)
{
    reply_error(request, arg);
}

static void run_handler(struct request *request)
{
    struct error err = {0};
    enum status status = read_form(request, &err);
    if (!status)
        status = request->route->handler(request, &err);
    if (status && request->put_off)
        request_finish(request, fill_error, &err);
    else if (status)
        reply_error(request, &err);
    if (!request->put_off)
        visitor_mark_browser(request);
}

/* True when a refused request is to be answered before its body: where the client waits for our word, or has more to
 * send than is worth reading. Otherwise the body is read first, so that the connection lives on and the answer is not
 * lost in a reset. */
static bool answer_at_once(const struct request *request)
{
    const char *expect = request_header(request, "Expect");
    return request->reply.status && (expect || gate_body_length(request) > LIMIT_HTTP_DRAIN);
}

enum MHD_Result exchange_handle(void *cls, struct MHD_Connection *connection, const char *url, const char *method,
                                const char *version, const char *upload, size_t *upload_length, void **con_cls)
{
    struct http_server *server = cls;
    struct request *request = *con_cls;
    (void)url;
    (void)version;
    if (!request)
        return MHD_NO;
    if (!request->begun) {
        request->begun = true;
        request->method = method;
        if (gate_pass(request))
            request->body = BUF_INIT(request->body_limit);
        if (!answer_at_once(request))
            return MHD_YES;
    } else if (*upload_length) {
        bool kept = take_body(request, upload, *upload_length);
        *upload_length = 0;
        return kept ? MHD_YES : MHD_NO;
    }
    if (!request->handled) {
        request->handled = true;
        patience_pause(server->patience, connection);
        if (!request->reply.status)
            run_handler(request);
        if (request->put_off)
            return MHD_YES; /* called again when request_finish has resumed the connection */
    }
    return response_queue(request, atomic_load(&server->stopping)) ? MHD_YES : MHD_NO;
}

static void log_request(const struct request *request, unsigned status, int64_t duration_us)
{
    char code[12], ms[24], bytes[24], client[ADDRESS_TEXT_SIZE], path[LOGGED_PATH_BYTES + 1];
    struct slice whole = slice_of(request->path ? request->path : "-");
    size_t length = utf8_cut(whole, LOGGED_PATH_BYTES);
    (void)snprintf(code, sizeof code, "%u", status);
    (void)snprintf(ms, sizeof ms, "%lld.%03lld", (long long)duration_us / 1000, (long long)duration_us % 1000);
    (void)snprintf(bytes, sizeof bytes, "%llu", (unsigned long long)request->reply_bytes);
    (void)snprintf(path, sizeof path, "%.*s", (int)length, whole.ptr);
    address_format(&request->client, client);
    log_event(status >= 500 ? LOG_LEVEL_WARNING : LOG_LEVEL_INFO, "request", "id", request->id, "client", client, "method", request->method, "path", path,
              "#status", code, "#ms", ms, "#bytes", bytes, NULL);
}

void exchange_end(void *cls, struct MHD_Connection *connection, void **con_cls,
                  enum MHD_RequestTerminationCode reason)
{
    struct http_server *server = cls;
    struct request *request = *con_cls;
    int64_t duration_us;
    unsigned status;
    if (!request)
        return;
    *con_cls = NULL;
    patience_resume(server->patience, connection);
    duration_us = clock_monotonic_us() - request->started_us;
    status = reason == MHD_REQUEST_TERMINATED_COMPLETED_OK ? request->reply.status : 0;
    metrics_request(server->metrics, request->route, status, duration_us);
    log_request(request, status, duration_us);
    release(request);
    pthread_mutex_lock(&server->lock);
    if (--server->in_flight == 0)
        pthread_cond_signal(&server->idle);
    pthread_mutex_unlock(&server->lock);
}

void request_suspend(struct request *request)
{
    struct http_server *server = request->server;
    request->put_off = true;
    atomic_fetch_add(&request->references, 1);
    atomic_fetch_add(&server->references, 1);
    pthread_mutex_lock(&server->lock);
    request->suspended = true;
    request->next = server->suspended;
    if (request->next)
        request->next->previous = request;
    server->suspended = request;
    MHD_suspend_connection(request->connection);
    pthread_mutex_unlock(&server->lock);
}

/* Takes REQUEST off the list and lets its connection go on. The server's lock is held. */
static void resume(struct request *request)
{
    struct http_server *server = request->server;
    if (request->previous)
        request->previous->next = request->next;
    else
        server->suspended = request->next;
    if (request->next)
        request->next->previous = request->previous;
    request->next = request->previous = NULL;
    request->suspended = false;
    MHD_resume_connection(request->connection);
}

void request_finish(struct request *request, request_fill_fn *fill, void *arg)
{
    struct http_server *server = request->server;
    pthread_mutex_lock(&server->lock);
    if (request->suspended) {
        if (fill)
            fill(request, arg);
        resume(request);
    }
    pthread_mutex_unlock(&server->lock);
    release(request);
    http_server_release(server);
}

void exchange_give_up(struct http_server *server)
{
    pthread_mutex_lock(&server->lock);
    while (server->suspended) {
        reply_problem(server->suspended, 503, "the service is stopping; send this again");
        resume(server->suspended);
    }
    pthread_mutex_unlock(&server->lock);
}
