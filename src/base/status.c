/* status.c: the one table behind status.h. */
#include "base/status.h"

#include <stddef.h>

static const struct {
    const char *name;
    unsigned http;
} table[] = {
    [STATUS_OK] = {"ok", 200},
    [STATUS_INVALID] = {"invalid", 400},
    [STATUS_UNPROCESSABLE] = {"unprocessable", 422},
    [STATUS_NOT_FOUND] = {"not_found", 404},
    [STATUS_EXISTS] = {"exists", 409},
    [STATUS_TOO_LARGE] = {"too_large", 413},
    [STATUS_DENIED] = {"denied", 401},
    [STATUS_LOCKED] = {"locked", 503},
    [STATUS_MODIFIED] = {"modified", 503},
    [STATUS_INCOMPATIBLE] = {"incompatible", 500},
    [STATUS_CORRUPT] = {"corrupt", 503},
    [STATUS_IO] = {"io", 503},
    [STATUS_OUT_OF_MEMORY] = {"out_of_memory", 503},
    [STATUS_UNAVAILABLE] = {"unavailable", 503},
    [STATUS_INTERNAL] = {"internal", 500},
};

const char *status_name(enum status status)
{
    size_t i = (size_t)status;
    return i < sizeof table / sizeof *table ? table[i].name : "unknown";
}

unsigned status_http(enum status status)
{
    size_t i = (size_t)status;
    return i < sizeof table / sizeof *table ? table[i].http : 500;
}
