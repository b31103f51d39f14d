/* report_article.c: one article: its row, its edits, the questions that led to it, what its readers
 * said and did next. */
#include "app/report/report_json.h"
#include "app/report/report_kind.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/str.h"
#include "measure/reading.h"
#include "store/link.h"

#define MOST_QUERIES 50
#define SHOWN_COMMENTS 5

struct figures {
    struct queries *led, *next;
    struct reading reading;
    struct link_counts sent;
};

static bool add_to_figures(void *arg, const struct episode *episode)
{
    struct figures *figures = arg;
    return queries_add(figures->led, episode) && queries_add(figures->next, episode) &&
           reading_add(&figures->reading, episode);
}

static json_t *event_json(const struct event *event)
{
    char at[CLOCK_TEXT_SIZE];
    clock_format(event->at_ms, at);
    if (event->type == EVENT_VOTE)
        return json_pack("{s:s, s:s, s:s}", "at", at, "value",
                         event->value == VALUE_UP ? "up" : "down", "comment", event->comment);
    return json_pack("{s:s, s:s?, s:s?, s:s?}", "at", at, "ticket", event->ticket, "subject",
                     event->subject, "body", event->body);
}

/* Latest first, as they are read. */
static json_t *events_json(struct event *const *events, size_t count)
{
    json_t *list = json_array();
    for (size_t i = count; list && i-- > 0;)
        (void)json_array_append_new(list, event_json(events[i]));
    return list;
}

/* The article's row of the articles report. Borrowed from REPORT; NULL where it has none. */
static json_t *find_row(const json_t *report, const char *article)
{
    size_t index;
    json_t *row;
    json_array_foreach(json_object_get(report, "rows"), index, row)
    {
        if (str_equal(json_string_value(json_object_get(row, "article")), article))
            return row;
    }
    return NULL;
}

/* The row's fields with those of the article alone. */
static json_t *assemble(const struct report_run *run, const json_t *articles,
                        const struct figures *figures)
{
    const struct report_request *request = run->request;
    _cleanup_json_ json_t *report = json_pack(
        "{s:o, s:o, s:s, s:s, s:O, s:o, s:o, s:o, s:o}", "from", report_day_json(request->from_ms),
        "to", report_day_json(request->to_ms), "article", request->article, "title",
        report_facts_title(run->facts, request->article), "base_rate",
        json_object_get(articles, "base_rate"), "queries",
        report_queries_json(figures->led, MOST_QUERIES), "searched_next",
        report_queries_json(figures->next, MOST_QUERIES), "comments",
        events_json(figures->reading.comments, figures->reading.comment_count), "tickets",
        events_json(figures->reading.tickets, figures->reading.ticket_count));
    json_t *row = find_row(articles, request->article);
    (void)json_object_set_new(report, "sent", json_pack("{s:I, s:I}", "tickets", (json_int_t)figures->sent.tickets,
                                                        "returned", (json_int_t)figures->sent.returned));
    if (!report || (row && json_object_update(report, row) < 0))
        return NULL;
    return steal_pointer(&report);
}

static enum status gather(struct report_run *run, struct figures *figures, struct error *err)
{
    const struct report_request *request = run->request;
    enum status status = report_recount(run, add_to_figures, figures, err);
    if (status == STATUS_OK)
        status = store_count_links(service_store(run->service), request->article, request->from_ms, request->to_ms,
                                   &figures->sent, err);
    if (status != STATUS_OK)
        return status;
    reading_finish(&figures->reading);
    return queries_finish(figures->led) && queries_finish(figures->next) ? STATUS_OK
                                                                         : error_memory(err);
}

static enum status build_parts(struct report_run *run, const struct queries_options *options,
                               json_t **ret, struct error *err)
{
    struct queries_options next = *options;
    _cleanup_json_ json_t *articles = NULL;
    next.after = steal_pointer(&next.article);
    _cleanup_(queries_freep) struct queries *led_queries = queries_new(options);
    _cleanup_(queries_freep) struct queries *next_queries = queries_new(&next);
    struct figures figures = {led_queries,
                              next_queries,
                              {.from_ms = options->from_ms,
                               .to_ms = options->to_ms,
                               .lang = options->lang,
                               .article = options->article},
                              {0, 0}};
    if (!led_queries || !next_queries)
        return error_memory(err);
    enum status status = report_kind_articles.build(run, &articles, err);
    if (status == STATUS_OK)
        status = articles ? gather(run, &figures, err) : error_memory(err);
    if (status == STATUS_OK && !figures.reading.seen &&
        !report_facts_known(run->facts, options->article))
        status = error_set(err, STATUS_NOT_FOUND, "there is no article '%s'", options->article);
    if (status == STATUS_OK)
        *ret = assemble(run, articles, &figures);
    reading_done(&figures.reading);
    return status;
}

