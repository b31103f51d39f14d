/* target.c: splits and decodes request targets and form bodies in one copy of their text. */
#include "http/target.h"

#include "base/mem.h"
#include "base/str.h"

#include <string.h>

static int hex_value(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'a' && digit <= 'f')
        return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F')
        return digit - 'A' + 10;
    return -1;
}

/* Decodes %XX (and, in forms, '+') of TEXT in place. False: a bad or cut escape, NUL, or no UTF-8. */
static bool decode(char *text, bool plus_is_space)
{
    char *out = text;
    for (const char *in = text; *in; in++) {
        if (*in == '+' && plus_is_space) {
            *out++ = ' ';
        } else if (*in == '%') {
            int high = hex_value(in[1]);
            int low = high < 0 ? -1 : hex_value(in[2]);
            if (low < 0 || (high == 0 && low == 0))
                return false;
            *out++ = (char)(high * 16 + low);
            in += 2;
        } else {
            *out++ = *in;
        }
    }
    *out = '\0';
    return utf8_valid((struct slice){text, (size_t)(out - text)});
}

static size_t count_fields(const char *text)
{
    size_t count = *text ? 1 : 0;
    for (const char *p = text; *p; p++)
        count += *p == '&';
    return count;
}

/* Splits "a=1&b=2" in place. */
static enum status read_fields(struct target *target, char *text, struct error *err)
{
    size_t count = count_fields(text);
    if (count > TARGET_FIELDS)
        return error_set(err, STATUS_INVALID, "more than %d parameters", TARGET_FIELDS);
    if (!count)
        return STATUS_OK;
    target->fields = mem_zero(count, sizeof *target->fields);
    if (!target->fields)
        return error_memory(err);
    for (char *rest = text; rest;) {
        char *name = rest;
        char *value;
        rest = strchr(name, '&');
        if (rest)
            *rest++ = '\0';
        if (!*name)
            continue;
        value = strchr(name, '=');
        if (value)
            *value++ = '\0';
        if (!decode(name, true) || (value && !decode(value, true)))
            return error_set(err, STATUS_INVALID,
                             "a parameter is not percent-encoded UTF-8: write '%%' as %%25");
        target->fields[target->count++] = (struct target_field){name, value ? value : ""};
    }
    return STATUS_OK;
}

/* The path within TEXT: behind scheme and authority, where they were sent (RFC 9112, 3.2.2). */
static char *find_path(char *text)
{
    char *authority = strstr(text, "://");
    if (*text == '/' || !authority)
        return text;
    authority += 3;
    return authority + strcspn(authority, "/?");
}

enum status target_parse(const char *text, struct target *ret, struct error *err)
{
    struct target target = {0};
    enum status status = STATUS_OK;
    char *path, *query;
    target.text = mem_strdup(text);
    if (!target.text)
        return error_memory(err);
    path = find_path(target.text);
    query = strchr(path, '?');
    if (query)
        *query++ = '\0';
    target.path = *path ? path : "/";
    if (*path && !decode(path, false))
        status = error_set(err, STATUS_INVALID,
                           "the path is not percent-encoded UTF-8: write '%%' as %%25");
    else if (query)
        status = read_fields(&target, query, err);
    if (status)
        target_done(&target);
    else
        *ret = target;
    return status;
}

enum status target_parse_form(const char *text, size_t length, struct target *ret, struct error *err)
{
    struct target target = {.path = ""};
    enum status status;
    if (length && memchr(text, '\0', length))
        return error_set(err, STATUS_INVALID, "the form holds a NUL byte");
    target.text = mem_strndup(length ? text : "", length);
    if (!target.text)
        return error_memory(err);
    status = read_fields(&target, target.text, err);
    if (status)
        target_done(&target);
    else
        *ret = target;
    return status;
}

const char *target_field(const struct target *target, const char *name)
{
    for (size_t i = 0; i < target->count; i++)
        if (strcmp(target->fields[i].name, name) == 0)
            return target->fields[i].value;
    return NULL;
}

void target_done(struct target *target)
{
    mem_free(target->fields);
    mem_free(target->text);
    *target = (struct target){0};
}

struct slice target_cookie(const char *header, const char *name)
{
    struct slice rest = slice_of(header), wanted = slice_of(name), pair;
    while (slice_split(&rest, ';', &pair)) {
        pair = slice_trim(pair);
        if (pair.length > wanted.length && slice_starts(pair, wanted) && pair.ptr[wanted.length] == '=')
            return (struct slice){pair.ptr + wanted.length + 1, pair.length - wanted.length - 1};
    }
    return (struct slice){NULL, 0};
}
