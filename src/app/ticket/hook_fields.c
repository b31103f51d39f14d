/* hook_fields.c: reads fields of any help desk's JSON without assuming that they are there. */
#include "app/ticket/hook_fields.h"

#include "app/import/html_text.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/str.h"

#include <stdio.h>

const json_t *hook_at(const json_t *object, const char *path)
{
    while (object && *path) {
        size_t length = strcspn(path, ".");
        char key[64];
        if (length >= sizeof key)
            return NULL;
        (void)snprintf(key, sizeof key, "%.*s", (int)length, path);
        object = json_object_get(object, key);
        path += length + (path[length] == '.');
    }
    return json_is_null(object) ? NULL : object;
}

const char *hook_text(const json_t *object, const char *path)
{
    return json_string_value(hook_at(object, path));
}

const char *hook_name(const json_t *object, const char *path)
{
    const json_t *value = hook_at(object, path);
    const char *name = json_string_value(value);
    if (!name)
        name = hook_text(value, "name");
    return name ? name : hook_text(value, "email");
}

bool hook_event_is(const char *event, const char *list)
{
    struct slice rest = slice_of(list), word;
    while (slice_split(&rest, ' ', &word)) {
        size_t length = strlen(event);
        if (length >= word.length &&
            memcmp(event + length - word.length, word.ptr, word.length) == 0)
            return true;
    }
    return false;
}

void hook_put(struct hook_call *call, const char *field, const char *value)
{
    if (value)
        (void)json_object_set_new(call->ticket, field, json_string(value));
}

void hook_copy(struct hook_call *call, const char *field, const json_t *object, const char *path)
{
    const json_t *value = hook_at(object, path);
    if (json_is_string(value))
        (void)json_object_set(call->ticket, field, (json_t *)value);
    else if (json_is_integer(value))
        (void)json_object_set_new(call->ticket, field,
                                  json_sprintf("%lld", (long long)json_integer_value(value)));
}

void hook_copy_html(struct hook_call *call, const char *field, const json_t *object,
                    const char *path)
{
    const char *html = hook_text(object, path);
    _cleanup_free_ char *text = html ? hook_plain(html) : NULL;
    hook_put(call, field, text);
}

char *hook_plain(const char *html)
{
    _cleanup_buf_ struct buf text = BUF_INIT(LIMIT_HTTP_BODY_LARGE);
    html_to_text(slice_of(html), HTML_PLAIN, &text);
    return buf_take(&text);
}

static bool read_time(const json_t *value, int64_t *ret_ms)
{
    struct slice text = slice_of(json_string_value(value));
    int64_t seconds;
    if (json_is_integer(value))
        seconds = json_integer_value(value);
    else if (json_is_real(value))
        seconds = (int64_t)json_real_value(value);
    else if (text.length == 0)
        return false;
    else if (!str_to_int64(text, &seconds))
        return clock_parse_loose(text, ret_ms);
    if (seconds < 0 || seconds > INT64_MAX / MS_PER_SECOND)
        return false;
    *ret_ms = seconds * MS_PER_SECOND;
    return true;
}

static json_t *time_text(int64_t time_ms)
{
    char text[CLOCK_TEXT_SIZE];
    clock_format(time_ms, text);
    return json_string(text);
}

void hook_copy_time(struct hook_call *call, const char *field, const json_t *object,
                    const char *path)
{
    int64_t time_ms;
    if (read_time(hook_at(object, path), &time_ms))
        (void)json_object_set_new(call->ticket, field, time_text(time_ms));
}

void hook_copy_state(struct hook_call *call, const json_t *object, const char *path)
{
    const json_t *value = hook_at(object, path);
    const char *name = hook_name(object, path);
    char number[24];
    if (json_is_integer(value)) {
        (void)snprintf(number, sizeof number, "%lld", (long long)json_integer_value(value));
        name = number;
    }
    if (name)
        hook_put(call, "status", hook_state(call->desk, name, call->states));
}

void hook_copy_tags(struct hook_call *call, const json_t *array, const char *text_field)
{
    json_t *tags = json_array();
    const json_t *item;
    size_t i;
    json_array_foreach (array, i, item) {
        const char *text = json_is_string(item) ? json_string_value(item)
                                                : hook_text(item, text_field);
        if (text && i < LIMIT_TICKET_TAGS)
            (void)json_array_append_new(tags, json_string(text));
    }
    if (json_array_size(tags) > 0)
        (void)json_object_set(call->ticket, "tags", tags);
    json_decref(tags);
}

void hook_add_reply(struct hook_call *call, bool agent, const json_t *at, const char *text,
                    bool html)
{
    _cleanup_free_ char *plain = html && text ? hook_plain(text) : NULL;
    json_t *replies = json_object_get(call->ticket, "replies");
    int64_t at_ms = call->now_ms;
    if (plain)
        text = plain;
    if (str_empty(text))
        return;
    if (!replies) {
        replies = json_array();
        (void)json_object_set_new(call->ticket, "replies", replies);
    }
    (void)read_time(at, &at_ms);
    if (json_array_size(replies) < LIMIT_TICKET_REPLIES)
        (void)json_array_append_new(replies,
                                    json_pack("{s:o, s:s, s:s}", "at", time_text(at_ms), "by",
                                              agent ? "agent" : "customer", "text", text));
}
