/* test_judged.c: what visitors and agents make of sure answers, and when the threshold moves. */
#include "unit.h"

#include "measure/judged.h"
#include "measure/random.h"

static struct event event(enum event_type type, const char *session, const char *article)
{
    return (struct event){
        .type = type, .session = (char *)(uintptr_t)session, .article = (char *)(uintptr_t)article};
}

static void search(struct judged *judged, const char *session, const char *article,
                   enum event_confidence confidence, unsigned marks)
{
    char *results[] = {(char *)(uintptr_t)article, NULL};
    struct event search = event(EVENT_SEARCH, session, NULL);
    search.results = results;
    search.confidence = confidence;
    search.marks = marks;
    assert_true(judged_add(judged, &search));
}

static void vote(struct judged *judged, const char *session, const char *article,
                 enum event_value value)
{
    struct event vote = event(EVENT_VOTE, session, article);
    vote.value = value;
    assert_true(judged_add(judged, &vote));
}

static void counts_one_verdict_a_session(void **state)
{
    _cleanup_(judged_freep) struct judged *judged = judged_new();
    struct event solved = event(EVENT_SOLVED, "a", "one");
    (void)state;
    search(judged, "a", "one", SURE_HIGH, 0);
    vote(judged, "a", "one", VALUE_DOWN);
    assert_true(judged_add(judged, &solved)); /* "no", then "yes": it was read on */
    search(judged, "b", "one", SURE_HIGH, 0);
    vote(judged, "b", "one", VALUE_UP);
    judged_add_link(judged, "b", "two"); /* the agent knows better */
    search(judged, "c", "one", SURE_HIGH, 0);
    judged_add_link(judged, "c", "one");
    search(judged, "d", "one", SURE_HIGH, 0);
    vote(judged, "d", "two", VALUE_DOWN); /* about another article */
    search(judged, "e", "one", SURE_MEDIUM, 0);
    vote(judged, "e", "one", VALUE_DOWN);
    search(judged, "f", "one", SURE_HIGH, MARK_STAFF);
    search(judged, "g", "one", SURE_HIGH, 0);
    vote(judged, "g", "one", VALUE_DOWN);
    judged_add_link(judged, "nobody", "one");
    const struct judged_counts counts = judged_count(judged);
    assert_int_equal(counts.shown, 5);
    assert_int_equal(counts.confirmed, 1);
    assert_int_equal(counts.linked_other, 1);
    assert_int_equal(counts.linked_same, 1);
    assert_int_equal(counts.voted_down, 1);
    assert_int_equal(judged_right(&counts).hits, 2);
    assert_int_equal(judged_right(&counts).n, 4);
}

static void what_was_held_out_is_not_judged(void **state)
{
    _cleanup_(judged_freep) struct judged *judged = judged_new();
    char *results[] = {(char *)(uintptr_t) "one", NULL};
    struct event held = event(EVENT_SEARCH, "a", NULL);
    (void)state;
    held.results = results;
    held.confidence = SURE_HIGH;
    held.arm = ARM_HOLDOUT;
    assert_true(judged_add(judged, &held));
    assert_int_equal(judged_count(judged).shown, 0);
}

static void moves_only_where_it_is_clear(void **state)
{
    (void)state;
    assert_int_equal(judged_verdict((struct tally){0, 0}), 0);
    assert_int_equal(judged_verdict((struct tally){2, 5}), 0);
    assert_int_equal(judged_verdict((struct tally){80, 100}), 0);
    assert_int_equal(judged_verdict((struct tally){72, 100}), 0);
    assert_int_equal(judged_verdict((struct tally){60, 100}), 1);
    assert_int_equal(judged_verdict((struct tally){0, 10}), 1);
    assert_int_equal(judged_verdict((struct tally){95, 100}), 0);
    assert_int_equal(judged_verdict((struct tally){298, 300}), -1);
}

/* Looks every day for 90 days, with so many judged a day. True where it ever rose. */
static bool rises(struct random *random, double right, int a_day)
{
    struct tally tally = {0, 0};
    for (int day = 0; day < 90; day++) {
        for (int i = 0; i < a_day; i++, tally.n++)
            tally.hits += random_chance(random, right);
        if (judged_verdict(tally) > 0)
            return true;
    }
    return false;
}

static void daily_looks_mislead_seldom_and_miss_little(void **state)
{
    struct random random;
    int at_the_border = 0, good = 0, bad = 0;
    (void)state;
    random_seed(&random, 5);
    for (int i = 0; i < 400; i++) {
        at_the_border += rises(&random, 0.8, 5);
        good += rises(&random, 0.85, 5);
        bad += rises(&random, 0.6, 5);
    }
    assert_true(at_the_border <= 400 * 0.04);
    assert_true(good <= 2);
    assert_true(bad >= 396);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_one_verdict_a_session),
        cmocka_unit_test(what_was_held_out_is_not_judged),
        cmocka_unit_test(moves_only_where_it_is_clear),
        cmocka_unit_test(daily_looks_mislead_seldom_and_miss_little),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
