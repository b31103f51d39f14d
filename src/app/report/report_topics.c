/* report_topics.c: what tickets are about. */
#include "app/report/report_json.h"
#include "app/report/report_kind.h"
#include "app/report/report_tickets.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/str.h"
#include "measure/topics.h"

#include <math.h>

/* Rows that are answered, and those of them whose nearest article is looked up by a search. */
#define MOST_ROWS 200
#define MOST_SEARCHES 50
#define LINKED_SHARE                                                                               \
    3 /* one ticket in so many was answered with an article: the topic is documented */

static bool add_ticket(void *arg, const struct ticket *ticket, const char *article)
{
    const struct request_words words = {ticket->subject, ticket->body, NULL};
    return topics_add_ticket(arg, ticket->session, &words, ticket->created_ms, article);
}

/* ---- An article that was published in the period ---- */

struct publication {
    const char *article;
    int64_t at_ms; /* -1: not known */
};

static bool first_version(void *arg, const char *article, const char *version, int64_t at_ms)
{
    struct publication *publication = arg;
    (void)version;
    (void)article;
    publication->at_ms = at_ms;
    return false;
}

/* Tickets in equal spans before and after ARTICLE came; null where it did not come in the period.
 */
static json_t *publication_json(struct report_run *run, const struct topics *topics, size_t index,
                                const char *article)
{
    const struct report_request *request = run->request;
    struct publication publication = {article, -1};
    if (!article ||
        store_each_version(service_store(run->service), article, first_version, &publication,
                           NULL) ||
        publication.at_ms <= request->from_ms || publication.at_ms >= request->to_ms)
        return json_null();
    const int64_t at_ms = publication.at_ms,
                  end_ms = run->now_ms < request->to_ms ? run->now_ms : request->to_ms;
    const int64_t span_ms =
        at_ms - request->from_ms < end_ms - at_ms ? at_ms - request->from_ms : end_ms - at_ms;
    const int64_t before = topics_between(topics, index, at_ms - span_ms, at_ms);
    const int64_t after = topics_between(topics, index, at_ms, at_ms + span_ms);
    return json_pack("{s:s, s:o, s:I, s:I, s:I, s:o}", "article", article, "published",
                     report_day_json(at_ms), "span_days", (json_int_t)(span_ms / MS_PER_DAY),
                     "before", (json_int_t)before, "after", (json_int_t)after, "change",
                     report_estimate_json(topics_change(before, after)));
}

/* ---- JSON ---- */

static json_t *row_json(const struct topics_row *row)
{
    return json_pack("{s:s, s:s, s:s?, s:I, s:o, s:I, s:I, s:o, s:b, s:f, s:I, s:s?, s:o, s:o}",
                     "topic", row->id, "label", row->label, "lang", row->lang, "tickets",
                     (json_int_t)row->tickets, "share", report_estimate_json(row->share),
                     "last_week", (json_int_t)row->last_week, "week_before",
                     (json_int_t)row->week_before, "change", report_estimate_json(row->change),
                     "spike", row->spike, "spike_p", row->spike_p, "linked",
                     (json_int_t)row->linked, "linked_article", row->linked_article, "phrases",
                     report_texts_json(row->phrases, TOPICS_PHRASES), "words",
                     report_texts_json(row->words, TOPICS_WORDS));
}

/* Documented: agents answer with an article, or a search is sure of one. */
static void set_documented(struct report_run *run, const struct topics *topics, size_t index,
                           json_t *object)
{
    const struct topics_row *row = topics_row(topics, index);
    const char *confidence = json_string_value(json_object_get(object, "nearest_confidence"));
    const bool linked = row->linked > 0 && LINKED_SHARE * row->linked >= row->tickets;
    const bool found = str_equal(confidence, index_confidence_name(CONFIDENCE_HIGH));
    const char *article = linked  ? row->linked_article
                          : found ? json_string_value(json_object_get(object, "nearest_article"))
                                  : NULL;
    (void)json_object_set_new(object, "documented", json_boolean(article));
    (void)json_object_set_new(object, "since_article",
                              publication_json(run, topics, index, article));
}

static json_t *rows_json(struct report_run *run, const struct topics *topics)
{
    struct index_reader *reader = NULL;
    json_t *rows = json_array();
    if (service_take_reader(run->service, &reader, NULL) != STATUS_OK)
        reader = NULL;
    for (size_t i = 0; rows && i < topics_count(topics) && i < MOST_ROWS; i++) {
        const struct topics_row *row = topics_row(topics, i);
        json_t *object = row_json(row);
        report_set_nearest(run, i < MOST_SEARCHES ? reader : NULL, row->label, row->lang,
                           row->linked_article, object);
        set_documented(run, topics, i, object);
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
    const struct report_request *request = run->request;
    const struct topics_options options = {
        .from_ms = request->from_ms,
        .to_ms = request->to_ms,
        .lang = request->lang,
        .wording = report_wording,
        .wording_arg = run,
    };
    _cleanup_(topics_freep) struct topics *topics = topics_new(&options);
    if (!topics)
        return error_memory(err);
    enum status status = report_recount(run, topics_add, topics, err);
    if (status == STATUS_OK)
        status = report_each_ticket(run->service, request->from_ms, request->to_ms, add_ticket,
                                    topics, NULL, err);
    if (status != STATUS_OK)
        return status;
    if (!topics_finish(topics))
        return error_memory(err);
    *ret = json_pack("{s:o, s:o, s:I, s:I, s:o}", "from", report_day_json(request->from_ms), "to",
                     report_day_json(request->to_ms), "tickets", (json_int_t)topics_tickets(topics),
                     "topics", (json_int_t)topics_count(topics), "rows", rows_json(run, topics));
    return STATUS_OK;
}

static void words(const json_t *report, struct buf *out)
{
    buf_printf(out,
               "%lld tickets with words, in %lld topics\n"
               "  A spike grew in the last seven days at least twice as much as all other topics, "
               "and more than chance does: where nothing changed,\n"
               "  one report in twenty shows one.\n",
               (long long)json_integer_value(json_object_get(report, "tickets")),
               (long long)json_integer_value(json_object_get(report, "topics")));
}

static const struct report_column columns[] = {
    {"topic", NULL, COLUMN_TEXT},
    {"label", "Topic", COLUMN_TEXT},
    {"tickets", "Tickets", COLUMN_COUNT},
    {"share", "Share", COLUMN_RATE},
    {"last_week", "Last week", COLUMN_COUNT},
    {"week_before", "Before", COLUMN_COUNT},
    {"change", NULL, COLUMN_RATE},
    {"spike", "Spike", COLUMN_FLAG},
    {"linked", NULL, COLUMN_COUNT},
    {"documented", "Documented", COLUMN_FLAG},
    {"nearest_article", NULL, COLUMN_TEXT},
    {"nearest_title", "Nearest article", COLUMN_TEXT},
    {"nearest_confidence", NULL, COLUMN_TEXT},
    {"phrases", NULL, COLUMN_LIST},
    {"words", NULL, COLUMN_LIST},
    {0},
};

const struct report_kind report_kind_topics = {
    .name = "topics",
    .title = "Topics",
    .rows = "rows",
    .from_log = true,
    .build = build,
    .words = words,
    .columns = columns,
};
