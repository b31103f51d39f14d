/* page_contact.c: a contact form with the widget in place, in demo mode; else the way to where requests are taken. */
#include "http/pages.h"

#include "base/str.h"

static enum status show_form(struct request *request, bool sent, struct error *err)
{
    _cleanup_page_ struct page page = {0};
    json_t *texts;
    enum status status = page_begin(request, &page, err);
    if (status != STATUS_OK)
        return status;
    texts = json_object_get(page.texts, "contact");
    page_set(&page, "title", json_incref(json_object_get(texts, "title")));
    page_set(&page, "noindex", json_true());
    page_set(&page, "demo", json_boolean(!sent));
    page_set(&page, "contact_url", json_null());
    if (sent)
        page_set(&page, "sent", json_incref(json_object_get(texts, "sent")));
    return page_reply(&page, 200, "contact.html", err);
}

/* Says that there is no form; a `contact_url` of another kind (mailto:) stands in the page's contact box. */
static enum status show_none(struct request *request, struct error *err)
{
    _cleanup_page_ struct page page = {0};
    json_t *texts;
    enum status status = page_begin(request, &page, err);
    if (status != STATUS_OK)
        return status;
    texts = json_object_get(page.texts, "contact");
    page_set(&page, "title", json_incref(json_object_get(texts, "none")));
    page_set(&page, "heading", json_incref(json_object_get(texts, "none")));
    page_set(&page, "detail", json_incref(json_object_get(texts, "none_detail")));
    page_set(&page, "noindex", json_true());
    return page_reply(&page, 404, "error.html", err);
}

/* To config `contact_url`; the browser keeps the fragment, and with it the visit that a link of the widget carries. */
static enum status lead_on(struct request *request, struct error *err)
{
    const char *url = service_config(request->service)->contact_url;
    if (url && (str_starts(url, "https://") || str_starts(url, "http://")))
        return reply_redirect_out(request, 302, url, err);
    if (url && *url == '/' && !str_equal(url, request->path))
        return reply_redirect(request, 302, url, err);
    return show_none(request, err);
}

enum status page_contact(struct request *request, struct error *err)
{
    return service_config(request->service)->demo ? show_form(request, false, err) : lead_on(request, err);
}

enum status page_contact_sent(struct request *request, struct error *err)
{
    return service_config(request->service)->demo ? show_form(request, true, err) : lead_on(request, err);
}
