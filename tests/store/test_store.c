/* test_store.c: the contract of store.h: events, versions, settings, tokens, opening. */
#include "store_test.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/str.h"

#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define HASH_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define HASH_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

static void assert_ids(struct store *store, const char *session, const char *expected)
{
    _cleanup_free_ char *ids = ids_of(store, session);
    assert_string_equal(ids, expected);
}

static void test_append__gives_back_every_field(void **state)
{
    static const char *const events[] = {
        "{\"id\":\"1\",\"at\":\"2026-11-20T10:00:00.001Z\",\"session\":\"s\",\"contact_hash\":"
        "\"" HASH_A "\",\"arm\":\"holdout\",\"holdout\":0.1,\"marks\":[\"staff\",\"robot\"],"
        "\"type\":\"search\","
        "\"query\":\"größe\",\"results\":[\"a/b\",\"日本\",\"a/b\"],\"query_id\":\"q\",\"place\":"
        "\"search\",\"lang\":\"de\"}",
        "{\"id\":\"2\",\"at\":\"2026-11-20T10:00:01Z\",\"session\":\"s\",\"contact_hash\":\"" HASH_A
        "\",\"arm\":\"suggest\",\"type\":\"view\",\"article\":\"日本\",\"query_id\":\"q\",\"rank\":"
        "2,"
        "\"source\":\"agent_link\",\"part\":\"passage\"}",
        "{\"id\":\"3\",\"at\":\"2026-11-20T10:00:02Z\",\"session\":\"s\",\"contact_hash\":\"" HASH_A
        "\",\"arm\":\"suggest\",\"type\":\"read\",\"article\":\"a/"
        "b\",\"ms\":86400000,\"scroll\":0.5}",
        "{\"id\":\"4\",\"at\":\"2026-11-20T10:00:03Z\",\"session\":\"s\",\"contact_hash\":\"" HASH_A
        "\",\"arm\":\"suggest\",\"type\":\"vote\",\"article\":\"a/"
        "b\",\"value\":\"down\",\"comment\":"
        "\"no\"}",
        "{\"id\":\"5\",\"at\":\"2026-11-20T10:00:04Z\",\"session\":\"s\",\"contact_hash\":\"" HASH_A
        "\",\"arm\":\"suggest\",\"type\":\"solved\"}",
        "{\"id\":\"6\",\"at\":\"2026-11-20T10:00:05Z\",\"session\":\"s\",\"contact_hash\":\"" HASH_A
        "\",\"arm\":\"suggest\",\"type\":\"contact\"}",
        "{\"id\":\"7\",\"at\":\"2026-11-20T10:00:06Z\",\"session\":\"s\",\"contact_hash\":\"" HASH_A
        "\",\"arm\":\"suggest\",\"type\":\"ticket\",\"ticket\":\"o/r#1\",\"ref\":\"r\",\"subject\":"
        "\"help\",\"body\":\"it\\nfails\",\"withdrawn\":true}",
    };
    struct store *store = store_of(state);
    for (size_t i = 0; i < ARRAY_LENGTH(events); i++)
        assert_int_equal(append(store, events[i]), OUTCOME_STORED);
    for (size_t i = 0; i < ARRAY_LENGTH(events); i++) {
        char id[2] = {(char)('1' + i), '\0'};
        _cleanup_free_ char *text = event_text(store, id);
        assert_non_null(text);
        assert_string_equal(text, events[i]);
    }
}

static void test_append__stores_an_id_once_in_its_session(void **state)
{
    struct store *store = store_of(state);
    const char *first = "{\"id\":\"1\",\"session\":\"s\",\"at\":\"2026-11-20T10:00:00Z\",\"type\":"
                        "\"contact\"}";
    assert_int_equal(append(store, first), OUTCOME_STORED);
    assert_int_equal(append(store, first), OUTCOME_KNOWN);
    assert_int_equal(append(store,
                            "{\"id\":\"1\",\"session\":\"s\",\"at\":\"2026-11-20T11:00:00Z\","
                            "\"type\":\"solved\"}"),
                     OUTCOME_KNOWN);
    assert_int_equal(append(store,
                            "{\"id\":\"1\",\"session\":\"t\",\"at\":\"2026-11-20T10:00:00Z\","
                            "\"type\":\"contact\"}"),
                     OUTCOME_STORED);
    assert_ids(store, NULL, "1 1");
    assert_ids(store, "s", "1");
}

