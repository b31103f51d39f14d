/* phrases.h: which of many wordings a group is shown with. */
#ifndef DEFLECT_MEASURE_PHRASES_H
#define DEFLECT_MEASURE_PHRASES_H

#include <stddef.h>
#include <stdint.h>

/* A text that may stand for its group. */
struct phrase {
    const char *text;
    size_t number;   /* the same for equal texts */
    size_t note;     /* the caller's */
    int64_t count;   /* how often */
    double likeness; /* to the group, 0 to 1 */
};

/* Adds up equal numbers in place and sorts: commonest first, then the most typical, then by text.
 * Returns how many are left. */
size_t phrases_rank(struct phrase *phrases, size_t count);

#endif
