/* html_writer.h: the state of html_text.c's walk, shared with html_inline.c. */
#ifndef DEFLECT_APP_HTML_WRITER_H
#define DEFLECT_APP_HTML_WRITER_H

#include "app/import/html_text.h"

#include <libxml/tree.h>

struct html_writer {
    enum html_form form;
    struct buf *out;
    struct buf prefix;   /* what starts each line: "> ", the indentation of list items */
    unsigned gap;        /* newlines owed before the next text */
    bool fresh;          /* behind a list marker: the next block starts on this line */
    unsigned depth;      /* lists and quotes around what is written */
};

/* The longest run of backticks in TEXT: code stands between more of them. */
size_t html_backticks(struct slice text);

/* TEXT without white space and line breaks (of <br>) at its ends, where in Markdown a break's backslash would escape what comes next. */
struct slice html_trim(enum html_form form, struct slice text);

/* Appends the inline content of NODE's children to OUT, white space collapsed. */
void html_inline_children(enum html_form form, const xmlNode *node, struct buf *out);

/* The same for one NODE. */
void html_inline(enum html_form form, const xmlNode *node, struct buf *out);

bool html_is(const xmlNode *node, const char *names);

/* The attribute NAME, NULL where missing. Owns: the caller frees with xmlFree. */
xmlChar *html_attribute(const xmlNode *node, const char *name);

#endif
