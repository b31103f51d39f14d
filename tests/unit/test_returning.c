/* test_returning.c: known contacts who came back with a ticket, worked by hand. */
#include "unit.h"

#include "population.h"

#include "base/clock.h"
#include "measure/returning.h"

#include <math.h>

#define assert_near(value, expected) assert_true(fabs((value) - (expected)) < 1e-9)

static void test_returning__follows_known_contacts_for_days(void **state)
{
    struct population population = population_read(
        /* ann reads, writes two days later by e-mail: well after 1 day, not after 3 */
        "0 09:00 s1 contact contact=ann\n"
        "0 09:01 s1 view a\n"
        "2 09:02 - ticket contact=ann\n"
        /* bob reads and never writes */
        "0 09:00 s2 contact contact=bob\n"
        "0 09:01 s2 view a\n"
        /* cy files at once; dee left without reading */
        "0 09:00 s3 contact contact=cy\n"
        "0 09:01 s3 ticket\n"
        "0 09:00 s4 contact contact=dee\n"
        /* eve reads on day 6: by day 9 nothing is known of 7 days */
        "6 00:00 s5 contact contact=eve\n"
        "6 00:01 s5 view a\n"
        /* nobody knows this one */
        "0 09:00 s6 contact\n"
        "0 09:01 s6 view a\n");
    const struct returning_options returning_options = {.from_ms = population_day(0),
                                                        .to_ms = population_day(8),
                                                        .now_ms = population_day(9) + MS_PER_HOUR};
    struct returning *returning = returning_new(&returning_options);
    const struct episodes_options options = {.window_ms = MS_PER_DAY,
                                             .now_ms = returning_options.now_ms,
                                             .each = returning_add,
                                             .arg = returning};
    (void)state;
    assert_true(episodes_of(&options, population.events, population.count, NULL));
    assert_int_equal(returning_count(returning, 0), 5);
    assert_near(returning_rate(returning, 0).value, 3.0 / 5);
    assert_int_equal(returning_count(returning, 1), 5);
    assert_near(returning_rate(returning, 1).value, 2.0 / 5);
    assert_int_equal(returning_count(returning, 2), 4);
    assert_near(returning_rate(returning, 2).value, 1.0 / 4);
    returning_free(returning);
    population_done(&population);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_returning__follows_known_contacts_for_days),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
