/* random_events.h: events of which everything that a figure looks at is drawn. */
#ifndef DEFLECT_TESTS_RANDOM_EVENTS_H
#define DEFLECT_TESTS_RANDOM_EVENTS_H

#include "measure/random.h"
#include "store/event.h"

struct random_events {
    int64_t from_ms; /* a UTC day's start */
    int days;
    size_t sessions, contacts, articles;
};

/* An event with room for its texts. */
struct random_event {
    struct event event;
    char texts[6][32];
    char *results[3];
};

void random_event_draw(struct random *random, const struct random_events *options,
                       struct random_event *ret);

#endif
