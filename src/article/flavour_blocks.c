/* flavour_blocks.c: what whole lines make up in the dialects of documentation tools, as CommonMark.
 *
 * Containers that CommonMark does not know are kept on a stack: an admonition becomes a block quote
 * (its lines get "> "), the content of an indented container or of an element loses the indentation
 * that would make it code. */
#include "article/flavour.h"

#include "article/fence.h"
#include "article/markup.h"
#include "base/limits.h"
#include "base/str.h"

#include <ctype.h>

enum container_kind {
    BY_COLONS,      /* :::note … ::: */
    BY_INDENTATION, /* !!! note, and what is indented below */
    BY_TAGS,        /* <Tab> … </Tab> */
};

struct container {
    enum container_kind kind;
    bool quote;       /* lines of it get "> " */
    bool has_content; /* `content` is known */
    size_t colons;
    size_t column;  /* where it stands, within the container around it */
    size_t content; /* where its content starts, likewise */
};

struct lines {
    struct buf *out;
    struct fence fence;
    struct container stack[LIMIT_ARTICLE_NESTING / 2];
    size_t depth;
    size_t
        blank_lines;  /* seen but not written: what comes next tells in which containers they are */
    bool after_blank; /* the line being taken comes after one */
};

static size_t column_of(struct slice line, size_t *ret_bytes)
{
    size_t column = 0, i = 0;
    for (; i < line.length && (line.ptr[i] == ' ' || line.ptr[i] == '\t'); i++)
        column += line.ptr[i] == '\t' ? 4 - column % 4 : 1;
    *ret_bytes = i;
    return column;
}

static void add_spaces(struct buf *out, size_t count)
{
    while (count--)
        buf_add_char(out, ' ');
}

/* Writes what stands before the content of a line at COLUMN within all containers, and returns what
 * is left of COLUMN. */
static size_t add_prefix(struct lines *l, size_t column)
{
    for (size_t i = 0; i < l->depth; i++) {
        const struct container *c = &l->stack[i];
        column = column > c->content ? column - c->content : 0;
        if (c->quote) {
            add_spaces(l->out, c->column);
            buf_add_str(l->out, "> ");
        } else {
            column += c->column;
        }
    }
    return column;
}

static void add_line(struct lines *l, struct slice text, size_t column)
{
    add_spaces(l->out, add_prefix(l, column));
    buf_add_slice(l->out, text);
    buf_add_char(l->out, '\n');
}

/* Writes the blank lines that were held back. */
static void flush_blank_lines(struct lines *l)
{
    l->after_blank = l->blank_lines > 0;
    for (; l->blank_lines > 0; l->blank_lines--) {
        (void)add_prefix(l, 0);
        while (l->out->length && l->out->data[l->out->length - 1] == ' ')
            buf_truncate(l->out, l->out->length - 1);
        buf_add_char(l->out, '\n');
    }
}

/* COLUMN of the file as seen within all containers. */
static size_t inner_column(const struct lines *l, size_t column)
{
    for (size_t i = 0; i < l->depth; i++) {
        const struct container *c = &l->stack[i];
        column = column > c->content ? column - c->content : 0;
        if (!c->quote)
            column += c->column;
    }
    return column;
}

static void push(struct lines *l, struct container container)
{
    if (l->depth < ARRAY_LENGTH(l->stack))
        l->stack[l->depth++] = container;
}

/* ---- Admonitions ---- */

/* The alerts of GitHub, and which words of other tools mean the same. */
static const struct {
    const char *word, *alert;
} alerts[] = {
    {"note", "NOTE"},
    {"info", "NOTE"},
    {"abstract", "NOTE"},
    {"summary", "NOTE"},
    {"example", "NOTE"},
    {"quote", "NOTE"},
    {"cite", "NOTE"},
    {"secondary", "NOTE"},
    {"question", "NOTE"},
    {"details", "NOTE"},
    {"seealso", "NOTE"},
    {"todo", "NOTE"},
    {"tip", "TIP"},
    {"hint", "TIP"},
    {"success", "TIP"},
    {"check", "TIP"},
    {"important", "IMPORTANT"},
    {"attention", "IMPORTANT"},
    {"warning", "WARNING"},
    {"caution", "CAUTION"},
    {"danger", "CAUTION"},
    {"error", "CAUTION"},
    {"failure", "CAUTION"},
    {"bug", "CAUTION"},
};

