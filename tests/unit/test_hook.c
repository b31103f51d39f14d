/* test_hook.c: what help desks sign, and what their bodies mean. */
#include "unit.h"

#include "app/ticket/hook_signature.h"
#include "app/ticket/hook_translate.h"
#include "base/clock.h"
#include "base/str.h"

#include <stdio.h>

static const char SECRET[] = "It's a Secret to Everybody";
static const char STAMP[] = "1700000000";
static const int64_t STAMP_MS = INT64_C(1700000000000);

/* Known answers for the body "Hello, World!". */
static const struct {
    const char *desk, *signature;
} vectors[] = {
    {"github", "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"},
    {"generic", "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"},
    {"zammad", "sha1=01dc10d0c83e72ed246219cdd91669667fe2ca59"},
    {"helpscout", "AdwQ0Mg+cu0kYhnN2RZpZn/iylk="},
    {"freescout", "AdwQ0Mg+cu0kYhnN2RZpZn/iylk="},
    {"zendesk", "jojcQaYMZdR8YU8QrGTG14iNN9cHAbEWte3iOdo8mEU="},
    {"chatwoot", "sha256=76c83fd0acdf22faed320674fe8e04d528cfe8a17905e720a9611e40677c03b7"},
    {"freshdesk", "It's a Secret to Everybody"},
};

static struct hook_delivery hello(const char *signature)
{
    return (struct hook_delivery){
        .signature = signature, .timestamp = STAMP, .body = SLICE_LITERAL("Hello, World!")};
}

static void test_signature__matches_the_known_answers(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(vectors); i++) {
        struct hook_delivery delivery = hello(vectors[i].signature);
        assert_int_equal(hook_verify(hook_desk_find(vectors[i].desk), SECRET, &delivery, STAMP_MS,
                                     NULL, NULL),
                         STATUS_OK);
    }
}

static void test_signature__one_changed_character_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(vectors); i++) {
        char wrong[128];
        struct hook_delivery delivery = hello(wrong);
        (void)snprintf(wrong, sizeof wrong, "%s", vectors[i].signature);
        wrong[10] = wrong[10] == 'x' ? 'y' : 'x';
        assert_int_equal(hook_verify(hook_desk_find(vectors[i].desk), SECRET, &delivery, STAMP_MS,
                                     NULL, NULL),
                         STATUS_DENIED);
        delivery = hello(vectors[i].signature);
        assert_int_equal(hook_verify(hook_desk_find(vectors[i].desk), "other", &delivery, STAMP_MS,
                                     NULL, NULL),
                         STATUS_DENIED);
    }
}

static void test_signature__missing_secret_or_header_is_refused(void **state)
{
    struct hook_delivery delivery = hello(NULL);
    struct error err;
    (void)state;
    assert_int_equal(hook_verify(hook_desk_find("github"), SECRET, &delivery, STAMP_MS, NULL, &err),
                     STATUS_DENIED);
    delivery = hello(vectors[0].signature);
    assert_int_equal(hook_verify(hook_desk_find("github"), NULL, &delivery, STAMP_MS, NULL, &err),
                     STATUS_DENIED);
    assert_string_equal(err.hint, "set hooks.github in the configuration");
    assert_null(hook_desk_find("nosuch"));
}

static void test_signature__stale_time_stamps_are_refused(void **state)
{
    struct hook_delivery delivery = hello(vectors[6].signature);
    const struct hook_desk *chatwoot = hook_desk_find("chatwoot");
    (void)state;
    assert_int_equal(hook_verify(chatwoot, SECRET, &delivery, STAMP_MS + 299000, NULL, NULL), STATUS_OK);
    assert_int_equal(hook_verify(chatwoot, SECRET, &delivery, STAMP_MS + 301000, NULL, NULL),
                     STATUS_DENIED);
    assert_int_equal(hook_verify(chatwoot, SECRET, &delivery, STAMP_MS - 301000, NULL, NULL),
                     STATUS_DENIED);
    delivery.timestamp = NULL;
    assert_int_equal(hook_verify(chatwoot, SECRET, &delivery, STAMP_MS, NULL, NULL), STATUS_DENIED);
}

/* Translates JSON and compares it with EXPECTED ("null": no ticket). */
static void expect_with(const char *desk, const char *event, char *const *states, const char *json,
                        const char *expected)
{
    _cleanup_json_ json_t *payload = NULL, *ticket = NULL, *wanted = NULL;
    _cleanup_free_ char *text = NULL;
    struct error err;
    assert_int_equal(json_read(slice_of(json), &payload, &err), STATUS_OK);
    wanted = json_loads(expected, JSON_DECODE_ANY, NULL);
    assert_non_null(wanted);
    assert_int_equal(hook_translate(hook_desk_find(desk), event, payload, states, STAMP_MS,
                                    &ticket, &err),
                     STATUS_OK);
    text = ticket ? json_text(ticket) : NULL;
    if (ticket ? !json_equal(ticket, wanted) : !json_is_null(wanted))
        fail_msg("%s gave %s", desk, text ? text : "no ticket");
}

