/* str.h: checked parsing, UTF-8, and lists of strings. */
#ifndef DEFLECT_BASE_STR_H
#define DEFLECT_BASE_STR_H

#include "base/mem.h"
#include "base/slice.h"

#include <stdbool.h>
#include <stdint.h>

/* Whole-text number parsers: no white space, no rest; false and *RET untouched otherwise. */
bool str_to_int64(struct slice text, int64_t *ret);
bool str_to_double(struct slice text, double *ret); /* finite only; '.' whatever the locale */
bool str_to_bool(struct slice text, bool *ret);     /* true yes on 1, false no off 0 */

bool str_equal(const char *a, const char *b);       /* NULL equals NULL only */
bool str_equal_ascii_case(struct slice a, struct slice b);
bool str_starts(const char *text, const char *prefix);
bool str_ends(const char *text, const char *suffix);
static inline bool str_empty(const char *text)
{
    return !text || !*text;
}

/* True when TEXT is well-formed UTF-8 (no surrogates, no overlong forms) without NUL. */
bool utf8_valid(struct slice text);

/* The code point at *POSITION of well-formed TEXT; moves *POSITION behind it. On a malformed byte
 * returns U+FFFD and moves by one. */
uint32_t utf8_next(struct slice text, size_t *position);

/* The largest length <= MAX that does not cut a code point in half. */
size_t utf8_cut(struct slice text, size_t max);

/* The number of code points. */
size_t utf8_count(struct slice text);

/* Writes CODE_POINT to OUT (4 bytes of room) and returns how many bytes. */
size_t utf8_put(uint32_t code_point, char out[4]);

/* Levenshtein distance over bytes with transposition (optimal string alignment), at most LIMIT + 1;
 * for naming the nearest of a few known words. Texts over 64 bytes count as LIMIT + 1. */
unsigned str_distance(const char *a, const char *b, unsigned limit);

/* A list of strings: NULL-terminated array, may be NULL when empty. */
size_t strv_length(char *const *list);
bool strv_contains(char *const *list, const char *text);

/* Appends a copy of TEXT; false when memory is short (the list stays as it was). */
bool strv_append(char ***list, struct slice text) __attribute__((warn_unused_result));
char **strv_free(char **list);
static inline void strv_freep(char ***list)
{
    *list = strv_free(*list);
}
#define _cleanup_strv_ _cleanup_(strv_freep)

#endif
