/* bench_store.c: durable events a second, through the writer and by bare SQLite, in one run.
 *
 * Prints, for each way, rows a second (median of the rounds) and the two ratios that matter: the
 * writer against bare SQLite that commits 100 rows at a time into the same tables and indexes, and
 * against one row a transaction. The bare side does nothing but bind and step: no dictionary, no
 * queue, no answers.
 *
 * Usage: bench_store [EVENTS [ROUNDS]] */
#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/str.h"
#include "store/writer.h"

#include <ftw.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define SESSION_EVENTS 10
#define ARTICLES 1000
#define IN_FLIGHT 256 /* events submitted and not yet answered */

static _Noreturn void give_up(const char *what)
{
    (void)fprintf(stderr, "bench_store: %s\n", what);
    exit(2);
}

static void *need(void *memory)
{
    if (!memory)
        give_up("memory is short");
    return memory;
}

/* --- the events: a search, four views, four reads, a vote; ids as random as a page's --- */

static uint64_t random_state = 88172645463325252U;

/* xorshift64 (Marsaglia 2003). */
static uint64_t random_next(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state;
}

static char *article_name(void)
{
    return need(mem_printf("guide/article-number-%d", (int)(random_next() % ARTICLES)));
}

static void fill(struct event *event, int number)
{
    int part = number % SESSION_EVENTS;
    *event = (struct event){
        .at_ms = INT64_C(1790000000000) + number,
        .scroll = -1,
        .id = need(mem_printf("%016llx%06d", (unsigned long long)random_next(), number % 1000000)),
        .session = need(mem_printf("session-%016llx",
                                   (unsigned long long)(number / SESSION_EVENTS) * 0x9E3779B9U)),
    };
    if (part == 0) {
        event->type = EVENT_SEARCH;
        event->query = need(mem_strdup("how do I reset my password on the phone"));
        event->query_id = need(mem_printf("q%021d", number));
        event->lang = need(mem_strdup("en"));
        for (int i = 0; i < 5; i++) {
            _cleanup_free_ char *name = article_name();
            if (!strv_append(&event->results, slice_of(name)))
                give_up("memory is short");
        }
        return;
    }
    event->type = part == 9 ? EVENT_VOTE : part % 2 ? EVENT_VIEW : EVENT_READ;
    event->article = article_name();
    if (event->type == EVENT_VIEW)
        event->rank = 1;
    if (event->type == EVENT_READ)
        event->ms = 12345;
    if (event->type == EVENT_VOTE)
        event->value = VALUE_UP;
}

static struct event *make_events(int count)
{
    struct event *events = need(mem_zero((size_t)count, sizeof *events));
    for (int i = 0; i < count; i++)
        fill(&events[i], i);
    return events;
}

/* --- a folder a measurement --- */

static int remove_one(const char *path, const struct stat *info, int type, struct FTW *where)
{
    (void)info;
    (void)type;
    (void)where;
    return remove(path);
}

static char *folder_make(void)
{
    const char *parent = getenv("TMPDIR");
    char *folder = need(mem_printf("%s/deflect-bench-XXXXXX", parent ? parent : "/tmp"));
    if (!mkdtemp(folder))
        give_up("cannot make a folder");
    return folder;
}

static void folder_remove(char *folder)
{
    (void)nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    (void)mem_free(folder);
}

static struct store *open_store(const char *folder)
{
    struct store *store = NULL;
    struct error err = {0};
    if (store_open(&(struct store_options){.folder = folder}, &store, &err))
        give_up(err.message);
    return store;
}

/* --- through the writer --- */

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static size_t in_flight;

static void answered(void *arg, enum status status, const enum event_outcome *outcomes,
                     size_t count)
{
    (void)arg;
    (void)outcomes;
    if (status)
        give_up("an event was not stored");
    (void)pthread_mutex_lock(&mutex);
    in_flight -= count;
    (void)pthread_cond_signal(&changed);
    (void)pthread_mutex_unlock(&mutex);
}

static void wait_below(size_t most)
{
    (void)pthread_mutex_lock(&mutex);
    while (in_flight > most)
        (void)pthread_cond_wait(&changed, &mutex);
    (void)pthread_mutex_unlock(&mutex);
}

/* One event a batch, as most requests bring; as many in flight as a busy server has connections. */
static double run_writer(int count)
{
    char *folder = folder_make();
    struct store *store = open_store(folder);
    struct event *events = make_events(count);
    struct event_writer *writer = NULL;
    if (event_writer_start(store, &writer, NULL))
        give_up("cannot start the writer");
    int64_t start_us = clock_monotonic_us();
    for (int i = 0; i < count; i++) {
        struct event *one = need(mem_zero(1, sizeof *one));
        *one = events[i];
        wait_below(IN_FLIGHT - 1);
        (void)pthread_mutex_lock(&mutex);
        in_flight++;
        (void)pthread_mutex_unlock(&mutex);
        if (event_writer_submit(writer, one, 1, answered, NULL, NULL))
            give_up("cannot submit");
    }
    wait_below(0);
    double seconds = (double)(clock_monotonic_us() - start_us) / 1e6;
    event_writer_stop(writer);
    (void)mem_free(events);
    store_close(store);
    folder_remove(folder);
    return count / seconds;
}

/* --- bare SQLite --- */

