/* flavour_inlines.c: tags, templates and expressions out of Markdown, character by character.
 *
 * Lines of fenced or indented code are copied; elsewhere a scanner walks from one character that
 * may mean something to the next one. Every search that can fail is bounded (by the paragraph, by a
 * window, or by remembering that there is nothing more to find), so that the whole stays linear
 * whatever the input. */
#include "article/flavour.h"

#include "article/fence.h"
#include "article/markup.h"
#include "base/limits.h"
#include "base/str.h"

#include <ctype.h>

#define MAX_TAG 16384   /* bytes of one tag with its attributes */
#define MAX_FAILED 4000 /* '<' that turn out to be none, until no more tags are looked for */
#define MAX_TICKS 80    /* the longest run of backticks that cmark takes for code */
#define MAX_LINE 1024   /* how far something that has to end on its line is looked for */
#define MAX_OPEN_LINKS 8
#define MAX_OPEN_ELEMENTS 64

struct scan {
    struct slice in;
    size_t pos;
    struct buf *out;
    size_t out_line;  /* where the present line starts in `out` */
    size_t out_blank; /* up to where that holds nothing but white space */
    bool mdx, raw;    /* raw: within {% raw %}, where templates are text */
    struct fence fence;
    bool after_blank, after_indented;
    size_t item_columns[16]; /* where the content of the list items around starts */
    size_t items;
    size_t paragraph_end; /* of the paragraph that `pos` is in; 0: not known */
    size_t no_ticks[MAX_TICKS +
                    1]; /* [n]: end of a paragraph in which no more run of n backticks follows */
    unsigned failed_tags, failed_links;
    struct {
        const char *word; /* a literal of this file */
        size_t from, at;  /* it does not stand between these */
    } finds[16];          /* what find() has found last */
    unsigned no_end;      /* bits: elements of dropped_whole whose end no more follows */
    struct {
        struct slice name, href;
    } links[MAX_OPEN_LINKS]; /* elements that became "[", waiting for their end */
    size_t open_links;
    struct {
        struct slice name;
        bool marked; /* FLAVOUR_OPEN stands for it */
        bool has_content;
        size_t content;            /* column of its first line */
    } elements[MAX_OPEN_ELEMENTS]; /* open ones, innermost last */
    size_t open_elements;
    struct slice heading_id; /* of an <h2 id=…> whose end comes on this line */
};

static char at(const struct scan *s, size_t i)
{
    return i < s->in.length ? s->in.ptr[i] : '\0';
}

static struct slice rest_at(const struct scan *s, size_t i)
{
    return (struct slice){s->in.ptr + i, s->in.length - i};
}

static struct slice line_at(const struct scan *s, size_t i)
{
    const char *end = memchr(s->in.ptr + i, '\n', s->in.length - i);
    return (struct slice){s->in.ptr + i, end ? (size_t)(end - s->in.ptr) - i : s->in.length - i};
}

/* The line at I, or the start of it: no more than LIMIT bytes. */
static struct slice line_start(const struct scan *s, size_t i, size_t limit)
{
    size_t length = s->in.length - i < limit ? s->in.length - i : limit;
    const char *end = memchr(s->in.ptr + i, '\n', length);
    return (struct slice){s->in.ptr + i, end ? (size_t)(end - s->in.ptr) - i : length};
}

/* The position of the literal WORD at or behind I, or of nothing: in.length. The last answer for
 * each word is remembered, so that asking again and again from further on costs nothing. */
static size_t find(struct scan *s, size_t i, const char *word)
{
    size_t slot = 0;
    while (slot + 1 < ARRAY_LENGTH(s->finds) && s->finds[slot].word && s->finds[slot].word != word)
        slot++;
    if (s->finds[slot].word == word && s->finds[slot].from <= i && i <= s->finds[slot].at)
        return s->finds[slot].at;
    const char *found =
        i < s->in.length ? memmem(s->in.ptr + i, s->in.length - i, word, strlen(word)) : NULL;
    size_t at = found ? (size_t)(found - s->in.ptr) : s->in.length;
    s->finds[slot].word = word;
    s->finds[slot].from = i;
    s->finds[slot].at = at;
    return at;
}

