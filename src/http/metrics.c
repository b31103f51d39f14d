/* metrics.c: counters and latency histograms. */
#include "http/metrics.h"

#include "base/mem.h"
#include "base/str.h"

#include <stdatomic.h>

/* Upper bounds of the histogram's buckets, in µs; a last one takes the rest. */
static const int64_t bounds_us[] = {500,    1000,   2500,   5000,    10000,   25000,   50000,
                                    100000, 250000, 500000, 1000000, 2500000, 10000000};
enum { BOUNDS = ARRAY_LENGTH(bounds_us), CLASSES = 6 /* 0: broke off, 1xx to 5xx */ };

/* Why an event was refused. */
enum refusal { OPTED_OUT, TIME, MALFORMED, REFUSALS };
static const char *const refusal_names[REFUSALS] = {"opted_out", "time", "malformed"};

struct series {
    atomic_uint_fast64_t buckets[BOUNDS + 1];
    atomic_uint_fast64_t sum_us;
    atomic_uint_fast64_t classes[CLASSES];
};

struct metrics {
    const struct router *router;
    size_t route_count;
    struct series *series; /* one a route, then the fallback's, then "none" */
    atomic_uint_fast64_t events_accepted, events_refused[REFUSALS];
    atomic_uint_fast64_t (*hooks)[HOOK_OUTCOMES]; /* for each of hook_desks */
};

static void add(atomic_uint_fast64_t *counter, uint64_t more)
{
    atomic_fetch_add_explicit(counter, more, memory_order_relaxed);
}

static uint64_t get(const atomic_uint_fast64_t *counter)
{
    return atomic_load_explicit(counter, memory_order_relaxed);
}

enum status metrics_new(const struct router *router, struct metrics **ret, struct error *err)
{
    struct metrics *metrics = mem_zero(1, sizeof *metrics);
    size_t desks;
    (void)hook_desks(&desks);
    if (!metrics)
        return error_memory(err);
    metrics->router = router;
    while (router->routes[metrics->route_count].path)
        metrics->route_count++;
    metrics->series = mem_zero(metrics->route_count + 2, sizeof *metrics->series);
    metrics->hooks = mem_zero(desks, sizeof *metrics->hooks);
    if (!metrics->series || !metrics->hooks) {
        metrics_free(metrics);
        return error_memory(err);
    }
    *ret = metrics;
    return STATUS_OK;
}

struct metrics *metrics_free(struct metrics *metrics)
{
    if (metrics) {
        mem_free(metrics->series);
        mem_free(metrics->hooks);
    }
    return mem_free(metrics);
}

static struct series *series_of(struct metrics *metrics, const struct route *route)
{
    if (!route)
        return &metrics->series[metrics->route_count + 1];
    if (route == metrics->router->fallback)
        return &metrics->series[metrics->route_count];
    return &metrics->series[route - metrics->router->routes];
}

void metrics_request(struct metrics *metrics, const struct route *route, unsigned status, int64_t duration_us)
{
    struct series *series = series_of(metrics, route);
    size_t bucket = 0;
    while (bucket < BOUNDS && duration_us > bounds_us[bucket])
        bucket++;
    add(&series->buckets[bucket], 1);
    add(&series->sum_us, duration_us > 0 ? (uint64_t)duration_us : 0);
    add(&series->classes[status / 100 < CLASSES ? status / 100 : 0], 1);
}

void metrics_events(struct metrics *metrics, uint64_t accepted)
{
    add(&metrics->events_accepted, accepted);
}

void metrics_event_refused(struct metrics *metrics, const char *reason)
{
    enum refusal refusal = MALFORMED;
    if (str_equal(reason, "opted out"))
        refusal = OPTED_OUT;
    else if (reason && str_starts(reason, "field at "))
        refusal = TIME;
    add(&metrics->events_refused[refusal], 1);
}

void metrics_hook(struct metrics *metrics, const struct hook_desk *desk, enum hook_outcome outcome)
{
    size_t count;
    add(&metrics->hooks[desk - hook_desks(&count)][outcome], 1);
}

