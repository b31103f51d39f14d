/* server.c: starts and stops libmicrohttpd. */
#include "http/server.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/str.h"
#include "http/acceptor.h"
#include "http/certificate.h"
#include "http/exchange.h"
#include "http/metrics.h"
#include "http/patience.h"
#include "http/settings.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

/* An epoll pool keeps each connection on the thread that it was handed to; with more threads than cores a few busy
 * connections do not meet on one while another idles.
 *
 * libmicrohttpd 0.9.75 takes events from epoll by 128 and, when it got exactly so many, waits for more, up to the idle
 * time-out, before it handles any. A thread with fewer than 128 descriptors (its connections, one that just ends, its
 * wake-up descriptor) never gets there; hence many threads with few connections each. */
enum { LEAST_THREADS = 16, MOST_THREADS = 64 };

enum { CONNECTION_MEMORY = 32 * 1024 /* a request's first line and headers must fit */ };

enum { FIRST_REQUEST_WAIT_MS = 1000, LOOK_MS = 5, STOP_WAIT_S = 7, GIVE_UP_WAIT_S = 1 };

static void log_library(void *cls, const char *format, va_list args) __attribute__((format(printf, 2, 0)));
static void log_library(void *cls, const char *format, va_list args)
{
    char text[512];
    struct http_server *server = cls;
    (void)vsnprintf(text, sizeof text, format, args);
    if (str_starts(text, "Server reached connection limit")) /* the only word about it that the library gives */
        atomic_fetch_add(&server->refused, 1);
    log_event(LOG_LEVEL_DEBUG, "http.library", "message", text, NULL);
}

static unsigned count_threads(void)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    if (cores * 2 < LEAST_THREADS)
        return LEAST_THREADS;
    return cores * 2 > MOST_THREADS ? MOST_THREADS : (unsigned)cores * 2;
}

/* Where TLS is on (CERTIFICATE is what serves) nothing older than version 1.2 is spoken. */
static struct MHD_OptionItem *tls_options(const struct http_server *server, struct MHD_OptionItem items[3])
{
    items[0] = (struct MHD_OptionItem){MHD_OPTION_END, 0, NULL};
    if (server->certificate) {
        static char priorities[] = "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2";
        items[0] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_CERT_CALLBACK, 0, (void *)(uintptr_t)certificate_retrieve};
        items[1] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_PRIORITIES, 0, priorities};
        items[2] = (struct MHD_OptionItem){MHD_OPTION_END, 0, NULL};
    }
    return items;
}

static void notify_connection(void *cls, struct MHD_Connection *connection, void **socket_context,
                              enum MHD_ConnectionNotificationCode code)
{
    struct http_server *server = cls;
    patience_notify(server->patience, connection, socket_context, code);
    acceptor_notify(server->acceptor, connection, code); /* last, that a connection is in one count at least */
}

static enum status start_daemon(struct http_server *server, unsigned threads, struct error *err)
{
    struct MHD_OptionItem tls[3];
    server->daemon = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_NO_LISTEN_SOCKET | MHD_USE_ITC | MHD_USE_SUSPEND_RESUME |
            MHD_USE_TURBO | MHD_USE_ERROR_LOG | (server->certificate ? MHD_USE_TLS : 0U),
        0, NULL, NULL, exchange_handle, server, MHD_OPTION_EXTERNAL_LOGGER, log_library, server,
        MHD_OPTION_THREAD_POOL_SIZE, threads, MHD_OPTION_CONNECTION_LIMIT, acceptor_daemon_limit(server->acceptor),
        MHD_OPTION_PER_IP_CONNECTION_LIMIT, (unsigned)LIMIT_CONNECTIONS_PER_ADDRESS, MHD_OPTION_CONNECTION_TIMEOUT,
        (unsigned)LIMIT_IDLE_SECONDS, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY,
        MHD_OPTION_URI_LOG_CALLBACK, exchange_begin, server, MHD_OPTION_NOTIFY_COMPLETED, exchange_end, server,
        MHD_OPTION_NOTIFY_CONNECTION, notify_connection, server, MHD_OPTION_ARRAY, tls_options(server, tls),
        MHD_OPTION_END);
    if (!server->daemon)
        return error_set(err, STATUS_IO, "the HTTP threads cannot be started");
    return STATUS_OK;
}

