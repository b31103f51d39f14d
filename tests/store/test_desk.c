/* test_desk.c: the help desk's side of the store: tickets, replies, links, flags, deliveries. */
#include "store_test.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/str.h"
#include "store/flag.h"
#include "store/link.h"
#include "store/ticket.h"

#include <string.h>

#define HASH_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

/* A ticket whose texts are literals: never to be freed. */
static struct ticket plain_ticket(char *id, int64_t created_ms)
{
    return (struct ticket){
        .id = id, .created_ms = created_ms, .updated_ms = -1, .solved_ms = -1, .subject = "broken"};
}

static void put(struct store *store, const struct ticket *ticket, bool expected_new)
{
    bool is_new = !expected_new;
    assert_int_equal(store_put_tickets(store, ticket, 1, &is_new, NULL), STATUS_OK);
    assert_true(is_new == expected_new);
}

static void test_ticket__gives_back_every_field(void **state)
{
    struct store *store = store_of(state);
    char *tags[] = {"a;b", "c \"d\"", NULL};
    struct ticket_reply replies[] = {{30, REPLY_BY_AGENT, "try this"},
                                     {20, REPLY_BY_CUSTOMER, "hello?"}};
    struct ticket ticket = {.id = "owner/repo#1",
                            .session = "s",
                            .ref = "r",
                            .contact_hash = HASH_A,
                            .channel = "email",
                            .subject = "broken",
                            .body = "it fails",
                            .category = "bugs",
                            .tags = tags,
                            .status = TICKET_SOLVED,
                            .created_ms = 10,
                            .updated_ms = 40,
                            .solved_ms = 35,
                            .agent = "ann",
                            .imported = true,
                            .replies = replies,
                            .reply_count = 2};
    put(store, &ticket, true);
    _cleanup_ticket_ struct ticket got = {0};
    assert_int_equal(store_get_ticket(store, "owner/repo#1", &got, NULL), STATUS_OK);
    assert_string_equal(got.session, "s");
    assert_string_equal(got.ref, "r");
    assert_string_equal(got.contact_hash, HASH_A);
    assert_string_equal(got.channel, "email");
    assert_string_equal(got.subject, "broken");
    assert_string_equal(got.body, "it fails");
    assert_string_equal(got.category, "bugs");
    assert_string_equal(got.tags[0], "a;b");
    assert_string_equal(got.tags[1], "c \"d\"");
    assert_null(got.tags[2]);
    assert_string_equal(got.agent, "ann");
    assert_true(got.status == TICKET_SOLVED && got.created_ms == 10 && got.updated_ms == 40 &&
                got.solved_ms == 35 && got.imported);
    assert_int_equal(got.reply_count, 2);
    assert_string_equal(got.replies[0].text, "hello?");
    assert_int_equal(got.replies[1].by, REPLY_BY_AGENT);
    assert_true(got.replies[1].at_ms == 30);
    assert_int_equal(store_get_ticket(store, "nobody", &got, NULL), STATUS_NOT_FOUND);
}

static void test_ticket__update_keeps_what_it_leaves_out(void **state)
{
    struct store *store = store_of(state);
    struct ticket first = plain_ticket("1", 10), later = plain_ticket("1", 10),
                  stale = plain_ticket("1", 10);
    struct ticket_reply reply = {50, REPLY_BY_AGENT, "done"};
    first.body = "body";
    first.updated_ms = 20;
    later.subject = NULL;
    later.status = TICKET_SOLVED;
    later.updated_ms = 60;
    later.solved_ms = 60;
    later.replies = &reply;
    later.reply_count = 1;
    stale.updated_ms = 30;
    stale.subject = "stale";
    put(store, &first, true);
    put(store, &later, false);
    put(store, &later, false);
    put(store, &stale, false);
    _cleanup_ticket_ struct ticket got = {0};
    assert_int_equal(store_get_ticket(store, "1", &got, NULL), STATUS_OK);
    assert_string_equal(got.subject, "broken");
    assert_string_equal(got.body, "body");
    assert_true(got.status == TICKET_SOLVED && got.solved_ms == 60);
    assert_int_equal(got.reply_count, 1);
}

