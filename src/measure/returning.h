/* returning.h: of known contacts, who had read or was solved, and yet wrote within some days.
 *
 * An episode closes after the window; a customer may try the answer at home and write days later.
 * Only known contacts can be followed: for them this tells the potential rate after 1, 3 and 7
 * days, over the counted, identified episodes of the period whose last event lies so many days
 * back. Fed with episodes (episodes.h). Not safe to share between threads. */
#ifndef DEFLECT_MEASURE_RETURNING_H
#define DEFLECT_MEASURE_RETURNING_H

#include "measure/episodes.h"
#include "measure/stats.h"

#define RETURNING_SPANS 3
extern const int returning_days[RETURNING_SPANS]; /* 1, 3, 7 */

struct returning_options {
    int64_t from_ms, to_ms, now_ms;
    const char *lang; /* borrowed; NULL: all */
};

struct returning;

/* OPTIONS is copied. Owns: the caller. NULL when memory is short. */
struct returning *returning_new(const struct returning_options *options);
struct returning *returning_free(struct returning *returning);
static inline void returning_freep(struct returning **returning)
{
    *returning = returning_free(*returning);
}

/* An episode_fn: ARG is a struct returning. A contact's episodes must come in order of time, as
 * episodes.h hands them out. */
bool returning_add(void *arg, const struct episode *episode);

/* Solved or read, and no ticket within the days of span INDEX since the last event; Wilson. */
struct estimate returning_rate(const struct returning *returning, size_t index);
int64_t returning_count(const struct returning *returning, size_t index);

#endif
