/* test_article_report.c: the articles report against populations that were worked by hand. */
#include "unit.h"

#include "population.h"

#include "base/clock.h"
#include "base/str.h"
#include "measure/articles.h"

#include <math.h>

#define assert_near(value, expected) assert_true(fabs((value) - (expected)) < 1e-9)

static bool refunds_expect_contact(void *arg, const char *article)
{
    (void)arg;
    return str_equal(article, "refund");
}

static struct articles *recount(const char *table)
{
    struct population population = population_read(table);
    const struct articles_options articles_options = {.from_ms = population_day(0),
                                                      .to_ms = population_day(5),
                                                      .contact_expected = refunds_expect_contact};
    struct articles *articles = articles_new(&articles_options);
    assert_non_null(articles);
    population_measure(&population, 5, articles_add, articles);
    population_done(&population);
    return articles;
}

static const struct articles_row *row_of(const struct articles *articles, const char *article)
{
    for (size_t i = 0; i < articles_count(articles); i++) {
        if (str_equal(articles_row(articles, i)->article, article))
            return articles_row(articles, i);
    }
    fail_msg("no row for %s", article);
    return NULL;
}

static void assert_row(const struct articles *articles, const char *article, int shown, int viewed,
                       int failed, int failed_last, int solved)
{
    const struct articles_row *row = row_of(articles, article);
    assert_int_equal(row->shown, shown);
    assert_int_equal(row->viewed, viewed);
    assert_int_equal(row->failed, failed);
    assert_int_equal(row->failed_last, failed_last);
    assert_int_equal(row->solved, solved);
}

static const char log_of_two_days[] =
    /* reads a, then b, files: both failed, b last */
    "0 09:00 s1 search results=a,b,c\n"
    "0 09:01 s1 view a\n"
    "0 09:01 s1 read a ms=1000\n"
    "0 09:02 s1 view b\n"
    "0 09:02 s1 view c part=passage\n"
    "0 09:03 s1 ticket\n"
    /* reads a twice, solved by it: viewed once; reading times add up */
    "0 10:00 s2 search results=a,b\n"
    "0 10:00 s2 search results=a\n"
    "0 10:01 s2 view a\n"
    "0 10:02 s2 read a ms=3000\n"
    "0 10:03 s2 view a\n"
    "0 10:04 s2 read a ms=4000\n"
    "0 10:04 s2 vote a value=down\n"
    "0 10:05 s2 vote a value=up\n"
    "0 10:05 s2 solved a\n"
    /* viewed a and b, solved naming b only; help-centre results are not "shown" */
    "0 11:00 s3 contact\n"
    "0 11:00 s3 search place=search results=a,b\n"
    "0 11:01 s3 view a\n"
    "0 11:02 s3 view b\n"
    "0 11:02 s3 vote b value=down\n"
    "0 11:03 s3 solved b\n"
    /* held out: nothing was shown, whatever the log says */
    "1 09:00 s4 search arm=holdout holdout=0.5 results=a\n"
    /* no form search, no contact: in no figure */
    "1 10:00 s5 search place=search results=a\n"
    "1 10:01 s5 view a\n"
    "1 10:02 s5 ticket\n"
    /* expected to end in a request */
    "1 11:00 s6 contact\n"
    "1 11:01 s6 view refund\n"
    "1 11:02 s6 ticket\n"
    /* open */
    "4 12:00 s7 contact\n"
    "4 12:01 s7 view a\n"
    "4 12:02 s7 vote a value=down\n";

static void test_articles__count_by_episode(void **state)
{
    struct articles *articles = recount(log_of_two_days);
    (void)state;
    assert_true(articles_link(articles, "a", 3));
    assert_true(articles_finish(articles));
    assert_row(articles, "a", 2, 3, 1, 0, 1);
    assert_row(articles, "b", 2, 2, 1, 1, 1);
    assert_row(articles, "c", 1, 0, 0, 0, 0);
    assert_row(articles, "refund", 0, 1, 1, 1, 0);
    assert_int_equal(articles_count(articles), 4);
    assert_int_equal(row_of(articles, "a")->linked, 3);
    articles_free(articles);
}

static void test_articles__take_the_last_vote_and_the_median_of_sums(void **state)
{
    struct articles *articles = recount(log_of_two_days);
    (void)state;
    assert_true(articles_finish(articles));
    assert_int_equal(row_of(articles, "a")->up, 1);
    assert_int_equal(row_of(articles, "a")->down, 0);
    assert_int_equal(row_of(articles, "b")->down, 1);
    assert_near(row_of(articles, "a")->read_ms_median, 4000); /* of 1000 and 7000 */
    assert_near(row_of(articles, "b")->read_ms_median, -1);
    articles_free(articles);
}

static void test_articles__leave_expected_contact_out_of_the_base(void **state)
{
    struct articles *articles = recount(log_of_two_days);
    (void)state;
    assert_true(articles_finish(articles));
    assert_near(articles_base_rate(articles).value, 2.0 / 5); /* a 1 of 3, b 1 of 2 */
    assert_near(articles_prior(articles).rho, 0.02);          /* fewer than five rows */
    assert_true(row_of(articles, "refund")->contact_expected);
    assert_near(row_of(articles, "refund")->excess_tickets, 0);
    const struct articles_row *a = row_of(articles, "a"), *b = row_of(articles, "b");
    const double m = 1 / 0.02 - 1;
    assert_near(b->shrunk_rate.value, (1 + m * 0.4) / (2 + m));
    assert_near(b->excess_tickets, 2 * ((1 + m * 0.4) / (2 + m) - 0.4));
    assert_true(a->excess_tickets < 0);
    assert_ptr_equal(articles_row(articles, 0), b);
    assert_ptr_equal(articles_row(articles, 3), a);
    articles_free(articles);
}

static void test_articles__are_none_in_an_empty_log(void **state)
{
    struct articles *articles = recount("");
    (void)state;
    assert_true(articles_finish(articles));
    assert_int_equal(articles_count(articles), 0);
    assert_false(articles_base_rate(articles).known);
    articles_free(articles);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_articles__count_by_episode),
        cmocka_unit_test(test_articles__take_the_last_vote_and_the_median_of_sums),
        cmocka_unit_test(test_articles__leave_expected_contact_out_of_the_base),
        cmocka_unit_test(test_articles__are_none_in_an_empty_log),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
