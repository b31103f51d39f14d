/* returning.h: of known contacts, who had read or was solved, and yet wrote within some days.
 *
 * An episode closes after the window; a customer may try the answer at home and write days later.
 * Only known contacts can be followed: for them this tells the potential rate after 1, 3 and 7
 * days, over the counted, identified, closed episodes whose last event lies so many days back. Fed
 * with episodes (episodes.h). Not safe to share between threads. */
#ifndef DEFLECT_MEASURE_RETURNING_H
#define DEFLECT_MEASURE_RETURNING_H

#include "measure/figure.h"

#define RETURNING_SPANS 3
extern const int returning_days[RETURNING_SPANS]; /* 1, 3, 7 */

struct returning;

/* Owns: the caller. NULL when memory is short. */
struct returning *returning_new(int64_t now_ms);
struct returning *returning_free(struct returning *returning);

/* A contact's episodes must come in order of time, as episodes.h hands them out. */
bool returning_add(struct returning *returning, const struct episode *episode)
    __attribute__((warn_unused_result));

/* Hands each followed episode to EACH, as a FIGURE_RETURNING. False where EACH said stop. */
bool returning_each(const struct returning *returning, figure_fn *each, void *arg)
    __attribute__((warn_unused_result));

#endif
