/* queries.h: what people asked, grouped by what they meant, and what came of it.
 *
 * Fed with episodes (episodes.h) that began in the period, open ones included: these are counts,
 * not rates. Questions are grouped by their normal form after spelling.h. Hold-out searches are
 * never empty or not clicked. Not safe to share between threads. */
#ifndef DEFLECT_MEASURE_QUERIES_H
#define DEFLECT_MEASURE_QUERIES_H

#include "measure/episodes.h"
#include "measure/wording.h"

struct queries_options {
    int64_t from_ms, to_ms;
    const char *lang;    /* borrowed; NULL: all */
    const char *article; /* borrowed; only questions that led to it; NULL: all */
    const char
        *after; /* borrowed; only questions asked next after this article was viewed; NULL: all */
    wording_fn *wording;
    void *wording_arg;
};

#define QUERIES_TOP 3

struct queries_row {
    const char *query;    /* the wording used most, then the first of the alphabet */
    const char *form;     /* its normal form: the group's name */
    int64_t count;        /* searches */
    int64_t zero_results; /* answered with nothing */
    int64_t not_clicked;  /* answered, and nothing was opened */
    int64_t then_ticket;  /* in an episode that ended in a ticket */
    const char *top_articles[QUERIES_TOP]; /* opened most, then shown first most; NULL where there
                                              are fewer */
};

struct queries;

/* OPTIONS is copied. Owns: the caller. NULL when memory is short. */
struct queries *queries_new(const struct queries_options *options);
struct queries *queries_free(struct queries *queries);
static inline void queries_freep(struct queries **queries)
{
    *queries = queries_free(*queries);
}

/* An episode_fn: ARG is a struct queries. */
bool queries_add(void *arg, const struct episode *episode);

/* Groups and sorts: by count, largest first, then by query. False when memory is short. */
bool queries_finish(struct queries *queries) __attribute__((warn_unused_result));

/* Valid after queries_finish; borrowed until queries_free. */
size_t queries_count(const struct queries *queries);
const struct queries_row *queries_row(const struct queries *queries, size_t index);

#endif
