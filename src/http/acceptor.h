/* acceptor.h: a thread that takes connections from the listening socket and hands them to libmicrohttpd's threads, as
 * many as have a place there; the others wait in the socket's backlog.
 *
 * libmicrohttpd does not get to see the socket. Were it to listen itself, two of its threads could let go of the socket
 * at the same moment when the server stops, at which version 0.9.75 ends the process. And a thread of it that is handed
 * more connections than its limit waits for itself for ever; hence the count of who has how many. */
#ifndef DEFLECT_HTTP_ACCEPTOR_H
#define DEFLECT_HTTP_ACCEPTOR_H

#include "base/error.h"

#include <microhttpd.h>
#include <stddef.h>

struct acceptor;

/* Counts connections on THREADS threads that have PLACES in all. Errors: OUT_OF_MEMORY, IO. Owns: the caller. */
enum status acceptor_new(unsigned threads, unsigned places, struct acceptor **ret, struct error *err);

/* The MHD_OPTION_CONNECTION_LIMIT of the daemon: its threads tell of a connection's end before they have its place free
 * again, which is one place a thread. */
unsigned acceptor_daemon_limit(const struct acceptor *acceptor);

/* Starts to accept connections of LISTEN_FD (non-blocking, borrowed) and to hand them to DAEMON, which has the threads,
 * the limit above, MHD_USE_NO_LISTEN_SOCKET, MHD_USE_ITC, and calls acceptor_notify. Errors: IO. */
enum status acceptor_start(struct acceptor *acceptor, int listen_fd, struct MHD_Daemon *daemon, struct error *err);

/* To be called by the daemon's MHD_NotifyConnectionCallback, on its thread. */
void acceptor_notify(struct acceptor *acceptor, struct MHD_Connection *connection,
                     enum MHD_ConnectionNotificationCode code);

/* Connections that were accepted and that no thread has taken up yet. */
size_t acceptor_handed_over(struct acceptor *acceptor);

/* Accepts nothing more; what was accepted has been handed over. Does nothing where it was not started. */
void acceptor_stop(struct acceptor *acceptor);

/* Frees ACCEPTOR (may be NULL) once it and the daemon have stopped. Returns NULL. */
struct acceptor *acceptor_free(struct acceptor *acceptor);

#endif
