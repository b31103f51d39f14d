/* forward.c: a request becomes JSON in the fields of POST /v1/tickets, or a mail. */
#include "app/send/forward.h"

#include "app/answer.h"
#include "app/send/forwarder.h"
#include "app/send/sender.h"
#include "app/service_private.h"
#include "app/ticket/ticket_way.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/str.h"

#include <stdio.h>

static const char mail_scheme[] = "mailto:";

bool forward_enabled(const struct config *config)
{
    return config->contact_forward != NULL;
}

enum status forward_check(const struct config *config, struct error *err)
{
    bool by_mail = config->contact_forward && str_starts(config->contact_forward, mail_scheme);
    enum status status = STATUS_OK;
    if (by_mail && (!config->mail_server || !config->mail_from))
        status = error_set(err, STATUS_UNPROCESSABLE,
                           "contact_forward is a mail address, but %s is not set",
                           config->mail_server ? "mail_from" : "mail_server");
    else if (config->mail_password && !config->mail_user)
        status = error_set(err, STATUS_UNPROCESSABLE, "mail_password is set, but mail_user is not");
    if (status)
        error_hint(err, "mail needs mail_server and mail_from, and mail_user with a password");
    return status;
}

bool forward_contact_valid(const char *contact)
{
    const char *at = strrchr(contact, '@');
    size_t length = strlen(contact);
    if (!at || at == contact || !at[1] || length > LIMIT_MAIL_ADDRESS)
        return false;
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)contact[i] <= ' ' || contact[i] == 0x7F)
            return false;
    return true;
}

/* ---- Taking in ---- */

/* Adds title and absolute address to each of READ, [{article, ms}], and drops repeats. */
static json_t *name_articles(struct service *service, const json_t *read)
{
    struct index_reader *reader = NULL;
    json_t *named = json_array(), *seen = json_object(), *item;
    size_t i;
    if (service_take_reader(service, &reader, NULL) != STATUS_OK)
        reader = NULL;
    json_array_foreach(read, i, item)
    {
        _cleanup_buf_ struct buf url = BUF_INIT(LIMIT_QUERY);
        struct index_article stored = {0};
        const char *id = json_string_value(json_object_get(item, "article"));
        bool found;
        if (!id || json_object_get(seen, id))
            continue;
        (void)json_object_set_new(seen, id, json_true());
        found = reader && index_get(reader, id, &stored, NULL) == STATUS_OK;
        answer_address(&url, id, found ? stored.article->url : NULL, NULL);
        (void)json_array_append_new(
            named, json_pack("{s:s, s:s, s:o, s:O}", "article", id, "title",
                             found ? stored.article->title : id, "url",
                             *buf_str(&url) == '/'
                                 ? json_sprintf("%s%s", service_public_url(service), buf_str(&url))
                                 : json_string(buf_str(&url)),
                             "ms", json_object_get(item, "ms")));
        if (found)
            index_article_done(&stored);
    }
    if (reader)
        service_give_reader(service, reader);
    json_decref(seen);
    return named;
}

/* What the customer read before writing. Missing figures are no reason to lose a request. */
static json_t *already_read(struct service *service, const char *session)
{
    _cleanup_json_ json_t *steps = NULL, *read = NULL;
    _cleanup_ticket_ struct ticket ticket = {.created_ms = clock_now_ms()};
    if (!session || !(ticket.session = mem_strdup(session)) ||
        ticket_way(service, &ticket, &steps, &read, NULL) != STATUS_OK)
        return json_array();
    return name_articles(service, read);
}

static enum status make_item(struct service *service, const struct contact_request *request,
                             struct outbox_item *ret, struct error *err)
{
    _cleanup_free_ char *text = mem_printf("%s\n%s\n%s\n%s", request->form, request->contact,
                                           request->subject, request->message);
    char created[CLOCK_TEXT_SIZE];
    if (!text)
        return error_memory(err);
    *ret = (struct outbox_item){.state = request->trapped ? OUTBOX_HELD : OUTBOX_WAITING,
                                .created_ms = clock_now_ms()};
    ret->next_ms = ret->created_ms;
    outbox_make_id(slice_of(text), ret->id);
    clock_format(ret->created_ms, created);
    ret->request = json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s*, s:s*, s:s, s:o}", "id", ret->id, "contact",
        request->contact, "subject", request->subject, "body", request->message, "channel", "form",
        "status", "open", "created", created, "session", request->session, "ref", request->session,
        "lang", request->lang, "read", already_read(service, request->session));
    if (!ret->request || (request->trapped && !(ret->problem = mem_strdup(request->trapped))))
        return error_memory(err);
    return STATUS_OK;
}

