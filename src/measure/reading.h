/* reading.h: what readers of one article said and did afterwards: comments of votes, tickets.
 *
 * Fed with episodes (episodes.h) that began in the period, open ones included: these are lists, not
 * rates. Not safe to share between threads. */
#ifndef DEFLECT_MEASURE_READING_H
#define DEFLECT_MEASURE_READING_H

#include "measure/episodes.h"

/* The latest of each that are kept. */
#define READING_KEPT 200

struct reading {
    int64_t from_ms, to_ms;
    const char *lang;        /* borrowed; NULL: all */
    const char *article;     /* borrowed */
    struct event **comments; /* votes with a comment, oldest first */
    size_t comment_count;
    struct event **tickets; /* that ended an episode with a view of the article, oldest first */
    size_t ticket_count;
    bool seen; /* some event of an episode names the article */
};

/* An episode_fn: ARG is a struct reading, whose first four fields are set and whose others are
 * zero. */
bool reading_add(void *arg, const struct episode *episode);

/* Sorts by time; after the last episode. */
void reading_finish(struct reading *reading);
void reading_done(struct reading *reading);

#endif