static void test_append__keeps_the_first_search_of_a_query_id(void **state)
{
    struct store *store = store_of(state);
    assert_int_equal(append(store,
                            "{\"id\":\"1\",\"session\":\"s\",\"at\":\"2026-11-20T10:00:00Z\","
                            "\"type\":\"search\",\"query\":\"one\",\"results\":[],"
                            "\"query_id\":\"q\"}"),
                     OUTCOME_STORED);
    assert_int_equal(append(store,
                            "{\"id\":\"2\",\"session\":\"s\",\"at\":\"2026-11-20T10:00:00Z\","
                            "\"type\":\"search\",\"query\":\"two\",\"results\":[],"
                            "\"query_id\":\"q\"}"),
                     OUTCOME_KNOWN);
    assert_int_equal(append(store,
                            "{\"id\":\"3\",\"session\":\"s\",\"at\":\"2026-11-20T10:00:00Z\","
                            "\"type\":\"view\",\"article\":\"a\",\"source\":\"help\","
                            "\"query_id\":\"q\"}"),
                     OUTCOME_STORED);
    assert_int_equal(append(store,
                            "{\"id\":\"4\",\"session\":\"t\",\"at\":\"2026-11-20T10:00:00Z\","
                            "\"type\":\"search\",\"query\":\"two\",\"results\":[],"
                            "\"query_id\":\"q\"}"),
                     OUTCOME_STORED);
    assert_ids(store, NULL, "1 3 4");
}

static void test_each__goes_by_time_then_arrival_with_tickets_last(void **state)
{
    struct store *store = store_of(state);
    append(store, "{\"id\":\"late\",\"session\":\"s\",\"at\":\"2026-11-20T10:00:02Z\",\"type\":"
                  "\"contact\"}");
    append(store, "{\"id\":\"ticket\",\"session\":\"s\",\"at\":\"2026-11-20T10:00:01Z\",\"type\":"
                  "\"ticket\"}");
    append(store, "{\"id\":\"y\",\"session\":\"s\",\"at\":\"2026-11-20T10:00:01Z\",\"type\":"
                  "\"solved\"}");
    append(store, "{\"id\":\"x\",\"session\":\"t\",\"at\":\"2026-11-20T11:00:01+01:00\",\"type\":"
                  "\"contact\"}");
    append(store,
           "{\"id\":\"early\",\"session\":\"s\",\"at\":\"2026-11-20T10:00:00.999Z\",\"type\":"
           "\"contact\"}");
    assert_ids(store, NULL, "early y x ticket late");
    assert_ids(store, "s", "early y ticket late");
    assert_ids(store, "nobody", "");
}

static bool count_one(void *arg, const struct event *event)
{
    (void)event;
    ++*(int *)arg;
    return true;
}

static void test_each__takes_the_start_and_leaves_the_end(void **state)
{
    struct store *store = store_of(state);
    int64_t at_ms;
    int count = 0;
    assert_true(clock_parse(slice_of("2026-11-20T10:00:00Z"), &at_ms));
    append(store, "{\"id\":\"1\",\"session\":\"s\",\"at\":\"2026-11-20T10:00:00Z\",\"type\":"
                  "\"ticket\"}");
    assert_int_equal(store_each_event(store, at_ms, at_ms + 1, count_one, &count, NULL), 0);
    assert_int_equal(count, 1);
    assert_int_equal(store_each_event(store, at_ms - 1, at_ms, count_one, &count, NULL), 0);
    assert_int_equal(store_each_event(store, at_ms + 1, at_ms + 2, count_one, &count, NULL), 0);
    assert_int_equal(count, 1);
}

