/* insights_figures.c: the four figures, the trend, and what stands beside the rates. */
#include "http/pages/insights.h"

#include <math.h>

enum { NEW_DAYS = 28, LONG_MONTHS = 6, LOOK_BACK_DAYS = 1000 };

static double number(const json_t *object, const char *name)
{
    return json_number_value(view_field(object, name));
}

static json_int_t begun(const json_t *deflection)
{
    const json_t *totals = view_field(deflection, "totals");
    return view_count(totals, "closed") + view_count(totals, "open");
}

static double days_of(const struct view *view)
{
    return (double)(view->to_ms - view->from_ms) / (double)MS_PER_DAY;
}

/* ---- The four figures ---- */

/* "12 % before" of what a rate was in the period before; NULL where that had nothing. */
static char *rate_before(const struct view *view, const json_t *before, const char *rate)
{
    _cleanup_free_ char *percent = NULL;
    if (!json_is_object(view_field(before, rate)))
        return NULL;
    percent = insights_percent(view_field(before, rate));
    return view_fill(view, "was", json_pack("{s:s?}", "value", percent));
}

static json_t *rate_figure(const struct view *view, const char *label, const json_t *deflection, const json_t *before,
                           const char *rate)
{
    json_int_t closed = view_count(view_field(deflection, "totals"), "closed");
    char *range = insights_range(view->texts, view_field(deflection, rate), closed);
    if (!range)
        range = view_fill(view, "nothing_yet", NULL);
    return view_figure(view, label, insights_percent(view_field(deflection, rate)), range,
                       rate_before(view, before, rate));
}

/* How long a hold-out of a tenth would take at this traffic until it could tell a lift of `min_lift` (80 % power; as
 * `enough` of the report), and whether that is worth it. */
static char *holdout_advice(const struct view *view, const json_t *deflection)
{
    const double share = 0.1, lift = service_config(view->page.request->service)->min_lift;
    const json_t *totals = view_field(deflection, "totals");
    const double closed = number(totals, "closed"), a_month = closed / days_of(view) * 30.4;
    double rate = closed > 0 ? number(totals, "ticket") / closed : 0.5, needed, months;
    if (a_month <= 0)
        return view_fill(view, "no_holdout", NULL);
    rate = fmin(fmax(rate, 0.1), 0.9);
    needed = fmax(30, pow(2.8 / lift, 2) * rate * (1 - rate) * (1 + share / (1 - share)));
    months = ceil(needed / (share * a_month));
    return view_fill(view, months > LONG_MONTHS ? "holdout_too_long" : "holdout_would_take",
                     json_pack("{s:f}", "months", months));
}

/* What a hold-out can say: tickets avoided, or what is missing until it can, or how long one would take. */
static json_t *holdout_figure(const struct view *view, const json_t *deflection)
{
    const json_t *holdout = view_field(deflection, "holdout"), *avoided = view_field(holdout, "tickets_avoided");
    const double held_a_day = number(view_field(holdout, "holdout"), "closed") / days_of(view);
    const json_int_t needed = view_count(holdout, "needed");
    char *note;
    if (json_is_true(view_field(holdout, "enough")) && json_is_object(avoided)) {
        note = view_fill(view, number(avoided, "low") < 0 ? "avoided_unclear" : "avoided_range",
                         json_pack("{s:o, s:o}", "low", json_sprintf("%.0f", number(avoided, "low")), "high",
                                   json_sprintf("%.0f", number(avoided, "high"))));
        return view_figure(view, "avoided", mem_printf("%.0f", number(avoided, "value")), note, NULL);
    }
    if (held_a_day <= 0)
        note = holdout_advice(view, deflection);
    else
        note = view_fill(view, "holdout_early",
                         json_pack("{s:I, s:f}", "needed", needed, "days", ceil((double)needed / held_a_day)));
    return view_figure(view, "avoided", NULL, note, NULL);
}

