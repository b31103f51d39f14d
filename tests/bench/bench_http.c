/* bench_http.c: what HTTP costs, as ratios of limits measured in the same run.
 *
 * Each side of a comparison runs in a process of its own on one core, the load generator on the other (then both on
 * any); sides take turns in short rounds, and medians are compared, so that a noisy machine troubles all alike. Beside
 * the rate stands the processor time that an answer costs the server, which noise hardly touches; the ratios are given
 * of both. */
#include "app/reindex.h"
#include "app/suggest.h"
#include "article/parse.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "http/server.h"
#include "load.h"

#include <fcntl.h>
#include <microhttpd.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { ROUNDS = 15, ARTICLES = 2000, WORDS = 3000, ARTICLE_WORDS = 150, QUERIES = 4000, BARE_THREADS = 16 };
#define ROUND_SECONDS 0.3

/* ---- A made-up knowledge base: words by Zipf's law, the same in every run ---- */

static uint64_t random_state = 88172645463325252u;

static uint32_t draw(uint32_t below)
{
    random_state ^= random_state << 13; /* xorshift64, Marsaglia 2003 */
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (uint32_t)((random_state >> 33) % below);
}

static void add_word(struct buf *out)
{
    static const char *const syllables[] = {"ba", "co", "di", "fu", "ga", "le", "mi", "no", "pa", "re", "su", "ta"};
    uint32_t rank = draw(draw(WORDS) + 1); /* low ranks often */
    buf_add_char(out, out->length ? ' ' : 'w');
    for (uint32_t rest = rank + 13; rest; rest /= 12)
        buf_add_str(out, syllables[rest % 12]);
}

static void write_articles(const char *folder)
{
    char path[200];
    for (unsigned i = 0; i < ARTICLES; i++) {
        _cleanup_buf_ struct buf text = BUF_INIT(1 << 20);
        buf_printf(&text, "# Article %u", i);
        for (int word = 0; word < 5; word++)
            add_word(&text);
        for (int word = 0; word < ARTICLE_WORDS; word++) {
            if (word % 50 == 0)
                buf_add_str(&text, "\n\n## Part\n\n");
            add_word(&text);
        }
        (void)snprintf(path, sizeof path, "%s/%u.md", folder, i);
        if (file_write(path, text.data, text.length, 0600, NULL))
            exit(1);
    }
}

static char **make_queries(void)
{
    char **queries = calloc(QUERIES, sizeof *queries);
    for (size_t i = 0; i < QUERIES; i++) {
        struct buf query = BUF_INIT(200);
        for (uint32_t words = 2 + draw(3); words; words--)
            add_word(&query);
        queries[i] = buf_take(&query);
    }
    return queries;
}

/* ---- Sides: each works in a process of its own until it is closed ---- */

struct world {
    char folder[64];
    char **queries;
    size_t bare_bytes; /* how long the answers of serve_bare are */
    bool pinned;       /* sides on one core, the load generator on the other */
};

static void die(const char *what, const struct error *err)
{
    (void)fprintf(stderr, "bench_http: %s: %s\n", what, err->message);
    exit(1);
}

/* NAME: that of the data folder, one for each process that serves. */
static void configure(struct config *config, const struct world *world, const char *name, const char *cache_bytes)
{
    char data[100], articles[100];
    struct error err;
    (void)snprintf(data, sizeof data, "%s/%s", world->folder, name);
    (void)snprintf(articles, sizeof articles, "%s/articles", world->folder);
    if (config_init(config, &err) || config_set(config, "data", data, "bench", &err) ||
        config_set(config, "articles", articles, "bench", &err) ||
        config_set(config, "rate_limit", "0", "bench", &err) ||
        config_set(config, "cache_bytes", cache_bytes, "bench", &err))
        die("configuration", &err);
}

static void index_articles(const struct world *world, const char *name)
{
    struct config config;
    struct service *service;
    struct reindex_counts counts;
    struct error err;
    configure(&config, world, name, "0");
    if (service_open(&config, SERVICE_COMMAND, &service, &err) ||
        service_reindex(service, false, NULL, &counts, &err))
        die("indexing", &err);
    (void)printf("%zu articles indexed in %.1f s\n", counts.articles, counts.seconds);
    service_close(service);
    config_done(&config);
}