static void add_newline(struct scan *s)
{
    buf_add_char(s->out, '\n');
    s->out_line = s->out_blank = s->out->length;
}

/* Copies up to END. */
static void copy_to(struct scan *s, size_t end)
{
    while (s->pos < end) {
        size_t start = s->pos;
        for (char c; s->pos < end; s->pos++)
            if ((c = s->in.ptr[s->pos]) == '\n' || c == FLAVOUR_OPEN || c == FLAVOUR_CLOSE)
                break;
        buf_add(s->out, s->in.ptr + start, s->pos - start);
        if (s->pos == end)
            return;
        if (s->in.ptr[s->pos++] == '\n')
            add_newline(s);
        else
            buf_add_char(s->out, ' '); /* one of our own marks, which the file may not use */
    }
}

/* Drops up to END, but for the ends of lines. */
static void drop_to(struct scan *s, size_t end)
{
    for (; s->pos < end; s->pos++)
        if (s->in.ptr[s->pos] == '\n')
            add_newline(s);
}

/* True while nothing but white space, quote marks and our own marks stands on the line. */
static bool at_line_start(struct scan *s)
{
    while (s->out_blank < s->out->length && strchr(" \t>\1\2", s->out->data[s->out_blank]))
        s->out_blank++;
    return s->out_blank == s->out->length;
}

static bool on_heading(const struct scan *s)
{
    return s->out->length > s->out_line && s->out->data[s->out_line] == '#';
}

static char last_written(const struct scan *s)
{
    return s->out->length > s->out_line ? s->out->data[s->out->length - 1] : '\n';
}

/* Keeps words apart where a tag stood between them. */
static void add_gap(struct scan *s)
{
    if (!strchr(" \n\t", last_written(s)))
        buf_add_char(s->out, ' ');
}

/* The end of the paragraph around `pos`: the next blank line. */
static size_t paragraph_end(struct scan *s)
{
    if (s->paragraph_end > s->pos)
        return s->paragraph_end;
    size_t i = s->pos;
    struct slice line = line_at(s, i);
    do {
        i += line.length + 1;
        if (i >= s->in.length)
            break;
        line = line_at(s, i);
    } while (slice_trim(line).length);
    s->paragraph_end = i < s->in.length ? i : s->in.length;
    return s->paragraph_end;
}

/* ---- Code spans ---- */

static void scan_ticks(struct scan *s)
{
    size_t length = 1, end = paragraph_end(s);
    while (at(s, s->pos + length) == '`')
        length++;
    size_t i = s->pos + length;
    if (length <= MAX_TICKS && s->no_ticks[length] != end) {
        while (i < end) {
            const char *tick = memchr(s->in.ptr + i, '`', end - i);
            size_t run = 0;
            if (!tick)
                break;
            i = (size_t)(tick - s->in.ptr);
            while (at(s, i + run) == '`')
                run++;
            i += run;
            if (run == length) {
                copy_to(s, i);
                return;
            }
        }
        s->no_ticks[length] = end;
    }
    copy_to(s, s->pos + length);
}

/* ---- Tags ---- */

static const char *const dropped_whole[] = {"script", "style",  "svg",    "template", "noscript",
                                            "iframe", "object", "canvas", NULL};
static const char *const voids[] = {"area",  "base",   "br",    "col",  "embed",
                                    "hr",    "img",    "input", "link", "meta",
                                    "param", "source", "track", "wbr",  NULL};
static const char *const phrases[] = {"b",     "strong", "i",    "em",  "code", "kbd",
                                      "sub",   "sup",    "mark", "s",   "del",  "ins",
                                      "small", "u",      "samp", "var", NULL};
static const char *const words_apart[] = {
    "p",  "div", "li", "td", "th", "tr", "dt",    "dd",      "h1",     "h2",      "h3",     "h4",
    "h5", "h6",  "ul", "ol", "dl", "br", "table", "section", "option", "summary", "button", NULL};

