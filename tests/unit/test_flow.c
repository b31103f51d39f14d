/* test_flow.c: tickets in and out, worked by hand. */
#include "unit.h"

#include "population.h"

#include "base/clock.h"
#include "measure/flow.h"
#include "measure/random.h"

#include <math.h>

#define at(day, hour) (population_day(day) + (hour)*MS_PER_HOUR)

static void test_flow__counts_days_backlog_and_ages(void **state)
{
    struct flow flow;
    (void)state;
    assert_true(flow_init(&flow, population_day(0), population_day(4), population_day(30)));
    flow_add(&flow, at(-9, 0), -1);        /* old and open */
    flow_add(&flow, at(-9, 0), at(-8, 0)); /* gone before */
    flow_add(&flow, at(-1, 0), at(1, 5));  /* carried in, solved on day 1 */
    flow_add(&flow, at(0, 1), at(0, 2));
    flow_add(&flow, at(2, 1), at(1, 1)); /* clocks disagree: solved as it came */
    flow_add(&flow, at(2, 1), at(9, 0)); /* solved after the period */
    flow_add(&flow, at(3, 23), -1);
    flow_add(&flow, at(4, 0), -1); /* after the period */
    flow_finish(&flow);
    const struct flow_day expected[] = {{1, 1, 2}, {0, 1, 1}, {2, 1, 2}, {1, 0, 3}};
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(flow.days[i].in, expected[i].in);
        assert_int_equal(flow.days[i].out, expected[i].out);
        assert_int_equal(flow.days[i].backlog, expected[i].backlog);
    }
    assert_int_equal(flow.backlog, 3);
    assert_int_equal(flow.ages[0], 2); /* 1.96 days and 1 hour */
    assert_int_equal(flow.ages[1], 0);
    assert_int_equal(flow.ages[2], 1); /* 13 days */
    assert_int_equal(flow.ages[3], 0);
    flow_done(&flow);
}

static void test_flow__finds_the_day_on_which_inflow_crosses_outflow(void **state)
{
    struct flow flow;
    (void)state;
    assert_true(flow_init(&flow, population_day(0), population_day(20), population_day(30)));
    /* Two a day go out all the time; one a day comes in, from day 10 on four. */
    for (int day = 0; day < 20; day++) {
        for (int i = 0; i < 2; i++)
            flow_add(&flow, at(-20, 0), at(day, 3));
        for (int i = 0; i < (day < 10 ? 1 : 4); i++)
            flow_add(&flow, at(day, 1), -1);
    }
    flow_finish(&flow);
    /* Sums of seven days: out 14; in 7 + 3 a day from day 10 on: above 14 on day 12. */
    assert_int_equal(flow.crossing, FLOW_IN_ABOVE);
    assert_int_equal(flow.crossing_ms, population_day(12));
    flow_done(&flow);
}

static void test_flow__forecasts_by_weekday_and_shows_its_last_error(void **state)
{
    struct flow flow;
    (void)state;
    assert_true(flow_init(&flow, population_day(0), population_day(1), at(0, 12)));
    /* Ten on five days of the week, three on two, for 84 days; today's do not count. */
    for (int day = -84; day <= 0; day++) {
        for (int i = 0; i < ((day + 84) % 7 < 5 ? 10 : 3); i++)
            flow_add(&flow, at(day, 1), -1);
    }
    flow_finish(&flow);
    assert_true(flow.forecast_known);
    assert_int_equal(flow.forecast_ms, population_day(0));
    assert_true(fabs(flow.forecast[0].value - 10) < 1e-9);
    assert_true(fabs(flow.forecast[6].value - 3) < 1e-9);
    assert_true(fabs(flow.forecast_total.value - 224) < 1e-9);
    /* φ is 1 at least: 224 ± 1.96·√(224 + 224²/224). */
    assert_true(fabs(flow.forecast_total.high - (224 + STATS_Z * sqrt(448))) < 1e-9);
    assert_true(flow.past_known);
    assert_true(fabs(flow.past_total.value - 224) < 1e-9);
    assert_int_equal(flow.past_actual, 224);
    flow_done(&flow);
}

static void test_flow__forecasts_nothing_from_three_weeks(void **state)
{
    struct flow flow;
    (void)state;
    assert_true(flow_init(&flow, population_day(0), population_day(1), at(0, 12)));
    for (int day = -21; day <= 0; day++)
        flow_add(&flow, at(day, 1), -1);
    flow_finish(&flow);
    assert_false(flow.forecast_known);
    assert_false(flow.past_known);
    flow_done(&flow);
}

/* The bounds hold what comes in 95 of 100 months. */
static void test_flow__bounds_hold_what_comes(void **state)
{
    struct random random;
    int held = 0;
    (void)state;
    random_seed(&random, 11);
    for (int run = 0; run < 400; run++) {
        struct flow flow;
        assert_true(flow_init(&flow, population_day(0), population_day(1), at(0, 12)));
        for (int day = -84; day < 0; day++) {
            const double mean = (day + 84) % 7 < 5 ? 8 : 2;
            for (int64_t left = random_poisson(&random, mean); left > 0; left--)
                flow_add(&flow, at(day, 1), -1);
        }
        flow_finish(&flow);
        assert_true(flow.past_known);
        held += (double)flow.past_actual >= flow.past_total.low &&
                (double)flow.past_actual <= flow.past_total.high;
        flow_done(&flow);
    }
    assert_in_range(held, 372, 394); /* 93 to 98.5 % */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_flow__counts_days_backlog_and_ages),
        cmocka_unit_test(test_flow__finds_the_day_on_which_inflow_crosses_outflow),
        cmocka_unit_test(test_flow__forecasts_by_weekday_and_shows_its_last_error),
        cmocka_unit_test(test_flow__forecasts_nothing_from_three_weeks),
        cmocka_unit_test(test_flow__bounds_hold_what_comes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
