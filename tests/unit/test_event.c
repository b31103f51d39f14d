/* test_event.c: events from pages and exports: every field checked, every allocation too. */
#include "unit.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/str.h"
#include "store/event.h"

#include <stdio.h>
#include <string.h>

static enum status parse(const char *text, struct event *event, struct error *err)
{
    _cleanup_json_ json_t *object = NULL;
    *event = (struct event){0};
    assert_int_equal(json_read(slice_of(text), &object, NULL), STATUS_OK);
    return event_from_json(object, event, err);
}

static struct event parsed(const char *text)
{
    struct event event;
    struct error err = {0};
    if (parse(text, &event, &err))
        fail_msg("%s: %s", text, err.message);
    return event;
}

static void assert_refused(const char *text, const char *reason)
{
    _cleanup_event_ struct event event;
    struct error err = {0};
    assert_int_equal(parse(text, &event, &err), STATUS_UNPROCESSABLE);
    if (!strstr(err.message, reason))
        fail_msg("%s: \"%s\" is not in \"%s\"", text, reason, err.message);
}

static void test_event__takes_the_fields_of_its_type(void **state)
{
    _cleanup_event_ struct event search = parsed(
        "{\"type\":\"search\",\"id\":\"a.B_9:-\",\"at\":\"2026-11-22T02:05:03.25+01:00\","
        "\"query\":\"how\",\"results\":[\"a\",\"b/c\"],\"query_id\":\"q1\",\"lang\":\"pt-BR\"}");
    _cleanup_event_ struct event view = parsed(
        "{\"type\":\"view\",\"article\":\"パスワード\",\"source\":\"reply\",\"rank\":3,\"part\":"
        "\"passage\",\"query_id\":null}");
    _cleanup_event_ struct event read =
        parsed("{\"type\":\"read\",\"article\":\"a\",\"ms\":1499.6,\"scroll\":0.25}");
    _cleanup_event_ struct event vote =
        parsed("{\"type\":\"vote\",\"article\":\"a\",\"value\":\"up\"}");
    _cleanup_event_ struct event ticket = parsed(
        "{\"type\":\"ticket\",\"id\":\"t\",\"ticket\":\"o/r#7\",\"ref\":\"r\",\"subject\":\"s\","
        "\"body\":\"b\",\"withdrawn\":true}");
    char at[CLOCK_TEXT_SIZE];
    (void)state;
    clock_format(search.at_ms, at);
    assert_string_equal(at, "2026-11-22T01:05:03.250Z");
    assert_string_equal(search.id, "a.B_9:-");
    assert_string_equal(search.results[1], "b/c");
    assert_int_equal(search.place, PLACE_FORM);
    assert_string_equal(search.lang, "pt-BR");
    assert_string_equal(view.article, "パスワード");
    assert_true(view.source == SOURCE_REPLY && view.rank == 3 && view.part == PART_PASSAGE);
    assert_true(view.at_ms == -1 && !view.id && !view.query_id);
    assert_true(read.ms == 1500 && read.scroll == 0.25);
    assert_true(vote.value == VALUE_UP && !vote.comment && vote.scroll < 0);
    assert_true(ticket.withdrawn);
    assert_string_equal(ticket.ticket, "o/r#7");
}

static void test_event__takes_nothing_that_only_the_server_knows(void **state)
{
    _cleanup_event_ struct event event = parsed(
        "{\"type\":\"contact\",\"session\":\"s\",\"arm\":\"holdout\",\"holdout\":0.5,\"marks\":"
        "[\"staff\"],\"contact_hash\":\"x\",\"sequence\":9,\"unknown\":{}}");
    (void)state;
    assert_null(event.session);
    assert_null(event.contact_hash);
    assert_true(event.arm == ARM_SUGGEST && event.holdout == 0 && event.marks == 0);
    assert_true(event.sequence == 0);
}

