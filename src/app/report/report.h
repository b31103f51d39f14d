/* report.h: the figures of the contract as JSON, CSV or aligned text; the same for command line and
 * API. */
#ifndef DEFLECT_APP_REPORT_H
#define DEFLECT_APP_REPORT_H

#include "app/service.h"
#include "base/buf.h"
#include "base/json.h"

enum report_format { REPORT_JSON, REPORT_CSV, REPORT_TEXT };
bool report_format_parse(const char *name, enum report_format *ret);

struct report_request {
    const char *kind;       /* "deflection", "articles", … */
    const char *article;    /* `articles/{id}`: one article; else NULL */
    int64_t from_ms, to_ms; /* UTC days, TO exclusive */
    const char *lang;       /* NULL: all */
    enum report_format format;
    const char *table; /* in CSV another table of the report, by name ("versions"); NULL: its rows */
};

/* The last 30 days up to and including today. */
void report_default_range(int64_t now_ms, int64_t *ret_from_ms, int64_t *ret_to_ms);

/* Appends the report to OUT. Errors: NOT_FOUND (unknown kind or article), UNPROCESSABLE (range,
 * unknown table), IO. */
enum status service_report(struct service *service, const struct report_request *request,
                           struct buf *out, struct error *err);

/* The same as a JSON value of the caller's own, whatever `format` says. */
enum status service_report_value(struct service *service, const struct report_request *request,
                                 json_t **ret, struct error *err);

/* Makes the reports on the default period that are read from the log itself, where a server does not keep
 * them yet, so that nobody waits for the first of the day. Stops early once the service closes. For the
 * background. */
enum status report_prepare(struct service *service, struct error *err);

/* Makes one report anew that a server keeps, is old, and was asked for since (app/report/report_shelf.h);
 * *RET_MORE false: there was none. For the background. */
enum status report_refresh(struct service *service, bool *ret_more, struct error *err);

#endif
