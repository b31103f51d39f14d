/* test_faults.c: damage, full disks, crashes: what the embedded store does when the world breaks.
 *
 * Unlike the other tests of the store these know its file. */
#include "store_test.h"

#include "base/file.h"
#include "base/str.h"
#include "store/writer.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOBODY 65534

/* A folder with COUNT events in a closed store; its database's path in *RET_PATH (owned). */
static char *folder_with_events(int count, char **ret_path)
{
    char *folder = folder_make();
    struct store *store = open_store(folder);
    for (int i = 0; i < count; i += 500) {
        struct event events[500];
        for (int k = 0; k < 500; k++)
            events[k] = (struct event){.type = EVENT_SEARCH,
                                       .at_ms = 1000 + i + k,
                                       .scroll = -1,
                                       .id = mem_printf("id-%06d", i + k),
                                       .session = mem_printf("session-%d", i + k),
                                       .query = mem_strdup("some words that take up room")};
        assert_int_equal(store_append(store, events, 500, NULL, NULL), STATUS_OK);
        for (int k = 0; k < 500; k++)
            event_done(&events[k]);
    }
    store_close(store);
    *ret_path = file_join(folder, "deflect.db");
    return folder;
}

static void overwrite(const char *path, off_t at, const void *bytes, size_t length)
{
    int fd = open(path, O_WRONLY);
    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, bytes, length, at), (ssize_t)length);
    assert_int_equal(close(fd), 0);
}

/* Opens FOLDER, expects EXPECTED and advice, and that the database stays as it was. */
static void assert_refused(const char *folder, const char *path, enum status expected)
{
    _cleanup_free_ char *before = NULL, *after = NULL;
    size_t length_before, length_after;
    struct store *store = NULL;
    struct error err = {0};
    assert_int_equal(file_read(path, 1 << 26, &before, &length_before, NULL), STATUS_OK);
    for (int serving = 0; serving < 2; serving++) {
        struct store_options options = {.folder = folder, .exclusive = serving == 1};
        assert_int_equal(store_open(&options, &store, &err), expected);
        assert_string_not_equal(err.message, "");
        assert_string_not_equal(err.hint, "");
    }
    assert_int_equal(file_read(path, 1 << 26, &after, &length_after, NULL), STATUS_OK);
    assert_int_equal(length_before, length_after);
    assert_memory_equal(before, after, length_before);
}

static void test_open__refuses_a_damaged_header(void **state)
{
    _cleanup_free_ char *path = NULL;
    char *folder = folder_with_events(500, &path);
    char garbage[100];
    (void)state;
    memset(garbage, 0xA5, sizeof garbage);
    overwrite(path, 0, garbage, sizeof garbage);
    assert_refused(folder, path, STATUS_CORRUPT);
    folder_remove(folder);
}

static void test_open__refuses_garbage_in_the_middle(void **state)
{
    _cleanup_free_ char *path = NULL;
    char *folder = folder_with_events(5000, &path);
    static char garbage[16 * 4096];
    struct stat info;
    (void)state;
    memset(garbage, 0xA5, sizeof garbage);
    assert_int_equal(stat(path, &info), 0);
    overwrite(path, info.st_size / 8192 * 4096, garbage, sizeof garbage);
    assert_refused(folder, path, STATUS_CORRUPT);
    folder_remove(folder);
}

static void test_open__refuses_a_file_cut_short(void **state)
{
    _cleanup_free_ char *path = NULL;
    char *folder = folder_with_events(5000, &path);
    (void)state;
    assert_int_equal(truncate(path, 20 * 4096), 0);
    assert_refused(folder, path, STATUS_CORRUPT);
    folder_remove(folder);
}