static bool add_ticket(void *arg, const struct ticket *ticket)
{
    buf_printf(arg, "%s ", ticket->id);
    return true;
}

static void test_ticket__lists_by_time_and_contact(void **state)
{
    struct store *store = store_of(state);
    _cleanup_buf_ struct buf list = BUF_INIT(100);
    struct ticket tickets[] = {plain_ticket("c", 30), plain_ticket("a", 10), plain_ticket("b", 20)};
    tickets[0].contact_hash = HASH_A;
    assert_int_equal(store_put_tickets(store, tickets, 3, NULL, NULL), STATUS_OK);
    assert_int_equal(store_each_ticket(store, 10, 30, add_ticket, &list, NULL), STATUS_OK);
    assert_string_equal(buf_str(&list), "a b ");
    buf_truncate(&list, 0);
    assert_int_equal(store_each_contact_ticket(store, HASH_A, add_ticket, &list, NULL), STATUS_OK);
    assert_string_equal(buf_str(&list), "c ");
}

static void test_names__parse_what_they_print(void **state)
{
    enum ticket_status status;
    enum reply_by by;
    enum flag_kind kind;
    enum flag_state flag_state;
    (void)state;
    assert_true(ticket_status_parse(slice_of("spam"), &status) && status == TICKET_SPAM);
    assert_string_equal(ticket_status_name(TICKET_MERGED), "merged");
    assert_false(ticket_status_parse(slice_of("Open"), &status));
    assert_true(reply_by_parse(slice_of("customer"), &by) && by == REPLY_BY_CUSTOMER);
    assert_string_equal(reply_by_name(REPLY_BY_AGENT), "agent");
    assert_false(reply_by_parse(slice_of(""), &by));
    assert_true(flag_kind_parse(slice_of("unclear"), &kind) && kind == FLAG_UNCLEAR);
    assert_string_equal(flag_kind_name(FLAG_MISSING), "missing");
    assert_false(flag_kind_parse(slice_of("bad"), &kind));
    assert_true(flag_state_parse(slice_of("taken"), &flag_state) && flag_state == FLAG_TAKEN);
    assert_string_equal(flag_state_name(FLAG_DONE), "done");
    assert_false(flag_state_parse(slice_of("bad"), &flag_state));
}

static bool add_link(void *arg, const struct link *link)
{
    buf_printf(arg, "%s>%s by %s: %s @%lld; ", link->ticket, link->article,
               link->agent ? link->agent : "?", link->text ? link->text : "",
               (long long)link->at_ms);
    return true;
}

/* What links to one ticket, asked often, takes among COUNT more links. */
static double time_of_links(struct store *store, unsigned first, unsigned count)
{
    double start;
    for (unsigned i = first; i < first + count; i++) {
        char ticket[16];
        struct link link = {ticket, "reset", NULL, "words", 10};
        (void)snprintf(ticket, sizeof ticket, "t%u", i);
        assert_int_equal(store_put_link(store, &link, NULL, NULL), STATUS_OK);
    }
    start = cpu_us();
    for (unsigned i = 0; i < 50; i++) {
        _cleanup_buf_ struct buf text = BUF_INIT(1024);
        assert_int_equal(store_each_link(store, INT64_MIN, NULL, "t0", add_link, &text, NULL), STATUS_OK);
        assert_true(text.length > 0);
    }
    return cpu_us() - start;
}

/* Every ticket that comes in asks this: were it to read all links, a million would make each wait a second. */
static void test_link__of_one_ticket_does_not_take_longer_among_many(void **state)
{
    double few = time_of_links(store_of(state), 0, 10), many = time_of_links(store_of(state), 10, 2000);
    assert_true(many < 10 * few);
}

