/* test_gaps.c: what no article answered, in groups: logs worked by hand, and the grouping itself.
 */
#include "unit.h"

#include "population.h"
#include "wording.h"

#include "base/clock.h"
#include "measure/clusters.h"
#include "measure/gaps.h"
#include "measure/random.h"

#include <stdio.h>
#include <string.h>

static struct gaps *new_gaps(void)
{
    const struct gaps_options options = {
        .from_ms = population_day(0), .to_ms = population_day(4), .wording = sorted_words};
    struct gaps *gaps = gaps_new(&options);
    assert_non_null(gaps);
    return gaps;
}

static void feed(struct gaps *gaps, const char *table)
{
    struct population population = population_read(table);
    const struct episodes_options options = {
        .window_ms = MS_PER_DAY, .now_ms = population_day(9), .each = gaps_add, .arg = gaps};
    assert_true(episodes_of(&options, population.events, population.count));
    population_done(&population);
}

static void test_gaps__gather_what_nothing_answered(void **state)
{
    struct gaps *gaps = new_gaps();
    (void)state;
    feed(
        gaps,
        /* found nothing, then wrote the same: one episode, one ticket */
        "0 09:00 s1 search query=export_orders_csv\n"
        "0 09:01 s1 ticket subject=export_orders_as_csv\n"
        /* nothing worth opening; later in the period */
        "3 09:00 s2 search query=export_orders results=api,billing\n"
        "3 10:00 s3 search query=export_orders results=api\n"
        /* a visitor who opened something, one who was solved, one held out, one in staff: no gap */
        "0 11:00 s4 search query=refund results=a query_id=q\n"
        "0 11:01 s4 view a query_id=q\n"
        "0 11:02 s4 ticket subject=refund\n"
        "0 12:00 s5 search query=refund results=a\n"
        "0 12:01 s5 solved a\n"
        "0 13:00 s6 search query=refund arm=holdout holdout=0.5\n"
        "0 13:01 s6 ticket subject=refund arm=holdout holdout=0.5\n"
        "0 14:00 s7 search query=refund mark=staff\n");
    assert_true(gaps_finish(gaps));
    assert_int_equal(gaps_count(gaps), 1);
    const struct gaps_row *row = gaps_row(gaps, 0);
    assert_string_equal(row->label, "export orders");
    assert_int_equal(row->episodes, 3);
    assert_int_equal(row->tickets, 1);
    assert_int_equal(row->queries, 3);
    assert_int_equal(row->zero_results, 1);
    assert_int_equal(row->not_clicked, 2);
    assert_int_equal(row->earlier, 1);
    assert_int_equal(row->later, 2);
    assert_string_equal(row->nearest, "api");
    assert_string_equal(row->phrases[1], "export orders as csv");
    assert_int_equal(strlen(row->id), 8);
    gaps_free(gaps);
}

static void test_gaps__are_none_where_a_third_was_answered(void **state)
{
    static const char asked[] =
        "0 09:00 s1 search query=pay_late results=a query_id=q\n"
        "0 09:00 s2 search query=pay_late results=a query_id=q\n"
        /* asked twice, opened once: answered */
        "0 09:00 s3 search place=search query=pay_late results=a query_id=q\n"
        "0 09:01 s3 search place=search query=late_pay results=a query_id=r\n"
        "0 09:02 s3 view a query_id=r\n";
    struct gaps *gaps = new_gaps();
    (void)state;
    feed(gaps, asked);
    assert_true(gaps_finish(gaps));
    assert_int_equal(gaps_count(gaps), 0);
    gaps_free(gaps);
    gaps = new_gaps();
    feed(gaps, asked);
    feed(gaps, "1 09:00 s4 search query=pay_late\n");
    assert_true(gaps_finish(gaps));
    assert_int_equal(gaps_count(gaps), 1);
    assert_int_equal(gaps_row(gaps, 0)->episodes, 3);
    assert_int_equal(gaps_row(gaps, 0)->queries, 3);
    assert_int_equal(gaps_row(gaps, 0)->answered, 1);
    gaps_free(gaps);
}

