/* json.c: what every user of jansson needs. */
#include "base/json.h"

#include <stdbool.h>

static _Thread_local bool parsing;
static _Thread_local unsigned long failures_before; /* it began */

/* Once memory was short the rest of a parse gets none: where its buffer could not grow, jansson (2.14) would look for the end of
 * a string behind the buffer's end. Without room for the string it gives up before that. */
static void *allocate(size_t size)
{
    return parsing && mem_failures() != failures_before ? NULL : mem_alloc(size);
}

static void release(void *memory)
{
    (void)mem_free(memory);
}

/* Before main, since a value must be freed by whoever made it. */
__attribute__((constructor)) static void use_our_memory(void)
{
    json_set_alloc_funcs(allocate, release);
}

enum status json_read(struct slice text, json_t **ret, struct error *err)
{
    json_error_t problem;
    json_t *value;
    parsing = true;
    failures_before = mem_failures();
    value = json_loadb(text.ptr ? text.ptr : "", text.length, JSON_REJECT_DUPLICATES, &problem);
    parsing = false;
    if (mem_failures() != failures_before) { /* jansson takes it for a mistake, or leaves out what it had no room for */
        json_decref(value);
        return error_memory(err);
    }
    if (!value) {
        return error_set(err, STATUS_INVALID, "not JSON at line %d, column %d: %s", problem.line,
                         problem.column, problem.text);
    }
    *ret = value;
    return STATUS_OK;
}

enum status json_read_string(const json_t *object, const char *key, struct slice *ret,
                             struct error *err)
{
    const json_t *value = json_object_get(object, key);
    *ret = (struct slice){NULL, 0};
    if (!value || json_is_null(value))
        return STATUS_OK;
    if (!json_is_string(value))
        return error_set(err, STATUS_UNPROCESSABLE, "field %s must be a string", key);
    *ret = (struct slice){json_string_value(value), json_string_length(value)};
    return STATUS_OK;
}

enum status json_copy_string(const json_t *object, const char *key, size_t most, char **ret, struct error *err)
{
    struct slice text;
    enum status status = json_read_string(object, key, &text, err);
    text = slice_trim(text);
    if (status || text.length == 0)
        return status;
    if (text.length > most)
        return error_set(err, STATUS_UNPROCESSABLE, "field %s is over %zu bytes", key, most);
    *ret = mem_strndup(text.ptr, text.length);
    return *ret ? STATUS_OK : error_memory(err);
}

char *json_text(const json_t *value)
{
    /* 15 digits: 0.1 stays 0.1 */
    return json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));
}