/* How many closed requests are missing until rates say anything, and when that will be. */
static void set_too_little(struct view *view, const json_t *deflection)
{
    const json_int_t closed = view_count(view_field(deflection, "totals"), "closed");
    const double a_day = (double)begun(deflection) / days_of(view);
    if (closed >= INSIGHTS_ENOUGH || a_day <= 0)
        return;
    page_take_text(&view->page, "too_little",
                   view_fill(view, "too_little",
                             json_pack("{s:I, s:i, s:f}", "closed", closed, "enough", INSIGHTS_ENOUGH, "days",
                                       ceil((double)(INSIGHTS_ENOUGH - closed) / a_day))));
}

void insights_set_figures(struct view *view, const json_t *deflection)
{
    const int64_t span_ms = view->to_ms - view->from_ms;
    json_t *before = view_report(view, "deflection", NULL, view->from_ms - span_ms, view->from_ms);
    json_t *figures = json_array();
    char *note = view_fill(view, "begun_note",
                           json_pack("{s:O?}", "open", view_field(view_field(deflection, "totals"), "open")));
    (void)json_array_append_new(figures,
                                view_figure(view, "begun", mem_printf("%lld", (long long)begun(deflection)), note,
                                            insights_change(begun(deflection), begun(before))));
    (void)json_array_append_new(figures, rate_figure(view, "confirmed", deflection, before, "confirmed_rate"));
    (void)json_array_append_new(figures, rate_figure(view, "potential", deflection, before, "potential_rate"));
    (void)json_array_append_new(figures, holdout_figure(view, deflection));
    page_set_list(&view->page, "figures", figures);
    set_too_little(view, deflection);
}

/* ---- The trend, and its table ---- */

/* Until when figures are too new to be compared: four weeks from the first request; 0: there was none. */
static int64_t new_until(struct view *view)
{
    json_t *all =
        view_report(view, "deflection", NULL, view->to_ms - LOOK_BACK_DAYS * MS_PER_DAY, view->to_ms);
    json_t *day;
    size_t i;
    int64_t first_ms;
    json_array_foreach (view_field(all, "days"), i, day)
        if (view_count(day, "closed") + view_count(day, "open") > 0 &&
            clock_parse_day(slice_of(json_string_value(view_field(day, "day"))), &first_ms))
            return first_ms + NEW_DAYS * MS_PER_DAY;
    return 0;
}

static void set_new_until(struct view *view)
{
    const int64_t until_ms = new_until(view);
    char day[CLOCK_TEXT_SIZE];
    if (until_ms <= view->from_ms)
        return;
    clock_format_day(until_ms, day);
    page_set_text(&view->page, "new_until", day);
    page_take_text(&view->page, "new_note", view_fill(view, "hatched", json_pack("{s:s}", "day", day)));
}

void insights_set_trend(struct view *view, const json_t *deflection)
{
    json_t *days = json_array(), *day;
    size_t i;
    json_array_foreach (view_field(deflection, "days"), i, day) {
        json_t *row = json_copy(day);
        view_set_text(row, "confirmed", insights_percent(view_field(day, "confirmed_rate")));
        view_set_text(row, "potential", insights_percent(view_field(day, "potential_rate")));
        (void)json_array_append_new(days, row);
    }
    page_take_text(&view->page, "trend_data", json_text(view_field(deflection, "days")));
    page_set_list(&view->page, "days", days);
    set_new_until(view);
}

/* ---- Beside the rates ---- */

/* "62 %" of PART in ALL. */
static char *share_of(double part, double all)
{
    return all > 0 ? mem_printf("%.0f\u202f%%", 100 * part / all) : mem_strdup("–");
}

