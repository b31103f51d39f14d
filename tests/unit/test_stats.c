/* test_stats.c: the statistics against values that were published or worked by hand. */
#include "unit.h"

#include "measure/stats.h"

#include "base/mem.h"

#include <math.h>

static void assert_near(double value, double expected, double tolerance)
{
    if (!(fabs(value - expected) <= tolerance))
        fail_msg("%.9g is not within %g of %.9g", value, tolerance, expected);
}

static void assert_estimate(struct estimate e, double value, double low, double high,
                            double tolerance)
{
    assert_true(e.known);
    assert_near(e.value, value, tolerance);
    assert_near(e.low, low, tolerance);
    assert_near(e.high, high, tolerance);
}

/* R. G. Newcombe, Stat. Med. 17 (1998) 857–872, table I, method 3 (score without continuity
 * correction). */
static void test_wilson__gives_newcombes_table_of_single_rates(void **state)
{
    (void)state;
    assert_estimate(stats_wilson((struct tally){81, 263}), 0.3080, 0.2553, 0.3662, 5e-5);
    assert_estimate(stats_wilson((struct tally){15, 148}), 0.1014, 0.0624, 0.1605, 5e-5);
    assert_estimate(stats_wilson((struct tally){0, 20}), 0, 0, 0.1611, 5e-5);
    assert_estimate(stats_wilson((struct tally){1, 29}), 0.0345, 0.0061, 0.1718, 5e-5);
}

static void test_wilson__says_nothing_of_nothing_and_is_exact_at_the_ends(void **state)
{
    (void)state;
    assert_false(stats_wilson((struct tally){0, 0}).known);
    assert_true(stats_wilson((struct tally){0, 7}).low == 0);
    assert_true(stats_wilson((struct tally){7, 7}).high == 1);
}

/* R. G. Newcombe, Stat. Med. 17 (1998) 873–890, table II, method 10. */
static void test_difference__gives_newcombes_table_of_differences(void **state)
{
    static const struct {
        struct tally a, b;
        double low, high;
    } cases[] = {
        {{56, 70}, {48, 80}, 0.0524, 0.3339}, {{9, 10}, {3, 10}, 0.1705, 0.8090},
        {{6, 7}, {2, 7}, 0.0582, 0.8062},     {{5, 56}, {0, 29}, -0.0381, 0.1926},
        {{0, 10}, {0, 20}, -0.1611, 0.2775},  {{0, 10}, {0, 10}, -0.2775, 0.2775},
        {{10, 10}, {0, 20}, 0.6791, 1.0000},  {{10, 10}, {0, 10}, 0.6075, 1.0000},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        const struct estimate d = stats_difference(cases[i].a, cases[i].b);
        assert_near(d.low, cases[i].low, 5e-5);
        assert_near(d.high, cases[i].high, 5e-5);
    }
    assert_false(stats_difference((struct tally){0, 0}, (struct tally){1, 2}).known);
}

/* Worked by hand: d1 = .2 with weight 70·80/150 = 37.333, d2 = .6 with weight 10·10/20 = 5, so
 * value = (37.333·.2 + 5·.6)/42.333 = .24724; below: √((37.333·.1476)² + (5·.4295)²)/42.333 =
 * .13968, and so on. */
static void test_stratified_difference__weighs_strata_and_combines_their_bounds(void **state)
{
    const struct stratum strata[] = {
        {{56, 70}, {48, 80}, 0},
        {{9, 10}, {3, 10}, 0},
        {{0, 0}, {5, 50}, 0}, /* nothing to compare: weighs nothing */
    };
    (void)state;
    const struct estimate one = stats_difference(strata[0].a, strata[0].b);
    assert_estimate(stats_stratified_difference(strata, 1), one.value, one.low, one.high, 1e-12);
    assert_estimate(stats_stratified_difference(strata, 3), 0.247244, 0.247244 - 0.139676,
                    0.247244 + 0.120614, 1e-6);
    assert_false(stats_stratified_difference(strata + 2, 1).known);
}

/* Five rows worked by hand: n = 10 20 30 20 20, f = 1 6 15 4 14: N = 100, p = .4, Σn² = 2200, so
 * the denominator is 100 − 22 − 4 = 74; Σ n(f/n − p)² = .9 + .2 + .3 + .8 + 1.8 = 4; 4/.24
 * = 16.667; ρ = (16.667 − 4)/74 = .171171. */
