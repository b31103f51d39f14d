/* report_queries.c: what people asked, and where it led. */
#include "app/report/report_json.h"
#include "app/report/report_kind.h"
#include "base/json.h"

/* Where people ask a hundred thousand things, what was asked once fills no page. */
#define MOST_ROWS 10000

json_t *report_queries_json(const struct queries *queries, size_t limit)
{
    json_t *rows = json_array();
    for (size_t i = 0; rows && i < queries_count(queries) && i < limit; i++) {
        const struct queries_row *row = queries_row(queries, i);
        json_t *object = json_pack(
            "{s:s, s:I, s:I, s:I, s:I, s:o}", "query", row->query, "count", (json_int_t)row->count,
            "zero_results", (json_int_t)row->zero_results, "not_clicked",
            (json_int_t)row->not_clicked, "then_ticket", (json_int_t)row->then_ticket,
            "top_articles", report_texts_json(row->top_articles, QUERIES_TOP));
        if (json_array_append_new(rows, object) < 0) {
            json_decref(rows);
            return NULL;
        }
    }
    return rows;
}

/* All counts, also those of rows that are left out. */
static json_t *whole_json(const struct report_request *request, const struct queries *queries)
{
    json_int_t count = 0, zero = 0, unclicked = 0;
    for (size_t i = 0; i < queries_count(queries); i++) {
        const struct queries_row *row = queries_row(queries, i);
        count += row->count;
        zero += row->zero_results;
        unclicked += row->not_clicked;
    }
    return json_pack("{s:o, s:o, s:I, s:I, s:I, s:I, s:o}", "from",
                     report_day_json(request->from_ms), "to", report_day_json(request->to_ms),
                     "questions", count, "groups", (json_int_t)queries_count(queries),
                     "zero_results", zero, "not_clicked", unclicked, "rows",
                     report_queries_json(queries, MOST_ROWS));
}

static enum status build(struct report_run *run, json_t **ret, struct error *err)
{
    const struct report_request *request = run->request;
    const struct queries_options options = {
        .from_ms = request->from_ms,
        .to_ms = request->to_ms,
        .lang = request->lang,
        .wording = report_wording,
        .wording_arg = run,
    };
    _cleanup_(queries_freep) struct queries *queries = queries_new(&options);
    if (!queries)
        return error_memory(err);
    const enum status status = report_recount(run, queries_add, queries, err);
    if (status != STATUS_OK)
        return status;
    if (!queries_finish(queries))
        return error_memory(err);
    *ret = whole_json(request, queries);
    return STATUS_OK;
}

static long long whole(const json_t *report, const char *key)
{
    return (long long)json_integer_value(json_object_get(report, key));
}

static void words(const json_t *report, struct buf *out)
{
    buf_printf(out,
               "%lld questions in %lld groups; %lld found nothing, of %lld no result was opened\n"
               "  Of the texts typed into a form the last counts; a group is shown in its "
               "commonest wording.\n",
               whole(report, "questions"), whole(report, "groups"),
               whole(report, "zero_results"), whole(report, "not_clicked"));
}

static const struct report_column columns[] = {
    {"query", "Question", COLUMN_TEXT},
    {"count", "Asked", COLUMN_COUNT},
    {"zero_results", "Found nothing", COLUMN_COUNT},
    {"not_clicked", "Not opened", COLUMN_COUNT},
    {"then_ticket", "Then ticket", COLUMN_COUNT},
    {"top_articles", "Articles", COLUMN_LIST},
    {0},
};

const struct report_kind report_kind_queries = {
    .name = "queries",
    .title = "Questions",
    .rows = "rows",
    .from_log = true,
    .build = build,
    .words = words,
    .columns = columns,
};
