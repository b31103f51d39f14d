/* test_auto_reply.c: what each desk's API is sent, and what automatic replies are said to have
 * brought. */
#include "unit.h"

#include "app/report/report_auto.h"
#include "app/send/auto_reply.h"
#include "app/send/desk_post.h"
#include "base/str.h"
#include "store/ticket.h"

#include <ftw.h>
#include <stdio.h>
#include <unistd.h>

static struct desk_reply reply_to(const char *desk, const char *url, const char *token,
                                  const char *ticket)
{
    return (struct desk_reply){.desk = desk,
                               .url = url,
                               .token = token,
                               .ticket = ticket,
                               .article = "a",
                               .contact = "ann@example.com",
                               .text = "Hi \"you\"",
                               .html = "<p>Hi</p>"};
}

static void assert_call(const struct desk_reply *reply, const char *method, const char *url,
                        const char *user, const char *header, const char *body)
{
    _cleanup_desk_call_ struct desk_call call = {.url = NULL};
    _cleanup_json_ json_t *sent = NULL, *expected = json_loads(body, 0, NULL);
    assert_non_null(expected);
    assert_int_equal(desk_post_make(reply, &call, NULL), STATUS_OK);
    sent = json_loads(call.body, 0, NULL);
    assert_string_equal(call.method, method);
    assert_string_equal(call.url, url);
    assert_true(str_equal(call.user, user));
    assert_true(str_equal(call.header, header));
    assert_true(json_equal(sent, expected));
}

static void test_desk_post__speaks_each_api(void **state)
{
    _cleanup_json_ json_t *payload =
        json_loads("{\"ticket\":{\"id\":9,\"title\":\"Help\"}}", 0, NULL);
    struct desk_reply reply =
        reply_to("zendesk", "https://x.zendesk.com", "bot@x.example/token:a:b", "12");
    (void)state;
    assert_call(&reply, "PUT", "https://x.zendesk.com/api/v2/tickets/12.json",
                "bot@x.example/token:a", NULL,
                "{\"ticket\":{\"comment\":{\"html_body\":\"<p>Hi</p>\",\"public\":true}}}");
    reply = reply_to("freshdesk", "https://x.freshdesk.com", "key", "../7");
    assert_call(&reply, "POST", "https://x.freshdesk.com/api/v2/tickets/..%2F7/reply", "key", NULL,
                "{\"body\":\"<p>Hi</p>\"}");
    reply = reply_to("chatwoot", "https://c.example/api/v1/accounts/1", "t", "5");
    assert_call(&reply, "POST", "https://c.example/api/v1/accounts/1/conversations/5/messages",
                NULL, "t",
                "{\"content\":\"Hi \\\"you\\\"\",\"message_type\":\"outgoing\",\"private\":false}");
    reply = reply_to("github", "https://api.github.com", "t", "o/r#7");
    assert_call(&reply, "POST", "https://api.github.com/repos/o/r/issues/7/comments", NULL,
                "Bearer t", "{\"body\":\"Hi \\\"you\\\"\"}");
    reply = reply_to("zammad", "https://z.example", "t", "67001");
    reply.payload = payload;
    assert_call(&reply, "POST", "https://z.example/api/v1/ticket_articles", NULL, "Token token=t",
                "{\"ticket_id\":9,\"subject\":\"Help\",\"body\":\"<p>Hi</p>\",\"content_type\":"
                "\"text/html\",\"type\":\"email\",\"sender\":\"Agent\",\"to\":\"ann@example.com\","
                "\"internal\":false}");
}

static void test_desk_post__refuses_what_it_cannot_send(void **state)
{
    const struct desk_reply replies[] = {
        reply_to("helpscout", "https://x.example", "t", "1"),
        reply_to("zendesk", "https://x.example", NULL, "1"),
        reply_to("zammad", "https://x.example", "t", "1"), /* no payload, so no number of its own */
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(replies); i++) {
        struct desk_call call = {.url = NULL};
        struct error err;
        assert_int_equal(desk_post_make(&replies[i], &call, &err), STATUS_UNPROCESSABLE);
        assert_non_null(strstr(err.message, replies[i].desk));
    }
}

static void test_allowed__wants_enough_and_not_clearly_wrong(void **state)
{
    char why[200];
    (void)state;
    assert_false(auto_reply_allowed(&(struct auto_reply_judged){49, 49}, why, sizeof why));
    assert_non_null(strstr(why, "49 of 50"));
    assert_true(auto_reply_allowed(&(struct auto_reply_judged){50, 50}, why, sizeof why));
    assert_true(auto_reply_allowed(&(struct auto_reply_judged){50, 37}, why, sizeof why));
    assert_false(auto_reply_allowed(&(struct auto_reply_judged){50, 30}, why, sizeof why));
}

/* ---- The report ---- */

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *place)
{
    (void)status, (void)kind, (void)place;
    return remove(path);
}