static void expect(const char *desk, const char *event, const char *json, const char *expected)
{
    expect_with(desk, event, NULL, json, expected);
}

static void test_zendesk__event_subscription(void **state)
{
    (void)state;
    expect("zendesk", NULL,
           "{\"type\":\"zen:event-type:ticket.created\",\"id\":\"e1\",\"time\":\"2026-11-20T09:00:01Z\","
           "\"subject\":\"zen:ticket:35\",\"detail\":{\"id\":\"35\",\"status\":\"OPEN\",\"subject\":"
           "\"Export\",\"description\":\"It fails\",\"created_at\":\"2026-11-20T09:00:00Z\","
           "\"updated_at\":\"2026-11-20T09:00:00Z\",\"requester_id\":\"7\",\"tags\":[\"csv\"],"
           "\"via\":{\"channel\":\"email\"}},\"event\":{}}",
           "{\"id\":\"35\",\"desk\":\"zendesk\",\"subject\":\"Export\",\"body\":\"It fails\","
           "\"status\":\"open\",\"created\":\"2026-11-20T09:00:00Z\",\"updated\":"
           "\"2026-11-20T09:00:00Z\",\"channel\":\"email\",\"tags\":[\"csv\"]}");
    expect("zendesk", NULL,
           "{\"type\":\"zen:event-type:ticket.comment_added\",\"time\":\"2026-11-20T10:00:00Z\","
           "\"detail\":{\"id\":\"35\",\"status\":\"PENDING\",\"created_at\":\"2026-11-20T09:00:00Z\"},"
           "\"event\":{\"comment\":{\"body\":\"See https://h/articles/a\",\"is_public\":true,"
           "\"author\":{\"is_staff\":true}}}}",
           "{\"id\":\"35\",\"desk\":\"zendesk\",\"status\":\"pending\",\"created\":"
           "\"2026-11-20T09:00:00Z\",\"updated\":\"2026-11-20T10:00:00Z\",\"replies\":[{\"at\":"
           "\"2026-11-20T10:00:00Z\",\"by\":\"agent\",\"text\":\"See https://h/articles/a\"}]}");
    expect("zendesk", NULL,
           "{\"type\":\"zen:event-type:user.created\",\"detail\":{\"id\":\"9\"}}", "null");
}

static void test_zendesk__trigger_in_the_generic_form(void **state)
{
    (void)state;
    expect("zendesk", NULL,
           "{\"id\":35,\"subject\":\"Export\",\"body\":\"x\",\"status\":\"Solved\",\"contact\":"
           "\"a@b.example\",\"ref\":\"r1\",\"created\":\"2026-11-20T09:00:00Z\"}",
           "{\"id\":\"35\",\"desk\":\"zendesk\",\"subject\":\"Export\",\"body\":\"x\",\"status\":"
           "\"solved\",\"contact\":\"a@b.example\",\"ref\":\"r1\",\"created\":"
           "\"2026-11-20T09:00:00Z\"}");
}

static void test_freshdesk__numbers_of_states(void **state)
{
    (void)state;
    expect("freshdesk", NULL,
           "{\"id\":\"9\",\"subject\":\"s\",\"body\":\"b\",\"status\":4,\"created\":"
           "\"2026-11-20T09:00:00Z\"}",
           "{\"id\":\"9\",\"desk\":\"freshdesk\",\"subject\":\"s\",\"body\":\"b\",\"status\":"
           "\"solved\",\"created\":\"2026-11-20T09:00:00Z\"}");
    expect("freshdesk", NULL,
           "{\"freshdesk_webhook\":{\"ticket_id\":9,\"ticket_subject\":\"s\",\"ticket_description\":"
           "\"<div>b</div>\",\"ticket_status\":\"Waiting on Customer\",\"ticket_requester_email\":"
           "\"a@b.example\"}}",
           "{\"id\":\"9\",\"desk\":\"freshdesk\",\"subject\":\"s\",\"body\":\"b\",\"contact\":"
           "\"a@b.example\",\"status\":\"pending\"}");
}

static const char ZAMMAD[] =
    "{\"ticket\":{\"id\":3,\"number\":\"20012\",\"title\":\"Export\",\"state\":\"%s\",\"customer\":"
    "{\"email\":\"a@b.example\"},\"created_at\":\"2026-11-20T09:00:00.000Z\",\"article_count\":%d},"
    "\"article\":{\"body\":\"<p>See <a href='https://h/articles/a'>this</a></p>\","
    "\"content_type\":\"text/html\",\"sender\":\"%s\",\"internal\":%s,\"created_at\":"
    "\"2026-11-20T09:30:00Z\",\"type\":\"email\"}}";