static void test_gaps__put_the_costliest_first(void **state)
{
    struct gaps *gaps = new_gaps();
    (void)state;
    feed(gaps, "0 09:00 s1 search query=blue_moon\n"
               "0 09:00 s2 search query=blue_moon\n"
               "0 09:00 s3 search query=red_sun\n"
               /* a ticket without words of its own: the question stands for it */
               "0 09:01 s3 ticket\n");
    assert_true(gaps_add_ticket(gaps, NULL, "Green field", "where is it", NULL, population_day(1)));
    assert_true(gaps_add_ticket(gaps, "d1", "green field where", NULL, NULL, population_day(1)));
    assert_true(gaps_add_ticket(gaps, "s3", "red sun", NULL, NULL, population_day(1)));
    assert_true(gaps_add_ticket(gaps, NULL, "too late", NULL, NULL, population_day(4)));
    assert_true(gaps_finish(gaps));
    assert_int_equal(gaps_count(gaps), 3);
    assert_int_equal(gaps_row(gaps, 0)->tickets, 2);
    assert_string_equal(gaps_row(gaps, 1)->label, "red sun");
    assert_int_equal(gaps_row(gaps, 1)->tickets, 1);
    assert_int_equal(gaps_row(gaps, 1)->episodes, 1);
    assert_string_equal(gaps_row(gaps, 2)->label, "blue moon");
    gaps_free(gaps);
}

static void test_gaps__are_none_in_an_empty_log(void **state)
{
    struct gaps *gaps = new_gaps();
    (void)state;
    assert_true(gaps_finish(gaps));
    assert_int_equal(gaps_count(gaps), 0);
    gaps_free(gaps);
}

/* Texts of four topics, each of four of its five words and one of noise. */
static size_t topic_text(struct random *random, size_t topic, char text[64])
{
    size_t length = 0;
    const size_t missing = random_below(random, 5);
    for (size_t word = 0; word < 5; word++) {
        if (word != missing)
            length += (size_t)snprintf(text + length, 64 - length, "t%zuw%zu ", topic, word);
    }
    (void)snprintf(text + length, 64 - length, "x%zu", random_below(random, 100000));
    return topic;
}

static void test_clusters__find_what_belongs_together_and_say_why(void **state)
{
    struct clusters *clusters = clusters_new();
    struct random random;
    size_t numbers[400], topics[400], same = 0, pairs = 0, apart = 0, other_pairs = 0;
    (void)state;
    random_seed(&random, 5);
    for (size_t i = 0; i < 400; i++) {
        char text[64];
        topics[i] = topic_text(&random, i % 4, text);
        assert_true(clusters_add(clusters, text, &numbers[i]));
    }
    assert_true(clusters_finish(clusters));
    for (size_t i = 0; i < 400; i++) {
        for (size_t k = 0; k < i; k++) {
            const bool together =
                clusters_of(clusters, numbers[i]) == clusters_of(clusters, numbers[k]);
            pairs += topics[i] == topics[k];
            same += topics[i] == topics[k] && together;
            other_pairs += topics[i] != topics[k];
            apart += topics[i] != topics[k] && !together;
        }
    }
    assert_true(apart * 100 > other_pairs * 99); /* the noise words are rare, so they weigh */
    assert_true(same * 10 > pairs * 9);
    const size_t group = clusters_of(clusters, numbers[0]);
    for (size_t i = 0; i < 5; i++)
        assert_memory_equal(clusters_word(clusters, group, i), "t0w", 3);
    assert_true(clusters_likeness(clusters, numbers[0]) > 0.5);
    clusters_free(clusters);
}

static void test_clusters__survive_every_failed_allocation(void **state)
{
    bool done = false;
    (void)state;
    for (long n = 1; !done; n++) {
        size_t number;
        mem_fail_after(n);
        struct clusters *clusters = clusters_new();
        done = clusters && clusters_add(clusters, "a b c", &number) &&
               clusters_add(clusters, "a b d", &number) && clusters_add(clusters, "x y", &number) &&
               clusters_finish(clusters);
        clusters_free(clusters);
        mem_fail_after(0);
        assert_true(n < 1000);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gaps__gather_what_nothing_answered),
        cmocka_unit_test(test_gaps__are_none_where_a_third_was_answered),
        cmocka_unit_test(test_gaps__put_the_costliest_first),
        cmocka_unit_test(test_gaps__are_none_in_an_empty_log),
        cmocka_unit_test(test_clusters__find_what_belongs_together_and_say_why),
        cmocka_unit_test(test_clusters__survive_every_failed_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
