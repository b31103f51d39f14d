/* test_upgrade.c: a database of every earlier version, with data in it, is opened and everything is found.
 *
 * Unlike the other tests of the store this one knows the steps of the schema. */
#include "store_test.h"

#include "base/file.h"
#include "base/str.h"
#include "store/auto_reply.h"
#include "store/flag.h"
#include "store/link.h"
#include "store/mark.h"
#include "store/sqlite.h"
#include "store/ticket.h"

#include <string.h>

/* What the version that brought a step could write, in its own columns. */
static const char *const data[] = {
    "INSERT INTO contacts VALUES (1, 'c0ffee');"
    "INSERT INTO sessions VALUES (1, 'known', 1, NULL), (2, 'other', NULL, NULL);"
    "INSERT INTO articles VALUES (1, 'guide/start');"
    "INSERT INTO events (sequence, session, id, moment, type, arm, holdout, marks, article, value, scroll)"
    " VALUES (1, 1, 'voted', 2000, 3, 0, 0, 0, 1, 1, -1);"
    "INSERT INTO events (sequence, session, id, moment, type, arm, holdout, marks, query, results, scroll)"
    " VALUES (2, 2, 'asked', 4000, 0, 0, 0, 0, 'a lost key', '1', -1);"
    "INSERT INTO versions VALUES (1, 500, 'first');"
    "INSERT INTO meta VALUES ('test.name', 'a value');"
    "INSERT INTO tokens VALUES ('t0', 'Kim', 1, 'hash', 100, NULL, NULL, NULL);",

    "INSERT INTO tickets (id, subject, body, status, created, imported)"
    " VALUES ('4711', 'Lost', 'The key is lost', 0, 3000, 0);"
    "INSERT INTO replies VALUES ('4711', 3500, 0, 'Look under the mat');"
    "INSERT INTO links (ticket, article, agent, text, at) VALUES ('4711', 1, 'Kim', 'lost', 3600);"
    "INSERT INTO deliveries VALUES ('desk', 'd1', 3000);"
    "INSERT INTO flags (kind, state, article, note, created, updated) VALUES (2, 0, 'guide/start', 'wrong', 1, 1);",

    "",
    "INSERT INTO marks VALUES ('fix:guide/start', 1, 2.5, 'Kim', 700);"
    "INSERT INTO alerts VALUES ('spike:2026-11-01', 800);",
    "UPDATE tickets SET reopened = 3900;",
    "UPDATE events SET confidence = 3 WHERE id = 'asked';",
    "INSERT INTO auto_replies VALUES ('4711', 1, 'code', 3, 3100);",
    "UPDATE flags SET answer = 'mended';",
};

