/* test_since_article.c: tickets of a topic before and after the article that answers it came. */
#include "unit.h"

#include "app/reindex.h"
#include "app/report/report.h"
#include "app/service_private.h"
#include "article/parse.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/limits.h"
#include "service_fixture.h"
#include "store/link.h"
#include "store/ticket.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define FROM_MS INT64_C(1792713600000) /* 2026-10-23 */
#define DAY(n) (FROM_MS + (n)*MS_PER_DAY)

/* COUNT tickets about the refund of a parcel, from DAY on. */
static void put_tickets(struct fixture *fixture, int count, int64_t at_ms)
{
    for (int i = 0; i < count; i++) {
        char id[24], subject[] = "Refund of a lost parcel";
        struct error err;
        (void)snprintf(id, sizeof id, "%lld-%d", (long long)(at_ms / MS_PER_DAY), i);
        const struct ticket ticket = {.id = id,
                                      .subject = subject,
                                      .created_ms = at_ms + i * MS_PER_MINUTE,
                                      .updated_ms = -1,
                                      .solved_ms = -1,
                                      .imported = true};
        const struct link link = {.ticket = id, .article = "refund", .at_ms = DAY(29)};
        assert_int_equal(store_put_tickets(service_store(fixture->service), &ticket, 1, NULL, &err),
                         STATUS_OK);
        assert_int_equal(store_put_link(service_store(fixture->service), &link, NULL, &err),
                         STATUS_OK);
    }
}

static void publish(struct fixture *fixture, int64_t at_ms)
{
    static const char text[] = "# Get a refund\n\nOpen the order and choose Refund.\n";
    char path[128];
    struct reindex_counts counts;
    struct error err;
    (void)snprintf(path, sizeof path, "%s/refund.md", fixture->articles);
    assert_int_equal(file_write(path, text, sizeof text - 1, 0644, &err), STATUS_OK);
    clock_set_for_test(at_ms);
    assert_int_equal(service_reindex(fixture->service, false, NULL, &counts, &err), STATUS_OK);
}

static json_t *since_article(struct fixture *fixture)
{
    _cleanup_buf_ struct buf out = BUF_INIT(LIMIT_HTTP_RESPONSE);
    _cleanup_json_ json_t *report = NULL;
    const struct report_request request = {
        .kind = "topics", .format = REPORT_JSON, .from_ms = DAY(0), .to_ms = DAY(30)};
    struct error err;
    clock_set_for_test(DAY(30));
    assert_int_equal(service_report(fixture->service, &request, &out, &err), STATUS_OK);
    assert_int_equal(json_read((struct slice){buf_str(&out), out.length}, &report, &err),
                     STATUS_OK);
    const json_t *row = json_array_get(json_object_get(report, "rows"), 0);
    assert_true(json_is_true(json_object_get(row, "documented")));
    return json_incref(json_object_get(row, "since_article"));
}

static int64_t count_of(const json_t *object, const char *key)
{
    return json_integer_value(json_object_get(object, key));
}

static void counts_equal_spans_on_either_side(void **state)
{
    struct fixture fixture;
    (void)state;
    open_fixture(&fixture);
    /* Ten days are left after day 20: the tickets of day 5 lie before the span. */
    put_tickets(&fixture, 9, DAY(5));
    put_tickets(&fixture, 12, DAY(14));
    put_tickets(&fixture, 3, DAY(25));
    publish(&fixture, DAY(20));
    _cleanup_json_ json_t *since = since_article(&fixture);
    assert_string_equal(json_string_value(json_object_get(since, "article")), "refund");
    assert_int_equal(count_of(since, "span_days"), 10);
    assert_int_equal(count_of(since, "before"), 12);
    assert_int_equal(count_of(since, "after"), 3);
    const json_t *change = json_object_get(since, "change");
    assert_float_equal(json_number_value(json_object_get(change, "value")), -0.75, 1e-9);
    assert_true(json_number_value(json_object_get(change, "low")) < -0.75);
    assert_true(json_number_value(json_object_get(change, "high")) > -0.75);
    assert_true(json_number_value(json_object_get(change, "high")) < 0);
    close_fixture(&fixture);
}

static void says_nothing_of_an_article_from_before(void **state)
{
    struct fixture fixture;
    (void)state;
    open_fixture(&fixture);
    publish(&fixture, DAY(-3));
    put_tickets(&fixture, 12, DAY(14));
    _cleanup_json_ json_t *since = since_article(&fixture);
    assert_true(json_is_null(since));
    close_fixture(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_equal_spans_on_either_side),
        cmocka_unit_test(says_nothing_of_an_article_from_before),
    };
    article_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
