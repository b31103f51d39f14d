/* json.h: what every user of jansson needs: cleanup, and fields with their type checked. */
#ifndef DEFLECT_BASE_JSON_H
#define DEFLECT_BASE_JSON_H

#include "base/error.h"
#include "base/mem.h"
#include "base/slice.h"

#include <jansson.h>

/* json_decrefp is jansson's own. */
#define _cleanup_json_ _cleanup_(json_decrefp)

/* Parses TEXT (an object or array, no duplicates of keys, nesting as jansson bounds it).
 * Owns: the caller. Errors: INVALID naming line and column, OUT_OF_MEMORY. */
enum status json_read(struct slice text, json_t **ret, struct error *err);

/* The string at KEY: *RET borrowed from OBJECT, or {NULL, 0} where it is missing or null.
 * Errors: UNPROCESSABLE naming the field where it is no string. */
enum status json_read_string(const json_t *object, const char *key, struct slice *ret,
                             struct error *err);

/* The same trimmed and copied, at most MOST bytes of it: *RET unchanged where it is missing or blank. Owns: the
 * caller. Errors: UNPROCESSABLE naming the field, also where it is longer; OUT_OF_MEMORY. */
enum status json_copy_string(const json_t *object, const char *key, size_t most, char **ret, struct error *err);

/* Compact text of VALUE. Owns: the caller; NULL when memory is short. */
char *json_text(const json_t *value);

#endif
