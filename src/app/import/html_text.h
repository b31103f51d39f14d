/* html_text.h: HTML of other systems as plain text or Markdown.
 *
 * Parsing is libxml2's (as browsers do, whatever the tags); what is written here is the text: for
 * tickets without any markup, for imported articles as GitHub's Markdown with tables, lists, code
 * and images kept. Scripts, styles and comments are dropped. */
#ifndef DEFLECT_APP_HTML_TEXT_H
#define DEFLECT_APP_HTML_TEXT_H

#include "base/buf.h"

enum html_form {
    HTML_PLAIN,    /* blocks on lines of their own, links as "text (address)" */
    HTML_MARKDOWN, /* GitHub Flavored Markdown; nothing of the text can be taken for markup */
};

/* Appends the text of HTML (UTF-8, a document or a part of one) to OUT, without a newline at the
 * end. Nesting deeper than libxml2 allows (256) is flattened. OUT.failed tells of a failure; where
 * memory is short for the parser, it is set too. Threads: any. */
void html_to_text(struct slice html, enum html_form form, struct buf *out);

#endif
