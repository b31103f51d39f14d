/* buf.c: the growing string of buf.h. */
#include "base/buf.h"

#include "base/mem.h"
#include "base/str.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

void buf_done(struct buf *buf)
{
    buf->data = mem_free(buf->data);
    buf->length = buf->capacity = 0;
    buf->failed = false;
}

static bool resize(struct buf *buf, size_t capacity)
{
    char *grown = capacity == buf->capacity ? buf->data : mem_resize(buf->data, capacity, 1);
    if (!grown) {
        buf->failed = true;
        return false;
    }
    buf->data = grown;
    buf->capacity = capacity;
    return true;
}

/* True where MORE bytes are within the cap; else false (and failed). */
static bool fits(struct buf *buf, size_t more)
{
    if (!buf->failed && (more > buf->cap || buf->length > buf->cap - more))
        buf->failed = true;
    return !buf->failed;
}

/* Makes room for MORE bytes and the NUL, and for as many again, as long as appends go on. */
static bool reserve(struct buf *buf, size_t more)
{
    size_t wanted = buf->capacity ? buf->capacity : 64;
    if (!fits(buf, more))
        return false;
    while (wanted < buf->length + more + 1)
        wanted *= 2;
    return resize(buf, wanted);
}

char *buf_reserve(struct buf *buf, size_t more)
{
    bool made = buf->capacity ? reserve(buf, more) : fits(buf, more) && resize(buf, more + 1);
    if (!made)
        return NULL;
    buf->data[buf->length] = '\0';
    return buf->data + buf->length;
}

void buf_add(struct buf *buf, const void *bytes, size_t length)
{
    if (!reserve(buf, length))
        return;
    if (length)
        memcpy(buf->data + buf->length, bytes, length);
    buf->length += length;
    buf->data[buf->length] = '\0';
}

void buf_add_str(struct buf *buf, const char *text)
{
    buf_add(buf, text, strlen(text));
}

void buf_add_slice(struct buf *buf, struct slice text)
{
    buf_add(buf, text.ptr, text.length);
}

void buf_add_char(struct buf *buf, char character)
{
    buf_add(buf, &character, 1);
}

void buf_printf(struct buf *buf, const char *format, ...)
{
    va_list args, again;
    int length;
    va_start(args, format);
    va_copy(again, args);
    length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (length < 0) {
        buf->failed = true;
    } else if (reserve(buf, (size_t)length)) {
        (void)vsnprintf(buf->data + buf->length, (size_t)length + 1, format, again);
        buf->length += (size_t)length;
    }
    va_end(again);
}

/* What stands for C in HTML, NULL where C stands for itself. */
static const char *html_escape(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

void buf_add_html(struct buf *buf, struct slice text)
{
    size_t done = 0;
    for (size_t i = 0; i < text.length; i++) {
        const char *escape = html_escape(text.ptr[i]);
        if (!escape)
            continue;
        buf_add(buf, text.ptr + done, i - done);
        buf_add_str(buf, escape);
        done = i + 1;
    }
    if (done < text.length) /* an empty slice may have no address */
        buf_add(buf, text.ptr + done, text.length - done);
}

static void add_json_escape(struct buf *buf, uint32_t c)
{
    switch (c) {
    case '"':
        buf_add_str(buf, "\\\"");
        break;
    case '\\':
        buf_add_str(buf, "\\\\");
        break;
    case '\n':
        buf_add_str(buf, "\\n");
        break;
    default:
        buf_printf(buf, "\\u%04x", (unsigned)c);
    }
}

/* Code points that must be escaped; beyond what JSON asks for, those that YAML cannot hold otherwise. */
static bool needs_escape(uint32_t point)
{
    return point < 0x20 || point == '"' || point == '\\' || (point >= 0x7f && point < 0xa0) ||
           point == 0xfffe || point == 0xffff;
}

/* Appends well-formed TEXT, escaped; runs of plain bytes are copied whole. */
static void add_json_runs(struct buf *buf, struct slice text)
{
    size_t start = 0, at = 0;
    while (at < text.length) {
        size_t from = at;
        unsigned char c = (unsigned char)text.ptr[at];
        uint32_t point = c < 0x80 ? (at++, c) : utf8_next(text, &at);
        if (!needs_escape(point))
            continue;
        buf_add(buf, text.ptr + start, from - start);
        add_json_escape(buf, point);
        start = at;
    }
    if (start < text.length)
        buf_add(buf, text.ptr + start, text.length - start);
}

void buf_add_json(struct buf *buf, struct slice text)
{
    buf_add_char(buf, '"');
    if (text.length == 0 || utf8_valid(text)) {
        if (text.length)
            add_json_runs(buf, text);
    } else {
        for (size_t i = 0; i < text.length;) {
            char bytes[4];
            size_t length = utf8_put(utf8_next(text, &i), bytes);
            add_json_runs(buf, (struct slice){bytes, length});
        }
    }
    buf_add_char(buf, '"');
}

static bool is_unreserved(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c && strchr("-._~", c));
}

void buf_add_url(struct buf *buf, struct slice text, const char *keep)
{
    for (size_t i = 0; i < text.length; i++) {
        char c = text.ptr[i];
        if (is_unreserved(c) || (c && strchr(keep, c)))
            buf_add_char(buf, c);
        else
            buf_printf(buf, "%%%02X", (unsigned)(unsigned char)c);
    }
}

void buf_truncate(struct buf *buf, size_t length)
{
    if (length < buf->length) {
        buf->length = length;
        buf->data[length] = '\0';
    }
}

const char *buf_str(const struct buf *buf)
{
    return buf->data ? buf->data : "";
}

char *buf_take(struct buf *buf)
{
    char *text = NULL;
    if (!buf->failed)
        text = buf->data ? steal_pointer(&buf->data) : mem_strdup("");
    buf_done(buf);
    return text;
}
