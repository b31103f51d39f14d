/* acceptor.c: a thread between the listening socket and libmicrohttpd's threads, and the books of who has how many. */
#include "http/acceptor.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    HANDED_MOST = 64, /* connections at a time that no thread has taken up yet */
    TAKE_UP_S = 60,   /* a thread that lacked memory for one dropped it without a word */
    PAUSE_MS = 100,   /* before another look where there was no place, or no descriptor */
    TELL_S = 60       /* the log hears of the latter so often */
};

struct handed_over {
    int fd;
    int64_t since_us;
};

struct worker {
    pthread_t thread;
    unsigned open;
};

struct acceptor {
    int listen_fd, wake_fd;
    struct MHD_Daemon *daemon;
    unsigned threads, places;
    pthread_t thread;
    bool running;
    int64_t told_us;      /* of a lack of descriptors; 0: never */
    pthread_mutex_t lock; /* guards what follows */
    bool ending;
    bool full; /* the thread waits for a place */
    struct handed_over handed[HANDED_MOST];
    unsigned handed_count;
    unsigned open, known;    /* connections taken up; workers that had one */
    struct worker workers[]; /* `threads` */
};

/* ---- The books; the lock is held ---- */

static unsigned fullest(const struct acceptor *acceptor)
{
    unsigned most = 0;
    for (unsigned i = 0; i < acceptor->known; i++)
        if (acceptor->workers[i].open > most)
            most = acceptor->workers[i].open;
    return most;
}

/* libmicrohttpd chooses the thread, and passes by those that are full, but does not see what they are still to take up.
 * Should all of that be for the fullest, it must fit there; what is handed over alone finds its place in any case. */
static bool has_room(const struct acceptor *acceptor)
{
    unsigned handed = acceptor->handed_count;
    if (handed == HANDED_MOST || acceptor->open + handed >= acceptor->places)
        return false;
    return handed == 0 || fullest(acceptor) + handed < acceptor_daemon_limit(acceptor) / acceptor->threads;
}

static void strike_out(struct acceptor *acceptor, unsigned i)
{
    acceptor->handed[i] = acceptor->handed[--acceptor->handed_count];
}

static void strike_out_fd(struct acceptor *acceptor, int fd)
{
    for (unsigned i = 0; i < acceptor->handed_count; i++)
        if (acceptor->handed[i].fd == fd) {
            strike_out(acceptor, i);
            return;
        }
}

static void strike_out_lost(struct acceptor *acceptor)
{
    int64_t before_us = clock_monotonic_us() - TAKE_UP_S * INT64_C(1000000);
    for (unsigned i = acceptor->handed_count; i-- > 0;)
        if (acceptor->handed[i].since_us < before_us)
            strike_out(acceptor, i);
}

/* The calling thread's entry. */
static struct worker *own_worker(struct acceptor *acceptor)
{
    struct worker *worker = acceptor->workers;
    for (unsigned i = 0; i < acceptor->known; i++, worker++)
        if (pthread_equal(worker->thread, pthread_self()))
            return worker;
    if (acceptor->known == acceptor->threads) /* a thread that is none of the daemon's: no room is given away for it */
        return acceptor->workers;
    acceptor->known++;
    *worker = (struct worker){.thread = pthread_self()};
    return worker;
}

/* ---- The thread ---- */

static bool find_place(struct acceptor *acceptor)
{
    bool found;
    pthread_mutex_lock(&acceptor->lock);
    strike_out_lost(acceptor);
    found = !acceptor->ending && has_room(acceptor);
    acceptor->full = !found;
    pthread_mutex_unlock(&acceptor->lock);
    return found;
}

static void hand_over(struct acceptor *acceptor, int fd, const struct sockaddr_storage *address, socklen_t length)
{
    pthread_mutex_lock(&acceptor->lock);
    strike_out_fd(acceptor, fd); /* a former connection that had this number was dropped */
    acceptor->handed[acceptor->handed_count++] = (struct handed_over){fd, clock_monotonic_us()};
    pthread_mutex_unlock(&acceptor->lock);
    if (MHD_add_connection(acceptor->daemon, fd, (const struct sockaddr *)address, length) == MHD_YES)
        return;
    pthread_mutex_lock(&acceptor->lock);
    strike_out_fd(acceptor, fd); /* its address has too many, or memory is short */
    pthread_mutex_unlock(&acceptor->lock);
}

static void tell(struct acceptor *acceptor, int errnum)
{
    int64_t now_us = clock_monotonic_us();
    struct error err;
    if (acceptor->told_us && now_us - acceptor->told_us < TELL_S * INT64_C(1000000))
        return;
    acceptor->told_us = now_us;
    (void)error_set_errno(&err, STATUS_UNAVAILABLE, errnum, "connections have to wait");
    if (errnum == EMFILE)
        error_hint(&err, "allow more open files: LimitNOFILE= in the unit, or ulimit -n");
    log_error("http.accept", &err);
}

