/* slug.c: ids, anchors and readable names made from text. */
#include "article/slug.h"

#include "base/buf.h"
#include "base/limits.h"
#include "base/str.h"

#include <stdint.h>
#include <utf8proc.h>

static bool is_letter(uint32_t c)
{
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)c);
    return (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO) ||
           category == UTF8PROC_CATEGORY_ND || category == UTF8PROC_CATEGORY_NL;
}

static bool is_mark(uint32_t c)
{
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)c);
    return category >= UTF8PROC_CATEGORY_MN && category <= UTF8PROC_CATEGORY_ME;
}

static void add_lower(struct buf *out, uint32_t c)
{
    char bytes[4];
    buf_add(out, bytes, utf8_put((uint32_t)utf8proc_tolower((utf8proc_int32_t)c), bytes));
}

/* TEXT composed (NFC), in memory of our own; NULL when memory is short. */
static char *compose(struct slice text)
{
    utf8proc_uint8_t *composed = NULL;
    utf8proc_ssize_t length =
        utf8proc_map((const utf8proc_uint8_t *)text.ptr, (utf8proc_ssize_t)text.length, &composed,
                     UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    char *copy = length < 0 ? NULL : mem_strndup((const char *)composed, (size_t)length);
    free(composed); /* allocated by utf8proc */
    return copy;
}

static char last_of(const struct buf *out)
{
    return out->length ? out->data[out->length - 1] : '/';
}

/* Drops '-' (and '/' where TAIL) from the end. */
static void trim_end(struct buf *out, bool tail)
{
    while (out->length && (last_of(out) == '-' || (tail && last_of(out) == '/')))
        buf_truncate(out, out->length - 1);
}

char *slug_id(struct slice text)
{
    _cleanup_buf_ struct buf out = BUF_INIT(LIMIT_ARTICLE_FILE * 2);
    bool replaced = false; /* the last '-' stands for something else */
    for (size_t i = 0; i < text.length;) {
        uint32_t c = utf8_next(text, &i);
        if (is_letter(c) || (is_mark(c) && last_of(&out) != '/' && last_of(&out) != '-')) {
            add_lower(&out, c);
        } else if (c == '/') {
            trim_end(&out, false);
            if (last_of(&out) != '/')
                buf_add_char(&out, '/');
        } else if (last_of(&out) != '/' && (c == '-' ? !replaced : last_of(&out) != '-')) {
            buf_add_char(&out, '-');
            replaced = c != '-';
            continue;
        } else {
            continue;
        }
        replaced = false;
    }
    if (out.failed)
        return NULL;
    _cleanup_free_ char *composed = compose((struct slice){buf_str(&out), out.length});
    if (!composed)
        return NULL;
    buf_truncate(&out, 0);
    buf_add(&out, composed, utf8_cut(slice_of(composed), LIMIT_ID));
    trim_end(&out, true);
    return buf_take(&out);
}

char *slug_anchor(struct slice heading)
{
    _cleanup_buf_ struct buf out = BUF_INIT(LIMIT_ARTICLE_FILE * 2);
    for (size_t i = 0; i < heading.length;) {
        uint32_t c = utf8_next(heading, &i);
        if (c == ' ')
            buf_add_char(&out, '-');
        else if (c == '-' || is_letter(c) || is_mark(c) ||
                 utf8proc_category((utf8proc_int32_t)c) == UTF8PROC_CATEGORY_PC)
            add_lower(&out, c);
    }
    if (out.length == 0)
        buf_add_str(&out, "section");
    return buf_take(&out);
}

char *slug_folded(struct slice text)
{
    _cleanup_buf_ struct buf out = BUF_INIT(LIMIT_ARTICLE_FILE * 2);
    for (size_t i = 0; i < text.length;)
        add_lower(&out, utf8_next(text, &i));
    return out.failed ? NULL : compose((struct slice){buf_str(&out), out.length});
}

/* Without a number that only orders files: "01-intro", "2. Setup", but "2fa" and "404" stay. */
static struct slice drop_order(struct slice name)
{
    size_t digits = 0;
    while (digits < name.length && name.ptr[digits] >= '0' && name.ptr[digits] <= '9')
        digits++;
    if (digits == 0 || digits > 3 || digits + 1 >= name.length ||
        !memchr("-_. ", name.ptr[digits], 4))
        return name;
    digits++;
    if (name.ptr[digits] >= '0' && name.ptr[digits] <= '9')
        return name; /* a date or a version */
    return (struct slice){name.ptr + digits, name.length - digits};
}

char *slug_readable(struct slice name)
{
    _cleanup_buf_ struct buf out = BUF_INIT(LIMIT_ARTICLE_FILE);
    name = drop_order(name);
    for (size_t i = 0; i < name.length; i++) {
        bool space = name.ptr[i] == '-' || name.ptr[i] == '_' || name.ptr[i] == ' ';
        if (!space)
            buf_add_char(&out, name.ptr[i]);
        else if (out.length && last_of(&out) != ' ')
            buf_add_char(&out, ' ');
    }
    if (out.length && last_of(&out) == ' ')
        buf_truncate(&out, out.length - 1);
    if (out.failed)
        return NULL;
    size_t first = 0;
    struct slice spaced = {buf_str(&out), out.length};
    uint32_t c = out.length ? utf8_next(spaced, &first) : 0;
    char upper[4];
    size_t length = utf8_put((uint32_t)utf8proc_toupper((utf8proc_int32_t)c), upper);
    return out.length ? mem_printf("%.*s%s", (int)length, upper, out.data + first) : mem_strdup("");
}
