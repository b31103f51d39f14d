/* error.h: what went wrong, in words for a person.
 *
 * A function that can fail returns an enum status and takes, as its last argument, a struct error
 * that the caller owns (on the stack; NULL where nobody wants the words). The message says what
 * happened and where; the hint says what to do about it. Nothing is printed here: whoever handles
 * the error tells it once. */
#ifndef DEFLECT_BASE_ERROR_H
#define DEFLECT_BASE_ERROR_H

#include "base/status.h"

struct error {
    enum status status;
    char message[512];
    char hint[256]; /* "" where there is nothing to advise */
};

/* Fills ERR (may be NULL) and returns STATUS, so that `return error_set(err, …)` ends a function.
 * The message is cut at the size of the field. Threads: any. */
enum status error_set(struct error *err, enum status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* As error_set, with the text of errno value ERRNUM behind the message ("…: No such file"). */
enum status error_set_errno(struct error *err, enum status status, int errnum, const char *format,
                            ...) __attribute__((format(printf, 4, 5)));

/* Sets the hint of an error that was set before. */
void error_hint(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Puts "CONTEXT: " before the message of ERR and returns its status; for wrapping once. */
enum status error_wrap(struct error *err, enum status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Fills ERR with the standard words for a failed allocation. */
void error_set_memory(struct error *err);

/* The same, as the OUT_OF_MEMORY to return: defined here so that analysers see that it is never OK. */
static inline enum status error_memory(struct error *err)
{
    error_set_memory(err);
    return STATUS_OUT_OF_MEMORY;
}

#endif
