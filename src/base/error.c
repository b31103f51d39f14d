/* error.c: filling struct error. */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum status error_set(struct error *err, enum status status, const char *format, ...)
{
    if (err) {
        va_list args;
        err->status = status;
        err->hint[0] = '\0';
        va_start(args, format);
        (void)vsnprintf(err->message, sizeof err->message, format, args);
        va_end(args);
    }
    return status;
}

enum status error_set_errno(struct error *err, enum status status, int errnum, const char *format,
                            ...)
{
    if (err) {
        char reason[128];
        va_list args;
        err->status = status;
        err->hint[0] = '\0';
        va_start(args, format);
        (void)vsnprintf(err->message, sizeof err->message, format, args);
        va_end(args);
        size_t used = strlen(err->message);
        (void)snprintf(err->message + used, sizeof err->message - used, ": %s",
                       strerror_r(errnum, reason, sizeof reason));
    }
    return status;
}

void error_hint(struct error *err, const char *format, ...)
{
    if (err) {
        va_list args;
        va_start(args, format);
        (void)vsnprintf(err->hint, sizeof err->hint, format, args);
        va_end(args);
    }
}

enum status error_wrap(struct error *err, enum status status, const char *format, ...)
{
    if (err) {
        char context[256], message[sizeof err->message];
        va_list args;
        va_start(args, format);
        (void)vsnprintf(context, sizeof context, format, args);
        va_end(args);
        (void)snprintf(message, sizeof message, "%s: %.*s", context,
                       (int)(sizeof message - sizeof context - 3), err->message);
        memcpy(err->message, message, sizeof message);
        err->status = status;
    }
    return status;
}

void error_set_memory(struct error *err)
{
    (void)error_set(err, STATUS_OUT_OF_MEMORY, "out of memory");
    error_hint(err, "give the process more memory, or lower its caches");
}
