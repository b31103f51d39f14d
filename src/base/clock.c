/* clock.c: wall-clock time, its text forms, and durations. */
#include "base/clock.h"

#include "base/str.h"

#include <stdatomic.h>
#include <stdio.h>
#include <time.h>

static _Atomic int64_t fixed_now_ms = -1;

int64_t clock_now_ms(void)
{
    int64_t fixed = atomic_load_explicit(&fixed_now_ms, memory_order_relaxed);
    struct timespec now;
    if (fixed >= 0)
        return fixed;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * MS_PER_SECOND + now.tv_nsec / 1000000;
}

int64_t clock_monotonic_us(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

void clock_set_for_test(int64_t now_ms)
{
    atomic_store(&fixed_now_ms, now_ms);
}

int64_t clock_day_start(int64_t time_ms)
{
    int64_t rest = time_ms % MS_PER_DAY;
    return time_ms - (rest < 0 ? rest + MS_PER_DAY : rest);
}

static struct tm utc_fields(int64_t time_ms)
{
    struct tm fields = {0};
    int64_t whole = time_ms - (time_ms % MS_PER_SECOND + MS_PER_SECOND) % MS_PER_SECOND;
    time_t seconds = (time_t)(whole / MS_PER_SECOND);
    (void)gmtime_r(&seconds, &fields);
    return fields;
}

/* Writes NUMBER as COUNT digits; by hand, since every line of the log and every event has a time. */
static char *put_digits(char *text, int number, int count)
{
    for (int i = count - 1; i >= 0; i--, number /= 10)
        text[i] = (char)('0' + number % 10);
    return text + count;
}

static char *put_part(char *text, char before, int number)
{
    *text = before;
    return put_digits(text + 1, number, 2);
}

void clock_format(int64_t time_ms, char text[CLOCK_TEXT_SIZE])
{
    struct tm fields = utc_fields(time_ms);
    int fraction = (int)((time_ms % MS_PER_SECOND + MS_PER_SECOND) % MS_PER_SECOND);
    text = put_digits(text, fields.tm_year + 1900, 4);
    text = put_part(text, '-', fields.tm_mon + 1);
    text = put_part(text, '-', fields.tm_mday);
    text = put_part(text, 'T', fields.tm_hour);
    text = put_part(text, ':', fields.tm_min);
    text = put_part(text, ':', fields.tm_sec);
    if (fraction) {
        *text = '.';
        text = put_digits(text + 1, fraction, 3);
    }
    memcpy(text, "Z", 2);
}

void clock_format_day(int64_t time_ms, char text[CLOCK_TEXT_SIZE])
{
    struct tm fields = utc_fields(time_ms);
    (void)strftime(text, CLOCK_TEXT_SIZE, "%Y-%m-%d", &fields);
}

/* Reads exactly COUNT digits at *POSITION. */
static bool read_digits(struct slice text, size_t *position, size_t count, int *ret)
{
    int value = 0;
    if (text.length - *position < count || *position > text.length)
        return false;
    for (size_t i = 0; i < count; i++) {
        char c = text.ptr[*position + i];
        if (c < '0' || c > '9')
            return false;
        value = value * 10 + (c - '0');
    }
    *position += count;
    *ret = value;
    return true;
}

static bool read_char(struct slice text, size_t *position, const char *one_of)
{
    if (*position >= text.length || !strchr(one_of, text.ptr[*position]))
        return false;
    ++*position;
    return true;
}

static int days_in_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : days[month - 1];
}

static bool read_date(struct slice text, size_t *position, int64_t *ret_ms)
{
    int year, month, day;
    struct tm fields = {0};
    if (!read_digits(text, position, 4, &year) || !read_char(text, position, "-") ||
        !read_digits(text, position, 2, &month) || !read_char(text, position, "-") ||
        !read_digits(text, position, 2, &day))
        return false;
    if (year < 1970 || month < 1 || month > 12 || day < 1 || day > days_in_month(year, month))
        return false;
    fields.tm_year = year - 1900;
    fields.tm_mon = month - 1;
    fields.tm_mday = day;
    *ret_ms = (int64_t)timegm(&fields) * MS_PER_SECOND;
    return true;
}

