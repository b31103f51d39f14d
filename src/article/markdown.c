/* markdown.c: an article's Markdown as safe HTML.
 *
 * A renderer of our own over cmark's tree, in which there is no HTML left (tree.h): every tag and
 * attribute of the output is written here, every text is escaped. */
#include "article/markdown.h"

#include "article/outline.h"
#include "article/tree.h"
#include "base/limits.h"
#include "base/str.h"

#include <cmark-gfm-core-extensions.h>
#include <ctype.h>

struct render {
    const struct markdown_options *options;
    struct outline outline;
    size_t headings; /* seen so far */
    struct buf *out;
    unsigned notes, noted; /* footnotes written, and referred to so far */
    unsigned links; /* open <a>: there is none within another */
    enum status status;
    struct error *err;
};

/* ---- Addresses ---- */

bool markdown_is_safe_url(struct slice url)
{
    static const char *const schemes[] = {"http", "https", "mailto", "tel"};
    size_t end = 0;
    while (end < url.length && !strchr(":/?#", url.ptr[end]))
        end++;
    if (end == url.length || url.ptr[end] != ':')
        return true;
    for (size_t i = 0; i < ARRAY_LENGTH(schemes); i++)
        if (str_equal_ascii_case((struct slice){url.ptr, end}, slice_of(schemes[i])))
            return true;
    return false;
}

static bool has_scheme(const char *url)
{
    return strncasecmp(url, "http:", 5) == 0 || strncasecmp(url, "https:", 6) == 0 ||
           str_starts(url, "//");
}

/* Appends URL for an attribute: what no address may hold percent-encoded, the rest escaped. */
static void add_url(struct buf *out, const char *url)
{
    for (; *url; url++) {
        unsigned char c = (unsigned char)*url;
        if (c <= ' ' || c >= 0x7f || strchr("\"<>\\^`{|}", c))
            buf_printf(out, "%%%02X", c);
        else
            buf_add_html(out, (struct slice){url, 1});
    }
}

static void target_done(struct markdown_target *target)
{
    target->url = mem_free(target->url);
    target->title = mem_free(target->title);
}
#define _cleanup_target_ _cleanup_(target_done)

/* Where NODE leads. False where rendering must stop. */
static bool resolve(struct render *r, enum markdown_target_kind kind, cmark_node *node,
                    struct markdown_target *ret)
{
    const char *url = cmark_node_get_url(node);
    if (r->options->resolve) {
        r->status = r->options->resolve(r->options->resolve_arg, kind, slice_of(url), ret, r->err);
    } else {
        ret->url = mem_strdup(url);
        ret->external = has_scheme(url);
        ret->as_link = kind == MARKDOWN_IMAGE && ret->external;
        r->status = ret->url ? STATUS_OK : error_memory(r->err);
    }
    if (ret->url && !markdown_is_safe_url(slice_of(ret->url)))
        ret->url = mem_free(ret->url);
    return r->status == STATUS_OK;
}

static void open_link(struct render *r, const struct markdown_target *target, const char *title)
{
    buf_add_str(r->out, "<a href=\"");
    add_url(r->out, target->url);
    buf_add_str(r->out, "\"");
    if (title && *title) {
        buf_add_str(r->out, " title=\"");
        buf_add_html(r->out, slice_of(title));
        buf_add_str(r->out, "\"");
    }
    buf_add_str(r->out, target->external ? " rel=\"noopener\">" : ">");
    r->links++;
}

static void close_link(struct render *r)
{
    buf_add_str(r->out, "</a>");
    r->links--;
}

/* A link that says nothing of its own. */
static bool wants_title(cmark_node *link)
{
    cmark_node *text = cmark_node_first_child(link);
    return !text || (!cmark_node_next(text) && cmark_node_get_type(text) == CMARK_NODE_TEXT &&
                     str_equal(cmark_node_get_literal(text), "AUTOTITLE"));
}