static bool name_is(struct slice name, const char *word)
{
    return str_equal_ascii_case(name, slice_of(word));
}

static bool contains_word(struct slice name, const char *word)
{
    for (size_t i = 0; i + strlen(word) <= name.length; i++)
        if (name_is((struct slice){name.ptr + i, strlen(word)}, word))
            return true;
    return false;
}

/* A tag in angle brackets that is an address: <https://…>, <mailto:…>, <a@b.c>. */
static size_t autolink_length(struct slice text)
{
    size_t i = 1;
    bool address = false;
    while (i < text.length && !strchr(" \n\t<>\"", text.ptr[i])) {
        address = address || text.ptr[i] == '@' || text.ptr[i] == ':';
        i++;
    }
    return address && i < text.length && text.ptr[i] == '>' ? i + 1 : 0;
}

/* What stands in a template tag: its first word and the rest. */
static struct slice template_name(struct slice inner, struct slice *ret_rest)
{
    size_t end = 0;
    inner = slice_trim(inner);
    while (end < inner.length && !isspace((unsigned char)inner.ptr[end]))
        end++;
    *ret_rest = slice_trim((struct slice){inner.ptr + end, inner.length - end});
    return (struct slice){inner.ptr, end};
}

static struct slice unquote(struct slice word)
{
    size_t end = 0;
    char quote = word.length ? word.ptr[0] : '\0';
    if (quote == '"' || quote == '\'') {
        const char *close = memchr(word.ptr + 1, quote, word.length - 1);
        return close ? (struct slice){word.ptr + 1, (size_t)(close - word.ptr) - 1} : word;
    }
    while (end < word.length && !isspace((unsigned char)word.ptr[end]))
        end++;
    return (struct slice){word.ptr, end};
}

/* What a template within an address stands for: {% link a.md %} for /a.md, others for nothing.
 * Returns its length. */
static size_t add_template_in_address(struct buf *out, struct slice text)
{
    struct slice rest;
    bool tag = text.ptr[1] == '%';
    const char *end = memmem(text.ptr, text.length, tag ? "%}" : "}}", 2);
    if (!end)
        return 1;
    if (tag &&
        name_is(template_name((struct slice){text.ptr + 2, (size_t)(end - text.ptr) - 2}, &rest),
                "link")) {
        buf_add_char(out, '/');
        buf_add_slice(out, unquote(rest));
    }
    return (size_t)(end - text.ptr) + 2;
}

/* An address between angle brackets, as Markdown wants it. */
static void add_address(struct scan *s, struct slice address)
{
    buf_add_char(s->out, '<');
    for (size_t i = 0; i < address.length;) {
        struct slice rest = {address.ptr + i, address.length - i};
        if (slice_starts(rest, SLICE_LITERAL("{{")) || slice_starts(rest, SLICE_LITERAL("{%"))) {
            i += add_template_in_address(s->out, rest);
            continue;
        }
        if (!strchr("<>\n\1\2", address.ptr[i]))
            buf_add_char(s->out, address.ptr[i]);
        i++;
    }
    buf_add_char(s->out, '>');
}

static void add_image(struct scan *s, struct slice source, struct slice words)
{
    buf_add_str(s->out, "![");
    for (size_t i = 0; i < words.length; i++) {
        char c = words.ptr[i];
        if (strchr("[]\\`<*_|", c) && c)
            buf_add_char(s->out, '\\');
        buf_add_char(s->out, c == '\n' || c == FLAVOUR_OPEN || c == FLAVOUR_CLOSE ? ' ' : c);
    }
    buf_add_str(s->out, "](");
    add_address(s, source);
    buf_add_char(s->out, ')');
}

static void add_anchor(struct scan *s, struct slice id)
{
    for (size_t i = 0; i < id.length; i++)
        if ((unsigned char)id.ptr[i] <= ' ' || strchr("\"'<>&`|\\", id.ptr[i]))
            return;
    if (id.length == 0 || id.length > LIMIT_ID)
        return;
    buf_add_str(s->out, "<a id=\"");
    buf_add_slice(s->out, id);
    buf_add_str(s->out, "\"></a>");
}

