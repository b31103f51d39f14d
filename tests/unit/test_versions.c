/* test_versions.c: edits against populations worked by hand, and against a simulated public whose
 * edits have a known effect. */
#include "unit.h"

#include "population.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/str.h"
#include "measure/versions.h"

#include <math.h>

#define assert_near(value, expected) assert_true(fabs((value) - (expected)) < 1e-9)

static struct versions *new_versions(int64_t to_day)
{
    const struct versions_options options = {.from_ms = population_day(0),
                                             .to_ms = population_day(to_day),
                                             .closed_ms = population_day(to_day)};
    struct versions *versions = versions_new(&options);
    assert_non_null(versions);
    return versions;
}

static void feed(struct versions *versions, const char *table)
{
    struct population population = population_read(table);
    population_measure(&population, 1000, versions_add, versions);
    assert_true(versions_finish(versions));
    population_done(&population);
}

/* READERS readers of ARTICLE on DAY, of whom FAILING file a ticket. */
static void readers(struct buf *table, int day, const char *article, int readers, int failing)
{
    for (int i = 0; i < readers; i++) {
        const int minute = i % 60, hour = 8 + i / 60;
        buf_printf(table, "%d %02d:%02d %s-%d-%d contact\n", day, hour, minute, article, day, i);
        buf_printf(table, "%d %02d:%02d %s-%d-%d view %s\n", day, hour, minute, article, day, i,
                   article);
        if (i < failing)
            buf_printf(table, "%d %02d:%02d %s-%d-%d ticket\n", day, hour, minute, article, day, i);
    }
}

static void test_versions__compare_equal_spans_and_what_changed_anyway(void **state)
{
    _cleanup_buf_ struct buf table = BUF_INIT(1 << 20);
    struct versions *versions = new_versions(40);
    (void)state;
    /* a was made on day 0 and rewritten on day 10; b never. 30 days have passed since, but only 10
     * lay before. */
    assert_true(versions_note(versions, "a", "v1", population_day(0)));
    assert_true(versions_note(versions, "a", "v2", population_day(10)));
    readers(&table, 5, "a", 100, 60);
    readers(&table, 15, "a", 100, 20);
    readers(&table, 25, "a", 100, 100); /* beyond the span */
    readers(&table, 5, "b", 100, 60);
    readers(&table, 15, "b", 200, 100);
    feed(versions, buf_str(&table));
    assert_int_equal(versions_count(versions), 1);
    const struct versions_edit *edit = versions_edit(versions, 0);
    assert_string_equal(edit->article, "a");
    assert_string_equal(edit->version, "v2");
    assert_int_equal(edit->span_days, 9);
    assert_int_equal(edit->before.viewed, 100);
    assert_int_equal(edit->before.failed, 60);
    assert_int_equal(edit->before.failed_last, 60);
    assert_int_equal(edit->after.viewed, 100);
    assert_int_equal(edit->after.failed, 20);
    /* Both start at .6, which shrinking leaves: the change is −.4, the other's −.1, the edit's own
     * −.3. */
    assert_near(edit->change.value, -0.4);
    assert_int_equal(edit->others, 1);
    assert_near(edit->others_change.value, -0.1);
    assert_near(edit->difference.value, -0.3);
    assert_true(edit->difference.low < -0.3 && edit->difference.high < 0);
    assert_false(edit->too_early);
    versions_free(versions);
}

static void test_versions__less_than_a_day_apart_are_one_step(void **state)
{
    struct versions *versions = new_versions(40);
    (void)state;
    assert_true(versions_note(versions, "a", "v1", population_day(0)));
    assert_true(versions_note(versions, "a", "v2", population_day(0) + MS_PER_HOUR));
    assert_true(versions_note(versions, "a", "v3", population_day(10)));
    assert_true(versions_note(versions, "a", "v4", population_day(11) - 1));
    assert_true(versions_note(versions, "a", "v5", population_day(13)));
    feed(versions, "");
    assert_int_equal(versions_count(versions), 2);
    assert_string_equal(versions_edit(versions, 0)->version, "v4");
    assert_int_equal(versions_edit(versions, 0)->at_ms, population_day(10));
    assert_int_equal(versions_edit(versions, 0)->span_days, 2); /* days 11 and 12 */
    versions_free(versions);
}

