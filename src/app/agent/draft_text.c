/* draft_text.c: the text of a draft: what of a section is quoted, how it reads as HTML, and whether
 * two answers agree. */
#include "app/agent/draft.h"

#include "base/str.h"

#include <ctype.h>

enum { WHOLE = 6 /* times the wished length at which even a list ends */ };

/* The length of "1. " or "- " at the start of LINE; 0: it is no item of a list. */
static size_t marker(struct slice line)
{
    size_t digits = 0;
    if (slice_starts(line, SLICE_LITERAL("- ")))
        return 2;
    while (digits < line.length && isdigit((unsigned char)line.ptr[digits]))
        digits++;
    return digits > 0 && digits + 1 < line.length && line.ptr[digits] == '.' &&
                   line.ptr[digits + 1] == ' '
               ? digits + 2
               : 0;
}

/* True where LINE ends as sentences do. Rows of a table do not, and say little without their columns. */
static bool is_sentence(struct slice line)
{
    static const char *const ends[] = {".", "!", "?", ":", ")", "\"", "”", "…", "。", "！", "？", "："};
    for (size_t i = 0; i < ARRAY_LENGTH(ends); i++) {
        size_t length = strlen(ends[i]);
        if (line.length >= length &&
            memcmp(line.ptr + line.length - length, ends[i], length) == 0)
            return true;
    }
    return false;
}

/* True where LINE begins as sentences do: code may end like one. */
static bool begins_sentence(struct slice line)
{
    return isupper((unsigned char)*line.ptr) || (*line.ptr & 0x80) || *line.ptr == '"';
}

enum line_kind { LINE_ITEM, LINE_SENTENCE, LINE_CODE, LINE_ROW };

/* What LINE (with its indent) is, in the passage so far: CODE tells that code is announced or under way. */
static enum line_kind kind_of(struct slice line, const char *markdown, bool code)
{
    struct slice text = slice_trim(line);
    bool indented = text.ptr > line.ptr;
    code = code && memmem(markdown, strlen(markdown), text.ptr, text.length);
    if (marker(text) > 0 && !(code && indented))
        return LINE_ITEM;
    if (is_sentence(text) && !(code && (indented || !begins_sentence(text))))
        return LINE_SENTENCE;
    return code ? LINE_CODE : LINE_ROW;
}

void draft_passage(const char *section, const char *markdown, size_t most, bool announced,
                   struct buf *out)
{
    struct slice rest = slice_of(section), line;
    size_t start = out->length;
    enum line_kind before = announced ? LINE_CODE : LINE_SENTENCE;
    while (slice_split(&rest, '\n', &line)) {
        struct slice text = slice_trim(line);
        enum line_kind kind;
        bool goes_on; /* a list or code that has begun, which half of is worse than none */
        if (text.length == 0 || (kind = kind_of(line, markdown, before == LINE_CODE)) == LINE_ROW)
            continue;
        goes_on = kind == before && kind != LINE_SENTENCE && !announced;
        if (out->length > start && out->length - start + text.length > (goes_on ? WHOLE * most : most))
            return;
        if (out->length > start)
            buf_add_str(out, goes_on ? "\n" : "\n\n");
        if (kind == LINE_CODE)
            buf_add(out, line.ptr, (size_t)(text.ptr - line.ptr)); /* the indent may mean something */
        buf_add_slice(out, text);
        announced = kind != LINE_CODE && text.ptr[text.length - 1] == ':';
        before = announced ? LINE_CODE : kind;
    }
}

/* ---- As HTML ---- */

static void add_line(struct slice line, struct buf *out)
{
    while (line.length > 0) {
        const char *found = memmem(line.ptr, line.length, "http", 4);
        struct slice before = {line.ptr, found ? (size_t)(found - line.ptr) : line.length};
        size_t length = 0;
        buf_add_html(out, before);
        line = (struct slice){line.ptr + before.length, line.length - before.length};
        while (length < line.length && !isspace((unsigned char)line.ptr[length]))
            length++;
        if (slice_starts(line, SLICE_LITERAL("http://")) ||
            slice_starts(line, SLICE_LITERAL("https://"))) {
            buf_add_str(out, "<a href=\"");
            buf_add_html(out, (struct slice){line.ptr, length});
            buf_add_str(out, "\">");
            buf_add_html(out, (struct slice){line.ptr, length});
            buf_add_str(out, "</a>");
        } else {
            length = line.length > 0;
            buf_add_html(out, (struct slice){line.ptr, length});
        }
        line = (struct slice){line.ptr + length, line.length - length};
    }
}