static enum MHD_Result answer_bare(void *cls, struct MHD_Connection *connection, const char *url, const char *method,
                                   const char *version, const char *upload, size_t *upload_length, void **con_cls)
{
    static int seen;
    (void)url, (void)method, (void)version, (void)upload, (void)upload_length;
    if (!*con_cls) {
        *con_cls = &seen;
        return MHD_YES;
    }
    return MHD_queue_response(connection, 200, cls);
}

/* libmicrohttpd and nothing else: the limit. */
static uint16_t serve_bare(const struct world *world)
{
    char *body = calloc(1, world->bare_bytes);
    struct MHD_Response *response =
        MHD_create_response_from_buffer(world->bare_bytes, body, MHD_RESPMEM_PERSISTENT);
    struct MHD_Daemon *daemon;
    daemon = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_TURBO, 0, NULL, NULL, answer_bare, response,
                              MHD_OPTION_THREAD_POOL_SIZE, (unsigned)BARE_THREADS, MHD_OPTION_END);
    return daemon ? MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT)->port : 0;
}

static uint16_t serve_product(const struct world *world, const char *name, const char *cache_bytes)
{
    static struct config config;
    struct http_options options = {.listen = "127.0.0.1:0", .listen_fd = -1, .router = routes()};
    struct service *service;
    struct http_server *server;
    struct error err;
    configure(&config, world, name, cache_bytes);
    if (service_open(&config, SERVICE_SERVER, &service, &err) || http_server_start(service, &options, &server, &err))
        die("server", &err);
    return http_server_port(server);
}

static uint16_t serve_cached(const struct world *world)
{
    return serve_product(world, "cached", "32M");
}

static uint16_t serve_uncached(const struct world *world)
{
    return serve_product(world, "uncached", "0");
}

typedef uint16_t side_start(const struct world *world);

struct side {
    pid_t pid;
    int to, from; /* pipes */
    uint16_t port;
};

/* Keeps this process and its threads on CORE; negative: lets it run on any. */
static void pin(int core)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    cpu_set_t set;
    CPU_ZERO(&set);
    for (long i = 0; i < cores; i++)
        if (core < 0 || cores == 1 || i == core)
            CPU_SET((size_t)i, &set);
    (void)sched_setaffinity(0, sizeof set, &set);
}

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static void read_all(int fd, void *bytes, size_t length)
{
    if (read(fd, bytes, length) != (ssize_t)length)
        fail("bench_http: a side ended");
}

static void write_all(int fd, const void *bytes, size_t length)
{
    if (write(fd, bytes, length) != (ssize_t)length)
        fail("bench_http: a side ended");
}

/* Forks; in the child (PID 0) SIDE's pipes lead to the parent. */
static struct side side_fork(const struct world *world)
{
    struct side side = {0};
    int down[2], up[2];
    if (pipe(down) || pipe(up) || (side.pid = fork()) < 0)
        fail("bench_http");
    side.to = side.pid ? down[1] : up[1];
    side.from = side.pid ? up[0] : down[0];
    close(side.pid ? down[0] : down[1]);
    close(side.pid ? up[1] : up[0]);
    if (!side.pid) {
        (void)dup2(open("/dev/null", O_WRONLY), STDERR_FILENO); /* the access log is written, to nowhere */
        pin(world->pinned ? 0 : -1);
    }
    return side;
}

static struct side side_serve(const struct world *world, side_start *start)
{
    struct side side = side_fork(world);
    char end;
    if (!side.pid) {
        uint16_t port = start(world);
        write_all(side.to, &port, sizeof port);
        _exit(read(side.from, &end, 1) != 0);
    }
    read_all(side.from, &side.port, sizeof side.port);
    return side;
}

static void side_close(struct side *side)
{
    close(side->to);
    close(side->from);
    (void)kill(side->pid, SIGKILL); /* the others hold its pipes open */
    (void)waitpid(side->pid, NULL, 0);
}

