/* test_episodes.c: which events make one episode, and how it ended. Each table is a whole log;
 * below it stand the episodes that a person would read from it. */
#include "unit.h"

#include "population.h"

#include "base/clock.h"
#include "base/str.h"
#include "measure/episodes.h"

#include <stdio.h>

struct listing {
    char text[4096];
    size_t length;
};

/* "0d10:00-10:05 3 ticket suggest counted closed [identified] [searched] [lang]" for each episode.
 */
static bool list_episode(void *arg, const struct episode *episode)
{
    struct listing *listing = arg;
    const int64_t first = episode->first_ms - population_day(0),
                  last = episode->last_ms - population_day(0);
    const int64_t day = first / MS_PER_DAY;
    listing->length += (size_t)snprintf(
        listing->text + listing->length, sizeof listing->text - listing->length,
        "%d %02d:%02d +%dm %zu %s %s%s%s%s%s%s%s\n", (int)day,
        (int)(first % MS_PER_DAY / MS_PER_HOUR), (int)(first % MS_PER_HOUR / MS_PER_MINUTE),
        (int)((last - first) / MS_PER_MINUTE), episode->count,
        episode_outcome_name(episode->outcome), episode->arm == ARM_HOLDOUT ? "holdout" : "suggest",
        episode->counted ? "" : " uncounted", episode->searched ? " searched" : "",
        episode->open ? " open" : "", episode->identified ? " identified" : "",
        episode->lang ? " " : "", episode->lang ? episode->lang : "");
    return true;
}

/* "left out 09:01 staff" */
static bool list_left_out(void *arg, int64_t first_ms, unsigned marks)
{
    struct listing *listing = arg;
    const int64_t minutes = (first_ms - population_day(0)) / MS_PER_MINUTE;
    listing->length += (size_t)snprintf(
        listing->text + listing->length, sizeof listing->text - listing->length,
        "left out %02d:%02d %u\n", (int)(minutes / 60), (int)(minutes % 60), marks);
    return true;
}

static const char *german_article(void *arg, const char *article)
{
    (void)arg;
    return str_starts(article, "de/") ? "de" : NULL;
}

static void assert_episodes(const char *table, const char *expected)
{
    struct listing listing = {0};
    struct population population = population_read(table);
    const struct episodes_options options = {
        .window_ms = 24 * MS_PER_HOUR,
        .now_ms = population_day(10),
        .article_lang = german_article,
        .each = list_episode,
        .left_out = list_left_out,
        .arg = &listing,
    };
    assert_true(episodes_of(&options, population.events, population.count));
    assert_string_equal(listing.text, expected);
    population_done(&population);
}

static void test_episodes__end_with_a_ticket_or_a_day_of_silence(void **state)
{
    (void)state;
    assert_episodes("0 10:00 s1 contact\n"
                    "0 10:05 s1 ticket\n"
                    "0 10:06 s1 contact\n" /* after the ticket: a new one */
                    "1 10:05 s1 search\n"  /* 23:59 later: the same */
                    "2 10:05 s1 view a\n"  /* 24:00 later: a new one, of a view alone */
                    "2 11:00 s2 contact\n",
                    "0 10:00 +5m 2 ticket suggest\n"
                    "0 10:06 +1439m 2 left suggest\n"
                    "2 10:05 +0m 1 read suggest uncounted\n"
                    "2 11:00 +0m 1 left suggest\n");
}

static void test_episodes__take_the_first_outcome_that_fits(void **state)
{
    (void)state;
    assert_episodes("0 10:00 s1 search\n"
                    "0 10:01 s2 search\n"
                    "0 10:01 s2 view a part=passage\n"
                    "0 10:02 s3 search\n"
                    "0 10:02 s3 view a\n"
                    "0 10:03 s3 solved a\n"
                    "0 10:04 s4 contact\n"
                    "0 10:04 s4 solved\n" /* does not end it */
                    "0 10:05 s4 ticket\n",
                    "0 10:04 +1m 3 ticket suggest\n"
                    "0 10:00 +0m 1 left suggest\n"
                    "0 10:01 +0m 2 read suggest\n"
                    "0 10:02 +1m 3 solved suggest\n");
}