static void test_session__belongs_to_the_first_contact_it_names(void **state)
{
    struct store *store = store_of(state);
    const char *other = "{\"id\":\"3\",\"session\":\"s\",\"at\":\"2026-11-20T10:00:02Z\",\"type\":"
                        "\"contact\",\"contact_hash\":\"" HASH_B "\"}";
    append(store, "{\"id\":\"1\",\"session\":\"s\",\"at\":\"2026-11-20T10:00:00Z\",\"type\":"
                  "\"contact\"}");
    append(store, "{\"id\":\"2\",\"session\":\"s\",\"at\":\"2026-11-20T10:00:01Z\",\"type\":"
                  "\"contact\",\"contact_hash\":\"" HASH_A "\"}");
    assert_int_equal(append(store, other), OUTCOME_STORED);
    assert_int_equal(append(store, other), OUTCOME_KNOWN);
    assert_ids(store, "s", "1 2");
    _cleanup_free_ char *first = event_text(store, "1");
    _cleanup_free_ char *third = event_text(store, "3");
    assert_non_null(strstr(first, HASH_A)); /* the hash claims the session's earlier events */
    assert_non_null(strstr(third, HASH_B));
    assert_null(strstr(third, "\"session\":\"s\""));
    int count = 0;
    assert_int_equal(store_each_contact_event(store, HASH_A, count_one, &count, NULL), 0);
    assert_int_equal(count, 2);
}

static void test_ticket__is_taken_back_in_any_order(void **state)
{
    struct store *store = store_of(state);
    const char *back = "{\"id\":\"1\",\"session\":\"s\",\"at\":\"2026-11-20T10:00:05Z\",\"type\":"
                       "\"ticket\",\"withdrawn\":true}";
    append(store, "{\"id\":\"1\",\"session\":\"s\",\"at\":\"2026-11-20T10:00:00Z\",\"type\":"
                  "\"ticket\",\"ticket\":\"7\"}");
    assert_int_equal(append(store, back), OUTCOME_STORED);
    assert_int_equal(append(store, back), OUTCOME_KNOWN);
    append(store, "{\"id\":\"2\",\"session\":\"s\",\"at\":\"2026-11-20T10:00:00Z\",\"type\":"
                  "\"ticket\",\"withdrawn\":true}");
    assert_int_equal(append(store,
                            "{\"id\":\"2\",\"session\":\"s\",\"at\":\"2026-11-20T10:00:00Z\","
                            "\"type\":\"ticket\"}"),
                     OUTCOME_KNOWN);
    _cleanup_free_ char *first = event_text(store, "1");
    _cleanup_free_ char *second = event_text(store, "2");
    assert_non_null(strstr(first, "\"withdrawn\":true"));
    assert_non_null(strstr(first, "\"ticket\":\"7\""));
    assert_non_null(strstr(second, "\"withdrawn\":true"));
    int count = 0;
    assert_int_equal(store_each_ticket_event(store, "7", count_one, &count, NULL), 0);
    assert_int_equal(count, 1);
}

static void test_append__is_all_or_nothing(void **state)
{
    struct store *store = store_of(state);
    struct event events[2] = {
        event_of("{\"id\":\"1\",\"session\":\"s\",\"at\":\"2026-11-20T10:00:00Z\",\"type\":"
                 "\"contact\"}"),
        event_of("{\"session\":\"s\",\"at\":\"2026-11-20T10:00:00Z\",\"type\":\"contact\"}"),
    };
    assert_int_equal(store_append(store, events, 2, NULL, NULL), STATUS_INTERNAL);
    assert_ids(store, NULL, "");
    assert_int_equal(store_append(store, events, 1, NULL, NULL), STATUS_OK);
    assert_ids(store, "s", "1");
    event_done(&events[0]);
    event_done(&events[1]);
}

/* With each allocation failing once, an append stores all or nothing, and reading tells or
 * delivers. */
