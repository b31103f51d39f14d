/* flavour_templates.c: Liquid, shortcodes of Hugo, expressions of MDX, attributes of Kramdown and
 * MkDocs in Markdown. */
#include "article/flavour.h"
#include "article/flavour_scan.h"
#include "article/markup.h"
#include "base/str.h"

#include <ctype.h>

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

/* What a template at the beginning of TEXT, within an address, stands for: {% link a.md %} for /a.md,
 * others for nothing. Returns its length. */
static size_t add_template_in_address(struct buf *out, struct slice text)
{
    struct slice rest;
    bool tag = text.ptr[1] == '%';
    const char *end = memmem(text.ptr + 2, text.length - 2, tag ? "%}" : "}}", 2);
    if (!end)
        return 1;
    if (tag && markup_name_is(
                   template_name((struct slice){text.ptr + 2, (size_t)(end - text.ptr) - 2}, &rest),
                   "link")) {
        buf_add_char(out, '/');
        buf_add_slice(out, unquote(rest));
    }
    return (size_t)(end - text.ptr) + 2;
}

/* An address between angle brackets, as Markdown wants it. */
void scan_add_address(struct scan *s, struct slice address)
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

void scan_add_image(struct scan *s, struct slice source, struct slice words)
{
    buf_add_str(s->out, "![");
    for (size_t i = 0; i < words.length; i++) {
        char c = words.ptr[i];
        if (strchr("[]\\`<*_|", c) && c)
            buf_add_char(s->out, '\\');
        buf_add_char(s->out, c == '\n' || c == FLAVOUR_OPEN || c == FLAVOUR_CLOSE ? ' ' : c);
    }
    buf_add_str(s->out, "](");
    scan_add_address(s, source);
    buf_add_char(s->out, ')');
}

/* Code between {% highlight ruby %} and {% endhighlight %}, or Hugo's likewise. s->pos is behind
 * the opening tag. */
static bool copy_highlighted(struct scan *s, struct slice language, const char *end_mark)
{
    size_t end = scan_find(s, s->pos, end_mark);
    if (!scan_at_line_start(s) || end == s->in.length)
        return false;
    buf_add_str(s->out, "`````");
    buf_add_slice(s->out, language);
    if (scan_at(s, s->pos) != '\n')
        scan_newline(s);
    scan_copy(s, end);
    if (scan_last(s) != '\n')
        scan_newline(s);
    buf_add_str(s->out, "`````");
    scan_drop(s, end + strlen(end_mark));
    size_t close = scan_find(s, s->pos, "}");
    while (scan_at(s, close) == '}')
        close++;
    scan_drop(s, close);
    return true;
}

/* A template tag has ended at END: what its name says. */
static void translate_template(struct scan *s, struct slice inner, size_t end)
{
    struct slice rest, name = template_name(inner, &rest);
    if (markup_name_is(name, "raw"))
        s->raw = true;
    if (markup_name_is(name, "comment")) {
        size_t close = scan_find(s, end, "endcomment");
        end = close < s->in.length ? scan_find(s, close, "}") + 1 : end;
    }
    scan_drop(s, end < s->in.length ? end : s->in.length);
    if (markup_name_is(name, "highlight")) {
        bool liquid = s->in.ptr[end - 2] == '%';
        struct slice language = unquote(rest);
        if (!copy_highlighted(s, language, liquid ? "{% endhighlight" : "{{< /highlight"))
            (void)copy_highlighted(s, language, "{{</ highlight");
    } else if (markup_name_is(name, "link")) {
        buf_add_char(s->out, '/');
        buf_add_slice(s->out, unquote(rest));
    } else if (markup_name_is(name, "ref") || markup_name_is(name, "relref")) {
        buf_add_slice(s->out, unquote(rest));
    } else if (markup_name_is(name, "figure") || markup_name_is(name, "img")) {
        struct slice source = markup_attribute(rest, "src");
        if (source.length)
            scan_add_image(s, source, markup_attribute(rest, "alt"));
    }
}

