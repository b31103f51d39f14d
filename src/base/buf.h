/* buf.h: a growing string with a mandatory cap.
 *
 * Appends chain without checks: the first failure (cap reached or memory short) is remembered in
 * `failed`, later appends do nothing, and the caller asks once at the end. The text is always
 * NUL-terminated. Not safe to share between threads. */
#ifndef DEFLECT_BASE_BUF_H
#define DEFLECT_BASE_BUF_H

#include "base/mem.h"
#include "base/slice.h"

#include <stdbool.h>
#include <stddef.h>

struct buf {
    char *data;      /* NULL until something was appended */
    size_t length;   /* bytes, without the NUL */
    size_t capacity; /* bytes allocated */
    size_t cap;      /* most bytes that `length` may reach */
    bool failed;
};

#define BUF_INIT(cap_bytes)                                                                        \
    (struct buf)                                                                                   \
    {                                                                                              \
        .cap = (cap_bytes)                                                                         \
    }

/* Frees what the buffer holds; it can be used again. Safe on an empty one. */
void buf_done(struct buf *buf);
#define _cleanup_buf_ _cleanup_(buf_done)

/* Makes room for MORE bytes, of an empty buffer for just as many: one allocation where the length is known. The room, which
 * counts when `length` has grown by what was written there; NULL (and failed) where that cannot be. */
char *buf_reserve(struct buf *buf, size_t more);

void buf_add(struct buf *buf, const void *bytes, size_t length);
void buf_add_str(struct buf *buf, const char *text);
void buf_add_slice(struct buf *buf, struct slice text);
void buf_add_char(struct buf *buf, char character);
void buf_printf(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Appends TEXT with & < > " ' escaped, fit for HTML text and quoted attributes. */
void buf_add_html(struct buf *buf, struct slice text);

/* Appends TEXT as a JSON string with its quotes, which is a YAML one too; a malformed byte becomes U+FFFD. */
void buf_add_json(struct buf *buf, struct slice text);

/* Appends TEXT percent-encoded; letters, digits, "-._~" and the characters of KEEP stay. */
void buf_add_url(struct buf *buf, struct slice text, const char *keep);

/* Cuts the text to LENGTH bytes (no effect where it is shorter). */
void buf_truncate(struct buf *buf, size_t length);

/* The text as a C string, "" when empty. Borrowed: valid until the next change. */
const char *buf_str(const struct buf *buf);

/* The bytes so far. Borrowed: as buf_str. */
static inline struct slice buf_slice(const struct buf *buf)
{
    return (struct slice){buf->data, buf->length};
}

/* Hands the text over as a fresh C string ("" when empty) and empties the buffer; NULL when an
 * append failed. Owns: the caller. */
char *buf_take(struct buf *buf);

#endif