static const char *alert_of(struct slice word)
{
    for (size_t i = 0; i < ARRAY_LENGTH(alerts); i++)
        if (str_equal_ascii_case(word, slice_of(alerts[i].word)))
            return alerts[i].alert;
    return NULL;
}

static struct slice take_word(struct slice *rest)
{
    size_t i = 0;
    *rest = slice_trim(*rest);
    while (i < rest->length && (isalnum((unsigned char)rest->ptr[i]) || strchr("-_", rest->ptr[i])))
        i++;
    struct slice word = {rest->ptr, i};
    *rest = slice_trim((struct slice){rest->ptr + i, rest->length - i});
    return word;
}

/* A title in quotes or brackets, or as it stands; attributes in braces are none. */
static struct slice title_of(struct slice rest)
{
    static const char *const pairs[] = {"\"\"", "[]"};
    for (size_t i = 0; i < ARRAY_LENGTH(pairs); i++) {
        const char *end = rest.length > 1 && rest.ptr[0] == pairs[i][0]
                              ? memrchr(rest.ptr + 1, pairs[i][1], rest.length - 1)
                              : NULL;
        if (end)
            return (struct slice){rest.ptr + 1, (size_t)(end - rest.ptr) - 1};
    }
    return rest.length && strchr("{\"[", rest.ptr[0]) ? (struct slice){NULL, 0} : rest;
}

/* The first line of an admonition, its container already on the stack. */
static void add_alert(struct lines *l, const char *alert, struct slice title)
{
    (void)add_prefix(l, 0);
    buf_printf(l->out, "[!%s]", alert);
    if (title.length) {
        buf_add_str(l->out, " <strong>");
        buf_add_slice(l->out, title);
        buf_add_str(l->out, "</strong>  ");
    }
    buf_add_char(l->out, '\n');
}

/* ":::note Title" opens, ":::" closes. */
static bool take_colons(struct lines *l, struct slice text, size_t column)
{
    size_t colons = 0;
    while (colons < text.length && text.ptr[colons] == ':')
        colons++;
    if (colons < 3)
        return false;
    struct slice rest = {text.ptr + colons, text.length - colons};
    struct slice word = take_word(&rest);
    const char *alert = alert_of(word);
    if (word.length == 0 && rest.length == 0) {
        size_t i = l->depth;
        while (i > 0 && !(l->stack[i - 1].kind == BY_COLONS && l->stack[i - 1].colons <= colons))
            i--;
        if (i > 0)
            l->depth = i - 1;
        l->blank_lines++;
        return true;
    }
    if (word.length == 0)
        return false;
    size_t inner = inner_column(l, column);
    l->blank_lines += !alert;
    push(l, (struct container){BY_COLONS, alert != NULL, true, colons, inner, inner});
    if (alert)
        add_alert(l, alert, title_of(rest));
    return true;
}

/* "!!! note "Title"", "??? tip", "=== "Tab"": what is indented by four below belongs to it. */
static bool take_indented(struct lines *l, struct slice text, size_t column)
{
    bool tab = slice_starts(text, SLICE_LITERAL("=== \"")) ||
               slice_starts(text, SLICE_LITERAL("===! \"")) ||
               slice_starts(text, SLICE_LITERAL("===+ \""));
    bool admonition = slice_starts(text, SLICE_LITERAL("!!! ")) ||
                      slice_starts(text, SLICE_LITERAL("??? ")) ||
                      slice_starts(text, SLICE_LITERAL("???+ "));
    if (!tab && !admonition)
        return false;
    size_t inner = inner_column(l, column), mark = strcspn(text.ptr, " ");
    struct slice rest = {text.ptr + mark, text.length - mark};
    struct slice word = tab ? (struct slice){NULL, 0} : take_word(&rest);
    const char *alert = alert_of(word);
    if (admonition && word.length == 0)
        return false;
    while (!tab && rest.length && isalpha((unsigned char)rest.ptr[0])) /* !!! note inline end "…" */
        (void)take_word(&rest);
    if (tab) {
        add_spaces(l->out, add_prefix(l, column));
        buf_add_str(l->out, "<strong>");
        buf_add_slice(l->out, title_of(slice_trim(rest)));
        buf_add_str(l->out, "</strong>  \n");
    }
    push(l, (struct container){BY_INDENTATION, admonition, true, 0, inner, inner + 4});
    if (admonition)
        add_alert(l, alert ? alert : "NOTE", title_of(rest));
    return true;
}

