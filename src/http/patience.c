/* patience.c: a list of connections, and a thread that walks it once a second. */
#include "http/patience.h"

#include "base/clock.h"
#include "base/mem.h"

#include <errno.h>
#include <pthread.h>
#include <sys/socket.h>
#include <time.h>

struct waiting {
    struct waiting *next, *previous;
    int fd;
    int64_t since_us; /* when its request was first awaited; 0: it is complete */
    bool asked;       /* a request came in whole */
};

struct patience {
    int64_t limit_us;
    pthread_t thread;
    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t ending;
    bool ended;
    struct waiting *first;
    size_t count;
};

/* A client whose time is up sees its connection end; libmicrohttpd then clears up. The descriptor is its connection's
 * still, since patience_notify takes it off the list before it is closed. */
static void look_around(struct patience *patience)
{
    int64_t before_us = clock_monotonic_us() - patience->limit_us;
    for (struct waiting *one = patience->first; one; one = one->next)
        if (one->since_us && one->since_us < before_us)
            (void)shutdown(one->fd, SHUT_RDWR);
}

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

enum status patience_start(unsigned limit_s, struct patience **ret, struct error *err)
{
    struct patience *patience = mem_zero(1, sizeof *patience);
    int errnum;
    if (!patience)
        return error_memory(err);
    patience->limit_us = (int64_t)limit_s * 1000000;
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

static void enter(struct patience *patience, struct MHD_Connection *connection, void **socket_context)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    struct waiting *one = info ? mem_zero(1, sizeof *one) : NULL;
    if (!one)
        return; /* the idle time-out still holds for it */
    one->fd = info->connect_fd;
    one->since_us = clock_monotonic_us();
    *socket_context = one;
    pthread_mutex_lock(&patience->lock);
    one->next = patience->first;
    if (one->next)
        one->next->previous = one;
    patience->first = one;
    patience->count++;
    pthread_mutex_unlock(&patience->lock);
}

static void leave(struct patience *patience, struct waiting *one)
{
    pthread_mutex_lock(&patience->lock);
    if (one->previous)
        one->previous->next = one->next;
    else
        patience->first = one->next;
    if (one->next)
        one->next->previous = one->previous;
    patience->count--;
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

size_t patience_count(struct patience *patience)
{
    size_t count;
    pthread_mutex_lock(&patience->lock);
    count = patience->count;
    pthread_mutex_unlock(&patience->lock);
    return count;
}

size_t patience_count_silent(struct patience *patience)
{
    size_t count = 0;
    pthread_mutex_lock(&patience->lock);
    for (const struct waiting *one = patience->first; one; one = one->next)
        count += !one->asked;
    pthread_mutex_unlock(&patience->lock);
    return count;
}

static void set_since(struct patience *patience, struct MHD_Connection *connection, int64_t since_us)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    struct waiting *one = info ? info->socket_context : NULL;
    if (!one)
        return;
    pthread_mutex_lock(&patience->lock);
    one->since_us = since_us;
    one->asked = true;
    pthread_mutex_unlock(&patience->lock);
}

void patience_pause(struct patience *patience, struct MHD_Connection *connection)
{
    set_since(patience, connection, 0);
}

void patience_resume(struct patience *patience, struct MHD_Connection *connection)
{
    set_since(patience, connection, clock_monotonic_us());
}
