/* test_queries.c: what people asked, against logs worked by hand. */
#include "unit.h"

#include "population.h"
#include "wording.h"

#include "base/clock.h"
#include "base/str.h"
#include "measure/queries.h"
#include "measure/spelling.h"

static struct queries *ask(const char *table, const char *article, const char *after)
{
    struct population population = population_read(table);
    const struct queries_options queries_options = {.from_ms = population_day(0),
                                                    .to_ms = population_day(5),
                                                    .article = article,
                                                    .after = after,
                                                    .wording = sorted_words};
    struct queries *queries = queries_new(&queries_options);
    const struct episodes_options options = {
        .window_ms = MS_PER_DAY, .now_ms = population_day(5), .each = queries_add, .arg = queries};
    assert_true(episodes_of(&options, population.events, population.count));
    assert_true(queries_finish(queries));
    population_done(&population);
    return queries;
}

static void assert_row(const struct queries *queries, size_t index, const char *query, int count,
                       int zero, int not_clicked, int ticket, const char *top)
{
    const struct queries_row *row = queries_row(queries, index);
    assert_string_equal(row->query, query);
    assert_int_equal(row->count, count);
    assert_int_equal(row->zero_results, zero);
    assert_int_equal(row->not_clicked, not_clicked);
    assert_int_equal(row->then_ticket, ticket);
    if (top)
        assert_string_equal(row->top_articles[0], top);
    else
        assert_null(row->top_articles[0]);
}

static void test_queries__meet_by_normal_form_and_tell_what_came_of_them(void **state)
{
    (void)state;
    struct queries *queries = ask(
        /* clicked, by query id, though another came first; then a ticket */
        "0 09:00 s1 search query=reset_password results=b,a query_id=q1\n"
        "0 09:01 s1 view a query_id=q1\n"
        "0 09:02 s1 ticket\n"
        /* the other order of words, not clicked */
        "0 10:00 s2 search query=Password_reset results=a,b query_id=q2\n"
        "0 10:01 s2 view a query_id=q99\n"
        /* nothing found */
        "0 11:00 s3 search query=refund query_id=q3\n"
        /* held out: neither empty nor unclicked */
        "0 12:00 s4 search query=refund arm=holdout holdout=0.5\n"
        /* in the help centre, without ids: the view of a result before the next search */
        "0 13:00 s5 search place=search query=refund results=c\n"
        "0 13:01 s5 view c\n",
        NULL, NULL);
    assert_int_equal(queries_count(queries), 2);
    assert_row(queries, 0, "refund", 3, 1, 0, 0, "c");
    assert_row(queries, 1, "Password reset", 2, 0, 1, 1, "a");
    assert_string_equal(queries_row(queries, 1)->top_articles[1], "b");
    assert_null(queries_row(queries, 1)->top_articles[2]);
    queries_free(queries);
}

static void test_queries__take_the_last_text_of_each_form_visit(void **state)
{
    (void)state;
    struct queries *queries = ask("0 09:00 s1 contact\n"
                                  "0 09:00 s1 search query=i_cannot results=a\n"
                                  "0 09:01 s1 search query=i_cannot_pay results=a\n"
                                  "0 09:02 s1 search place=search query=pay results=a\n"
                                  "0 09:05 s1 contact\n"
                                  "0 09:06 s1 search query=cancel results=a\n",
                                  NULL, NULL);
    assert_int_equal(queries_count(queries), 3);
    assert_row(queries, 0, "cancel", 1, 0, 1, 0, "a");
    assert_row(queries, 1, "i cannot pay", 1, 0, 1, 0, "a");
    assert_row(queries, 2, "pay", 1, 0, 1, 0, "a");
    queries_free(queries);
}

static void test_queries__lead_to_an_article_and_follow_it(void **state)
{
    static const char table[] = "0 09:00 s1 search place=search query=pay results=a,b\n"
                                "0 09:01 s1 view a\n"
                                "0 09:02 s1 search place=search query=invoice results=b\n"
                                "0 09:03 s1 view b\n"
                                "0 09:04 s1 search place=search query=refund results=b\n"
                                "0 09:05 s2 search place=search query=refund results=b\n";
    (void)state;
    struct queries *led = ask(table, "a", NULL), *next = ask(table, NULL, "a");
    assert_int_equal(queries_count(led), 1);
    assert_row(led, 0, "pay", 1, 0, 0, 0, "a");
    assert_int_equal(queries_count(next), 1);
    assert_row(next, 0, "invoice", 1, 0, 0, 0, "b");
    queries_free(led);
    queries_free(next);
}

static void test_spelling__lets_rare_misspellings_meet_the_word(void **state)
{
    struct spelling *spelling = spelling_new();
    _cleanup_buf_ struct buf out = BUF_INIT(1000);
    (void)state;
    assert_true(spelling_learn(spelling, "password reset", 20));
    assert_true(spelling_learn(spelling, "pasword reset", 2));
    assert_true(spelling_learn(spelling, "passwort reset", 3)); /* a tenth of 20 is 2 */
    assert_true(spelling_learn(spelling, "rset zebra", 1));     /* too short to be sure */
    assert_true(spelling_finish(spelling));
    assert_true(spelling_correct(spelling, "pasword reset", &out));
    assert_string_equal(buf_str(&out), "password reset");
    buf_truncate(&out, 0);
    assert_true(spelling_correct(spelling, "passwort", &out));
    assert_string_equal(buf_str(&out), "passwort");
    buf_truncate(&out, 0);
    assert_true(spelling_correct(spelling, "rset zebra pasword password", &out));
    assert_string_equal(buf_str(&out), "password rset zebra");
    spelling_free(spelling);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_queries__meet_by_normal_form_and_tell_what_came_of_them),
        cmocka_unit_test(test_queries__take_the_last_text_of_each_form_visit),
        cmocka_unit_test(test_queries__lead_to_an_article_and_follow_it),
        cmocka_unit_test(test_spelling__lets_rare_misspellings_meet_the_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