/* True when the element NAME ends within LENGTH bytes behind I. */
static bool ends_within(const struct scan *s, size_t i, size_t length, struct slice name)
{
    struct slice text = {s->in.ptr + i, length};
    for (size_t j = 0; j + 2 + name.length <= text.length; j++) {
        const char *next = memchr(text.ptr + j, '<', text.length - j);
        if (!next)
            return false;
        j = (size_t)(next - text.ptr);
        if (j + 2 + name.length <= text.length && text.ptr[j + 1] == '/' &&
            str_equal_ascii_case((struct slice){text.ptr + j + 2, name.length}, name))
            return true;
    }
    return false;
}

/* An element with an address becomes a Markdown link where it ends in the same paragraph. */
static bool open_link(struct scan *s, const struct markup_tag *tag)
{
    struct slice href = markup_attribute(tag->attributes, "href");
    size_t end = paragraph_end(s), start = s->pos + tag->length;
    if (href.length == 0)
        href = markup_attribute(tag->attributes, "to");
    if (end > start + MAX_TAG)
        end = start + MAX_TAG;
    if (href.length == 0 || tag->self_closing || s->open_links == MAX_OPEN_LINKS ||
        s->failed_links > MAX_FAILED || start >= end)
        return false;
    if (!ends_within(s, start, end - start, tag->name)) {
        s->failed_links++;
        return false;
    }
    s->links[s->open_links].name = tag->name;
    s->links[s->open_links++].href = href;
    buf_add_char(s->out, '[');
    return true;
}

static bool close_link(struct scan *s, const struct markup_tag *tag)
{
    if (s->open_links == 0 || !slice_equal(s->links[s->open_links - 1].name, tag->name))
        return false;
    buf_add_str(s->out, "](");
    add_address(s, s->links[--s->open_links].href);
    buf_add_char(s->out, ')');
    return true;
}

/* <h2> at the start of a line that also ends it, <li> at the start of a line. */
static bool open_line(struct scan *s, const struct markup_tag *tag)
{
    struct slice line = line_start(s, s->pos, MAX_LINE);
    bool heading = tag->name.length == 2 && (tag->name.ptr[0] | 32) == 'h' &&
                   tag->name.ptr[1] >= '1' && tag->name.ptr[1] <= '6';
    if (!at_line_start(s) || tag->length >= line.length)
        return false;
    if (heading && ends_within(s, s->pos, line.length, tag->name)) {
        for (char level = '0'; level < tag->name.ptr[1]; level++)
            buf_add_char(s->out, '#');
        buf_add_char(s->out, ' ');
        s->heading_id = markup_attribute(tag->attributes, "id");
        return true;
    }
    if (name_is(tag->name, "li"))
        buf_add_str(s->out, "- ");
    return name_is(tag->name, "li");
}

static bool close_line(struct scan *s, const struct markup_tag *tag)
{
    if (tag->name.length != 2 || (tag->name.ptr[0] | 32) != 'h' || s->heading_id.length == 0)
        return false;
    buf_add_str(s->out, " {#");
    buf_add_slice(s->out, s->heading_id);
    buf_add_char(s->out, '}');
    s->heading_id = (struct slice){NULL, 0};
    return true;
}

static void add_phrase(struct scan *s, const struct markup_tag *tag, const char *name)
{
    if (!tag->self_closing)
        buf_printf(s->out, "<%s%s>", tag->closing ? "/" : "", name);
}

/* Elements whose content no reader sees: dropped up to their end. */
static bool drop_whole(struct scan *s, const struct markup_tag *tag)
{
    unsigned which = 0;
    while (dropped_whole[which] && !name_is(tag->name, dropped_whole[which]))
        which++;
    if (!dropped_whole[which] || tag->closing || tag->self_closing || (s->no_end & 1u << which))
        return false;
    for (size_t i = s->pos + tag->length; (i = find(s, i, "</")) < s->in.length; i += 2) {
        struct slice name = {s->in.ptr + i + 2, tag->name.length};
        if (i + 2 + name.length < s->in.length && str_equal_ascii_case(name, tag->name)) {
            size_t end = find(s, i, ">");
            drop_to(s, end < s->in.length ? end + 1 : end);
            return true;
        }
    }
    s->no_end |= 1u << which;
    return false;
}

