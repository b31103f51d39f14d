/* tree.c: Markdown as cmark's tree, in bounded memory, with HTML turned into nodes.
 *
 * cmark's allocator may not fail, so that ours leaves by longjmp: all that cmark holds lies in the
 * arena and goes with it. The jump is armed only within tree_parse, which therefore also makes
 * every string that is asked for later (cmark makes C strings of its slices when they are first
 * read). */
#include "article/tree.h"

#include "article/arena.h"
#include "article/fence.h"
#include "article/markup.h"
#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm-extension_api.h>
#include <ctype.h>
#include <pthread.h>
#include <setjmp.h>

#define ANCHOR_START "<span id=\""
#define ANCHOR_END "\"></span>"

static _Thread_local struct arena *current;
static _Thread_local jmp_buf out_of_memory;

/* cmark adds the special characters of extensions to a table shared by all parsers, for as long as
 * one runs. */
static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;

static cmark_syntax_extension *extensions[4];

void tree_init(void)
{
    static const char *const names[] = {"table", "tasklist", "strikethrough", "autolink"};
    cmark_gfm_core_extensions_ensure_registered();
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++)
        extensions[i] = cmark_find_syntax_extension(names[i]);
}

static void *take(void *memory)
{
    if (!memory)
        longjmp(out_of_memory, 1);
    return memory;
}

static void *tree_calloc(size_t count, size_t size)
{
    return take(arena_zero(current, count * size));
}

static void *tree_realloc(void *memory, size_t size)
{
    return take(arena_resize(current, memory, size));
}

static void tree_free(void *memory)
{
    (void)memory; /* goes with the arena */
}

static cmark_mem allocator = {tree_calloc, tree_realloc, tree_free};

/* ---- Reading ---- */

enum tree_kind tree_kind_of(cmark_node *node)
{
    const char *name = cmark_node_get_type_string(node);
    if (strcmp(name, "table") == 0)
        return TREE_TABLE;
    if (strcmp(name, "table_row") == 0 || strcmp(name, "table_header") == 0)
        return TREE_ROW;
    if (strcmp(name, "table_cell") == 0)
        return TREE_CELL;
    if (strcmp(name, "strikethrough") == 0)
        return TREE_STRIKETHROUGH;
    return strcmp(name, "tasklist") == 0 ? TREE_TASK : TREE_OTHER;
}

/* A custom node keeps "id ID" or "alert NAME" as what is to be written on entering. */
static const char *custom(cmark_node *node, const char *kind)
{
    const char *text = cmark_node_get_type(node) == CMARK_NODE_CUSTOM_INLINE
                           ? cmark_node_get_on_enter(node)
                           : NULL;
    return text && str_starts(text, kind) ? text + strlen(kind) : NULL;
}

struct slice tree_anchor(cmark_node *node)
{
    struct slice tag = {NULL, 0}, none = {NULL, 0};
    if (cmark_node_get_type(node) == CMARK_NODE_HTML_INLINE)
        tag = slice_of(cmark_node_get_literal(node));
    if (!slice_starts(tag, SLICE_LITERAL(ANCHOR_START)))
        return none;
    size_t before = sizeof ANCHOR_START - 1, around = before + sizeof ANCHOR_END - 1;
    return (struct slice){tag.ptr + before, tag.length - around};
}

const char *tree_heading_id(cmark_node *heading)
{
    cmark_node *last = cmark_node_last_child(heading);
    return last ? custom(last, "id ") : NULL;
}

const char *tree_alert(cmark_node *quote)
{
    cmark_node *first = cmark_node_first_child(quote);
    first = first ? cmark_node_first_child(first) : NULL;
    return first ? custom(first, "alert ") : NULL;
}

