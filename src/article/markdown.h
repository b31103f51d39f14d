/* markdown.h: an article's Markdown as safe HTML.
 *
 * Rendering happens when an article is shown, with a resolver for its links, so that a moved article needs no
 * new rendering of those that link to it. Raw HTML, JSX and MDX lines never reach the output. */
#ifndef DEFLECT_ARTICLE_MARKDOWN_H
#define DEFLECT_ARTICLE_MARKDOWN_H

#include "base/buf.h"
#include "base/error.h"

#include <stdint.h>

enum markdown_target_kind { MARKDOWN_LINK, MARKDOWN_IMAGE };

/* Where a link or an image of an article leads. */
struct markdown_target {
    char *url;              /* fresh, freed by the renderer; NULL: drop the link, keep its text */
    char *title;            /* fresh or NULL: of the linked article, shown where the link has no text of its own
                               ("[](a.md)", GitHub Docs' "[AUTOTITLE](a.md)") */
    uint32_t width, height; /* of an image; 0: not known */
    bool as_link;           /* an image that may only be linked (another host's) */
    bool external;          /* another site's: gets rel="noopener" */
};

/* Resolves TARGET as written in the file. Called while rendering, on the same thread. RET is zeroed before. */
typedef enum status markdown_resolve_fn(void *arg, enum markdown_target_kind kind,
                                        struct slice target, struct markdown_target *ret,
                                        struct error *err);

struct markdown_options {
    markdown_resolve_fn *resolve; /* NULL: targets stay as written, images of other hosts are links */
    void *resolve_arg;
    const char *skip_title; /* leave out a first heading of level 1 with this text (its anchor
                               stays); NULL: keep */
};

/* Appends the safe HTML of TEXT (article->markdown) to OUT: headings carry their anchors as `id`, tables stand in a
 * <div class="table" tabindex="0"> with cells of class left, center or right, code blocks keep their language as class
 * ("language-sh"), alerts are <blockquote class="alert alert-note"> (tip, important, warning, caution), items of task lists
 * <li class="task">. Whatever the resolver says, only http, https, mailto, tel and addresses without scheme are written.
 * Errors: those of the resolver, TOO_LARGE, OUT_OF_MEMORY. Threads: any, after article_init. */
enum status markdown_to_html(struct slice text, const struct markdown_options *options,
                             struct buf *out, struct error *err);

/* True where a URL has a scheme that may be written, or none. */
bool markdown_is_safe_url(struct slice url);

/* Each link and image of TEXT in order, with its line within TEXT from 1; for `check`. Return false to stop. */
typedef bool markdown_link_fn(void *arg, enum markdown_target_kind kind, struct slice target,
                              size_t line);
enum status markdown_each_link(struct slice text, markdown_link_fn *each, void *arg,
                               struct error *err);

/* Each anchor of TEXT: its headings', and those that tags with an `id` make. Return false to stop. */
typedef bool markdown_anchor_fn(void *arg, struct slice anchor);
enum status markdown_each_anchor(struct slice text, markdown_anchor_fn *each, void *arg,
                                 struct error *err);

#endif