/* A folder with the database of VERSION and what it could hold. */
static char *folder_of_version(size_t version)
{
    char *folder = folder_make();
    _cleanup_free_ char *path = file_join(folder, STORE_DATABASE);
    char mark[96];
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    for (size_t i = 0; i < version; i++) {
        assert_int_equal(sqlite3_exec(db, schema_steps[i], NULL, NULL, NULL), SQLITE_OK);
        if (i < ARRAY_LENGTH(data) && sqlite3_exec(db, data[i], NULL, NULL, NULL))
            fail_msg("step %zu: %s", i + 1, sqlite3_errmsg(db));
    }
    (void)sqlite3_snprintf(sizeof mark, mark, "PRAGMA application_id=%d; PRAGMA user_version=%d",
                           SCHEMA_APPLICATION_ID, (int)version);
    assert_int_equal(sqlite3_exec(db, mark, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    return folder;
}

static bool count_version(void *arg, const char *article, const char *version, int64_t seen_ms)
{
    assert_string_equal(article, "guide/start");
    assert_string_equal(version, "first");
    assert_int_equal(seen_ms, 500);
    ++*(int *)arg;
    return true;
}

static bool count_token(void *arg, const struct token *token)
{
    assert_string_equal(token->name, "Kim");
    ++*(int *)arg;
    return true;
}

static bool count_flag(void *arg, const struct flag *flag)
{
    assert_string_equal(flag->note, "wrong");
    assert_true(!flag->answer || str_equal(flag->answer, "mended"));
    ++*(int *)arg;
    return true;
}

static bool count_link(void *arg, const struct link *link)
{
    assert_string_equal(link->article, "guide/start");
    assert_int_equal(link->at_ms, 3600);
    ++*(int *)arg;
    return true;
}

static bool count_mark(void *arg, const struct mark *mark)
{
    assert_string_equal(mark->task, "fix:guide/start");
    ++*(int *)arg;
    return true;
}

static bool count_reply(void *arg, const struct auto_reply *reply)
{
    assert_string_equal(reply->ticket, "4711");
    assert_string_equal(reply->article, "guide/start");
    assert_string_equal(reply->code, "code");
    assert_int_equal(reply->state, AUTO_REPLY_SENT);
    assert_int_equal(reply->at_ms, 3100);
    ++*(int *)arg;
    return true;
}

static bool count_event(void *arg, const struct event *event)
{
    assert_string_equal(event->id, "voted");
    ++*(int *)arg;
    return true;
}

static void assert_first_data(struct store *store)
{
    _cleanup_free_ char *ids = ids_of(store, NULL), *asked = event_text(store, "asked"), *value = NULL;
    int versions = 0, tokens = 0, of_contact = 0;
    assert_string_equal(ids, "voted asked");
    assert_non_null(strstr(asked, "a lost key"));
    assert_non_null(strstr(asked, "guide/start"));
    assert_int_equal(store_each_contact_event(store, "c0ffee", count_event, &of_contact, NULL), STATUS_OK);
    assert_int_equal(store_each_version(store, NULL, count_version, &versions, NULL), STATUS_OK);
    assert_int_equal(store_token_each(store, count_token, &tokens, NULL), STATUS_OK);
    assert_int_equal(store_get_meta(store, "test.name", &value, NULL), STATUS_OK);
    assert_string_equal(value, "a value");
    assert_true(of_contact == 1 && versions == 1 && tokens == 1);
}

static void assert_later_data(struct store *store, size_t version)
{
    struct ticket ticket = {0};
    bool known = false, alerted = false;
    struct link_counts sent;
    int flags = 0, links = 0, marks = 0, replies = 0;
    enum status found = store_get_ticket(store, "4711", &ticket, NULL);
    assert_int_equal(found, version >= 2 ? STATUS_OK : STATUS_NOT_FOUND);
    if (version >= 2) {
        assert_string_equal(ticket.body, "The key is lost");
        assert_int_equal(ticket.reply_count, 1);
        ticket_done(&ticket);
    }
    assert_int_equal(store_knows_delivery(store, "desk", "d1", &known, NULL), STATUS_OK);
    assert_int_equal(store_each_flag(store, NULL, count_flag, &flags, NULL), STATUS_OK);
    assert_int_equal(store_each_mark(store, count_mark, &marks, NULL), STATUS_OK);
    assert_int_equal(store_each_link(store, 0, NULL, NULL, count_link, &links, NULL), STATUS_OK);
    assert_int_equal(store_count_links(store, "guide/start", 0, 5000, &sent, NULL), STATUS_OK);
    assert_int_equal(store_alert_was_sent(store, "spike:2026-11-01", &alerted, NULL), STATUS_OK);
    assert_int_equal(store_each_auto_reply(store, 0, INT64_MAX, NULL, count_reply, &replies, NULL), STATUS_OK);
    assert_int_equal(known, version >= 2);
    assert_int_equal(links, version >= 2);
    assert_int_equal(sent.tickets, version >= 2);
    assert_int_equal(flags, version >= 2);
    assert_int_equal(marks, version >= 4);
    assert_int_equal(alerted, version >= 4);
    assert_int_equal(replies, version >= 7);
}

/* What is not put into a table of a new step is not seen to be lost. `cells` and `totals` hold sums that are made of the rest. */
static void test_data__has_rows_for_every_table(void **state)
{
    _cleanup_free_ char *folder = folder_of_version(schema_step_count), *path = file_join(folder, STORE_DATABASE);
    sqlite3 *db = NULL;
    sqlite3_stmt *tables = NULL;
    (void)state;
    assert_int_equal(ARRAY_LENGTH(data), schema_step_count);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, "SELECT name FROM sqlite_schema WHERE type = 'table'"
                                            " AND name NOT IN ('parts', 'cells', 'totals') AND name NOT LIKE 'sqlite_%'", -1, &tables, NULL), SQLITE_OK);
    while (sqlite3_step(tables) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(tables, 0);
        sqlite3_stmt *rows = NULL;
        _cleanup_free_ char *query = mem_printf("SELECT 1 FROM %s", name);
        assert_int_equal(sqlite3_prepare_v2(db, query, -1, &rows, NULL), SQLITE_OK);
        if (sqlite3_step(rows) != SQLITE_ROW)
            fail_msg("no row in %s", name);
        (void)sqlite3_finalize(rows);
    }
    (void)sqlite3_finalize(tables);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    folder_remove(folder);
    (void)steal_pointer(&folder);
}

static void test_open__finds_the_data_of_every_version(void **state)
{
    (void)state;
    for (size_t version = 1; version <= schema_step_count; version++) {
        char *folder = folder_of_version(version);
        struct store *store = open_store(folder);
        assert_first_data(store);
        assert_later_data(store, version);
        assert_int_equal(append(store, "{\"id\":\"later\",\"session\":\"known\","
                                       "\"at\":\"2026-11-20T10:00:00Z\",\"type\":\"contact\"}"),
                         OUTCOME_STORED);
        store_close(store);
        store = open_store(folder);
        _cleanup_free_ char *ids = ids_of(store, NULL);
        assert_string_equal(ids, "voted asked later");
        store_close(store);
        folder_remove(folder);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_data__has_rows_for_every_table),
        cmocka_unit_test(test_open__finds_the_data_of_every_version),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