bool tree_walk(cmark_node *root, tree_visit_fn *each, void *arg)
{
    for (cmark_node *node = root, *next; node; node = next) {
        bool skip = false;
        if (!each(arg, node, true, &skip))
            return false;
        next = skip ? NULL : cmark_node_first_child(node);
        while (!next) {
            if (!each(arg, node, false, &skip))
                return false;
            if (node == root)
                return true;
            next = cmark_node_next(node);
            if (!next)
                node = cmark_node_parent(node);
        }
    }
    return true;
}

size_t tree_line(cmark_node *node)
{
    while (node && cmark_node_get_start_line(node) <= 0)
        node = cmark_node_parent(node);
    return node ? (size_t)cmark_node_get_start_line(node) : 1;
}

/* ---- HTML as nodes ---- */

static cmark_node *new_node(cmark_node_type type)
{
    return take(cmark_node_new_with_mem(type, &allocator));
}

static cmark_node *new_custom(const char *kind, struct slice name)
{
    char *text = tree_calloc(strlen(kind) + name.length + 1, 1);
    memcpy(text, kind, strlen(kind));
    memcpy(text + strlen(kind), name.ptr, name.length);
    cmark_node *node = new_node(CMARK_NODE_CUSTOM_INLINE);
    cmark_node_set_on_enter(node, text);
    (void)cmark_node_get_on_enter(node);
    return node;
}

