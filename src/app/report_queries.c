/* report_queries.c: what people asked, and where it led. */
#include "app/report_json.h"
#include "app/report_kind.h"
#include "base/json.h"

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
    *ret =
        json_pack("{s:o, s:o, s:o}", "from", report_day_json(request->from_ms), "to",
                  report_day_json(request->to_ms), "rows", report_queries_json(queries, SIZE_MAX));
    return STATUS_OK;
}

static void words(const json_t *report, struct buf *out)
{
    json_int_t count = 0, zero = 0, unclicked = 0;
    size_t index;
    const json_t *row;
    json_array_foreach(json_object_get(report, "rows"), index, row)
    {
        count += json_integer_value(json_object_get(row, "count"));
        zero += json_integer_value(json_object_get(row, "zero_results"));
        unclicked += json_integer_value(json_object_get(row, "not_clicked"));
    }
    buf_printf(out,
               "%lld questions in %zu groups; %lld found nothing, of %lld no result was opened\n"
               "  Of the texts typed into a form the last counts; a group is shown in its "
               "commonest wording.\n",
               (long long)count, json_array_size(json_object_get(report, "rows")), (long long)zero,
               (long long)unclicked);
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