static void test_episodes__count_with_a_contact_or_a_search_at_the_form(void **state)
{
    (void)state;
    assert_episodes("0 10:00 s1 search place=search\n"
                    "0 10:01 s2 view a\n"
                    "0 10:02 s3 search place=form\n"
                    "0 10:03 s4 contact\n"
                    "0 10:04 s5 search place=search\n"
                    "0 10:05 s5 contact\n"
                    "0 10:06 s6 ticket\n",
                    "0 10:06 +0m 1 ticket suggest uncounted\n"
                    "0 10:00 +0m 1 left suggest uncounted searched\n"
                    "0 10:01 +0m 1 read suggest uncounted\n"
                    "0 10:02 +0m 1 left suggest\n"
                    "0 10:03 +0m 1 left suggest\n"
                    "0 10:04 +1m 2 left suggest searched\n");
}

static void test_episodes__stay_open_until_the_window_has_passed(void **state)
{
    (void)state;
    /* Now is day 10, 00:00. A ticket does not close the books early either. */
    assert_episodes("8 23:59 s1 contact\n"
                    "9 00:00 s2 contact\n"
                    "9 00:01 s3 contact\n"
                    "9 12:00 s4 contact\n"
                    "9 12:01 s4 ticket\n",
                    "9 12:00 +1m 2 ticket suggest open\n"
                    "8 23:59 +0m 1 left suggest\n"
                    "9 00:00 +0m 1 left suggest\n"
                    "9 00:01 +0m 1 left suggest open\n");
}

static void test_episodes__belong_to_the_contact_who_is_named_later(void **state)
{
    (void)state;
    /* Ann searches at home, then at work, and writes from there: one episode, in the arm of its
     * first event. */
    assert_episodes("0 09:00 home search arm=holdout holdout=0.5\n"
                    "0 10:00 work search\n"
                    "0 10:01 other search\n"
                    "0 11:00 home view a arm=holdout holdout=0.5\n"
                    "0 11:30 home contact contact=ann arm=holdout holdout=0.5\n"
                    "0 12:00 work ticket contact=ann\n",
                    "0 09:00 +180m 5 ticket holdout identified\n"
                    "0 10:01 +0m 1 left suggest\n");
}

static void test_episodes__follow_a_session_to_its_second_contact(void **state)
{
    (void)state;
    assert_episodes("0 09:00 s1 search\n"
                    "0 09:01 s1 contact contact=ann\n"
                    "0 09:02 s1 view a\n"
                    "0 09:03 s1 contact contact=bob\n"
                    "0 09:04 s1 view b\n",
                    "0 09:00 +2m 3 read suggest identified\n"
                    "0 09:03 +1m 2 read suggest identified\n");
}

static void test_episodes__are_closed_by_a_ticket_of_the_help_desk(void **state)
{
    (void)state;
    /* Ann's e-mail closes her episode; Bob's comes two days later and touches nothing. */
    assert_episodes("0 09:00 s1 contact contact=ann\n"
                    "0 09:00 s2 contact contact=bob\n"
                    "0 15:00 - ticket contact=ann\n"
                    "2 09:00 - ticket contact=bob\n"
                    "2 09:01 - ticket\n",
                    "0 09:00 +360m 2 ticket suggest identified\n"
                    "0 09:00 +0m 1 left suggest identified\n"
                    "2 09:00 +0m 1 ticket suggest uncounted identified\n");
}

static void test_episodes__ignore_a_ticket_that_was_taken_back(void **state)
{
    (void)state;
    assert_episodes("0 09:00 s1 contact\n"
                    "0 09:01 s1 ticket id=t1\n"
                    "0 09:02 s1 view a\n"
                    "0 09:03 s1 ticket id=t1 withdrawn=true\n"
                    "0 09:04 s2 contact\n"
                    "0 09:05 s2 ticket id=t1\n", /* the same id in another session */
                    "0 09:04 +1m 2 ticket suggest\n"
                    "0 09:00 +2m 2 read suggest\n");
}