/* <pre> on its own lines is code: tree.c takes it as a whole. */
static bool copy_preformatted(struct scan *s, const struct markup_tag *tag)
{
    if (tag->closing || !name_is(tag->name, "pre") || !at_line_start(s))
        return false;
    size_t end = find(s, s->pos, "</pre>");
    if (end == s->in.length)
        return false;
    copy_to(s, end + line_at(s, end).length);
    return true;
}

static void push_element(struct scan *s, struct slice name, bool marked)
{
    if (s->open_elements == MAX_OPEN_ELEMENTS)
        return;
    s->elements[s->open_elements].name = name;
    s->elements[s->open_elements].has_content = false;
    s->elements[s->open_elements++].marked = marked;
    if (marked)
        buf_add_char(s->out, FLAVOUR_OPEN);
}

/* Ends the element NAME, and with it those that were left open within. */
static void pop_element(struct scan *s, struct slice name)
{
    size_t i = s->open_elements;
    while (i > 0 && !slice_equal(s->elements[i - 1].name, name))
        i--;
    while (i > 0 && s->open_elements >= i)
        if (s->elements[--s->open_elements].marked)
            buf_add_char(s->out, FLAVOUR_CLOSE);
}

/* The label of a tab stands above its content. */
static void add_label(struct scan *s, const struct markup_tag *tag)
{
    struct slice label = markup_attribute(tag->attributes, "label");
    if (!name_is(tag->name, "TabItem") || label.length == 0 ||
        memchr(label.ptr, '\n', label.length))
        return;
    buf_add_str(s->out, "<strong>");
    buf_add_slice(s->out, label);
    buf_add_str(s->out, "</strong>  ");
}

static void add_opening(struct scan *s, const struct markup_tag *tag, bool alone)
{
    bool markup = islower((unsigned char)tag->name.ptr[0]);
    struct slice id = markup_attribute(tag->attributes, "id");
    if (id.length == 0 && name_is(tag->name, "a"))
        id = markup_attribute(tag->attributes, "name");
    if (!tag->self_closing && !markup_name_in(tag->name, voids))
        push_element(s, tag->name, alone && !name_is(tag->name, "a"));
    if (name_is(tag->name, "summary"))
        buf_add_str(s->out, "<strong>");
    if (markup && !markup_name_in(tag->name, phrases))
        add_anchor(s, id);
    add_label(s, tag);
}

/* A hard line break in place of TAG. */
static void add_break(struct scan *s, const struct markup_tag *tag)
{
    buf_add_str(s->out, at(s, s->pos + tag->length) == '\n' ? "  " : "<br>");
}

/* Puts what TAG becomes; s->pos still stands before it. */
static void translate_tag(struct scan *s, const struct markup_tag *tag)
{
    bool alone = at_line_start(s);
    struct slice source = {NULL, 0};
    char phrase[8] = "";
    if (tag->name.length == 0)
        return; /* a fragment */
    if (markup_name_in(tag->name, words_apart) && !(tag->closing && name_is(tag->name, "summary")))
        add_gap(s);
    if (!tag->closing && (name_is(tag->name, "img") || contains_word(tag->name, "image")))
        source = markup_attribute(tag->attributes, "src");
    if (markup_name_in(tag->name, phrases) && tag->name.length < sizeof phrase) {
        for (size_t i = 0; i < tag->name.length; i++)
            phrase[i] = (char)tolower((unsigned char)tag->name.ptr[i]);
        add_phrase(s, tag, phrase);
    } else if (source.length) {
        add_image(s, source, markup_attribute(tag->attributes, "alt"));
    } else if (name_is(tag->name, "br")) {
        add_break(s, tag);
    } else if (tag->closing) {
        if (name_is(tag->name, "summary"))
            buf_add_str(s->out, "</strong>");
        if (name_is(tag->name, "tr"))
            add_break(s, tag);
        if (!close_link(s, tag) && !close_line(s, tag))
            pop_element(s, tag->name);
    } else if (!open_line(s, tag) && !open_link(s, tag)) {
        add_opening(s, tag, alone);
    }
}

