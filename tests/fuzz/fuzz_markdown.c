/* fuzz_markdown.c: any file as an article: parsed, cut into sections, rendered. The first byte
 * chooses between .md and .mdx.
 *
 * What must hold whatever the input: everything is UTF-8, anchors are unique, and the HTML is made
 * of known elements, properly nested, without scripts in addresses. */
#include "article/markdown.h"
#include "article/parse.h"
#include "base/limits.h"
#include "base/str.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const elements[] = {
    "a",     "blockquote", "br",  "code", "del",   "div",   "em",   "h1",     "h2",  "h3",
    "h4",    "h5",         "h6",  "hr",   "img",   "input", "ins",  "kbd",    "li",  "mark",
    "ol",    "p",          "pre", "s",    "samp",  "small", "span", "strong", "sub", "sup",
    "table", "tbody",      "td",  "th",   "thead", "tr",    "u",    "ul",
};
static const char *const voids[] = {"br", "hr", "img", "input"};

static size_t index_of(const char *const *list, size_t count, struct slice name)
{
    size_t i = 0;
    while (i < count && !slice_equal(slice_of(list[i]), name))
        i++;
    return i;
}

/* Aborts where ATTRIBUTES hold a script. */
static void check_attributes(struct slice attributes)
{
    bool quoted = false;
    for (size_t i = 0; i < attributes.length; i++) {
        struct slice rest = {attributes.ptr + i, attributes.length - i};
        if (slice_starts(rest, SLICE_LITERAL("=\"javascript:")) ||
            (!quoted && slice_starts(rest, SLICE_LITERAL(" on"))))
            abort();
        quoted = quoted != (attributes.ptr[i] == '"');
    }
    if (quoted)
        abort();
}

/* Aborts where HTML is not well-formed or holds an element that the renderer does not write. */
static void check_html(struct slice html)
{
    static size_t open[1 << 16];
    size_t depth = 0;
    for (size_t i = 0; i < html.length; i++) {
        if (html.ptr[i] != '<')
            continue;
        bool closing = html.ptr[i + 1] == '/';
        size_t start = i + 1 + closing, end = start;
        while (isalnum((unsigned char)html.ptr[end]))
            end++;
        struct slice name = {html.ptr + start, end - start};
        size_t element = index_of(elements, ARRAY_LENGTH(elements), name);
        const char *close = memchr(html.ptr + end, '>', html.length - end);
        if (element == ARRAY_LENGTH(elements) || !close)
            abort();
        struct slice rest = {html.ptr + end, (size_t)(close - html.ptr) - end};
        check_attributes(rest);
        if (closing && (depth == 0 || open[--depth] != element))
            abort();
        if (!closing && index_of(voids, ARRAY_LENGTH(voids), name) == ARRAY_LENGTH(voids)) {
            if (depth == ARRAY_LENGTH(open))
                abort();
            open[depth++] = element;
        }
        i = (size_t)(close - html.ptr);
    }
    if (depth != 0)
        abort();
}

static void check_text(const char *text)
{
    if (!utf8_valid(slice_of(text)))
        abort();
}

static void check_sections(const struct article *article)
{
    for (size_t i = 0; i < article->section_count; i++) {
        const struct article_section *section = &article->sections[i];
        check_text(section->heading);
        check_text(section->anchor);
        check_text(section->text);
        for (size_t j = 0; j < i && i < 50; j++)
            if (section->level && str_equal(article->sections[j].anchor, section->anchor))
                abort();
    }
}

static void check_article(const struct article *article)
{
    const struct markdown_options options = {.skip_title = article->title};
    _cleanup_buf_ struct buf html = BUF_INIT(LIMIT_ARTICLE_HTML);
    if (!*article->id || !article->title || strlen(article->id) > LIMIT_ID)
        abort();
    check_text(article->id);
    check_text(article->title);
    check_text(article->summary);
    check_text(article->category);
    check_sections(article);
    if (markdown_to_html(slice_of(article->markdown), &options, &html, NULL) == STATUS_OK) {
        check_html((struct slice){buf_str(&html), html.length});
        check_text(buf_str(&html));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool ready;
    struct article *article = NULL;
    struct article_problems problems = {0};
    if (!ready)
        article_init();
    ready = true;
    if (size == 0)
        return 0;
    const struct article_context context = {.path = data[0] & 1 ? "de/a b.mdx" : "guide/a.md",
                                            .default_lang = "en"};
    const struct slice bytes = {(const char *)data + 1, size - 1};
    if (article_parse(bytes, &context, &article, &problems, NULL) == STATUS_OK)
        check_article(article);
    else if (problems.count == 0)
        abort();
    article_free(article);
    article_problems_done(&problems);
    return 0;
}
