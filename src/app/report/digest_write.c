/* digest_write.c: the three forms of a digest. */
#include "app/report/digest_write.h"

#include "base/str.h"

bool digest_format_parse(const char *name, enum digest_format *ret)
{
    static const char *const names[] = {
        [DIGEST_TEXT] = "text", [DIGEST_MARKDOWN] = "markdown", [DIGEST_HTML] = "html"};
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
        if (str_equal(name, names[i])) {
            *ret = (enum digest_format)i;
            return true;
        }
    }
    return false;
}

/* TEXT without anything that Markdown would take for its own. */
static void add_markdown(const char *text, struct buf *out)
{
    for (; *text; text++) {
        if (strchr("\\`*_[]<>#|", *text))
            buf_add_char(out, '\\');
        buf_add_char(out, *text == '\n' ? ' ' : *text);
    }
}

static void add(enum digest_format format, const char *text, struct buf *out)
{
    if (format == DIGEST_HTML)
        buf_add_html(out, slice_of(text));
    else if (format == DIGEST_MARKDOWN)
        add_markdown(text, out);
    else
        buf_add_str(out, text);
}

static void add_line(enum digest_format format, const char *const before[3], const char *text,
                     const char *const after[3], struct buf *out)
{
    buf_add_str(out, before[format]);
    add(format, text, out);
    buf_add_str(out, after[format]);
}

void digest_write_title(enum digest_format format, const char *text, struct buf *out)
{
    if (format == DIGEST_HTML) {
        buf_add_str(out, "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>");
        add(format, text, out);
        buf_add_str(out, "</title></head>\n<body>\n");
    }
    add_line(format, (const char *const[]){"", "# ", "<h1>"}, text,
             (const char *const[]){"\n", "\n", "</h1>\n"}, out);
}

void digest_write_heading(enum digest_format format, const char *text, struct buf *out)
{
    add_line(format, (const char *const[]){"\n", "\n## ", "<h2>"}, text,
             (const char *const[]){"\n", "\n", "</h2>\n"}, out);
}

void digest_write_paragraph(enum digest_format format, const char *text, struct buf *out)
{
    add_line(format, (const char *const[]){"", "\n", "<p>"}, text,
             (const char *const[]){"\n", "\n", "</p>\n"}, out);
}

void digest_write_list(enum digest_format format, struct buf *out)
{
    static const char *const begin[] = {"", "\n", "<ul>\n"};
    buf_add_str(out, begin[format]);
}

void digest_write_list_end(enum digest_format format, struct buf *out)
{
    if (format == DIGEST_HTML)
        buf_add_str(out, "</ul>\n");
}

void digest_write_item(enum digest_format format, const char *title, const char *url,
                       const char *rest, struct buf *out)
{
    static const char *const begin[] = {"  - ", "- ", "<li>"};
    buf_add_str(out, begin[format]);
    if (title && url && format == DIGEST_HTML) {
        buf_add_str(out, "<a href=\"");
        buf_add_html(out, slice_of(url));
        buf_add_str(out, "\">");
    }
    if (title && url && format == DIGEST_MARKDOWN)
        buf_add_char(out, '[');
    if (title)
        add(format, title, out);
    if (title && url && format == DIGEST_HTML)
        buf_add_str(out, "</a>");
    if (title && url && format == DIGEST_MARKDOWN)
        buf_printf(out, "](%s)", url);
    if (title && rest)
        buf_add_str(out, ": ");
    if (rest)
        add(format, rest, out);
    if (title && url && format == DIGEST_TEXT)
        buf_printf(out, "\n    %s", url);
    buf_add_str(out, format == DIGEST_HTML ? "</li>\n" : "\n");
}

void digest_write_end(enum digest_format format, struct buf *out)
{
    if (format == DIGEST_HTML)
        buf_add_str(out, "</body>\n</html>\n");
}