/* What is written for an element within a line; NULL for those that are left out. */
static const char *element_of(struct slice name)
{
    static const char *const elements[][2] = {
        {"b", "strong"}, {"strong", "strong"}, {"i", "em"},      {"em", "em"},
        {"var", "em"},   {"code", "code"},     {"kbd", "kbd"},   {"samp", "samp"},
        {"sub", "sub"},  {"sup", "sup"},       {"mark", "mark"}, {"s", "s"},
        {"del", "del"},  {"ins", "ins"},       {"u", "u"},       {"small", "small"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(elements); i++)
        if (str_equal_ascii_case(name, slice_of(elements[i][0])))
            return elements[i][1];
    return NULL;
}

/* Makes NODE, a tag as the file has it, one of ours: PREFIX NAME SUFFIX. */
static void set_tag(cmark_node *node, const char *prefix, struct slice name, const char *suffix)
{
    size_t length = strlen(prefix) + name.length + strlen(suffix);
    char *tag = tree_calloc(length + 1, 1);
    memcpy(tag, prefix, strlen(prefix));
    memcpy(tag + strlen(prefix), name.ptr, name.length);
    memcpy(tag + strlen(prefix) + name.length, suffix, strlen(suffix));
    cmark_node_set_literal(node, tag);
    (void)cmark_node_get_literal(node);
}

static bool is_plain_id(struct slice id)
{
    for (size_t i = 0; i < id.length; i++)
        if ((unsigned char)id.ptr[i] <= ' ' || strchr("\"'<>&`", id.ptr[i]))
            return false;
    return id.length > 0 && id.length <= LIMIT_ID;
}

/* A tag that needs no partner: a line break, an anchor. */
static bool take_single(cmark_node *node, const struct markup_tag *tag)
{
    struct slice id = markup_attribute(tag->attributes, "id");
    if (str_equal_ascii_case(tag->name, SLICE_LITERAL("br")))
        set_tag(node, TREE_BREAK, (struct slice){"", 0}, "");
    else if (!tag->closing && is_plain_id(id))
        set_tag(node, ANCHOR_START, id, ANCHOR_END);
    else
        return false;
    return true;
}

struct open_phrase {
    cmark_node *tag;
    const char *element;
};

/* Makes the tags among the children of PARENT ours, or drops them: those that are not of a phrase,
 * and those without a partner under the same parent. So elements never overlap. */
static void tidy_inlines(cmark_node *parent)
{
    struct open_phrase open[16];
    size_t count = 0;
    for (cmark_node *child = cmark_node_first_child(parent), *next; child; child = next) {
        struct markup_tag tag;
        next = cmark_node_next(child);
        if (cmark_node_get_type(child) != CMARK_NODE_HTML_INLINE)
            continue;
        bool known = markup_read_tag(slice_of(cmark_node_get_literal(child)), &tag);
        const char *element = known ? element_of(tag.name) : NULL;
        if (known && take_single(child, &tag))
            continue;
        if (element && !tag.closing && count < ARRAY_LENGTH(open)) {
            open[count++] = (struct open_phrase){child, element};
            continue;
        }
        size_t i = element && tag.closing ? count : 0;
        while (i > 0 && open[i - 1].element != element)
            i--;
        if (i == 0) {
            cmark_node_unlink(child);
            continue;
        }
        while (count > i)
            cmark_node_unlink(open[--count].tag);
        set_tag(open[--count].tag, "<", slice_of(element), ">");
        set_tag(child, "</", slice_of(element), ">");
    }
    while (count > 0)
        cmark_node_unlink(open[--count].tag);
}

/* The text of HTML: tags left out, the commonest entities decoded. Fresh, in the arena. */
static char *text_of_html(struct slice html)
{
    static const struct {
        const char *entity, *text;
    } entities[] = {{"&lt;", "<"},  {"&gt;", ">"},   {"&quot;", "\""},
                    {"&#39;", "'"}, {"&nbsp;", " "}, {"&amp;", "&"}};
    char *text = tree_calloc(html.length + 2, 1);
    size_t length = 0, failed = 0;
    for (size_t i = 0; i < html.length;) {
        struct slice rest = {html.ptr + i, html.length - i};
        struct markup_tag tag;
        const char *decoded = NULL;
        if (slice_starts(rest, SLICE_LITERAL("<!--"))) {
            const char *end = memmem(rest.ptr, rest.length, "-->", 3);
            i = end ? (size_t)(end - html.ptr) + 3 : html.length;
            continue;
        }
        if (html.ptr[i] == '<' && failed < 1000) {
            if (markup_read_tag(rest, &tag)) {
                i += tag.length;
                continue;
            }
            failed++;
        }
        for (size_t j = 0; html.ptr[i] == '&' && j < ARRAY_LENGTH(entities) && !decoded; j++)
            if (slice_starts(rest, slice_of(entities[j].entity))) {
                decoded = entities[j].text;
                i += strlen(entities[j].entity);
            }
        text[length++] = decoded ? decoded[0] : html.ptr[i++];
    }
    return text;
}

/* Makes the strings of NODE, so that reading them later allocates nothing. */
static void make_strings(cmark_node *node)
{
    (void)cmark_node_get_literal(node);
    (void)cmark_node_get_url(node);
    (void)cmark_node_get_title(node);
    (void)cmark_node_get_fence_info(node);
}

/* TEXT without blank lines at its ends. Changed in place. */
static char *code_of_text(char *text)
{
    size_t length = strlen(text);
    while (length > 0 && isspace((unsigned char)text[length - 1]))
        length--;
    text[length] = '\n'; /* there is something, and thus a place for it */
    text[length + 1] = '\0';
    return text + strspn(text, "\n");
}

/* A block of HTML that was left: code where it is <pre>, else a paragraph of its text. */
static void tidy_block(cmark_node *node)
{
    struct slice html = slice_of(cmark_node_get_literal(node));
    bool code = slice_starts(slice_trim(html), SLICE_LITERAL("<pre"));
    bool hidden = slice_starts(slice_trim(html), SLICE_LITERAL("<script")) ||
                  slice_starts(slice_trim(html), SLICE_LITERAL("<style")) ||
                  slice_starts(slice_trim(html), SLICE_LITERAL("<!")) ||
                  slice_starts(slice_trim(html), SLICE_LITERAL("<?"));
    char *text = hidden ? NULL : text_of_html(html);
    cmark_node *block = NULL;
    if (text && slice_trim(slice_of(text)).length) {
        block = new_node(code ? CMARK_NODE_CODE_BLOCK : CMARK_NODE_PARAGRAPH);
        cmark_node *content = code ? block : new_node(CMARK_NODE_TEXT);
        if (code)
            text = code_of_text(text);
        cmark_node_set_literal(content, text);
        make_strings(content);
        if (content != block)
            cmark_node_append_child(block, content);
    }
    if (block)
        cmark_node_replace(node, block);
    else
        cmark_node_unlink(node);
}

/* "## Export {#export .wide}": the id goes into a node of its own at the end, classes go. */
static void tidy_heading(cmark_node *heading)
{
    cmark_node *last = cmark_node_last_child(heading);
    if (!last || cmark_node_get_type(last) != CMARK_NODE_TEXT)
        return;
    struct slice text = slice_trim(slice_of(cmark_node_get_literal(last)));
    const char *brace = text.length ? memrchr(text.ptr, '{', text.length) : NULL;
    if (!brace || text.ptr[text.length - 1] != '}')
        return;
    const char *p = brace + 1 + strspn(brace + 1, ": ");
    if (*p != '#' && *p != '.')
        return;
    const char *id = memchr(p, '#', (size_t)(text.ptr + text.length - p));
    struct slice name = {id ? id + 1 : NULL, id ? strcspn(id + 1, " }") : 0};
    if (name.length && name.length <= LIMIT_ID)
        cmark_node_append_child(heading, new_custom("id ", name));
    struct slice kept = slice_trim((struct slice){text.ptr, (size_t)(brace - text.ptr)});
    bool gap = slice_of(cmark_node_get_literal(last)).ptr != text.ptr && kept.length;
    char *rest = tree_calloc(kept.length + 2, 1);
    rest[0] = ' ';
    memcpy(rest + gap, kept.ptr, kept.length);
    rest[kept.length + gap] = '\0';
    cmark_node_set_literal(last, rest);
}

/* "> [!NOTE]": the mark becomes a node of its own at the start. */
static void tidy_quote(cmark_node *quote)
{
    static const char *const kinds[] = {"NOTE", "TIP", "IMPORTANT", "WARNING", "CAUTION"};
    cmark_node *paragraph = cmark_node_first_child(quote);
    cmark_node *first = paragraph ? cmark_node_first_child(paragraph) : NULL;
    const char *text =
        first && cmark_node_get_type(first) == CMARK_NODE_TEXT ? cmark_node_get_literal(first) : "";
    for (size_t i = 0; str_starts(text, "[!") && i < ARRAY_LENGTH(kinds); i++) {
        struct slice kind = {text + 2, strlen(kinds[i])};
        if (strncasecmp(text + 2, kinds[i], kind.length) != 0 || text[2 + kind.length] != ']')
            continue;
        cmark_node_insert_before(first, new_custom("alert ", slice_of(kinds[i])));
        const char *rest = text + 3 + kind.length;
        cmark_node *next = cmark_node_next(first);
        if (*(rest + strspn(rest, " "))) {
            cmark_node_set_literal(first, rest + strspn(rest, " "));
            return;
        }
        cmark_node_unlink(first);
        if (next && cmark_node_get_type(next) == CMARK_NODE_SOFTBREAK)
            cmark_node_unlink(next);
        return;
    }
}

/* The node behind NODE and its children; NULL at the end. DEPTH is that of NODE, and then of the
 * one returned. */
static cmark_node *node_behind(cmark_node *node, size_t *depth)
{
    for (; node && !cmark_node_next(node); --*depth)
        node = cmark_node_parent(node);
    return node ? cmark_node_next(node) : NULL;
}

/* Goes through the whole tree once. False where it is nested too deeply: *RET_LINE says where. */
static bool tidy(cmark_node *root, size_t *ret_line)
{
    size_t depth = 1;
    for (cmark_node *node = root, *next; node; node = next) {
        if (depth > LIMIT_ARTICLE_NESTING) {
            *ret_line = tree_line(node);
            return false;
        }
        if (cmark_node_get_type(node) == CMARK_NODE_HTML_BLOCK) {
            next = node_behind(node, &depth);
            tidy_block(node);
            continue;
        }
        make_strings(node);
        tidy_inlines(node);
        if (cmark_node_get_type(node) == CMARK_NODE_HEADING)
            tidy_heading(node);
        next = cmark_node_first_child(node);
        depth += next != NULL;
        if (cmark_node_get_type(node) == CMARK_NODE_BLOCK_QUOTE && next) {
            tidy_inlines(next);
            tidy_quote(node);
        }
        if (!next)
            next = node_behind(node, &depth);
    }
    return true;
}

/* ---- Parsing ---- */

/* cmark's time grows with the square of a few things that no author writes: brackets left open in a
 * paragraph, and '@' in a word. Returns the line that has too many of them, 0 when none has. Code
 * is left out: it may. */
static size_t intricate_line(struct slice text)
{
    struct fence fence = {0};
    struct slice line;
    long open = 0, at_signs = 0;
    for (size_t number = 1; slice_split(&text, '\n', &line); number++) {
        if (fence_line(&fence, line) || slice_trim(line).length == 0) {
            open = at_signs = 0;
            continue;
        }
        for (size_t i = 0; i < line.length; i++) {
            char c = line.ptr[i];
            open += (c == '[') - (c == ']');
            open = open < 0 ? 0 : open;
            at_signs = c == ' ' ? 0 : at_signs + (c == '@');
            if (open > LIMIT_ARTICLE_OPEN_BRACKETS || at_signs > LIMIT_ARTICLE_AT_SIGNS)
                return number;
        }
        at_signs = 0;
    }
    return 0;
}

static cmark_node *parse(struct slice text)
{
    cmark_parser *parser = cmark_parser_new_with_mem(CMARK_OPT_FOOTNOTES, &allocator);
    for (size_t i = 0; i < ARRAY_LENGTH(extensions); i++)
        cmark_parser_attach_syntax_extension(parser, extensions[i]);
    cmark_parser_feed(parser, text.ptr ? text.ptr : "", text.length);
    cmark_node *root = cmark_parser_finish(parser);
    cmark_consolidate_text_nodes(root);
    return root;
}

/* Parses where the allocator may jump out of. RET->root stays NULL where memory is short;
 * *RET_DEEP_LINE is the line that is nested too deeply, 0 where none is. */
static void parse_armed(struct slice text, struct tree *ret, size_t *ret_deep_line)
{
    if (setjmp(out_of_memory)) {
        ret->root = NULL;
        return;
    }
    cmark_node *root = parse(text);
    (void)tidy(root, ret_deep_line);
    ret->root = root;
}

enum status tree_parse(struct slice text, struct tree *ret, struct error *err)
{
    size_t deep_line = 0, bad_line = intricate_line(text);
    if (bad_line)
        return error_set(err, STATUS_TOO_LARGE,
                         "line %zu: too many brackets or @ signs in one paragraph", bad_line);
    *ret = (struct tree){.arena = arena_new(LIMIT_ARTICLE_TREE)};
    if (!ret->arena)
        return error_memory(err);
    current = ret->arena;
    (void)pthread_mutex_lock(&one_at_a_time);
    parse_armed(text, ret, &deep_line);
    (void)pthread_mutex_unlock(&one_at_a_time);
    current = NULL;
    if (ret->root && !deep_line)
        return STATUS_OK;
    bool full = arena_is_full(ret->arena);
    tree_done(ret);
    if (deep_line)
        return error_set(err, STATUS_TOO_LARGE, "line %zu: more than %d levels of nesting",
                         deep_line, LIMIT_ARTICLE_NESTING);
    return full ? error_set(err, STATUS_TOO_LARGE, "the Markdown is too intricate to be read")
                : error_memory(err);
}

void tree_done(struct tree *tree)
{
    tree->arena = arena_free(tree->arena);
    tree->root = NULL;
}
