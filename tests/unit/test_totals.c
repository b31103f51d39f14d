/* test_totals.c: the running totals say what a recount of the raw log says, whatever happened to
 * it. */
#include "unit.h"

#include "app/report/ledger.h"
#include "app/report/report.h"
#include "app/report/totals.h"
#include "base/clock.h"
#include "base/file.h"
#include "measure/random.h"
#include "population.h"
#include "random_events.h"
#include "service_fixture.h"
#include "store/totals.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SESSIONS 60
#define CONTACTS 20
#define ARTICLES 6
#define DAYS 40

#define BATCH 40

static void append_some(struct fixture *fixture, struct random *random)
{
    static struct random_event drawn[BATCH];
    static char late_contact[] = "c0";
    const struct random_events options = {.from_ms = population_day(0),
                                          .days = DAYS,
                                          .sessions = SESSIONS,
                                          .contacts = CONTACTS,
                                          .articles = ARTICLES};
    struct event events[BATCH + 4];
    struct error err;
    for (size_t i = 0; i < BATCH; i++) {
        random_event_draw(random, &options, &drawn[i]);
        events[i] = drawn[i].event;
    }
    /* Some come twice, and name a contact only then. */
    for (size_t i = 0; i < 4; i++) {
        events[BATCH + i] = events[random_below(random, BATCH)];
        if (i == 0 && random_chance(random, 0.3))
            events[BATCH + i].contact_hash = late_contact;
    }
    if (store_append(service_store(fixture->service), events, ARRAY_LENGTH(events), NULL, &err))
        fail_msg("%s", err.message);
}

static void assert_equal_to_recount(struct fixture *fixture)
{
    size_t figures = 0, differences = 0;
    struct error err;
    if (totals_compare(fixture->service, &figures, &differences, &err))
        fail_msg("%s", err.message);
    if (differences)
        fail_msg("%zu of %zu figures differ", differences, figures);
}

/* Random orders, repeats, gaps, late contacts, tickets taken back, people erased, time passing. */
static void test_totals__equal_a_recount_whatever_happens(void **state)
{
    struct fixture fixture;
    struct random random;
    struct store_erased erased;
    struct error err;
    char name[16];
    (void)state;
    open_fixture(&fixture);
    random_seed(&random, 20);
    for (int turn = 0; turn < 40; turn++) {
        clock_set_for_test(population_day(turn) + MS_PER_HOUR * 7);
        append_some(&fixture, &random);
        if (turn % 5 == 1) {
            (void)snprintf(name, sizeof name, "s%zu", random_below(&random, SESSIONS));
            assert_int_equal(
                store_erase_session(service_store(fixture.service), name, &erased, &err),
                STATUS_OK);
        }
        if (turn % 3 != 0)
            assert_equal_to_recount(&fixture);
    }
    clock_set_for_test(population_day(90));
    assert_equal_to_recount(&fixture);
    close_fixture(&fixture);
}

static void append(struct fixture *fixture, const char *table)
{
    struct population population = population_read(table);
    struct error err;
    if (store_append(service_store(fixture->service), population.events, population.count, NULL,
                     &err))
        fail_msg("%s", err.message);
    population_done(&population);
}

/* What changes without a new event: a ticket taken back, a contact named by an event that is known.
 */
static void test_totals__notice_what_brings_no_new_event(void **state)
{
    struct fixture fixture;
    (void)state;
    open_fixture(&fixture);
    clock_set_for_test(population_day(9));
    append(&fixture, "0 09:00 s1 contact id=e1\n"
                     "0 09:01 s1 ticket id=e2\n"
                     "0 09:00 s2 contact id=e3\n"
                     "0 10:00 s3 contact id=e4 contact=ann\n");
    assert_equal_to_recount(&fixture);
    append(&fixture, "0 09:01 s1 ticket id=e2 withdrawn=true\n");
    assert_equal_to_recount(&fixture);
    append(&fixture, "0 09:00 s2 contact id=e3 contact=ann\n");
    assert_equal_to_recount(&fixture);
    close_fixture(&fixture);
}

/* A roll that ends between a session and its contact leaves the contact for the next. */
static void test_roll__forgets_nobody_at_its_end(void **state)
{
    struct fixture fixture;
    struct store_roll *roll = NULL;
    struct store_person person;
    struct error err;
    bool found = false;
    (void)state;
    open_fixture(&fixture);
    clock_set_for_test(population_day(9));
    append(&fixture, "0 10:00 s3 contact id=e4 contact=ann\n");
    struct store *store = service_store(fixture.service);
    assert_int_equal(store_roll_begin(store, &roll, &err), STATUS_OK);
    assert_int_equal(store_roll_next(roll, population_day(9), &person, &found, &err), STATUS_OK);
    assert_true(found && !person.contact);
    assert_int_equal(store_roll_end(roll, STATUS_OK, &err), STATUS_OK);
    assert_equal_to_recount(&fixture);
    close_fixture(&fixture);
}

/* The sum of all counts and reads of a kind, by day or by block. */
static bool add_up(void *arg, const struct figure *figure)
{
    int64_t *sum = arg;
    for (size_t i = 0; i < FIGURE_COUNTS; i++)
        sum[i] += figure->counts[i];
    for (size_t i = 0; i < figure->read_count; i++)
        sum[FIGURE_COUNTS] += figure->reads[i].count;
    return true;
}