static bool render_link(struct render *r, cmark_node *node, bool entering, bool *skip)
{
    _cleanup_target_ struct markdown_target target = {0};
    if (!entering) {
        if (cmark_node_get_user_data(node))
            close_link(r);
        return true;
    }
    if (!resolve(r, MARKDOWN_LINK, node, &target))
        return false;
    bool shown = target.url && r->links == 0;
    cmark_node_set_user_data(node, shown ? node
                                         : NULL); /* tells the leaving visit that there is an <a> */
    if (shown)
        open_link(r, &target, cmark_node_get_title(node));
    if (wants_title(node)) {
        buf_add_html(r->out, slice_of(target.title ? target.title : target.url));
        *skip = true;
    }
    return true;
}

static bool render_image(struct render *r, cmark_node *node)
{
    _cleanup_target_ struct markdown_target target = {0};
    _cleanup_buf_ struct buf words = BUF_INIT(LIMIT_ARTICLE_FILE);
    if (!resolve(r, MARKDOWN_IMAGE, node, &target))
        return false;
    outline_text(node, &words);
    struct slice alt = {buf_str(&words), words.length};
    if (!target.url || target.as_link) {
        bool link = target.url && r->links == 0;
        if (link)
            open_link(r, &target, NULL);
        buf_add_html(r->out, alt.length || !target.url ? alt : slice_of(target.url));
        if (link)
            close_link(r);
        return !words.failed;
    }
    buf_add_str(r->out, "<img src=\"");
    add_url(r->out, target.url);
    buf_add_str(r->out, "\" alt=\"");
    buf_add_html(r->out, alt);
    buf_add_char(r->out, '"');
    if (target.width && target.height)
        buf_printf(r->out, " width=\"%u\" height=\"%u\"", target.width, target.height);
    buf_add_str(r->out, " loading=\"lazy\" decoding=\"async\">");
    return !words.failed;
}

/* ---- Blocks ---- */

static void open_line(struct buf *out)
{
    if (out->length && out->data[out->length - 1] != '\n')
        buf_add_char(out, '\n');
}

static void render_heading(struct render *r, cmark_node *node, bool entering, bool *skip)
{
    int level = cmark_node_get_heading_level(node);
    if (!entering) {
        if (r->headings > 1 || !outline_starts_with_title(&r->outline, r->options->skip_title))
            buf_printf(r->out, "</h%d>\n", level);
        return;
    }
    open_line(r->out);
    const char *anchor =
        r->headings < r->outline.count ? r->outline.headings[r->headings].anchor : NULL;
    bool is_title =
        ++r->headings == 1 && outline_starts_with_title(&r->outline, r->options->skip_title);
    buf_printf(r->out, is_title ? "<span" : "<h%d", level);
    if (anchor) {
        buf_add_str(r->out, " id=\"");
        buf_add_html(r->out, slice_of(anchor));
        buf_add_char(r->out, '"');
    }
    buf_add_str(r->out, is_title ? "></span>\n" : ">");
    *skip = is_title;
}

static void render_code_block(struct buf *out, cmark_node *node)
{
    struct slice info = slice_of(cmark_node_get_fence_info(node)), language = {info.ptr, 0};
    while (language.length < info.length && !strchr(" \t{,:", info.ptr[language.length]))
        language.length++;
    open_line(out);
    buf_add_str(out, "<pre><code");
    if (language.length) {
        buf_add_str(out, " class=\"language-");
        buf_add_html(out, language);
        buf_add_char(out, '"');
    }
    buf_add_char(out, '>');
    buf_add_html(out, slice_of(cmark_node_get_literal(node)));
    buf_add_str(out, "</code></pre>\n");
}

static void render_list(struct buf *out, cmark_node *node, bool entering)
{
    bool ordered = cmark_node_get_list_type(node) == CMARK_ORDERED_LIST;
    int start = cmark_node_get_list_start(node);
    open_line(out);
    if (!entering)
        buf_add_str(out, ordered ? "</ol>\n" : "</ul>\n");
    else if (ordered && start != 1)
        buf_printf(out, "<ol start=\"%d\">\n", start);
    else
        buf_add_str(out, ordered ? "<ol>\n" : "<ul>\n");
}