static void write_head(struct buf *out, const char *name, const char *type, const char *help)
{
    buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void write_labels(const struct metrics *metrics, size_t i, struct buf *out)
{
    const struct route *route = i < metrics->route_count ? &metrics->router->routes[i] : NULL;
    if (route)
        buf_printf(out, "method=\"%s\",route=\"%s\"", route->method, route->path);
    else
        buf_printf(out, "method=\"\",route=\"%s\"", i == metrics->route_count ? "other pages" : "none");
}

static void write_counts(const struct metrics *metrics, struct buf *out)
{
    static const char *const classes[CLASSES] = {"aborted", "1xx", "2xx", "3xx", "4xx", "5xx"};
    write_head(out, "deflect_http_requests_total", "counter", "Requests by route and class of status.");
    for (size_t i = 0; i < metrics->route_count + 2; i++)
        for (size_t class = 0; class < CLASSES; class ++) {
            uint64_t count = get(&metrics->series[i].classes[class]);
            if (!count)
                continue;
            buf_add_str(out, "deflect_http_requests_total{");
            write_labels(metrics, i, out);
            buf_printf(out, ",code=\"%s\"} %llu\n", classes[class], (unsigned long long)count);
        }
}

static void write_histogram(const struct metrics *metrics, size_t i, struct buf *out)
{
    const struct series *series = &metrics->series[i];
    uint64_t count = 0;
    for (size_t bucket = 0; bucket <= BOUNDS; bucket++) {
        count += get(&series->buckets[bucket]);
        buf_add_str(out, "deflect_http_request_duration_seconds_bucket{");
        write_labels(metrics, i, out);
        if (bucket < BOUNDS)
            buf_printf(out, ",le=\"%g\"} %llu\n", (double)bounds_us[bucket] / 1e6, (unsigned long long)count);
        else
            buf_printf(out, ",le=\"+Inf\"} %llu\n", (unsigned long long)count);
    }
    buf_add_str(out, "deflect_http_request_duration_seconds_sum{");
    write_labels(metrics, i, out);
    buf_printf(out, "} %.6f\n", (double)get(&series->sum_us) / 1e6);
    buf_add_str(out, "deflect_http_request_duration_seconds_count{");
    write_labels(metrics, i, out);
    buf_printf(out, "} %llu\n", (unsigned long long)count);
}

/* The deliveries that were taken (TAKEN), or refused, by desk and why. */
static void write_hooks(const struct metrics *metrics, bool taken, struct buf *out)
{
    size_t count;
    const struct hook_desk *desks = hook_desks(&count);
    for (size_t i = 0; i < count; i++)
        for (int j = taken ? HOOK_STORED : HOOK_NO_SECRET; j < (taken ? HOOK_NO_SECRET : HOOK_OUTCOMES); j++)
            if (get(&metrics->hooks[i][j]))
                buf_printf(out, "deflect_hooks_%s_total{desk=\"%s\",%s=\"%s\"} %llu\n", taken ? "taken" : "refused",
                           desks[i].name, taken ? "outcome" : "reason", hook_outcome_name((enum hook_outcome)j),
                           (unsigned long long)get(&metrics->hooks[i][j]));
}

static void write_events(const struct metrics *metrics, struct buf *out)
{
    uint64_t refused = 0;
    for (size_t i = 0; i < REFUSALS; i++)
        refused += get(&metrics->events_refused[i]);
    write_head(out, "deflect_events_total", "counter", "Events that pages sent, by outcome.");
    buf_printf(out, "deflect_events_total{outcome=\"accepted\"} %llu\n",
               (unsigned long long)get(&metrics->events_accepted));
    buf_printf(out, "deflect_events_total{outcome=\"refused\"} %llu\n", (unsigned long long)refused);
    write_head(out, "deflect_events_refused_total", "counter",
               "Events that were refused: their sender asks not to be counted, their time is out of bounds, or else.");
    for (size_t i = 0; i < REFUSALS; i++)
        buf_printf(out, "deflect_events_refused_total{reason=\"%s\"} %llu\n", refusal_names[i],
                   (unsigned long long)get(&metrics->events_refused[i]));
}

void metrics_write(const struct metrics *metrics, struct buf *out)
{
    write_counts(metrics, out);
    write_head(out, "deflect_http_request_duration_seconds", "histogram",
               "Time from a request's first line to its completed answer.");
    for (size_t i = 0; i < metrics->route_count + 2; i++)
        write_histogram(metrics, i, out);
    write_events(metrics, out);
    write_head(out, "deflect_hooks_taken_total", "counter", "Help desks' deliveries that were answered 200, by what became of them.");
    write_hooks(metrics, true, out);
    write_head(out, "deflect_hooks_refused_total", "counter", "Help desks' deliveries that were refused, by reason.");
    write_hooks(metrics, false, out);
}

void metrics_gauge(struct buf *out, const char *name, const char *help, double value)
{
    write_head(out, name, "gauge", help);
    buf_printf(out, "%s %.17g\n", name, value);
}

void metrics_counter(struct buf *out, const char *name, const char *help, uint64_t value)
{
    write_head(out, name, "counter", help);
    buf_printf(out, "%s %llu\n", name, (unsigned long long)value);
}