static void test_versions__say_too_early_where_it_is(void **state)
{
    _cleanup_buf_ struct buf table = BUF_INIT(1 << 20);
    struct versions *versions = new_versions(40);
    (void)state;
    assert_true(versions_note(versions, "a", "v1", population_day(0)));
    assert_true(versions_note(versions, "a", "v2", population_day(20)));
    assert_true(versions_note(versions, "b", "v1", population_day(0)));
    assert_true(versions_note(versions, "b", "v2", population_day(40) - MS_PER_HOUR));
    readers(&table, 10, "a", 5, 3);
    readers(&table, 21, "a", 4, 1);
    readers(&table, 10, "c", 5, 3);
    readers(&table, 21, "c", 4, 1);
    feed(versions, buf_str(&table));
    assert_int_equal(versions_count(versions), 2);
    assert_true(versions_edit(versions, 0)->difference.known);
    assert_true(versions_edit(versions, 0)->too_early);
    assert_int_equal(versions_edit(versions, 1)->span_days, 0);
    assert_true(versions_edit(versions, 1)->too_early);
    versions_free(versions);
}

static void test_versions__shrink_what_looked_bad_by_chance(void **state)
{
    _cleanup_buf_ struct buf table = BUF_INIT(1 << 20);
    struct versions *versions = new_versions(20);
    (void)state;
    /* a looked bad (4 of 4) among articles that fail in 30 %: that is a start nearer 30 % than 100
     * %. */
    assert_true(versions_note(versions, "a", "v1", population_day(0)));
    assert_true(versions_note(versions, "a", "v2", population_day(10)));
    readers(&table, 5, "a", 4, 4);
    readers(&table, 15, "a", 10, 3);
    for (char other[] = "m"; other[0] <= 'r'; other[0]++) {
        readers(&table, 5, other, 20, 6);
        readers(&table, 15, other, 20, 6);
    }
    feed(versions, buf_str(&table));
    const struct versions_edit *edit = versions_edit(versions, 0);
    assert_true(edit->before.fail_rate.value == 1);
    assert_true(edit->before.shrunk_rate.value < 0.6);
    assert_int_equal(edit->others, 6);
    assert_true(fabs(edit->others_change.value) < 0.05);
    versions_free(versions);
}

static void test_versions__leave_out_articles_edited_in_the_same_days(void **state)
{
    _cleanup_buf_ struct buf table = BUF_INIT(1 << 20);
    struct versions *versions = new_versions(20);
    (void)state;
    assert_true(versions_note(versions, "a", "v1", population_day(0)));
    assert_true(versions_note(versions, "a", "v2", population_day(10)));
    assert_true(versions_note(versions, "b", "v1", population_day(-5)));
    assert_true(versions_note(versions, "b", "v2", population_day(12)));
    readers(&table, 5, "a", 50, 25);
    readers(&table, 15, "a", 50, 25);
    readers(&table, 5, "b", 50, 25);
    readers(&table, 15, "b", 50, 0);
    feed(versions, buf_str(&table));
    assert_int_equal(versions_edit(versions, 0)->others, 0);
    assert_false(versions_edit(versions, 0)->difference.known);
    versions_free(versions);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_versions__compare_equal_spans_and_what_changed_anyway),
        cmocka_unit_test(test_versions__less_than_a_day_apart_are_one_step),
        cmocka_unit_test(test_versions__say_too_early_where_it_is),
        cmocka_unit_test(test_versions__shrink_what_looked_bad_by_chance),
        cmocka_unit_test(test_versions__leave_out_articles_edited_in_the_same_days),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
