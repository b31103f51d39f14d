/* test_simulate.c: the simulation keeps to the population that its header states, and the intervals
 * of the product hold its truth (the short form of `make honesty`). */
#include "unit.h"

#include "honesty_run.h"

#include "base/clock.h"
#include "base/digest.h"
#include "measure/random.h"
#include "measure/simulate.h"

#include <math.h>
#include <string.h>

#define FROM_MS INT64_C(1772323200000) /* Sunday, 2026-03-01 */

struct tallies {
    uint64_t digest;
    int64_t events, sessions, staff, robots, identified, contacts, searches, weekend, edits;
    int64_t first_ms, last_ms;
};

static void mix(struct tallies *t, const char *text)
{
    if (text)
        t->digest = t->digest * 31 + digest_fnv((struct slice){text, strlen(text)});
}

static bool tally(void *arg, const struct event *event)
{
    struct tallies *t = arg;
    mix(t, event->id);
    mix(t, event->article);
    mix(t, event->query);
    t->digest = t->digest * 31 + (uint64_t)event->at_ms + (uint64_t)event->type;
    t->events++;
    const bool first = event->type == EVENT_CONTACT ||
                       (event->type == EVENT_SEARCH && event->place == PLACE_SEARCH);
    t->sessions += first;
    t->staff += first && event->marks == MARK_STAFF;
    t->robots += first && event->marks == MARK_ROBOT;
    t->contacts += event->type == EVENT_CONTACT;
    t->identified += event->type == EVENT_CONTACT && event->contact_hash;
    t->searches += event->type == EVENT_SEARCH;
    t->first_ms = t->events == 1 || event->at_ms < t->first_ms ? event->at_ms : t->first_ms;
    t->last_ms = event->at_ms > t->last_ms ? event->at_ms : t->last_ms;
    return true;
}

static bool count_edit(void *arg, const char *article, const char *version, int64_t at_ms)
{
    struct tallies *t = arg;
    (void)at_ms;
    t->edits += article[0] && version[0];
    return true;
}

static void test_random__is_xoshiro256_seeded_by_splitmix64(void **state)
{
    struct random random;
    (void)state;
    /* The first state words for seed 0 are splitmix64's published first outputs. */
    random_seed(&random, 0);
    assert_true(random.state[0] == UINT64_C(0xe220a8397b1dcdaf));
    assert_true(random.state[1] == UINT64_C(0x6e789e6aa1b965f4));
    assert_true(random_next(&random) == UINT64_C(0x99ec5f36cb75f2b4));
}

static void test_simulate__is_the_same_for_the_same_seed_only(void **state)
{
    struct tallies a = {0}, b = {0}, c = {0};
    const struct simulate_options options = simulate_defaults(7, FROM_MS),
                                  other = simulate_defaults(8, FROM_MS);
    (void)state;
    assert_true(simulate_run(&options, tally, count_edit, &a, NULL));
    assert_true(simulate_run(&options, tally, count_edit, &b, NULL));
    assert_true(simulate_run(&other, tally, count_edit, &c, NULL));
    assert_true(a.digest == b.digest);
    assert_true(a.digest != c.digest);
}

/* Expected shares within four standard errors. */
static void assert_share(int64_t hits, int64_t n, double share)
{
    const double p = (double)hits / (double)n;
    if (fabs(p - share) > 4 * sqrt(share * (1 - share) / (double)n))
        fail_msg("%lld of %lld is not %g", (long long)hits, (long long)n, share);
}

static void test_simulate__keeps_to_the_stated_shares(void **state)
{
    struct tallies t = {0};
    struct simulate_options options = simulate_defaults(3, FROM_MS);
    struct simulate_truth truth;
    (void)state;
    options.days = 70;
    options.visits_per_day = 200;
    assert_true(simulate_run(&options, tally, count_edit, &t, &truth));
    /* 10 weeks of 5 + 2 · 0.4 days' visits */
    const double expected = 10 * 5.8 * 200;
    assert_true(fabs((double)t.sessions - expected) < 4 * sqrt(expected));
    assert_share(t.contacts, t.sessions, options.form_share);
    assert_share(t.identified, t.contacts, options.identified_share);
    assert_share(t.staff, t.sessions, options.staff_share);
    assert_share(t.robots, t.sessions, options.robot_share);
    assert_int_equal(t.searches, t.sessions);
    assert_int_equal(t.edits, options.edits);
    assert_true(t.first_ms >= FROM_MS && t.last_ms < FROM_MS + 71 * MS_PER_DAY);
    assert_true(fabs(truth.lift - (truth.ticket_rate_holdout - truth.ticket_rate_suggest)) < 1e-12);
    simulate_truth_done(&truth);
}

static void test_simulate__refuses_options_out_of_range(void **state)
{
    struct simulate_options options = simulate_defaults(1, FROM_MS);
    const char *name = NULL;
    (void)state;
    assert_true(simulate_options_valid(&options, &name));
    options.holdout = 0.6;
    assert_false(simulate_options_valid(&options, &name));
    assert_string_equal(name, "holdout");
    options.holdout = NAN;
    assert_false(simulate_options_valid(&options, &name));
}

static void test_honesty__intervals_hold_the_truth(void **state)
{
    struct honesty honesty = {0};
    (void)state;
    for (uint64_t seed = 1; seed <= 40; seed++)
        assert_true(honesty_play(&honesty, seed));
    /* Forty of these: two standard errors are 7 points. */
    for (int row = HONESTY_CONFIRMED; row <= HONESTY_LIFT_MIXED; row++)
        assert_true(honesty_coverage(&honesty, (enum honesty_row)row) >= 0.88);
    /* Hundreds of these, though in forty clusters: `make honesty` holds a thousand to 93–97 %. */
    for (int row = HONESTY_FAIL; row <= HONESTY_SHRUNK; row++) {
        const double coverage = honesty_coverage(&honesty, (enum honesty_row)row);
        if (coverage < 0.92 || coverage > 0.98)
            fail_msg("%s: %g", honesty_row_name((enum honesty_row)row), coverage);
    }
    /* Forty and some twenty of these. */
    assert_true(honesty_coverage(&honesty, HONESTY_EDIT) >= 0.85);
    assert_true(honesty_coverage(&honesty, HONESTY_NO_EDIT) >= 0.75);
    assert_true(honesty.helped < honesty.helped_plain);
    assert_true(honesty.worst_by_excess > honesty.worst_by_raw);
    assert_true(20 * honesty.false_spikes <= honesty.quiet);
    assert_true(honesty.found_spikes > honesty.false_spikes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random__is_xoshiro256_seeded_by_splitmix64),
        cmocka_unit_test(test_simulate__is_the_same_for_the_same_seed_only),
        cmocka_unit_test(test_simulate__keeps_to_the_stated_shares),
        cmocka_unit_test(test_simulate__refuses_options_out_of_range),
        cmocka_unit_test(test_honesty__intervals_hold_the_truth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
