/* test_deflection.c: the deflection report against populations that were worked by hand. */
#include "unit.h"

#include "population.h"

#include "base/clock.h"
#include "measure/deflection.h"

#include <math.h>

#define assert_near(value, expected) assert_true(fabs((value) - (expected)) < 1e-9)

static void recount(const char *table, const char *lang, struct deflection *ret)
{
    struct population population = population_read(table);
    assert_true(deflection_init(ret, population_day(0), population_day(5), lang));
    population_measure(&population, 5, deflection_add, ret);
    population_done(&population);
}

static void assert_counts(const struct deflection_counts *counts, int ticket, int solved, int read,
                          int left, int open)
{
    assert_int_equal(counts->outcomes[EPISODE_TICKET], ticket);
    assert_int_equal(counts->outcomes[EPISODE_SOLVED], solved);
    assert_int_equal(counts->outcomes[EPISODE_READ], read);
    assert_int_equal(counts->outcomes[EPISODE_LEFT], left);
    assert_int_equal(counts->open, open);
}

static const char week[] =
    /* before the period, though its ticket falls into it */
    "-1 23:50 s0 contact\n"
    "0 00:10 s0 ticket\n"
    /* day 0: ticket, solved, read, left */
    "0 09:00 s1 contact\n"
    "0 09:01 s1 ticket\n"
    "0 10:00 s2 search lang=de\n"
    "0 10:01 s2 view a\n"
    "0 10:02 s2 solved a\n"
    "0 11:00 s3 search lang=de-CH\n"
    "0 11:01 s3 view a part=passage\n"
    "0 12:00 s4 contact contact=ann\n"
    /* day 1: begins before midnight, files after it: stands on day 1 */
    "1 23:59 s5 contact contact=bob\n"
    "2 00:01 s5 ticket\n"
    /* day 3: help centre only */
    "3 08:00 s6 search place=search\n"
    "3 08:01 s6 view a\n"
    "3 08:00 s7 search place=search\n"
    /* day 4: open, whatever has happened so far */
    "4 09:00 s8 contact\n"
    "4 09:01 s8 ticket\n"
    "4 10:00 s9 search place=search\n"
    /* after the period */
    "5 00:00 s10 contact\n";

static void test_deflection__counts_days_with_zeros_and_totals(void **state)
{
    struct deflection d;
    (void)state;
    recount(week, NULL, &d);
    assert_int_equal(d.day_count, 5);
    assert_counts(&d.days[0], 1, 1, 1, 1, 0);
    assert_counts(&d.days[1], 1, 0, 0, 0, 0);
    assert_counts(&d.days[2], 0, 0, 0, 0, 0);
    assert_counts(&d.days[3], 0, 0, 0, 0, 0);
    assert_counts(&d.days[4], 0, 0, 0, 0, 1);
    assert_counts(&d.totals, 2, 1, 1, 1, 1);
    assert_counts(&d.searches, 0, 0, 1, 1, 1);
    assert_int_equal(deflection_closed(&d.totals), 5);
    assert_int_equal(d.identified, 2);
    deflection_done(&d);
}

static void test_deflection__rates_are_over_closed_episodes(void **state)
{
    struct deflection d;
    (void)state;
    recount(week, NULL, &d);
    assert_near(deflection_confirmed(&d.totals).value, 0.2);
    assert_near(deflection_potential(&d.totals).value, 0.4);
    assert_near(deflection_confirmed(&d.totals).low, stats_wilson((struct tally){1, 5}).low);
    assert_false(deflection_confirmed(&d.days[4]).known);
    deflection_done(&d);
}

static void test_deflection__takes_one_language_with_its_regions(void **state)
{
    struct deflection d;
    (void)state;
    recount(week, "de", &d);
    assert_counts(&d.totals, 0, 1, 1, 0, 0);
    deflection_done(&d);
}

/* Under half held out: 2 of 3 held-out episodes file, 1 of 2 of the others; under a tenth: 1 of 1
 * against 0 of 2. Without a hold-out: in no arm. */
