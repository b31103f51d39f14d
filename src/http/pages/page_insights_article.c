/* page_insights_article.c: one article: its figures, its edits, what led to it, what its readers said and did next. */
#include "http/pages/insights.h"

#include "app/content.h"

enum { LIST_ROWS = 12 };

static void set_figures(struct view *view, const json_t *article)
{
    json_t *figures = json_array();
    json_t *values = json_pack("{s:O?, s:O?}", "failed", view_field(article, "failed"), "solved",
                               view_field(article, "solved"));
    const double excess = json_number_value(view_field(article, "excess_tickets"));
    (void)json_array_append_new(figures,
                                view_figure(view, "viewed", mem_printf("%lld", (long long)view_count(article, "viewed")),
                                            view_fill(view, "viewed_note", values), NULL));
    (void)json_array_append_new(
        figures,
        view_figure(view, "fails", insights_percent(view_field(article, "shrunk_rate")),
                    insights_range(view->texts, view_field(article, "shrunk_rate"), view_count(article, "viewed")), NULL));
    (void)json_array_append_new(figures, view_figure(view, "excess", insights_signed(excess),
                                                     view_fill(view, "excess_note", NULL), NULL));
    (void)json_array_append_new(figures, view_figure(view, "read_for", insights_read_for(article),
                                                     view_fill(view, "read_for_note", NULL), NULL));
    (void)json_array_append_new(
        figures, view_figure(view, "sent", mem_printf("%lld", (long long)view_count(view_field(article, "sent"), "tickets")),
                             view_fill(view, "sent_note", json_incref(view_field(article, "sent"))), NULL));
    page_set_list(&view->page, "figures", figures);
}

/* "+12 (3–20) points": a difference of rates, with its interval. */
static char *points(const json_t *difference)
{
    if (!json_is_object(difference))
        return mem_strdup("–");
    _cleanup_free_ char *low = insights_signed(100 * json_number_value(view_field(difference, "low"))),
                   *high = insights_signed(100 * json_number_value(view_field(difference, "high"))),
                   *value = insights_signed(100 * json_number_value(view_field(difference, "value")));
    return mem_printf("%s (%s … %s)", value ? value : "", low ? low : "", high ? high : "");
}

static void set_edits(struct view *view, const json_t *article)
{
    json_t *edits = json_array(), *edit;
    size_t i;
    json_array_foreach (view_field(article, "versions"), i, edit) {
        const char *at = json_string_value(view_field(edit, "at"));
        json_t *row = json_pack("{s:s%, s:O?}", "day", at ? at : "", (size_t)(at ? 10 : 0), "too_early",
                                view_field(edit, "too_early"));
        view_set_text(row, "before", insights_percent(view_field(view_field(edit, "before"), "shrunk_rate")));
        view_set_text(row, "after", insights_percent(view_field(view_field(edit, "after"), "fail_rate")));
        view_set_text(row, "others", points(view_field(view_field(edit, "others"), "change")));
        view_set_text(row, "difference", points(view_field(edit, "difference")));
        (void)json_array_append_new(edits, row);
    }
    page_set_list(&view->page, "edits", edits);
}

static void set_links(struct view *view)
{
    _cleanup_buf_ struct buf url = BUF_INIT(LIMIT_QUERY);
    _cleanup_json_ json_t *article = NULL;
    const char *id = view->page.request->rest;
    buf_add_str(&url, "/articles/");
    buf_add_url(&url, slice_of(id), "/");
    page_take_text(&view->page, "article_url", buf_take(&url));
    page_take_text(&view->page, "csv_url", view_url(view, "/v1/reports/articles/", id));
    const struct content_reader_rights rights = {.agents = true};
    if (service_article_json(view->page.request->service, id, rights, &article, NULL) == STATUS_OK)
        page_set_edit_url(&view->page, article);
}

static void set_article(struct view *view, const json_t *article)
{
    static const char *const lists[] = {"queries", "searched_next", "comments", "tickets"};
    page_set(&view->page, "title", json_incref(view_field(article, "title")));
    page_set(&view->page, "heading", json_incref(view_field(article, "title")));
    page_take_text(&view->page, "votes", mem_printf("%lld / %lld", (long long)view_count(article, "up"),
                                                    (long long)view_count(article, "down")));
    set_links(view);
    set_figures(view, article);
    set_edits(view, article);
    for (size_t i = 0; i < ARRAY_LENGTH(lists); i++)
        page_set_list(&view->page, lists[i], view_first(view_field(article, lists[i]), LIST_ROWS));
}

enum status page_insights_article(struct request *request, struct error *err)
{
    struct view view = {0};
    bool ready;
    enum status status = view_begin(request, &view, &ready, err);
    if (!status && ready) {
        json_t *article = view_report(&view, "articles", request->rest, view.from_ms, view.to_ms);
        if (article) {
            set_article(&view, article);
            status = page_reply(&view.page, 200, "insights_article.html", err);
        } else {
            status = error_set(err, STATUS_NOT_FOUND, "there is no article of this id");
        }
    }
    view_done(&view);
    return status;
}
