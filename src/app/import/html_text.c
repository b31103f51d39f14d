/* html_text.c: walks the blocks of a parsed HTML page and writes each as text or Markdown.
 *
 * Newlines are owed (`gap`) rather than written, so that what follows decides: nothing at the start
 * of the text, one between items of a list, two between paragraphs; each line starts with the
 * prefix of the lists and quotes around it. */
#include "app/import/html_writer.h"

#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"

#include <ctype.h>
#include <libxml/HTMLparser.h>
#include <stdio.h>

enum {
    DEEPEST = 24,              /* lists and quotes within each other that are kept */
    HIGHEST_NUMBER = 99999999, /* of a list's item; CommonMark reads nine digits */
};

static const char BLOCKS[] =
    "p div section article header footer main nav aside h1 h2 h3 h4 h5 h6 ul ol li dl dt dd "
    "blockquote pre table hr figure figcaption details summary body html form fieldset address "
    "center";

static void blocks(struct html_writer *writer, const xmlNode *first);

/* Settles what is owed before a block: its lines then begin with the prefix. */
static void begin_block(struct html_writer *writer, unsigned gap)
{
    struct buf *out = writer->out;
    if (writer->fresh) {
        writer->fresh = false;
        return;
    }
    if (writer->gap > gap)
        gap = writer->gap;
    writer->gap = 0;
    if (out->length == 0) {
        buf_add_str(out, buf_str(&writer->prefix));
        return;
    }
    for (unsigned i = 0; i < gap; i++) {
        struct slice prefix = {buf_str(&writer->prefix), writer->prefix.length};
        buf_add_char(out, '\n');
        if (i + 1 < gap)
            while (prefix.length > 0 && prefix.ptr[prefix.length - 1] == ' ')
                prefix.length--;
        buf_add_slice(out, prefix);
    }
}

/* Writes TEXT, whose lines after the first get the prefix. */
static void add_lines(struct html_writer *writer, struct slice text)
{
    for (size_t i = 0; i < text.length; i++) {
        buf_add_char(writer->out, text.ptr[i]);
        if (text.ptr[i] == '\n')
            buf_add_str(writer->out, buf_str(&writer->prefix));
    }
}

/* Writes LINE of a paragraph: if it begins like a heading, list, quote or rule it must not become one. */
static void add_escaped_line(struct html_writer *writer, struct slice line)
{
    size_t digits = 0;
    while (digits < line.length && isdigit((unsigned char)line.ptr[digits]))
        digits++;
    buf_add(writer->out, line.ptr, digits);
    line = (struct slice){line.ptr + digits, line.length - digits};
    if (line.length > 0 && strchr(digits > 0 ? ".)" : "#+->=:", *line.ptr))
        buf_add_char(writer->out, '\\');
    buf_add_slice(writer->out, line);
}

static void add_paragraph(struct html_writer *writer, struct slice text)
{
    struct slice line;
    text = html_trim(writer->form, text);
    if (text.length == 0)
        return;
    begin_block(writer, 2);
    while (slice_split(&text, '\n', &line)) {
        if (writer->form == HTML_MARKDOWN)
            add_escaped_line(writer, line);
        else
            buf_add_slice(writer->out, line);
        if (text.ptr)
            add_lines(writer, SLICE_LITERAL("\n"));
    }
    writer->gap = 2;
}

/* Appends what NODE holds as one line: headings and cells of tables can have no breaks. */
static void add_one_line(enum html_form form, const xmlNode *node, struct buf *out)
{
    _cleanup_buf_ struct buf text = BUF_INIT(LIMIT_ARTICLE_HTML);
    struct slice rest, line;
    html_inline_children(form, node, &text);
    rest = html_trim(form, (struct slice){buf_str(&text), text.length});
    while (slice_split(&rest, '\n', &line)) {
        buf_add_slice(out, html_trim(form, line));
        if (rest.ptr)
            buf_add_char(out, ' ');
    }
    out->failed = out->failed || text.failed;
}

static void add_heading(struct html_writer *writer, const xmlNode *node)
{
    _cleanup_buf_ struct buf words = BUF_INIT(LIMIT_ARTICLE_HTML);
    add_one_line(writer->form, node, &words);
    if (words.length == 0)
        return;
    begin_block(writer, 2);
    for (int level = node->name[1] - '0'; writer->form == HTML_MARKDOWN && level > 0; level--)
        buf_add_char(writer->out, '#');
    if (writer->form == HTML_MARKDOWN)
        buf_add_char(writer->out, ' ');
    buf_add(writer->out, words.data, words.length);
    writer->gap = 2;
}

