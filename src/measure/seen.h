/* seen.h: what one episode did with each article: the part that every way of counting articles
 * shares. */
#ifndef DEFLECT_MEASURE_SEEN_H
#define DEFLECT_MEASURE_SEEN_H

#include "measure/episodes.h"

struct seen_article {
    const char *article; /* borrowed from the episode */
    bool shown;          /* among the results of a search at place form, in arm suggest */
    bool viewed;         /* not only a passage */
    bool last;           /* the last one viewed */
    bool solved;         /* named by a `solved` */
    bool read;
    int64_t read_ms; /* sum of its `read` events */
};

/* The articles of an episode; zeroed before first use, used again for the next. */
struct seen {
    struct seen_article *articles;
    size_t count, capacity;
};

/* Fills SEEN from EPISODE. False when memory is short. */
bool seen_episode(struct seen *seen, const struct episode *episode)
    __attribute__((warn_unused_result));
void seen_done(struct seen *seen);

#endif
