/* page_insights.c: the writers' page: what to do today, how often articles answered, and how sure that is.
 *
 * It is rendered from the same reports that the API and the command line give; nothing is counted here. */
#include "http/pages.h"

#include "app/report.h"
#include "app/sample.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/str.h"
#include "http/insights_words.h"
#include "http/session.h"

enum { TABLE_ROWS = 25, LIST_ROWS = 12, TODAY_ITEMS = 5, LONGEST_DAYS = 366 };

/* What the reader of the page asked for. */
struct view {
    struct page page;
    const json_t *texts; /* of group "insights" */
    int64_t from_ms, to_ms;
    const char *lang;    /* of the episodes; NULL: all */
};

static json_t *field(const json_t *object, const char *name)
{
    return json_object_get(object, name);
}

static json_int_t count_of(const json_t *object, const char *name)
{
    return json_integer_value(field(object, name));
}

/* ---- The period ---- */

static enum status read_day(const struct request *request, const char *name, int64_t *day_ms, struct error *err)
{
    const char *text = request_param(request, name);
    if (text && !clock_parse_day(slice_of(text), day_ms))
        return error_set(err, STATUS_UNPROCESSABLE, "field %s must be a day such as 2026-11-22", name);
    return STATUS_OK;
}

/* `days=30`, or `from` and `to` as in the API. */
static enum status read_period(struct view *view, struct error *err)
{
    const struct request *request = view->page.request;
    int64_t days;
    enum status status = request_number(request, "days", 1, LONGEST_DAYS, 30, &days, err);
    if (status)
        return status;
    report_default_range(clock_now_ms(), &view->from_ms, &view->to_ms);
    view->from_ms = view->to_ms - days * MS_PER_DAY;
    if ((status = read_day(request, "from", &view->from_ms, err)) ||
        (status = read_day(request, "to", &view->to_ms, err)))
        return status;
    if (view->from_ms >= view->to_ms || view->to_ms - view->from_ms > LONGEST_DAYS * MS_PER_DAY)
        return error_set(err, STATUS_UNPROCESSABLE, "from must be before to, and at most %d days", LONGEST_DAYS);
    return STATUS_OK;
}

static void set_period(struct view *view)
{
    static const int choices[] = {7, 30, 90};
    char from[CLOCK_TEXT_SIZE], to[CLOCK_TEXT_SIZE];
    json_t *list = json_array();
    int64_t today_ms, unused_ms;
    report_default_range(clock_now_ms(), &unused_ms, &today_ms);
    for (size_t i = 0; i < ARRAY_LENGTH(choices); i++) {
        json_t *values = json_pack("{s:i}", "days", choices[i]);
        char *label = insights_fill(view->texts, "days", values);
        bool current = view->to_ms == today_ms && view->to_ms - view->from_ms == choices[i] * MS_PER_DAY;
        (void)json_array_append_new(list, json_pack("{s:i, s:s?, s:b}", "days", choices[i], "label", label, "current",
                                                    current));
        json_decref(values);
        mem_free(label);
    }
    clock_format_day(view->from_ms, from);
    clock_format_day(view->to_ms, to);
    page_set_list(&view->page, "periods", list);
    page_set_text(&view->page, "from", from);
    page_set_text(&view->page, "to", to);
}

/* ---- Reports ---- */

/* Report KIND for FROM to TO as JSON; NULL where there is none (a kind that this build lacks, a failing store). */
static json_t *report(struct view *view, const char *kind, const char *article, int64_t from_ms, int64_t to_ms)
{
    const struct report_request request = {.kind = kind,
                                           .article = article,
                                           .from_ms = from_ms,
                                           .to_ms = to_ms,
                                           .lang = view->lang,
                                           .format = REPORT_JSON};
    _cleanup_buf_ struct buf text = BUF_INIT(LIMIT_HTTP_RESPONSE);
    json_t *value = NULL;
    if (service_report(view->page.request->service, &request, &text, NULL) != STATUS_OK)
        return NULL;
    (void)json_read((struct slice){buf_str(&text), text.length}, &value, NULL);
    return value;
}

/* ---- The four figures ---- */

static json_int_t begun(const json_t *deflection)
{
    const json_t *totals = field(deflection, "totals");
    return count_of(totals, "closed") + count_of(totals, "open");
}

