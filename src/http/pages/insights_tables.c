/* insights_tables.c: articles, gaps, questions, topics, and tickets in and out, as tables. */
#include "http/pages/insights.h"

#include <math.h>

static double number(const json_t *object, const char *name)
{
    return json_number_value(view_field(object, name));
}

/* ---- Articles ---- */

char *insights_read_for(const json_t *row)
{
    json_int_t seconds = (view_count(row, "read_ms_median") + 500) / 1000;
    if (seconds <= 0)
        return mem_strdup("–");
    return seconds < 120 ? mem_printf("%lld s", (long long)seconds)
                         : mem_printf("%lld min", (long long)((seconds + 30) / 60));
}

char *insights_fails(const json_t *row)
{
    const json_t *rate = view_field(row, "shrunk_rate");
    if (!json_is_object(rate) || view_count(row, "viewed") == 0)
        return mem_strdup("–");
    return mem_printf("%.0f\u202f%% (%.0f–%.0f)", 100 * number(rate, "value"), 100 * number(rate, "low"),
                      100 * number(rate, "high"));
}

static void set_articles(struct view *view)
{
    json_t *report = view_report(view, "articles", NULL, view->from_ms, view->to_ms);
    json_t *rows = view_first(view_field(report, "rows"), INSIGHTS_ROWS), *row;
    size_t i;
    json_array_foreach (rows, i, row) {
        view_set_text(row, "url", view_url(view, "/insights/articles/", json_string_value(view_field(row, "article"))));
        view_set_text(row, "fails", insights_fails(row));
        view_set_text(row, "read_for", insights_read_for(row));
        view_set_text(row, "excess", insights_signed(number(row, "excess_tickets")));
    }
    page_set_list(&view->page, "articles", rows);
}

/* ---- Gaps, questions, topics ---- */

/* How customers put it beside the label. */
static json_t *other_phrases(const json_t *row)
{
    json_t *others = json_array(), *phrase;
    size_t i;
    json_array_foreach (view_field(row, "phrases"), i, phrase)
        if (!json_equal(phrase, view_field(row, "label")))
            (void)json_array_append(others, phrase);
    return others;
}

static void set_gaps(struct view *view)
{
    json_t *report = view_report(view, "gaps", NULL, view->from_ms, view->to_ms);
    json_t *rows = view_first(view_field(report, "rows"), INSIGHTS_ROWS), *row;
    size_t i;
    json_array_foreach (rows, i, row) {
        const json_t *trend = view_field(row, "trend");
        view_set_text(row, "url", view_url(view, "/insights/gaps/", json_string_value(view_field(row, "gap"))));
        (void)json_object_set_new(row, "more", other_phrases(row));
        (void)json_object_set_new(row, "has_more", json_boolean(json_array_size(view_field(row, "more")) > 0));
        view_set_text(row, "halves", mem_printf("%lld → %lld", (long long)view_count(trend, "earlier"),
                                                (long long)view_count(trend, "later")));
    }
    page_set_list(&view->page, "gaps", rows);
}

static void set_questions(struct view *view)
{
    json_t *report = view_report(view, "queries", NULL, view->from_ms, view->to_ms);
    json_t *rows = view_first(view_field(report, "rows"), INSIGHTS_ROWS), *row;
    size_t i;
    json_array_foreach (rows, i, row) {
        _cleanup_buf_ struct buf url = BUF_INIT(LIMIT_QUERY);
        buf_add_url(&url, slice_of(json_string_value(view_field(row, "query"))), "");
        view_set_text(row, "query_url", buf_take(&url));
    }
    page_set_list(&view->page, "queries", rows);
}

static char *week_change(const json_t *row)
{
    const json_t *change = view_field(row, "change");
    if (!json_is_object(change))
        return mem_strdup("–");
    return mem_printf("%s%.0f\u202f%%", number(change, "value") < 0 ? "\u2212" : "+",
                      fabs(100 * number(change, "value")));
}

static void set_topics(struct view *view)
{
    json_t *report = view_report(view, "topics", NULL, view->from_ms, view->to_ms);
    json_t *rows = view_first(view_field(report, "rows"), INSIGHTS_ROWS), *row;
    size_t i;
    json_array_foreach (rows, i, row) {
        const char *article = json_string_value(view_field(row, "nearest_article"));
        const json_t *share = view_field(row, "share");
        view_set_text(row, "share_text",
                      mem_printf("%.0f\u202f%% (%.0f–%.0f)", 100 * number(share, "value"), 100 * number(share, "low"),
                                 100 * number(share, "high")));
        view_set_text(row, "change_text", week_change(row));
        if (article && json_is_true(view_field(row, "documented")))
            view_set_text(row, "article_url", view_url(view, "/insights/articles/", article));
    }
    page_set_list(&view->page, "topics", rows);
}

/* ---- Tickets in and out ---- */

/* Sentences on backlog, crossing and forecast; each only where it is known. */
static json_t *flow_facts(const struct view *view, const json_t *flow)
{
    const json_t *forecast = view_field(flow, "forecast"), *crossing = view_field(flow, "crossing"),
                 *in = view_field(forecast, "in"), *last = view_field(forecast, "last_month");
    char *texts[4] = {NULL};
    json_t *facts = json_array();
    if (json_is_integer(view_field(flow, "backlog")))
        texts[0] = view_fill(view, "flow_backlog", json_pack("{s:O}", "backlog", view_field(flow, "backlog")));
    if (json_is_object(crossing))
        texts[1] = view_fill(view,
                             str_equal(json_string_value(view_field(crossing, "above")), "in") ? "flow_in_above"
                                                                                             : "flow_out_above",
                             json_pack("{s:O?}", "day", view_field(crossing, "day")));
    if (json_is_object(in))
        texts[2] = view_fill(view, "flow_forecast",
                             json_pack("{s:O?, s:O?, s:O?, s:i}", "value", view_field(in, "value"), "low",
                                       view_field(in, "low"), "high", view_field(in, "high"), "days",
                                       (int)json_array_size(view_field(forecast, "days"))));
    if (json_is_object(last))
        texts[3] = view_fill(view, "flow_last",
                             json_pack("{s:O?, s:O?}", "value", view_field(view_field(last, "in"), "value"), "actual",
                                       view_field(last, "actual")));
    for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
        if (texts[i])
            (void)json_array_append_new(facts, json_string(texts[i]));
        mem_free(texts[i]);
    }
    return facts;
}

static void set_flow(struct view *view)
{
    json_t *flow = view_report(view, "flow", NULL, view->from_ms, view->to_ms);
    json_t *days = json_array(), *day, *ages = json_array();
    const json_t *count;
    const char *name;
    json_int_t all = 0;
    size_t i;
    json_array_foreach (view_field(flow, "days"), i, day) {
        all += view_count(day, "in");
        (void)json_array_append(days, day);
    }
    json_object_foreach (view_field(flow, "ages"), name, count)
        if (json_is_integer(count))
            (void)json_array_append_new(ages, json_pack("{s:s, s:O}", "age", name, "tickets", count));
    page_set(&view->page, "flow", json_boolean(all > 0));
    page_set_list(&view->page, "flow_days", days);
    page_set_list(&view->page, "ages", ages);
    page_set_list(&view->page, "flow_facts", flow_facts(view, flow));
    page_set(&view->page, "flow_widget",
             json_boolean(str_equal(json_string_value(view_field(flow, "source")), "widget")));
}

void insights_set_tables(struct view *view)
{
    set_articles(view);
    set_gaps(view);
    set_questions(view);
    set_topics(view);
    set_flow(view);
}
