/* test_reading.c: comments and tickets of one article's readers. */
#include "unit.h"

#include "population.h"

#include "base/buf.h"
#include "base/clock.h"
#include "measure/reading.h"

static void read_of(const char *table, struct reading *ret)
{
    struct population population = population_read(table);
    *ret =
        (struct reading){.from_ms = population_day(0), .to_ms = population_day(5), .article = "a"};
    const struct episodes_options options = {
        .window_ms = MS_PER_DAY, .now_ms = population_day(5), .each = reading_add, .arg = ret};
    assert_true(episodes_of(&options, population.events, population.count));
    reading_finish(ret);
    population_done(&population);
}

static void test_reading__keeps_comments_and_the_tickets_that_followed(void **state)
{
    struct reading reading;
    (void)state;
    read_of("0 09:00 s1 view a\n"
            "0 09:01 s1 vote a value=down comment=too_long\n"
            "0 09:02 s1 ticket subject=help\n"
            "0 10:00 s2 view b\n"
            "0 10:01 s2 ticket subject=other\n"
            "0 08:00 s3 vote a value=up comment=thanks\n"
            "0 08:01 s3 vote a value=up\n"
            "0 08:02 s4 view a part=passage\n"
            "0 08:03 s4 ticket subject=passage\n",
            &reading);
    assert_true(reading.seen);
    assert_int_equal(reading.comment_count, 2);
    assert_string_equal(reading.comments[0]->comment, "thanks");
    assert_string_equal(reading.comments[1]->comment, "too long");
    assert_int_equal(reading.ticket_count, 1);
    assert_string_equal(reading.tickets[0]->subject, "help");
    reading_done(&reading);
}

static void test_reading__keeps_the_latest_of_many(void **state)
{
    _cleanup_buf_ struct buf table = BUF_INIT(1 << 20);
    struct reading reading;
    (void)state;
    for (int i = 0; i < READING_KEPT + 50; i++)
        buf_printf(&table, "%d %02d:%02d s%d vote a value=up comment=c%d\n", i / 1440, i / 60 % 24,
                   i % 60, i, i);
    read_of(buf_str(&table), &reading);
    assert_int_equal(reading.comment_count, READING_KEPT);
    assert_string_equal(reading.comments[0]->comment, "c50");
    assert_string_equal(reading.comments[READING_KEPT - 1]->comment, "c249");
    reading_done(&reading);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reading__keeps_comments_and_the_tickets_that_followed),
        cmocka_unit_test(test_reading__keeps_the_latest_of_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
