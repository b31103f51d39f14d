/* html_inline.c: the text within a paragraph: emphasis, code, links, images, escapes. */
#include "app/import/html_writer.h"

#include "base/limits.h"
#include "base/str.h"

#include <ctype.h>

bool html_is(const xmlNode *node, const char *names)
{
    struct slice rest = slice_of(names), name;
    if (node->type != XML_ELEMENT_NODE)
        return false;
    while (slice_split(&rest, ' ', &name))
        if (slice_equal(name, slice_of((const char *)node->name)))
            return true;
    return false;
}

xmlChar *html_attribute(const xmlNode *node, const char *name)
{
    return xmlGetProp(node, (const xmlChar *)name);
}

static bool ends_with_space(const struct buf *out)
{
    return out->length == 0 || isspace((unsigned char)out->data[out->length - 1]);
}

/* Characters that Markdown could take for markup wherever they stand. */
static bool is_markup(char character)
{
    return strchr("\\`*_[]<~|", character) != NULL;
}

/* Appends TEXT with runs of white space as one space. */
static void add_text(enum html_form form, struct slice text, struct buf *out)
{
    for (size_t i = 0; i < text.length; i++) {
        char character = text.ptr[i];
        if (isspace((unsigned char)character)) {
            if (!ends_with_space(out))
                buf_add_char(out, ' ');
            continue;
        }
        if (form == HTML_MARKDOWN &&
            (is_markup(character) || (character == '&' && i + 1 < text.length &&
                                      (isalpha((unsigned char)text.ptr[i + 1]) ||
                                       text.ptr[i + 1] == '#'))))
            buf_add_char(out, '\\');
        buf_add_char(out, character);
    }
}

/* A backslash that is text is written twice, so that behind an odd number of them the last one is a break's. */
static bool ends_with_break(struct slice text)
{
    size_t backslashes = 0;
    while (backslashes < text.length && text.ptr[text.length - 1 - backslashes] == '\\')
        backslashes++;
    return backslashes % 2 == 1;
}

struct slice html_trim(enum html_form form, struct slice text)
{
    text = slice_trim(text);
    while (form == HTML_MARKDOWN && text.length > 1 && text.ptr[0] == '\\' && text.ptr[1] == '\n')
        text = slice_trim((struct slice){text.ptr + 2, text.length - 2});
    while (form == HTML_MARKDOWN && ends_with_break(text))
        text = slice_trim((struct slice){text.ptr, text.length - 1});
    return text;
}

/* MARK text MARK, with the white space at both ends left outside, where Markdown wants it. */
static void add_marked(const xmlNode *node, const char *mark, struct buf *out)
{
    _cleanup_buf_ struct buf inner = BUF_INIT(LIMIT_ARTICLE_HTML);
    struct slice text;
    html_inline_children(HTML_MARKDOWN, node, &inner);
    text = html_trim(HTML_MARKDOWN, (struct slice){buf_str(&inner), inner.length});
    if (inner.length > 0 && isspace((unsigned char)inner.data[0]) && !ends_with_space(out))
        buf_add_char(out, ' ');
    if (text.length > 0) {
        buf_add_str(out, mark);
        buf_add_slice(out, text);
        buf_add_str(out, mark);
    }
    if (text.length > 0 && isspace((unsigned char)inner.data[inner.length - 1]))
        buf_add_char(out, ' ');
}

size_t html_backticks(struct slice text)
{
    size_t most = 0, run = 0;
    for (size_t i = 0; i < text.length; i++) {
        run = text.ptr[i] == '`' ? run + 1 : 0;
        most = run > most ? run : most;
    }
    return most;
}

/* Code as it is, between more backticks than it holds in a row. */
static void add_code(const xmlNode *node, struct buf *out)
{
    xmlChar *content = xmlNodeGetContent(node);
    struct slice text = slice_trim(slice_of((const char *)content));
    size_t most = html_backticks(text);
    for (size_t i = 0; text.length && i <= most; i++)
        buf_add_char(out, '`');
    if (most > 0)
        buf_add_char(out, ' ');
    for (size_t i = 0; i < text.length; i++)
        buf_add_char(out, text.ptr[i] == '\n' ? ' ' : text.ptr[i]);
    if (most > 0)
        buf_add_char(out, ' ');
    for (size_t i = 0; text.length && i <= most; i++)
        buf_add_char(out, '`');
    xmlFree(content);
}

