/* outline.c: the headings of an article with their anchors, and its text as plain sections. */
#include "article/outline.h"

#include "article/slug.h"
#include "base/limits.h"
#include "base/str.h"

#include <stdio.h>

/* ---- Plain text ---- */

struct plain {
    struct buf *out;
    bool breaks; /* a hard line break ends the line */
};

static void trim_spaces(struct buf *out, size_t start)
{
    while (out->length > start && out->data[out->length - 1] == ' ')
        buf_truncate(out, out->length - 1);
}

/* Appends TEXT with runs of spaces as one. */
static void add_words(struct buf *out, const char *text)
{
    while (*text) {
        size_t word = strcspn(text, " ");
        buf_add(out, text, word);
        text += word;
        if (*text == ' ' && out->length && !strchr(" \n", out->data[out->length - 1]))
            buf_add_char(out, ' ');
        text += strspn(text, " ");
    }
}

/* GitHub Docs' "[AUTOTITLE](/page)": the page's title stands there once it is shown. */
static bool is_placeholder(cmark_node *text)
{
    return cmark_node_get_type(cmark_node_parent(text)) == CMARK_NODE_LINK &&
           str_equal(cmark_node_get_literal(text), "AUTOTITLE");
}

static bool add_inline(void *arg, cmark_node *node, bool entering, bool *skip)
{
    struct plain *plain = arg;
    (void)skip;
    if (!entering)
        return true;
    switch (cmark_node_get_type(node)) {
    case CMARK_NODE_TEXT:
        if (!is_placeholder(node))
            add_words(plain->out, cmark_node_get_literal(node));
        break;
    case CMARK_NODE_CODE:
        buf_add_str(plain->out, cmark_node_get_literal(node));
        break;
    case CMARK_NODE_SOFTBREAK:
        add_words(plain->out, " ");
        break;
    case CMARK_NODE_HTML_INLINE:
        if (!str_equal(cmark_node_get_literal(node), TREE_BREAK))
            break;
        __attribute__((fallthrough));
    case CMARK_NODE_LINEBREAK:
        trim_spaces(plain->out, 0);
        add_words(plain->out, plain->breaks ? "\n" : " ");
        break;
    default:
        break;
    }
    return !plain->out->failed;
}

void outline_text(cmark_node *node, struct buf *out)
{
    struct plain plain = {.out = out};
    size_t start = out->length;
    (void)tree_walk(node, add_inline, &plain);
    trim_spaces(out, start);
}

/* ---- Headings ---- */

void outline_done(struct outline *outline)
{
    for (size_t i = 0; i < outline->count; i++) {
        mem_free(outline->headings[i].text);
        mem_free(outline->headings[i].anchor);
    }
    outline->headings = mem_free(outline->headings);
    outline->count = outline->capacity = 0;
}

static bool is_taken(const struct outline *outline, const char *anchor)
{
    for (size_t i = 0; i < outline->count; i++)
        if (str_equal(outline->headings[i].anchor, anchor))
            return true;
    return false;
}

/* How many headings before have TEXT, whose anchors will thus be taken: where to start counting. */
static size_t count_like(const struct outline *outline, const char *text)
{
    size_t count = 0;
    for (size_t i = 0; i < outline->count; i++)
        count += str_equal(outline->headings[i].text, text);
    return count;
}

/* BASE, or BASE-1 and so on where it is taken; NULL when memory is short. */
static char *unique_anchor(const struct outline *outline, const char *base, const char *text)
{
    char *anchor = mem_strdup(base);
    for (size_t n = count_like(outline, text); anchor && is_taken(outline, anchor); n++) {
        mem_free(anchor);
        anchor = mem_printf("%s-%zu", base, n ? n : ++n);
    }
    return anchor;
}

static bool add_heading(struct outline *outline, cmark_node *node)
{
    _cleanup_buf_ struct buf text = BUF_INIT(LIMIT_ARTICLE_FILE * 4);
    _cleanup_free_ char *slug = NULL;
    const char *own = tree_heading_id(node);
    struct outline_heading heading = {.level = cmark_node_get_heading_level(node)};
    outline_text(node, &text);
    slug = own ? mem_strdup(own) : slug_anchor((struct slice){buf_str(&text), text.length});
    if (!slug || text.failed ||
        mem_grow(&outline->headings, &outline->capacity, outline->count, sizeof heading) < 0)
        return false;
    heading.anchor = unique_anchor(outline, slug, buf_str(&text));
    heading.text = buf_take(&text);
    if (!heading.anchor || !heading.text) {
        mem_free(heading.anchor);
        mem_free(heading.text);
        return false;
    }
    outline->headings[outline->count++] = heading;
    return true;
}

static bool visit_heading(void *arg, cmark_node *node, bool entering, bool *skip)
{
    struct outline *outline = arg;
    *skip = cmark_node_get_type(node) == CMARK_NODE_PARAGRAPH;
    if (!entering || cmark_node_get_type(node) != CMARK_NODE_HEADING ||
        outline->count == LIMIT_ARTICLE_SECTIONS)
        return true;
    *skip = true;
    return add_heading(outline, node);
}

enum status outline_read(cmark_node *root, struct outline *ret, struct error *err)
{
    *ret = (struct outline){0};
    return tree_walk(root, visit_heading, ret) ? STATUS_OK : error_memory(err);
}

bool outline_starts_with_title(const struct outline *outline, const char *title)
{
    return title && outline->count > 0 && outline->headings[0].level == 1 &&
           str_equal_ascii_case(slice_trim(slice_of(outline->headings[0].text)),
                                slice_trim(slice_of(title)));
}

/* ---- The first paragraph ---- */

struct first_paragraph {
    struct buf *out;
    bool top_only;
};

