/* test_report_forms.c: reports as JSON, CSV and text: what a program and what a person gets. */
#include "unit.h"

#include "population.h"

#include "app/report/report_json.h"
#include "app/report/report_table.h"
#include "app/report/report_words.h"
#include "base/clock.h"
#include "base/json.h"

static json_t *deflection_of(const char *table)
{
    struct population population = population_read(table);
    struct deflection d;
    assert_true(deflection_init(&d, population_day(0), population_day(2), NULL));
    population_measure(&population, 9, deflection_add, &d);
    json_t *report = report_deflection_json(&d, 0, 0.1);
    assert_non_null(report);
    deflection_done(&d);
    population_done(&population);
    return report;
}

static const char two_visits[] = "0 09:00 s1 search\n"
                                 "0 09:01 s1 view a\n"
                                 "0 09:02 s2 contact contact=ann\n"
                                 "0 09:03 s2 ticket\n"
                                 "0 09:04 s3 contact mark=robot\n";

static void assert_json(const json_t *value, const char *expected)
{
    char *text =
        json_dumps(value, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY | JSON_REAL_PRECISION(5));
    assert_string_equal(text, expected);
    free(text);
}

static void test_deflection_json__has_the_contracts_fields(void **state)
{
    _cleanup_json_ json_t *report = deflection_of(two_visits);
    (void)state;
    assert_json(json_object_get(report, "from"), "\"2026-03-01\"");
    assert_json(json_object_get(report, "to"), "\"2026-03-03\"");
    assert_json(json_object_get(report, "totals"),
                "{\"closed\":2,\"left\":0,\"open\":0,\"read\":1,\"solved\":0,\"ticket\":1}");
    assert_json(json_object_get(report, "confirmed_rate"),
                "{\"high\":0.65762,\"low\":0.0,\"value\":0.0}");
    assert_json(json_object_get(report, "potential_rate"),
                "{\"high\":0.90547,\"low\":0.094531,\"value\":0.5}");
    const json_t *days = json_object_get(report, "days");
    assert_int_equal(json_array_size(days), 2);
    assert_json(json_array_get(days, 1),
                "{\"closed\":0,\"confirmed_rate\":null,\"day\":\"2026-03-02\",\"left\":0,"
                "\"open\":0,\"potential_rate\":null,\"read\":0,\"solved\":0,\"ticket\":0}");
    const json_t *holdout = json_object_get(report, "holdout");
    assert_json(json_object_get(holdout, "lift"), "null");
    assert_json(json_object_get(holdout, "tickets_avoided"), "null");
    assert_json(json_object_get(holdout, "enough"), "false");
    assert_json(json_object_get(report, "left_out"), "{\"capped\":0,\"robots\":1,\"staff\":0}");
}

static const struct report_column columns[] = {
    {"name", "Name", COLUMN_TEXT},
    {"count", "Count", COLUMN_COUNT},
    {"rate", "Rate", COLUMN_RATE},
    {"words", "Words", COLUMN_LIST},
    {"excess", "Excess", COLUMN_NUMBER},
    {"flag", NULL, COLUMN_FLAG},
    {0},
};

static json_t *rows(void)
{
    json_error_t error;
    json_t *value = json_loads("[{\"name\":\"Größe, \\\"x\\\"\",\"count\":7,"
                               "\"rate\":{\"value\":0.384,\"low\":0.31,\"high\":0.45},"
                               "\"words\":[\"a\",\"b c\"],\"excess\":-0.04,\"flag\":true},"
                               "{\"name\":\"=SUM(A1)\",\"count\":-3,\"rate\":null,\"words\":[],"
                               "\"excess\":12.34,\"flag\":false}]",
                               0, &error);
    assert_non_null(value);
    return value;
}

static void test_csv__gives_each_rate_three_columns_and_disarms_formulas(void **state)
{
    _cleanup_json_ json_t *two = rows();
    _cleanup_buf_ struct buf out = BUF_INIT(10000);
    (void)state;
    report_table_csv(two, columns, &out);
    assert_string_equal(buf_str(&out), "name,count,rate,rate_low,rate_high,words,excess,flag\n"
                                       "\"Größe, \"\"x\"\"\",7,0.384,0.31,0.45,a; b c,-0.04,true\n"
                                       "'=SUM(A1),-3,,,,,12.34,false\n");
}

static void test_text__aligns_by_characters(void **state)
{
    _cleanup_json_ json_t *two = rows();
    _cleanup_buf_ struct buf out = BUF_INIT(10000);
    (void)state;
    report_table_text(two, columns, &out);
    assert_string_equal(buf_str(&out), "Name        Count          Rate  Words   Excess\n"
                                       "Größe, \"x\"      7  38 % (31–45)  a; b c     0.0\n"
                                       "=SUM(A1)       -3             –            12.3\n");
}