static void test_append__survives_every_failed_allocation(void **state)
{
    struct store *store = store_of(state);
    struct event events[] = {
        event_of("{\"id\":\"1\",\"session\":\"s\",\"at\":\"2026-11-20T10:00:00Z\",\"type\":"
                 "\"search\",\"query\":\"q\",\"results\":[\"a\",\"b\"],\"contact_hash\":\"" HASH_A
                 "\"}"),
        event_of("{\"id\":\"2\",\"session\":\"s\",\"at\":\"2026-11-20T10:00:00Z\",\"type\":"
                 "\"vote\",\"article\":\"c\",\"value\":\"up\",\"contact_hash\":\"" HASH_B "\"}"),
    };
    size_t failed = 0;
    for (long n = 1; n < 60; n++) {
        int count = 0;
        mem_fail_after(n);
        enum status status = store_append(store, events, 2, NULL, NULL);
        mem_fail_after(0);
        assert_true(status == STATUS_OK || status == STATUS_OUT_OF_MEMORY);
        assert_int_equal(store_each_event(store, 0, INT64_MAX, count_one, &count, NULL), STATUS_OK);
        assert_true(count == 2 || (count == 0 && status == STATUS_OUT_OF_MEMORY));
        failed += status == STATUS_OUT_OF_MEMORY;
        count = 0;
        mem_fail_after(n);
        status = store_each_event(store, 0, INT64_MAX, count_one, &count, NULL);
        mem_fail_after(0);
        assert_true(status == STATUS_OUT_OF_MEMORY || (status == STATUS_OK && count <= 2));
        failed += status == STATUS_OUT_OF_MEMORY;
    }
    assert_true(failed >= 4);
    assert_ids(store, "s", "1");
    for (size_t i = 0; i < ARRAY_LENGTH(events); i++)
        event_done(&events[i]);
}

static void test_open__keeps_what_was_stored_and_its_key(void **state)
{
    struct fixture *fixture = *state;
    char before[65], after[65];
    store_contact_hash(fixture->store, "  Ann@Example.com ", before);
    append(fixture->store,
           "{\"id\":\"1\",\"session\":\"s\",\"at\":\"2026-11-20T10:00:00Z\",\"type\":"
           "\"contact\"}");
    fixture->store = store_close(fixture->store);
    fixture->store = open_store(fixture->folder);
    store_contact_hash(fixture->store, "ann@example.COM", after);
    assert_string_equal(before, after);
    assert_ids(fixture->store, NULL, "1");
    store_contact_hash(fixture->store, "bob@example.com", after);
    assert_string_not_equal(before, after);
    store_contact_hash(fixture->store, " JÜRGEN@EXAMPLE.COM\n", before);
    store_contact_hash(fixture->store, "jürgen@example.com", after);
    assert_string_equal(before, after);
}

static void test_open__makes_all_files_for_the_owner_alone(void **state)
{
    struct fixture *fixture = *state;
    static const char *const names[] = {"deflect.db", "deflect.db-wal", "secret.key"};
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
        _cleanup_free_ char *path = file_join(fixture->folder, names[i]);
        struct stat info;
        assert_int_equal(stat(path, &info), 0);
        assert_int_equal(info.st_mode & 0777, 0600);
    }
    _cleanup_free_ char *inner = file_join(fixture->folder, "made/here");
    struct store *store = open_store(inner);
    struct stat info;
    assert_int_equal(stat(inner, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0700);
    store_close(store);
}

static void test_open__lets_one_server_in_and_commands_beside_it(void **state)
{
    struct fixture *fixture = *state;
    struct store_options serving = {.folder = fixture->folder, .exclusive = true};
    struct store *server = NULL, *second = NULL;
    struct error err = {0};
    char pid[32];
    assert_int_equal(store_open(&serving, &server, NULL), STATUS_OK);
    assert_int_equal(store_open(&serving, &second, &err), STATUS_LOCKED);
    (void)snprintf(pid, sizeof pid, "process %ld", (long)getpid());
    assert_non_null(strstr(err.message, pid));
    assert_string_not_equal(err.hint, "");
    append(fixture->store,
           "{\"id\":\"1\",\"session\":\"s\",\"at\":\"2026-11-20T10:00:00Z\",\"type\":"
           "\"contact\"}");
    append(server, "{\"id\":\"2\",\"session\":\"s\",\"at\":\"2026-11-20T10:00:00Z\",\"type\":"
                   "\"contact\"}");
    assert_ids(server, "s", "1 2");
    store_close(server);
    assert_int_equal(store_open(&serving, &server, NULL), STATUS_OK);
    store_close(server);
}

