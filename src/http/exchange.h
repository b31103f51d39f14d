/* exchange.h: the life of a request between libmicrohttpd's callbacks, and what all requests of a server share. */
#ifndef DEFLECT_HTTP_EXCHANGE_H
#define DEFLECT_HTTP_EXCHANGE_H

#include "http/listen.h"
#include "http/request.h"
#include "http/server.h"

#include <pthread.h>

struct http_server {
    struct service *service;
    const struct router *router;
    struct metrics *metrics;
    struct patience *patience;
    struct acceptor *acceptor;
    struct MHD_Daemon *daemon;
    int listen_fd;
    struct certificate *certificate; /* NULL: no TLS */
    uint16_t port;
    char url[LISTEN_URL_SIZE];
    _Atomic(struct http_settings *) settings;
    atomic_uint references;    /* the owner's, and one for each request_finish that is still to come */
    char id_prefix[9];
    atomic_ullong next_id;
    atomic_bool stopping;
    atomic_ullong refused;     /* connections of addresses that had too many */
    pthread_mutex_t lock;      /* guards what follows */
    pthread_cond_t idle;       /* told when `in_flight` falls to 0 */
    unsigned in_flight;        /* requests begun and not completed */
    struct request *suspended; /* those that wait for request_finish */
};

/* Gives up one reference; the last one frees SERVER, whose daemon has ended by then. */
void http_server_release(struct http_server *server);

/* libmicrohttpd's callbacks; `cls` is the server. */
void *exchange_begin(void *cls, const char *uri, struct MHD_Connection *connection);
enum MHD_Result exchange_handle(void *cls, struct MHD_Connection *connection, const char *url, const char *method,
                                const char *version, const char *upload, size_t *upload_length, void **con_cls);
void exchange_end(void *cls, struct MHD_Connection *connection, void **con_cls,
                  enum MHD_RequestTerminationCode reason);

/* Answers 503 to every request that still waits for request_finish, which finds nothing to do afterwards. */
void exchange_give_up(struct http_server *server);

#endif
