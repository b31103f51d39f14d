/* page_insights_gap.c: one gap: what customers wrote, what agents answered, and the draft of the missing article.
 *
 * Quotes and replies stand beside the draft and never in it: the file may become public. */
#include "http/pages/insights.h"

#include "app/report/gap_draft.h"
#include "app/ticket/ticket_view.h"
#include "store/ticket.h"

enum { REPLIES = 5, REPLY_BYTES = 1200 };

static const json_t *find_gap(const json_t *report, const char *gap)
{
    json_t *row;
    size_t i;
    json_array_foreach (view_field(report, "rows"), i, row)
        if (str_equal(json_string_value(view_field(row, "gap")), gap))
            return row;
    return NULL;
}

static void set_figures(struct view *view, const json_t *gap)
{
    const json_t *trend = view_field(gap, "trend");
    json_t *figures = json_array();
    char *halves = view_fill(view, "halves_note", json_pack("{s:O?, s:O?}", "earlier", view_field(trend, "earlier"),
                                                            "later", view_field(trend, "later")));
    (void)json_array_append_new(figures,
                                view_figure(view, "tickets", mem_printf("%lld", (long long)view_count(gap, "tickets")),
                                            view_fill(view, "gap_tickets_note", NULL), NULL));
    (void)json_array_append_new(figures, view_figure(view, "asked", mem_printf("%lld", (long long)view_count(gap, "queries")),
                                                     halves, NULL));
    (void)json_array_append_new(
        figures, view_figure(view, "found_nothing", mem_printf("%lld", (long long)view_count(gap, "zero_results")),
                             NULL, NULL));
    (void)json_array_append_new(
        figures, view_figure(view, "not_opened", mem_printf("%lld", (long long)view_count(gap, "not_clicked")), NULL, NULL));
    page_set_list(&view->page, "figures", figures);
}

/* The last reply of an agent to TICKET, cut; NULL where there is none. */
static char *last_reply(struct service *service, const char *id)
{
    _cleanup_ticket_ struct ticket ticket = {.id = NULL};
    if (!id || store_get_ticket(service_store(service), id, &ticket, NULL) != STATUS_OK)
        return NULL;
    for (size_t i = ticket.reply_count; i-- > 0;) {
        const struct slice text = slice_of(ticket.replies[i].text);
        if (ticket.replies[i].by == REPLY_BY_AGENT)
            return mem_printf("%.*s%s", (int)utf8_cut(text, REPLY_BYTES), text.ptr,
                              text.length > REPLY_BYTES ? " …" : "");
    }
    return NULL;
}

/* What agents answered to tickets like the gap's label. */
static void set_replies(struct view *view, const json_t *gap)
{
    struct service *service = view->page.request->service;
    _cleanup_json_ json_t *similar = NULL;
    json_t *replies = json_array(), *ticket;
    size_t i;
    if (service_similar_json(service, NULL, slice_of(json_string_value(view_field(gap, "label"))), &similar, NULL))
        similar = json_object();
    json_array_foreach (view_field(similar, "tickets"), i, ticket) {
        char *text = last_reply(service, json_string_value(view_field(ticket, "ticket")));
        if (text && json_array_size(replies) < REPLIES)
            (void)json_array_append_new(replies, json_pack("{s:O?, s:s}", "subject", view_field(ticket, "subject"),
                                                           "text", text));
        mem_free(text);
    }
    page_set_list(&view->page, "replies", replies);
}

static enum status set_draft(struct view *view, struct error *err)
{
    const struct gap_draft_request request = {view->page.request->rest, view->from_ms, view->to_ms};
    static const char *const same[] = {"path", "markdown", "new_file_url", "nearest_title"};
    _cleanup_json_ json_t *draft = NULL;
    enum status status = service_draft_gap(view->page.request->service, &request, &draft, err);
    const char *nearest = json_string_value(view_field(draft, "nearest_article"));
    if (status)
        return status;
    for (size_t i = 0; i < ARRAY_LENGTH(same); i++)
        page_set_text(&view->page, same[i], json_string_value(view_field(draft, same[i])));
    page_set_list(&view->page, "phrases", json_incref(view_field(draft, "phrases")));
    if (nearest)
        page_take_text(&view->page, "nearest_url", view_url(view, "/insights/articles/", nearest));
    return STATUS_OK;
}

enum status page_insights_gap(struct request *request, struct error *err)
{
    struct view view = {0};
    bool ready;
    enum status status = view_begin(request, &view, &ready, err);
    if (!status && ready) {
        json_t *report = view_report(&view, "gaps", NULL, view.from_ms, view.to_ms);
        const json_t *gap = find_gap(report, request->rest);
        status = gap ? set_draft(&view, err)
                     : error_set(err, STATUS_NOT_FOUND, "there is no such gap in this period");
        if (!status) {
            page_set(&view.page, "title", json_incref(view_field(gap, "label")));
            page_set(&view.page, "heading", json_incref(view_field(gap, "label")));
            set_figures(&view, gap);
            set_replies(&view, gap);
            status = page_reply(&view.page, 200, "insights_gap.html", err);
        }
    }
    view_done(&view);
    return status;
}