/* ---- Lines that say something about others ---- */

/* Puts {#id} behind the heading that was written last, where ATTRIBUTES of a line of its own name
 * one. */
static void add_heading_id(struct buf *out, struct slice attributes)
{
    const char *id = memchr(attributes.ptr, '#', attributes.length);
    size_t length = 0, start;
    if (!id || out->length == 0 || out->data[out->length - 1] != '\n')
        return;
    for (start = out->length - 1; start > 0 && out->data[start - 1] != '\n';)
        start--;
    size_t left = attributes.length - (size_t)(id - attributes.ptr);
    while (length + 1 < left && !strchr(" }", id[length + 1]))
        length++;
    if (out->data[start] != '#' || length == 0)
        return;
    buf_truncate(out, out->length - 1);
    buf_printf(out, " {#%.*s}\n", (int)length, id + 1);
}

/* Drops the list item "* TOC" that {:toc} would have replaced. */
static void drop_last_item(struct buf *out)
{
    size_t start = out->length ? out->length - 1 : 0;
    while (start > 0 && out->data[start - 1] != '\n')
        start--;
    if (out->length > start && strchr("-*+1", out->data[start]) && !out->failed) {
        buf_truncate(out, start);
        buf_add_char(out, '\n');
    }
}

/* True for lines that other tools replace by something: they say nothing to a reader. */
static bool is_directive(struct lines *l, struct slice text)
{
    if (str_equal_ascii_case(text, SLICE_LITERAL("[TOC]")) ||
        str_equal_ascii_case(text, SLICE_LITERAL("[[toc]]")) ||
        slice_starts(text, SLICE_LITERAL("--8<--")))
        return true;
    bool attributes =
        slice_starts(text, SLICE_LITERAL("{:")) || slice_starts(text, SLICE_LITERAL("{ .")) ||
        slice_starts(text, SLICE_LITERAL("{.")) || slice_starts(text, SLICE_LITERAL("{ #"));
    if (!attributes || text.ptr[text.length - 1] != '}')
        return false;
    if (slice_starts(text, SLICE_LITERAL("{:toc")))
        drop_last_item(l->out);
    else
        add_heading_id(l->out, text);
    return true;
}

/* True when nothing but tags of phrases is left: alone they would start a block of HTML. */
static bool only_phrase_tags(struct slice text)
{
    struct markup_tag tag;
    while (text.length && text.ptr[0] == '<' && markup_read_tag(text, &tag)) {
        if (slice_equal(tag.name, SLICE_LITERAL("a")) ||
            str_equal_ascii_case(tag.name, SLICE_LITERAL("pre")))
            return false;
        text = slice_trim((struct slice){text.ptr + tag.length, text.length - tag.length});
    }
    return text.length == 0;
}

/* ---- Lines ---- */

static void close_tags(struct lines *l, size_t count)
{
    while (count--) {
        size_t i = l->depth;
        while (i > 0 && l->stack[i - 1].kind != BY_TAGS)
            i--;
        if (i > 0)
            l->depth = i - 1;
    }
}

/* Leaves the containers whose indentation LINE no longer has. */
static void leave_indented(struct lines *l, size_t column)
{
    for (size_t i = 0; i < l->depth; i++) {
        const struct container *c = &l->stack[i];
        if (c->kind == BY_INDENTATION && column < c->content) {
            l->depth = i;
            return;
        }
        column = column > c->content ? column - c->content : 0;
        column += c->quote ? 0 : c->column;
    }
}

/* The first line within an element tells how far its content is indented. */
static void learn_content(struct lines *l, size_t column)
{
    for (size_t i = 0; i < l->depth; i++) {
        struct container *c = &l->stack[i];
        if (!c->has_content) {
            c->content = column > c->column ? column : c->column;
            c->has_content = true;
        }
        column = column > c->content ? column - c->content : 0;
        column += c->quote ? 0 : c->column;
    }
}

