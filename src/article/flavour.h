/* flavour.h: brings the Markdown of documentation tools down to CommonMark with GitHub's
 * extensions.
 *
 * Docusaurus and Starlight (MDX), MkDocs, Jekyll, Hugo and GitHub Docs each add a dialect of their
 * own. This step drops or translates it, line for line, so that line numbers stay:
 * - MDX `import` and `export` lines, comments, expressions; tags of JSX and HTML, their content
 * kept as Markdown (images, links, anchors, headings and list items of HTML become Markdown; <b>,
 * <kbd> and the like stay for tree.c);
 * - Liquid tags, Hugo's shortcodes, Kramdown's and MkDocs' attributes; a heading's {#id} stays for
 * outline.c;
 * - definitions (`: text` below a term) become list items;
 * - admonitions (`:::note`, `!!! note`) become GitHub's alerts (`> [!NOTE]`), MkDocs' content tabs
 * a bold title. Code, fenced, indented or inline, is left alone. What this overlooks is harmless:
 * HTML comes from a safe renderer. */
#ifndef DEFLECT_ARTICLE_FLAVOUR_H
#define DEFLECT_ARTICLE_FLAVOUR_H

#include "base/buf.h"
#include "base/error.h"

/* Appends TEXT (UTF-8, lines ended by '\n') as CommonMark to OUT. MDX: braces are expressions.
 * Errors: TOO_LARGE, OUT_OF_MEMORY. Threads: any. */
enum status flavour_to_commonmark(struct slice text, bool mdx, struct buf *out, struct error *err);

/* The two steps of it: tags and templates within lines, then what lines make up. Between them '\1'
 * and '\2' stand where an element of its own lines opens and closes. Failures are left in OUT. */
void flavour_inlines(struct slice text, bool mdx, struct buf *out);
void flavour_blocks(struct slice text, struct buf *out);
#define FLAVOUR_OPEN '\1'
#define FLAVOUR_CLOSE '\2'

/* Appends TEXT, one line such as a title, without Liquid tags and shortcodes, white space and
 * control characters made single spaces. */
void flavour_line(struct slice text, struct buf *out);

#endif
