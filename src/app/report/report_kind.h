/* report_kind.h: what a kind of report is made of; for the files report*.c alone.
 *
 * Each kind stands in a file of its own (report_deflection.c, …) and in the table of report.c. */
#ifndef DEFLECT_APP_REPORT_KIND_H
#define DEFLECT_APP_REPORT_KIND_H

#include "app/report/report.h"
#include "app/report/report_facts.h"
#include "app/report/report_table.h"
#include "measure/figures.h"
#include "text/words.h"

/* A report under way. */
struct report_run {
    struct service *service;
    const struct report_request *request;
    struct report_facts *facts;
    struct words *words;
    int64_t now_ms;
};

/* A table beside the rows, for CSV. */
struct report_side_table {
    const char *name;
    json_t *(*rows)(const json_t *report); /* owns: the caller; NULL: memory is short */
    const struct report_column *columns;
};

struct report_kind {
    const char *name;
    const char *title; /* above the text form */
    const char *rows;  /* the JSON key of the table's rows */
    bool from_log;     /* made from the log itself: it may take long (report_shelf.h) */
    /* *RET: the JSON that the API answers; NULL with STATUS_OK: memory is short. */
    enum status (*build)(struct report_run *run, json_t **ret, struct error *err);
    void (*words)(const json_t *report, struct buf *out); /* lines above the table */
    const struct report_column *columns;
    const struct report_side_table *side_tables; /* ends with a NULL name; NULL: none */
};

extern const struct report_kind report_kind_article; /* `articles/{id}` */
extern const struct report_kind report_kind_articles;
extern const struct report_kind report_kind_deflection;
extern const struct report_kind report_kind_flow;
extern const struct report_kind report_kind_gaps;
extern const struct report_kind report_kind_queries;
extern const struct report_kind report_kind_topics;

/* Hands every episode of the run's period to EACH, and some on either side of it. */
enum status report_recount(struct report_run *run, episode_fn *each, void *arg, struct error *err);

/* Hands the figures of these KINDS in the run's period to EACH, from the running totals: of
 * articles by day or by block of days. */
enum status report_figures(struct report_run *run, const enum figure_kind *kinds, size_t count,
                           figure_fn *each, void *arg, struct error *err);

/* A wording_fn: ARG is the struct report_run. */
bool report_wording(void *arg, const char *text, const char *lang, struct buf *out);

/* The title of ARTICLE: ARG is a struct report_facts. */
const char *report_title(void *arg, const char *article);

/* Sets nearest_article, nearest_title and nearest_confidence of OBJECT (null where there is none):
 * what a search for TEXT finds first now; without READER, FALLBACK (may be NULL), of unknown
 * confidence. */
void report_set_nearest(struct report_run *run, struct index_reader *reader, const char *text,
                        const char *lang, const char *fallback, json_t *object);

#endif
