/* eval_measures.h: retrieval measures of one ranked list, as trec_eval computes them. Pure. */
#ifndef DEFLECT_APP_EVAL_MEASURES_H
#define DEFLECT_APP_EVAL_MEASURES_H

#include <stddef.h>

struct eval_measures {
    double success_1, success_3, success_5, mrr_10, ndcg_10, recall_10, map;
};

/* RANKED: grades of the articles found, best first (0: not relevant). JUDGED: grades of all relevant articles, in any order; sorted
 * here, highest first. */
void eval_measure(const int *ranked, size_t ranked_count, int *judged, size_t judged_count, struct eval_measures *ret);

#endif