static double cpu_seconds(pid_t pid)
{
    clockid_t clock;
    struct timespec used;
    if (clock_getcpuclockid(pid, &clock) || clock_gettime(clock, &used))
        fail("bench_http: processor time");
    return (double)used.tv_sec + (double)used.tv_nsec / 1e9;
}

/* ---- In process: the same questions without HTTP, on the same core ---- */

/* Answers for SECONDS; the count of answers per second. *NEXT: the next question. */
static double ask_in_process(struct service *service, const struct world *world, double seconds, size_t *next)
{
    int64_t begun_us = clock_monotonic_us(), last_us = begun_us;
    size_t answers = 0;
    while (last_us - begun_us < (int64_t)(seconds * 1e6)) {
        _cleanup_buf_ struct buf out = BUF_INIT(1 << 20);
        struct suggest_request ask = {
            .subject = slice_of(world->queries[(*next)++ % QUERIES]), .limit = 5, .final = true};
        struct error err;
        if (service_suggest(service, &ask, &out, &err))
            die("suggest", &err);
        answers++;
        last_us = clock_monotonic_us();
    }
    return (double)answers / ((double)(last_us - begun_us) / 1e6);
}

/* A side that works for ROUND_SECONDS at each byte, and tells its rate. */
static struct side side_direct(const struct world *world)
{
    struct side side = side_fork(world);
    char go;
    if (!side.pid) {
        struct config config;
        struct service *service;
        struct error err;
        size_t next = 0;
        configure(&config, world, "direct", "0");
        if (service_open(&config, SERVICE_COMMAND, &service, &err))
            die("service", &err);
        while (read(side.from, &go, 1) == 1) {
            double rate = ask_in_process(service, world, ROUND_SECONDS, &next);
            write_all(side.to, &rate, sizeof rate);
        }
        _exit(0);
    }
    return side;
}

/* ---- The table ---- */

static char **requests_for(const char *path, char **queries, size_t count)
{
    char **requests = calloc(count, sizeof *requests);
    for (size_t i = 0; i < count; i++) {
        struct buf request = BUF_INIT(2000);
        buf_printf(&request, "GET %s", path);
        if (queries)
            buf_add_url(&request, slice_of(queries[i]), "");
        buf_add_str(&request, " HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: bench\r\nAccept: */*\r\n\r\n");
        requests[i] = buf_take(&request);
    }
    return requests;
}

enum { BARE, BARE_LONG, TRIVIAL, CACHED, UNCACHED, DIRECT, ROWS };
static const char *const row_names[ROWS] = {"libmicrohttpd alone", "the same, long answer", "/healthz",
                                            "suggest, cached",     "suggest, not cached",   "suggest, in process"};

/* What each round measured of a row. */
struct row {
    double rate[ROUNDS], cpu_us[ROUNDS], p50_us[ROUNDS], p99_us[ROUNDS];
};

