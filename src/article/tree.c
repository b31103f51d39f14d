/* tree.c: Markdown as cmark's tree, in bounded memory, with HTML turned into nodes.
 *
 * cmark's allocator may not fail, so that ours leaves by longjmp: all that cmark holds lies in the
 * arena and goes with it. The jump is armed only within tree_parse, which therefore also makes
 * every string that is asked for later (cmark makes C strings of its slices when they are first
 * read). */
#include "article/tree.h"

#include "article/arena.h"
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

/* A custom node keeps "phrase NAME" or "anchor ID" as what is to be written on entering. */
static const char *custom(cmark_node *node, const char *kind)
{
    const char *text = cmark_node_get_type(node) == CMARK_NODE_CUSTOM_INLINE
                           ? cmark_node_get_on_enter(node)
                           : NULL;
    return text && str_starts(text, kind) ? text + strlen(kind) : NULL;
}

const char *tree_phrase(cmark_node *node)
{
    return custom(node, "phrase ");
}

const char *tree_anchor(cmark_node *node)
{
    return custom(node, "anchor ");
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
    cmark_node *node = root;
    for (;;) {
        bool skip = false;
        if (!each(arg, node, true, &skip))
            return false;
        cmark_node *next = skip ? NULL : cmark_node_first_child(node);
        while (!next) {
            if ((skip || cmark_node_first_child(node)) && !each(arg, node, false, &skip))
                return false;
            skip = false;
            if (node == root)
                return true;
            next = cmark_node_next(node);
            if (!next)
                node = cmark_node_parent(node);
        }
        node = next;
    }
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

/* The node that the opening tag of a phrase becomes, without content; NULL for other tags. */
static cmark_node *node_of_phrase(struct slice name)
{
    static const char *const strong[] = {"b", "strong", NULL}, *const emphasis[] = {"i", "em",
                                                                                    "var", NULL};
    static const char *const same[] = {"code", "kbd", "sub",   "sup", "mark", "s",
                                       "del",  "ins", "small", "u",   "samp", NULL};
    if (markup_name_in(name, strong))
        return new_node(CMARK_NODE_STRONG);
    if (markup_name_in(name, emphasis))
        return new_node(CMARK_NODE_EMPH);
    for (size_t i = 0; same[i]; i++)
        if (str_equal_ascii_case(name, slice_of(same[i])))
            return new_custom("phrase ", slice_of(same[i]));
    return NULL;
}

struct open_phrase {
    cmark_node *tag; /* the node of the opening tag */
    struct slice name;
};

/* Moves what stands between the tags OPEN and CLOSE into a node of its own. */
static void wrap(cmark_node *open, cmark_node *close, struct slice name)
{
    cmark_node *node = node_of_phrase(name);
    if (!node || !cmark_node_insert_before(open, node))
        return;
    for (cmark_node *child = cmark_node_next(open), *next; child && child != close; child = next) {
        next = cmark_node_next(child);
        cmark_node_unlink(child);
        if (!cmark_node_append_child(node, child))
            cmark_node_insert_before(open, child);
    }
}

/* What one tag within a line becomes, where it needs no partner. */
static cmark_node *node_of_single(const struct markup_tag *tag)
{
    struct slice id = markup_attribute(tag->attributes, "id");
    if (str_equal_ascii_case(tag->name, SLICE_LITERAL("br")))
        return new_node(CMARK_NODE_LINEBREAK);
    if (!tag->closing && id.length && id.length <= LIMIT_ID)
        return new_custom("anchor ", id);
    return NULL;
}

/* Turns the tags among the children of PARENT into nodes; those without partner vanish. */
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
        cmark_node *single = known ? node_of_single(&tag) : NULL;
        size_t i = count;
        while (known && i > 0 && !str_equal_ascii_case(open[i - 1].name, tag.name))
            i--;
        if (single) {
            cmark_node_replace(child, single);
        } else if (known && tag.closing && i > 0) {
            wrap(open[i - 1].tag, child, open[i - 1].name);
            count = i - 1;
            cmark_node_unlink(open[i - 1].tag);
            cmark_node_unlink(child);
        } else if (known && !tag.closing && tag.name.length && count < ARRAY_LENGTH(open)) {
            open[count++] = (struct open_phrase){child, tag.name};
        } else {
            cmark_node_unlink(child);
        }
    }
}

/* The text of HTML: tags left out, the commonest entities decoded. Fresh, in the arena. */
static char *text_of_html(struct slice html)
{
    static const struct {
        const char *entity, *text;
    } entities[] = {{"&lt;", "<"},  {"&gt;", ">"},   {"&quot;", "\""},
                    {"&#39;", "'"}, {"&nbsp;", " "}, {"&amp;", "&"}};
    char *text = tree_calloc(html.length + 1, 1);
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
        cmark_node_set_literal(content, code ? text + strspn(text, "\n") : text);
        if (content != block)
            cmark_node_append_child(block, content);
    }
    if (block)
        cmark_node_replace(node, block);
    else
        cmark_node_unlink(node);
}

/* Makes the strings of NODE, so that reading them later allocates nothing. */
static void make_strings(cmark_node *node)
{
    (void)cmark_node_get_literal(node);
    (void)cmark_node_get_url(node);
    (void)cmark_node_get_title(node);
    (void)cmark_node_get_fence_info(node);
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

static cmark_node *parse(struct slice text)
{
    cmark_parser *parser = cmark_parser_new_with_mem(CMARK_OPT_DEFAULT, &allocator);
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
    size_t deep_line = 0;
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