static void run_sql(const char *path, const char *text)
{
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void test_open__refuses_a_newer_schema_and_a_foreign_database(void **state)
{
    _cleanup_free_ char *path = NULL;
    char *folder = folder_with_events(500, &path);
    (void)state;
    run_sql(path, "PRAGMA user_version = 999");
    assert_refused(folder, path, STATUS_INCOMPATIBLE);
    run_sql(path, "PRAGMA user_version = 1; PRAGMA application_id = 7");
    assert_refused(folder, path, STATUS_INCOMPATIBLE);
    folder_remove(folder);
}

static void test_open__brings_an_older_schema_up(void **state)
{
    _cleanup_free_ char *path = NULL, *ids = NULL;
    char *folder = folder_with_events(500, &path);
    int64_t removed = 0;
    (void)state;
    run_sql(path, "DROP TABLE tickets; DROP TABLE replies; DROP TABLE links; DROP TABLE deliveries;"
                  "DROP TABLE flags; DROP INDEX events_raw; DROP TRIGGER stale_withdrawn;"
                  "DROP TRIGGER stale_named; DROP TRIGGER stale_gone; DROP TABLE stale;"
                  "DROP TABLE parts; DROP TABLE cells; DROP TABLE totals; DROP TABLE marks;"
                  "DROP TABLE alerts; DROP TABLE auto_replies;"
                  "ALTER TABLE events DROP COLUMN confidence; PRAGMA user_version = 1");
    struct store *store = open_store(folder);
    ids = ids_of(store, NULL);
    assert_int_equal(strlen(ids), 500 * 10 - 1);
    assert_int_equal(store_apply_retention(store, 1100, 0, &removed, NULL), STATUS_OK);
    assert_int_equal(removed, 100);
    store_close(store);
    folder_remove(folder);
}

static bool pass_over(void *arg, const struct event *event)
{
    (void)arg;
    (void)event;
    return true;
}

static void test_append__stops_when_damage_is_found_later(void **state)
{
    _cleanup_free_ char *path = NULL;
    char *folder = folder_with_events(5000, &path);
    struct store *store = open_store(folder);
    struct stat info;
    static char garbage[64 * 4096];
    struct error err = {0};
    _cleanup_event_ struct event event = event_of(
        "{\"id\":\"1\",\"session\":\"s\",\"at\":\"2026-11-20T10:00:00Z\",\"type\":\"contact\"}");
    (void)state;
    memset(garbage, 0xA5, sizeof garbage);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(store_append(store, &event, 1, NULL, NULL), STATUS_OK);
    overwrite(path, info.st_size / 8192 * 4096, garbage, sizeof garbage);
    assert_int_equal(store_each_event(store, 0, INT64_MAX, pass_over, NULL, &err), STATUS_CORRUPT);
    assert_int_equal(store_append(store, &event, 1, NULL, &err), STATUS_UNAVAILABLE);
    assert_string_not_equal(err.hint, "");
    assert_int_equal(store_check(store, NULL), STATUS_UNAVAILABLE);
    store_close(store);
    folder_remove(folder);
}

/* --- in a process of its own --- */

/* Waits for CHILD, which ends with 0 where all was as expected, else with a line number. */
static void assert_child_content(pid_t child)
{
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status))
        fail_msg("the child failed at line %d (modulo 256)", WEXITSTATUS(status));
}

#define EXPECT(condition)                                                                          \
    do {                                                                                           \
        if (!(condition))                                                                          \
            _exit(__LINE__ % 255 + 1);                                                             \
    } while (0)

static struct event numbered(int number)
{
    return (struct event){.type = EVENT_VOTE,
                          .at_ms = 1000 + number,
                          .scroll = -1,
                          .value = VALUE_UP,
                          .id = mem_printf("id-%06d", number),
                          .session = mem_strdup("s"),
                          .article = mem_strdup("a"),
                          .comment = mem_printf("%0500d", number)};
}