static void test_link__is_one_for_ticket_and_article(void **state)
{
    struct store *store = store_of(state);
    _cleanup_buf_ struct buf list = BUF_INIT(1000);
    struct link first = {"7", "reset", "ann", "how to", 10},
                again = {"7", "reset", "bob", NULL, 20}, other = {"8", "login", NULL, NULL, 15};
    bool is_new = false;
    assert_int_equal(store_put_link(store, &first, &is_new, NULL), STATUS_OK);
    assert_true(is_new);
    assert_int_equal(store_put_link(store, &again, &is_new, NULL), STATUS_OK);
    assert_false(is_new);
    assert_int_equal(store_put_link(store, &other, NULL, NULL), STATUS_OK);
    assert_int_equal(store_each_link(store, 0, NULL, NULL, add_link, &list, NULL), STATUS_OK);
    assert_string_equal(buf_str(&list), "8>login by ?:  @15; 7>reset by bob: how to @20; ");
    buf_truncate(&list, 0);
    assert_int_equal(store_each_link(store, 16, NULL, "8", add_link, &list, NULL), STATUS_OK);
    assert_int_equal(store_each_link(store, 0, "login", NULL, add_link, &list, NULL), STATUS_OK);
    assert_string_equal(buf_str(&list), "8>login by ?:  @15; ");
    assert_int_equal(store_delete_link(store, "8", "login", NULL), STATUS_OK);
    assert_int_equal(store_delete_link(store, "8", "login", NULL), STATUS_NOT_FOUND);
    assert_int_equal(store_delete_link(store, "8", "unheard-of", NULL), STATUS_NOT_FOUND);
}

static bool add_flag(void *arg, const struct flag *flag)
{
    buf_printf(arg, "%lld %s %s %s %s; ", (long long)flag->id, flag_kind_name(flag->kind),
               flag_state_name(flag->state), flag->article ? flag->article : "-",
               flag->owner ? flag->owner : "-");
    if (flag->answer)
        buf_printf(arg, "“%s”; ", flag->answer);
    return true;
}

static void test_flag__is_taken_and_done(void **state)
{
    struct store *store = store_of(state);
    _cleanup_buf_ struct buf list = BUF_INIT(1000);
    struct flag outdated = {.kind = FLAG_OUTDATED, .article = "reset", .note = "old menu"};
    struct flag missing = {.kind = FLAG_MISSING, .ticket = "7"};
    enum flag_state open = FLAG_OPEN;
    int64_t first = 0, second = 0;
    assert_int_equal(store_add_flag(store, &outdated, &first, NULL), STATUS_OK);
    assert_int_equal(store_add_flag(store, &missing, &second, NULL), STATUS_OK);
    assert_int_equal(store_set_flag(store, first, FLAG_TAKEN, "ann", "rewritten", NULL), STATUS_OK);
    assert_int_equal(store_set_flag(store, first, FLAG_DONE, NULL, NULL, NULL), STATUS_OK);
    assert_int_equal(store_set_flag(store, 99, FLAG_DONE, NULL, NULL, NULL), STATUS_NOT_FOUND);
    assert_int_equal(store_each_flag(store, NULL, add_flag, &list, NULL), STATUS_OK);
    assert_string_equal(buf_str(&list), "2 missing open - -; 1 outdated done reset ann; “rewritten”; ");
    buf_truncate(&list, 0);
    assert_int_equal(store_each_flag(store, &open, add_flag, &list, NULL), STATUS_OK);
    assert_string_equal(buf_str(&list), "2 missing open - -; ");
}

static void test_delivery__is_known_the_second_time(void **state)
{
    struct store *store = store_of(state);
    bool known = true;
    assert_int_equal(store_note_delivery(store, "zendesk", "d1", 10, &known, NULL), STATUS_OK);
    assert_false(known);
    assert_int_equal(store_note_delivery(store, "zendesk", "d1", 20, &known, NULL), STATUS_OK);
    assert_true(known);
    assert_int_equal(store_note_delivery(store, "github", "d1", 20, &known, NULL), STATUS_OK);
    assert_false(known);
}