/* The language in class="language-js" or "lang-js". */
static void add_code_language(struct html_writer *writer, const xmlNode *node)
{
    const xmlNode *code = node->children && html_is(node->children, "code") ? node->children : node;
    xmlChar *class = html_attribute(code, "class");
    const char *found = class ? strstr((const char *)class, "lang") : NULL;
    found = found ? strchr(found, '-') : NULL;
    for (found = found ? found + 1 : ""; isalnum((unsigned char)*found) || (*found && strchr("+-#.", *found)); found++)
        buf_add_char(writer->out, *found);
    xmlFree(class);
}

static void add_fence(struct html_writer *writer, size_t length)
{
    for (size_t i = 0; i < length; i++)
        buf_add_char(writer->out, '`');
}

static void add_code_block(struct html_writer *writer, const xmlNode *node)
{
    xmlChar *content = xmlNodeGetContent(node);
    struct slice text = slice_of((const char *)content);
    size_t fence = html_backticks(text) < 3 ? 3 : html_backticks(text) + 1;
    while (text.length > 0 && text.ptr[text.length - 1] == '\n')
        text.length--;
    begin_block(writer, 2);
    if (writer->form == HTML_MARKDOWN) {
        add_fence(writer, fence);
        add_code_language(writer, node);
        add_lines(writer, SLICE_LITERAL("\n"));
    }
    add_lines(writer, text);
    if (writer->form == HTML_MARKDOWN) {
        add_lines(writer, SLICE_LITERAL("\n"));
        add_fence(writer, fence);
    }
    writer->gap = 2;
    xmlFree(content);
}

/* The children of NODE with MORE in front of each line. */
static void add_indented(struct html_writer *writer, const xmlNode *node, const char *more)
{
    size_t before = writer->prefix.length;
    buf_add_str(&writer->prefix, more);
    writer->depth++;
    blocks(writer, node->children);
    writer->depth--;
    buf_truncate(&writer->prefix, before);
}

static void add_list(struct html_writer *writer, const xmlNode *node)
{
    xmlChar *start = html_attribute(node, "start");
    bool numbered = html_is(node, "ol"), nested = html_is(node->parent, "li");
    int64_t number = 1;
    unsigned gap = nested ? 1 : 2;
    if (start)
        (void)str_to_int64(slice_of((const char *)start), &number);
    xmlFree(start);
    number = number < 0 ? 0 : number > HIGHEST_NUMBER ? HIGHEST_NUMBER : number;
    for (const xmlNode *item = node->children; item; item = item->next) {
        char marker[32] = "- ", indent[32] = "";
        if (!html_is(item, "li"))
            continue;
        if (numbered)
            (void)snprintf(marker, sizeof marker, "%lld. ", (long long)number++);
        (void)snprintf(indent, sizeof indent, "%*s", (int)strlen(marker), "");
        writer->gap = gap;
        begin_block(writer, gap);
        buf_add_str(writer->out, marker);
        writer->fresh = true;
        add_indented(writer, item, indent);
        writer->fresh = false;
        gap = 1;
    }
    writer->gap = 2;
}

static const xmlNode *next_row(const xmlNode *table, const xmlNode *row)
{
    const xmlNode *node = row ? row->next : table->children;
    const xmlNode *parent = row ? row->parent : table;
    for (;;) {
        if (!node) {
            if (parent == table)
                return NULL;
            node = parent->next;
            parent = table;
        } else if (html_is(node, "tr")) {
            return node;
        } else if (html_is(node, "thead tbody tfoot") && node->children) {
            parent = node;
            node = node->children;
        } else {
            node = node->next;
        }
    }
}

static size_t add_row(struct html_writer *writer, const xmlNode *row)
{
    size_t cells = 0;
    buf_add_str(writer->out, "|");
    for (const xmlNode *cell = row->children; cell; cell = cell->next) {
        if (!html_is(cell, "td th"))
            continue;
        buf_add_char(writer->out, ' ');
        add_one_line(writer->form, cell, writer->out);
        buf_add_str(writer->out, " |");
        cells++;
    }
    return cells;
}