static void test_totals__are_the_same_by_day_and_by_block(void **state)
{
    struct fixture fixture;
    struct random random;
    struct error err;
    (void)state;
    open_fixture(&fixture);
    random_seed(&random, 21);
    clock_set_for_test(population_day(90));
    for (int turn = 0; turn < 10; turn++)
        append_some(&fixture, &random);
    assert_int_equal(totals_roll(fixture.service, NULL, clock_now_ms(), NULL, &err), STATUS_OK);
    for (int64_t from = 0; from < DAYS; from += 7) {
        for (int64_t to = from + 1; to < DAYS + 5; to += 5) {
            int64_t days[FIGURE_COUNTS + 1] = {0}, blocks[FIGURE_COUNTS + 1] = {0};
            const int64_t first = figure_day(population_day(from)),
                          last = figure_day(population_day(to));
            assert_int_equal(totals_each(fixture.service, FIGURE_ARTICLE, first, last, false,
                                         add_up, days, &err),
                             STATUS_OK);
            assert_int_equal(totals_each(fixture.service, FIGURE_ARTICLE, first, last, true, add_up,
                                         blocks, &err),
                             STATUS_OK);
            assert_memory_equal(days, blocks, sizeof days);
        }
    }
    close_fixture(&fixture);
}

static void test_totals__are_worked_out_anew_for_another_window(void **state)
{
    struct fixture fixture;
    struct random random;
    (void)state;
    open_fixture(&fixture);
    random_seed(&random, 22);
    clock_set_for_test(population_day(90));
    append_some(&fixture, &random);
    assert_equal_to_recount(&fixture);
    fixture.config.window_ms = MS_PER_HOUR;
    assert_equal_to_recount(&fixture);
    close_fixture(&fixture);
}

static void test_totals__stay_when_retention_removes_events(void **state)
{
    struct fixture fixture;
    struct random random;
    struct error err;
    int64_t before[FIGURE_COUNTS + 1] = {0}, after[FIGURE_COUNTS + 1] = {0}, removed = 0;
    const int64_t first = figure_day(population_day(0)), cut = figure_day(population_day(20));
    (void)state;
    open_fixture(&fixture);
    random_seed(&random, 23);
    clock_set_for_test(population_day(90));
    for (int turn = 0; turn < 10; turn++)
        append_some(&fixture, &random);
    assert_int_equal(totals_freeze(fixture.service, population_day(20), NULL, &err), STATUS_OK);
    assert_int_equal(
        totals_each(fixture.service, FIGURE_EPISODES, first, cut, false, add_up, before, &err),
        STATUS_OK);
    assert_int_equal(store_apply_retention(service_store(fixture.service), population_day(20),
                                           population_day(20), &removed, &err),
                     STATUS_OK);
    assert_true(removed > 0);
    append_some(&fixture, &random);
    assert_int_equal(totals_roll(fixture.service, NULL, clock_now_ms(), NULL, &err), STATUS_OK);
    assert_int_equal(
        totals_each(fixture.service, FIGURE_EPISODES, first, cut, false, add_up, after, &err),
        STATUS_OK);
    assert_true(before[0] > 0);
    assert_memory_equal(before, after, sizeof before);
    assert_equal_to_recount(&fixture); /* of what is not frozen */
    close_fixture(&fixture);
}

static void test_sketch__is_exact_while_small_and_near_when_large(void **state)
{
    const int64_t none[FIGURE_COUNTS] = {0};
    _cleanup_tallies_ struct tallies sum = {0};
    (void)state;
    assert_int_equal(tallies_round_ms(99), 99);
    assert_int_equal(tallies_round_ms(19387), 19500);
    assert_int_equal(tallies_round_ms(19249), 19000);
    for (int64_t ms = 1; ms <= 1000; ms++) {
        const struct figure_read read = {ms * 37, 1};
        assert_true(tallies_add(&sum, none, &read, 1, 1));
        assert_true(ms > 64 || !sum.rounded);
    }
    assert_true(sum.rounded && sum.read_count < 300);
    /* Taken out again in another order: nothing is left. */
    for (int64_t ms = 1000; ms >= 1; ms--) {
        const struct figure_read read = {ms * 37, 1};
        assert_true(tallies_add(&sum, none, &read, 1, -1));
    }
    assert_true(tallies_empty(&sum));
}

static void test_varint__reads_back_what_it_wrote(void **state)
{
    static const int64_t values[] = {0, 1, -1, 63, 64, -65, 300, INT64_MAX, INT64_MIN};
    _cleanup_buf_ struct buf out = BUF_INIT(1000);
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(values); i++)
        varint_write(values[i], &out);
    struct slice rest = {out.data, out.length};
    for (size_t i = 0; i < ARRAY_LENGTH(values); i++) {
        int64_t value = 7;
        assert_true(varint_read(&rest, &value));
        assert_true(value == values[i]);
    }
    assert_int_equal(rest.length, 0);
    assert_false(varint_read(&(struct slice){"\xff\xff", 2}, &(int64_t){0}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_totals__equal_a_recount_whatever_happens),
        cmocka_unit_test(test_totals__notice_what_brings_no_new_event),
        cmocka_unit_test(test_roll__forgets_nobody_at_its_end),
        cmocka_unit_test(test_totals__are_the_same_by_day_and_by_block),
        cmocka_unit_test(test_totals__are_worked_out_anew_for_another_window),
        cmocka_unit_test(test_totals__stay_when_retention_removes_events),
        cmocka_unit_test(test_sketch__is_exact_while_small_and_near_when_large),
        cmocka_unit_test(test_varint__reads_back_what_it_wrote),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
