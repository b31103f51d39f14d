/* duplicates.h: texts that are the same, or nearly so.
 *
 * A text is its normal form (wording.h), a set of words. Two are the same where the forms are
 * equal, and nearly so where they share four fifths of their words or more (Jaccard's index >= 0.8)
 * and each has at least four. Found exactly, without comparing all pairs: two such sets share one
 * of the rarest |x| − ⌈0.8·|x|⌉ + 1 words of either (prefix filter; R. J. Bayardo, Y. Ma, R.
 * Srikant, Scaling Up All Pairs Similarity Search, WWW 2007). A text is compared with earlier ones
 * only, so that the same texts in the same order give the same groups. Not safe to share between
 * threads. */
#ifndef DEFLECT_MEASURE_DUPLICATES_H
#define DEFLECT_MEASURE_DUPLICATES_H

#include <stdbool.h>
#include <stddef.h>

struct duplicates;

/* NULL when memory is short. Owns: the caller. */
struct duplicates *duplicates_new(void);
struct duplicates *duplicates_free(struct duplicates *duplicates);
static inline void duplicates_freep(struct duplicates **duplicates)
{
    *duplicates = duplicates_free(*duplicates);
}

/* One more text; *RET is the number of its form, the same for equal forms. False: memory is short.
 */
bool duplicates_add(struct duplicates *duplicates, const char *form, size_t *ret)
    __attribute__((warn_unused_result));

/* Looks for likeness; after the last duplicates_add. */
bool duplicates_finish(struct duplicates *duplicates) __attribute__((warn_unused_result));

/* Valid after duplicates_finish: the first form of the group that FORM is in; FORM itself where it
 * is like none before. */
size_t duplicates_first(const struct duplicates *duplicates, size_t form);
size_t duplicates_forms(const struct duplicates *duplicates);

#endif