static void add_table(struct html_writer *writer, const xmlNode *table)
{
    size_t columns = 0;
    begin_block(writer, 2);
    for (const xmlNode *row = next_row(table, NULL); row; row = next_row(table, row)) {
        bool head = columns == 0;
        if (!head)
            add_lines(writer, SLICE_LITERAL("\n"));
        columns = add_row(writer, row);
        if (!head || writer->form != HTML_MARKDOWN || columns == 0)
            continue;
        add_lines(writer, SLICE_LITERAL("\n|"));
        for (size_t i = 0; i < columns; i++)
            buf_add_str(writer->out, " --- |");
    }
    writer->gap = 2;
}

static void block(struct html_writer *writer, const xmlNode *node)
{
    bool markdown = writer->form == HTML_MARKDOWN;
    if (html_is(node, "h1 h2 h3 h4 h5 h6"))
        add_heading(writer, node);
    else if (writer->depth < DEEPEST && html_is(node, "ul ol"))
        add_list(writer, node);
    else if (html_is(node, "pre"))
        add_code_block(writer, node);
    else if (html_is(node, "table"))
        add_table(writer, node);
    else if (writer->depth < DEEPEST && html_is(node, "blockquote")) {
        if (!writer->fresh) {
            size_t before = writer->prefix.length;
            begin_block(writer, 2); /* the gap, without the quote's mark */
            buf_add_str(writer->out, "> ");
            writer->fresh = true;
            buf_truncate(&writer->prefix, before);
        }
        add_indented(writer, node, "> ");
        writer->fresh = false;
    } else if (html_is(node, "hr")) {
        begin_block(writer, 2);
        buf_add_str(writer->out, markdown ? "---" : "");
        writer->gap = 2;
    } else {
        blocks(writer, node->children);
        writer->gap = 2;
    }
}

/* Runs of inline nodes between blocks are paragraphs. */
static void blocks(struct html_writer *writer, const xmlNode *first)
{
    _cleanup_buf_ struct buf run = BUF_INIT(LIMIT_ARTICLE_HTML);
    for (const xmlNode *node = first; node; node = node->next) {
        if (!html_is(node, BLOCKS)) {
            html_inline(writer->form, node, &run);
            continue;
        }
        add_paragraph(writer, (struct slice){buf_str(&run), run.length});
        buf_truncate(&run, 0);
        block(writer, node);
    }
    add_paragraph(writer, (struct slice){buf_str(&run), run.length});
}

/* The parser goes on without what it had no memory for: a text with gaps is none. Its other complaints are about HTML. */
static void note_memory(void *out_of_memory, xmlErrorPtr problem)
{
    if (problem->code == XML_ERR_NO_MEMORY)
        *(bool *)out_of_memory = true;
}

static void release(void *memory)
{
    (void)mem_free(memory);
}

static void *resize(void *memory, size_t size)
{
    return mem_resize(memory, size, 1);
}

/* Before main, since a block must be freed by whoever made it. */
__attribute__((constructor)) static void use_our_memory(void)
{
    (void)xmlMemSetup(release, mem_alloc, resize, mem_strdup);
}

static htmlDocPtr parse(struct slice html, bool *out_of_memory)
{
    htmlDocPtr page;
    xmlSetStructuredErrorFunc(out_of_memory, note_memory); /* of this thread */
    page = htmlReadMemory(html.ptr, (int)html.length, NULL, "UTF-8", HTML_PARSE_RECOVER | HTML_PARSE_NONET);
    xmlSetStructuredErrorFunc(NULL, NULL);
    xmlResetLastError();
    return page;
}

void html_to_text(struct slice html, enum html_form form, struct buf *out)
{
    bool out_of_memory = false;
    _cleanup_buf_ struct buf text = BUF_INIT(out->cap);
    struct html_writer writer = {.form = form, .out = &text, .prefix = BUF_INIT(LIMIT_QUERY)};
    htmlDocPtr page;
    if (html.length == 0 || html.length > LIMIT_ARTICLE_HTML)
        return;
    page = parse(html, &out_of_memory);
    if (page) {
        blocks(&writer, xmlDocGetRootElement(page));
        xmlFreeDoc(page);
        buf_add(out, text.data, text.length);
    }
    out->failed = out->failed || !page || out_of_memory || text.failed || writer.prefix.failed;
    buf_done(&writer.prefix);
}