/* Writes until the disk is "full", then makes room and goes on. */
static void fill_up(const char *folder)
{
    struct rlimit limit = {600 * 1024, RLIM_INFINITY};
    struct store *store = NULL;
    struct error err = {0};
    enum status status = STATUS_OK;
    int stored = 0;
    (void)signal(SIGXFSZ, SIG_IGN);
    EXPECT(store_open(&(struct store_options){.folder = folder}, &store, NULL) == STATUS_OK);
    EXPECT(setrlimit(RLIMIT_FSIZE, &limit) == 0);
    while (!status && stored < 100000) {
        struct event event = numbered(stored);
        status = store_append(store, &event, 1, NULL, &err);
        event_done(&event);
        stored += !status;
    }
    EXPECT(status == STATUS_UNAVAILABLE && err.hint[0] && stored > 10);
    struct event event = numbered(stored);
    EXPECT(store_append(store, &event, 1, NULL, NULL) == STATUS_UNAVAILABLE);
    limit.rlim_cur = RLIM_INFINITY;
    EXPECT(setrlimit(RLIMIT_FSIZE, &limit) == 0);
    EXPECT(store_append(store, &event, 1, NULL, NULL) == STATUS_OK);
    EXPECT(store_check(store, NULL) == STATUS_OK);
    event_done(&event);
    _cleanup_free_ char *ids = ids_of(store, NULL);
    EXPECT(strlen(ids) == (size_t)(stored + 1) * 10 - 1);
    store_close(store);
}

static void test_append__goes_on_when_there_is_room_again(void **state)
{
    char *folder = folder_make();
    pid_t child = fork();
    (void)state;
    if (child == 0) {
        fill_up(folder);
        _exit(0);
    }
    assert_child_content(child);
    folder_remove(folder);
}

/* As a user who may only read; root may write everywhere. */
static void become_nobody(void)
{
    if (geteuid() == 0) {
        EXPECT(setgroups(0, NULL) == 0);
        EXPECT(setgid(NOBODY) == 0);
        EXPECT(setuid(NOBODY) == 0);
    }
}

static void open_read_only(const char *folder, const char *empty)
{
    struct store_options writing = {.folder = folder},
                         reading = {.folder = folder, .read_only = true};
    struct store *store = NULL;
    struct error err = {0};
    become_nobody();
    EXPECT(store_open(&writing, &store, &err) == STATUS_IO);
    EXPECT(strstr(err.message, "cannot write") && err.hint[0]);
    writing.folder = empty;
    EXPECT(store_open(&writing, &store, &err) == STATUS_IO);
    EXPECT(strstr(err.message, "cannot write") && err.hint[0]);
    EXPECT(store_open(&reading, &store, &err) == STATUS_OK);
    _cleanup_free_ char *ids = ids_of(store, NULL);
    EXPECT(strlen(ids) == 500 * 10 - 1);
    struct event event = numbered(1);
    EXPECT(store_append(store, &event, 1, NULL, NULL) == STATUS_UNAVAILABLE);
    EXPECT(store_check(store, NULL) == STATUS_OK);
    event_done(&event);
    store_close(store);
}

static void test_open__reads_where_it_may_not_write(void **state)
{
    _cleanup_free_ char *path = NULL;
    char *folder = folder_with_events(500, &path), *empty = folder_make();
    _cleanup_free_ char *key = file_join(folder, "secret.key");
    const char *const all[] = {path, key, folder, empty};
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(all); i++) {
        assert_true(geteuid() != 0 || chown(all[i], NOBODY, NOBODY) == 0);
        assert_int_equal(chmod(all[i], i < 2 ? 0400 : 0500), 0);
    }
    pid_t child = fork();
    if (child == 0) {
        open_read_only(folder, empty);
        _exit(0);
    }
    assert_child_content(child);
    assert_int_equal(chmod(folder, 0700), 0);
    folder_remove(folder);
    folder_remove(empty);
}

static void test_open__says_that_there_is_nothing_to_read(void **state)
{
    char *folder = folder_make();
    struct store_options reading = {.folder = folder, .read_only = true};
    struct store *store = NULL;
    (void)state;
    assert_int_equal(store_open(&reading, &store, NULL), STATUS_NOT_FOUND);
    folder_remove(folder);
}

/* --- killed --- */

struct acknowledged {
    int out;
    int number;
};

