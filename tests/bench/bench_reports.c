/* bench_reports.c: reports over 90 days of a long log, alone and while events come in, beside plain
 * SQL over the same events.
 *
 * A simulated public (measure/simulate.h) fills a data folder; its running totals are worked out
 * once; then reports are asked for, and events appended by another thread meanwhile. The other side
 * is what a report would be without totals: SQLite's own GROUP BY over the raw events, joining each
 * view with the ticket that followed in its session.
 *
 * Usage: bench_reports [EVENTS [ROUNDS [FOLDER]]]; 1,000,000 and 200 unless told; FOLDER is kept
 * and used again. */
#include "app/report/report.h"
#include "app/report/totals.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/limits.h"
#include "measure/event_copy.h"
#include "measure/simulate.h"

#include <ftw.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define DAYS 90
#define ARTICLES 300
#define BATCH 1000
#define EVENTS_A_VISIT 3.4 /* as measured, to ask the simulation for about so many */

static _Noreturn void give_up(const char *what, const struct error *err)
{
    (void)fprintf(stderr, "bench_reports: %s%s%s\n", what, err ? ": " : "",
                  err ? err->message : "");
    exit(2);
}

/* ---- The log ---- */

struct filling {
    struct store *store;
    struct event batch[BATCH];
    struct event *copies[BATCH];
    size_t batched, stored, most;
    atomic_bool *stop;
};

static void flush(struct filling *filling)
{
    struct error err;
    if (store_append(filling->store, filling->batch, filling->batched, NULL, &err))
        give_up("cannot append", &err);
    filling->stored += filling->batched;
    while (filling->batched)
        mem_free(filling->copies[--filling->batched]);
}

static bool take_event(void *arg, const struct event *event)
{
    struct filling *filling = arg;
    struct event *copy = event_copy(event);
    if (!copy)
        give_up("memory is short", NULL);
    filling->copies[filling->batched] = copy;
    filling->batch[filling->batched++] = *copy;
    if (filling->batched == filling->most)
        flush(filling);
    return !filling->stop || !atomic_load(filling->stop);
}

static size_t fill(struct store *store, uint64_t seed, int64_t from_ms, int days, double events,
                   size_t batch, atomic_bool *stop)
{
    static _Thread_local struct filling filling;
    struct simulate_options options = simulate_defaults(seed, from_ms);
    filling = (struct filling){.store = store, .most = batch, .stop = stop};
    options.days = days;
    options.article_count = ARTICLES;
    options.gaps = 50;
    options.visits_per_day = events / EVENTS_A_VISIT / days / (5.8 / 7);
    (void)!simulate_run(&options, take_event, NULL, &filling, NULL);
    flush(&filling);
    return filling.stored;
}

/* Events of today, a hundred a transaction, until it is told to stop. */
struct ingest {
    struct store *store;
    atomic_bool stop;
    size_t stored;
};

static void *run_ingest(void *arg)
{
    struct ingest *ingest = arg;
    for (uint64_t seed = 1000; !atomic_load(&ingest->stop); seed++)
        ingest->stored += fill(ingest->store, seed, clock_day_start(clock_now_ms()), 1, 100000, 100,
                               &ingest->stop);
    return NULL;
}

/* ---- Measuring ---- */

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* What something took: by the clock on the wall, and of this thread's processor time, which a busy
 * machine does not lengthen. */
struct took {
    double wall_ms, own_ms;
};

static struct took now(void)
{
    struct timespec time;
    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return (struct took){(double)clock_monotonic_us() / 1000,
                         (double)time.tv_sec * 1000 + (double)time.tv_nsec / 1e6};
}

static struct took since(struct took begun)
{
    const struct took end = now();
    return (struct took){end.wall_ms - begun.wall_ms, end.own_ms - begun.own_ms};
}

static struct took ask(struct service *service, const char *kind, int64_t to_ms)
{
    struct buf out = BUF_INIT(LIMIT_HTTP_RESPONSE);
    const struct report_request request = {
        .kind = kind, .from_ms = to_ms - DAYS * MS_PER_DAY, .to_ms = to_ms, .format = REPORT_JSON};
    struct error err;
    const struct took begun = now();
    if (service_report(service, &request, &out, &err))
        give_up(kind, &err);
    const struct took took = since(begun);
    buf_done(&out);
    return took;
}

/* Returns the median of processor time. */
static double measure(struct service *service, const char *kind, int rounds, int64_t to_ms,
                      const char *when)
{
    double *walls = calloc((size_t)rounds, sizeof *walls),
           *owns = calloc((size_t)rounds, sizeof *owns);
    if (!walls || !owns)
        give_up("memory is short", NULL);
    for (int i = 0; i < rounds; i++) {
        const struct took took = ask(service, kind, to_ms);
        walls[i] = took.wall_ms;
        owns[i] = took.own_ms;
    }
    qsort(walls, (size_t)rounds, sizeof *walls, compare);
    qsort(owns, (size_t)rounds, sizeof *owns, compare);
    const double own = owns[rounds / 2];
    printf("%-12s %-20s p50 %9.2f ms   p99 %9.2f ms   processor p50 %9.2f ms\n", kind, when,
           walls[rounds / 2], walls[rounds * 99 / 100], own);
    free(walls);
    free(owns);
    return own;
}