static enum status open_socket(struct http_server *server, const struct http_options *options, struct error *err)
{
    int flags;
    enum status status;
    server->listen_fd = options->listen_fd;
    if (server->listen_fd < 0 && (status = listen_open(options->listen, &server->listen_fd, err)))
        return status;
    /* A client may leave between its call and the answer: the thread that accepts must not block. */
    flags = fcntl(server->listen_fd, F_GETFL);
    if (flags < 0 || fcntl(server->listen_fd, F_SETFL, flags | O_NONBLOCK) != 0)
        return error_set_errno(err, STATUS_IO, errno, "the listening socket cannot be used");
    return listen_describe(server->listen_fd, server->certificate != NULL, &server->port, server->url, err);
}

/* Reads the certificate that the configuration names; *RET NULL where it names none. */
static enum status read_certificate(const struct http_server *server, struct certificate **ret, struct error *err)
{
    const struct config *config = service_config(server->service);
    enum status status;
    char end[CLOCK_TEXT_SIZE];
    *ret = NULL;
    if (!config->tls_cert && !config->tls_key)
        return STATUS_OK;
    if (!config->tls_cert || !config->tls_key)
        return error_set(err, STATUS_UNPROCESSABLE, "%s is set, but not %s: TLS needs both",
                         config->tls_cert ? "tls_cert" : "tls_key", config->tls_cert ? "tls_key" : "tls_cert");
    status = certificate_load(config->tls_cert, config->tls_key, ret, err);
    if (status || certificate_expires_ms(*ret) > clock_now_ms())
        return status;
    clock_format(certificate_expires_ms(*ret), end);
    log_event(LOG_LEVEL_WARNING, "tls.expired", "file", config->tls_cert, "ended", end, NULL);
    return STATUS_OK;
}

static void use_certificate(struct http_server *server, struct certificate *certificate)
{
    certificate_use(certificate, server->certificate);
    server->certificate = certificate;
}

static enum status make_settings(struct http_server *server, struct http_settings **ret, struct error *err)
{
    const struct config *config = service_config(server->service);
    enum status status;
    if (!config->public_url && (status = service_set_public_url(server->service, server->url, err)))
        return status;
    return http_settings_new(config, service_public_url(server->service), ret, err);
}

static enum status start(struct http_server *server, const struct http_options *options, struct error *err)
{
    struct http_settings *settings;
    struct certificate *certificate = NULL;
    unsigned char random[4];
    unsigned threads = count_threads(), places = listen_capacity(threads * LIMIT_CONNECTIONS_PER_THREAD);
    enum status status;
    if (!digest_random(random, sizeof random))
        return error_set(err, STATUS_INTERNAL, "the system gives no random bytes");
    digest_hex(random, sizeof random, server->id_prefix);
    if ((status = read_certificate(server, &certificate, err)))
        return status;
    if (certificate)
        use_certificate(server, certificate);
    if ((status = open_socket(server, options, err)))
        return status;
    if ((status = make_settings(server, &settings, err)))
        return status;
    atomic_store(&server->settings, settings);
    if ((status = metrics_new(server->router, &server->metrics, err)))
        return status;
    if ((status = patience_start(options->request_s ? options->request_s : LIMIT_REQUEST_SECONDS, places,
                                 &server->patience, err)))
        return status;
    if ((status = acceptor_new(threads, places, &server->acceptor, err)))
        return status;
    if ((status = start_daemon(server, threads, err)))
        return status;
    return acceptor_start(server->acceptor, server->listen_fd, server->daemon, err);
}