/* LINE without our own marks, into COPY; counts them: closing ones before any text, opening ones,
 * closing ones after it. */
static void take_marks(struct slice line, struct buf *copy, size_t *before, size_t *opened,
                       size_t *after)
{
    bool text = false;
    *before = *opened = *after = 0;
    for (size_t i = 0; i < line.length; i++) {
        char c = line.ptr[i];
        if (c == FLAVOUR_OPEN) {
            ++*opened;
        } else if (c == FLAVOUR_CLOSE) {
            if (*opened > 0 && !text)
                --*opened;
            else
                ++*(text ? after : before);
        } else {
            text = text || (c != ' ' && c != '\t');
            buf_add_char(copy, c);
        }
    }
}

static bool has_marks(struct slice line)
{
    return line.length && (memchr(line.ptr, FLAVOUR_OPEN, line.length) ||
                           memchr(line.ptr, FLAVOUR_CLOSE, line.length));
}

static void open_tags(struct lines *l, size_t count, size_t column)
{
    while (count--) {
        size_t inner = inner_column(l, column);
        push(l, (struct container){.kind = BY_TAGS, .column = inner, .content = inner});
    }
}

/* ": text" below a term is its definition, in most tools but not in CommonMark: an item below it
 * says nearly the same. */
static bool add_definition(struct lines *l, struct slice text, size_t column)
{
    bool empty = slice_equal(slice_trim(text), SLICE_LITERAL(":"));
    if (!empty && !slice_starts(text, SLICE_LITERAL(": ")))
        return false;
    if (empty && !l->after_blank) { /* "-" would make a heading of the line before */
        l->blank_lines++;
        return true;
    }
    add_spaces(l->out, add_prefix(l, column));
    buf_add_char(l->out, '-');
    buf_add(l->out, text.ptr + 1, text.length - 1);
    buf_add_char(l->out, '\n');
    return true;
}

static void take_line(struct lines *l, struct slice line)
{
    size_t bytes, column = column_of(line, &bytes), quote = 0;
    struct slice text = {line.ptr + bytes, line.length - bytes};
    if (!l->fence.character && slice_trim(text).length == 0) {
        l->blank_lines++;
        return;
    }
    if (!l->fence.character) {
        leave_indented(l, column);
        learn_content(l, column);
    }
    flush_blank_lines(l);
    if (fence_line(&l->fence, line)) {
        add_line(l, text, column);
        return;
    }
    if (take_colons(l, text, column) || take_indented(l, text, column) ||
        add_definition(l, text, column))
        return;
    while (quote < text.length && (text.ptr[quote] == '>' || text.ptr[quote] == ' '))
        quote++;
    struct slice said = slice_trim((struct slice){text.ptr + quote, text.length - quote});
    if (said.length && (is_directive(l, said) || only_phrase_tags(said)))
        text.length = quote;
    if (text.length)
        add_line(l, text, column);
    else
        l->blank_lines++;
}

void flavour_blocks(struct slice text, struct buf *out)
{
    struct lines l = {.out = out};
    struct slice line;
    _cleanup_buf_ struct buf copy = BUF_INIT(LIMIT_ARTICLE_FILE * 4);
    while (text.length && slice_split(&text, '\n', &line) && !out->failed) {
        size_t bytes, before, opened, after;
        if (!has_marks(line)) {
            take_line(&l, line);
            continue;
        }
        buf_truncate(&copy, 0);
        take_marks(line, &copy, &before, &opened, &after);
        size_t column = column_of((struct slice){buf_str(&copy), copy.length}, &bytes);
        close_tags(&l, before);
        if (bytes < copy.length || opened == 0)
            take_line(&l, (struct slice){buf_str(&copy), copy.length});
        else
            l.blank_lines++;
        if (opened > after)
            learn_content(&l, column);
        open_tags(&l, opened > after ? opened - after : 0, column);
        close_tags(&l, after > opened ? after - opened : 0);
    }
    l.depth = 0;
    flush_blank_lines(&l);
    out->failed = out->failed || copy.failed;
}