static void test_zammad__request_reply_and_note(void **state)
{
    char json[1000];
    (void)state;
    (void)snprintf(json, sizeof json, ZAMMAD, "new", 1, "Customer", "false");
    expect("zammad", NULL, json,
           "{\"id\":\"20012\",\"desk\":\"zammad\",\"subject\":\"Export\",\"body\":"
           "\"See this (https://h/articles/a)\",\"contact\":\"a@b.example\",\"channel\":\"email\","
           "\"status\":\"open\",\"created\":\"2026-11-20T09:00:00Z\"}");
    (void)snprintf(json, sizeof json, ZAMMAD, "pending reminder", 2, "Agent", "false");
    expect("zammad", NULL, json,
           "{\"id\":\"20012\",\"desk\":\"zammad\",\"subject\":\"Export\",\"contact\":"
           "\"a@b.example\",\"channel\":\"email\",\"status\":\"pending\",\"created\":"
           "\"2026-11-20T09:00:00Z\",\"replies\":[{\"at\":\"2026-11-20T09:30:00Z\",\"by\":\"agent\","
           "\"text\":\"See this (https://h/articles/a)\"}]}");
    (void)snprintf(json, sizeof json, ZAMMAD, "merged", 3, "Agent", "true");
    expect("zammad", NULL, json,
           "{\"id\":\"20012\",\"desk\":\"zammad\",\"subject\":\"Export\",\"contact\":"
           "\"a@b.example\",\"channel\":\"email\",\"status\":\"merged\",\"created\":"
           "\"2026-11-20T09:00:00Z\"}");
}

static void test_chatwoot__conversation_and_message(void **state)
{
    (void)state;
    expect("chatwoot", NULL,
           "{\"event\":\"conversation_created\",\"id\":5,\"status\":\"open\",\"channel\":"
           "\"Channel::WebWidget\",\"meta\":{\"sender\":{\"email\":\"a@b.example\"}},\"messages\":["
           "{\"content\":\"How do I export?\\nThanks\",\"message_type\":0,\"private\":false,"
           "\"created_at\":1700000000}],\"created_at\":1700000000}",
           "{\"id\":\"5\",\"desk\":\"chatwoot\",\"subject\":\"How do I export?\",\"body\":"
           "\"How do I export?\\nThanks\",\"contact\":\"a@b.example\",\"channel\":"
           "\"Channel::WebWidget\",\"status\":\"open\",\"created\":\"2023-11-14T22:13:20Z\"}");
    expect("chatwoot", NULL,
           "{\"event\":\"message_created\",\"id\":77,\"content\":\"https://h/articles/a\","
           "\"message_type\":\"outgoing\",\"private\":false,\"created_at\":\"2026-11-20T09:30:00Z\","
           "\"conversation\":{\"id\":5,\"status\":\"resolved\",\"created_at\":1700000000}}",
           "{\"id\":\"5\",\"desk\":\"chatwoot\",\"status\":\"solved\",\"created\":"
           "\"2023-11-14T22:13:20Z\",\"replies\":[{\"at\":\"2026-11-20T09:30:00Z\",\"by\":\"agent\","
           "\"text\":\"https://h/articles/a\"}]}");
    expect("chatwoot", NULL, "{\"event\":\"webwidget_triggered\",\"id\":5}", "null");
}

static const char SCOUT[] =
    "{\"id\":391,\"number\":42,\"subject\":\"Export\",\"status\":\"closed\",\"type\":\"email\","
    "\"createdAt\":\"2026-11-20T09:00:00Z\",\"closedAt\":\"2026-11-20T11:00:00Z\","
    "\"primaryCustomer\":{\"email\":\"a@b.example\"},\"_embedded\":{\"threads\":["
    "{\"type\":\"note\",\"body\":\"internal\"},"
    "{\"type\":\"message\",\"body\":\"See <a href='https://h/articles/a'>x</a>\",\"createdAt\":"
    "\"2026-11-20T10:00:00Z\"},"
    "{\"type\":\"customer\",\"body\":\"It fails<br>now\",\"createdAt\":\"2026-11-20T09:00:00Z\"}]}}";

