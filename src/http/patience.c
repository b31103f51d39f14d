/* patience.c: a queue of connections that are waited for, and a thread that looks at its head once a second. */
#include "http/patience.h"

#include "base/clock.h"
#include "base/mem.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <time.h>

enum { SPARE_SHARE = 16 /* one place in so many is kept free for newcomers */ };

struct waiting {
    struct waiting *next, *previous; /* in the queue */
    int fd;
    int64_t since_us; /* when its request was first awaited */
    bool queued;      /* it is waited for; else its request is complete, or its end is near */
    bool asked;       /* a request came in whole */
};

struct patience {
    int64_t limit_us;
    size_t most; /* connections; with more, one has to go */
    pthread_t thread;
    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t ending;
    bool ended;
    struct waiting *first, *last; /* by since_us */
    struct patience_counts counts;
};

/* ---- The queue; the lock is held ---- */

static void queue(struct patience *patience, struct waiting *one)
{
    one->next = NULL;
    one->previous = patience->last;
    if (one->previous)
        one->previous->next = one;
    else
        patience->first = one;
    patience->last = one;
    one->queued = true;
}

static void unqueue(struct patience *patience, struct waiting *one)
{
    if (!one->queued)
        return;
    if (one->previous)
        one->previous->next = one->next;
    else
        patience->first = one->next;
    if (one->next)
        one->next->previous = one->previous;
    else
        patience->last = one->previous;
    one->queued = false;
}

/* A client sees its connection end; libmicrohttpd then clears up. The descriptor is its connection's still, since
 * patience_notify takes it off the queue before it is closed. */
static void end(struct patience *patience, struct waiting *one, uint64_t *counter)
{
    unqueue(patience, one);
    (void)shutdown(one->fd, SHUT_RDWR);
    ++*counter;
}

static void look_around(struct patience *patience)
{
    int64_t before_us = clock_monotonic_us() - patience->limit_us;
    while (patience->first && patience->first->since_us < before_us)
        end(patience, patience->first, &patience->counts.slow);
}

/* A browser that kept its connection opens another when it needs one; a crowd that only wants to hold places loses them. */
static void make_room(struct patience *patience)
{
    if (patience->counts.open > patience->most && patience->first)
        end(patience, patience->first, &patience->counts.crowd);
}

/* ---- The thread ---- */

static void *watch(void *arg)
{
    struct patience *patience = arg;
    pthread_mutex_lock(&patience->lock);
    while (!patience->ended) {
        struct timespec until;
        (void)clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec++;
        if (pthread_cond_timedwait(&patience->ending, &patience->lock, &until) == ETIMEDOUT)
            look_around(patience);
    }
    pthread_mutex_unlock(&patience->lock);
    return NULL;
}

enum status patience_start(unsigned limit_s, unsigned places, struct patience **ret, struct error *err)
{
    struct patience *patience = mem_zero(1, sizeof *patience);
    int errnum;
    if (!patience)
        return error_memory(err);
    patience->limit_us = (int64_t)limit_s * 1000000;
    patience->most = places - places / SPARE_SHARE - 1;
    pthread_mutex_init(&patience->lock, NULL);
    pthread_cond_init(&patience->ending, NULL);
    errnum = pthread_create(&patience->thread, NULL, watch, patience);
    if (errnum) {
        mem_free(patience);
        return error_set_errno(err, STATUS_IO, errnum, "cannot start a thread");
    }
    *ret = patience;
    return STATUS_OK;
}

struct patience *patience_stop(struct patience *patience)
{
    if (!patience)
        return NULL;
    pthread_mutex_lock(&patience->lock);
    patience->ended = true;
    pthread_cond_signal(&patience->ending);
    pthread_mutex_unlock(&patience->lock);
    (void)pthread_join(patience->thread, NULL);
    pthread_cond_destroy(&patience->ending);
    pthread_mutex_destroy(&patience->lock);
    return mem_free(patience);
}

/* ---- Connections ---- */

static void enter(struct patience *patience, struct MHD_Connection *connection, void **socket_context)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    struct waiting *one = info ? mem_zero(1, sizeof *one) : NULL;
    if (!one)
        return; /* the idle time-out still holds for it */
    one->fd = info->connect_fd;
    *socket_context = one;
    pthread_mutex_lock(&patience->lock);
    patience->counts.open++;
    patience->counts.silent++;
    make_room(patience);
    one->since_us = clock_monotonic_us();
    queue(patience, one);
    pthread_mutex_unlock(&patience->lock);
}

static void leave(struct patience *patience, struct waiting *one)
{
    pthread_mutex_lock(&patience->lock);
    unqueue(patience, one);
    patience->counts.open--;
    patience->counts.silent -= !one->asked;
    pthread_mutex_unlock(&patience->lock);
    mem_free(one);
}

void patience_notify(void *cls, struct MHD_Connection *connection, void **socket_context,
                     enum MHD_ConnectionNotificationCode code)
{
    if (code == MHD_CONNECTION_NOTIFY_STARTED)
        enter(cls, connection, socket_context);
    else if (*socket_context)
        leave(cls, *socket_context);
}

struct patience_counts patience_count(struct patience *patience)
{
    struct patience_counts counts;
    pthread_mutex_lock(&patience->lock);
    counts = patience->counts;
    pthread_mutex_unlock(&patience->lock);
    return counts;
}

static struct waiting *find(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

void patience_pause(struct patience *patience, struct MHD_Connection *connection)
{
    struct waiting *one = find(connection);
    if (!one)
        return;
    pthread_mutex_lock(&patience->lock);
    unqueue(patience, one);
    patience->counts.silent -= !one->asked;
    one->asked = true;
    pthread_mutex_unlock(&patience->lock);
}

void patience_resume(struct patience *patience, struct MHD_Connection *connection)
{
    struct waiting *one = find(connection);
    if (!one)
        return;
    pthread_mutex_lock(&patience->lock);
    unqueue(patience, one); /* a request that was refused before it was whole */
    one->since_us = clock_monotonic_us();
    queue(patience, one);
    pthread_mutex_unlock(&patience->lock);
}