static void test_prior__is_kleinmans_by_moments(void **state)
{
    const struct tally rows[] = {{1, 10}, {6, 20}, {15, 30}, {4, 20}, {14, 20}, {0, 0}};
    const struct prior prior = stats_prior(rows, ARRAY_LENGTH(rows));
    (void)state;
    assert_near(prior.mean, 0.4, 1e-12);
    assert_near(prior.rho, 0.171171, 1e-6);
    assert_near(prior.weight, 1 / 0.1711711712 - 1, 1e-6);
    /* (1 + m·.4)/(10 + m) with m = 4.842105 */
    assert_near(stats_shrink(&prior, rows[0]).value, (1 + 4.842105 * 0.4) / 14.842105, 1e-6);
    assert_false(stats_shrink(&prior, rows[5]).known);
}

static void test_prior__keeps_within_its_bounds(void **state)
{
    const struct tally few[] = {{1, 10}, {6, 20}, {15, 30}, {4, 20}};
    const struct tally alike[] = {{4, 10}, {4, 10}, {4, 10}, {4, 10}, {4, 10}};
    const struct tally opposite[] = {{0, 50}, {50, 50}, {0, 50}, {50, 50}, {0, 50}};
    const struct tally single[] = {{0, 1}, {1, 1}, {0, 1}, {1, 1}, {0, 1}};
    const struct tally none[] = {{0, 9}, {0, 9}, {0, 9}, {0, 9}, {0, 9}};
    (void)state;
    assert_near(stats_prior(few, ARRAY_LENGTH(few)).rho, 0.02, 0);
    assert_near(stats_prior(alike, ARRAY_LENGTH(alike)).rho, 0.001, 0);
    assert_near(stats_prior(opposite, ARRAY_LENGTH(opposite)).rho, 0.5, 0);
    assert_near(stats_prior(single, ARRAY_LENGTH(single)).rho, 0.02, 0);
    const struct prior zero = stats_prior(none, ARRAY_LENGTH(none));
    assert_estimate(stats_shrink(&zero, none[0]), 0, 0, 0, 0);
    assert_near(stats_prior(NULL, 0).mean, 0, 0);
}

/* Beta(1, n) has the closed quantile 1 − (1 − q)^(1/n); Beta(a, 1) has q^(1/a); Beta(2, 2): 3x² −
 * 2x³ = q. */
static void test_beta_quantile__meets_closed_forms(void **state)
{
    (void)state;
    assert_near(stats_beta_quantile(0.975, 1, 20), 1 - pow(0.025, 1.0 / 20), 1e-9);
    assert_near(stats_beta_quantile(0.025, 3, 1), pow(0.025, 1.0 / 3), 1e-9);
    assert_near(stats_beta_quantile(0.5, 2, 2), 0.5, 1e-9);
    assert_near(stats_beta_quantile(0.975, 0.004, 1), pow(0.975, 250), 1e-9);
    const double x = stats_beta_quantile(0.025, 2, 2);
    assert_near(3 * x * x - 2 * x * x * x, 0.025, 1e-7);
}

/* At p = .3, min_lift = .1 and arms of 1 : 4: 7.84·.21·(1 + 1/4)/.01 = 205.8, so 206 hold-out
 * episodes. */
static void test_power__tells_when_a_sample_can_tell(void **state)
{
    (void)state;
    const struct power just =
        stats_power((struct tally){62, 206}, (struct tally){247, 824}, 0.2, 0.1);
    assert_true(just.enough);
    assert_int_equal(just.needed, 0);
    const struct power half =
        stats_power((struct tally){30, 100}, (struct tally){120, 400}, 0.2, 0.1);
    assert_false(half.enough);
    assert_int_equal(half.needed, 106);
    /* Before the first episode: p = .5, arms as the share says (1 : 9): 7.84·.25·(1 + 1/9)/.01 =
     * 217.8. */
    assert_int_equal(stats_power((struct tally){0}, (struct tally){0}, 0.1, 0.1).needed, 218);
    assert_int_equal(stats_power((struct tally){0}, (struct tally){0}, 0, 0.1).needed, -1);
    /* A wide lift still needs 30. */
    const struct power few = stats_power((struct tally){20, 25}, (struct tally){20, 75}, 0.25, 0.5);
    assert_false(few.enough);
    assert_int_equal(few.needed, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_wilson__gives_newcombes_table_of_single_rates),
        cmocka_unit_test(test_wilson__says_nothing_of_nothing_and_is_exact_at_the_ends),
        cmocka_unit_test(test_difference__gives_newcombes_table_of_differences),
        cmocka_unit_test(test_stratified_difference__weighs_strata_and_combines_their_bounds),
        cmocka_unit_test(test_prior__is_kleinmans_by_moments),
        cmocka_unit_test(test_prior__keeps_within_its_bounds),
        cmocka_unit_test(test_beta_quantile__meets_closed_forms),
        cmocka_unit_test(test_power__tells_when_a_sample_can_tell),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