static void test_event__names_the_field_that_is_wrong(void **state)
{
    static const char *const cases[][2] = {
        {"[]", "must be an object"},
        {"{}", "field type is missing"},
        {"{\"type\":\"click\"}", "field type must be one of search, view, read, vote, solved"},
        {"{\"type\":7}", "field type must be a string"},
        {"{\"type\":\"contact\",\"id\":\"\"}", "field id must be 1 to 128"},
        {"{\"type\":\"contact\",\"id\":\"a b\"}", "field id must be 1 to 128"},
        {"{\"type\":\"contact\",\"at\":\"yesterday\"}", "field at must be a time"},
        {"{\"type\":\"contact\",\"at\":\"2026-11-22T02:05:03\"}", "field at must be a time"},
        {"{\"type\":\"contact\",\"at\":1234567890}", "field at must be a string"},
        {"{\"type\":\"search\",\"results\":[]}", "field query is missing"},
        {"{\"type\":\"search\",\"query\":\"a\"}", "field results is missing"},
        {"{\"type\":\"search\",\"query\":\"a\",\"results\":\"a\"}", "field results must be a list"},
        {"{\"type\":\"search\",\"query\":\"a\",\"results\":[7]}", "field results must be"},
        {"{\"type\":\"search\",\"query\":\"a\",\"results\":[],\"place\":\"x\"}",
         "field place must be one of form, search"},
        {"{\"type\":\"search\",\"query\":\"a\",\"results\":[],\"lang\":\"e n\"}",
         "field lang must be a language tag"},
        {"{\"type\":\"view\",\"source\":\"help\"}", "field article is missing"},
        {"{\"type\":\"view\",\"article\":\"\",\"source\":\"help\"}", "field article must be"},
        {"{\"type\":\"view\",\"article\":\"a\\u0007\",\"source\":\"help\"}",
         "field article must be"},
        {"{\"type\":\"view\",\"article\":\"a\"}", "field source is missing"},
        {"{\"type\":\"view\",\"article\":\"a\",\"source\":\"mail\"}",
         "field source must be one of widget, help, agent_link, reply, other"},
        {"{\"type\":\"view\",\"article\":\"a\",\"source\":\"help\",\"rank\":0}",
         "field rank must be"},
        {"{\"type\":\"view\",\"article\":\"a\",\"source\":\"help\",\"rank\":1.5}",
         "field rank must be"},
        {"{\"type\":\"view\",\"article\":\"a\",\"source\":\"help\",\"part\":\"x\"}",
         "field part must be one of article, passage"},
        {"{\"type\":\"read\",\"article\":\"a\"}", "field ms is missing"},
        {"{\"type\":\"read\",\"article\":\"a\",\"ms\":-1}", "field ms must be 0 to 86400000"},
        {"{\"type\":\"read\",\"article\":\"a\",\"ms\":86400001}", "field ms must be 0 to 86400000"},
        {"{\"type\":\"read\",\"article\":\"a\",\"ms\":\"1\"}", "field ms must be 0 to 86400000"},
        {"{\"type\":\"read\",\"article\":\"a\",\"ms\":1,\"scroll\":1.01}",
         "field scroll must be 0 to 1"},
        {"{\"type\":\"vote\",\"article\":\"a\"}", "field value is missing"},
        {"{\"type\":\"vote\",\"article\":\"a\",\"value\":\"\"}",
         "field value must be one of up, down"},
        {"{\"type\":\"ticket\",\"withdrawn\":true}", "field id is missing"},
        {"{\"type\":\"ticket\",\"withdrawn\":1}", "field withdrawn must be true or false"},
        {"{\"type\":\"ticket\",\"ticket\":7}", "field ticket must be a string"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++)
        assert_refused(cases[i][0], cases[i][1]);
}

static void test_event__knows_the_limits_of_ids(void **state)
{
    char id[LIMIT_EVENT_ID + 2];
    (void)state;
    memset(id, 'x', sizeof id);
    assert_true(event_id_valid((struct slice){id, LIMIT_EVENT_ID}));
    assert_false(event_id_valid((struct slice){id, LIMIT_EVENT_ID + 1}));
    assert_false(event_id_valid(slice_of("")));
    assert_false(event_id_valid(slice_of("ü")));
    assert_true(event_contact_hash_valid(
        slice_of("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")));
    assert_false(event_contact_hash_valid(
        slice_of("0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef")));
}

/* COUNT times "ü" as a JSON string. */
static char *long_text(size_t count)
{
    char *text = mem_alloc(2 * count + 1);
    for (size_t i = 0; i < count; i++)
        memcpy(text + 2 * i, "ü", 2);
    text[2 * count] = '\0';
    return text;
}

static void test_event__cuts_long_texts_at_a_character(void **state)
{
    _cleanup_free_ char *text = long_text(9000);
    _cleanup_free_ char *vote = mem_printf(
        "{\"type\":\"vote\",\"article\":\"a\",\"value\":\"up\",\"comment\":\"%s\"}", text);
    _cleanup_free_ char *ticket =
        mem_printf("{\"type\":\"ticket\",\"subject\":\"%s\",\"body\":\"%s\"}", text, text);
    _cleanup_event_ struct event commented = parsed(vote);
    _cleanup_event_ struct event sent = parsed(ticket);
    (void)state;
    assert_int_equal(utf8_count(slice_of(commented.comment)), 1000);
    assert_int_equal(utf8_count(slice_of(sent.subject)), 500);
    assert_int_equal(utf8_count(slice_of(sent.body)), 8000);
    assert_true(utf8_valid(slice_of(sent.body)));
}

static void test_event__bounds_the_time_of_a_page(void **state)
{
    const int64_t now_ms = 1790000000000;
    struct event event = {.at_ms = now_ms + 5 * MS_PER_MINUTE};
    struct error err = {0};
    (void)state;
    assert_int_equal(event_check_time(&event, now_ms, &err), STATUS_OK);
    event.at_ms++;
    assert_int_equal(event_check_time(&event, now_ms, &err), STATUS_UNPROCESSABLE);
    assert_non_null(strstr(err.message, "field at"));
    event.at_ms = now_ms - 30 * MS_PER_DAY;
    assert_int_equal(event_check_time(&event, now_ms, &err), STATUS_OK);
    event.at_ms--;
    assert_int_equal(event_check_time(&event, now_ms, &err), STATUS_UNPROCESSABLE);
}

static const char exported[] =
    "{\"id\":\"1\",\"at\":\"2026-11-20T10:00:00.001Z\",\"session\":\"s\",\"contact_hash\":"
    "\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\",\"arm\":\"holdout\","
    "\"holdout\":0.1,\"marks\":[\"staff\",\"capped\"],\"type\":\"search\",\"query\":\"mail "
    "a@b.de\","
    "\"results\":[\"a\",\"b\"],\"query_id\":\"q\",\"place\":\"search\",\"lang\":\"de\"}";

static void test_event__export_is_read_back_the_same(void **state)
{
    _cleanup_json_ json_t *object = NULL, *again = NULL;
    _cleanup_event_ struct event event = {0};
    (void)state;
    assert_int_equal(json_read(slice_of(exported), &object, NULL), STATUS_OK);
    assert_int_equal(event_from_export(object, &event, NULL), STATUS_OK);
    assert_true(event.arm == ARM_HOLDOUT && event.holdout == 0.1 &&
                event.marks == (MARK_STAFF | MARK_CAPPED));
    again = event_to_json(&event);
    _cleanup_free_ char *text = json_text(again);
    assert_string_equal(text, exported);
}

static void test_event__export_names_the_field_that_is_wrong(void **state)
{
    static const char *const cases[][2] = {
        {"{\"type\":\"contact\",\"session\":\"a b\"}", "field session must be"},
        {"{\"type\":\"contact\",\"arm\":\"x\"}", "field arm must be one of suggest, holdout"},
        {"{\"type\":\"contact\",\"holdout\":0.6}", "field holdout must be 0 to 0.5"},
        {"{\"type\":\"contact\",\"marks\":\"staff\"}", "field marks must be a list"},
        {"{\"type\":\"contact\",\"marks\":[\"x\"]}", "field marks must hold"},
        {"{\"type\":\"contact\",\"contact_hash\":\"ann@example.com\"}",
         "field contact_hash must be"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        _cleanup_json_ json_t *object = NULL;
        _cleanup_event_ struct event event = {0};
        struct error err = {0};
        assert_int_equal(json_read(slice_of(cases[i][0]), &object, NULL), STATUS_OK);
        assert_int_equal(event_from_export(object, &event, &err), STATUS_UNPROCESSABLE);
        assert_non_null(strstr(err.message, cases[i][1]));
    }
}

static void test_event__redacts_its_free_texts(void **state)
{
    _cleanup_event_ struct event event =
        parsed("{\"type\":\"ticket\",\"subject\":\"call +49 170 1234567\",\"body\":\"I am a@b.de, "
               "order 4711\",\"ticket\":\"a@b.de\"}");
    (void)state;
    assert_int_equal(event_redact(&event, NULL), STATUS_OK);
    assert_string_equal(event.subject, "call [phone]");
    assert_string_equal(event.body, "I am [email], order 4711");
    assert_string_equal(event.ticket, "a@b.de");
}

/* Reads, redacts and writes an event; OUT_OF_MEMORY where an allocation failed. */
static enum status all_of_it(const json_t *object)
{
    _cleanup_event_ struct event event = {0};
    enum status status = event_from_export(object, &event, NULL);
    return status ? status : event_redact(&event, NULL);
}

static void test_event__survives_every_failed_allocation(void **state)
{
    _cleanup_json_ json_t *object = NULL;
    long failures = 0;
    (void)state;
    assert_int_equal(json_read(slice_of(exported), &object, NULL), STATUS_OK);
    for (;;) {
        mem_fail_after(failures + 1);
        enum status status = all_of_it(object);
        mem_fail_after(0);
        if (status == STATUS_OK)
            break;
        assert_int_equal(status, STATUS_OUT_OF_MEMORY);
        failures++;
    }
    assert_true(failures >= 8);
}

static long json_allocations_left = -1;

static void *json_alloc(size_t size)
{
    if (json_allocations_left == 0)
        return NULL;
    json_allocations_left -= json_allocations_left > 0;
    return malloc(size);
}

static void test_event__export_survives_every_failed_allocation(void **state)
{
    _cleanup_json_ json_t *object = NULL;
    _cleanup_event_ struct event event = {0};
    long failures = 0;
    (void)state;
    assert_int_equal(json_read(slice_of(exported), &object, NULL), STATUS_OK);
    assert_int_equal(event_from_export(object, &event, NULL), STATUS_OK);
    json_set_alloc_funcs(json_alloc, free);
    for (;;) {
        json_allocations_left = failures;
        json_t *written = event_to_json(&event);
        json_allocations_left = -1;
        json_decref(written);
        if (written)
            break;
        failures++;
    }
    json_set_alloc_funcs(malloc, free);
    assert_true(failures > 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_event__takes_the_fields_of_its_type),
        cmocka_unit_test(test_event__takes_nothing_that_only_the_server_knows),
        cmocka_unit_test(test_event__names_the_field_that_is_wrong),
        cmocka_unit_test(test_event__knows_the_limits_of_ids),
        cmocka_unit_test(test_event__cuts_long_texts_at_a_character),
        cmocka_unit_test(test_event__bounds_the_time_of_a_page),
        cmocka_unit_test(test_event__export_is_read_back_the_same),
        cmocka_unit_test(test_event__export_names_the_field_that_is_wrong),
        cmocka_unit_test(test_event__redacts_its_free_texts),
        cmocka_unit_test(test_event__survives_every_failed_allocation),
        cmocka_unit_test(test_event__export_survives_every_failed_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