static void exec(sqlite3 *db, const char *text)
{
    if (sqlite3_exec(db, text, NULL, NULL, NULL) != SQLITE_OK)
        give_up(sqlite3_errmsg(db));
}

static sqlite3_stmt *prepare(sqlite3 *db, const char *text)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(db, text, -1, &statement, NULL) != SQLITE_OK)
        give_up(sqlite3_errmsg(db));
    return statement;
}

static void step(sqlite3 *db, sqlite3_stmt *statement)
{
    if (sqlite3_step(statement) != SQLITE_DONE)
        give_up(sqlite3_errmsg(db));
    (void)sqlite3_reset(statement);
}

static void bind_bare(sqlite3_stmt *insert, const struct event *event, int number)
{
    (void)sqlite3_clear_bindings(insert);
    (void)sqlite3_bind_int64(insert, 1, number / SESSION_EVENTS + 1);
    (void)sqlite3_bind_text(insert, 2, event->id, -1, SQLITE_STATIC);
    (void)sqlite3_bind_int64(insert, 3, 2 * event->at_ms);
    (void)sqlite3_bind_int64(insert, 4, event->type);
    if (event->type == EVENT_SEARCH) {
        (void)sqlite3_bind_text(insert, 6, event->query_id, -1, SQLITE_STATIC);
        (void)sqlite3_bind_text(insert, 7, event->query, -1, SQLITE_STATIC);
        (void)sqlite3_bind_text(insert, 8, "511,512,13,14,95", -1, SQLITE_STATIC);
        (void)sqlite3_bind_text(insert, 9, event->lang, -1, SQLITE_STATIC);
        (void)sqlite3_bind_int64(insert, 10, event->place);
    } else {
        (void)sqlite3_bind_int64(insert, 5, 1 + number % ARTICLES);
    }
    if (event->type == EVENT_VIEW)
        (void)sqlite3_bind_int64(insert, 11, event->rank);
    if (event->type == EVENT_READ)
        (void)sqlite3_bind_int64(insert, 12, event->ms);
    if (event->type == EVENT_VOTE)
        (void)sqlite3_bind_int64(insert, 13, event->value);
}

/* COUNT events, GROUP a transaction. */
static double run_bare(int count, int group)
{
    char *folder = folder_make();
    store_close(open_store(folder)); /* makes the tables and indexes */
    _cleanup_free_ char *path = need(file_join(folder, "deflect.db"));
    struct event *events = make_events(count);
    sqlite3 *db = NULL;
    if (sqlite3_open(path, &db) != SQLITE_OK)
        give_up("cannot open the database");
    exec(db, "PRAGMA synchronous = FULL; PRAGMA cache_size = -16000;"
             "PRAGMA wal_autocheckpoint = 4000;");
    sqlite3_stmt *insert = prepare(
        db, "INSERT INTO events (session, id, moment, type, article, query_id, query, results,"
            " lang, place, rank, ms, value, arm, holdout, marks)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0)");
    sqlite3_stmt *session = prepare(db, "INSERT INTO sessions (name) VALUES (?)");
    sqlite3_stmt *begin = prepare(db, "BEGIN IMMEDIATE"), *commit = prepare(db, "COMMIT");
    int64_t start_us = clock_monotonic_us();
    for (int i = 0; i < count; i++) {
        if (i % group == 0)
            step(db, begin);
        if (i % SESSION_EVENTS == 0) {
            (void)sqlite3_bind_text(session, 1, events[i].session, -1, SQLITE_STATIC);
            step(db, session);
        }
        bind_bare(insert, &events[i], i);
        step(db, insert);
        if (i % group == group - 1 || i == count - 1)
            step(db, commit);
    }
    double seconds = (double)(clock_monotonic_us() - start_us) / 1e6;
    sqlite3_stmt *const statements[] = {insert, session, begin, commit};
    for (size_t i = 0; i < ARRAY_LENGTH(statements); i++)
        (void)sqlite3_finalize(statements[i]);
    (void)sqlite3_close(db);
    events_free(events, (size_t)count);
    folder_remove(folder);
    return count / seconds;
}

/* --- the table --- */

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values, int count)
{
    qsort(values, (size_t)count, sizeof *values, by_value);
    return values[count / 2];
}

int main(int argc, char **argv)
{
    int64_t count = 200000, rounds = 5;
    double writer[99], hundred[99], one[99];
    if ((argc > 1 && !str_to_int64(slice_of(argv[1]), &count)) ||
        (argc > 2 && !str_to_int64(slice_of(argv[2]), &rounds)) || count < 1000 || rounds < 1 ||
        rounds > 99)
        give_up("usage: bench_store [EVENTS [ROUNDS]]");
    for (int i = 0; i < rounds; i++) {
        writer[i] = run_writer((int)count);
        hundred[i] = run_bare((int)count, 100);
        one[i] = run_bare((int)count / 50, 1);
    }
    double w = median(writer, (int)rounds), h = median(hundred, (int)rounds),
           o = median(one, (int)rounds);
    (void)printf("through the writer, %d in flight  %10.0f events/s\n", IN_FLIGHT, w);
    (void)printf("bare SQLite, 100 a transaction     %10.0f events/s\n", h);
    (void)printf("bare SQLite, 1 a transaction       %10.0f events/s\n", o);
    (void)printf("writer / bare 100                  %10.2f\n", w / h);
    (void)printf("writer / bare 1                    %10.1f\n", w / o);
    return 0;
}
