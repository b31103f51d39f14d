/* report_words.h: what stands above a report's table on the terminal, in sentences. */
#ifndef DEFLECT_APP_REPORT_WORDS_H
#define DEFLECT_APP_REPORT_WORDS_H

#include "base/buf.h"

#include <jansson.h>

/* Each appends lines for REPORT, the JSON of its kind. */
void report_deflection_words(const json_t *report, struct buf *out);
void report_articles_words(const json_t *report, struct buf *out);

#endif
