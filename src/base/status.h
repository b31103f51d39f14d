/* status.h: the outcomes that a function can report.
 *
 * One table (status.c) maps each status to its name, to the HTTP status that a client sees and to
 * the exit code of the command line, so that no layer invents a mapping of its own. */
#ifndef DEFLECT_BASE_STATUS_H
#define DEFLECT_BASE_STATUS_H

enum status {
    STATUS_OK = 0,
    STATUS_INVALID,       /* malformed input: it cannot be read at all */
    STATUS_UNPROCESSABLE, /* well-formed input with a value that is wrong */
    STATUS_NOT_FOUND,
    STATUS_EXISTS,
    STATUS_TOO_LARGE,
    STATUS_DENIED,      /* not signed in, or not allowed */
    STATUS_LOCKED,      /* another process holds the resource */
    STATUS_MODIFIED,    /* a reader was overtaken by commits: reopen and try again */
    STATUS_INCOMPATIBLE, /* written by another version or with another stemmer */
    STATUS_CORRUPT,
    STATUS_IO,
    STATUS_OUT_OF_MEMORY,
    STATUS_UNAVAILABLE, /* stopping, overloaded or read-only for now */
    STATUS_INTERNAL,    /* a defect of ours */
};

/* The status' name in lower case ("not_found"); never NULL. Threads: any. */
const char *status_name(enum status status);

/* The HTTP status code that stands for this status (200, 400, 404, 413, 422, 500, 503, …). */
unsigned status_http(enum status status);

#endif
