/* test_eval_measures.c: measures against values worked out by hand (and agreeing with trec_eval). */
#include "unit.h"

#include "app/eval/eval_measures.h"
#include "base/mem.h"

#include <math.h>

#define assert_close(a, b) assert_true(fabs((a) - (b)) < 1e-9)

static void test_measures__of_a_list_with_grades(void **state)
{
    const int ranked[] = {0, 2, 0, 1};
    int judged[] = {1, 1, 2};
    struct eval_measures m;
    (void)state;
    eval_measure(ranked, ARRAY_LENGTH(ranked), judged, ARRAY_LENGTH(judged), &m);
    assert_close(m.success_1, 0);
    assert_close(m.success_3, 1);
    assert_close(m.success_5, 1);
    assert_close(m.mrr_10, 0.5);
    assert_close(m.recall_10, 2.0 / 3);
    assert_close(m.map, (1.0 / 2 + 2.0 / 4) / 3);
    assert_close(m.ndcg_10, (2 / log2(3) + 1 / log2(5)) / (2 + 1 / log2(3) + 1 / log2(4)));
}

static void test_measures__nothing_found_counts_nothing(void **state)
{
    int judged[] = {1};
    struct eval_measures m;
    (void)state;
    eval_measure(NULL, 0, judged, 1, &m);
    assert_close(m.success_5 + m.mrr_10 + m.ndcg_10 + m.recall_10 + m.map, 0);
}

static void test_measures__stop_at_ten(void **state)
{
    int ranked[12] = {0}, judged[] = {1};
    struct eval_measures m;
    (void)state;
    ranked[10] = 1;
    eval_measure(ranked, ARRAY_LENGTH(ranked), judged, 1, &m);
    assert_close(m.mrr_10 + m.ndcg_10 + m.recall_10, 0);
    assert_close(m.map, 1.0 / 11);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_measures__of_a_list_with_grades),
        cmocka_unit_test(test_measures__nothing_found_counts_nothing),
        cmocka_unit_test(test_measures__stop_at_ten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
