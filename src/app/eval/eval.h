/* eval.h: how well the search finds, over a folder of articles and questions whose answers are known.
 *
 * Works in an index of its own in a temporary folder: the service's data is neither read nor changed. */
#ifndef DEFLECT_APP_EVAL_H
#define DEFLECT_APP_EVAL_H

#include "base/buf.h"
#include "base/error.h"

#include <jansson.h>
#include <stddef.h>

struct eval_options {
    const char *articles;  /* folder */
    const char *queries;   /* JSON lines {"id","text","title"?} */
    const char *qrels;     /* lines of query, article (id, or path below the folder), grade, parted by tabs */
    const char *history;   /* JSON lines {"text","article"}, learned first; NULL: none */
    const char *no_answer; /* JSON lines as queries, which no article answers; NULL: none */
    const char *run;       /* write a TREC run here; NULL: no */
    const char *features;  /* write every candidate's features here, for scripts/learn-weights; NULL: no */
    const char *default_lang;
    char *const *languages; /* as in the configuration; may be NULL */
    int caution;            /* as in struct index_query */
};

/* Right and shown: first results of one level of confidence. */
struct eval_confidence {
    size_t shown, right;
};

/* Means over the queries that have an answer, as trec_eval computes them (linear gain; a query without results counts 0). */
struct eval_result {
    size_t articles, queries, history, skipped; /* skipped: queries without any relevant article among the judgements */
    double success_1, success_3, success_5, mrr_10, ndcg_10, recall_10, map;
    struct eval_confidence confidence[3]; /* by enum index_confidence */
    int caution;                          /* of the options */
    size_t no_answer, no_answer_high;     /* questions without an answer, and how many got a `high` */
};

/* Errors: NOT_FOUND (a file), INVALID (names file and line), IO, OUT_OF_MEMORY. */
enum status eval_run(const struct eval_options *options, struct eval_result *ret, struct error *err);

/* The result as aligned text and as the JSON object of the contract (NULL when memory is short; owned by the caller). */
void eval_text(const struct eval_result *result, struct buf *out);
json_t *eval_json(const struct eval_result *result);

#endif
