/* target.h: the request target ("/search?q=a%20b"), form bodies and cookies, split and decoded.
 *
 * Works on any bytes: what is not percent-encoded properly, not UTF-8, or holds NUL is refused whole. */
#ifndef DEFLECT_HTTP_TARGET_H
#define DEFLECT_HTTP_TARGET_H

#include "base/error.h"
#include "base/slice.h"

#include <stddef.h>

enum { TARGET_FIELDS = 64 }; /* more are refused */

struct target_field {
    const char *name, *value;
};

struct target {
    char *text;       /* what all others point into */
    const char *path; /* decoded: "%2F" and "/" are the same here */
    struct target_field *fields;
    size_t count;
};

/* Splits TEXT (origin form, or absolute form "http://host/path"; "*" is a path). "+" is a space in the query, as forms
 * send it. Errors: INVALID, OUT_OF_MEMORY. */
enum status target_parse(const char *text, struct target *ret, struct error *err);

/* Splits the form body TEXT of LENGTH bytes (application/x-www-form-urlencoded); PATH is "". */
enum status target_parse_form(const char *text, size_t length, struct target *ret, struct error *err);

/* The value of the first field NAME; NULL: none. */
const char *target_field(const struct target *target, const char *name);

void target_done(struct target *target);

/* The value of cookie NAME in the header HEADER (may be NULL), pointing into it; empty slice: none. */
struct slice target_cookie(const char *header, const char *name);

#endif
