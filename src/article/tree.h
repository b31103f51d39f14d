/* tree.h: Markdown as cmark's tree, in bounded memory, with HTML turned into nodes.
 *
 * cmark stops the process when memory is short and keeps a table that is not safe between threads;
 * here it gets an arena of its own with a cap, and one parse runs at a time. What is read from a
 * tree never allocates. */
#ifndef DEFLECT_ARTICLE_TREE_H
#define DEFLECT_ARTICLE_TREE_H

#include "base/error.h"
#include "base/slice.h"

#include <cmark-gfm.h>
#include <stdbool.h>

/* Registers cmark's extensions. Call once before threads start. */
void tree_init(void);

struct tree {
    cmark_node *root;
    struct arena *arena;
};

/* Parses TEXT, with GitHub's tables, task lists, strikethrough, autolinks and footnotes. Of HTML only this is left in the tree, as
 * CMARK_NODE_HTML_INLINE whose literal was written here and is safe to pass on: TREE_BREAK, the tags of phrases such as
 * <kbd> without attributes (always in pairs under one parent), anchors (tree_anchor). <pre> is a code block; of other
 * tags the text between them is left.
 * Errors: TOO_LARGE (nested too deeply, or more memory than LIMIT_ARTICLE_TREE), OUT_OF_MEMORY. Threads: any. */
enum status tree_parse(struct slice text, struct tree *ret, struct error *err);
void tree_done(struct tree *tree);
#define _cleanup_tree_ _cleanup_(tree_done)

#define TREE_BREAK "<br>"

/* The id of an anchor, <span id="…">; {NULL, 0} for another node. */
struct slice tree_anchor(cmark_node *node);

/* The id that a heading carries itself ("{#id}"), NULL when it has none. */
const char *tree_heading_id(cmark_node *heading);

/* NOTE, TIP, IMPORTANT, WARNING or CAUTION where the block quote QUOTE is such an alert, else NULL.
 */
const char *tree_alert(cmark_node *quote);

enum tree_kind { TREE_OTHER, TREE_TABLE, TREE_ROW, TREE_CELL, TREE_STRIKETHROUGH, TREE_TASK };

/* Which of the extensions' nodes NODE is. */
enum tree_kind tree_kind_of(cmark_node *node);

/* Walks a tree without recursion: calls EACH as every node is entered and left (leaves: entered
 * only). Stops and returns false as soon as EACH does; *SKIP set on entering leaves the children
 * out (the node is still left). */
typedef bool tree_visit_fn(void *arg, cmark_node *node, bool entering, bool *skip);
bool tree_walk(cmark_node *root, tree_visit_fn *each, void *arg);

/* The line of NODE within the text, from 1. */
size_t tree_line(cmark_node *node);

#endif