static void render_item(struct buf *out, cmark_node *node, bool entering, bool is_task)
{
    if (!entering) {
        buf_add_str(out, "</li>\n");
        return;
    }
    open_line(out);
    buf_add_str(out, is_task ? "<li class=\"task\"><input type=\"checkbox\" disabled" : "<li>");
    if (is_task)
        buf_add_str(out,
                    cmark_gfm_extensions_get_tasklist_item_checked(node) ? " checked> " : "> ");
}

static void render_quote(struct buf *out, cmark_node *node, bool entering)
{
    const char *alert = tree_alert(node);
    open_line(out);
    if (!entering) {
        buf_add_str(out, "</blockquote>\n");
    } else if (alert) {
        buf_add_str(out, "<blockquote class=\"alert alert-");
        for (; *alert; alert++)
            buf_add_char(out, (char)tolower((unsigned char)*alert));
        buf_add_str(out, "\">\n");
    } else {
        buf_add_str(out, "<blockquote>\n");
    }
}

/* True where the paragraph shows nothing: only anchors and marks. */
static bool is_invisible(cmark_node *paragraph)
{
    cmark_node *child = cmark_node_first_child(paragraph);
    while (child &&
           (cmark_node_get_type(child) == CMARK_NODE_SOFTBREAK ||
            cmark_node_get_type(child) == CMARK_NODE_CUSTOM_INLINE || tree_anchor(child).length))
        child = cmark_node_next(child);
    return !child;
}

/* True for the text of an item in a list without blank lines, which is no paragraph of its own. */
static bool is_tight(cmark_node *paragraph)
{
    cmark_node *item = cmark_node_parent(paragraph), *list = item ? cmark_node_parent(item) : NULL;
    return list && cmark_node_get_type(list) == CMARK_NODE_LIST && cmark_node_get_list_tight(list);
}

static void render_paragraph(struct buf *out, cmark_node *node, bool entering)
{
    if (is_tight(node) || is_invisible(node))
        return;
    if (entering)
        open_line(out);
    buf_add_str(out, entering ? "<p>" : "</p>\n");
}

static void render_row(struct buf *out, cmark_node *row, bool entering)
{
    bool head = cmark_gfm_extensions_get_table_row_is_header(row);
    if (entering) {
        cmark_node *before = cmark_node_previous(row);
        if (head)
            buf_add_str(out, "<thead>\n");
        else if (!before || cmark_gfm_extensions_get_table_row_is_header(before))
            buf_add_str(out, "<tbody>\n");
        buf_add_str(out, "<tr>");
        return;
    }
    buf_add_str(out, "</tr>\n");
    if (head)
        buf_add_str(out, "</thead>\n");
    else if (!cmark_node_next(row))
        buf_add_str(out, "</tbody>\n");
}

static void render_cell(struct buf *out, cmark_node *cell, bool entering)
{
    cmark_node *row = cmark_node_parent(cell), *table = cmark_node_parent(row);
    bool head = cmark_gfm_extensions_get_table_row_is_header(row);
    if (!entering) {
        buf_add_str(out, head ? "</th>" : "</td>");
        return;
    }
    size_t column = (size_t)cmark_node_get_user_data(row); /* counts its cells */
    cmark_node_set_user_data(row, (void *)(column + 1));
    const uint8_t *alignments = cmark_gfm_extensions_get_table_alignments(table);
    char align =
        column < cmark_gfm_extensions_get_table_columns(table) ? (char)alignments[column] : 0;
    buf_add_str(out, head ? "<th" : "<td");
    if (align)
        buf_printf(out, " class=\"%s\"", align == 'c' ? "center" : align == 'r' ? "right" : "left");
    buf_add_char(out, '>');
}