static void test_open__refuses_another_key(void **state)
{
    struct fixture *fixture = *state;
    _cleanup_free_ char *key = file_join(fixture->folder, "secret.key");
    struct store_options options = {.folder = fixture->folder};
    struct store *store = NULL;
    struct error err = {0};
    fixture->store = store_close(fixture->store);
    const char other[32] = "another key of thirty-two bytes";
    assert_int_equal(file_write(key, other, sizeof other, 0600, NULL), STATUS_OK);
    assert_int_equal(store_open(&options, &store, &err), STATUS_INCOMPATIBLE);
    assert_non_null(strstr(err.message, "secret.key"));
    assert_string_not_equal(err.hint, "");
    assert_int_equal(unlink(key), 0);
    assert_int_equal(store_open(&options, &store, &err), STATUS_INCOMPATIBLE);
}

static bool add_version(void *arg, const char *article, const char *version, int64_t seen_ms)
{
    struct buf *text = arg;
    buf_printf(text, "%s:%s@%lld ", article, version, (long long)seen_ms);
    return true;
}

static void test_versions__note_each_change_once(void **state)
{
    struct store *store = store_of(state);
    _cleanup_buf_ struct buf text = BUF_INIT(1000);
    const struct article_version many[] = {{"b", "1", 5}, {"a", "v2", 20}, {"a", "v1", 30}};
    assert_int_equal(store_note_version(store, "a", "v1", 10, NULL), STATUS_OK);
    assert_int_equal(store_note_version(store, "a", "v1", 15, NULL), STATUS_OK);
    assert_int_equal(store_note_versions(store, many, 3, NULL), STATUS_OK);
    assert_int_equal(store_note_version(store, "a", "v3", 7, NULL), STATUS_OK);
    assert_int_equal(store_each_version(store, NULL, add_version, &text, NULL), STATUS_OK);
    assert_string_equal(buf_str(&text), "a:v1@10 a:v2@20 a:v1@30 a:v3@31 b:1@5 ");
    buf_truncate(&text, 0);
    assert_int_equal(store_each_version(store, "b", add_version, &text, NULL), STATUS_OK);
    assert_string_equal(buf_str(&text), "b:1@5 ");
}

static double time_of_versions(struct store *store, unsigned first, unsigned count)
{
    _cleanup_free_ struct article_version *versions = mem_zero(count, sizeof *versions);
    char(*names)[16] = mem_zero(count, sizeof *names);
    double start;
    for (unsigned i = 0; i < count; i++) {
        (void)snprintf(names[i], sizeof names[i], "a%u", first + i);
        versions[i] = (struct article_version){names[i], "v", 10};
    }
    assert_int_equal(store_note_versions(store, versions, count, NULL), STATUS_OK);
    start = cpu_us();
    for (unsigned i = 0; i < 50; i++) {
        _cleanup_buf_ struct buf text = BUF_INIT(1024);
        assert_int_equal(store_each_version(store, names[i % count], add_version, &text, NULL), STATUS_OK);
        assert_true(text.length > 0);
    }
    mem_free(names);
    return cpu_us() - start;
}

/* Indexing asks this of each article: were it to read them all, thousands would take hours. */
static void test_versions__of_one_article_do_not_take_longer_among_many(void **state)
{
    double few = time_of_versions(store_of(state), 0, 10), many = time_of_versions(store_of(state), 10, 10000);
    assert_true(many < 20 * few);
}

static void test_meta__keeps_changes_and_forgets(void **state)
{
    struct store *store = store_of(state);
    char *value = NULL;
    assert_int_equal(store_get_meta(store, "sample", &value, NULL), STATUS_OK);
    assert_null(value);
    assert_int_equal(store_set_meta(store, "sample", "yes", NULL), STATUS_OK);
    assert_int_equal(store_set_meta(store, "sample", "no", NULL), STATUS_OK);
    assert_int_equal(store_get_meta(store, "sample", &value, NULL), STATUS_OK);
    assert_string_equal(value, "no");
    value = mem_free(value);
    assert_int_equal(store_set_meta(store, "sample", NULL, NULL), STATUS_OK);
    assert_int_equal(store_get_meta(store, "sample", &value, NULL), STATUS_OK);
    assert_null(value);
}

