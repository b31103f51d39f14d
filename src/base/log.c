/* log.c: structured lines on standard error. */
#include "base/log.h"

#include "base/buf.h"
#include "base/clock.h"

#include <stdarg.h>
#include <string.h>
#include <unistd.h>

enum { LINE_BYTES = 8192 };

static _Atomic enum log_level lowest_level = LOG_LEVEL_INFO;
static _Atomic enum log_format line_format = LOG_FORMAT_TEXT;
static const char *const level_names[] = {"debug", "info", "warning", "error"};

bool log_level_parse(const char *name, enum log_level *ret)
{
    for (size_t i = 0; i < ARRAY_LENGTH(level_names); i++)
        if (strcmp(name, level_names[i]) == 0) {
            *ret = (enum log_level)i;
            return true;
        }
    return false;
}

void log_configure(enum log_level lowest, enum log_format format)
{
    lowest_level = lowest;
    line_format = format;
}

static void add_quoted(struct buf *line, const char *value)
{
    buf_add_char(line, '"');
    for (const unsigned char *p = (const unsigned char *)value; *p; p++) {
        if (*p == '"' || *p == '\\')
            buf_printf(line, "\\%c", *p);
        else if (*p < 0x20 || *p == 0x7F)
            buf_printf(line, "\\u%04x", *p);
        else
            buf_add_char(line, (char)*p);
    }
    buf_add_char(line, '"');
}

/* A number as JSON writes one: -1.25, without what is not a digit in front of the point or behind it. */
static bool is_number(const char *value)
{
    static const char digits[] = "0123456789";
    value += *value == '-';
    size_t whole = strspn(value, digits);
    if (whole == 0 || (whole > 1 && *value == '0'))
        return false;
    value += whole;
    if (*value == '.')
        return value[1] && value[1 + strspn(value + 1, digits)] == '\0';
    return *value == '\0';
}

static bool is_plain(const char *value)
{
    if (!*value)
        return false;
    for (const unsigned char *p = (const unsigned char *)value; *p; p++)
        if (*p <= ' ' || *p == '"' || *p == '=' || *p == '\\' || *p >= 0x7F)
            return false;
    return true;
}

static void add_pair(struct buf *line, enum log_format format, const char *key, const char *value)
{
    bool number = *key == '#' && is_number(value);
    key += *key == '#';
    if (format == LOG_FORMAT_JSON) {
        buf_add_char(line, line->length == 0 ? '{' : ',');
        add_quoted(line, key);
        buf_add_char(line, ':');
        if (number)
            buf_add_str(line, value);
        else
            add_quoted(line, value);
        return;
    }
    if (line->length)
        buf_add_char(line, ' ');
    buf_add_str(line, key);
    buf_add_char(line, '=');
    if (is_plain(value))
        buf_add_str(line, value);
    else
        add_quoted(line, value);
}

void log_event(enum log_level level, const char *event, ...)
{
    _cleanup_buf_ struct buf line = BUF_INIT(LINE_BYTES);
    enum log_format format = line_format;
    char now[CLOCK_TEXT_SIZE];
    const char *key;
    va_list args;
    if (level < lowest_level)
        return;
    clock_format(clock_now_ms(), now);
    add_pair(&line, format, "at", now);
    add_pair(&line, format, "level", level_names[level]);
    add_pair(&line, format, "event", event);
    va_start(args, event);
    while ((key = va_arg(args, const char *))) {
        const char *value = va_arg(args, const char *);
        if (value)
            add_pair(&line, format, key, value);
    }
    va_end(args);
    buf_add_str(&line, format == LOG_FORMAT_JSON ? "}\n" : "\n");
    if (!line.failed)
        (void)!write(STDERR_FILENO, line.data, line.length);
}

void log_error(const char *event, const struct error *err)
{
    log_event(LOG_LEVEL_ERROR, event, "status", status_name(err->status), "message", err->message,
              "hint", err->hint[0] ? err->hint : NULL, NULL);
}
