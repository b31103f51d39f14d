/* passage.h: the part of a section that answers a question, and its words marked. */
#ifndef DEFLECT_INDEX_PASSAGE_H
#define DEFLECT_INDEX_PASSAGE_H

#include "base/buf.h"
#include "base/error.h"
#include "index/question.h"
#include "text/words.h"

/* Finds in TEXT (plain, blocks end with '\n', in language LANG) the run of whole sentences that says most of the QUESTION's weight, and
 * appends it to PLAIN, and escaped with the question's words in <mark> to HTML. The steps of a numbered list stay together. A text that
 * says nothing of the question gives its beginning. Errors: OUT_OF_MEMORY. */
enum status passage_find(struct words *words, const struct question *question, struct slice text, const char *lang,
                         struct buf *plain, struct buf *html, struct error *err);

/* Appends TEXT escaped to HTML, with the question's words in <mark>. */
enum status passage_mark(struct words *words, const struct question *question, struct slice text, const char *lang,
                         struct buf *html, struct error *err);

#endif