/* Stores a ticket that was answered (or held out) at AT_MS, and who wrote afterwards: "ac". */
static void add(struct store *store, const char *id, enum auto_reply_state state, int64_t at_ms,
                const char *then, enum ticket_status status)
{
    char text[] = "words", name[32];
    struct ticket_reply replies[4];
    struct ticket ticket = {.id = name,
                            .created_ms = at_ms - 1000,
                            .updated_ms = at_ms,
                            .solved_ms = -1,
                            .status = status,
                            .replies = replies,
                            .reply_count = strlen(then)};
    const struct auto_reply reply = {id, "a", "code", state, at_ms};
    bool is_new = false;
    (void)snprintf(name, sizeof name, "%s", id);
    for (size_t i = 0; then[i]; i++)
        replies[i] =
            (struct ticket_reply){at_ms + 1000 * (int64_t)(i + 1),
                                  then[i] == 'a' ? REPLY_BY_AGENT : REPLY_BY_CUSTOMER, text};
    assert_int_equal(store_put_tickets(store, &ticket, 1, NULL, NULL), STATUS_OK);
    assert_int_equal(store_note_auto_reply(store, &reply, &is_new, NULL), STATUS_OK);
    assert_true(is_new);
    assert_int_equal(store_note_auto_reply(store, &reply, &is_new, NULL), STATUS_OK);
    assert_false(is_new);
}

static void assert_rate(const json_t *object, const char *key, double expected)
{
    assert_float_equal(json_number_value(json_object_get(json_object_get(object, key), "value")),
                       expected, 1e-9);
}

static void test_report__follows_tickets_for_a_week(void **state)
{
    const int64_t now_ms = INT64_C(1795325760000), then_ms = now_ms - 10 * MS_PER_DAY;
    char folder[] = "/tmp/deflect-auto-XXXXXX";
    struct config config;
    struct service *service = NULL;
    _cleanup_json_ json_t *report = NULL;
    _cleanup_buf_ struct buf words = BUF_INIT(4096);
    int64_t removed = 0;
    const json_t *person;
    (void)state;
    assert_non_null(mkdtemp(folder));
    assert_int_equal(config_init(&config, NULL), STATUS_OK);
    assert_int_equal(config_set(&config, "data", folder, "the test", NULL), STATUS_OK);
    assert_int_equal(service_open(&config, SERVICE_COMMAND, &service, NULL), STATUS_OK);
    clock_set_for_test(now_ms);
    struct store *store = service_store(service);
    add(store, "s1", AUTO_REPLY_SENT, then_ms, "", TICKET_SOLVED);
    add(store, "s2", AUTO_REPLY_SENT, then_ms, "", TICKET_OPEN);
    add(store, "s3", AUTO_REPLY_SENT, then_ms, "ca", TICKET_OPEN);
    add(store, "s4", AUTO_REPLY_SENT, then_ms, "a", TICKET_SOLVED);
    add(store, "s5", AUTO_REPLY_SENT, then_ms, "c", TICKET_SPAM); /* counts nowhere */
    add(store, "s6", AUTO_REPLY_SENT, now_ms - MS_PER_DAY, "c",
        TICKET_OPEN); /* too young to tell */
    add(store, "h1", AUTO_REPLY_HELD_OUT, then_ms, "a", TICKET_SOLVED);
    add(store, "h2", AUTO_REPLY_HELD_OUT, then_ms, "", TICKET_SOLVED);
    add(store, "f1", AUTO_REPLY_FAILED, then_ms, "a", TICKET_OPEN);
    add(store, "u1", AUTO_REPLY_UNSENT, then_ms, "a", TICKET_OPEN);
    assert_int_equal(report_auto_reply(service, then_ms - 1, now_ms, &report, NULL), STATUS_OK);
    person = json_object_get(report, "needed_person");
    assert_int_equal(json_integer_value(json_object_get(report, "sent")), 4);
    assert_int_equal(json_integer_value(json_object_get(report, "held_out")), 2);
    assert_int_equal(json_integer_value(json_object_get(report, "open")), 1);
    assert_int_equal(json_integer_value(json_object_get(report, "failed")), 1);
    assert_rate(report, "came_back", 0.25);
    assert_rate(person, "sent", 0.5);
    assert_rate(person, "holdout", 0.5);
    assert_rate(person, "lift", 0);
    report_auto_reply_words(report, &words);
    assert_non_null(strstr(buf_str(&words), "4 replies a week old or more"));

    /* What goes with its ticket is not counted any more. */
    assert_int_equal(store_apply_retention(store, now_ms, now_ms, &removed, NULL), STATUS_OK);
    json_decref(report);
    assert_int_equal(report_auto_reply(service, then_ms - 1, now_ms, &report, NULL), STATUS_OK);
    assert_int_equal(json_integer_value(json_object_get(report, "failed")), 0);
    (void)service_close(service);
    config_done(&config);
    clock_set_for_test(-1);
    (void)nftw(folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_desk_post__speaks_each_api),
        cmocka_unit_test(test_desk_post__refuses_what_it_cannot_send),
        cmocka_unit_test(test_allowed__wants_enough_and_not_clearly_wrong),
        cmocka_unit_test(test_report__follows_tickets_for_a_week),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
