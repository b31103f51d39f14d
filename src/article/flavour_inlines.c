/* flavour_inlines.c: tags, templates and expressions out of Markdown, character by character.
 *
 * Lines of fenced or indented code are copied, and so are code spans; elsewhere the scanner walks
 * from one character that may mean something to the next one. */
#include "article/flavour.h"
#include "article/flavour_scan.h"
#include "base/str.h"

#include <ctype.h>

/* ---- Code spans ---- */

static void scan_ticks(struct scan *s)
{
    size_t length = 1, end = scan_paragraph_end(s);
    while (scan_at(s, s->pos + length) == '`')
        length++;
    size_t i = s->pos + length;
    if (length <= SCAN_MAX_TICKS && s->no_ticks[length] != end) {
        while (i < end) {
            const char *tick = memchr(s->in.ptr + i, '`', end - i);
            size_t run = 0;
            if (!tick)
                break;
            i = (size_t)(tick - s->in.ptr);
            while (scan_at(s, i + run) == '`')
                run++;
            i += run;
            if (run == length) {
                scan_copy(s, i);
                return;
            }
        }
        s->no_ticks[length] = end;
    }
    scan_copy(s, s->pos + length);
}

/* ---- Lines ---- */

/* The position behind a line's end, or before the next character that may mean something. */
static size_t plain_end(const struct scan *s)
{
    size_t i = s->pos;
    if (scan_at(s, i) == '\n')
        return i + 1;
    for (i++; i < s->in.length; i++) {
        switch (s->in.ptr[i]) {
        case '\n':
        case '\\':
        case '`':
        case '<':
        case '{':
        case ':':
            return i;
        default:
            break;
        }
    }
    return i;
}

/* One line outside of code, or more where something on it goes on. */
static void scan_line(struct scan *s)
{
    s->open_links = 0;
    s->heading_id = (struct slice){NULL, 0};
    while (s->pos < s->in.length) {
        char c = s->in.ptr[s->pos];
        if (c == '\\')
            scan_copy(s,
                      s->pos + (scan_at(s, s->pos + 1) && scan_at(s, s->pos + 1) != '\n' ? 2 : 1));
        else if (c == '`')
            scan_ticks(s);
        else if (c == '<')
            scan_tag(s);
        else if (c == '{')
            scan_brace(s);
        else if (c == ':')
            scan_colon(s);
        else
            scan_copy(s, plain_end(s));
        if (c == '\n' && s->open_links == 0)
            return;
        if (c == '\n' && s->pos >= s->paragraph_end)
            return;
    }
}

static size_t indentation(struct slice line)
{
    size_t column = 0;
    for (size_t i = 0; i < line.length; i++) {
        if (line.ptr[i] == '\t')
            column += 4 - column % 4;
        else if (line.ptr[i] == ' ')
            column++;
        else
            break;
    }
    return column;
}

/* The columns that the mark of a list item takes at the start of TEXT, 0 where it is none. */
static size_t item_mark(struct slice text)
{
    size_t i = 0;
    if (slice_starts(text, SLICE_LITERAL("!!! ")) || slice_starts(text, SLICE_LITERAL("??? ")) ||
        slice_starts(text, SLICE_LITERAL("???+ ")) || slice_starts(text, SLICE_LITERAL("=== \"")))
        return 4; /* MkDocs: what belongs to these is indented likewise */
    if (slice_starts(text, SLICE_LITERAL(": ")))
        return 1 + indentation((struct slice){text.ptr + 1, text.length - 1});
    while (i < text.length && i < 9 && isdigit((unsigned char)text.ptr[i]))
        i++;
    if (i >= text.length || !(i ? strchr(".)", text.ptr[i]) : strchr("-*+", text.ptr[i])))
        return 0;
    size_t spaces = indentation((struct slice){text.ptr + i + 1, text.length - i - 1});
    if (i + 1 < text.length && spaces == 0)
        return 0;
    return i + 1 + (spaces > 0 && spaces < 5 ? spaces : 1);
}

/* The column where the content of the innermost element with lines of its own starts; INDENT, of a
 * line in it, tells. */
static size_t element_column(struct scan *s, size_t indent)
{
    size_t i = s->open_elements;
    while (i > 0 && !s->elements[i - 1].marked)
        i--;
    if (i == 0)
        return 0;
    if (!s->elements[i - 1].has_content)
        s->elements[i - 1].content = indent;
    s->elements[i - 1].has_content = true;
    return s->elements[i - 1].content;
}