/* Reads "HH:MM[:SS[.fraction]]"; seconds may be missing where SECONDS_OPTIONAL. */
static bool read_time(struct slice text, size_t *position, bool seconds_optional, int64_t *ret_ms)
{
    int hour, minute, second = 0, scale = 100;
    int64_t fraction_ms = 0;
    if (!read_digits(text, position, 2, &hour) || !read_char(text, position, ":") ||
        !read_digits(text, position, 2, &minute))
        return false;
    if (read_char(text, position, ":")) {
        if (!read_digits(text, position, 2, &second))
            return false;
    } else if (!seconds_optional) {
        return false;
    }
    if (read_char(text, position, ".")) {
        int digit;
        if (!read_digits(text, position, 1, &digit))
            return false;
        do {
            fraction_ms += (int64_t)digit * scale;
            scale /= 10;
        } while (read_digits(text, position, 1, &digit));
    }
    if (hour > 23 || minute > 59 || second > 60)
        return false;
    *ret_ms = hour * MS_PER_HOUR + minute * MS_PER_MINUTE + second * MS_PER_SECOND + fraction_ms;
    return true;
}

/* Reads "Z" or "+HH:MM" as what must be subtracted to reach UTC. */
static bool read_offset(struct slice text, size_t *position, int64_t *ret_ms)
{
    int hour, minute;
    bool west;
    if (read_char(text, position, "Zz")) {
        *ret_ms = 0;
        return true;
    }
    west = *position < text.length && text.ptr[*position] == '-';
    if (!read_char(text, position, "+-") || !read_digits(text, position, 2, &hour) ||
        !read_char(text, position, ":") || !read_digits(text, position, 2, &minute) || hour > 23 ||
        minute > 59)
        return false;
    *ret_ms = (hour * MS_PER_HOUR + minute * MS_PER_MINUTE) * (west ? -1 : 1);
    return true;
}

bool clock_parse(struct slice text, int64_t *ret_ms)
{
    int64_t date_ms, time_ms, offset_ms;
    size_t position = 0;
    if (!read_date(text, &position, &date_ms) || !read_char(text, &position, "Tt ") ||
        !read_time(text, &position, false, &time_ms) ||
        !read_offset(text, &position, &offset_ms) || position != text.length)
        return false;
    *ret_ms = date_ms + time_ms - offset_ms;
    return true;
}

bool clock_parse_loose(struct slice text, int64_t *ret_ms)
{
    int64_t date_ms, time_ms = 0, offset_ms = 0;
    size_t position = 0;
    if (!read_date(text, &position, &date_ms))
        return false;
    if (position < text.length) {
        if (!read_char(text, &position, "Tt ") || !read_time(text, &position, true, &time_ms))
            return false;
        (void)read_char(text, &position, " ");
        if (position < text.length && !read_offset(text, &position, &offset_ms))
            return false;
    }
    if (position != text.length)
        return false;
    *ret_ms = date_ms + time_ms - offset_ms;
    return true;
}

bool clock_parse_day(struct slice text, int64_t *ret_ms)
{
    size_t position = 0;
    int64_t day_ms;
    if (!read_date(text, &position, &day_ms) || position != text.length)
        return false;
    *ret_ms = day_ms;
    return true;
}

bool clock_parse_duration(struct slice text, int64_t *ret_ms)
{
    static const struct {
        const char *name;
        int64_t ms;
    } units[] = {{"ms", 1},          {"s", MS_PER_SECOND}, {"m", MS_PER_MINUTE},
                 {"h", MS_PER_HOUR}, {"d", MS_PER_DAY},    {"w", 7 * MS_PER_DAY}};
    size_t digits = 0;
    int64_t count;
    while (digits < text.length && text.ptr[digits] >= '0' && text.ptr[digits] <= '9')
        digits++;
    if (!str_to_int64((struct slice){text.ptr, digits}, &count))
        return false;
    for (size_t i = 0; i < ARRAY_LENGTH(units); i++) {
        struct slice unit = {text.ptr + digits, text.length - digits};
        if (slice_equal(unit, slice_of(units[i].name)) && count <= INT64_MAX / units[i].ms) {
            *ret_ms = count * units[i].ms;
            return true;
        }
    }
    return false;
}
