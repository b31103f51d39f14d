/* confidence.h: how sure it is that an article answers the question: a level, with a meaning that holds for every knowledge base.
 *
 * A logistic model of "this is right", learned by scripts/learn-confidence over sets with and without an answer. */
#ifndef DEFLECT_INDEX_CONFIDENCE_H
#define DEFLECT_INDEX_CONFIDENCE_H

#include "index/index.h"
#include "index/rank.h"

/* The level of CANDIDATES[WHICH] among all COUNT, which are in order of their scores; CAUTION: as in struct index_query. */
enum index_confidence confidence_level(const struct rank_candidate *candidates, size_t count, size_t which, int caution);

/* The model's estimate of how likely it is right, 0 to 1; for `--explain`. */
double confidence_chance(const struct rank_candidate *candidates, size_t count, size_t which);

#endif
