/* load.c: the load generator's loop. */
#include "load.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { BUFFER_BYTES = 256 * 1024, EVENTS = 64, MOST_SAMPLES = 1 << 20, LONGEST_WAIT_US = 100000 };

struct client {
    int fd;
    size_t number; /* of its request */
    int64_t due_us;
    bool busy;
    size_t filled, wanted; /* bytes of the answer so far, and in all (0: not known yet) */
    size_t body;           /* bytes of its body */
    char buffer[BUFFER_BYTES];
};

struct run {
    const struct load *load;
    int epoll_fd;
    struct client *clients;
    struct client **idle; /* a ring: who waited longest is asked first, so that no connection gets old */
    size_t idle_first, idle_count;
    size_t next;
    int64_t begun_us, until_us;
    float *samples_us;
    struct load_result result;
};

static int64_t now_us(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void die(const char *what)
{
    perror(what);
    exit(1);
}

static const char *find_request(const struct run *run, size_t number)
{
    const struct load *load = run->load;
    return load->make_request ? load->make_request(load->arg, number) : load->requests[number % load->request_count];
}

static void send_next(struct run *run, struct client *client, int64_t due_us)
{
    const char *request = find_request(run, run->next);
    size_t length = strlen(request);
    client->number = run->next++;
    client->filled = client->wanted = 0;
    client->due_us = due_us;
    client->busy = true;
    if (send(client->fd, request, length, MSG_NOSIGNAL) != (ssize_t)length && !run->load->answered)
        die("send"); /* else the end of the connection is told by recv */
}

static void connect_client(struct run *run, struct client *client)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(run->load->port)};
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = client};
    int on = 1;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    client->fd = socket(AF_INET, SOCK_STREAM, 0);
    if (client->fd < 0 || connect(client->fd, (struct sockaddr *)&address, sizeof address) != 0)
        die("connect");
    (void)setsockopt(client->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (epoll_ctl(run->epoll_fd, EPOLL_CTL_ADD, client->fd, &event) != 0)
        die("epoll_ctl");
}

/* ---- Whose turn it is ---- */

static void rest(struct run *run, struct client *client)
{
    client->busy = false;
    run->idle[(run->idle_first + run->idle_count++) % run->load->clients] = client;
}

/* When request NUMBER is due. */
static int64_t due(const struct run *run, size_t number)
{
    return run->begun_us + (int64_t)((double)number * 1e6 / run->load->rate);
}

/* Sends what is due, as far as there are clients for it; returns how long to wait for the next, in microseconds. */
static int64_t send_due(struct run *run)
{
    int64_t now = now_us();
    while (run->idle_count) {
        int64_t when = run->load->rate > 0 ? due(run, run->next) : now;
        if (when >= run->until_us)
            break;
        if (when > now)
            return when - now < LONGEST_WAIT_US ? when - now : LONGEST_WAIT_US;
        send_next(run, run->idle[run->idle_first], when);
        run->idle_first = (run->idle_first + 1) % run->load->clients;
        run->idle_count--;
    }
    return LONGEST_WAIT_US;
}

/* ---- Answers ---- */

/* How long the whole answer is, once its headers are there. */
static void find_length(struct client *client)
{
    char *end, *header;
    client->buffer[client->filled] = '\0';
    end = strstr(client->buffer, "\r\n\r\n");
    header = end ? strcasestr(client->buffer, "\r\nContent-Length: ") : NULL;
    if (header && header < end) {
        client->body = strtoul(header + 18, NULL, 10);
        client->wanted = (size_t)(end + 4 - client->buffer) + client->body;
    }
}

static void count(struct run *run, const struct client *client, int status)
{
    struct load_result *result = &run->result;
    struct load_answer answer = {
        .number = client->number, .status = status, .text = client->buffer, .due_us = client->due_us, .done_us = now_us()};
    if (result->answers < MOST_SAMPLES)
        run->samples_us[result->answers] = (float)(answer.done_us - answer.due_us);
    result->answers++;
    result->body_bytes = client->body;
    result->refused += status < 200 || status > 299;
    if (run->load->answered)
        run->load->answered(run->load->arg, &answer);
}

/* The server ended the connection, which it may where nothing is under way. */
static void reconnect(struct run *run, struct client *client)
{
    if (!run->load->answered)
        die("an answer broke off");
    close(client->fd);
    connect_client(run, client);
    if (!client->busy)
        return;
    client->buffer[client->filled] = '\0';
    count(run, client, 0);
    rest(run, client);
}

static void receive(struct run *run, struct client *client)
{
    ssize_t got = recv(client->fd, client->buffer + client->filled, BUFFER_BYTES - 1 - client->filled, 0);
    if (got <= 0) {
        reconnect(run, client);
        return;
    }
    client->filled += (size_t)got;
    if (!client->wanted)
        find_length(client);
    if (!client->wanted || client->filled < client->wanted)
        return;
    client->buffer[client->filled] = '\0';
    count(run, client, (int)strtol(client->buffer + sizeof "HTTP/1.1", NULL, 10));
    rest(run, client);
}

static int compare(const void *a, const void *b)
{
    float left = *(const float *)a, right = *(const float *)b;
    return (left > right) - (left < right);
}

static void finish(struct run *run, double seconds)
{
    struct load_result *result = &run->result;
    size_t samples = result->answers < MOST_SAMPLES ? result->answers : MOST_SAMPLES;
    result->per_second = (double)result->answers / seconds;
    qsort(run->samples_us, samples, sizeof *run->samples_us, compare);
    result->p50_us = samples ? (double)run->samples_us[samples / 2] : 0;
    result->p99_us = samples ? (double)run->samples_us[samples * 99 / 100] : 0;
}

static void begin(struct run *run)
{
    const struct load *load = run->load;
    run->epoll_fd = epoll_create1(0);
    run->clients = calloc(load->clients, sizeof *run->clients);
    run->idle = calloc(load->clients, sizeof(struct client *));
    run->samples_us = calloc(MOST_SAMPLES, sizeof *run->samples_us);
    if (run->epoll_fd < 0 || !run->clients || !run->idle || !run->samples_us)
        die("load");
    for (unsigned i = 0; i < load->clients; i++) {
        connect_client(run, &run->clients[i]);
        rest(run, &run->clients[i]);
    }
    run->begun_us = now_us();
    run->until_us = run->begun_us + (int64_t)(load->seconds * 1e6);
}

static void end(struct run *run)
{
    for (unsigned i = 0; i < run->load->clients; i++)
        close(run->clients[i].fd);
    close(run->epoll_fd);
    free(run->clients);
    free(run->idle);
    free(run->samples_us);
}

/* With a rate: until all that was due in time is answered. Without: until the time is over. */
static bool is_over(const struct run *run)
{
    if (run->load->rate > 0)
        return due(run, run->next) >= run->until_us && run->idle_count == run->load->clients;
    return now_us() >= run->until_us;
}

struct load_result load_run(const struct load *load)
{
    struct run run = {.load = load};
    struct epoll_event events[EVENTS];
    begin(&run);
    while (!is_over(&run)) {
        int64_t wait_us = send_due(&run);
        struct timespec wait = {.tv_nsec = wait_us * 1000};
        int ready = epoll_pwait2(run.epoll_fd, events, EVENTS, &wait, NULL);
        for (int i = 0; i < ready; i++)
            receive(&run, events[i].data.ptr);
    }
    finish(&run, (double)(now_us() - run.begun_us) / 1e6);
    end(&run);
    return run.result;
}