static bool visit_paragraph(void *arg, cmark_node *node, bool entering, bool *skip)
{
    struct first_paragraph *first = arg;
    cmark_node_type type = cmark_node_get_type(node);
    if (!entering || type == CMARK_NODE_DOCUMENT)
        return true;
    *skip = first->top_only || type == CMARK_NODE_PARAGRAPH || tree_kind_of(node) == TREE_TABLE;
    if (type != CMARK_NODE_PARAGRAPH)
        return true;
    bool picture = cmark_node_get_type(cmark_node_first_child(node)) == CMARK_NODE_IMAGE &&
                   !cmark_node_next(cmark_node_first_child(node));
    if (!picture)
        outline_text(node, first->out);
    return first->out->length == 0 && !first->out->failed;
}

void outline_first_paragraph(cmark_node *root, struct buf *out)
{
    struct first_paragraph first = {out, true};
    if (!tree_walk(root, visit_paragraph, &first))
        return;
    first.top_only = false;
    (void)tree_walk(root, visit_paragraph, &first);
}

/* ---- Sections ---- */

struct article_section *outline_sections_free(struct article_section *sections, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        mem_free(sections[i].heading);
        mem_free(sections[i].anchor);
        mem_free(sections[i].text);
    }
    return mem_free(sections);
}

struct writing {
    const struct outline *outline;
    bool fold_title;
    size_t headings; /* seen so far */
    struct article_section *sections;
    size_t count, capacity;
    struct buf text; /* of the section being written */
};

static bool start_section(struct writing *w, const char *heading, const char *anchor, int level)
{
    struct article_section section = {
        .heading = mem_strdup(heading), .anchor = mem_strdup(anchor), .level = level};
    if (!section.heading || !section.anchor ||
        mem_grow(&w->sections, &w->capacity, w->count, sizeof section) < 0) {
        mem_free(section.heading);
        mem_free(section.anchor);
        return false;
    }
    w->sections[w->count++] = section;
    return true;
}

/* Gives the text written so far to the last section; a lead without any goes. */
static bool end_section(struct writing *w)
{
    struct article_section *last = &w->sections[w->count - 1];
    if (last->level == 0 && w->text.length == 0) {
        w->sections = outline_sections_free(w->sections, w->count);
        w->count = w->capacity = 0;
        return true;
    }
    last->text = buf_take(&w->text);
    return last->text != NULL;
}

static bool take_heading(struct writing *w, cmark_node *node)
{
    if (w->headings == w->outline->count) {
        outline_text(node, &w->text);
        buf_add_char(&w->text, '\n');
        return true;
    }
    const struct outline_heading *heading = &w->outline->headings[w->headings++];
    if (w->headings == 1 && w->fold_title)
        return true;
    return end_section(w) && start_section(w, heading->text, heading->anchor, heading->level);
}

static void end_line(struct buf *out)
{
    trim_spaces(out, 0);
    if (out->length && out->data[out->length - 1] != '\n')
        buf_add_char(out, '\n');
}

static void end_cell(struct buf *out)
{
    trim_spaces(out, 0);
    if (out->length && out->data[out->length - 1] != '\n')
        buf_add_char(out, ' ');
}

/* "1. " or "- " before what an item holds. The list node keeps how many items it had. */
static void start_item(struct buf *out, cmark_node *item)
{
    cmark_node *list = cmark_node_parent(item);
    intptr_t before = (intptr_t)cmark_node_get_user_data(list);
    end_line(out);
    if (cmark_node_get_list_type(list) == CMARK_ORDERED_LIST)
        buf_printf(out, "%ld. ", (long)cmark_node_get_list_start(list) + (long)before);
    else
        buf_add_str(out, "- ");
    cmark_node_set_user_data(list, (void *)(before + 1));
}

static bool visit_block(void *arg, cmark_node *node, bool entering, bool *skip)
{
    struct writing *w = arg;
    struct plain plain = {&w->text, tree_kind_of(node) != TREE_CELL};
    cmark_node_type type = cmark_node_get_type(node);
    enum tree_kind kind = tree_kind_of(node);
    if (!entering) {
        if (kind == TREE_CELL)
            end_cell(&w->text);
        else if (type != CMARK_NODE_DOCUMENT)
            end_line(&w->text);
        return !w->text.failed;
    }
    if (type == CMARK_NODE_ITEM || kind == TREE_TASK)
        start_item(&w->text, node);
    if (type == CMARK_NODE_CODE_BLOCK) {
        buf_add_str(&w->text, cmark_node_get_literal(node));
        end_line(&w->text);
    }
    *skip = type == CMARK_NODE_HEADING || type == CMARK_NODE_PARAGRAPH || kind == TREE_CELL;
    if (type == CMARK_NODE_HEADING)
        return take_heading(w, node);
    if (*skip)
        (void)tree_walk(node, add_inline, &plain);
    return !w->text.failed;
}

enum status outline_sections(cmark_node *root, const struct outline *outline, const char *title,
                             struct article_section **ret, size_t *ret_count, struct error *err)
{
    struct writing w = {.outline = outline,
                        .fold_title = outline_starts_with_title(outline, title),
                        .text = BUF_INIT(LIMIT_ARTICLE_FILE * 4)};
    bool done = start_section(&w, "", "", 0) && tree_walk(root, visit_block, &w) && end_section(&w);
    bool full = w.text.length > LIMIT_ARTICLE_FILE * 2;
    buf_done(&w.text);
    if (!done) {
        (void)outline_sections_free(w.sections, w.count);
        return full ? error_set(err, STATUS_TOO_LARGE, "the text is too large") : error_memory(err);
    }
    *ret = w.sections;
    *ret_count = w.count;
    return STATUS_OK;
}