/* An address as it stands between parentheses in Markdown. */
static void add_address(const char *address, struct buf *out)
{
    struct slice trimmed = slice_trim(slice_of(address));
    for (size_t i = 0; i < trimmed.length; i++) {
        char character = trimmed.ptr[i];
        if (strchr(" ()<>\\\n\r\t", character))
            buf_printf(out, "%%%02X", (unsigned char)character);
        else
            buf_add_char(out, character);
    }
}

static void add_link(enum html_form form, const xmlNode *node, struct buf *out)
{
    _cleanup_buf_ struct buf inner = BUF_INIT(LIMIT_ARTICLE_HTML);
    xmlChar *address = html_attribute(node, "href");
    struct slice text;
    html_inline_children(form, node, &inner);
    text = html_trim(form, (struct slice){buf_str(&inner), inner.length});
    if (form == HTML_MARKDOWN && address && *address && text.length > 0) {
        buf_add_char(out, '[');
        buf_add_slice(out, text);
        buf_add_str(out, "](");
        add_address((const char *)address, out);
        buf_add_char(out, ')');
    } else {
        buf_add_slice(out, text);
        if (form == HTML_PLAIN && address && !slice_equal(text, slice_of((const char *)address)) &&
            *address != '#')
            buf_printf(out, " (%s)", (const char *)address);
    }
    if (inner.length > 0 && isspace((unsigned char)inner.data[inner.length - 1]))
        buf_add_char(out, ' ');
    xmlFree(address);
}

static void add_image(const xmlNode *node, struct buf *out)
{
    xmlChar *source = html_attribute(node, "src"), *words = html_attribute(node, "alt");
    if (source && *source) {
        buf_add_str(out, "![");
        add_text(HTML_MARKDOWN, slice_of((const char *)words), out);
        buf_add_str(out, "](");
        add_address((const char *)source, out);
        buf_add_char(out, ')');
    }
    xmlFree(source);
    xmlFree(words);
}

/* A frame shows something from elsewhere (a video): what remains of it is its address. */
static void add_frame(enum html_form form, const xmlNode *node, struct buf *out)
{
    xmlChar *source = html_attribute(node, "src");
    if (source && *source && form == HTML_MARKDOWN) {
        buf_add_char(out, '<');
        add_address((const char *)source, out);
        buf_add_char(out, '>');
    } else if (source) {
        buf_add_str(out, (const char *)source);
    }
    xmlFree(source);
}

void html_inline(enum html_form form, const xmlNode *node, struct buf *out)
{
    bool markdown = form == HTML_MARKDOWN;
    if (node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE)
        add_text(form, slice_of((const char *)node->content), out);
    else if (node->type != XML_ELEMENT_NODE || html_is(node, "script style head title template"))
        return;
    else if (html_is(node, "br"))
        buf_add_str(out, markdown ? "\\\n" : "\n");
    else if (markdown && html_is(node, "strong b"))
        add_marked(node, "**", out);
    else if (markdown && html_is(node, "em i"))
        add_marked(node, "*", out);
    else if (markdown && html_is(node, "del s strike"))
        add_marked(node, "~~", out);
    else if (markdown && html_is(node, "code kbd samp tt"))
        add_code(node, out);
    else if (html_is(node, "a"))
        add_link(form, node, out);
    else if (html_is(node, "img")) {
        if (markdown)
            add_image(node, out);
    } else if (html_is(node, "iframe video"))
        add_frame(form, node, out);
    else
        html_inline_children(form, node, out);
}

void html_inline_children(enum html_form form, const xmlNode *node, struct buf *out)
{
    for (const xmlNode *child = node->children; child; child = child->next)
        html_inline(form, child, out);
}