static bool count_token(void *arg, const struct token *token)
{
    assert_string_equal(token->name, "desk");
    ++*(int *)arg;
    return true;
}

static void test_token__is_found_by_its_secret_until_revoked_or_expired(void **state)
{
    struct store *store = store_of(state);
    char secret[TOKEN_SECRET_SIZE], other[TOKEN_SECRET_SIZE];
    struct token made, found;
    int count = 0;
    clock_set_for_test(1000000);
    assert_int_equal(store_token_create(store, ROLE_WRITER, "desk", -1, &made, secret, NULL), 0);
    assert_int_equal(store_token_create(store, ROLE_AGENT, "desk", 1500000, &found, other, NULL),
                     0);
    assert_true(str_starts(secret, "dfl_"));
    assert_string_not_equal(secret, other);
    assert_int_equal(store_token_find(store, secret, &found, NULL), STATUS_OK);
    assert_int_equal(found.role, ROLE_WRITER);
    assert_string_equal(found.id, made.id);
    assert_true(found.used_ms == 1000000 && found.expires_ms == -1 && found.revoked_ms == -1);
    clock_set_for_test(1030000);
    assert_int_equal(store_token_find(store, secret, &found, NULL), STATUS_OK);
    assert_true(found.used_ms == 1000000);
    assert_int_equal(store_token_find(store, other, &found, NULL), STATUS_OK);
    clock_set_for_test(1500000);
    assert_int_equal(store_token_find(store, other, &found, NULL), STATUS_DENIED);
    assert_int_equal(store_token_find(store, "dfl_nonsense", &found, NULL), STATUS_DENIED);
    assert_int_equal(store_token_find(store, "", &found, NULL), STATUS_DENIED);
    assert_int_equal(store_token_revoke(store, made.id, NULL), STATUS_OK);
    assert_int_equal(store_token_find(store, secret, &found, NULL), STATUS_DENIED);
    assert_int_equal(store_token_revoke(store, "nobody", NULL), STATUS_NOT_FOUND);
    assert_int_equal(store_token_each(store, count_token, &count, NULL), STATUS_OK);
    assert_int_equal(count, 2);
    clock_set_for_test(-1);
}

/* True where a file of FOLDER holds TEXT. */
static bool folder_holds(const char *folder, const char *text)
{
    static const char *const names[] = {"deflect.db", "deflect.db-wal"};
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
        _cleanup_free_ char *path = file_join(folder, names[i]), *bytes = NULL;
        size_t length;
        if (file_read(path, 1 << 26, &bytes, &length, NULL) == STATUS_OK &&
            memmem(bytes, length, text, strlen(text)))
            return true;
    }
    return false;
}

static void test_erase__removes_a_session_and_what_was_derived_of_it(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = fixture->store;
    struct store_erased erased = {0};
    append(store, "{\"id\":\"1\",\"session\":\"s\",\"at\":\"2026-11-20T10:00:00Z\",\"type\":"
                  "\"search\",\"query\":\"unforgettable words\",\"results\":[],"
                  "\"contact_hash\":\"" HASH_A "\"}");
    append(store, "{\"id\":\"2\",\"session\":\"s\",\"at\":\"2026-11-20T10:00:01Z\",\"type\":"
                  "\"contact\",\"contact_hash\":\"" HASH_B "\"}");
    append(store, "{\"id\":\"3\",\"session\":\"t\",\"at\":\"2026-11-20T10:00:02Z\",\"type\":"
                  "\"contact\"}");
    assert_true(folder_holds(fixture->folder, "unforgettable"));
    assert_int_equal(store_erase_session(store, "s", &erased, NULL), STATUS_OK);
    assert_true(erased.events == 2 && erased.sessions == 2 && erased.tickets == 0);
    assert_ids(store, NULL, "3");
    assert_false(folder_holds(fixture->folder, "unforgettable"));
    assert_false(folder_holds(fixture->folder, HASH_A));
    assert_int_equal(store_erase_session(store, "s", &erased, NULL), STATUS_OK);
    assert_true(erased.events == 0 && erased.sessions == 0);
    assert_int_equal(append(store, "{\"id\":\"1\",\"session\":\"s\",\"at\":"
                                   "\"2026-11-20T10:00:00Z\",\"type\":\"contact\"}"),
                     OUTCOME_STORED);
    assert_ids(store, "s", "1");
}