/* Says whether LINE is indented code (CommonMark 4.4), and keeps track of the list items around. */
static bool is_indented_code(struct scan *s, struct slice line)
{
    struct slice text = slice_trim(line);
    size_t indent = indentation(line);
    if (text.length == 0)
        return false;
    if (s->after_blank)
        while (s->items && s->item_columns[s->items - 1] > indent)
            s->items--;
    size_t base = s->items ? s->item_columns[s->items - 1] : 0, element = element_column(s, indent);
    base = base > element ? base : element;
    if (!s->mdx && indent >= base + 4 && (s->after_blank || s->after_indented))
        return true;
    size_t mark = item_mark(text);
    if (mark) {
        while (s->items && s->item_columns[s->items - 1] > indent)
            s->items--;
        if (s->items < ARRAY_LENGTH(s->item_columns))
            s->item_columns[s->items++] = indent + mark;
    }
    return false;
}

static bool word_starts(struct slice line, const char *word)
{
    return slice_starts(line, slice_of(word));
}

/* True for what follows "export" in JavaScript and hardly in prose. */
static bool is_export(struct slice line)
{
    static const char *const names[] = {"const ",          "let ",  "var ", "function ",
                                        "async function ", "class "};
    struct slice rest = {line.ptr + 7, line.length - 7};
    if (word_starts(rest, "{") || word_starts(rest, "* "))
        return true;
    if (word_starts(rest, "default ")) {
        rest = slice_trim((struct slice){rest.ptr + 8, rest.length - 8});
        return memchr(rest.ptr, ' ', rest.length) == NULL || memchr(rest.ptr, '(', rest.length) ||
               memchr(rest.ptr, '{', rest.length);
    }
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++)
        if (word_starts(rest, names[i]))
            return memchr(rest.ptr, '=', rest.length) || memchr(rest.ptr, '(', rest.length) ||
                   memchr(rest.ptr, '{', rest.length);
    return false;
}

static bool ends_import(struct slice line)
{
    line = slice_trim(line);
    while (line.length && strchr("; ", line.ptr[line.length - 1]))
        line.length--;
    return line.length && strchr("'\"", line.ptr[line.length - 1]) != NULL;
}

static long depth_change(struct slice line)
{
    long depth = 0;
    for (size_t i = 0; i < line.length; i++)
        depth += (strchr("({[", line.ptr[i]) != NULL) - (strchr(")}]", line.ptr[i]) != NULL);
    return depth;
}

/* The length of the MDX import or export at the start of a line, with the lines that it goes on
 * for; 0: there is none. */
static size_t module_length(const struct scan *s)
{
    struct slice line = scan_line_at(s, s->pos);
    bool import = word_starts(line, "import ");
    long depth = 0;
    size_t i = s->pos;
    if (import ? !ends_import(line) && !memchr(line.ptr, '{', line.length)
               : !word_starts(line, "export ") || !is_export(line))
        return 0;
    for (unsigned lines = 0; lines < 500 && i < s->in.length; lines++) {
        line = scan_line_at(s, i);
        depth += depth_change(line);
        i += line.length;
        if (import ? ends_import(line) : depth <= 0)
            return i - s->pos;
        if (import && slice_trim(line).length == 0)
            break;
        i++;
    }
    return 0;
}

static void copy_line(struct scan *s, struct slice line)
{
    size_t end = s->pos + line.length;
    scan_copy(s, end < s->in.length ? end + 1 : end);
}

void flavour_inlines(struct slice text, bool mdx, struct buf *out)
{
    struct scan s = {
        .in = text, .out = out, .out_line = out->length, .mdx = mdx, .after_blank = true};
    while (s.pos < text.length && !out->failed) {
        struct slice line = scan_line_at(&s, s.pos);
        bool blank = slice_trim(line).length == 0;
        size_t module = s.after_blank && !s.fence.character ? module_length(&s) : 0;
        bool fenced = !module && fence_line(&s.fence, line);
        bool indented = !module && !fenced && is_indented_code(&s, line);
        if (module)
            scan_drop(&s, s.pos + module);
        else if (fenced || indented)
            copy_line(&s, line);
        else
            scan_line(&s);
        s.after_blank = blank;
        s.after_indented = indented;
    }
}
