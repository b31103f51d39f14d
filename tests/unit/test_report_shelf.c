/* test_report_shelf.c: which reports are kept, and when they are made anew. */
#include "unit.h"

#include "app/report/report_shelf.h"
#include "base/json.h"
#include "base/str.h"

static const struct report_request gaps = {.kind = "gaps", .from_ms = 0, .to_ms = 86400000};

static struct report_shelf *new_shelf(void)
{
    struct report_shelf *shelf = NULL;
    assert_int_equal(report_shelf_new(&shelf, NULL), STATUS_OK);
    return shelf;
}

static void test_shelf__keeps_what_took_long_under_its_request(void **state)
{
    struct report_shelf *shelf = new_shelf();
    struct report_request german = gaps, csv = gaps, other = gaps;
    _cleanup_json_ json_t *report = json_object();
    (void)state;
    german.lang = "de";
    csv.format = REPORT_CSV;
    other.to_ms *= 2;
    report_shelf_put(shelf, &gaps, report, 1000);
    assert_null(report_shelf_take(shelf, &gaps)); /* quick */
    report_shelf_put(shelf, &gaps, report, 1000000);
    json_t *kept = report_shelf_take(shelf, &csv);
    assert_ptr_equal(kept, report);
    json_decref(kept);
    assert_null(report_shelf_take(shelf, &german));
    assert_null(report_shelf_take(shelf, &other));
    /* The log has become short: it is not kept any more. */
    report_shelf_put(shelf, &gaps, report, 1000);
    assert_null(report_shelf_take(shelf, &gaps));
    report_shelf_free(shelf);
}

static void test_shelf__asks_for_nothing_that_is_not_old(void **state)
{
    struct report_shelf *shelf = new_shelf();
    struct report_request next;
    _cleanup_json_ json_t *report = json_object();
    _cleanup_free_ char *texts = NULL;
    (void)state;
    report_shelf_put(shelf, &gaps, report, 1000000);
    json_decref(report_shelf_take(shelf, &gaps));
    assert_false(report_shelf_next(shelf, &next, &texts));
    report_shelf_free(shelf);
}

static void test_shelf__gives_up_the_oldest_for_the_newest(void **state)
{
    struct report_shelf *shelf = new_shelf();
    _cleanup_json_ json_t *report = json_object();
    struct report_request request = gaps;
    (void)state;
    for (int i = 0; i < 40; i++) {
        request.to_ms = gaps.to_ms * (i + 1);
        report_shelf_put(shelf, &request, report, 1000000);
    }
    assert_null(report_shelf_take(shelf, &gaps));
    json_t *kept = report_shelf_take(shelf, &request);
    assert_non_null(kept);
    json_decref(kept);
    report_shelf_free(shelf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shelf__keeps_what_took_long_under_its_request),
        cmocka_unit_test(test_shelf__asks_for_nothing_that_is_not_old),
        cmocka_unit_test(test_shelf__gives_up_the_oldest_for_the_newest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
