/* patience.h: ends connections that take for ever over a request.
 *
 * libmicrohttpd ends a connection that says nothing for a while; one that says a byte now and then could hold its place
 * without end. Here each connection has a deadline for its request to be complete, headers and body. */
#ifndef DEFLECT_HTTP_PATIENCE_H
#define DEFLECT_HTTP_PATIENCE_H

#include "base/error.h"

#include <microhttpd.h>

struct patience;

/* Starts the thread that looks around; a request may take LIMIT_S seconds. Errors: OUT_OF_MEMORY, IO. Owns: the caller. */
enum status patience_start(unsigned limit_s, struct patience **ret, struct error *err);
struct patience *patience_stop(struct patience *patience);

/* libmicrohttpd's MHD_NotifyConnectionCallback; CLS is the struct patience. */
void patience_notify(void *cls, struct MHD_Connection *connection, void **socket_context,
                     enum MHD_ConnectionNotificationCode code);

/* Connections that are open now. */
size_t patience_count(struct patience *patience);

/* Those of them whose first request is still to come, or not complete. */
size_t patience_count_silent(struct patience *patience);

/* The request on CONNECTION is complete: nobody waits for the client now. And: its answer is sent, the next is awaited. */
void patience_pause(struct patience *patience, struct MHD_Connection *connection);
void patience_resume(struct patience *patience, struct MHD_Connection *connection);

#endif
