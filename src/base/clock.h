/* clock.h: wall-clock time, its text forms, and durations.
 *
 * Times are milliseconds since 1970-01-01 UTC in an int64_t (`_ms`). */
#ifndef DEFLECT_BASE_CLOCK_H
#define DEFLECT_BASE_CLOCK_H

#include "base/slice.h"

#include <stdbool.h>
#include <stdint.h>

#define MS_PER_SECOND INT64_C(1000)
#define MS_PER_MINUTE (60 * MS_PER_SECOND)
#define MS_PER_HOUR (60 * MS_PER_MINUTE)
#define MS_PER_DAY (24 * MS_PER_HOUR)

/* Now. Threads: any. */
int64_t clock_now_ms(void);

/* A clock that never steps, for time-outs and measuring; its zero means nothing. */
int64_t clock_monotonic_us(void);

/* For tests: from now on clock_now_ms() is NOW_MS (negative: the real time again). */
void clock_set_for_test(int64_t now_ms);

#define CLOCK_TEXT_SIZE 32

/* "2026-11-22T02:05:03.250Z"; without the fraction where it is .000. */
void clock_format(int64_t time_ms, char text[CLOCK_TEXT_SIZE]);

/* "2026-11-22": the UTC day. */
void clock_format_day(int64_t time_ms, char text[CLOCK_TEXT_SIZE]);

/* Reads RFC 3339 with any offset (kept to the millisecond). False where TEXT is no such time. */
bool clock_parse(struct slice text, int64_t *ret_ms);

/* Reads a time or a date in the forms of front matter: RFC 3339, "2026-11-22",
 * "2026-11-22 02:05[:03]". Without an offset: UTC. */
bool clock_parse_loose(struct slice text, int64_t *ret_ms);

/* Reads "YYYY-MM-DD" as the start of that UTC day. */
bool clock_parse_day(struct slice text, int64_t *ret_ms);

/* Reads "90d", "24h", "30m", "15s", "500ms", "2w"; a whole number before the unit. */
bool clock_parse_duration(struct slice text, int64_t *ret_ms);

/* The start of the UTC day that holds TIME_MS. */
int64_t clock_day_start(int64_t time_ms);

#endif
