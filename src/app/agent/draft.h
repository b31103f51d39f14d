/* draft.h: a reply to a request, made of the articles' own passages.
 *
 * Every sentence about the product stands in an article; what is around it comes from a template a
 * language, which a file `_deflect/drafts/de.txt` below the articles replaces. */
#ifndef DEFLECT_APP_DRAFT_H
#define DEFLECT_APP_DRAFT_H

#include "app/service.h"
#include "base/buf.h"

struct draft_request {
    struct slice subject, body;
    const char *lang; /* NULL: told from the text */
};

/* Makes the draft as the API's JSON object: send, confidence, text, html, articles. `send` is true only
 * where the search is sure, the best answer is in the customer's language and no other likely answer
 * says otherwise. Without any result `text` is "". Errors: UNAVAILABLE (no index yet), OUT_OF_MEMORY.
 * Owns: the caller. */
enum status service_draft(struct service *service, const struct draft_request *request,
                          json_t **ret, struct error *err);

/* True where A and B, two answers to one question, name different numbers of the same thing ("14 days",
 * "30 days"). */
bool draft_disagree(const char *a, const char *b);

/* Appends the part of a section that answers: whole paragraphs and lists from the start, at most
 * about MOST bytes. A list once begun is kept whole; lines of code are kept where a colon, or a heading
 * (ANNOUNCED), announced them; rows of a table never. MARKDOWN is the article's: code stands in it as
 * it is, a row does not. */
void draft_passage(const char *section, const char *markdown, size_t most, bool announced,
                   struct buf *out);

/* Appends plain text with lists ("1. ", "- ") and addresses as HTML; a blank line parts paragraphs. */
void draft_html(const char *text, struct buf *out);

#endif
