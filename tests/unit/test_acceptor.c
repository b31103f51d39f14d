/* test_acceptor.c: connections beyond the places wait, refused ones leave no trace in the books, a lack of descriptors passes. */
#include "unit.h"

#include "base/log.h"
#include "http/acceptor.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { THREADS = 2, PLACES = 4 };

/* ---- A daemon that says "ok" and counts its connections ---- */

struct fixture {
    struct acceptor *acceptor;
    struct MHD_Daemon *daemon;
    struct sockaddr_in address;
    int listen_fd;
    atomic_int open, most;
};

static enum MHD_Result answer(void *cls, struct MHD_Connection *connection, const char *url, const char *method,
                              const char *version, const char *upload, size_t *upload_length, void **con_cls)
{
    static char body[] = "ok";
    struct MHD_Response *response;
    enum MHD_Result result;
    (void)cls, (void)url, (void)method, (void)version, (void)upload, (void)upload_length;
    if (!*con_cls) { /* an answer before the request's end would end the connection */
        *con_cls = body;
        return MHD_YES;
    }
    response = MHD_create_response_from_buffer(2, body, MHD_RESPMEM_PERSISTENT);
    result = MHD_queue_response(connection, MHD_HTTP_OK, response);
    MHD_destroy_response(response);
    return result;
}

static void notify(void *cls, struct MHD_Connection *connection, void **socket_context,
                   enum MHD_ConnectionNotificationCode code)
{
    struct fixture *fixture = cls;
    bool started = code == MHD_CONNECTION_NOTIFY_STARTED;
    int open = atomic_fetch_add(&fixture->open, started ? 1 : -1) + 1, most = atomic_load(&fixture->most);
    (void)socket_context;
    while (started && open > most && !atomic_compare_exchange_weak(&fixture->most, &most, open))
        continue;
    acceptor_notify(fixture->acceptor, connection, code);
}

static void listen_anywhere(struct fixture *fixture)
{
    socklen_t length = sizeof fixture->address;
    fixture->listen_fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    fixture->address = (struct sockaddr_in){.sin_family = AF_INET};
    fixture->address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(bind(fixture->listen_fd, (struct sockaddr *)&fixture->address, length), 0);
    assert_int_equal(listen(fixture->listen_fd, 100), 0);
    assert_int_equal(getsockname(fixture->listen_fd, (struct sockaddr *)&fixture->address, &length), 0);
}

static int start(void **state, unsigned per_address)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    listen_anywhere(fixture);
    assert_int_equal(acceptor_new(THREADS, PLACES, &fixture->acceptor, NULL), STATUS_OK);
    fixture->daemon = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_NO_LISTEN_SOCKET | MHD_USE_ITC | MHD_USE_TURBO, 0, NULL, NULL, answer,
        NULL, MHD_OPTION_THREAD_POOL_SIZE, (unsigned)THREADS, MHD_OPTION_CONNECTION_LIMIT,
        acceptor_daemon_limit(fixture->acceptor), MHD_OPTION_PER_IP_CONNECTION_LIMIT, per_address,
        MHD_OPTION_NOTIFY_CONNECTION, notify, fixture, MHD_OPTION_END);
    assert_non_null(fixture->daemon);
    assert_int_equal(acceptor_start(fixture->acceptor, fixture->listen_fd, fixture->daemon, NULL), STATUS_OK);
    *state = fixture;
    return 0;
}

static int start_unlimited(void **state)
{
    return start(state, 0);
}

static int start_limited(void **state)
{
    return start(state, 2);
}

static int stop(void **state)
{
    struct fixture *fixture = *state;
    acceptor_stop(fixture->acceptor);
    MHD_stop_daemon(fixture->daemon);
    assert_int_equal(atomic_load(&fixture->open), 0);
    assert_int_equal(acceptor_handed_over(fixture->acceptor), 0);
    acceptor_free(fixture->acceptor);
    close(fixture->listen_fd);
    free(fixture);
    return 0;
}

/* ---- Clients ---- */

static int new_client(void)
{
    struct timeval limit = {.tv_sec = 20};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    return fd;
}

