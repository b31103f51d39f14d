/* api_health.c: /healthz, /readyz, /metrics: for those who watch the service. */
#include <config.h>

#include "http/api.h"

#include "app/forwarder.h"
#include "base/clock.h"
#include "http/exchange.h"
#include "http/metrics.h"
#include "http/patience.h"

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

enum status api_health_metrics(struct request *request, struct error *err)
{
    struct buf *out = reply_begin(request, 200, "text/plain; version=0.0.4; charset=utf-8");
    (void)err;
    buf_add_str(out, "# HELP deflect_build_info The running version.\n# TYPE deflect_build_info gauge\n"
                     "deflect_build_info{version=\"" PACKAGE_VERSION "\"} 1\n");
    metrics_write(request->metrics, out);
    metrics_gauge(out, "deflect_http_connections", "Open connections.", (double)patience_count(request->server->patience));
    write_service(request->service, out);
    write_outbox(request->service, out);
    return STATUS_OK;
}
