/* report.c: one table of the kinds of report; each as JSON, CSV or text. */
#include "app/report/report.h"

#include "app/report/report_kind.h"
#include "app/report/report_shelf.h"
#include "app/service_private.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/str.h"

#include <time.h>

#define DEFAULT_DAYS 30

static const struct report_kind *const kinds[] = {
    &report_kind_deflection, &report_kind_articles, &report_kind_queries,
    &report_kind_gaps,       &report_kind_topics,   &report_kind_flow,
};

bool report_format_parse(const char *name, enum report_format *ret)
{
    static const char *const names[] = {
        [REPORT_JSON] = "json", [REPORT_CSV] = "csv", [REPORT_TEXT] = "text"};
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
        if (str_equal(name, names[i])) {
            *ret = (enum report_format)i;
            return true;
        }
    }
    return false;
}

void report_default_range(int64_t now_ms, int64_t *ret_from_ms, int64_t *ret_to_ms)
{
    *ret_to_ms = clock_day_start(now_ms) + MS_PER_DAY;
    *ret_from_ms = *ret_to_ms - DEFAULT_DAYS * MS_PER_DAY;
}

static enum status find_kind(const struct report_request *request, const struct report_kind **ret,
                             struct error *err)
{
    _cleanup_buf_ struct buf known = BUF_INIT(1000);
    if (request->article && str_equal(request->kind, report_kind_articles.name)) {
        *ret = &report_kind_article;
        return STATUS_OK;
    }
    for (size_t i = 0; i < ARRAY_LENGTH(kinds); i++) {
        if (str_equal(kinds[i]->name, request->kind)) {
            *ret = kinds[i];
            return STATUS_OK;
        }
        buf_printf(&known, "%s%s", i > 0 ? ", " : "", kinds[i]->name);
    }
    (void)error_set(err, STATUS_NOT_FOUND, "there is no report '%s'",
                    request->kind ? request->kind : "");
    error_hint(err, "reports: %s", buf_str(&known));
    return STATUS_NOT_FOUND;
}

static enum status check_range(const struct report_request *request, struct error *err)
{
    if (request->from_ms != clock_day_start(request->from_ms) ||
        request->to_ms != clock_day_start(request->to_ms))
        return error_set(err, STATUS_UNPROCESSABLE,
                         "from and to must be whole UTC days (YYYY-MM-DD)");
    if (request->to_ms <= request->from_ms)
        return error_set(err, STATUS_UNPROCESSABLE,
                         "to must be a later day than from (it is exclusive)");
    if (request->to_ms - request->from_ms > LIMIT_REPORT_DAYS * MS_PER_DAY)
        return error_set(err, STATUS_UNPROCESSABLE, "from and to may span at most %d days",
                         LIMIT_REPORT_DAYS);
    return STATUS_OK;
}

static enum status build(struct service *service, const struct report_request *request,
                         const struct report_kind *kind, json_t **ret, struct error *err)
{
    struct report_run run = {.service = service, .request = request, .now_ms = clock_now_ms()};
    enum status status = report_facts_load(service, &run.facts, err);
    if (status == STATUS_OK)
        status = words_new(&run.words, err);
    if (status == STATUS_OK)
        status = kind->build(&run, ret, err);
    if (status == STATUS_OK && !*ret)
        status = error_memory(err);
    words_free(run.words);
    report_facts_free(run.facts);
    return status;
}

static void write_text(const struct report_kind *kind, const struct report_request *request,
                       const json_t *report, struct buf *out)
{
    char first[CLOCK_TEXT_SIZE], last[CLOCK_TEXT_SIZE];
    clock_format_day(request->from_ms, first);
    clock_format_day(request->to_ms - MS_PER_DAY, last);
    buf_printf(out, "%s, %s to %s (UTC)%s%s\n\n", kind->title, first, last,
               request->lang ? ", language " : "", request->lang ? request->lang : "");
    kind->words(report, out);
    buf_add_char(out, '\n');
    report_table_text(json_object_get(report, kind->rows), kind->columns, out);
}

static void write_json(const json_t *report, struct buf *out)
{
    _cleanup_free_ char *text = json_dumps(report, JSON_COMPACT | JSON_REAL_PRECISION(9));
    if (text)
        buf_add_str(out, text);
    else
        out->failed = true;
}

