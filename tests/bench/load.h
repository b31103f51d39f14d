/* load.h: a load generator: keep-alive clients on one thread, by epoll, each with one request under way. */
#ifndef DEFLECT_TESTS_LOAD_H
#define DEFLECT_TESTS_LOAD_H

#include <stddef.h>
#include <stdint.h>

struct load {
    uint16_t port;      /* on 127.0.0.1 */
    unsigned clients;
    double seconds;
    char **requests;    /* whole requests, sent in turn */
    size_t request_count;
};

struct load_result {
    double per_second;
    double p50_us, p99_us;
    size_t answers, refused; /* all; those that were not 2xx */
    size_t body_bytes;       /* of the last answer */
};

/* Runs LOAD to its end. Exits the program with a message where a connection cannot be made or breaks off. */
struct load_result load_run(const struct load *load);

#endif
