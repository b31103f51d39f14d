/* draft_parts.h: which parts of an article make the answer: its lead, its summary, the section that was found. */
#ifndef DEFLECT_APP_DRAFT_PARTS_H
#define DEFLECT_APP_DRAFT_PARTS_H

#include "article/article.h"
#include "base/buf.h"
#include "base/error.h"

/* Appends the answer that ARTICLE gives to QUESTION, which the search found in the section ANCHOR ("": the lead). A
 * section is quoted with its heading, and only where it or its heading speaks of something asked that title,
 * summary and lead leave out; else the lead answers, for a stray section answers another question. Appends nothing
 * where the article has no text. *RET_SECTION: the section is in it. Errors: OUT_OF_MEMORY. */
enum status draft_answer(const struct article *article, const char *anchor, struct slice question,
                         struct buf *out, bool *ret_section, struct error *err);

#endif