/* Drops a comment up to END_MARK. False where that does not follow. */
static bool scan_comment(struct scan *s, const char *end_mark)
{
    size_t end = find(s, s->pos, end_mark);
    if (end < s->in.length)
        drop_to(s, end + strlen(end_mark));
    return end < s->in.length;
}

/* A link's address in angle brackets, which may hold spaces and is no tag: [x](<a b.pdf>). */
static bool scan_destination(struct scan *s, struct slice text)
{
    size_t i = 1;
    if (s->pos < 2 || s->in.ptr[s->pos - 1] != '(' || s->in.ptr[s->pos - 2] != ']')
        return false;
    while (i < text.length && !strchr("<>\n", text.ptr[i]))
        i++;
    if (i + 1 >= text.length || text.ptr[i] != '>' || !strchr(") ", text.ptr[i + 1]))
        return false;
    add_address(s, (struct slice){text.ptr + 1, i - 1});
    drop_to(s, s->pos + i + 1);
    return true;
}

static void scan_angle(struct scan *s)
{
    struct slice text = rest_at(s, s->pos);
    struct markup_tag tag;
    if (slice_starts(text, SLICE_LITERAL("<!--")) && scan_comment(s, "-->"))
        return;
    if (scan_destination(s, text))
        return;
    if (text.length > MAX_TAG)
        text.length = MAX_TAG;
    size_t address = text.length > 1 && text.ptr[1] != '/' ? autolink_length(text) : 0;
    if (address) {
        copy_to(s, s->pos + address);
        return;
    }
    if (s->failed_tags < MAX_FAILED && markup_read_tag(text, &tag) && (tag.name.length || s->mdx)) {
        if (copy_preformatted(s, &tag) || drop_whole(s, &tag))
            return;
        translate_tag(s, &tag);
        drop_to(s, s->pos + tag.length);
        return;
    }
    s->failed_tags++;
    copy_to(s, s->pos + 1);
}

/* ---- Templates and braces ---- */

/* Code between {% highlight ruby %} and {% endhighlight %}, or Hugo's likewise. s->pos is behind
 * the opening tag. */
static bool copy_highlighted(struct scan *s, struct slice language, const char *end_mark)
{
    size_t end = find(s, s->pos, end_mark);
    if (!at_line_start(s) || end == s->in.length)
        return false;
    buf_add_str(s->out, "`````");
    buf_add_slice(s->out, language);
    if (at(s, s->pos) != '\n')
        add_newline(s);
    copy_to(s, end);
    if (last_written(s) != '\n')
        add_newline(s);
    buf_add_str(s->out, "`````");
    drop_to(s, end + strlen(end_mark));
    size_t close = find(s, s->pos, "}");
    while (at(s, close) == '}')
        close++;
    drop_to(s, close);
    return true;
}

/* A template tag has ended at END: what its name says. */
static void translate_template(struct scan *s, struct slice inner, size_t end)
{
    struct slice rest, name = template_name(inner, &rest);
    if (name_is(name, "raw"))
        s->raw = true;
    if (name_is(name, "comment")) {
        size_t close = find(s, end, "endcomment");
        end = close < s->in.length ? find(s, close, "}") + 1 : end;
    }
    drop_to(s, end < s->in.length ? end : s->in.length);
    if (name_is(name, "highlight")) {
        bool liquid = s->in.ptr[end - 2] == '%';
        struct slice language = unquote(rest);
        if (!copy_highlighted(s, language, liquid ? "{% endhighlight" : "{{< /highlight"))
            (void)copy_highlighted(s, language, "{{</ highlight");
    } else if (name_is(name, "link")) {
        buf_add_char(s->out, '/');
        buf_add_slice(s->out, unquote(rest));
    } else if (name_is(name, "ref") || name_is(name, "relref")) {
        buf_add_slice(s->out, unquote(rest));
    } else if (name_is(name, "figure") || name_is(name, "img")) {
        struct slice source = markup_attribute(rest, "src");
        if (source.length)
            add_image(s, source, markup_attribute(rest, "alt"));
    }
}

