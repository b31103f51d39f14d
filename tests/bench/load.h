/* load.h: a load generator: keep-alive clients on one thread, by epoll, each with one request under way. */
#ifndef DEFLECT_TESTS_LOAD_H
#define DEFLECT_TESTS_LOAD_H

#include <stddef.h>
#include <stdint.h>

/* One answer. Times in microseconds of the monotonic clock. */
struct load_answer {
    size_t number;   /* of its request */
    int status;      /* 0: the connection broke */
    const char *text; /* all of it, headers and body; lives as long as the call */
    int64_t due_us, done_us;
};

struct load {
    uint16_t port;      /* on 127.0.0.1 */
    unsigned clients;
    double seconds;
    char **requests;    /* whole requests, sent in turn … */
    size_t request_count;
    const char *(*make_request)(void *arg, size_t number); /* … or made: request NUMBER, which lives until the next call */
    void (*answered)(void *arg, const struct load_answer *answer); /* NULL: a connection that breaks ends the program */
    void *arg;
    /* Requests a second by the clock, whether or not the last ones are answered; the time until the answer counts from
     * when a request was due. What is due while all clients are busy waits. 0: each client asks as soon as it is answered. */
    double rate;
};

struct load_result {
    double per_second;
    double p50_us, p99_us;   /* of the first million of answers */
    size_t answers, refused; /* all; those that were not 2xx */
    size_t body_bytes;       /* of the last answer */
};

/* Runs LOAD to its end: until all that was due is answered where there is a rate. Exits the program with a message where
 * a connection cannot be made. */
struct load_result load_run(const struct load *load);

#endif