/* {"label", "value", "note", "change"}; VALUE and NOTE are stolen. */
static json_t *figure(const struct view *view, const char *label, char *value, char *note, char *change)
{
    json_t *model = json_pack("{s:O?, s:s?, s:s?, s:s?}", "label", field(view->texts, label), "value",
                              value ? value : "–", "note", note, "change", change);
    mem_free(value);
    mem_free(note);
    mem_free(change);
    return model;
}

static json_t *rate_figure(const struct view *view, const char *label, const json_t *deflection, const char *rate)
{
    json_int_t closed = count_of(field(deflection, "totals"), "closed");
    char *range = insights_range(view->texts, field(deflection, rate), closed);
    if (!range)
        range = insights_fill(view->texts, "nothing_yet", NULL);
    return figure(view, label, insights_percent(field(deflection, rate)), range, NULL);
}

/* What a hold-out can say: tickets avoided, or what is missing until it can, or that there is none. */
static json_t *holdout_figure(const struct view *view, const json_t *deflection)
{
    const json_t *holdout = field(deflection, "holdout"), *avoided = field(holdout, "tickets_avoided");
    double days = (double)(view->to_ms - view->from_ms) / (double)MS_PER_DAY;
    double held_a_day = (double)count_of(field(holdout, "holdout"), "closed") / days;
    json_int_t needed = count_of(holdout, "needed");
    _cleanup_json_ json_t *values = json_object();
    if (json_is_true(field(holdout, "enough")) && json_is_object(avoided)) {
        json_t *bounds = json_pack("{s:O, s:O}", "low", field(avoided, "low"), "high", field(avoided, "high"));
        char *note = insights_fill(view->texts, "avoided_range", bounds);
        json_decref(bounds);
        return figure(view, "avoided", mem_printf("%.0f", json_number_value(field(avoided, "value"))), note, NULL);
    }
    if (held_a_day <= 0)
        return figure(view, "avoided", NULL, insights_fill(view->texts, "no_holdout", NULL), NULL);
    (void)json_object_set_new(values, "needed", json_integer(needed));
    (void)json_object_set_new(values, "days", json_real((double)needed / held_a_day));
    return figure(view, "avoided", NULL, insights_fill(view->texts, "holdout_early", values), NULL);
}

static void set_figures(struct view *view, const json_t *deflection)
{
    int64_t span_ms = view->to_ms - view->from_ms;
    _cleanup_json_ json_t *before = report(view, "deflection", NULL, view->from_ms - span_ms, view->from_ms);
    json_t *figures = json_array(), *values = json_pack("{s:O?}", "open", field(field(deflection, "totals"), "open"));
    char *change = insights_change(begun(deflection), begun(before));
    (void)json_array_append_new(figures, figure(view, "begun", mem_printf("%lld", (long long)begun(deflection)),
                                                insights_fill(view->texts, "begun_note", values), change));
    (void)json_array_append_new(figures, rate_figure(view, "confirmed", deflection, "confirmed_rate"));
    (void)json_array_append_new(figures, rate_figure(view, "potential", deflection, "potential_rate"));
    (void)json_array_append_new(figures, holdout_figure(view, deflection));
    json_decref(values);
    page_set_list(&view->page, "figures", figures);
}

/* ---- The trend, and its table ---- */

static void set_trend(struct view *view, const json_t *deflection)
{
    json_t *days = json_array(), *day;
    _cleanup_free_ char *data = NULL;
    size_t i;
    json_array_foreach (field(deflection, "days"), i, day) {
        char *confirmed = insights_percent(field(day, "confirmed_rate"));
        char *potential = insights_percent(field(day, "potential_rate"));
        json_t *row = json_pack("{s:O?, s:O?, s:O?, s:O?, s:O?, s:O?, s:s?, s:s?}", "day", field(day, "day"), "ticket",
                                field(day, "ticket"), "solved", field(day, "solved"), "read", field(day, "read"),
                                "left", field(day, "left"), "open", field(day, "open"), "confirmed", confirmed,
                                "potential", potential);
        (void)json_array_append_new(days, row);
        mem_free(confirmed);
        mem_free(potential);
    }
    data = json_text(field(deflection, "days"));
    page_set_text(&view->page, "trend_data", data);
    page_set_list(&view->page, "days", days);
}

/* ---- What to do today ---- */

struct task {
    double tickets; /* that doing it would save, about */
    json_t *model;
};

