/* bench_http.c: what HTTP costs, as ratios of limits measured in the same run.
 *
 * Each side of a comparison runs in a process of its own on one core, the load generator on the other; sides take turns
 * for several rounds, and medians are compared, so that a noisy machine troubles both alike. Prints a table, or JSON. */
#include "app/reindex.h"
#include "app/suggest.h"
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
#include <unistd.h>

enum { ROUNDS = 5, ARTICLES = 2000, WORDS = 3000, ARTICLE_WORDS = 150, QUERIES = 4000, SERVER_THREADS = 8 };
#define ROUND_SECONDS 1.0

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

/* ---- Sides: each serves on a port until its standard input ends ---- */

struct world {
    char folder[64];
    char **queries;
};

static void die(const char *what, const struct error *err)
{
    (void)fprintf(stderr, "bench_http: %s: %s\n", what, err->message);
    exit(1);
}

static void configure(struct config *config, const struct world *world, const char *cache_bytes)
{
    char data[100], articles[100];
    struct error err;
    (void)snprintf(data, sizeof data, "%s/data", world->folder);
    (void)snprintf(articles, sizeof articles, "%s/articles", world->folder);
    if (config_init(config, &err) || config_set(config, "data", data, "bench", &err) ||
        config_set(config, "articles", articles, "bench", &err) ||
        config_set(config, "rate_limit", "0", "bench", &err) ||
        config_set(config, "cache_bytes", cache_bytes, "bench", &err))
        die("configuration", &err);
}

static void index_articles(const struct world *world)
{
    struct config config;
    struct service *service;
    struct reindex_counts counts;
    struct error err;
    configure(&config, world, "0");
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
    static char body[] = "{\"status\":\"ok\"}";
    struct MHD_Response *response = MHD_create_response_from_buffer(sizeof body - 1, body, MHD_RESPMEM_PERSISTENT);
    struct MHD_Daemon *daemon;
    (void)world;
    daemon = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_TURBO, 0, NULL, NULL, answer_bare, response,
                              MHD_OPTION_THREAD_POOL_SIZE, (unsigned)SERVER_THREADS, MHD_OPTION_END);
    return daemon ? MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT)->port : 0;
}

static uint16_t serve_product(const struct world *world, const char *cache_bytes)
{
    static struct config config;
    struct http_options options = {.listen = "127.0.0.1:0", .listen_fd = -1, .router = routes()};
    struct service *service;
    struct http_server *server;
    struct error err;
    configure(&config, world, cache_bytes);
    if (service_open(&config, SERVICE_SERVER, &service, &err) || http_server_start(service, &options, &server, &err))
        die("server", &err);
    return http_server_port(server);
}

static uint16_t serve_cached(const struct world *world)
{
    return serve_product(world, "32M");
}

static uint16_t serve_uncached(const struct world *world)
{
    return serve_product(world, "0");
}

typedef uint16_t side_start(const struct world *world);

struct side {
    pid_t pid;
    int stdin_fd;
    uint16_t port;
};

static void pin(int core)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET((size_t)core, &set);
    if (sysconf(_SC_NPROCESSORS_ONLN) > 1)
        (void)sched_setaffinity(0, sizeof set, &set);
}

static struct side side_open(const struct world *world, side_start *start)
{
    struct side side = {0};
    int to[2], from[2];
    char byte;
    if (pipe(to) || pipe(from) || (side.pid = fork()) < 0)
        exit(1);
    if (!side.pid) {
        int null = open("/dev/null", O_WRONLY);
        uint16_t port;
        close(to[1]);
        (void)dup2(null, STDERR_FILENO); /* the access log is written, to nowhere */
        pin(0);
        port = start(world);
        if (write(from[1], &port, sizeof port) != sizeof port || read(to[0], &byte, 1) < 0)
            _exit(1);
        _exit(0);
    }
    close(to[0]);
    close(from[1]);
    side.stdin_fd = to[1];
    if (read(from[0], &side.port, sizeof side.port) != sizeof side.port || !side.port) {
        (void)fprintf(stderr, "bench_http: a side did not start\n");
        exit(1);
    }
    close(from[0]);
    return side;
}

static void side_close(struct side *side)
{
    close(side->stdin_fd);
    (void)waitpid(side->pid, NULL, 0);
}

/* ---- In process: the same questions without HTTP, on one core ---- */

static double ask_in_process(struct service *service, const struct world *world, double seconds)
{
    int64_t begun_us = clock_monotonic_us(), last_us = begun_us;
    size_t answers = 0;
    while (last_us - begun_us < (int64_t)(seconds * 1e6)) {
        _cleanup_buf_ struct buf out = BUF_INIT(1 << 20);
        struct suggest_request ask = {.subject = slice_of(world->queries[answers++ % QUERIES]), .limit = 5, .final = true};
        struct error err;
        if (service_suggest(service, &ask, &out, &err))
            die("suggest", &err);
        last_us = clock_monotonic_us();
    }
    return (double)answers / ((double)(last_us - begun_us) / 1e6);
}