static void assert_words(double value, double low, double high, int64_t n, const char *expected)
{
    _cleanup_json_ json_t *rate = report_estimate_json((struct estimate){true, value, low, high});
    _cleanup_buf_ struct buf out = BUF_INIT(1000);
    report_rate_words(rate, n, &out);
    assert_string_equal(buf_str(&out), expected);
}

static void test_words__say_how_sure_a_rate_is(void **state)
{
    _cleanup_buf_ struct buf out = BUF_INIT(1000);
    (void)state;
    assert_words(0.384, 0.31, 0.45, 187, "38 %, likely 31–45 %, of 187");
    assert_words(0.4, 0.12, 0.77, 5, "too few to say (2 of 5)");
    assert_words(0.0004, 0, 0.01, 2500, "0.1 %, likely 0–1 %, of 2500");
    assert_words(0.9999, 0.99, 1, 9999, "99.9 %, likely 99–100 %, of 9999");
    report_rate_words(json_null(), 0, &out);
    assert_string_equal(buf_str(&out), "nothing to count yet");
}

static void test_deflection_words__tell_what_is_missing(void **state)
{
    _cleanup_json_ json_t *report = deflection_of(two_visits);
    _cleanup_buf_ struct buf out = BUF_INIT(10000);
    (void)state;
    report_deflection_words(report, &out);
    assert_string_equal(
        buf_str(&out),
        "2 requests begun and closed\n"
        "  Confirmed   too few to say (0 of 2): said that it answered their question, and filed no "
        "ticket\n"
        "  Potential   too few to say (1 of 2): that, or read something and filed no ticket\n"
        "  Hold-out    none: only a hold-out shows what suggestions caused (config key holdout)\n"
        "  Known       too few to say (1 of 2): left an address, so that a ticket by e-mail would "
        "be seen\n"
        "  Left out    sessions of staff 0, of robots 1, with too many events 0\n");
}

static const char *title(void *arg, const char *article)
{
    (void)arg;
    return article[0] == 'a' ? "First" : article;
}

static void test_articles_json__has_the_contracts_fields(void **state)
{
    struct population population = population_read("0 09:00 s1 search results=a\n"
                                                   "0 09:01 s1 view a\n"
                                                   "0 09:01 s1 read a ms=1500\n"
                                                   "0 09:03 s1 ticket\n");
    const struct articles_options articles_options = {.from_ms = population_day(0),
                                                      .to_ms = population_day(2)};
    struct articles *articles = articles_new(&articles_options);
    (void)state;
    population_measure(&population, 9, articles_add, articles);
    assert_true(articles_finish(articles));
    const struct versions_options versions_options = {
        .from_ms = population_day(0), .to_ms = population_day(2), .closed_ms = population_day(8)};
    struct versions *versions = versions_new(&versions_options);
    assert_true(versions_note(versions, "a", "v1", population_day(0)));
    assert_true(versions_note(versions, "a", "v2", population_day(1)));
    assert_true(versions_finish(versions));
    _cleanup_json_ json_t *report =
        report_articles_json(articles, versions, population_day(0), population_day(2), title, NULL);
    assert_json(
        report,
        "{\"base_rate\":{\"high\":1.0,\"low\":0.20655,\"value\":1.0},\"from\":\"2026-03-01\","
        "\"rows\":[{\"article\":\"a\",\"contact_expected\":false,\"down\":0,"
        "\"excess_tickets\":0.0,\"fail_rate\":{\"high\":1.0,\"low\":0.20655,\"value\":1.0},"
        "\"failed\":1,\"failed_last\":1,\"linked\":0,\"read_ms_median\":1500,\"shown\":1,"
        "\"shrunk_rate\":{\"high\":1.0,\"low\":1.0,\"value\":1.0},\"solved\":0,"
        "\"title\":\"First\",\"up\":0,\"versions\":[{\"after\":{\"fail_rate\":null,\"failed\":0,"
        "\"failed_last\":0,\"shrunk_rate\":null,"
        "\"solved\":0,\"viewed\":0},\"at\":\"2026-03-02T00:00:00Z\",\"before\":{\"fail_rate\":null,"
        "\"failed\":0,\"failed_last\":0,\"shrunk_rate\":null,\"solved\":0,\"viewed\":0},\"change\":"
        "null,"
        "\"difference\":null,\"others\":{\"articles\":0,\"change\":null},\"span_days\":0,"
        "\"too_early\":true,\"version\":\"v2\"}],\"viewed\":1}],\"to\":\"2026-03-03\"}");
    versions_free(versions);
    articles_free(articles);
    population_done(&population);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_deflection_json__has_the_contracts_fields),
        cmocka_unit_test(test_csv__gives_each_rate_three_columns_and_disarms_formulas),
        cmocka_unit_test(test_text__aligns_by_characters),
        cmocka_unit_test(test_words__say_how_sure_a_rate_is),
        cmocka_unit_test(test_deflection_words__tell_what_is_missing),
        cmocka_unit_test(test_articles_json__has_the_contracts_fields),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