/* {% … %}, {{< … >}}, {{% … %}}: dropped, but for some. */
static bool scan_template(struct scan *s, size_t opening, const char *end_mark)
{
    size_t end = find(s, s->pos + opening, end_mark);
    if (end == s->in.length)
        return false;
    struct slice inner = {s->in.ptr + s->pos + opening, end - s->pos - opening}, rest;
    while (inner.length && strchr("-", inner.ptr[0]))
        inner = (struct slice){inner.ptr + 1, inner.length - 1};
    if (s->raw && !name_is(template_name(inner, &rest), "endraw") &&
        !name_is(template_name(inner, &rest), "endraw-"))
        return false;
    s->raw = false;
    translate_template(s, inner, end + strlen(end_mark));
    return true;
}

/* {{ site.name }} and the like belong to a site generator; {{ticket.id}} may be what the article is
 * about. */
static bool scan_variable(struct scan *s)
{
    static const char *const theirs[] = {"site.", "page.", "include.", "layout.", "content",
                                         "post.", ".",     "$",        "\"",      "'"};
    size_t end = find(s, s->pos, "}}");
    if (s->raw || end == s->in.length || end - s->pos > MAX_LINE)
        return false;
    struct slice inner = {s->in.ptr + s->pos + 2, end - s->pos - 2};
    if (memchr(inner.ptr, '\n', inner.length))
        return false;
    inner = slice_trim(inner);
    bool drop = memmem(inner.ptr, inner.length, " | ", 3) != NULL;
    for (size_t i = 0; i < ARRAY_LENGTH(theirs); i++)
        drop = drop || slice_starts(inner, slice_of(theirs[i]));
    if (!drop) {
        copy_to(s, end + 2);
        return true;
    }
    if (inner.length &&
        strchr("\"'", inner.ptr[0])) /* a text that is filtered: {{ "/path" | relative_url }} */
        buf_add_slice(s->out, unquote(inner));
    drop_to(s, end + 2);
    return true;
}

/* {: .class} of Kramdown, { .class } of MkDocs, behind what they belong to. A heading's stay: it
 * may be its anchor; so do those that have a line of their own. */
static bool scan_attributes(struct scan *s)
{
    bool kramdown = at(s, s->pos + 1) == ':';
    bool attached = strchr(")]`*_\"", last_written(s)) != NULL;
    if ((!kramdown && !attached) || on_heading(s) || at_line_start(s))
        return false;
    struct slice line = line_start(s, s->pos, MAX_LINE);
    const char *end = memchr(line.ptr, '}', line.length);
    size_t i = 1;
    while (at(s, s->pos + i) == ':' || at(s, s->pos + i) == ' ')
        i++;
    bool attribute = at(s, s->pos + i) == '.' || at(s, s->pos + i) == '#' ||
                     (end && memchr(line.ptr, '=', (size_t)(end - line.ptr)));
    if (!end || (!kramdown && !attribute))
        return false;
    drop_to(s, s->pos + (size_t)(end - line.ptr) + 1);
    return true;
}

/* An expression of MDX: a string stands for itself, all else is dropped. */
static bool scan_expression(struct scan *s)
{
    struct slice text = rest_at(s, s->pos);
    if (text.length > MAX_TAG)
        text.length = MAX_TAG;
    if (at(s, s->pos + 1) == '#' || s->failed_tags >= MAX_FAILED)
        return false;
    text.length = markup_braces(text);
    if (text.length == 0) {
        s->failed_tags++;
        return false;
    }
    struct slice string = markup_string_in_braces(text);
    for (size_t i = 0; i < string.length; i++)
        buf_add_char(s->out, strchr("\n\1\2", string.ptr[i]) ? ' ' : string.ptr[i]);
    drop_to(s, s->pos + text.length);
    return true;
}