/* In a process of its own, so that it stands on the servers' core. */
static double in_process(const struct world *world, double seconds)
{
    int from[2];
    double rate = 0;
    pid_t pid;
    if (pipe(from) || (pid = fork()) < 0)
        exit(1);
    if (!pid) {
        struct config config;
        struct service *service;
        struct error err;
        pin(0);
        configure(&config, world, "0");
        if (service_open(&config, SERVICE_COMMAND, &service, &err))
            die("service", &err);
        (void)ask_in_process(service, world, seconds / 4); /* warm */
        rate = ask_in_process(service, world, seconds);
        _exit(write(from[1], &rate, sizeof rate) == sizeof rate ? 0 : 1);
    }
    if (read(from[0], &rate, sizeof rate) != sizeof rate)
        exit(1);
    close(from[0]);
    close(from[1]);
    (void)waitpid(pid, NULL, 0);
    return rate;
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

enum { BARE, TRIVIAL, CACHED, UNCACHED, SIDES };
static const char *const side_names[SIDES] = {"libmicrohttpd alone", "/healthz", "suggest, cached", "suggest, not cached"};

static int compare_doubles(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

static double median(double *values)
{
    qsort(values, ROUNDS, sizeof *values, compare_doubles);
    return values[ROUNDS / 2];
}

static void print_ratio(const char *what, double value, double of)
{
    (void)printf("    %-46s %.2f\n", what, value / of);
}

static void compare_sides(const struct world *world, unsigned clients)
{
    struct side sides[SIDES] = {side_open(world, serve_bare), side_open(world, serve_cached), {0}, {0}};
    struct load loads[SIDES] = {0};
    double rates[SIDES][ROUNDS], p50[SIDES][ROUNDS], p99[SIDES][ROUNDS], direct[ROUNDS], direct_median;
    loads[BARE].requests = loads[TRIVIAL].requests = requests_for("/healthz", NULL, 1);
    loads[BARE].request_count = loads[TRIVIAL].request_count = loads[CACHED].request_count = 1;
    loads[CACHED].requests = requests_for("/v1/suggest?limit=5&final=1&q=", world->queries, 1);
    loads[UNCACHED].requests = requests_for("/v1/suggest?limit=5&final=1&q=", world->queries, QUERIES);
    loads[UNCACHED].request_count = QUERIES;
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < SIDES; i++) {
            struct load_result result;
            struct side *side = i == BARE ? &sides[0] : &sides[1];
            if (i == UNCACHED) { /* the data folder has one server at a time */
                side_close(&sides[1]);
                sides[1] = side_open(world, serve_uncached);
            }
            loads[i].port = side->port;
            loads[i].clients = clients;
            loads[i].seconds = ROUND_SECONDS;
            result = load_run(&loads[i]);
            if (result.refused)
                (void)fprintf(stderr, "bench_http: %s: %zu of %zu refused\n", side_names[i], result.refused, result.answers);
            rates[i][round] = result.per_second;
            p50[i][round] = result.p50_us;
            p99[i][round] = result.p99_us;
        }
        side_close(&sides[1]);
        direct[round] = in_process(world, ROUND_SECONDS);
        if (round + 1 < ROUNDS)
            sides[1] = side_open(world, serve_cached);
    }
    side_close(&sides[0]);
    (void)printf("\n%u keep-alive clients, server on one core, medians of %d rounds\n", clients, ROUNDS);
    for (int i = 0; i < SIDES; i++)
        (void)printf("    %-24s %9.0f requests/s   p50 %6.0f us   p99 %6.0f us\n", side_names[i], median(rates[i]),
                     median(p50[i]), median(p99[i]));
    direct_median = median(direct);
    (void)printf("    %-24s %9.0f answers/s\n", "suggest, in process", direct_median);
    print_ratio("/healthz : libmicrohttpd alone", median(rates[TRIVIAL]), median(rates[BARE]));
    print_ratio("cached : /healthz (goal 0.85)", median(rates[CACHED]), median(rates[TRIVIAL]));
    print_ratio("not cached : in process (goal 0.70)", median(rates[UNCACHED]), direct_median);
}

int main(void)
{
    struct world world = {.folder = "/tmp/deflect-bench-XXXXXX"};
    char path[100], command[100];
    log_configure(LOG_LEVEL_INFO, LOG_FORMAT_TEXT);
    if (!mkdtemp(world.folder))
        return 1;
    (void)snprintf(path, sizeof path, "%s/articles", world.folder);
    if (mkdir(path, 0700))
        return 1;
    write_articles(path);
    world.queries = make_queries();
    index_articles(&world);
    pin(1);
    compare_sides(&world, 4);
    compare_sides(&world, 64);
    (void)snprintf(command, sizeof command, "rm -rf %s", world.folder);
    return system(command) != 0;
}