static enum status build(struct report_run *run, json_t **ret, struct error *err)
{
    const struct report_request *request = run->request;
    const struct queries_options options = {
        .from_ms = request->from_ms,
        .to_ms = request->to_ms,
        .lang = request->lang,
        .article = request->article,
        .wording = report_wording,
        .wording_arg = run,
    };
    return build_parts(run, &options, ret, err);
}

static int64_t count_of(const json_t *report, const char *key)
{
    return json_integer_value(json_object_get(report, key));
}

static void comment_lines(const json_t *comments, struct buf *out)
{
    for (size_t i = 0; i < json_array_size(comments) && i < SHOWN_COMMENTS; i++) {
        const json_t *comment = json_array_get(comments, i);
        buf_printf(out, "  %.10s %-4s  %s\n", json_string_value(json_object_get(comment, "at")),
                   json_string_value(json_object_get(comment, "value")),
                   json_string_value(json_object_get(comment, "comment")));
    }
}

static void words(const json_t *report, struct buf *out)
{
    const json_t *base = json_object_get(report, "base_rate");
    buf_printf(out, "%s (%s)\n  Failed    ", json_string_value(json_object_get(report, "title")),
               json_string_value(json_object_get(report, "article")));
    report_rate_words(json_object_get(report, "fail_rate"), count_of(report, "viewed"), out);
    if (json_is_object(base)) {
        buf_add_str(out, "; all articles ");
        report_percent(json_number_value(json_object_get(base, "value")), out);
    }
    buf_printf(out,
               "\n  Votes     %lld up, %lld down, %zu with a comment\n  Tickets   %zu filed after "
               "reading it\n  Sent      for %lld tickets, %lld came back\n",
               (long long)count_of(report, "up"), (long long)count_of(report, "down"),
               json_array_size(json_object_get(report, "comments")),
               json_array_size(json_object_get(report, "tickets")),
               (long long)count_of(json_object_get(report, "sent"), "tickets"),
               (long long)count_of(json_object_get(report, "sent"), "returned"));
    comment_lines(json_object_get(report, "comments"), out);
    buf_add_str(out, "\nQuestions that led to it:\n");
}

static const struct report_column columns[] = {
    {"query", "Question", COLUMN_TEXT},
    {"count", "Led here", COLUMN_COUNT},
    {"then_ticket", "Then ticket", COLUMN_COUNT},
    {0},
};

/* The edits with the figures that are shown of them. */
static json_t *edit_rows(const json_t *report)
{
    json_t *rows = json_array(), *edit;
    size_t i;
    json_array_foreach(json_object_get(report, "versions"), i, edit)
    {
        const json_t *before = json_object_get(edit, "before"), *after = json_object_get(edit, "after");
        json_t *row = json_pack(
            "{s:O, s:O, s:O, s:O, s:O, s:O, s:O, s:O, s:O}", "version", json_object_get(edit, "version"), "at",
            json_object_get(edit, "at"), "viewed_before", json_object_get(before, "viewed"), "before",
            json_object_get(before, "shrunk_rate"), "viewed_after", json_object_get(after, "viewed"), "after",
            json_object_get(after, "fail_rate"), "others", json_object_get(json_object_get(edit, "others"), "change"),
            "difference", json_object_get(edit, "difference"), "too_early", json_object_get(edit, "too_early"));
        if (json_array_append_new(rows, row) < 0) {
            json_decref(rows);
            return NULL;
        }
    }
    return rows;
}

static const struct report_column edit_columns[] = {
    {"version", NULL, COLUMN_TEXT},
    {"at", NULL, COLUMN_TEXT},
    {"viewed_before", NULL, COLUMN_COUNT},
    {"before", NULL, COLUMN_RATE},
    {"viewed_after", NULL, COLUMN_COUNT},
    {"after", NULL, COLUMN_RATE},
    {"others", NULL, COLUMN_RATE},
    {"difference", NULL, COLUMN_RATE},
    {"too_early", NULL, COLUMN_FLAG},
    {0},
};

static const struct report_side_table side_tables[] = {{"versions", edit_rows, edit_columns}, {0}};

const struct report_kind report_kind_article = {
    .name = "article",
    .title = "Article",
    .rows = "queries",
    .from_log = true,
    .build = build,
    .words = words,
    .columns = columns,
    .side_tables = side_tables,
};
