/* test_topics.c: what tickets are about, worked by hand; and how seldom the spike alarm is false.
 */
#include "unit.h"

#include "population.h"
#include "wording.h"

#include "base/clock.h"
#include "base/str.h"
#include "measure/random.h"
#include "measure/topics.h"

#include <math.h>
#include <stdio.h>

static struct topics *new_topics(void)
{
    const struct topics_options options = {
        .from_ms = population_day(0), .to_ms = population_day(28), .wording = sorted_words};
    struct topics *topics = topics_new(&options);
    assert_non_null(topics);
    return topics;
}

static void feed(struct topics *topics, const char *table)
{
    struct population population = population_read(table);
    const struct episodes_options options = {
        .window_ms = MS_PER_DAY, .now_ms = population_day(40), .each = topics_add, .arg = topics};
    assert_true(episodes_of(&options, population.events, population.count));
    population_done(&population);
}

static void tickets(struct topics *topics, const char *subject, int first_day, int last_day,
                    int each_day)
{
    const struct request_words words = {subject, NULL, NULL};
    for (int day = first_day; day <= last_day; day++) {
        for (int i = 0; i < each_day; i++)
            assert_true(topics_add_ticket(topics, NULL, &words, population_day(day) + i, NULL));
    }
}

static void test_topics__count_each_request_once(void **state)
{
    const struct request_words same = {"Printer on fire", "help", NULL},
                               other = {NULL, "Refund\nplease", NULL};
    struct topics *topics = new_topics();
    (void)state;
    feed(topics, "0 09:00 s1 ticket subject=printer_on_fire\n"
                 "20 09:00 s2 search query=printer_fire\n"
                 "20 09:01 s2 ticket\n"
                 "28 09:00 s3 ticket subject=printer_fire\n"); /* after the period */
    assert_true(topics_add_ticket(topics, "s1", &same, population_day(0), "fire-drill"));
    assert_true(topics_add_ticket(topics, NULL, &other, population_day(27), NULL));
    assert_true(topics_finish(topics));
    assert_int_equal(topics_tickets(topics), 3);
    assert_int_equal(topics_count(topics), 2);
    const struct topics_row *fire = topics_row(topics, 0), *refund = topics_row(topics, 1);
    assert_int_equal(fire->tickets, 2);
    assert_true(fabs(fire->share.value - 2.0 / 3) < 1e-9);
    assert_int_equal(fire->linked, 1);
    assert_string_equal(fire->linked_article, "fire-drill");
    assert_int_equal(fire->week_before, 1);
    assert_int_equal(fire->last_week, 0);
    assert_string_equal(refund->label, "Refund");
    assert_int_equal(refund->last_week, 1);
    assert_false(refund->change.known);
    assert_int_equal(topics_between(topics, 0, population_day(0), population_day(1)), 1);
    topics_free(topics);
}

static void test_topics__tell_a_spike_from_noise(void **state)
{
    struct topics *topics = new_topics();
    (void)state;
    tickets(topics, "login broken", 0, 27, 1);
    tickets(topics, "outage today", 0, 20, 1);
    tickets(topics, "outage today", 21, 27, 6);
    tickets(topics, "billing question", 0, 27, 2);
    assert_true(topics_finish(topics));
    assert_string_equal(topics_row(topics, 0)->label, "outage today");
    assert_true(topics_row(topics, 0)->spike);
    assert_true(topics_row(topics, 0)->spike_p < 1e-6);
    assert_true(fabs(topics_row(topics, 0)->change.value - 5) < 1e-9);
    assert_true(topics_row(topics, 0)->change.low > 1);
    assert_false(topics_row(topics, 1)->spike);
    assert_false(topics_row(topics, 2)->spike);
    topics_free(topics);
}

/* The lady tasting tea: of eight cups four had the milk first; three of her four right: 17 of 70.
 */
static void test_spike_test__is_fishers(void **state)
{
    (void)state;
    assert_true(fabs(topics_spike_p(3, 4, 4, 8) - 17.0 / 70) < 1e-9);
    assert_true(topics_spike_p(0, 10, 25, 100) == 1);
}

/* Four quiet weeks of twenty topics, 500 times: at most one report in twenty may show any spike. */
static void test_spikes__are_seldom_false(void **state)
{
    struct random random;
    int alarms = 0;
    (void)state;
    random_seed(&random, 3);
    for (int run = 0; run < 500; run++) {
        int64_t all[20], last[20], sum_all = 0, sum_last = 0;
        bool alarm = false;
        for (int topic = 0; topic < 20; topic++) {
            last[topic] = random_poisson(&random, 2 + topic);
            all[topic] = last[topic] + random_poisson(&random, 3 * (2 + topic));
            sum_all += all[topic];
            sum_last += last[topic];
        }
        for (int topic = 0; topic < 20; topic++)
            alarm = alarm || topics_spike_p(last[topic], all[topic], sum_last, sum_all) < 0.05 / 20;
        alarms += alarm;
    }
    assert_true(alarms <= 25 + 10); /* 5 %, and two standard errors */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_topics__count_each_request_once),
        cmocka_unit_test(test_topics__tell_a_spike_from_noise),
        cmocka_unit_test(test_spike_test__is_fishers),
        cmocka_unit_test(test_spikes__are_seldom_false),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