static void test_helpscout__threads_newest_first(void **state)
{
    static const char wanted[] =
        "{\"id\":\"391\",\"desk\":\"%s\",\"subject\":\"Export\",\"body\":\"It fails\\nnow\","
        "\"contact\":\"a@b.example\",\"channel\":\"email\",\"status\":\"solved\",\"created\":"
        "\"2026-11-20T09:00:00Z\",\"solved\":\"2026-11-20T11:00:00Z\",\"replies\":[{\"at\":"
        "\"2026-11-20T10:00:00Z\",\"by\":\"agent\",\"text\":\"See x (https://h/articles/a)\"}]}";
    char expected[1000];
    (void)state;
    (void)snprintf(expected, sizeof expected, wanted, "helpscout");
    expect("helpscout", "convo.status", SCOUT, expected);
    (void)snprintf(expected, sizeof expected, wanted, "freescout");
    expect("freescout", "convo.agent.reply.created", SCOUT, expected);
    expect("helpscout", "satisfaction.ratings", SCOUT, "null");
}

static void test_github__issues_and_comments(void **state)
{
    static const char json[] =
        "{\"action\":\"%s\",\"issue\":{\"number\":7,\"title\":\"Export\",\"body\":\"b\",\"user\":"
        "{\"login\":\"ann\"},\"state\":\"closed\",\"state_reason\":\"completed\",\"created_at\":"
        "\"2026-11-20T09:00:00Z\",\"closed_at\":\"2026-11-20T11:00:00Z\",\"labels\":[{\"name\":"
        "\"csv\"}]},\"comment\":{\"body\":\"see a\",\"author_association\":\"MEMBER\",\"created_at\":"
        "\"2026-11-20T10:00:00Z\"},\"repository\":{\"full_name\":\"o/r\"}}";
    char text[1000];
    (void)state;
    (void)snprintf(text, sizeof text, json, "created");
    expect("github", "issue_comment", text,
           "{\"id\":\"o/r#7\",\"desk\":\"github\",\"subject\":\"Export\",\"body\":\"b\",\"channel\":"
           "\"github\",\"status\":\"solved\",\"created\":\"2026-11-20T09:00:00Z\",\"solved\":"
           "\"2026-11-20T11:00:00Z\",\"tags\":[\"csv\"],\"replies\":[{\"at\":"
           "\"2026-11-20T10:00:00Z\",\"by\":\"agent\",\"text\":\"see a\"}]}");
    expect("github", "ping", "{\"zen\":\"x\",\"repository\":{\"full_name\":\"o/r\"}}", "null");
}

static void test_states__are_the_operators_to_change(void **state)
{
    char entry[] = "zendesk.hold=solved";
    char *states[] = {entry, NULL};
    (void)state;
    assert_string_equal(hook_state(hook_desk_find("zendesk"), "HOLD", NULL), "pending");
    assert_string_equal(hook_state(hook_desk_find("zendesk"), "HOLD", states), "solved");
    assert_string_equal(hook_state(hook_desk_find("github"), "hold", states), "pending");
    assert_null(hook_state(hook_desk_find("github"), "nonsense", states));
}

static void test_translate__a_body_without_a_ticket_is_refused(void **state)
{
    _cleanup_json_ json_t *payload = json_pack("{s:s}", "subject", "x"), *ticket = NULL;
    size_t count;
    const struct hook_desk *desks = hook_desks(&count);
    struct error err;
    (void)state;
    assert_int_equal(hook_translate(hook_desk_find("generic"), NULL, payload, NULL, 0, &ticket,
                                    &err),
                     STATUS_UNPROCESSABLE);
    for (size_t i = 0; i < count; i++) { /* nothing here is what the desk sends: no crash */
        _cleanup_json_ json_t *odd = json_pack(
            "{s:[], s:{s:i}, s:i, s:s, s:{}, s:{s:n}}", "detail", "ticket", "number", 1, "id", 3,
            "type", "x:ticket.x", "_embedded", "issue", "number");
        _cleanup_json_ json_t *out = NULL;
        (void)hook_translate(&desks[i], "issues", odd, NULL, 0, &out, NULL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_signature__matches_the_known_answers),
        cmocka_unit_test(test_signature__one_changed_character_is_refused),
        cmocka_unit_test(test_signature__missing_secret_or_header_is_refused),
        cmocka_unit_test(test_signature__stale_time_stamps_are_refused),
        cmocka_unit_test(test_zendesk__event_subscription),
        cmocka_unit_test(test_zendesk__trigger_in_the_generic_form),
        cmocka_unit_test(test_freshdesk__numbers_of_states),
        cmocka_unit_test(test_zammad__request_reply_and_note),
        cmocka_unit_test(test_chatwoot__conversation_and_message),
        cmocka_unit_test(test_helpscout__threads_newest_first),
        cmocka_unit_test(test_github__issues_and_comments),
        cmocka_unit_test(test_states__are_the_operators_to_change),
        cmocka_unit_test(test_translate__a_body_without_a_ticket_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