struct tasks {
    struct task items[3 * TABLE_ROWS];
    size_t count;
};

/* Adds a task of KIND ("fix") on what is called TITLE, at URL; VALUES fill the reason. All are stolen. */
static void add_task(const struct view *view, struct tasks *tasks, const char *kind, double saves, const char *title,
                     char *url, json_t *values)
{
    _cleanup_free_ char *reason_name = mem_printf("%s_why", kind);
    char *reason = reason_name ? insights_fill(view->texts, reason_name, values) : NULL;
    if (tasks->count < ARRAY_LENGTH(tasks->items))
        tasks->items[tasks->count++] =
            (struct task){saves, json_pack("{s:s, s:O?, s:s, s:s?, s:s?}", "kind", kind, "label",
                                           field(view->texts, kind), "title", title, "url", url, "why", reason)};
    mem_free(reason);
    mem_free(url);
    json_decref(values);
}

static char *article_url(const struct view *view, const char *article)
{
    _cleanup_buf_ struct buf url = BUF_INIT(LIMIT_QUERY);
    char from[CLOCK_TEXT_SIZE], to[CLOCK_TEXT_SIZE];
    clock_format_day(view->from_ms, from);
    clock_format_day(view->to_ms, to);
    buf_add_str(&url, "/insights/articles/");
    buf_add_url(&url, slice_of(article), "/");
    buf_printf(&url, "?from=%s&to=%s", from, to);
    return buf_take(&url);
}

/* An edit after which more wrote than its peers' readers: the interval of the difference lies above 0. */
static void add_edits(const struct view *view, struct tasks *tasks, const json_t *row, const char *title)
{
    json_t *edit;
    size_t i;
    json_array_foreach (field(row, "versions"), i, edit) {
        const json_t *difference = field(edit, "difference");
        double low = json_number_value(field(difference, "low"));
        if (json_is_object(difference) && low > 0 && !json_is_true(field(edit, "too_early")))
            add_task(view, tasks, "check", low * (double)count_of(field(edit, "after"), "viewed"), title,
                     article_url(view, json_string_value(field(row, "article"))),
                     json_pack("{s:s%}", "day", json_string_value(field(edit, "at")), (size_t)10));
    }
}

static void add_articles(const struct view *view, struct tasks *tasks, const json_t *articles)
{
    double base = json_number_value(field(field(articles, "base_rate"), "value"));
    json_t *row;
    size_t i;
    json_array_foreach (field(articles, "rows"), i, row) {
        const char *title = json_string_value(field(row, "title"));
        double excess = json_number_value(field(row, "excess_tickets"));
        if (!title || i >= TABLE_ROWS)
            continue;
        if (excess >= 1)
            add_task(view, tasks, "fix", excess, title, article_url(view, json_string_value(field(row, "article"))),
                     json_pack("{s:O, s:O, s:f}", "viewed", field(row, "viewed"), "failed", field(row, "failed"),
                               "usual", base * json_number_value(field(row, "viewed"))));
        add_edits(view, tasks, row, title);
    }
}

static void add_gaps(const struct view *view, struct tasks *tasks, const json_t *gaps)
{
    json_t *row;
    size_t i;
    json_array_foreach (field(gaps, "rows"), i, row)
        if (i < TABLE_ROWS && count_of(row, "tickets") > 0)
            add_task(view, tasks, "write", (double)count_of(row, "tickets"), json_string_value(field(row, "label")),
                     mem_printf("#gaps"),
                     json_pack("{s:O?, s:O?}", "asked", field(row, "queries"), "tickets", field(row, "tickets")));
}

static int by_saving(const void *a, const void *b)
{
    double first = ((const struct task *)a)->tickets, second = ((const struct task *)b)->tickets;
    return (first < second) - (first > second);
}

static void set_today(struct view *view, const json_t *articles, const json_t *gaps)
{
    struct tasks tasks = {.count = 0};
    json_t *today = json_array();
    add_articles(view, &tasks, articles);
    add_gaps(view, &tasks, gaps);
    qsort(tasks.items, tasks.count, sizeof *tasks.items, by_saving);
    for (size_t i = 0; i < tasks.count; i++) {
        if (i < TODAY_ITEMS)
            (void)json_array_append(today, tasks.items[i].model);
        json_decref(tasks.items[i].model);
    }
    page_set_list(&view->page, "today", today);
}

/* ---- Tables ---- */

