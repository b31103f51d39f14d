/* patience.h: ends connections that take for ever over a request, or a place that others need.
 *
 * libmicrohttpd ends a connection that says nothing for a while; one that says a byte now and then could hold its place
 * without end. Here each connection has a deadline for its request to be complete, headers and body. And when nearly all
 * places are taken, whoever is waited for longest gives up its place to the newcomer. */
#ifndef DEFLECT_HTTP_PATIENCE_H
#define DEFLECT_HTTP_PATIENCE_H

#include "base/error.h"

#include <microhttpd.h>
#include <stdint.h>

struct patience;

struct patience_counts {
    size_t open;    /* connections */
    size_t silent;  /* those of them whose first request is still to come, or not complete */
    uint64_t slow;  /* ended since the start because a request took too long … */
    uint64_t crowd; /* … and to make room */
};

/* Starts the thread that looks around; a request may take LIMIT_S seconds, and there are PLACES for connections. Errors:
 * OUT_OF_MEMORY, IO. Owns: the caller. */
enum status patience_start(unsigned limit_s, unsigned places, struct patience **ret, struct error *err);
struct patience *patience_stop(struct patience *patience);

/* libmicrohttpd's MHD_NotifyConnectionCallback; CLS is the struct patience. */
void patience_notify(void *cls, struct MHD_Connection *connection, void **socket_context,
                     enum MHD_ConnectionNotificationCode code);

struct patience_counts patience_count(struct patience *patience);

/* The request on CONNECTION is complete: nobody waits for the client now. And: its answer is sent, the next is awaited. */
void patience_pause(struct patience *patience, struct MHD_Connection *connection);
void patience_resume(struct patience *patience, struct MHD_Connection *connection);

#endif
