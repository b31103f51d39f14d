/* test_caution.c: the threshold of sure answers, from the log to the report; and what is done in
 * the background stops with the server. */
#include "unit.h"

#include "app/report/caution.h"
#include "app/report/report.h"
#include "app/service_private.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/limits.h"
#include "service_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define NOW_MS INT64_C(1795305600000) /* 2026-11-22 */

/* COUNT sessions, named from FIRST on, that were sure of an article and voted VALUE on it. */
static void store_votes(struct fixture *fixture, int first, int count, enum event_value value,
                        int64_t at_ms)
{
    for (int i = first; i < first + count; i++) {
        char session[16], *article = (char *)(uintptr_t) "one", *results[] = {article, NULL};
        struct error err;
        (void)snprintf(session, sizeof session, "s%d", i);
        struct event events[] = {{.type = EVENT_SEARCH,
                                  .id = (char *)(uintptr_t) "q",
                                  .session = session,
                                  .query = (char *)(uintptr_t) "how",
                                  .results = results,
                                  .confidence = SURE_HIGH,
                                  .scroll = -1,
                                  .at_ms = at_ms},
                                 {.type = EVENT_VOTE,
                                  .id = (char *)(uintptr_t) "v",
                                  .session = session,
                                  .article = article,
                                  .value = value,
                                  .scroll = -1,
                                  .at_ms = at_ms + 1000}};
        assert_int_equal(store_append(service_store(fixture->service), events, 2, NULL, &err),
                         STATUS_OK);
    }
}

static json_t *confidence_of(struct fixture *fixture)
{
    _cleanup_buf_ struct buf out = BUF_INIT(LIMIT_HTTP_RESPONSE);
    _cleanup_json_ json_t *report = NULL;
    struct report_request request = {.kind = "deflection", .format = REPORT_JSON};
    struct error err;
    report_default_range(NOW_MS, &request.from_ms, &request.to_ms);
    assert_int_equal(service_report(fixture->service, &request, &out, &err), STATUS_OK);
    assert_int_equal(json_read((struct slice){buf_str(&out), out.length}, &report, &err),
                     STATUS_OK);
    return json_incref(json_object_get(report, "confidence"));
}

static void review(struct fixture *fixture, int64_t now_ms)
{
    struct error err;
    assert_int_equal(caution_review(fixture->service, now_ms, &err), STATUS_OK);
}

static void rises_where_sure_answers_are_wrong_and_says_so(void **state)
{
    struct fixture fixture;
    (void)state;
    clock_set_for_test(NOW_MS);
    open_fixture(&fixture);
    _cleanup_json_ json_t *before = confidence_of(&fixture);
    assert_true(json_is_null(before));
    store_votes(&fixture, 0, 20, VALUE_UP, NOW_MS - MS_PER_DAY);
    store_votes(&fixture, 100, 25, VALUE_DOWN, NOW_MS - MS_PER_DAY);
    review(&fixture, NOW_MS);
    _cleanup_json_ json_t *after = confidence_of(&fixture);
    assert_int_equal(json_integer_value(json_object_get(after, "raised")), 1);
    assert_int_equal(json_integer_value(json_object_get(after, "shown")), 45);
    assert_int_equal(json_integer_value(json_object_get(after, "judged")), 45);
    assert_float_equal(json_real_value(json_object_get(after, "threshold")), index_high_chance(1),
                       1e-9);
    /* It lasts, and what led to it is not held against the new threshold. */
    (void)service_close(fixture.service);
    open_service(&fixture);
    assert_int_equal(atomic_load(&fixture.service->caution), 1);
    review(&fixture, NOW_MS + 3 * MS_PER_DAY);
    assert_int_equal(atomic_load(&fixture.service->caution), 1);
    close_fixture(&fixture);
}

static void falls_back_where_they_are_right(void **state)
{
    struct fixture fixture;
    (void)state;
    clock_set_for_test(NOW_MS);
    open_fixture(&fixture);
    store_votes(&fixture, 0, 20, VALUE_DOWN, NOW_MS - MS_PER_DAY);
    review(&fixture, NOW_MS);
    assert_int_equal(atomic_load(&fixture.service->caution), 1);
    store_votes(&fixture, 100, 100, VALUE_UP, NOW_MS + MS_PER_DAY);
    review(&fixture, NOW_MS + MS_PER_HOUR); /* too soon: it looks once a day */
    assert_int_equal(atomic_load(&fixture.service->caution), 1);
    review(&fixture, NOW_MS + 2 * MS_PER_DAY);
    assert_int_equal(atomic_load(&fixture.service->caution), 0);
    close_fixture(&fixture);
}

static void keeps_still_where_nothing_is_clear(void **state)
{
    struct fixture fixture;
    (void)state;
    clock_set_for_test(NOW_MS);
    open_fixture(&fixture);
    store_votes(&fixture, 0, 30, VALUE_UP, NOW_MS - MS_PER_DAY);
    store_votes(&fixture, 100, 10, VALUE_DOWN, NOW_MS - MS_PER_DAY);
    review(&fixture, NOW_MS);
    assert_int_equal(atomic_load(&fixture.service->caution), 0);
    close_fixture(&fixture);
}

static void what_takes_long_stops_with_the_server(void **state)
{
    static const char *const kinds[] = {"queries", "gaps", "topics"};
    struct fixture fixture;
    (void)state;
    clock_set_for_test(NOW_MS);
    open_fixture(&fixture);
    store_votes(&fixture, 0, 3, VALUE_UP, NOW_MS - MS_PER_DAY);
    atomic_store(&fixture.service->closing, true);
    for (size_t i = 0; i < ARRAY_LENGTH(kinds); i++) {
        _cleanup_buf_ struct buf out = BUF_INIT(LIMIT_HTTP_RESPONSE);
        struct report_request request = {.kind = kinds[i], .format = REPORT_JSON};
        struct error err;
        report_default_range(NOW_MS, &request.from_ms, &request.to_ms);
        assert_int_equal(service_report(fixture.service, &request, &out, &err), STATUS_UNAVAILABLE);
    }
    struct error err;
    assert_int_equal(caution_review(fixture.service, NOW_MS, &err), STATUS_UNAVAILABLE);
    assert_int_equal(report_prepare(fixture.service, &err), STATUS_OK);
    close_fixture(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rises_where_sure_answers_are_wrong_and_says_so),
        cmocka_unit_test(falls_back_where_they_are_right),
        cmocka_unit_test(keeps_still_where_nothing_is_clear),
        cmocka_unit_test(what_takes_long_stops_with_the_server),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