/* {% … %}, {{< … >}}, {{% … %}}: dropped, but for some. */
static bool scan_template(struct scan *s, size_t opening, const char *end_mark)
{
    size_t end = scan_find(s, s->pos + opening, end_mark);
    if (end == s->in.length)
        return false;
    struct slice inner = {s->in.ptr + s->pos + opening, end - s->pos - opening}, rest;
    while (inner.length && strchr("-", inner.ptr[0]))
        inner = (struct slice){inner.ptr + 1, inner.length - 1};
    if (s->raw && !markup_name_is(template_name(inner, &rest), "endraw") &&
        !markup_name_is(template_name(inner, &rest), "endraw-"))
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
    size_t end = scan_find(s, s->pos, "}}");
    if (s->raw || end == s->in.length || end - s->pos > SCAN_MAX_LINE)
        return false;
    struct slice inner = {s->in.ptr + s->pos + 2, end - s->pos - 2};
    if (memchr(inner.ptr, '\n', inner.length))
        return false;
    inner = slice_trim(inner);
    bool drop = memmem(inner.ptr, inner.length, " | ", 3) != NULL;
    for (size_t i = 0; i < ARRAY_LENGTH(theirs); i++)
        drop = drop || slice_starts(inner, slice_of(theirs[i]));
    if (!drop) {
        scan_copy(s, end + 2);
        return true;
    }
    if (inner.length &&
        strchr("\"'", inner.ptr[0])) /* a text that is filtered: {{ "/path" | relative_url }} */
        buf_add_slice(s->out, unquote(inner));
    scan_drop(s, end + 2);
    return true;
}

/* {: .class} of Kramdown, { .class } of MkDocs, behind what they belong to. A heading's stay: it
 * may be its anchor; so do those that have a line of their own. */
static bool scan_attributes(struct scan *s)
{
    bool kramdown = scan_at(s, s->pos + 1) == ':';
    bool attached = strchr(")]`*_\"", scan_last(s)) != NULL;
    if ((!kramdown && !attached) || scan_on_heading(s) || scan_at_line_start(s))
        return false;
    struct slice line = scan_line_start(s, s->pos, SCAN_MAX_LINE);
    const char *end = memchr(line.ptr, '}', line.length);
    size_t i = 1;
    while (scan_at(s, s->pos + i) == ':' || scan_at(s, s->pos + i) == ' ')
        i++;
    bool attribute = scan_at(s, s->pos + i) == '.' || scan_at(s, s->pos + i) == '#' ||
                     (end && memchr(line.ptr, '=', (size_t)(end - line.ptr)));
    if (!end || (!kramdown && !attribute))
        return false;
    scan_drop(s, s->pos + (size_t)(end - line.ptr) + 1);
    return true;
}

/* An expression of MDX: a string stands for itself, all else is dropped. */
static bool scan_expression(struct scan *s)
{
    struct slice text = scan_rest(s, s->pos);
    if (text.length > SCAN_MAX_TAG)
        text.length = SCAN_MAX_TAG;
    if (scan_at(s, s->pos + 1) == '#' || s->failed_tags >= SCAN_MAX_FAILED)
        return false;
    text.length = markup_braces(text);
    if (text.length == 0) {
        s->failed_tags++;
        return false;
    }
    struct slice string = markup_string_in_braces(text);
    for (size_t i = 0; i < string.length; i++)
        buf_add_char(s->out, strchr("\n\1\2", string.ptr[i]) ? ' ' : string.ptr[i]);
    scan_drop(s, s->pos + text.length);
    return true;
}

void scan_brace(struct scan *s)
{
    struct slice text = scan_rest(s, s->pos);
    if (slice_starts(text, SLICE_LITERAL("{/*")) && scan_comment(s, "*/}"))
        return;
    if ((slice_starts(text, SLICE_LITERAL("{%")) && scan_template(s, 2, "%}")) ||
        (slice_starts(text, SLICE_LITERAL("{{<")) && scan_template(s, 3, ">}}")) ||
        (slice_starts(text, SLICE_LITERAL("{{%")) && scan_template(s, 3, "%}}")) ||
        (!s->mdx && slice_starts(text, SLICE_LITERAL("{{")) && scan_variable(s)) ||
        scan_attributes(s) || (s->mdx && scan_expression(s)))
        return;
    scan_copy(s, s->pos + 1);
}

/* ":material-check:" and the like, which MkDocs makes a picture of, say nothing to others. */
void scan_colon(struct scan *s)
{
    static const char *const sets[] = {":material-", ":fontawesome-", ":octicons-", ":simple-"};
    size_t end = s->pos + 1;
    for (size_t i = 0; i < ARRAY_LENGTH(sets); i++) {
        if (!slice_starts(scan_rest(s, s->pos), slice_of(sets[i])))
            continue;
        while (isalnum((unsigned char)scan_at(s, end)) || scan_at(s, end) == '-')
            end++;
        if (scan_at(s, end) != ':')
            break;
        scan_drop(s, end + 1);
        struct slice behind = scan_line_start(s, s->pos, SCAN_MAX_LINE);
        const char *brace = slice_starts(behind, SLICE_LITERAL("{ ."))
                                ? memchr(behind.ptr, '}', behind.length)
                                : NULL;
        if (brace) /* its size or colour */
            scan_drop(s, s->pos + (size_t)(brace - behind.ptr) + 1);
        if (scan_at(s, s->pos) == ' ' && strchr(" \n", scan_last(s)))
            scan_drop(s, s->pos + 1);
        return;
    }
    scan_copy(s, end);
}
