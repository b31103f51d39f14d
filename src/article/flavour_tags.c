/* flavour_tags.c: the tags of HTML and JSX in Markdown: translated where Markdown can say the same,
 * else dropped. */
#include "article/flavour.h"
#include "article/flavour_scan.h"
#include "article/markup.h"
#include "base/limits.h"
#include "base/str.h"

#include <ctype.h>

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

static bool contains_word(struct slice name, const char *word)
{
    for (size_t i = 0; i + strlen(word) <= name.length; i++)
        if (markup_name_is((struct slice){name.ptr + i, strlen(word)}, word))
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
    size_t end = scan_paragraph_end(s), start = s->pos + tag->length;
    if (href.length == 0)
        href = markup_attribute(tag->attributes, "to");
    if (end > start + SCAN_MAX_TAG)
        end = start + SCAN_MAX_TAG;
    if (href.length == 0 || tag->self_closing || s->open_links == SCAN_MAX_LINKS ||
        s->failed_links > SCAN_MAX_FAILED || start >= end)
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
    scan_add_address(s, s->links[--s->open_links].href);
    buf_add_char(s->out, ')');
    return true;
}

/* <h2> at the start of a line that also ends it, <li> at the start of a line. */
static bool open_line(struct scan *s, const struct markup_tag *tag)
{
    struct slice line = scan_line_start(s, s->pos, SCAN_MAX_LINE);
    bool heading = tag->name.length == 2 && (tag->name.ptr[0] | 32) == 'h' &&
                   tag->name.ptr[1] >= '1' && tag->name.ptr[1] <= '6';
    if (!scan_at_line_start(s) || tag->length >= line.length)
        return false;
    if (heading && ends_within(s, s->pos, line.length, tag->name)) {
        for (char level = '0'; level < tag->name.ptr[1]; level++)
            buf_add_char(s->out, '#');
        buf_add_char(s->out, ' ');
        s->heading_id = markup_attribute(tag->attributes, "id");
        return true;
    }
    if (markup_name_is(tag->name, "li"))
        buf_add_str(s->out, "- ");
    return markup_name_is(tag->name, "li");
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
    while (dropped_whole[which] && !markup_name_is(tag->name, dropped_whole[which]))
        which++;
    if (!dropped_whole[which] || tag->closing || tag->self_closing || (s->no_end & 1u << which))
        return false;
    for (size_t i = s->pos + tag->length; (i = scan_find(s, i, "</")) < s->in.length; i += 2) {
        struct slice name = {s->in.ptr + i + 2, tag->name.length};
        if (i + 2 + name.length < s->in.length && str_equal_ascii_case(name, tag->name)) {
            size_t end = scan_find(s, i, ">");
            scan_drop(s, end < s->in.length ? end + 1 : end);
            return true;
        }
    }
    s->no_end |= 1u << which;
    return false;
}

/* <pre> on its own lines is code: tree.c takes it as a whole. */
static bool copy_preformatted(struct scan *s, const struct markup_tag *tag)
{
    if (tag->closing || !markup_name_is(tag->name, "pre") || !scan_at_line_start(s))
        return false;
    size_t end = scan_find(s, s->pos, "</pre>");
    if (end == s->in.length)
        return false;
    scan_copy(s, end + scan_line_at(s, end).length);
    return true;
}

static void push_element(struct scan *s, struct slice name, bool marked)
{
    if (s->open_elements == SCAN_MAX_ELEMENTS)
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
    if (!markup_name_is(tag->name, "TabItem") || label.length == 0 ||
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
    if (id.length == 0 && markup_name_is(tag->name, "a"))
        id = markup_attribute(tag->attributes, "name");
    if (!tag->self_closing && !markup_name_in(tag->name, voids))
        push_element(s, tag->name, alone && !markup_name_is(tag->name, "a"));
    if (markup_name_is(tag->name, "summary"))
        buf_add_str(s->out, "<strong>");
    if (markup && !markup_name_in(tag->name, phrases))
        add_anchor(s, id);
    add_label(s, tag);
}

/* A hard line break in place of TAG. */
static void add_break(struct scan *s, const struct markup_tag *tag)
{
    buf_add_str(s->out, scan_at(s, s->pos + tag->length) == '\n' ? "  " : "<br>");
}

/* Puts what TAG becomes; s->pos still stands before it. */
static void translate_tag(struct scan *s, const struct markup_tag *tag)
{
    bool alone = scan_at_line_start(s);
    struct slice source = {NULL, 0};
    char phrase[8] = "";
    if (tag->name.length == 0)
        return; /* a fragment */
    if (markup_name_in(tag->name, words_apart) &&
        !(tag->closing && markup_name_is(tag->name, "summary")))
        scan_gap(s);
    if (!tag->closing && (markup_name_is(tag->name, "img") || contains_word(tag->name, "image")))
        source = markup_attribute(tag->attributes, "src");
    if (markup_name_in(tag->name, phrases) && tag->name.length < sizeof phrase) {
        for (size_t i = 0; i < tag->name.length; i++)
            phrase[i] = (char)tolower((unsigned char)tag->name.ptr[i]);
        add_phrase(s, tag, phrase);
    } else if (source.length) {
        scan_add_image(s, source, markup_attribute(tag->attributes, "alt"));
    } else if (markup_name_is(tag->name, "br")) {
        add_break(s, tag);
    } else if (tag->closing) {
        if (markup_name_is(tag->name, "summary"))
            buf_add_str(s->out, "</strong>");
        if (markup_name_is(tag->name, "tr"))
            add_break(s, tag);
        if (!close_link(s, tag) && !close_line(s, tag))
            pop_element(s, tag->name);
    } else if (!open_line(s, tag) && !open_link(s, tag)) {
        add_opening(s, tag, alone);
    }
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
    scan_add_address(s, (struct slice){text.ptr + 1, i - 1});
    scan_drop(s, s->pos + i + 1);
    return true;
}

void scan_tag(struct scan *s)
{
    struct slice text = scan_rest(s, s->pos);
    struct markup_tag tag;
    if (slice_starts(text, SLICE_LITERAL("<!--")) && scan_comment(s, "-->"))
        return;
    if (scan_destination(s, text))
        return;
    if (text.length > SCAN_MAX_TAG)
        text.length = SCAN_MAX_TAG;
    size_t address = text.length > 1 && text.ptr[1] != '/' ? autolink_length(text) : 0;
    if (address) {
        scan_copy(s, s->pos + address);
        return;
    }
    if (s->failed_tags < SCAN_MAX_FAILED && markup_read_tag(text, &tag) &&
        (tag.name.length || s->mdx)) {
        if (copy_preformatted(s, &tag) || drop_whole(s, &tag))
            return;
        translate_tag(s, &tag);
        scan_drop(s, s->pos + tag.length);
        return;
    }
    s->failed_tags++;
    scan_copy(s, s->pos + 1);
}