static void test_erase__removes_all_sessions_of_a_contact(void **state)
{
    struct store *store = store_of(state);
    struct store_erased erased = {0};
    static const char *const sessions[] = {"s", "t", "u"};
    char hash[65];
    store_contact_hash(store, "ann@example.com", hash);
    for (size_t i = 0; i < ARRAY_LENGTH(sessions); i++) {
        _cleanup_free_ char *json = mem_printf(
            "{\"id\":\"%zu\",\"session\":\"%s\",\"at\":\"2026-11-20T10:00:00Z\",\"type\":"
            "\"contact\"%s%s%s}",
            i, sessions[i], i < 2 ? ",\"contact_hash\":\"" : "", i < 2 ? hash : "",
            i < 2 ? "\"" : "");
        append(store, json);
    }
    assert_int_equal(store_erase_contact(store, " Ann@example.com", &erased, NULL), STATUS_OK);
    assert_true(erased.events == 2 && erased.sessions == 2);
    assert_ids(store, NULL, "2");
}

static void test_erase__is_noticed_by_other_processes(void **state)
{
    struct fixture *fixture = *state;
    struct store *server = fixture->store, *command = open_store(fixture->folder);
    struct store_erased erased;
    append(server, "{\"id\":\"1\",\"session\":\"s\",\"at\":\"2026-11-20T10:00:00Z\",\"type\":"
                   "\"contact\",\"contact_hash\":\"" HASH_A "\"}");
    assert_int_equal(store_erase_session(command, "s", &erased, NULL), STATUS_OK);
    append(command, "{\"id\":\"2\",\"session\":\"x\",\"at\":\"2026-11-20T10:00:00Z\",\"type\":"
                    "\"contact\"}");
    append(server, "{\"id\":\"3\",\"session\":\"s\",\"at\":\"2026-11-20T10:00:00Z\",\"type\":"
                   "\"contact\"}");
    assert_ids(server, "s", "3");
    assert_ids(server, "x", "2");
    store_close(command);
}

static int64_t ms_of(const char *text)
{
    int64_t ms = 0;
    assert_true(clock_parse(slice_of(text), &ms));
    return ms;
}

static void test_retention__takes_texts_first_and_events_later(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = fixture->store;
    int64_t removed = 0;
    append(store, "{\"id\":\"old\",\"session\":\"a\",\"at\":\"2026-01-01T00:00:00Z\",\"type\":"
                  "\"search\",\"query\":\"ancient\",\"results\":[\"x\"]}");
    append(store, "{\"id\":\"q\",\"session\":\"s\",\"at\":\"2026-03-01T00:00:00Z\",\"type\":"
                  "\"search\",\"query\":\"perishable\",\"results\":[\"x\"]}");
    append(store, "{\"id\":\"v\",\"session\":\"s\",\"at\":\"2026-03-01T00:00:01Z\",\"type\":"
                  "\"vote\",\"article\":\"x\",\"value\":\"up\",\"comment\":\"remark\"}");
    append(store, "{\"id\":\"sent\",\"session\":\"s\",\"at\":\"2026-03-01T00:00:02Z\",\"type\":"
                  "\"ticket\",\"subject\":\"kept\"}");
    append(store, "{\"id\":\"back\",\"session\":\"s\",\"at\":\"2026-03-01T00:00:03Z\",\"type\":"
                  "\"ticket\",\"body\":\"unsent words\",\"withdrawn\":true}");
    append(store, "{\"id\":\"new\",\"session\":\"s\",\"at\":\"2026-04-01T00:00:00Z\",\"type\":"
                  "\"search\",\"query\":\"fresh\",\"results\":[]}");
    assert_int_equal(store_apply_retention(store, ms_of("2026-04-01T00:00:00Z"),
                                           ms_of("2026-03-01T00:00:00Z"), &removed, NULL),
                     STATUS_OK);
    assert_int_equal(removed, 4);
    assert_ids(store, NULL, "q v sent back new");
    assert_ids(store, "a", "");
    static const char *const gone[] = {"ancient", "perishable", "remark", "unsent words"};
    for (size_t i = 0; i < ARRAY_LENGTH(gone); i++)
        assert_false(folder_holds(fixture->folder, gone[i]));
    assert_true(folder_holds(fixture->folder, "kept") && folder_holds(fixture->folder, "fresh"));
    assert_int_equal(store_apply_retention(store, ms_of("2026-04-01T00:00:00Z"),
                                           ms_of("2026-03-01T00:00:00Z"), &removed, NULL),
                     STATUS_OK);
    assert_int_equal(removed, 0);
}