/* Ends the element OPEN ("p", "ul", "ol") where it is not WANTED, and begins that. Returns WANTED. */
static const char *switch_to(const char *open, const char *wanted, struct buf *out)
{
    if (open == wanted)
        return wanted;
    if (open)
        buf_printf(out, "</%s>", open);
    if (wanted)
        buf_printf(out, "<%s>", wanted);
    return wanted;
}

void draft_html(const char *text, struct buf *out)
{
    static const char paragraph[] = "p", bullets[] = "ul", numbers[] = "ol";
    struct slice rest = slice_of(text), line;
    const char *open = NULL;
    while (slice_split(&rest, '\n', &line)) {
        const char *begin = line.ptr;
        size_t skip;
        line = slice_trim(line);
        if (line.length == 0 && open == paragraph)
            open = switch_to(open, NULL, out);
        if (line.length == 0)
            continue;
        skip = marker(line);
        if (!skip && open == paragraph)
            buf_add_str(out, "<br>");
        open = switch_to(open, !skip ? paragraph : *line.ptr == '-' ? bullets : numbers, out);
        buf_add_str(out, skip ? "<li>" : "");
        for (; !skip && begin < line.ptr; begin++)
            buf_add_str(out, "&nbsp;");
        add_line((struct slice){line.ptr + skip, line.length - skip}, out);
        buf_add_str(out, skip ? "</li>" : "");
    }
    (void)switch_to(open, NULL, out);
}

/* ---- Agreement ---- */

/* A number and the word behind it: "30 days". */
struct amount {
    struct slice number, unit;
};

/* The next amount of TEXT from *AT on; false: there is none. */
static bool next_amount(struct slice text, size_t *at, struct amount *ret)
{
    size_t i = *at;
    for (; i < text.length; i++) {
        size_t start = i, end;
        if (!isdigit((unsigned char)text.ptr[i]) ||
            (i > 0 && (isalnum((unsigned char)text.ptr[i - 1]) || strchr(".,-#", text.ptr[i - 1]))))
            continue;
        while (i < text.length && (isdigit((unsigned char)text.ptr[i]) ||
                                   (strchr(".,", text.ptr[i]) && i + 1 < text.length &&
                                    isdigit((unsigned char)text.ptr[i + 1]))))
            i++;
        ret->number = (struct slice){text.ptr + start, i - start};
        while (i < text.length && text.ptr[i] == ' ')
            i++;
        end = i;
        while (end < text.length && (isalpha((unsigned char)text.ptr[end]) || text.ptr[end] == '%' ||
                                     (text.ptr[end] & 0x80)))
            end++;
        ret->unit = (struct slice){text.ptr + i, end - i};
        *at = end;
        if (end > i)
            return true;
        i = end;
    }
    *at = i;
    return false;
}

/* "day" and "days" are one thing. */
static bool same_unit(struct slice a, struct slice b)
{
    if (a.length > 3 && tolower((unsigned char)a.ptr[a.length - 1]) == 's')
        a.length--;
    if (b.length > 3 && tolower((unsigned char)b.ptr[b.length - 1]) == 's')
        b.length--;
    return str_equal_ascii_case(a, b);
}

/* True where TEXT speaks of the thing that AMOUNT counts, and never with its number. */
static bool contradicts(const struct amount *amount, struct slice text)
{
    struct amount other;
    size_t at = 0;
    bool spoken_of = false;
    while (next_amount(text, &at, &other)) {
        if (!same_unit(amount->unit, other.unit))
            continue;
        if (slice_equal(amount->number, other.number))
            return false;
        spoken_of = true;
    }
    return spoken_of;
}

bool draft_disagree(const char *a, const char *b)
{
    struct amount amount;
    size_t at = 0;
    while (next_amount(slice_of(a), &at, &amount))
        if (contradicts(&amount, slice_of(b)))
            return true;
    return false;
}
