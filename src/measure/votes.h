/* votes.h: the last vote of each session on each article, among closed episodes that count.
 *
 * Fed with episodes (episodes.h). Not safe to share between threads. */
#ifndef DEFLECT_MEASURE_VOTES_H
#define DEFLECT_MEASURE_VOTES_H

#include "measure/figure.h"

struct votes;

/* NULL when memory is short. Owns: the caller. */
struct votes *votes_new(void);
struct votes *votes_free(struct votes *votes);

bool votes_add(struct votes *votes, const struct episode *episode)
    __attribute__((warn_unused_result));

/* Hands each vote to EACH, as a FIGURE_ARTICLE of the episode that it was cast in. False where EACH
 * said stop. */
bool votes_each(const struct votes *votes, figure_fn *each, void *arg)
    __attribute__((warn_unused_result));

#endif
