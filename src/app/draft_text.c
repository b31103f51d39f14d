/* draft_text.c: the text of a draft: what of a section is quoted, how it reads as HTML, and whether
 * two answers agree. */
#include "app/draft.h"

#include "base/str.h"

#include <ctype.h>

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

void draft_passage(const char *section, size_t most, struct buf *out)
{
    struct slice rest = slice_of(section), line;
    size_t start = out->length;
    bool in_list = false, announced = false; /* "Run this:" */
    while (slice_split(&rest, '\n', &line)) {
        bool item;
        line = slice_trim(line);
        if (line.length == 0)
            continue;
        item = marker(line) > 0;
        if (!item && !announced && !is_sentence(line))
            continue;
        announced = line.ptr[line.length - 1] == ':';
        if (!(item && in_list) && out->length > start &&
            out->length - start + line.length > most)
            return;
        if (out->length > start)
            buf_add_str(out, item ? "\n" : "\n\n");
        if (item && !in_list && out->length > start)
            buf_add_char(out, '\n');
        buf_add_slice(out, line);
        in_list = item;
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

void draft_html(const char *text, struct buf *out)
{
    struct slice rest = slice_of(text), line;
    const char *list = NULL; /* the tag of the list that is open */
    while (slice_split(&rest, '\n', &line)) {
        size_t skip;
        const char *wanted;
        line = slice_trim(line);
        skip = marker(line);
        wanted = !skip ? NULL : *line.ptr == '-' ? "ul" : "ol";
        if (line.length == 0)
            continue;
        if (list && list != wanted)
            buf_printf(out, "</%s>", list);
        if (wanted && list != wanted)
            buf_printf(out, "<%s>", wanted);
        list = wanted;
        buf_add_str(out, wanted ? "<li>" : "<p>");
        add_line((struct slice){line.ptr + skip, line.length - skip}, out);
        buf_add_str(out, wanted ? "</li>" : "</p>");
    }
    if (list)
        buf_printf(out, "</%s>", list);
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