static const char held_out[] = "0 09:00 h1 contact arm=holdout holdout=0.5\n"
                               "0 09:01 h1 ticket arm=holdout holdout=0.5\n"
                               "0 09:00 h2 contact arm=holdout holdout=0.5\n"
                               "0 09:01 h2 ticket arm=holdout holdout=0.5\n"
                               "0 09:00 h3 contact arm=holdout holdout=0.5\n"
                               "0 09:00 s1 contact holdout=0.5\n"
                               "0 09:01 s1 ticket holdout=0.1\n" /* keeps the share at its start */
                               "0 09:00 s2 contact holdout=0.5\n"
                               "1 09:00 h4 contact arm=holdout holdout=0.1\n"
                               "1 09:01 h4 ticket arm=holdout holdout=0.1\n"
                               "1 09:00 s3 contact holdout=0.1\n"
                               "1 09:00 s4 contact holdout=0.1\n"
                               "2 09:00 s5 contact\n"
                               "2 09:01 s5 ticket\n"
                               "4 09:00 s6 contact holdout=0.1\n"; /* open */

static void test_lift__compares_arms_within_equal_shares(void **state)
{
    struct deflection d;
    (void)state;
    recount(held_out, NULL, &d);
    const struct deflection_lift lift = deflection_lift(&d, 0.1, 0.1);
    assert_int_equal(lift.holdout.n, 4);
    assert_int_equal(lift.holdout.hits, 3);
    assert_int_equal(lift.suggest.n, 4);
    assert_int_equal(lift.suggest.hits, 1);
    /* Weights 3·2/5 = 6/5 and 1·2/3 = 2/3; differences 1/6 and 1: (1/5 + 2/3)/(28/15) = 13/28. */
    assert_near(lift.lift.value, 13.0 / 28);
    assert_near(lift.tickets_avoided.value, 4 * 13.0 / 28);
    assert_near(lift.tickets_avoided.low, 4 * lift.lift.low);
    assert_true(lift.lift.low < lift.lift.value && lift.lift.value < lift.lift.high);
    assert_false(lift.power.enough);
    /* p = 1/2, arms alike: 7.84·.25·2/.01 = 392, of which 4 are there. */
    assert_int_equal(lift.power.needed, 388);
    deflection_done(&d);
}

static void test_lift__is_plain_newcombe_in_one_stretch(void **state)
{
    struct deflection d;
    (void)state;
    recount("0 09:00 h1 contact arm=holdout holdout=0.5\n"
            "0 09:01 h1 ticket arm=holdout holdout=0.5\n"
            "0 09:00 h2 contact arm=holdout holdout=0.5\n"
            "0 09:00 s1 contact holdout=0.5\n",
            NULL, &d);
    const struct estimate lift = deflection_lift(&d, 0.5, 0.1).lift;
    const struct estimate newcombe = stats_difference((struct tally){1, 2}, (struct tally){0, 1});
    assert_near(lift.value, newcombe.value);
    assert_near(lift.low, newcombe.low);
    assert_near(lift.high, newcombe.high);
    deflection_done(&d);
}

static void test_lift__says_nothing_without_a_holdout(void **state)
{
    struct deflection d;
    (void)state;
    recount(week, NULL, &d);
    const struct deflection_lift lift = deflection_lift(&d, 0, 0.1);
    assert_false(lift.lift.known);
    assert_false(lift.tickets_avoided.known);
    assert_false(lift.power.enough);
    assert_int_equal(lift.power.needed, -1);
    deflection_done(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_deflection__counts_days_with_zeros_and_totals),
        cmocka_unit_test(test_deflection__rates_are_over_closed_episodes),
        cmocka_unit_test(test_deflection__takes_one_language_with_its_regions),
        cmocka_unit_test(test_lift__compares_arms_within_equal_shares),
        cmocka_unit_test(test_lift__is_plain_newcombe_in_one_stretch),
        cmocka_unit_test(test_lift__says_nothing_without_a_holdout),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