static void set_text(json_t *object, const char *name, char *text)
{
    (void)json_object_set_new(object, name, json_string(text ? text : ""));
    mem_free(text);
}

static char *reading_time(const json_t *row)
{
    json_int_t seconds = (count_of(row, "read_ms_median") + 500) / 1000;
    if (seconds <= 0)
        return mem_strdup("–");
    return seconds < 120 ? mem_printf("%lld s", (long long)seconds)
                         : mem_printf("%lld min", (long long)((seconds + 30) / 60));
}

static char *shrunk_rate(const json_t *row)
{
    const json_t *rate = field(row, "shrunk_rate");
    if (!json_is_object(rate) || count_of(row, "viewed") == 0)
        return mem_strdup("–");
    return mem_printf("%.0f\u202f%% (%.0f–%.0f)", 100 * json_number_value(field(rate, "value")),
                      100 * json_number_value(field(rate, "low")), 100 * json_number_value(field(rate, "high")));
}

static void set_articles(struct view *view, const json_t *articles)
{
    json_t *rows = json_array(), *row;
    size_t i;
    json_array_foreach (field(articles, "rows"), i, row) {
        if (i >= TABLE_ROWS || !field(row, "article"))
            continue;
        set_text(row, "url", article_url(view, json_string_value(field(row, "article"))));
        set_text(row, "fails", shrunk_rate(row));
        set_text(row, "read_for", reading_time(row));
        set_text(row, "excess", insights_signed(json_number_value(field(row, "excess_tickets"))));
        (void)json_array_append(rows, row);
    }
    page_set_list(&view->page, "articles", rows);
}

/* The first MOST rows of LIST. Owns: the caller. */
static json_t *first_rows(const json_t *list, size_t most)
{
    json_t *rows = json_array(), *row;
    size_t i;
    json_array_foreach (list, i, row)
        if (i < most)
            (void)json_array_append(rows, row);
    return rows;
}

/* ---- What the figures cannot say ---- */

static void set_limits(struct view *view, const json_t *deflection)
{
    const json_t *left_out = field(deflection, "left_out");
    json_t *limits = json_array();
    json_t *values = json_pack("{s:O?, s:O?, s:O?}", "staff", field(left_out, "staff"), "robots",
                               field(left_out, "robots"), "capped", field(left_out, "capped"));
    static const char *const names[] = {"limit_harder", "limit_vendors", "limit_left_out"};
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
        char *text = insights_fill(view->texts, names[i], values);
        (void)json_array_append_new(limits, json_string(text ? text : ""));
        mem_free(text);
    }
    json_decref(values);
    page_set_list(&view->page, "limits", limits);
}

/* ---- The pages ---- */

/* Signs in where needed, reads the period, and sets what both pages have. *RET_READY false: the reply is made. */
static enum status begin(struct request *request, struct view *view, bool *ret_ready, struct error *err)
{
    char csrf[SESSION_CSRF_SIZE];
    enum status status = page_need_role(request, ROLE_WRITER, ret_ready, err);
    if (status || !*ret_ready)
        return status;
    if ((status = page_begin(request, &view->page, err)))
        return status;
    view->texts = field(view->page.texts, "insights");
    view->lang = request_param(request, "of");
    if ((status = read_period(view, err)))
        return status;
    set_period(view);
    session_csrf(request, csrf);
    page_set_text(&view->page, "csrf", csrf);
    page_set_text(&view->page, "of", view->lang);
    page_set(&view->page, "noindex", json_true());
    page_set(&view->page, "sample", json_boolean(service_has_sample(request->service)));
    return STATUS_OK;
}

static void set_home(struct view *view, const json_t *deflection)
{
    _cleanup_json_ json_t *articles = report(view, "articles", NULL, view->from_ms, view->to_ms);
    _cleanup_json_ json_t *queries = report(view, "queries", NULL, view->from_ms, view->to_ms);
    _cleanup_json_ json_t *gaps = report(view, "gaps", NULL, view->from_ms, view->to_ms);
    page_set(&view->page, "title", json_incref(field(view->texts, "title")));
    page_set(&view->page, "anything", json_boolean(begun(deflection) > 0));
    set_figures(view, deflection);
    set_trend(view, deflection);
    set_today(view, articles, gaps);
    set_articles(view, articles);
    page_set_list(&view->page, "queries", first_rows(field(queries, "rows"), TABLE_ROWS));
    page_set_list(&view->page, "gaps", first_rows(field(gaps, "rows"), TABLE_ROWS));
    set_limits(view, deflection);
}