/* What this thread has worked so far: a busy machine must not make a report look long. */
static int64_t own_time_us(void)
{
    struct timespec time;
    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return (int64_t)time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

/* Makes the report anew, and keeps it where that took long. */
static enum status make(struct service *service, const struct report_request *request,
                        const struct report_kind *kind, json_t **ret, struct error *err)
{
    char as_of[CLOCK_TEXT_SIZE];
    const int64_t begun_us = own_time_us();
    clock_format(clock_now_ms(), as_of);
    const enum status status = build(service, request, kind, ret, err);
    if (status != STATUS_OK)
        return status;
    if (json_object_set_new(*ret, "as_of", json_string(as_of)) < 0)
        return error_memory(err);
    /* What reads the whole log holds much of it in memory. */
    if (kind->from_log && report_shelf_put(service->shelf, request, *ret, own_time_us() - begun_us))
        mem_trim();
    return STATUS_OK;
}

enum status report_prepare(struct service *service, struct error *err)
{
    struct report_request request = {.format = REPORT_JSON};
    enum status status = STATUS_OK;
    report_default_range(clock_now_ms(), &request.from_ms, &request.to_ms);
    for (size_t i = 0; i < ARRAY_LENGTH(kinds) && !status; i++) {
        _cleanup_json_ json_t *report = NULL;
        request.kind = kinds[i]->name;
        if (!kinds[i]->from_log || atomic_load(&service->closing))
            continue;
        report = report_shelf_take(service->shelf, &request);
        if (!report)
            status = make(service, &request, kinds[i], &report, err);
    }
    return status;
}

enum status report_refresh(struct service *service, bool *ret_more, struct error *err)
{
    _cleanup_free_ char *texts = NULL;
    _cleanup_json_ json_t *report = NULL;
    struct report_request request;
    const struct report_kind *kind = NULL;
    *ret_more = report_shelf_next(service->shelf, &request, &texts);
    if (!*ret_more)
        return STATUS_OK;
    const enum status status = find_kind(&request, &kind, err);
    return status != STATUS_OK ? status : make(service, &request, kind, &report, err);
}

/* The report that is kept, else a new one; *RET may be shared with the shelf. */
static enum status take_or_make(struct service *service, const struct report_request *request,
                                const struct report_kind **ret_kind, json_t **ret,
                                struct error *err)
{
    enum status status;
    if ((status = find_kind(request, ret_kind, err)) != STATUS_OK ||
        (status = check_range(request, err)) != STATUS_OK)
        return status;
    *ret = report_shelf_take(service->shelf, request);
    return *ret ? STATUS_OK : make(service, request, *ret_kind, ret, err);
}

static enum status write_side_table(const struct report_kind *kind, const char *name, const json_t *report,
                                    struct buf *out, struct error *err)
{
    const struct report_side_table *table = kind->side_tables;
    _cleanup_json_ json_t *rows = NULL;
    while (table && table->name && !str_equal(table->name, name))
        table++;
    if (!table || !table->name)
        return error_set(err, STATUS_UNPROCESSABLE, "report %s has no table '%s'", kind->name, name);
    rows = table->rows(report);
    if (!rows)
        return error_memory(err);
    report_table_csv(rows, table->columns, out);
    return STATUS_OK;
}

enum status service_report(struct service *service, const struct report_request *request,
                           struct buf *out, struct error *err)
{
    const struct report_kind *kind = NULL;
    _cleanup_json_ json_t *report = NULL;
    enum status status = take_or_make(service, request, &kind, &report, err);
    if (status != STATUS_OK)
        return status;
    if (request->format == REPORT_JSON)
        write_json(report, out);
    else if (request->format == REPORT_CSV && request->table)
        status = write_side_table(kind, request->table, report, out, err);
    else if (request->format == REPORT_CSV)
        report_table_csv(json_object_get(report, kind->rows), kind->columns, out);
    else
        write_text(kind, request, report, out);
    return status == STATUS_OK && out->failed ? error_memory(err) : status;
}

enum status service_report_value(struct service *service, const struct report_request *request,
                                 json_t **ret, struct error *err)
{
    const struct report_kind *kind = NULL;
    _cleanup_json_ json_t *report = NULL;
    const enum status status = take_or_make(service, request, &kind, &report, err);
    if (status != STATUS_OK)
        return status;
    /* What the shelf keeps is everybody's. */
    *ret = kind->from_log ? json_deep_copy(report) : json_incref(report);
    return *ret ? STATUS_OK : error_memory(err);
}