static void test_episodes__put_a_ticket_last_at_equal_time(void **state)
{
    (void)state;
    assert_episodes("0 09:00 s1 ticket\n"
                    "0 09:00 s1 contact\n"
                    "0 09:00 s1 view a\n",
                    "0 09:00 +0m 3 ticket suggest\n");
}

static void test_episodes__leave_out_and_count_staff_robots_and_the_capped(void **state)
{
    (void)state;
    /* One mark leaves out all of the session, also what came before it; its first event counts. */
    assert_episodes("0 09:00 s1 contact\n"
                    "0 09:01 s1 view a mark=staff\n"
                    "0 09:02 s2 contact mark=robot\n"
                    "0 09:03 s3 contact mark=capped\n"
                    "0 09:04 s5 contact\n"
                    "0 09:05 s1 contact\n",
                    "left out 09:00 1\n"
                    "left out 09:02 2\n"
                    "left out 09:03 4\n"
                    "0 09:04 +0m 1 left suggest\n");
}

static void test_episodes__speak_the_language_of_the_first_search_or_article(void **state)
{
    (void)state;
    assert_episodes("0 09:00 s1 view de/hilfe\n"
                    "0 09:01 s1 search lang=fr\n"
                    "0 09:02 s1 search lang=es\n"
                    "0 09:03 s2 contact\n"
                    "0 09:04 s2 view en/help\n"
                    "0 09:05 s2 view de/hilfe\n",
                    "0 09:00 +2m 3 read suggest fr\n"
                    "0 09:03 +2m 3 read suggest de\n");
}

static void test_lang__takes_regional_forms(void **state)
{
    (void)state;
    assert_true(episodes_lang_fits("es-MX", "es"));
    assert_true(episodes_lang_fits("ES", "es"));
    assert_false(episodes_lang_fits("es", "es-MX"));
    assert_false(episodes_lang_fits("est", "es"));
    assert_false(episodes_lang_fits(NULL, "es"));
    assert_true(episodes_lang_fits(NULL, NULL));
}

static bool ignore_episode(void *arg, const struct episode *episode)
{
    (void)arg;
    (void)episode;
    return true;
}

static void test_episodes__survive_every_failed_allocation(void **state)
{
    struct population population = population_read("0 09:00 s1 search lang=fr results=a,b query=x\n"
                                                   "0 09:01 s1 contact contact=ann\n"
                                                   "0 09:02 s2 ticket id=t withdrawn=true\n"
                                                   "0 09:03 s2 ticket\n"
                                                   "0 09:04 s3 view de/x\n");
    const struct episodes_options options = {.window_ms = MS_PER_DAY,
                                             .now_ms = population_day(9),
                                             .article_lang = german_article,
                                             .each = ignore_episode};
    bool done = false;
    (void)state;
    for (long n = 1; !done; n++) {
        mem_fail_after(n);
        done = episodes_of(&options, population.events, population.count);
        mem_fail_after(0);
        assert_true(n < 1000);
    }
    population_done(&population);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_episodes__end_with_a_ticket_or_a_day_of_silence),
        cmocka_unit_test(test_episodes__take_the_first_outcome_that_fits),
        cmocka_unit_test(test_episodes__count_with_a_contact_or_a_search_at_the_form),
        cmocka_unit_test(test_episodes__stay_open_until_the_window_has_passed),
        cmocka_unit_test(test_episodes__belong_to_the_contact_who_is_named_later),
        cmocka_unit_test(test_episodes__follow_a_session_to_its_second_contact),
        cmocka_unit_test(test_episodes__are_closed_by_a_ticket_of_the_help_desk),
        cmocka_unit_test(test_episodes__ignore_a_ticket_that_was_taken_back),
        cmocka_unit_test(test_episodes__put_a_ticket_last_at_equal_time),
        cmocka_unit_test(test_episodes__leave_out_and_count_staff_robots_and_the_capped),
        cmocka_unit_test(test_episodes__speak_the_language_of_the_first_search_or_article),
        cmocka_unit_test(test_lang__takes_regional_forms),
        cmocka_unit_test(test_episodes__survive_every_failed_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