static void write_number(void *arg, enum status status, const enum event_outcome *outcomes,
                         size_t count)
{
    struct acknowledged *one = arg;
    (void)outcomes;
    (void)count;
    EXPECT(status == STATUS_OK);
    EXPECT(write(one->out, &one->number, sizeof one->number) == sizeof one->number);
    (void)mem_free(one);
}

/* Submits events until it is killed, telling each that was acknowledged. */
static void append_for_ever(const char *folder, int out, int first)
{
    struct store *store = NULL;
    struct event_writer *writer = NULL;
    EXPECT(store_open(&(struct store_options){.folder = folder, .exclusive = true}, &store, NULL) ==
           STATUS_OK);
    EXPECT(event_writer_start(store, &writer, NULL) == STATUS_OK);
    for (int i = first;; i++) {
        struct event *event = mem_alloc(sizeof *event);
        struct acknowledged *one = mem_alloc(sizeof *one);
        *event = numbered(i);
        *one = (struct acknowledged){out, i};
        EXPECT(event_writer_submit(writer, event, 1, write_number, one, NULL) == STATUS_OK);
        while (event_writer_depth(writer) > 200)
            (void)usleep(100);
    }
}

/* Kills a child after it has told LIMIT acknowledged numbers, and reads what it told before it
 * died; notes each in SEEN. Returns how many. */
static int run_until_killed(const char *folder, int first, int limit, bool *seen, int most)
{
    int ends[2], number, count = 0, status;
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        (void)close(ends[0]);
        append_for_ever(folder, ends[1], first);
    }
    (void)close(ends[1]);
    while (read(ends[0], &number, sizeof number) == (ssize_t)sizeof number) {
        assert_true(number >= 0 && number < most);
        seen[number] = true;
        if (++count == limit)
            assert_int_equal(kill(child, SIGKILL), 0);
    }
    (void)close(ends[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    return count;
}

struct found {
    unsigned char *times;
    int most;
};

static bool note_found(void *arg, const struct event *event)
{
    struct found *found = arg;
    int64_t number = -1;
    assert_true(str_to_int64(slice_of(event->id + strlen("id-")), &number));
    assert_true(number >= 0 && number < found->most);
    found->times[number]++;
    return true;
}

static void test_writer__keeps_what_it_acknowledged_when_killed(void **state)
{
    enum { ROUNDS = 10, ROUND_EVENTS = 100000, MOST = ROUNDS * ROUND_EVENTS };
    char *folder = folder_make();
    bool *seen = calloc(MOST, sizeof *seen);
    struct found found = {calloc(MOST, 1), MOST};
    int acknowledged = 0;
    (void)state;
    srand((unsigned)getpid());
    for (int round = 0; round < ROUNDS; round++) {
        int limit = 1 + rand() % 1500;
        acknowledged += run_until_killed(folder, round * ROUND_EVENTS, limit, seen, MOST);
    }
    assert_true(acknowledged >= ROUNDS);
    struct store *store = open_store(folder);
    assert_int_equal(store_each_event(store, 0, INT64_MAX, note_found, &found, NULL), STATUS_OK);
    for (int i = 0; i < MOST; i++) {
        assert_true(found.times[i] <= 1);
        assert_true(!seen[i] || found.times[i] == 1);
    }
    store_close(store);
    free(seen);
    free(found.times);
    folder_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_open__refuses_a_damaged_header),
        cmocka_unit_test(test_open__refuses_garbage_in_the_middle),
        cmocka_unit_test(test_open__refuses_a_file_cut_short),
        cmocka_unit_test(test_open__refuses_a_newer_schema_and_a_foreign_database),
        cmocka_unit_test(test_open__brings_an_older_schema_up),
        cmocka_unit_test(test_open__reads_where_it_may_not_write),
        cmocka_unit_test(test_open__says_that_there_is_nothing_to_read),
        cmocka_unit_test(test_append__stops_when_damage_is_found_later),
        cmocka_unit_test(test_append__goes_on_when_there_is_room_again),
        cmocka_unit_test(test_writer__keeps_what_it_acknowledged_when_killed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