/* Accepts what has come, as long as there are places. False where the system lacks what it takes. */
static bool accept_all(struct acceptor *acceptor)
{
    while (find_place(acceptor)) {
        struct sockaddr_storage address = {0};
        socklen_t length = sizeof address;
        int fd = accept4(acceptor->listen_fd, (struct sockaddr *)&address, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0) {
            hand_over(acceptor, fd, &address, length);
        } else if (errno == EAGAIN) {
            return true;
        } else if (errno != EINTR && errno != ECONNABORTED) {
            tell(acceptor, errno);
            return false;
        }
    }
    return true;
}

static bool is_ending(struct acceptor *acceptor)
{
    bool ending;
    pthread_mutex_lock(&acceptor->lock);
    ending = acceptor->ending;
    pthread_mutex_unlock(&acceptor->lock);
    return ending;
}

static void *run(void *arg)
{
    struct acceptor *acceptor = arg;
    bool able = true;
    while (!is_ending(acceptor)) {
        bool ready = able && find_place(acceptor);
        struct pollfd waits[] = {{.fd = acceptor->wake_fd, .events = POLLIN},
                                 {.fd = acceptor->listen_fd, .events = POLLIN}};
        eventfd_t woken;
        if (poll(waits, ready ? 2 : 1, ready ? -1 : PAUSE_MS) > 0 && waits[0].revents)
            (void)eventfd_read(acceptor->wake_fd, &woken);
        able = accept_all(acceptor);
    }
    return NULL;
}

/* ---- The public face ---- */

enum status acceptor_new(unsigned threads, unsigned places, struct acceptor **ret, struct error *err)
{
    struct acceptor *acceptor = mem_zero(1, sizeof *acceptor + threads * sizeof *acceptor->workers);
    if (!acceptor)
        return error_memory(err);
    acceptor->threads = threads;
    acceptor->places = places;
    acceptor->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (acceptor->wake_fd < 0) {
        enum status status = error_set_errno(err, STATUS_IO, errno, "cannot make an event descriptor");
        mem_free(acceptor);
        return status;
    }
    pthread_mutex_init(&acceptor->lock, NULL);
    *ret = acceptor;
    return STATUS_OK;
}

unsigned acceptor_daemon_limit(const struct acceptor *acceptor)
{
    return acceptor->places + acceptor->threads;
}

enum status acceptor_start(struct acceptor *acceptor, int listen_fd, struct MHD_Daemon *daemon, struct error *err)
{
    int errnum;
    acceptor->listen_fd = listen_fd;
    acceptor->daemon = daemon;
    errnum = pthread_create(&acceptor->thread, NULL, run, acceptor);
    if (errnum)
        return error_set_errno(err, STATUS_IO, errnum, "cannot start a thread");
    acceptor->running = true;
    return STATUS_OK;
}

static void take_up(struct acceptor *acceptor, struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    if (info)
        strike_out_fd(acceptor, info->connect_fd);
    own_worker(acceptor)->open++;
    acceptor->open++;
}

void acceptor_notify(struct acceptor *acceptor, struct MHD_Connection *connection,
                     enum MHD_ConnectionNotificationCode code)
{
    pthread_mutex_lock(&acceptor->lock);
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        take_up(acceptor, connection);
    } else {
        own_worker(acceptor)->open--;
        acceptor->open--;
    }
    if (acceptor->full)
        (void)eventfd_write(acceptor->wake_fd, 1);
    acceptor->full = false;
    pthread_mutex_unlock(&acceptor->lock);
}

size_t acceptor_handed_over(struct acceptor *acceptor)
{
    size_t count;
    pthread_mutex_lock(&acceptor->lock);
    count = acceptor->handed_count;
    pthread_mutex_unlock(&acceptor->lock);
    return count;
}

void acceptor_stop(struct acceptor *acceptor)
{
    if (!acceptor->running)
        return;
    pthread_mutex_lock(&acceptor->lock);
    acceptor->ending = true;
    (void)eventfd_write(acceptor->wake_fd, 1);
    pthread_mutex_unlock(&acceptor->lock);
    (void)pthread_join(acceptor->thread, NULL);
    acceptor->running = false;
}

struct acceptor *acceptor_free(struct acceptor *acceptor)
{
    if (!acceptor)
        return NULL;
    (void)close(acceptor->wake_fd);
    pthread_mutex_destroy(&acceptor->lock);
    return mem_free(acceptor);
}