enum status page_insights(struct request *request, struct error *err)
{
    struct view view = {0};
    bool ready;
    enum status status = begin(request, &view, &ready, err);
    if (!status && ready) {
        _cleanup_json_ json_t *deflection = report(&view, "deflection", NULL, view.from_ms, view.to_ms);
        if (deflection) {
            set_home(&view, deflection);
            status = page_reply(&view.page, 200, "insights.html", err);
        } else {
            status = error_set(err, STATUS_UNAVAILABLE, "the figures cannot be read now");
        }
    }
    page_done(&view.page);
    return status;
}

/* The figures of one article's row, each with its label. */
static void set_article_figures(struct view *view, const json_t *article)
{
    json_t *figures = json_array();
    json_t *values = json_pack("{s:O?, s:O?}", "failed", field(article, "failed"), "solved", field(article, "solved"));
    (void)json_array_append_new(figures,
                                figure(view, "viewed", mem_printf("%lld", (long long)count_of(article, "viewed")),
                                       insights_fill(view->texts, "viewed_note", values), NULL));
    (void)json_array_append_new(
        figures, figure(view, "fails", insights_percent(field(article, "shrunk_rate")),
                        insights_range(view->texts, field(article, "shrunk_rate"), count_of(article, "viewed")), NULL));
    (void)json_array_append_new(
        figures, figure(view, "excess", insights_signed(json_number_value(field(article, "excess_tickets"))),
                        insights_fill(view->texts, "excess_note", NULL), NULL));
    (void)json_array_append_new(figures, figure(view, "read_for", reading_time(article),
                                                insights_fill(view->texts, "read_for_note", NULL), NULL));
    (void)json_array_append_new(figures, figure(view, "sent", mem_printf("%lld", (long long)count_of(field(article, "sent"), "tickets")),
                                                insights_fill(view->texts, "sent_note", field(article, "sent")), NULL));
    json_decref(values);
    page_set_list(&view->page, "figures", figures);
}

static void set_edits(struct view *view, const json_t *article)
{
    json_t *edits = json_array(), *edit;
    size_t i;
    json_array_foreach (field(article, "versions"), i, edit) {
        const char *at = json_string_value(field(edit, "at"));
        char *before = insights_percent(field(field(edit, "before"), "shrunk_rate"));
        char *after = insights_percent(field(field(edit, "after"), "fail_rate"));
        char *others = insights_percent(field(field(edit, "others"), "change"));
        (void)json_array_append_new(edits, json_pack("{s:s%, s:s?, s:s?, s:s?, s:O?}", "day", at ? at : "", (size_t)(at ? 10 : 0),
                                                     "before", before, "after", after, "others", others, "too_early",
                                                     field(edit, "too_early")));
        mem_free(before);
        mem_free(after);
        mem_free(others);
    }
    page_set_list(&view->page, "edits", edits);
}

static void set_article(struct view *view, const json_t *article)
{
    static const char *const lists[] = {"queries", "searched_next", "comments", "tickets"};
    _cleanup_buf_ struct buf url = BUF_INIT(LIMIT_QUERY);
    buf_add_str(&url, "/articles/");
    buf_add_url(&url, slice_of(view->page.request->rest), "/");
    page_take_text(&view->page, "article_url", buf_take(&url));
    page_set(&view->page, "title", json_incref(field(article, "title")));
    page_set(&view->page, "heading", json_incref(field(article, "title")));
    set_article_figures(view, article);
    set_edits(view, article);
    for (size_t i = 0; i < ARRAY_LENGTH(lists); i++)
        page_set_list(&view->page, lists[i], first_rows(field(article, lists[i]), LIST_ROWS));
}

enum status page_insights_article(struct request *request, struct error *err)
{
    struct view view = {0};
    bool ready;
    enum status status = begin(request, &view, &ready, err);
    if (!status && ready) {
        _cleanup_json_ json_t *article = report(&view, "articles", request->rest, view.from_ms, view.to_ms);
        if (article) {
            set_article(&view, article);
            status = page_reply(&view.page, 200, "insights_article.html", err);
        } else {
            status = error_set(err, STATUS_NOT_FOUND, "there is no article of this id");
        }
    }
    page_done(&view.page);
    return status;
}
