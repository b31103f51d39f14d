/* names.h: gives each distinct text a number, from 0 in order of arrival, so that figures can be
 * kept in arrays.
 *
 * Not safe to share between threads. */
#ifndef DEFLECT_MEASURE_NAMES_H
#define DEFLECT_MEASURE_NAMES_H

#include "base/mem.h"
#include "base/slice.h"

#include <stdbool.h>
#include <stddef.h>

struct names;

/* NULL when memory is short. Owns: the caller frees with names_free. */
struct names *names_new(void);
struct names *names_free(struct names *names);
static inline void names_freep(struct names **names)
{
    *names = names_free(*names);
}

/* The number of TEXT (bytes, may hold NUL), which is added where it is new. False when memory is
 * short. */
bool names_add(struct names *names, struct slice text, size_t *ret)
    __attribute__((warn_unused_result));

/* The number of TEXT; false where it was never added. */
bool names_find(const struct names *names, struct slice text, size_t *ret);

/* Forgets every text. */
void names_clear(struct names *names);

size_t names_count(const struct names *names);

/* The text with this number, NUL-terminated. Borrowed until names_free. */
const char *names_text(const struct names *names, size_t number);

#endif