/* Reports read from the log itself: a server makes them in the background, and hands them out from
 * then on. */
static void measure_kept(struct service *service, int rounds, int64_t to_ms)
{
    static const char *const kinds[] = {"queries", "gaps", "topics"};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const struct took took = ask(service, kinds[i], to_ms);
        printf("%-12s %-20s once%9.0f ms   processor %.0f ms\n", kinds[i], "in the background",
               took.wall_ms, took.own_ms);
        (void)measure(service, kinds[i], rounds, to_ms, "asked for then");
    }
}

static double run_sql(const char *path, const char *what, const char *text)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;
    size_t rows = 0;
    const struct took begun = now();
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(db, text, -1, &statement, NULL) != SQLITE_OK)
        give_up(sqlite3_errmsg(db), NULL);
    while (sqlite3_step(statement) == SQLITE_ROW)
        rows++;
    (void)sqlite3_finalize(statement);
    (void)sqlite3_close(db);
    const struct took took = since(begun);
    printf("%-33s once%9.0f ms   processor %.0f ms   (%zu rows)\n", what, took.wall_ms, took.own_ms,
           rows);
    return took.own_ms;
}

static const char sql_articles[] =
    "SELECT v.article, count(*), sum(EXISTS (SELECT 1 FROM events t WHERE t.session = v.session"
    " AND t.type = 6 AND t.moment >= v.moment)) FROM events v WHERE v.type = 1 GROUP BY v.article";
static const char sql_deflection[] =
    "SELECT day, max_type, count(*) FROM (SELECT session, min(moment) / 172800000 AS day,"
    " max(CASE type WHEN 6 THEN 3 WHEN 4 THEN 2 WHEN 1 THEN 1 ELSE 0 END) AS max_type FROM events"
    " GROUP BY session) GROUP BY day, max_type";

static void measure_all(struct service *service, const char *folder, int rounds)
{
    const int64_t to_ms = clock_day_start(clock_now_ms()) + MS_PER_DAY;
    _cleanup_free_ char *path = file_join(folder, "deflect.db");
    const double deflection = measure(service, "deflection", rounds, to_ms, "alone");
    const double articles = measure(service, "articles", rounds, to_ms, "alone");
    struct ingest ingest = {.store = service_store(service)};
    pthread_t thread;
    const int64_t begun_us = clock_monotonic_us();
    if (pthread_create(&thread, NULL, run_ingest, &ingest) != 0)
        give_up("no thread", NULL);
    (void)measure(service, "deflection", rounds, to_ms, "while events come in");
    (void)measure(service, "articles", rounds, to_ms, "while events come in");
    atomic_store(&ingest.stop, true);
    (void)pthread_join(thread, NULL);
    printf("meanwhile %.0f events a second were stored, a hundred a transaction\n",
           (double)ingest.stored * 1e6 / (double)(clock_monotonic_us() - begun_us));
    measure_kept(service, rounds, to_ms);
    const double sql_outcomes = run_sql(path, "plain SQL: outcomes by day", sql_deflection);
    const double sql_views = run_sql(path, "plain SQL: views and tickets", sql_articles);
    printf("plain SQL takes %.0f and %.0f times as much of the processor\n",
           sql_outcomes / deflection, sql_views / articles);
}

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *place)
{
    (void)status;
    (void)kind;
    (void)place;
    return remove(path);
}

int main(int argc, char **argv)
{
    const double events = argc > 1 ? strtod(argv[1], NULL) : 1e6;
    const int rounds = argc > 2 ? (int)strtol(argv[2], NULL, 10) : 200;
    char own[] = "/tmp/deflect-bench-XXXXXX";
    const char *folder = argc > 3 ? argv[3] : mkdtemp(own);
    const int64_t today_ms = clock_day_start(clock_now_ms());
    struct config config;
    struct service *service = NULL;
    struct error err;
    if (!folder || config_init(&config, &err) ||
        config_set(&config, "data", folder, "bench", &err) ||
        service_open(&config, SERVICE_COMMAND, &service, &err))
        give_up("cannot begin", &err);
    char *known = NULL;
    if (store_get_meta(service_store(service), "bench", &known, &err))
        give_up("cannot read", &err);
    if (!known) {
        int64_t begun_us = clock_monotonic_us();
        const size_t stored = fill(service_store(service), 1, today_ms - (DAYS - 1) * MS_PER_DAY,
                                   DAYS, events, BATCH, NULL);
        printf("%zu events stored in %.1f s\n", stored,
               (double)(clock_monotonic_us() - begun_us) / 1e6);
        begun_us = clock_monotonic_us();
        if (totals_roll(service, NULL, clock_now_ms(), NULL, &err) ||
            store_set_meta(service_store(service), "bench", "filled", &err))
            give_up("cannot work out the totals", &err);
        printf("totals worked out in %.1f s\n\n", (double)(clock_monotonic_us() - begun_us) / 1e6);
    }
    mem_free(known);
    measure_all(service, folder, rounds);
    (void)service_close(service);
    config_done(&config);
    if (argc <= 3)
        (void)nftw(folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    return 0;
}
