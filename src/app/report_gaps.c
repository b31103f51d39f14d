/* report_gaps.c: what customers asked and no article answered. */
#include "app/report_gaps.h"

#include "app/report_json.h"
#include "app/service_private.h"
#include "base/json.h"
#include "measure/names.h"
#include "store/link.h"
#include "store/ticket.h"

/* Rows that are answered, and those of them whose nearest article is looked up by a search. */
#define MOST_ROWS 200
#define MOST_SEARCHES 50

/* ---- Figures ---- */

struct gathering {
    struct gaps *gaps;
    struct names *linked; /* tickets that agents answered with an article */
    bool failed;
};

static bool note_link(void *arg, const struct link *link)
{
    struct gathering *gathering = arg;
    size_t number;
    gathering->failed = !names_add(gathering->linked, slice_of(link->ticket), &number);
    return !gathering->failed;
}

static bool add_ticket(void *arg, const struct ticket *ticket)
{
    struct gathering *gathering = arg;
    size_t number;
    if (ticket->status == TICKET_MERGED || ticket->status == TICKET_SPAM ||
        names_find(gathering->linked, slice_of(ticket->id), &number))
        return true;
    gathering->failed = !gaps_add_ticket(gathering->gaps, ticket->session, ticket->subject,
                                         ticket->body, NULL, ticket->created_ms);
    return !gathering->failed;
}

static enum status gather(struct report_run *run, struct gathering *gathering, struct error *err)
{
    const struct report_request *request = run->request;
    struct store *store = service_store(run->service);
    enum status status = report_recount(run, gaps_add, gathering->gaps, NULL, err);
    if (status == STATUS_OK)
        status = store_each_link(store, 0, NULL, NULL, note_link, gathering, err);
    if (status == STATUS_OK && !gathering->failed)
        status =
            store_each_ticket(store, request->from_ms, request->to_ms, add_ticket, gathering, err);
    if (status != STATUS_OK)
        return status;
    return !gathering->failed && gaps_finish(gathering->gaps) ? STATUS_OK : error_memory(err);
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
    _cleanup_(names_freep) struct names *linked = names_new();
    struct gathering gathering = {gaps, linked, false};
    if (!gaps || !linked)
        return error_memory(err);
    const enum status status = gather(run, &gathering, err);
    if (status == STATUS_OK)
        *ret = steal_pointer(&gaps);
    return status;
}

/* ---- JSON ---- */

static json_t *texts_json(const char *const *texts, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; list && i < count && texts[i]; i++)
        (void)json_array_append_new(list, json_string(texts[i]));
    return list;
}

static json_t *row_json(const struct gaps_row *row)
{
    return json_pack(
        "{s:s, s:s, s:s?, s:I, s:I, s:I, s:I, s:I, s:I, s:{s:I, s:I}, s:o, s:o}", "gap", row->id,
        "label", row->label, "lang", row->lang, "tickets", (json_int_t)row->tickets, "episodes",
        (json_int_t)row->episodes, "queries", (json_int_t)row->queries, "zero_results",
        (json_int_t)row->zero_results, "not_clicked", (json_int_t)row->not_clicked, "answered",
        (json_int_t)row->answered, "trend", "earlier", (json_int_t)row->earlier, "later",
        (json_int_t)row->later, "phrases", texts_json(row->phrases, GAPS_PHRASES), "words",
        texts_json(row->words, GAPS_WORDS));
}

/* The article that a search for the label finds now, with its confidence; else the one shown then.
 */
static void set_nearest(struct report_run *run, struct index_reader *reader,
                        const struct gaps_row *row, json_t *object)
{
    struct index_results results = {0};
    const struct index_query query = {.subject = slice_of(row->label),
                                      .lang = row->lang,
                                      .default_lang = service_config(run->service)->default_lang,
                                      .limit = 1};
    const char *article = row->nearest, *confidence = NULL;
    if (reader && index_search(reader, &query, &results, NULL) == STATUS_OK) {
        article = results.count > 0 ? results.hits[0].id : NULL;
        confidence = article ? index_confidence_name(results.hits[0].confidence) : NULL;
    }
    const char *title = article ? report_facts_title(run->facts, article) : NULL;
    (void)json_object_set_new(object, "nearest_article",
                              article ? json_string(article) : json_null());
    (void)json_object_set_new(object, "nearest_title", title ? json_string(title) : json_null());
    (void)json_object_set_new(object, "nearest_confidence",
                              confidence ? json_string(confidence) : json_null());
    index_results_done(&results);
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
        set_nearest(run, i < MOST_SEARCHES ? reader : NULL, gaps_row(gaps, i), object);
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
    .build = build,
    .words = words,
    .columns = columns,
};