/* The nodes of cmark's extensions. False where NODE is none. */
static bool render_extension(struct buf *out, cmark_node *node, bool entering)
{
    switch (tree_kind_of(node)) {
    case TREE_TABLE:
        if (entering)
            open_line(out);
        buf_add_str(out, entering ? "<div class=\"table\" tabindex=\"0\"><table>\n"
                                  : "</table></div>\n");
        return true;
    case TREE_ROW:
        render_row(out, node, entering);
        return true;
    case TREE_CELL:
        render_cell(out, node, entering);
        return true;
    case TREE_STRIKETHROUGH:
        buf_add_str(out, entering ? "<del>" : "</del>");
        return true;
    case TREE_TASK:
        render_item(out, node, entering, true);
        return true;
    case TREE_OTHER:
        break;
    }
    return false;
}

/* ---- Inlines ---- */

static void render_code(struct buf *out, cmark_node *node)
{
    buf_add_str(out, "<code>");
    buf_add_html(out, slice_of(cmark_node_get_literal(node)));
    buf_add_str(out, "</code>");
}

/* ---- Footnotes ---- */

/* cmark counts them by their first mention, and puts their texts in that order at the end. */
static void render_note_mark(struct render *r, cmark_node *node)
{
    unsigned number = (unsigned)strtoul(cmark_node_get_literal(node), NULL, 10);
    buf_printf(r->out, "<sup><a href=\"#fn-%u\"", number);
    if (number > r->noted) {
        r->noted = number;
        buf_printf(r->out, " id=\"fnref-%u\"", number);
    }
    buf_printf(r->out, ">%u</a></sup>", number);
}

static void render_note(struct render *r, cmark_node *node, bool entering)
{
    if (entering) {
        r->notes++;
        open_line(r->out);
        if (r->notes == 1)
            buf_add_str(r->out, "<hr>\n<ol class=\"footnotes\">\n");
        buf_printf(r->out, "<li id=\"fn-%u\">", r->notes);
        return;
    }
    buf_printf(r->out, "<a href=\"#fnref-%u\" aria-label=\"↑ %u\">↑</a></li>\n", r->notes, r->notes);
    if (!cmark_node_next(node))
        buf_add_str(r->out, "</ol>\n");
}

/* What has no children. False where NODE is something else. */
static bool render_leaf(struct buf *out, cmark_node *node, bool entering)
{
    switch (cmark_node_get_type(node)) {
    case CMARK_NODE_CODE_BLOCK:
        if (entering)
            render_code_block(out, node);
        return true;
    case CMARK_NODE_THEMATIC_BREAK:
        if (entering)
            open_line(out);
        buf_add_str(out, entering ? "<hr>\n" : "");
        return true;
    case CMARK_NODE_TEXT:
        if (entering)
            buf_add_html(out, slice_of(cmark_node_get_literal(node)));
        return true;
    case CMARK_NODE_CODE:
        if (entering)
            render_code(out, node);
        return true;
    case CMARK_NODE_HTML_INLINE: /* tree.c's own */
        buf_add_str(out, entering ? cmark_node_get_literal(node) : "");
        return true;
    case CMARK_NODE_SOFTBREAK:
        buf_add_str(out, entering ? "\n" : "");
        return true;
    case CMARK_NODE_LINEBREAK:
        buf_add_str(out, entering ? "<br>\n" : "");
        return true;
    default:
        return false;
    }
}

/* ---- The walk ---- */

