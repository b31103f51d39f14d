/* test_returning.c: known contacts who came back with a ticket, worked by hand. */
#include "unit.h"

#include "population.h"

#include "measure/returning.h"
#include "measure/stats.h"

static bool add_up(void *arg, const struct figure *figure)
{
    struct tally *rates = arg;
    for (size_t i = 0; figure->kind == FIGURE_RETURNING && i < RETURNING_SPANS; i++) {
        rates[i].n += figure->counts[i];
        rates[i].hits += figure->counts[RETURNING_SPANS + i];
    }
    return true;
}

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
        /* eve reads late on day 5: by day 9 nothing is known of 7 days */
        "5 23:00 s5 contact contact=eve\n"
        "5 23:01 s5 view a\n"
        /* nobody knows this one */
        "0 09:00 s6 contact\n"
        "0 09:01 s6 view a\n");
    struct tally rates[RETURNING_SPANS] = {0};
    (void)state;
    population_measure(&population, 9, add_up, rates);
    assert_int_equal(rates[0].n, 5);
    assert_int_equal(rates[0].hits, 3);
    assert_int_equal(rates[1].n, 5);
    assert_int_equal(rates[1].hits, 2);
    assert_int_equal(rates[2].n, 4);
    assert_int_equal(rates[2].hits, 1);
    population_done(&population);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_returning__follows_known_contacts_for_days),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