static void test_erase__takes_tickets_replies_and_links(void **state)
{
    struct store *store = store_of(state);
    _cleanup_buf_ struct buf list = BUF_INIT(100);
    struct ticket_reply reply = {50, REPLY_BY_AGENT, "done"};
    struct ticket tickets[] = {plain_ticket("by-session", 10), plain_ticket("by-event", 11),
                               plain_ticket("by-ref", 12), plain_ticket("by-contact", 13),
                               plain_ticket("other", 14)};
    char hash[65];
    struct store_erased erased;
    store_contact_hash(store, "ann@example.com", hash);
    tickets[0].session = "s";
    tickets[0].replies = &reply;
    tickets[0].reply_count = 1;
    tickets[2].ref = "form-1";
    tickets[3].contact_hash = hash;
    assert_int_equal(store_put_tickets(store, tickets, 5, NULL, NULL), STATUS_OK);
    struct link link = {"by-session", "reset", NULL, "words", 10};
    assert_int_equal(store_put_link(store, &link, NULL, NULL), STATUS_OK);
    append(store, "{\"id\":\"1\",\"session\":\"s\",\"at\":\"2026-11-20T10:00:00Z\",\"type\":"
                  "\"ticket\",\"ticket\":\"by-event\"}");
    append(store, "{\"id\":\"2\",\"session\":\"s\",\"at\":\"2026-11-20T10:00:00Z\",\"type\":"
                  "\"ticket\",\"ref\":\"form-1\"}");
    assert_int_equal(store_erase_session(store, "s", &erased, NULL), STATUS_OK);
    assert_true(erased.events == 2 && erased.sessions == 1 && erased.tickets == 3);
    assert_int_equal(store_each_ticket(store, 0, 100, add_ticket, &list, NULL), STATUS_OK);
    assert_int_equal(store_each_link(store, 0, NULL, NULL, add_link, &list, NULL), STATUS_OK);
    assert_string_equal(buf_str(&list), "by-contact other ");
    assert_int_equal(store_erase_contact(store, "ann@example.com", &erased, NULL), STATUS_OK);
    assert_true(erased.events == 0 && erased.tickets == 1);
}

static void test_retention__takes_old_tickets_and_links(void **state)
{
    struct store *store = store_of(state);
    _cleanup_buf_ struct buf list = BUF_INIT(1000);
    struct ticket tickets[] = {plain_ticket("old", 10), plain_ticket("new", 100)};
    struct link links[] = {{"old", "reset", NULL, "words", 10}, {"new", "reset", NULL, "w", 100}};
    int64_t removed = 0;
    assert_int_equal(store_put_tickets(store, tickets, 2, NULL, NULL), STATUS_OK);
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(store_put_link(store, &links[i], NULL, NULL), STATUS_OK);
    assert_int_equal(store_apply_retention(store, 50, 50, &removed, NULL), STATUS_OK);
    assert_int_equal(removed, 1);
    assert_int_equal(store_each_ticket(store, 0, 1000, add_ticket, &list, NULL), STATUS_OK);
    assert_int_equal(store_each_link(store, 0, NULL, NULL, add_link, &list, NULL), STATUS_OK);
    assert_string_equal(buf_str(&list), "new new>reset by ?: w @100; ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, store_setup, store_teardown)
        TEST(test_ticket__gives_back_every_field),
        TEST(test_ticket__update_keeps_what_it_leaves_out),
        TEST(test_ticket__lists_by_time_and_contact),
        TEST(test_link__is_one_for_ticket_and_article),
        TEST(test_link__of_one_ticket_does_not_take_longer_among_many),
        TEST(test_flag__is_taken_and_done),
        TEST(test_delivery__is_known_the_second_time),
        TEST(test_erase__takes_tickets_replies_and_links),
        TEST(test_retention__takes_old_tickets_and_links),
        cmocka_unit_test(test_names__parse_what_they_print),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