static void scan_brace(struct scan *s)
{
    struct slice text = rest_at(s, s->pos);
    if (slice_starts(text, SLICE_LITERAL("{/*")) && scan_comment(s, "*/}"))
        return;
    if ((slice_starts(text, SLICE_LITERAL("{%")) && scan_template(s, 2, "%}")) ||
        (slice_starts(text, SLICE_LITERAL("{{<")) && scan_template(s, 3, ">}}")) ||
        (slice_starts(text, SLICE_LITERAL("{{%")) && scan_template(s, 3, "%}}")) ||
        (!s->mdx && slice_starts(text, SLICE_LITERAL("{{")) && scan_variable(s)) ||
        scan_attributes(s) || (s->mdx && scan_expression(s)))
        return;
    copy_to(s, s->pos + 1);
}

/* ":material-check:" and the like, which MkDocs makes a picture of, say nothing to others. */
static void scan_colon(struct scan *s)
{
    static const char *const sets[] = {":material-", ":fontawesome-", ":octicons-", ":simple-"};
    size_t end = s->pos + 1;
    for (size_t i = 0; i < ARRAY_LENGTH(sets); i++) {
        if (!slice_starts(rest_at(s, s->pos), slice_of(sets[i])))
            continue;
        while (isalnum((unsigned char)at(s, end)) || at(s, end) == '-')
            end++;
        if (at(s, end) != ':')
            break;
        drop_to(s, end + 1);
        struct slice behind = line_start(s, s->pos, MAX_LINE);
        const char *brace = slice_starts(behind, SLICE_LITERAL("{ ."))
                                ? memchr(behind.ptr, '}', behind.length)
                                : NULL;
        if (brace) /* its size or colour */
            drop_to(s, s->pos + (size_t)(brace - behind.ptr) + 1);
        if (at(s, s->pos) == ' ' && strchr(" \n", last_written(s)))
            drop_to(s, s->pos + 1);
        return;
    }
    copy_to(s, end);
}

/* ---- Lines ---- */

/* The position behind a line's end, or before the next character that may mean something. */
static size_t plain_end(const struct scan *s)
{
    size_t i = s->pos;
    if (at(s, i) == '\n')
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
            copy_to(s, s->pos + (at(s, s->pos + 1) && at(s, s->pos + 1) != '\n' ? 2 : 1));
        else if (c == '`')
            scan_ticks(s);
        else if (c == '<')
            scan_angle(s);
        else if (c == '{')
            scan_brace(s);
        else if (c == ':')
            scan_colon(s);
        else
            copy_to(s, plain_end(s));
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
    struct slice line = line_at(s, s->pos);
    bool import = word_starts(line, "import ");
    long depth = 0;
    size_t i = s->pos;
    if (import ? !ends_import(line) && !memchr(line.ptr, '{', line.length)
               : !word_starts(line, "export ") || !is_export(line))
        return 0;
    for (unsigned lines = 0; lines < 500 && i < s->in.length; lines++) {
        line = line_at(s, i);
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
    copy_to(s, end < s->in.length ? end + 1 : end);
}

void flavour_inlines(struct slice text, bool mdx, struct buf *out)
{
    struct scan s = {
        .in = text, .out = out, .out_line = out->length, .mdx = mdx, .after_blank = true};
    while (s.pos < text.length && !out->failed) {
        struct slice line = line_at(&s, s.pos);
        bool blank = slice_trim(line).length == 0;
        size_t module = s.after_blank && !s.fence.character ? module_length(&s) : 0;
        bool fenced = !module && fence_line(&s.fence, line);
        bool indented = !module && !fenced && is_indented_code(&s, line);
        if (module)
            drop_to(&s, s.pos + module);
        else if (fenced || indented)
            copy_line(&s, line);
        else
            scan_line(&s);
        s.after_blank = blank;
        s.after_indented = indented;
    }
}