static void set_channels(struct view *view, const json_t *channels)
{
    const json_t *tickets = view_field(channels, "tickets"), *count;
    const char *name;
    json_t *rows = json_array();
    double all = 0;
    json_object_foreach ((json_t *)tickets, name, count)
        all += json_number_value(count);
    json_object_foreach ((json_t *)tickets, name, count) {
        json_t *row = json_pack("{s:s, s:O}", "channel", name, "tickets", count);
        view_set_text(row, "share", share_of(json_number_value(count), all));
        (void)json_array_append_new(rows, row);
    }
    page_set_list(&view->page, "channels", rows);
    if (json_is_object(view_field(channels, "unseen"))) {
        _cleanup_free_ char *unseen = insights_percent(view_field(channels, "unseen"));
        page_take_text(&view->page, "unseen", view_fill(view, "unseen", json_pack("{s:s?}", "share", unseen)));
    }
}

/* How many known visitors were still answered after 1, 3 and 7 days. */
static void set_returning(struct view *view, const json_t *known)
{
    static const char *const names[] = {"1", "3", "7"};
    json_t *rows = json_array();
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
        const json_t *rate = view_field(known, names[i]);
        json_t *row;
        if (!json_is_object(rate))
            continue;
        row = json_object();
        view_set_text(row, "label",
                      view_fill(view, str_equal(names[i], "1") ? "after_day" : "after_days",
                                json_pack("{s:s}", "days", names[i])));
        view_set_text(row, "value", insights_percent(rate));
        view_set_text(row, "range", insights_bounds(rate));
        (void)json_array_append_new(rows, row);
    }
    page_set_list(&view->page, "returning", rows);
}

static void add_judged(const struct view *view, json_t *rows, const char *label, const json_t *rate, json_int_t of)
{
    json_t *row = json_pack("{s:O?, s:I}", "label", view_field(view->texts, label), "of", of);
    view_set_text(row, "value", insights_percent(rate));
    view_set_text(row, "range", insights_bounds(rate));
    (void)json_array_append_new(rows, row);
}

/* What visitors and agents made of the first results that the search was sure of, and whether it has become more
 * careful since. */
static void set_confidence(struct view *view, const json_t *confidence)
{
    const json_int_t shown = view_count(confidence, "shown"), judged = view_count(confidence, "judged");
    const char *since = json_string_value(view_field(confidence, "since"));
    json_t *rows = json_array(), *values;
    if (json_is_object(confidence)) {
        values = json_pack("{s:o, s:s%}", "chance", json_sprintf("%.0f\u202f%%", 100 * number(confidence, "threshold")),
                           "day", since ? since : "", (size_t)(since ? 10 : 0));
        page_take_text(&view->page, "confidence_state",
                       view_fill(view, view_count(confidence, "raised") > 0 ? "confidence_raised" : "confidence_usual",
                                 values));
    }
    if (shown > 0) {
        add_judged(view, rows, "confidence_confirmed", view_field(confidence, "confirmed"), shown);
        add_judged(view, rows, "confidence_other", view_field(confidence, "linked_other"), shown);
        add_judged(view, rows, "confidence_right", view_field(confidence, "right"), judged);
    }
    page_set_list(&view->page, "confidence", rows);
}

void insights_set_beside(struct view *view, const json_t *deflection)
{
    const json_t *searches = view_field(deflection, "searches"), *left_out = view_field(deflection, "left_out");
    const double closed = number(searches, "closed"), read = number(searches, "read");
    json_t *limits = json_array();
    char *share = share_of(read, closed);
    page_take_text(&view->page, "searches",
                   view_fill(view, closed > 0 ? "searches" : "searches_none",
                             json_pack("{s:I, s:I, s:s?}", "closed", (json_int_t)closed, "read", (json_int_t)read,
                                       "share", share)));
    mem_free(share);
    set_channels(view, view_field(deflection, "channels"));
    set_returning(view, view_field(deflection, "known_contacts"));
    set_confidence(view, view_field(deflection, "confidence"));
    static const char *const names[] = {"limit_harder", "limit_vendors", "limit_left_out"};
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
        char *text = insights_fill(view->texts, names[i], left_out);
        (void)json_array_append_new(limits, json_string(text ? text : ""));
        mem_free(text);
    }
    page_set_list(&view->page, "limits", limits);
}
