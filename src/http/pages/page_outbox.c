/* page_outbox.c: the requests that wait to be delivered, or are held as spam, for the team to look at. */
#include "http/pages/pages.h"

#include "app/send/forward.h"
#include "base/clock.h"
#include "base/str.h"
#include "http/session.h"

/* Held ones first: they wait for a person. */
static json_t *rows_of(const struct page *page, const struct outbox_list *list)
{
    static const enum outbox_state order[] = {OUTBOX_HELD, OUTBOX_WAITING};
    json_t *rows = json_array();
    for (size_t i = 0; i < ARRAY_LENGTH(order) * list->count; i++) {
        const struct outbox_item *item = &list->items[i % list->count];
        char created[CLOCK_TEXT_SIZE], shown[] = "2026-11-22 05:36";
        if (item->state != order[i / list->count])
            continue;
        clock_format(item->created_ms, created);
        memcpy(shown, created, sizeof shown - 1);
        shown[strcspn(shown, "T")] = ' ';
        (void)json_array_append_new(
            rows, json_pack("{s:s, s:b, s:s, s:s, s:O*, s:O*, s:O*, s:s*, s:O*}", "id", item->id, "held",
                            item->state == OUTBOX_HELD, "created", created, "shown", shown, "contact",
                            json_object_get(item->request, "contact"), "subject",
                            json_object_get(item->request, "subject"), "message",
                            json_object_get(item->request, "body"), "problem",
                            item->state == OUTBOX_HELD ? NULL : item->problem, "reason",
                            item->state != OUTBOX_HELD || !item->problem
                                ? NULL
                                : json_object_get(json_object_get(json_object_get(page->texts, "outbox"), "reasons"),
                                                  item->problem)));
    }
    return rows;
}

enum status page_outbox(struct request *request, struct error *err)
{
    _cleanup_page_ struct page page = {0};
    _cleanup_outbox_list_ struct outbox_list list = {.items = NULL};
    char csrf[SESSION_CSRF_SIZE];
    bool ready;
    enum status status = page_need_role(request, ROLE_AGENT, &ready, err);
    if (status || !ready)
        return status;
    status = outbox_read(service_config(request->service)->data, &list, err);
    if (!status)
        status = page_begin(request, &page, err);
    if (status)
        return status;
    session_csrf(request, csrf);
    page_set(&page, "title", json_incref(json_object_get(json_object_get(page.texts, "outbox"), "title")));
    page_set(&page, "noindex", json_true());
    page_set_text(&page, "csrf", csrf);
    page_set_list(&page, "rows", rows_of(&page, &list));
    return page_reply(&page, 200, "outbox.html", err);
}

/* `retry` or `drop`, and the page again. One that was delivered meanwhile is no mistake. */
enum status page_outbox_sent(struct request *request, struct error *err)
{
    const char *data = service_config(request->service)->data, *action = request_form(request, "action");
    const char *id = request_form(request, "id");
    bool ready;
    enum status status;
    if (session_csrf_valid(request, request_form(request, "csrf")) &&
        (status = session_find(request, &request->token, err)))
        return status;
    status = page_need_role(request, ROLE_AGENT, &ready, err);
    if (status || !ready)
        return status;
    if (!id || !(str_equal(action, "retry") || str_equal(action, "drop")))
        return error_set(err, STATUS_UNPROCESSABLE, "fields id and action (retry or drop) must be given");
    status = *action == 'r' ? outbox_retry(data, id, clock_now_ms(), err) : outbox_drop(data, id, err);
    return status && status != STATUS_NOT_FOUND ? status : reply_redirect(request, 303, "/outbox", err);
}
