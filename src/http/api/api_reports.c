/* api_reports.c: /v1/reports: the figures for writers, as JSON or CSV. */
#include "http/api/api.h"

#include "app/report/report.h"
#include "base/clock.h"

static enum status read_day(const struct request *request, const char *name, bool *given, int64_t *ret_ms,
                            struct error *err)
{
    const char *text = request_param(request, name);
    *given = text != NULL;
    if (text && !clock_parse_day(slice_of(text), ret_ms))
        return error_set(err, STATUS_UNPROCESSABLE, "parameter %s must be a day such as 2026-01-31", name);
    return STATUS_OK;
}

/* The range asked for; where only its end was given, the same length before that as the default has. */
static enum status read_range(const struct request *request, struct report_request *ask, struct error *err)
{
    bool from_given, to_given;
    int64_t length_ms;
    enum status status;
    report_default_range(clock_now_ms(), &ask->from_ms, &ask->to_ms);
    length_ms = ask->to_ms - ask->from_ms;
    status = read_day(request, "to", &to_given, &ask->to_ms, err);
    if (status)
        return status;
    if (to_given)
        ask->from_ms = ask->to_ms - length_ms;
    return read_day(request, "from", &from_given, &ask->from_ms, err);
}

static enum status read_format(const struct request *request, enum report_format *ret, struct error *err)
{
    const char *text = request_param(request, "format");
    *ret = REPORT_JSON;
    if (text && (!report_format_parse(text, ret) || *ret == REPORT_TEXT))
        return error_set(err, STATUS_UNPROCESSABLE, "parameter format must be \"json\" or \"csv\"");
    return STATUS_OK;
}

/* "gaps.csv"; a kind that does not exist becomes a problem, which has none of these headers. */
static void name_file(struct request *request, const char *kind)
{
    _cleanup_free_ char *value = mem_printf("attachment; filename=\"%s.csv\"", kind);
    if (value)
        reply_header(request, "Content-Disposition", value);
}

/* A further table exists only in CSV: JSON holds them all. */
static enum status read_table(const struct request *request, struct report_request *ask, struct error *err)
{
    ask->table = request_param(request, "table");
    if (ask->table && ask->format != REPORT_CSV)
        return error_set(err, STATUS_UNPROCESSABLE, "parameter table goes with format=csv only");
    return STATUS_OK;
}

static enum status answer(struct request *request, const char *kind, const char *article, struct error *err)
{
    struct report_request ask = {.kind = kind, .article = article};
    enum status status = read_range(request, &ask, err);
    if (!status)
        status = read_format(request, &ask.format, err);
    if (!status)
        status = read_table(request, &ask, err);
    if (!status)
        status = request_lang(request, &ask.lang, err);
    if (status)
        return status;
    if (ask.format == REPORT_CSV)
        name_file(request, ask.table ? ask.table : kind);
    return service_report(
        request->service, &ask,
        reply_begin(request, 200, ask.format == REPORT_CSV ? "text/csv; charset=utf-8" : "application/json"), err);
}

enum status api_reports_get(struct request *request, struct error *err)
{
    return answer(request, request->rest, NULL, err);
}

enum status api_reports_get_article(struct request *request, struct error *err)
{
    return answer(request, "articles", request->rest, err);
}
