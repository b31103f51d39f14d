/* spelling.h: lets a rare misspelling meet the word that many others wrote.
 *
 * Learns from the normal forms at hand and from nothing else. A word of at least six bytes that was
 * written at most a tenth as often as another with the same first letter, one edit away (optimal
 * string alignment), is taken for that one; of several the most frequent, then the first of the
 * alphabet. Not safe to share between threads. */
#ifndef DEFLECT_MEASURE_SPELLING_H
#define DEFLECT_MEASURE_SPELLING_H

#include "base/buf.h"

#include <stdint.h>

struct spelling;

/* NULL when memory is short. Owns: the caller. */
struct spelling *spelling_new(void);
struct spelling *spelling_free(struct spelling *spelling);
static inline void spelling_freep(struct spelling **spelling)
{
    *spelling = spelling_free(*spelling);
}

/* FORM (words joined by spaces) was written COUNT times. */
bool spelling_learn(struct spelling *spelling, const char *form, int64_t count)
    __attribute__((warn_unused_result));

/* Decides which words stand for which; after the last spelling_learn. */
bool spelling_finish(struct spelling *spelling) __attribute__((warn_unused_result));

/* Appends FORM with its words replaced, in order of the alphabet and without repeats. */
bool spelling_correct(const struct spelling *spelling, const char *form, struct buf *out)
    __attribute__((warn_unused_result));

#endif
