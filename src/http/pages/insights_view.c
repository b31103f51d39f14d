/* insights_view.c: the period and language that a writers' page shows, and what it is built from. */
#include "http/pages/insights.h"

#include "app/eval/sample.h"
#include "app/languages.h"
#include "http/session.h"

enum { LONGEST_DAYS = 366 };

json_t *view_field(const json_t *object, const char *name)
{
    return json_object_get(object, name);
}

json_int_t view_count(const json_t *object, const char *name)
{
    return json_integer_value(view_field(object, name));
}

void view_set_text(json_t *object, const char *name, char *text)
{
    (void)json_object_set_new(object, name, json_string(text ? text : ""));
    mem_free(text);
}

json_t *view_first(const json_t *list, size_t most)
{
    json_t *rows = json_array(), *row;
    size_t i;
    json_array_foreach (list, i, row)
        if (i < most)
            (void)json_array_append(rows, row);
    return rows;
}

char *view_fill(const struct view *view, const char *name, json_t *values)
{
    char *text = insights_fill(view->texts, name, values);
    json_decref(values);
    return text;
}

json_t *view_figure(const struct view *view, const char *label, char *value, char *note, char *change)
{
    json_t *model = json_pack("{s:O?, s:s?, s:s?, s:s?}", "label", view_field(view->texts, label), "value",
                              value ? value : "–", "note", note, "change", change);
    mem_free(value);
    mem_free(note);
    mem_free(change);
    return model;
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
    char from[CLOCK_TEXT_SIZE], last[CLOCK_TEXT_SIZE], to[CLOCK_TEXT_SIZE];
    json_t *list = json_array();
    int64_t today_ms, unused_ms;
    report_default_range(clock_now_ms(), &unused_ms, &today_ms);
    for (size_t i = 0; i < ARRAY_LENGTH(choices); i++) {
        char *label = view_fill(view, "days", json_pack("{s:i}", "days", choices[i]));
        bool current = view->to_ms == today_ms && view->to_ms - view->from_ms == choices[i] * MS_PER_DAY;
        (void)json_array_append_new(list, json_pack("{s:i, s:s?, s:b}", "days", choices[i], "label", label, "current",
                                                    current));
        mem_free(label);
    }
    clock_format_day(view->from_ms, from);
    clock_format_day(view->to_ms, to);
    page_set_list(&view->page, "periods", list);
    page_set_text(&view->page, "from", from);
    clock_format_day(view->to_ms - MS_PER_DAY, last);
    page_set_text(&view->page, "to", to);
    page_set_text(&view->page, "last", last);
}

/* The languages that visits can be narrowed to, where articles are written in more than one. */
static void set_languages(struct view *view)
{
    _cleanup_json_ json_t *spoken = NULL;
    json_t *list = json_array(), *lang;
    size_t i;
    if (service_languages_json(view->page.request->service, &spoken, NULL) != STATUS_OK || json_array_size(spoken) < 2)
        spoken = json_incref(list);
    json_array_foreach (spoken, i, lang)
        (void)json_array_append_new(
            list, json_pack("{s:O, s:b}", "tag", lang, "current", str_equal(json_string_value(lang), view->lang)));
    page_set_list(&view->page, "spoken", list);
    page_set_text(&view->page, "of", view->lang);
}

/* ---- What pages are built from ---- */

json_t *view_report(struct view *view, const char *kind, const char *article, int64_t from_ms, int64_t to_ms)
{
    const struct report_request request = {
        .kind = kind, .article = article, .from_ms = from_ms, .to_ms = to_ms, .lang = view->lang};
    json_t *value = NULL;
    return report_set_get(&view->reports, &request, &value, NULL) == STATUS_OK ? value : NULL;
}

/* "from=…&to=…" and, where one was chosen, the language as parameter NAME. */
static void add_query(const struct view *view, const char *name, struct buf *out)
{
    char from[CLOCK_TEXT_SIZE], to[CLOCK_TEXT_SIZE];
    clock_format_day(view->from_ms, from);
    clock_format_day(view->to_ms, to);
    buf_printf(out, "from=%s&to=%s", from, to);
    if (view->lang) {
        buf_printf(out, "&%s=", name);
        buf_add_url(out, slice_of(view->lang), "");
    }
}

char *view_url(const struct view *view, const char *path, const char *id)
{
    _cleanup_buf_ struct buf url = BUF_INIT(LIMIT_QUERY);
    buf_add_str(&url, path);
    buf_add_url(&url, slice_of(id), "/");
    buf_add_char(&url, '?');
    add_query(view, "of", &url);
    return buf_take(&url);
}

enum status view_begin(struct request *request, struct view *view, bool *ret_ready, struct error *err)
{
    _cleanup_buf_ struct buf query = BUF_INIT(LIMIT_QUERY), report_query = BUF_INIT(LIMIT_QUERY);
    char csrf[SESSION_CSRF_SIZE];
    enum status status = page_need_role(request, ROLE_WRITER, ret_ready, err);
    if (status || !*ret_ready)
        return status;
    if ((status = page_begin(request, &view->page, err)))
        return status;
    view->reports = (struct report_set)REPORT_SET_INIT(request->service);
    view->texts = view_field(view->page.texts, "insights");
    view->lang = request_param(request, "of");
    if ((status = read_period(view, err)))
        return status;
    set_period(view);
    set_languages(view);
    add_query(view, "of", &query);
    add_query(view, "lang", &report_query);
    page_take_text(&view->page, "query", buf_take(&query));
    page_take_text(&view->page, "report_query", buf_take(&report_query));
    session_csrf(request, csrf);
    page_set_text(&view->page, "csrf", csrf);
    page_set(&view->page, "noindex", json_true());
    page_set(&view->page, "sample", json_boolean(service_has_sample(request->service)));
    return STATUS_OK;
}

void view_done(struct view *view)
{
    report_set_done(&view->reports);
    page_done(&view->page);
}
