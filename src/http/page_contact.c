/* page_contact.c: a contact form with the widget in place; it exists where nothing else takes requests. */
#include "http/pages.h"

static enum status show(struct request *request, bool sent, struct error *err)
{
    const struct config *config = service_config(request->service);
    _cleanup_page_ struct page page = {0};
    json_t *texts;
    enum status status;
    if (!config->demo)
        return error_set(err, STATUS_NOT_FOUND, "there is no contact form here");
    status = page_begin(request, &page, err);
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

enum status page_contact(struct request *request, struct error *err)
{
    return show(request, false, err);
}

enum status page_contact_sent(struct request *request, struct error *err)
{
    return show(request, true, err);
}