static int compare_doubles(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

static double median(const double values[ROUNDS])
{
    double sorted[ROUNDS];
    memcpy(sorted, values, sizeof sorted);
    qsort(sorted, ROUNDS, sizeof *sorted, compare_doubles);
    return sorted[ROUNDS / 2];
}

static void measure(const struct side *side, struct load *load, struct row *row, int round)
{
    double before = cpu_seconds(side->pid);
    struct load_result result = {0};
    if (load) {
        load->port = side->port;
        result = load_run(load);
        if (result.refused)
            (void)fprintf(stderr, "bench_http: %zu of %zu answers were no success\n", result.refused, result.answers);
    } else {
        write_all(side->to, "", 1);
        read_all(side->from, &result.per_second, sizeof result.per_second);
    }
    row->rate[round] = result.per_second;
    row->cpu_us[round] = (cpu_seconds(side->pid) - before) * 1e6 / (result.per_second * ROUND_SECONDS);
    row->p50_us[round] = result.p50_us;
    row->p99_us[round] = result.p99_us;
}

static void print_ratio(const char *what, const struct row *row, const struct row *of)
{
    (void)printf("    %-40s by rate %.2f   by processor time %.2f\n", what, median(row->rate) / median(of->rate),
                 median(of->cpu_us) / median(row->cpu_us));
}

static void print_table(const struct row rows[ROWS], unsigned clients, bool pinned)
{
    (void)printf("\n%u keep-alive clients, %s, medians of %d rounds\n", clients,
                 pinned ? "server on one core" : "server and clients on all cores", ROUNDS);
    for (int i = 0; i < (pinned ? ROWS : UNCACHED); i++) {
        (void)printf("    %-22s %8.0f /s  %7.1f us of processor time", row_names[i], median(rows[i].rate),
                     median(rows[i].cpu_us));
        if (i != DIRECT)
            (void)printf("   p50 %6.0f us   p99 %6.0f us", median(rows[i].p50_us), median(rows[i].p99_us));
        (void)putchar('\n');
    }
    print_ratio("/healthz : libmicrohttpd alone", &rows[TRIVIAL], &rows[BARE]);
    print_ratio("cached : /healthz (goal 0.85)", &rows[CACHED], &rows[TRIVIAL]);
    print_ratio("libmicrohttpd, as many bytes : few", &rows[BARE_LONG], &rows[BARE]);
    print_ratio("cached : libmicrohttpd, as many bytes", &rows[CACHED], &rows[BARE_LONG]);
    if (pinned)
        print_ratio("not cached : in process (goal 0.70)", &rows[UNCACHED], &rows[DIRECT]);
}

static void compare(struct world *world, unsigned clients, bool pinned)
{
    struct side cached, uncached, direct, bare, bare_long;
    char **health = requests_for("/healthz", NULL, 1);
    char **questions = requests_for("/v1/suggest?limit=5&final=1&q=", world->queries, QUERIES);
    struct load trivial_load = {.clients = clients, .seconds = ROUND_SECONDS, .requests = health, .request_count = 1};
    struct load cached_load = {.clients = clients, .seconds = ROUND_SECONDS, .requests = questions, .request_count = 1};
    struct load load = {.clients = clients, .seconds = ROUND_SECONDS, .requests = questions, .request_count = QUERIES};
    struct row *rows = calloc(ROWS, sizeof *rows);
    world->pinned = pinned;
    pin(pinned ? 1 : -1);
    cached = side_serve(world, serve_cached);
    uncached = side_serve(world, serve_uncached);
    direct = side_direct(world);
    trivial_load.port = cached_load.port = cached.port;
    world->bare_bytes = load_run(&trivial_load).body_bytes;
    bare = side_serve(world, serve_bare);
    world->bare_bytes = load_run(&cached_load).body_bytes;
    bare_long = side_serve(world, serve_bare);
    for (int round = -1; round < ROUNDS; round++) { /* the first one warms up */
        int into = round < 0 ? 0 : round;
        measure(&bare, &trivial_load, &rows[BARE], into);
        measure(&bare_long, &trivial_load, &rows[BARE_LONG], into);
        measure(&cached, &trivial_load, &rows[TRIVIAL], into);
        measure(&cached, &cached_load, &rows[CACHED], into);
        measure(&uncached, &load, &rows[UNCACHED], into);
        measure(&direct, NULL, &rows[DIRECT], into);
    }
    print_table(rows, clients, pinned);
    side_close(&bare);
    side_close(&bare_long);
    side_close(&cached);
    side_close(&uncached);
    side_close(&direct);
    free(rows);
}

int main(void)
{
    struct world world = {.folder = "/tmp/deflect-bench-XXXXXX"};
    char path[100], command[100];
    mem_serve();
    log_configure(LOG_LEVEL_INFO, LOG_FORMAT_TEXT);
    article_init();
    json_object_seed(0);
    if (!mkdtemp(world.folder))
        return 1;
    (void)snprintf(path, sizeof path, "%s/articles", world.folder);
    if (mkdir(path, 0700))
        return 1;
    write_articles(path);
    world.queries = make_queries();
    index_articles(&world, "cached");
    index_articles(&world, "uncached");
    index_articles(&world, "direct");
    compare(&world, 4, true);
    compare(&world, 64, true);
    compare(&world, 4, false);
    compare(&world, 64, false);
    (void)snprintf(command, sizeof command, "rm -rf %s", world.folder);
    return system(command) != 0;
}
