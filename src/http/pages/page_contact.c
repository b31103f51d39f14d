/* page_contact.c: the contact form with the widget in place, where requests are forwarded or in demo mode; else the way
 * to where they are taken. */
#include "http/pages/pages.h"

#include "app/send/forward.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/str.h"
#include "http/form_guard.h"

enum contact_mode { CONTACT_NONE, CONTACT_DEMO, CONTACT_FORWARD };

/* The demo sends nothing, whatever else is set up; a `contact_url` elsewhere is where requests are taken. */
static enum contact_mode contact_mode(const struct request *request)
{
    const struct config *config = service_config(request->service);
    if (config->demo)
        return CONTACT_DEMO;
    return forward_enabled(config) && (!config->contact_url || str_equal(config->contact_url, request->path))
               ? CONTACT_FORWARD
               : CONTACT_NONE;
}

/* What was written stays in the form that is shown again, as does its stamp: the time is that of the first showing. */
static enum status fill_form(struct page *page, bool again, struct error *err)
{
    static const char *const kept[] = {"email", "subject", "message", "ref"};
    char stamp[FORM_GUARD_STAMP_SIZE];
    enum status status = form_guard_stamp(page->request, stamp, err);
    if (status)
        return status;
    for (size_t i = 0; again && i < ARRAY_LENGTH(kept); i++)
        page_set_text(page, kept[i], request_form(page->request, kept[i]));
    page_set_text(page, "stamp",
                  again && form_guard_valid(page->request) ? request_form(page->request, FORM_GUARD_FIELD) : stamp);
    return STATUS_OK;
}

/* The form with HTTP status CODE. NOTICE: the field of the texts that stands above it, NULL: none; AGAIN: with what was
 * written. */
static enum status show_form(struct request *request, unsigned code, const char *notice, bool again, struct error *err)
{
    _cleanup_page_ struct page page = {0};
    bool demo = contact_mode(request) == CONTACT_DEMO, sent = notice && !again;
    json_t *texts;
    enum status status = page_begin(request, &page, err);
    if (status != STATUS_OK)
        return status;
    texts = json_object_get(page.texts, "contact");
    page_set(&page, "title", json_incref(json_object_get(texts, "title")));
    page_set(&page, "noindex", json_true());
    page_set(&page, "demo", json_boolean(demo && !sent));
    page_set(&page, "form", json_boolean(demo || !sent));
    page_set(&page, "contact_url", json_null());
    if (notice)
        page_set(&page, sent ? "sent" : "problem", json_incref(json_object_get(texts, notice)));
    status = fill_form(&page, again, err);
    return status ? status : page_reply(&page, code, "contact.html", err);
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

/* The field NAME without white space around it; "" where it was left empty. Owns: the caller; NULL: memory is short. */
static char *trimmed(const struct request *request, const char *name)
{
    struct slice text = slice_trim(slice_of(request_form(request, name)));
    return text.length ? mem_strndup(text.ptr, text.length) : mem_strdup("");
}

/* What is wrong with what was written, as a field of the texts; NULL: nothing. */
static const char *find_fault(const struct contact_request *wanted)
{
    if (!forward_contact_valid(wanted->contact))
        return "bad_email";
    if (!*wanted->subject || !*wanted->message)
        return "incomplete";
    if (utf8_count(slice_of(wanted->message)) > LIMIT_CONTACT_MESSAGE ||
        utf8_count(slice_of(wanted->subject)) > LIMIT_EVENT_SUBJECT)
        return "too_long";
    return NULL;
}

/* Thanks only once the request is on disk. */
static enum status take(struct request *request, struct error *err)
{
    _cleanup_free_ char *contact = trimmed(request, "email"), *subject = trimmed(request, "subject");
    _cleanup_free_ char *message = trimmed(request, "message");
    const char *form = request_form(request, FORM_GUARD_FIELD), *session = request_form(request, "ref"), *fault;
    struct contact_request wanted = {.form = form ? form : "", .contact = contact, .subject = subject,
                                     .message = message, .trapped = form_guard_judge(request)};
    struct error failure;
    if (!contact || !subject || !message)
        return error_memory(err);
    if (session && request_session_valid(slice_of(session)))
        wanted.session = session;
    wanted.lang = page_language(request);
    fault = find_fault(&wanted);
    if (fault)
        return show_form(request, 422, fault, true, err);
    if (service_take_request(request->service, &wanted, &failure) != STATUS_OK) {
        log_error("contact.refused", &failure);
        return show_form(request, 503, "failed", true, err);
    }
    return show_form(request, 200, "received", false, err);
}

enum status page_contact(struct request *request, struct error *err)
{
    return contact_mode(request) == CONTACT_NONE ? lead_on(request, err) : show_form(request, 200, NULL, false, err);
}

enum status page_contact_sent(struct request *request, struct error *err)
{
    switch (contact_mode(request)) {
    case CONTACT_DEMO:
        return show_form(request, 200, "sent", false, err);
    case CONTACT_FORWARD:
        return take(request, err);
    default:
        return lead_on(request, err);
    }
}
