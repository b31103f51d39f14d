/* page_insights.c: the writers' first page: what to do today, how often articles answered, and how sure that is. */
#include "http/pages/insights.h"

static void set_home(struct view *view, const json_t *deflection)
{
    const json_t *totals = view_field(deflection, "totals");
    page_set(&view->page, "title", json_incref(view_field(view->texts, "title")));
    page_take_text(&view->page, "back", view_url(view, "/insights", ""));
    insights_set_figures(view, deflection);
    insights_set_trend(view, deflection);
    insights_set_beside(view, deflection);
    insights_set_today(view);
    insights_set_tables(view);
    /* Past tickets alone fill the tables of topics, gaps, and tickets in and out. */
    page_set(&view->page, "anything",
             json_boolean(view_count(totals, "closed") + view_count(totals, "open") > 0 ||
                          json_is_true(view_field(view->page.model, "flow"))));
}

enum status page_insights(struct request *request, struct error *err)
{
    struct view view = {0};
    bool ready;
    enum status status = view_begin(request, &view, &ready, err);
    if (!status && ready) {
        json_t *deflection = view_report(&view, "deflection", NULL, view.from_ms, view.to_ms);
        if (deflection) {
            set_home(&view, deflection);
            status = page_reply(&view.page, 200, "insights.html", err);
        } else {
            status = error_set(err, STATUS_UNAVAILABLE, "the figures cannot be read now");
        }
    }
    view_done(&view);
    return status;
}
