/* server.h: the service over HTTP, by libmicrohttpd: start, port, stop.
 *
 * A pool of threads, each with its own epoll; connections that wait for the event writer are suspended meanwhile. */
#ifndef DEFLECT_HTTP_SERVER_H
#define DEFLECT_HTTP_SERVER_H

#include "app/service.h"
#include "http/router.h"

#include <stdint.h>

struct http_server;

struct http_options {
    const char *listen;          /* "127.0.0.1:8080", "[::]:80", ":8080" (all addresses), "localhost:0" (a free port) */
    int listen_fd;               /* a listening socket to use instead (socket activation); the server's from now on. -1: none */
    const struct router *router; /* NULL: routes() */
    unsigned request_s;          /* for a whole request to arrive; 0: LIMIT_REQUEST_SECONDS */
};

/* Starts serving SERVICE (NULL only with a router whose handlers do without). Uses the service's configuration, and sets
 * its public_url where config has none. Errors: UNPROCESSABLE (config value, address), UNAVAILABLE (port taken: says so), IO,
 * OUT_OF_MEMORY. Owns: the caller stops it. */
enum status http_server_start(struct service *service, const struct http_options *options,
                              struct http_server **ret, struct error *err);

/* The port that is listened on. */
uint16_t http_server_port(const struct http_server *server);

/* "http://127.0.0.1:8080", for `listening on …`. Borrowed. */
const char *http_server_url(const struct http_server *server);

/* Takes the service's configuration anew (SIGHUP); on failure the former stays in force. */
enum status http_server_reload(struct http_server *server, struct error *err);

/* Takes and gives back the lock that every request needs: whoever must prove that the server lives hangs with it where
 * it hangs. */
void http_server_touch(struct http_server *server);

/* Accepts nothing more, finishes what was accepted (at most 8 s), ends the threads, frees. Call before service_close.
 * Returns NULL. */
struct http_server *http_server_stop(struct http_server *server);

#endif