static void test_backup__is_a_data_folder_of_its_own(void **state)
{
    struct fixture *fixture = *state;
    _cleanup_free_ char *folder = file_join(fixture->folder, "copies/today");
    struct error err = {0};
    char before[65], after[65];
    append(fixture->store, "{\"id\":\"1\",\"session\":\"s\",\"at\":\"2026-11-20T10:00:00Z\","
                           "\"type\":\"contact\"}");
    store_contact_hash(fixture->store, "ann@example.com", before);
    assert_int_equal(store_backup(fixture->store, folder, &err), STATUS_OK);
    append(fixture->store, "{\"id\":\"2\",\"session\":\"s\",\"at\":\"2026-11-20T10:00:00Z\","
                           "\"type\":\"contact\"}");
    struct store *copy = open_store(folder);
    assert_ids(copy, NULL, "1");
    store_contact_hash(copy, "ann@example.com", after);
    assert_string_equal(before, after);
    append(copy, "{\"id\":\"3\",\"session\":\"s\",\"at\":\"2026-11-20T10:00:00Z\","
                 "\"type\":\"contact\"}");
    store_close(copy);
    assert_ids(fixture->store, NULL, "1 2");
    assert_int_equal(store_backup(fixture->store, folder, &err), STATUS_EXISTS);
    assert_string_not_equal(err.hint, "");
}

static void test_check__finds_a_sound_store_usable(void **state)
{
    assert_int_equal(store_check(store_of(state), NULL), STATUS_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, store_setup, store_teardown)
        TEST(test_append__gives_back_every_field),
        TEST(test_append__stores_an_id_once_in_its_session),
        TEST(test_append__keeps_the_first_search_of_a_query_id),
        TEST(test_append__is_all_or_nothing),
        TEST(test_append__survives_every_failed_allocation),
        TEST(test_each__goes_by_time_then_arrival_with_tickets_last),
        TEST(test_each__takes_the_start_and_leaves_the_end),
        TEST(test_session__belongs_to_the_first_contact_it_names),
        TEST(test_ticket__is_taken_back_in_any_order),
        TEST(test_open__keeps_what_was_stored_and_its_key),
        TEST(test_open__makes_all_files_for_the_owner_alone),
        TEST(test_open__lets_one_server_in_and_commands_beside_it),
        TEST(test_open__refuses_another_key),
        TEST(test_versions__note_each_change_once),
        TEST(test_versions__of_one_article_do_not_take_longer_among_many),
        TEST(test_meta__keeps_changes_and_forgets),
        TEST(test_token__is_found_by_its_secret_until_revoked_or_expired),
        TEST(test_erase__removes_a_session_and_what_was_derived_of_it),
        TEST(test_erase__removes_all_sessions_of_a_contact),
        TEST(test_erase__is_noticed_by_other_processes),
        TEST(test_retention__takes_texts_first_and_events_later),
        TEST(test_backup__is_a_data_folder_of_its_own),
        TEST(test_check__finds_a_sound_store_usable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
