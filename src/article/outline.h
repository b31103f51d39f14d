/* outline.h: the headings of an article with their anchors, and its text as plain sections. */
#ifndef DEFLECT_ARTICLE_OUTLINE_H
#define DEFLECT_ARTICLE_OUTLINE_H

#include "article/article.h"
#include "article/tree.h"
#include "base/buf.h"

struct outline_heading {
    char *text;   /* plain, one line */
    char *anchor; /* unique: its own {#id}, else GitHub's slug with "-1", "-2", … where it was taken
                   */
    int level;
};

/* The first LIMIT_ARTICLE_SECTIONS headings in order; later ones are text like any other. */
struct outline {
    struct outline_heading *headings;
    size_t count, capacity;
};

/* RET must be given to outline_done in any case. Errors: OUT_OF_MEMORY. */
enum status outline_read(cmark_node *root, struct outline *ret, struct error *err);
void outline_done(struct outline *outline);
#define _cleanup_outline_ _cleanup_(outline_done)

/* True when the article starts with TITLE as its heading of level 1: it is then no section of its
 * own, and a page that shows the title leaves it out. */
bool outline_starts_with_title(const struct outline *outline, const char *title);

/* Appends the plain text within NODE, line breaks as spaces. */
void outline_text(cmark_node *node, struct buf *out);

/* The first paragraph that says something, as plain text of one line, appended to OUT. */
void outline_first_paragraph(cmark_node *root, struct buf *out);

/* The sections of article.h. TITLE: see outline_starts_with_title. Owns: the caller
 * (outline_sections_free). Errors: OUT_OF_MEMORY, TOO_LARGE. */
enum status outline_sections(cmark_node *root, const struct outline *outline, const char *title,
                             struct article_section **ret, size_t *ret_count, struct error *err);

/* Frees COUNT sections. Returns NULL. */
struct article_section *outline_sections_free(struct article_section *sections, size_t count);

#endif
