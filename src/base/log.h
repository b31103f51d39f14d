/* log.h: one line an occurrence on standard error, as logfmt text or JSON.
 *
 * Only `app`, `http` and `cli` log: whoever handles an error tells it once. Values are escaped, so
 * that no input can forge a line. Threads: any; a line is written whole. */
#ifndef DEFLECT_BASE_LOG_H
#define DEFLECT_BASE_LOG_H

#include "base/error.h"

#include <stdbool.h>

enum log_level { LOG_LEVEL_DEBUG, LOG_LEVEL_INFO, LOG_LEVEL_WARNING, LOG_LEVEL_ERROR };
enum log_format { LOG_FORMAT_TEXT, LOG_FORMAT_JSON };

/* "debug", "info", "warning" or "error". */
bool log_level_parse(const char *name, enum log_level *ret);

/* Sets what is written (default: info and above, as text). A line that is being written keeps one form. */
void log_configure(enum log_level lowest, enum log_format format);

/* Writes EVENT ("index.committed") with pairs of key and value, both C strings, ended by NULL:
 * log_event(LOG_LEVEL_INFO, "listening", "address", address, NULL). A NULL value is left out.
 * The value of a key that begins with '#' ("#status", written as "status") is a number, in JSON too. */
void log_event(enum log_level level, const char *event, ...) __attribute__((sentinel));

/* Writes EVENT with the status, message and hint of ERR. */
void log_error(const char *event, const struct error *err);

#endif