enum status http_server_start(struct service *service, const struct http_options *options, struct http_server **ret,
                              struct error *err)
{
    struct http_server *server = mem_zero(1, sizeof *server);
    enum status status;
    if (!server)
        return error_memory(err);
    atomic_init(&server->references, 1);
    server->service = service;
    server->router = options->router ? options->router : routes();
    server->listen_fd = -1;
    pthread_mutex_init(&server->lock, NULL);
    pthread_cond_init(&server->idle, NULL);
    status = start(server, options, err);
    if (status)
        http_server_stop(server);
    else
        *ret = server;
    return status;
}

uint16_t http_server_port(const struct http_server *server)
{
    return server->port;
}

const char *http_server_url(const struct http_server *server)
{
    return server->url;
}

enum status http_server_reload(struct http_server *server, struct error *err)
{
    struct http_settings *settings;
    struct certificate *certificate = NULL;
    enum status status;
    /* TLS begins and ends with the server; only the certificate may change. */
    if (server->certificate && (status = read_certificate(server, &certificate, err)))
        return status;
    if ((status = make_settings(server, &settings, err))) {
        certificate_free(certificate);
        return status;
    }
    if (certificate)
        use_certificate(server, certificate);
    settings->older = atomic_load(&server->settings); /* requests under way still use it */
    atomic_store(&server->settings, settings);
    return STATUS_OK;
}

void http_server_touch(struct http_server *server)
{
    pthread_mutex_lock(&server->lock);
    pthread_mutex_unlock(&server->lock);
}

/* Waits until no request is under way, at most SECONDS. */
static void wait_idle(struct http_server *server, time_t seconds)
{
    struct timespec until;
    (void)clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += seconds;
    pthread_mutex_lock(&server->lock);
    while (server->in_flight && pthread_cond_timedwait(&server->idle, &server->lock, &until) == 0)
        continue;
    pthread_mutex_unlock(&server->lock);
}

static void pause_briefly(void)
{
    static const struct timespec pause = {.tv_nsec = LOOK_MS * 1000000L};
    (void)nanosleep(&pause, NULL);
}

/* A connection that was accepted just before the stop is somebody who is about to ask: closing it now would lose a
 * request that nobody refused. It is handed over until a thread takes it up, and silent from then on. */
static bool somebody_is_about_to_ask(struct http_server *server)
{
    return acceptor_handed_over(server->acceptor) || patience_count(server->patience).silent;
}

static void wait_for_first_requests(struct http_server *server)
{
    for (int waited_ms = 0; waited_ms < FIRST_REQUEST_WAIT_MS && somebody_is_about_to_ask(server);
         waited_ms += LOOK_MS)
        pause_briefly();
}

static void stop_daemon(struct http_server *server)
{
    atomic_store(&server->stopping, true);
    acceptor_stop(server->acceptor);
    wait_for_first_requests(server);
    wait_idle(server, STOP_WAIT_S);
    exchange_give_up(server);
    wait_idle(server, GIVE_UP_WAIT_S);
    MHD_stop_daemon(server->daemon);
}

void http_server_release(struct http_server *server)
{
    if (atomic_fetch_sub(&server->references, 1) > 1)
        return;
    http_settings_free(atomic_load(&server->settings));
    metrics_free(server->metrics);
    certificate_free(server->certificate);
    pthread_cond_destroy(&server->idle);
    pthread_mutex_destroy(&server->lock);
    mem_free(server);
}

struct http_server *http_server_stop(struct http_server *server)
{
    if (!server)
        return NULL;
    if (server->daemon)
        stop_daemon(server);
    server->acceptor = acceptor_free(server->acceptor);
    server->patience = patience_stop(server->patience);
    if (server->listen_fd >= 0)
        (void)close(server->listen_fd);
    http_server_release(server);
    return NULL;
}
