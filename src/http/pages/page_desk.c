/* page_desk.c: the agent's desk: a frame that its script fills through the API. */
#include "http/pages/pages.h"

#include "app/send/forwarder.h"
#include "base/json.h"
#include "http/session.h"
#include "http/strings.h"

/* What the script needs to know, as one attribute: no script stands in the page. */
static char *desk_config(const struct page *page)
{
    char csrf[SESSION_CSRF_SIZE];
    _cleanup_json_ json_t *config = NULL;
    session_csrf(page->request, csrf);
    config = json_pack("{s:s, s:s, s:s, s:O, s:s}", "csrf", csrf, "lang", page->lang, "public_url",
                       service_public_url(page->request->service), "texts",
                       json_object_get(page->texts, "desk"), "agent", page->request->token.name);
    return config ? json_text(config) : NULL;
}

/* "3 requests wait"; NULL where none does. */
static char *outbox_text(const struct page *page)
{
    struct forwarder_counts counts = service_count_outbox(page->request->service);
    size_t count = (size_t)(counts.waiting + counts.held);
    return count ? strings_plural(page->texts, page->lang, "outbox", "count", count) : NULL;
}

enum status page_desk(struct request *request, struct error *err)
{
    _cleanup_page_ struct page page = {0};
    char csrf[SESSION_CSRF_SIZE];
    bool ready;
    enum status status = page_need_role(request, ROLE_AGENT, &ready, err);
    if (status || !ready)
        return status;
    status = page_begin(request, &page, err);
    if (status)
        return status;
    session_csrf(request, csrf);
    page_set(&page, "title", json_incref(json_object_get(json_object_get(page.texts, "desk"), "title")));
    page_set(&page, "noindex", json_true());
    page_set_text(&page, "csrf", csrf);
    page_take_text(&page, "config", desk_config(&page));
    page_take_text(&page, "outbox", outbox_text(&page));
    return page_reply(&page, 200, "desk.html", err);
}
