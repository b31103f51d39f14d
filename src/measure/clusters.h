/* clusters.h: groups texts that are about the same thing: deterministic, explained by their common
 * words, fast.
 *
 * A text is its normal form (wording.h). Words weigh by how few texts hold them (the root of the
 * inverse document frequency; a word of one text alone weighs nothing beside others), a text is the
 * unit vector of its 16 weightiest words, likeness is the cosine. One pass over the texts, the most
 * frequent first, lets each join the most alike group, or begin one (leader clustering, J. A.
 * Hartigan, Clustering Algorithms, 1975, ch. 3); groups with like centroids are merged, then every
 * text goes to its most alike centroid. Ties fall to the earlier group, so that the same texts give
 * the same groups. Candidates are found through an inverted index over the rarer words. 50,000
 * texts take some seconds. Not safe to share between threads. */
#ifndef DEFLECT_MEASURE_CLUSTERS_H
#define DEFLECT_MEASURE_CLUSTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct clusters;

/* NULL when memory is short. Owns: the caller. */
struct clusters *clusters_new(void);
struct clusters *clusters_free(struct clusters *clusters);
static inline void clusters_freep(struct clusters **clusters)
{
    *clusters = clusters_free(*clusters);
}

/* One more text with this normal form; *RET is its number, the same for equal forms. */
bool clusters_add(struct clusters *clusters, const char *form, size_t *ret)
    __attribute__((warn_unused_result));

/* Groups; after the last clusters_add. */
bool clusters_finish(struct clusters *clusters) __attribute__((warn_unused_result));

/* Valid after clusters_finish. Groups are numbered from 0. */
size_t clusters_count(const struct clusters *clusters);
size_t clusters_of(const struct clusters *clusters, size_t text);
/* How alike the text is to its group's centroid, 0 to 1. */
double clusters_likeness(const struct clusters *clusters, size_t text);

/* The INDEXth weightiest word of GROUP's centroid; NULL where there are no more (at most 24).
 * Borrowed. */
const char *clusters_word(const struct clusters *clusters, size_t group, size_t index);

#endif