static bool visit(void *arg, cmark_node *node, bool entering, bool *skip)
{
    struct render *r = arg;
    struct buf *out = r->out;
    if (out->failed)
        return false;
    switch (cmark_node_get_type(node)) {
    case CMARK_NODE_HEADING:
        render_heading(r, node, entering, skip);
        return true;
    case CMARK_NODE_PARAGRAPH:
        render_paragraph(out, node, entering);
        return true;
    case CMARK_NODE_BLOCK_QUOTE:
        render_quote(out, node, entering);
        return true;
    case CMARK_NODE_LIST:
        render_list(out, node, entering);
        return true;
    case CMARK_NODE_EMPH:
        buf_add_str(out, entering ? "<em>" : "</em>");
        return true;
    case CMARK_NODE_STRONG:
        buf_add_str(out, entering ? "<strong>" : "</strong>");
        return true;
    case CMARK_NODE_LINK:
        return render_link(r, node, entering, skip);
    case CMARK_NODE_IMAGE:
        *skip = true;
        return !entering || render_image(r, node);
    case CMARK_NODE_FOOTNOTE_REFERENCE:
        if (entering)
            render_note_mark(r, node);
        return true;
    case CMARK_NODE_FOOTNOTE_DEFINITION:
        render_note(r, node, entering);
        return true;
    default:
        if (!render_leaf(out, node, entering) && !render_extension(out, node, entering) &&
            cmark_node_get_type(node) == CMARK_NODE_ITEM)
            render_item(out, node, entering, false);
        return true;
    }
}

enum status markdown_to_html(struct slice text, const struct markdown_options *options,
                             struct buf *out, struct error *err)
{
    static const struct markdown_options none = {0};
    _cleanup_tree_ struct tree tree = {0};
    struct render r = {.options = options ? options : &none, .out = out, .err = err};
    enum status status = tree_parse(text, &tree, err);
    if (status != STATUS_OK)
        return status;
    status = outline_read(tree.root, &r.outline, err);
    bool whole = status == STATUS_OK && tree_walk(tree.root, visit, &r);
    outline_done(&r.outline);
    if (status != STATUS_OK || r.status != STATUS_OK)
        return status != STATUS_OK ? status : r.status;
    if (whole && !out->failed)
        return STATUS_OK;
    return out->length > out->cap / 2
               ? error_set(err, STATUS_TOO_LARGE, "the article's HTML is too large")
               : error_memory(err);
}

/* ---- Links and anchors ---- */

struct links {
    markdown_link_fn *each;
    void *arg;
};

static bool visit_link(void *arg, cmark_node *node, bool entering, bool *skip)
{
    struct links *links = arg;
    cmark_node_type type = cmark_node_get_type(node);
    (void)skip;
    if (!entering || (type != CMARK_NODE_LINK && type != CMARK_NODE_IMAGE))
        return true;
    return links->each(links->arg, type == CMARK_NODE_LINK ? MARKDOWN_LINK : MARKDOWN_IMAGE,
                       slice_of(cmark_node_get_url(node)), tree_line(node));
}

enum status markdown_each_link(struct slice text, markdown_link_fn *each, void *arg,
                               struct error *err)
{
    _cleanup_tree_ struct tree tree = {0};
    struct links links = {each, arg};
    enum status status = tree_parse(text, &tree, err);
    if (status == STATUS_OK)
        (void)tree_walk(tree.root, visit_link, &links);
    return status;
}

struct anchors {
    markdown_anchor_fn *each;
    void *arg;
};

static bool visit_anchor(void *arg, cmark_node *node, bool entering, bool *skip)
{
    struct anchors *anchors = arg;
    struct slice anchor = tree_anchor(node);
    (void)skip;
    return !entering || !anchor.length || anchors->each(anchors->arg, anchor);
}

enum status markdown_each_anchor(struct slice text, markdown_anchor_fn *each, void *arg,
                                 struct error *err)
{
    _cleanup_tree_ struct tree tree = {0};
    _cleanup_outline_ struct outline outline = {0};
    struct anchors anchors = {each, arg};
    enum status status = tree_parse(text, &tree, err);
    if (status == STATUS_OK)
        status = outline_read(tree.root, &outline, err);
    bool more = status == STATUS_OK;
    for (size_t i = 0; more && i < outline.count; i++)
        more = each(arg, slice_of(outline.headings[i].anchor));
    if (more)
        (void)tree_walk(tree.root, visit_anchor, &anchors);
    return status;
}
