/* eval_measures.c: the measures. */
#include "app/eval/eval_measures.h"

#include <math.h>
#include <stdlib.h>

#define DEPTH 10

static int compare_grades(const void *a, const void *b)
{
    return *(const int *)b - *(const int *)a;
}

/* Discounted cumulative gain of the first DEPTH grades (Järvelin and Kekäläinen 2002, with linear gain). */
static double gain(const int *grades, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count && i < DEPTH; i++)
        if (grades[i] > 0)
            sum += grades[i] / log2((double)i + 2);
    return sum;
}

void eval_measure(const int *ranked, size_t ranked_count, int *judged, size_t judged_count, struct eval_measures *ret)
{
    size_t first = ranked_count, in_depth = 0, met = 0;
    double precisions = 0, ideal;
    *ret = (struct eval_measures){0};
    if (!judged_count)
        return;
    for (size_t i = 0; i < ranked_count; i++) {
        if (ranked[i] <= 0)
            continue;
        if (first == ranked_count)
            first = i;
        precisions += (double)++met / (double)(i + 1);
        in_depth += i < DEPTH;
    }
    qsort(judged, judged_count, sizeof *judged, compare_grades);
    ideal = gain(judged, judged_count);
    ret->success_1 = first < 1 && first < ranked_count;
    ret->success_3 = first < 3 && first < ranked_count;
    ret->success_5 = first < 5 && first < ranked_count;
    ret->mrr_10 = first < DEPTH && first < ranked_count ? 1.0 / (double)(first + 1) : 0;
    ret->ndcg_10 = ideal > 0 ? gain(ranked, ranked_count) / ideal : 0;
    ret->recall_10 = (double)in_depth / (double)judged_count;
    ret->map = precisions / (double)judged_count;
}
