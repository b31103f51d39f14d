/* load.c: the load generator's loop. */
#include "load.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { BUFFER_BYTES = 64 * 1024, EVENTS = 64, MOST_SAMPLES = 1 << 20 };

struct client {
    int fd;
    int64_t sent_us;
    size_t filled, wanted; /* bytes of the answer so far, and in all (0: not known yet) */
    size_t body;           /* bytes of its body */
    char buffer[BUFFER_BYTES];
};

struct run {
    const struct load *load;
    int epoll_fd;
    struct client *clients;
    size_t next;
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

static void send_next(struct run *run, struct client *client)
{
    const char *request = run->load->requests[run->next++ % run->load->request_count];
    size_t length = strlen(request);
    client->filled = client->wanted = 0;
    client->sent_us = now_us();
    if (send(client->fd, request, length, MSG_NOSIGNAL) != (ssize_t)length)
        die("send");
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

static void count(struct run *run, const struct client *client)
{
    struct load_result *result = &run->result;
    if (result->answers < MOST_SAMPLES)
        run->samples_us[result->answers] = (float)(now_us() - client->sent_us);
    result->answers++;
    result->body_bytes = client->body;
    result->refused += client->buffer[9] != '2';
}

static void receive(struct run *run, struct client *client)
{
    ssize_t got = recv(client->fd, client->buffer + client->filled, BUFFER_BYTES - 1 - client->filled, 0);
    if (got <= 0)
        die("an answer broke off");
    client->filled += (size_t)got;
    if (!client->wanted)
        find_length(client);
    if (!client->wanted || client->filled < client->wanted)
        return;
    count(run, client);
    send_next(run, client);
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

struct load_result load_run(const struct load *load)
{
    struct run run = {.load = load, .epoll_fd = epoll_create1(0)};
    struct epoll_event events[EVENTS];
    int64_t begun_us, until_us, last_us;
    run.clients = calloc(load->clients, sizeof *run.clients);
    run.samples_us = calloc(MOST_SAMPLES, sizeof *run.samples_us);
    if (run.epoll_fd < 0 || !run.clients || !run.samples_us)
        die("load");
    for (unsigned i = 0; i < load->clients; i++)
        connect_client(&run, &run.clients[i]);
    begun_us = last_us = now_us();
    until_us = begun_us + (int64_t)(load->seconds * 1e6);
    for (unsigned i = 0; i < load->clients; i++)
        send_next(&run, &run.clients[i]);
    while (last_us < until_us) {
        int ready = epoll_wait(run.epoll_fd, events, EVENTS, 1000);
        for (int i = 0; i < ready; i++)
            receive(&run, events[i].data.ptr);
        last_us = now_us();
    }
    finish(&run, (double)(last_us - begun_us) / 1e6);
    for (unsigned i = 0; i < load->clients; i++)
        close(run.clients[i].fd);
    close(run.epoll_fd);
    free(run.clients);
    free(run.samples_us);
    return run.result;
}