enum status service_take_request(struct service *service, const struct contact_request *request,
                                 struct error *err)
{
    _cleanup_outbox_item_ struct outbox_item item = {.request = NULL};
    enum status status = make_item(service, request, &item, err);
    if (!status)
        status = outbox_put(service_config(service)->data, &item, err);
    if (!status)
        forwarder_wake(service->forwarder, request->trapped != NULL);
    return status;
}

/* ---- Delivering ---- */

/* "Already read:" in the team's language. */
static const char *read_heading(const char *lang)
{
    static const char *const headings[][2] = {
        {"en", "Already read"}, {"de", "Schon gelesen"},  {"es", "Ya leído"},
        {"fr", "Déjà lu"},      {"pt", "Já lido"},        {"it", "Già letto"},
        {"nl", "Al gelezen"},   {"ja", "閲覧済みの記事"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(headings); i++)
        if (strncmp(lang, headings[i][0], 2) == 0)
            return headings[i][1];
    return headings[0][1];
}

static const char *field(const json_t *request, const char *name)
{
    const char *text = json_string_value(json_object_get(request, name));
    return text ? text : "";
}

/* The request as a person reads it, with whom to answer and what was read. */
static void write_text(const json_t *request, const char *lang, struct buf *out)
{
    const json_t *read = json_object_get(request, "read"), *article;
    size_t i;
    buf_printf(out, "%s\n\n-- \n%s\n", field(request, "body"), field(request, "contact"));
    if (json_array_size(read) > 0)
        buf_printf(out, "\n%s:\n", read_heading(lang));
    json_array_foreach(read, i, article)
        buf_printf(out, "- %s\n  %s\n", field(article, "title"), field(article, "url"));
}

static enum status deliver_mail(const struct config *config, const struct outbox_item *item,
                                const atomic_bool *stop, struct error *err)
{
    const struct send_mail_server server = {.url = config->mail_server,
                                            .user = config->mail_user,
                                            .password = config->mail_password,
                                            .stop = stop};
    _cleanup_buf_ struct buf text = BUF_INIT(LIMIT_OUTBOX_ITEM);
    struct mail mail = {.id = item->id,
                        .from = config->mail_from,
                        .to = config->contact_forward + strlen(mail_scheme),
                        .reply_to = field(item->request, "contact"),
                        .subject = field(item->request, "subject"),
                        .at_ms = item->created_ms};
    write_text(item->request, config->default_lang, &text);
    if (text.failed)
        return error_memory(err);
    mail.text = (struct slice){text.data, text.length};
    return send_mail(&server, &mail, err);
}

static enum status deliver_call(const struct config *config, const struct outbox_item *item,
                                const atomic_bool *stop, struct error *err)
{
    _cleanup_free_ char *body = json_text(item->request);
    char signature[sizeof "sha256=" + DIGEST_HEX_SIZE] = "sha256=";
    unsigned char mac[DIGEST_BYTES];
    const struct send_header headers[] = {{"X-Deflect-Delivery", item->id},
                                          {"X-Deflect-Signature", signature}};
    struct send_call call = {.url = config->contact_forward,
                             .headers = headers,
                             .header_count = config->contact_secret ? 2 : 1,
                             .stop = stop};
    if (!body)
        return error_memory(err);
    call.body = slice_of(body);
    if (config->contact_secret) {
        digest_hmac_sha256(slice_of(config->contact_secret), call.body, mac);
        digest_hex(mac, sizeof mac, signature + strlen(signature));
    }
    return send_json(&call, NULL, err);
}

enum status forward_deliver(struct service *service, const struct outbox_item *item,
                            const atomic_bool *stop, struct error *err)
{
    const struct config *config = service_config(service);
    enum status status = forward_check(config, err);
    if (status)
        return status;
    return str_starts(config->contact_forward, mail_scheme) ? deliver_mail(config, item, stop, err)
                                                            : deliver_call(config, item, stop, err);
}
