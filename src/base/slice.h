/* slice.h: a borrowed run of bytes with its length; not NUL-terminated. */
#ifndef DEFLECT_BASE_SLICE_H
#define DEFLECT_BASE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct slice {
    const char *ptr; /* may be NULL when length is 0 */
    size_t length;   /* bytes */
};

#define SLICE_LITERAL(text) ((struct slice){(text), sizeof(text) - 1})

static inline struct slice slice_of(const char *text)
{
    return (struct slice){text, text ? strlen(text) : 0};
}

static inline bool slice_equal(struct slice a, struct slice b)
{
    return a.length == b.length && (a.length == 0 || memcmp(a.ptr, b.ptr, a.length) == 0);
}

static inline bool slice_starts(struct slice text, struct slice prefix)
{
    return text.length >= prefix.length && memcmp(text.ptr, prefix.ptr, prefix.length) == 0;
}

static inline bool slice_has_digit(struct slice text)
{
    for (size_t i = 0; i < text.length; i++)
        if (text.ptr[i] >= '0' && text.ptr[i] <= '9')
            return true;
    return false;
}

/* Without ASCII white space at both ends. */
struct slice slice_trim(struct slice text);

/* Splits off what stands before SEPARATOR: stores it in *RET and moves *REST behind the separator.
 * False when *REST is used up (a last piece without separator is returned first). */
bool slice_split(struct slice *rest, char separator, struct slice *ret);

#endif
