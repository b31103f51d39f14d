/* api_health.c: /healthz, /readyz, /metrics: for those who watch the service. */
#include <config.h>

#include "http/api/api.h"

#include "app/send/forwarder.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/str.h"
#include "http/exchange.h"
#include "http/metrics.h"
#include "http/patience.h"

#include <sys/resource.h>
#include <unistd.h>

enum status api_health_alive(struct request *request, struct error *err)
{
    static const char body[] = "{\"status\":\"ok\"}";
    (void)err;
    return reply_fixed(request, 200, "application/json", body, sizeof body - 1);
}

enum status api_health_ready(struct request *request, struct error *err)
{
    static const char body[] = "{\"status\":\"ok\"}";
    enum status status = service_ready(request->service, err);
    return status ? status : reply_fixed(request, 200, "application/json", body, sizeof body - 1);
}

static void write_service(struct service *service, struct buf *out)
{
    struct service_counts counts = service_count(service);
    metrics_gauge(out, "deflect_event_queue_depth", "Events that wait to be written.", (double)counts.events_waiting);
    if (counts.indexed_ms)
        metrics_gauge(out, "deflect_index_age_seconds", "Time since the index was brought up to the articles.",
                      (double)(clock_now_ms() - counts.indexed_ms) / 1e3);
    metrics_gauge(out, "deflect_cache_bytes", "Memory that cached answers take.", (double)counts.cache_bytes);
    metrics_gauge(out, "deflect_cache_entries", "Cached answers.", (double)counts.cache_entries);
    metrics_counter(out, "deflect_cache_hits_total", "Answers taken from the cache.", counts.cache_hits);
    metrics_counter(out, "deflect_cache_misses_total", "Answers computed.", counts.cache_misses);
    metrics_counter(out, "deflect_questions_lost_total", "Settled questions that could not be logged.",
                    counts.questions_lost);
}

static void write_outbox(struct service *service, struct buf *out)
{
    struct forwarder_counts counts = service_count_outbox(service);
    metrics_gauge(out, "deflect_outbox_waiting", "Requests of /contact that wait to be delivered.",
                  (double)counts.waiting);
    metrics_gauge(out, "deflect_outbox_held", "Requests of /contact that are held as spam.", (double)counts.held);
    metrics_gauge(out, "deflect_outbox_oldest_seconds", "How long the oldest of those that wait has waited.",
                  counts.oldest_ms ? (double)(clock_now_ms() - counts.oldest_ms) / 1e3 : 0);
    metrics_counter(out, "deflect_outbox_delivered_total", "Requests delivered.", counts.delivered);
    metrics_counter(out, "deflect_outbox_failures_total", "Attempts to deliver that failed.", counts.failed);
    metrics_counter(out, "deflect_outbox_trapped_total", "Requests held as spam.", counts.trapped);
    metrics_counter(out, "deflect_outbox_expired_total", "Requests given up after 14 days.", counts.expired);
}

static void write_build(struct buf *out)
{
    buf_printf(out,
               "# HELP deflect_build_info The running version.\n# TYPE deflect_build_info gauge\n"
               "deflect_build_info{version=\"" PACKAGE_VERSION "\"} 1\n"
               "# HELP deflect_library_info The libraries that it runs with.\n# TYPE deflect_library_info gauge\n"
               "deflect_library_info{name=\"libmicrohttpd\",version=\"%s\"} 1\n"
               "deflect_library_info{name=\"sqlite\",version=\"%s\"} 1\n"
               "deflect_library_info{name=\"xapian\",version=\"%s\"} 1\n",
               MHD_get_version(), store_engine_version(), index_engine_version());
}

/* What Prometheus calls a process's standard metrics, as far as /proc/self/statm and the limits tell them. */
static void write_process(struct buf *out)
{
    _cleanup_free_ char *text = NULL;
    struct slice rest, word = {NULL, 0};
    size_t length;
    int64_t pages = 0;
    struct rusage used;
    if (file_read("/proc/self/statm", LIMIT_CONFIG_FILE, &text, &length, NULL) == STATUS_OK) {
        rest = (struct slice){text, length};
        if (slice_split(&rest, ' ', &word) && slice_split(&rest, ' ', &word) && str_to_int64(word, &pages))
            metrics_gauge(out, "process_resident_memory_bytes", "Resident memory size in bytes.",
                          (double)pages * (double)sysconf(_SC_PAGESIZE));
    }
    if (getrusage(RUSAGE_SELF, &used) == 0) {
        double seconds = (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
                         (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
        buf_printf(out,
                   "# HELP process_cpu_seconds_total Total user and system CPU time spent in seconds.\n"
                   "# TYPE process_cpu_seconds_total counter\nprocess_cpu_seconds_total %.3f\n",
                   seconds);
    }
}

static void write_connections(struct http_server *server, struct buf *out)
{
    struct patience_counts counts = patience_count(server->patience);
    metrics_gauge(out, "deflect_http_connections", "Open connections.", (double)counts.open);
    buf_printf(out,
               "# HELP deflect_http_connections_refused_total Connections that the server ended: their request took too "
               "long, others needed their place, or their address had too many.\n"
               "# TYPE deflect_http_connections_refused_total counter\n"
               "deflect_http_connections_refused_total{reason=\"slow\"} %llu\n"
               "deflect_http_connections_refused_total{reason=\"crowd\"} %llu\n"
               "deflect_http_connections_refused_total{reason=\"address\"} %llu\n",
               (unsigned long long)counts.slow, (unsigned long long)counts.crowd,
               (unsigned long long)atomic_load(&server->refused));
}

enum status api_health_metrics(struct request *request, struct error *err)
{
    struct buf *out = reply_begin(request, 200, "text/plain; version=0.0.4; charset=utf-8");
    (void)err;
    write_build(out);
    write_process(out);
    metrics_write(request->metrics, out);
    write_connections(request->server, out);
    write_service(request->service, out);
    write_outbox(request->service, out);
    return STATUS_OK;
}
