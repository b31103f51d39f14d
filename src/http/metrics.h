/* metrics.h: what the service counts about itself, as Prometheus text (exposition format 0.0.4).
 *
 * Counters are atomics that threads add to without locks; a scrape reads them one by one. */
#ifndef DEFLECT_HTTP_METRICS_H
#define DEFLECT_HTTP_METRICS_H

#include "app/ticket/hook_signature.h"
#include "http/router.h"

#include "base/buf.h"

#include <stdint.h>

struct metrics;

/* One histogram a route of ROUTER (borrowed), and one for what has no route. Errors: OUT_OF_MEMORY. */
enum status metrics_new(const struct router *router, struct metrics **ret, struct error *err);
struct metrics *metrics_free(struct metrics *metrics);

/* Counts a completed request. ROUTE NULL: none was found. STATUS: 0 for a connection that broke off. */
void metrics_request(struct metrics *metrics, const struct route *route, unsigned status, int64_t duration_us);

/* Counts events that were accepted, and one that was refused for REASON, as its sender was told. */
void metrics_events(struct metrics *metrics, uint64_t accepted);
void metrics_event_refused(struct metrics *metrics, const char *reason);

/* Counts what became of a delivery of DESK (of hook_desks). */
void metrics_hook(struct metrics *metrics, const struct hook_desk *desk, enum hook_outcome outcome);

/* Appends what METRICS counted. */
void metrics_write(const struct metrics *metrics, struct buf *out);

/* Appends one value that somebody else keeps, with its help. */
void metrics_gauge(struct buf *out, const char *name, const char *help, double value);
void metrics_counter(struct buf *out, const char *name, const char *help, uint64_t value);

#endif
