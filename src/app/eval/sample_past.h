/* sample_past.h: what sample data has besides visits: how old the articles are, when they were
 * edited, what agents said of them. */
#ifndef DEFLECT_APP_SAMPLE_PAST_H
#define DEFLECT_APP_SAMPLE_PAST_H

#include "app/service.h"
#include "measure/simulate.h"

#define SAMPLE_EDIT_DAYS 30 /* in less, no edit could show anything */

struct sample_past {
    struct sample_edit {
        char article[200];
        int64_t at_ms;
    } edits[8];
    size_t edit_count;
};

/* Remembers that ARTICLE was edited. False: there are too many. */
bool sample_past_edit(struct sample_past *past, const char *article, int64_t at_ms);

/* Spreads the first days of the COUNT ARTICLES, whose present versions are VERSIONS, over the last
 * five months, notes the edits, and has agents raise a flag of each kind. Errors: as store_append. */
enum status sample_past_write(const struct sample_past *past, struct service *service,
                              const struct simulate_article *articles,
                              const char *const *versions, size_t count, struct error *err);

#endif
