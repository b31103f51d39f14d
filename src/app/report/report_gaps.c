/* report_gaps.c: what customers asked and no article answered. */
#include "app/report/report_gaps.h"

#include "app/report/report_json.h"
#include "app/report/report_tickets.h"
#include "app/service_private.h"
#include "base/json.h"

/* Rows that are answered, and those of them whose nearest article is looked up by a search. */
#define MOST_ROWS 200
#define MOST_SEARCHES 50

/* ---- Figures ---- */

static bool add_ticket(void *arg, const struct ticket *ticket, const char *article)
{
    /* Answered with an article: no gap. */
    return article || gaps_add_ticket(arg, ticket->session, ticket->subject, ticket->body, NULL,
                                      ticket->created_ms);
}

enum status report_gather_gaps(struct report_run *run, struct gaps **ret, struct error *err)
{
    const struct report_request *request = run->request;
    const struct gaps_options options = {
        .from_ms = request->from_ms,
        .to_ms = request->to_ms,
        .lang = request->lang,
        .wording = report_wording,
        .wording_arg = run,
    };
    _cleanup_(gaps_freep) struct gaps *gaps = gaps_new(&options);
    if (!gaps)
        return error_memory(err);
    enum status status = report_recount(run, gaps_add, gaps, err);
    if (status == STATUS_OK)
        status = report_each_ticket(run->service, request->from_ms, request->to_ms, add_ticket,
                                    gaps, NULL, err);
    if (status == STATUS_OK && !gaps_finish(gaps))
        status = error_memory(err);
    if (status == STATUS_OK)
        *ret = steal_pointer(&gaps);
    return status;
}

/* ---- JSON ---- */

static json_t *row_json(const struct gaps_row *row)
{
    return json_pack(
        "{s:s, s:s, s:s?, s:I, s:I, s:I, s:I, s:I, s:I, s:{s:I, s:I}, s:o, s:o}", "gap", row->id,
        "label", row->label, "lang", row->lang, "tickets", (json_int_t)row->tickets, "episodes",
        (json_int_t)row->episodes, "queries", (json_int_t)row->queries, "zero_results",
        (json_int_t)row->zero_results, "not_clicked", (json_int_t)row->not_clicked, "answered",
        (json_int_t)row->answered, "trend", "earlier", (json_int_t)row->earlier, "later",
        (json_int_t)row->later, "phrases", report_texts_json(row->phrases, GAPS_PHRASES), "words",
        report_texts_json(row->words, GAPS_WORDS));
}

static json_t *rows_json(struct report_run *run, const struct gaps *gaps)
{
    struct index_reader *reader = NULL;
    json_t *rows = json_array();
    /* Without an index there is no nearest article, which is no error of the report. */
    if (service_take_reader(run->service, &reader, NULL) != STATUS_OK)
        reader = NULL;
    for (size_t i = 0; rows && i < gaps_count(gaps) && i < MOST_ROWS; i++) {
        json_t *object = row_json(gaps_row(gaps, i));
        report_set_nearest(run, i < MOST_SEARCHES ? reader : NULL, gaps_row(gaps, i)->label,
                           gaps_row(gaps, i)->lang, gaps_row(gaps, i)->nearest, object);
        if (json_array_append_new(rows, object) < 0) {
            json_decref(rows);
            rows = NULL;
        }
    }
    if (reader)
        service_give_reader(run->service, reader);
    return rows;
}

static enum status build(struct report_run *run, json_t **ret, struct error *err)
{
    _cleanup_(gaps_freep) struct gaps *gaps = NULL;
    const enum status status = report_gather_gaps(run, &gaps, err);
    if (status == STATUS_OK)
        *ret = json_pack("{s:o, s:o, s:I, s:o}", "from", report_day_json(run->request->from_ms),
                         "to", report_day_json(run->request->to_ms), "gaps",
                         (json_int_t)gaps_count(gaps), "rows", rows_json(run, gaps));
    return status;
}

static void words(const json_t *report, struct buf *out)
{
    buf_printf(
        out,
        "%lld groups of questions and tickets that no article answered, the costliest first\n"
        "  `deflect draft GAP` writes an article's skeleton. Where the nearest article is a good "
        "answer, it lacks\n"
        "  the customers' words: add them to its `questions`. What was held out is not counted.\n",
        (long long)json_integer_value(json_object_get(report, "gaps")));
}

static const struct report_column columns[] = {
    {"gap", "Gap", COLUMN_TEXT},
    {"label", "Customers ask", COLUMN_TEXT},
    {"tickets", "Tickets", COLUMN_COUNT},
    {"episodes", "Visits", COLUMN_COUNT},
    {"queries", NULL, COLUMN_COUNT},
    {"zero_results", "Found nothing", COLUMN_COUNT},
    {"not_clicked", "Not opened", COLUMN_COUNT},
    {"phrases", NULL, COLUMN_LIST},
    {"words", NULL, COLUMN_LIST},
    {"nearest_article", NULL, COLUMN_TEXT},
    {"nearest_title", "Nearest article", COLUMN_TEXT},
    {"nearest_confidence", "Likely", COLUMN_TEXT},
    {0},
};

const struct report_kind report_kind_gaps = {
    .name = "gaps",
    .title = "Gaps",
    .rows = "rows",
    .from_log = true,
    .build = build,
    .words = words,
    .columns = columns,
};