static void ask(const struct fixture *fixture, int fd)
{
    static const char request[] = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
    if (connect(fd, (const struct sockaddr *)&fixture->address, sizeof fixture->address) == 0)
        (void)send(fd, request, sizeof request - 1, MSG_NOSIGNAL);
}

static bool is_answered(int fd)
{
    char text[1000] = "";
    ssize_t got = recv(fd, text, sizeof text - 1, 0);
    return got > 0 && strncmp(text, "HTTP/1.1 200 ", 13) == 0;
}

/* ---- Tests ---- */

static void who_finds_no_place_waits(void **state)
{
    enum { CLIENTS = 5 * PLACES };
    struct fixture *fixture = *state;
    int clients[CLIENTS];
    for (int i = 0; i < CLIENTS; i++)
        ask(fixture, clients[i] = new_client());
    for (int i = 0; i < CLIENTS; i++) {
        assert_true(is_answered(clients[i])); /* in the order of their calls */
        if (i >= PLACES - 1)
            close(clients[i - (PLACES - 1)]);
    }
    for (int i = CLIENTS - (PLACES - 1); i < CLIENTS; i++)
        close(clients[i]);
    assert_int_equal(atomic_load(&fixture->most), PLACES);
}

struct rush {
    const struct fixture *fixture;
    atomic_int answered;
};

static void *rush(void *arg)
{
    struct rush *calls = arg;
    for (int i = 0; i < 100; i++) {
        int fd = new_client();
        ask(calls->fixture, fd);
        atomic_fetch_add(&calls->answered, is_answered(fd));
        close(fd);
    }
    return NULL;
}

static void a_rush_on_few_places_is_served_to_the_last(void **state)
{
    enum { RUNNERS = 6 };
    struct fixture *fixture = *state;
    struct rush calls = {.fixture = fixture};
    pthread_t threads[RUNNERS];
    for (int i = 0; i < RUNNERS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, rush, &calls), 0);
    for (int i = 0; i < RUNNERS; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    assert_int_equal(atomic_load(&calls.answered), RUNNERS * 100);
    assert_true(atomic_load(&fixture->most) <= PLACES);
}

static void refused_connections_take_no_place(void **state)
{
    struct fixture *fixture = *state;
    int held[] = {new_client(), new_client()}, fd;
    for (int i = 0; i < 2; i++) {
        ask(fixture, held[i]);
        assert_true(is_answered(held[i]));
    }
    for (int i = 0; i < 10 * PLACES; i++) {
        ask(fixture, fd = new_client());
        assert_false(is_answered(fd));
        close(fd);
    }
    close(held[0]);
    for (bool served = false; !served; close(fd)) { /* once that is seen */
        ask(fixture, fd = new_client());
        served = is_answered(fd);
    }
    close(held[1]);
}

static double cpu_seconds(void)
{
    struct rusage used;
    assert_int_equal(getrusage(RUSAGE_SELF, &used), 0);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

static void without_descriptors_connections_wait(void **state)
{
    int fd = new_client(), next = dup(fd);
    struct pollfd client = {.fd = fd, .events = POLLIN};
    struct rlimit limit, low;
    double before = cpu_seconds();
    close(next);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    low = (struct rlimit){.rlim_cur = (rlim_t)next, .rlim_max = limit.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &low), 0);
    ask(*state, fd);
    assert_int_equal(poll(&client, 1, 500), 0); /* neither answered nor closed … */
    assert_true(cpu_seconds() - before < 0.25); /* … nor asked for without rest */
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
    assert_true(is_answered(fd));
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(who_finds_no_place_waits, start_unlimited, stop),
        cmocka_unit_test_setup_teardown(a_rush_on_few_places_is_served_to_the_last, start_unlimited, stop),
        cmocka_unit_test_setup_teardown(refused_connections_take_no_place, start_limited, stop),
        cmocka_unit_test_setup_teardown(without_descriptors_connections_wait, start_unlimited, stop),
    };
    log_configure(LOG_LEVEL_ERROR + 1, LOG_FORMAT_TEXT);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
