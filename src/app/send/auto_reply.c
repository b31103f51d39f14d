/* auto_reply.c: whether a ticket is answered without a person, and with what words. */
#include "app/send/auto_reply.h"

#include "app/agent/draft.h"
#include "app/report/caution.h"
#include "app/send/replier.h"
#include "app/service_private.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/str.h"
#include "measure/stats.h"
#include "store/ticket.h"

#include <math.h>
#include <stdio.h>
#include <strings.h>

/* A ticket that is older was answered elsewhere long since. */
#define FRESH_MS MS_PER_HOUR
/* Another ticket of the same person within this may be a machine's answer to ours. */
#define QUIET_MS MS_PER_DAY
/* Our reply comes back from the desk within this. */
#define ECHO_MS (10 * MS_PER_MINUTE)

/* What stands behind "DESK=" in LIST; NULL: nothing does. */
static const char *value_of(char *const *list, const char *desk)
{
    size_t length = strlen(desk);
    for (; list && *list; list++)
        if (strncmp(*list, desk, length) == 0 && (*list)[length] == '=')
            return *list + length + 1;
    return NULL;
}

const char *auto_reply_url(const struct config *config, const char *desk)
{
    return value_of(config->auto_reply, desk);
}

/* ---- May it be? ---- */

bool auto_reply_allowed(const struct auto_reply_judged *judged, char *why, size_t why_size)
{
    struct estimate right = stats_wilson((struct tally){judged->right, judged->count});
    if (judged->count < AUTO_REPLY_JUDGED)
        (void)snprintf(why, why_size,
                       "%lld of %d answers that the search was sure of have been judged on this "
                       "knowledge base",
                       (long long)judged->count, AUTO_REPLY_JUDGED);
    else if (right.high < AUTO_REPLY_RIGHT)
        (void)snprintf(
            why, why_size,
            "only %lld of the %lld judged answers that the search was sure of were right",
            (long long)judged->right, (long long)judged->count);
    else
        return true;
    return false;
}

enum status auto_reply_count(struct store *store, struct auto_reply_judged *ret, struct error *err)
{
    _cleanup_json_ json_t *shown = NULL;
    int64_t count;
    double share;
    enum status status = store_count_judged(store, ret, err);
    if (!status)
        status = caution_json(store, &shown, err);
    if (status)
        return status;
    count = json_integer_value(json_object_get(shown, "judged"));
    share = json_number_value(json_object_get(json_object_get(shown, "right"), "value"));
    if (count > ret->count)
        *ret = (struct auto_reply_judged){count, llround(share * (double)count)};
    return STATUS_OK;
}

static enum status check_desk(const struct config *config, const char *entry, struct error *err)
{
    char desk[32];
    bool wants_token = false;
    (void)snprintf(desk, sizeof desk, "%.*s", (int)strcspn(entry, "="), entry);
    if (!desk_post_known(desk, &wants_token)) {
        enum status status =
            error_set(err, STATUS_UNPROCESSABLE, "auto_reply: replies cannot be sent to %s", desk);
        error_hint(err, "they can to: %s", desk_post_names());
        return status;
    }
    if (!config_hook_secret(config, desk))
        return error_set(err, STATUS_UNPROCESSABLE, "auto_reply: hooks.%s is not set", desk);
    if (wants_token && !value_of(config->auto_reply_tokens, desk))
        return error_set(err, STATUS_UNPROCESSABLE,
                         "auto_reply: auto_reply_tokens names none for %s", desk);
    return STATUS_OK;
}

enum status auto_reply_check(struct store *store, const struct config *config, struct error *err)
{
    struct auto_reply_judged judged;
    char why[200];
    enum status status = STATUS_OK;
    if (strv_length(config->auto_reply) == 0)
        return STATUS_OK;
    for (char **entry = config->auto_reply; *entry && !status; entry++)
        status = check_desk(config, *entry, err);
    if (!status)
        status = auto_reply_count(store, &judged, err);
    if (status || auto_reply_allowed(&judged, why, sizeof why))
        return status;
    status = error_set(err, STATUS_UNPROCESSABLE, "auto_reply is refused: %s", why);
    error_hint(err, "leave it out until then: every ticket that an agent answers with an article "
                    "counts; `deflect hooks auto-reply` says how many did");
    return status;
}

/* ---- Is it the ticket of a person, and new? ---- */

static const char *field(const json_t *ticket, const char *name)
{
    const char *text = json_string_value(json_object_get(ticket, name));
    return text ? text : "";
}

static bool is_machine(const char *contact)
{
    static const char *const names[] = {"noreply",       "no-reply",   "donotreply", "do-not-reply",
                                        "mailer-daemon", "postmaster", "bounce"};
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++)
        if (strncasecmp(contact, names[i], strlen(names[i])) == 0)
            return true;
    return false;
}

static bool is_fresh(const json_t *ticket, int64_t now_ms)
{
    const char *status = field(ticket, "status"), *created = field(ticket, "created");
    int64_t created_ms = now_ms;
    if (*created && !clock_parse(slice_of(created), &created_ms))
        return false;
    return (!*status || str_equal(status, "open")) && now_ms - created_ms < FRESH_MS &&
           json_array_size(json_object_get(ticket, "replies")) == 0 &&
           !is_machine(field(ticket, "contact"));
}

static bool any_sent(void *arg, const struct auto_reply *reply)
{
    bool *sent = arg;
    *sent |= reply->state == AUTO_REPLY_BEGUN || reply->state == AUTO_REPLY_SENT;
    return !*sent;
}

struct quiet {
    struct service *service;
    const char *id;
    int64_t now_ms;
    bool disturbed;
};

static bool look_at_ticket(void *arg, const struct ticket *ticket)
{
    struct quiet *quiet = arg;
    if (str_equal(ticket->id, quiet->id) || quiet->now_ms - ticket->created_ms > QUIET_MS)
        return true;
    return store_each_auto_reply(quiet->service->store, INT64_MIN, INT64_MAX, ticket->id, any_sent,
                                 &quiet->disturbed, NULL) == STATUS_OK &&
           !quiet->disturbed;
}

/* True where this person got an automatic reply a short while ago. */
static bool was_answered_lately(struct service *service, const char *id, const char *contact)
{
    struct quiet quiet = {.service = service, .id = id, .now_ms = clock_now_ms()};
    char hash[65];
    if (!*contact)
        return false;
    store_contact_hash(service->store, contact, hash);
    return store_each_contact_ticket(service->store, hash, look_at_ticket, &quiet, NULL) !=
               STATUS_OK ||
           quiet.disturbed;
}

/* ---- The reply ---- */

/* That nobody wrote it stands first. */
static const char *notice(const char *lang)
{
    static const char *const notices[][2] = {
        {"en", "This is an automatic reply, made from our help articles."},
        {"de", "Dies ist eine automatische Antwort aus unseren Hilfeartikeln."},
        {"es", "Esta es una respuesta automática, hecha a partir de nuestros artículos de ayuda."},
        {"fr", "Ceci est une réponse automatique, tirée de nos articles d'aide."},
        {"pt", "Esta é uma resposta automática, feita a partir dos nossos artigos de ajuda."},
        {"it", "Questa è una risposta automatica, tratta dai nostri articoli di aiuto."},
        {"nl", "Dit is een automatisch antwoord, gemaakt van onze hulpartikelen."},
        {"ja", "これはヘルプ記事から自動作成された返信です。"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(notices); i++)
        if (strncmp(lang, notices[i][0], 2) == 0)
            return notices[i][1];
    return notices[0][1];
}

/* The code of the link in TEXT, which tells our reply from others; "" where it has none. */
static void read_code(const char *text, char code[16])
{
    const char *via = strstr(text, "via=");
    size_t length = via ? strspn(via + 4, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                          "0123456789_-")
                        : 0;
    (void)snprintf(code, 16, "%.*s", (int)(length < 15 ? length : 15), via ? via + 4 : "");
}

static bool is_held_out(struct service *service, const char *id)
{
    struct slice key = {(const char *)store_key(service->store), DIGEST_BYTES};
    _cleanup_free_ char *text = mem_printf("auto_reply:%s", id);
    unsigned char mac[DIGEST_BYTES];
    uint32_t number;
    if (!text)
        return true;
    digest_hmac_sha256(key, slice_of(text), mac);
    memcpy(&number, mac, sizeof number);
    return number / 4294967296.0 < service_config(service)->auto_reply_holdout;
}

struct consideration {
    struct service *service;
    const struct hook_desk *desk;
    const char *id;
    const json_t *ticket, *payload, *draft;
    const char *article;
};

static enum auto_reply_state decide(const struct consideration *c)
{
    if (!auto_reply_url(service_config(c->service), c->desk->name) ||
        !json_is_true(json_object_get(c->draft, "send")) ||
        was_answered_lately(c->service, c->id, field(c->ticket, "contact")))
        return AUTO_REPLY_UNSENT;
    return is_held_out(c->service, c->id) ? AUTO_REPLY_HELD_OUT : AUTO_REPLY_BEGUN;
}

static enum status begin_sending(const struct consideration *c, struct error *err)
{
    const struct config *config = service_config(c->service);
    const char *contact = field(c->ticket, "contact"), *first = notice(field(c->draft, "lang"));
    _cleanup_free_ char *text = mem_printf("%s\n\n%s", first, field(c->draft, "text"));
    _cleanup_free_ char *html = mem_printf("<p>%s</p>%s", first, field(c->draft, "html"));
    _cleanup_desk_call_ struct desk_call call = {.url = NULL};
    const struct desk_reply reply = {.desk = c->desk->name,
                                     .url = auto_reply_url(config, c->desk->name),
                                     .token = value_of(config->auto_reply_tokens, c->desk->name),
                                     .ticket = field(c->ticket, "id"),
                                     .article = c->article,
                                     .contact = *contact ? contact : NULL,
                                     .payload = c->payload,
                                     .text = text,
                                     .html = html};
    enum status status = text && html ? desk_post_make(&reply, &call, err) : error_memory(err);
    return status ? status : replier_send(c->service->replier, c->desk->name, c->id, &call, err);
}

/* Notes the answer, and sends it where the note says so: whoever notes it first is the one who
 * sends. */
static enum status act(const struct consideration *c, struct error *err)
{
    char code[16];
    struct auto_reply reply = {.ticket = c->id,
                               .article = c->article,
                               .code = code,
                               .state = decide(c),
                               .at_ms = clock_now_ms()};
    bool is_new = false;
    enum status status;
    read_code(field(c->draft, "text"), code);
    status = store_note_auto_reply(c->service->store, &reply, &is_new, err);
    if (status || !is_new || reply.state != AUTO_REPLY_BEGUN)
        return status;
    status = begin_sending(c, err);
    if (status)
        (void)store_set_auto_reply(c->service->store, c->id, AUTO_REPLY_FAILED, NULL);
    return status;
}

static enum status consider(struct consideration *c, struct error *err)
{
    const struct draft_request request = {.subject = slice_of(field(c->ticket, "subject")),
                                          .body = slice_of(field(c->ticket, "body"))};
    _cleanup_json_ json_t *draft = NULL;
    enum status status = service_draft(c->service, &request, &draft, err);
    if (status || !str_equal(field(draft, "confidence"), "high"))
        return status;
    c->draft = draft;
    c->article = field(json_array_get(json_object_get(draft, "articles"), 0), "article");
    return *c->article ? act(c, err) : STATUS_OK;
}

void auto_reply_consider(struct service *service, const struct hook_desk *desk, const char *id,
                         const json_t *ticket, const json_t *payload)
{
    struct consideration c = {
        .service = service, .desk = desk, .id = id, .ticket = ticket, .payload = payload};
    struct error err;
    if (service->replier && is_fresh(ticket, clock_now_ms()) && consider(&c, &err))
        log_error("auto_reply.failed", &err);
}

/* ---- Our own reply, coming back ---- */

struct own {
    char code[16];
    int64_t at_ms;
};

static bool take_own(void *arg, const struct auto_reply *reply)
{
    struct own *own = arg;
    if (reply->state == AUTO_REPLY_BEGUN || reply->state == AUTO_REPLY_SENT) {
        (void)snprintf(own->code, sizeof own->code, "%s", reply->code ? reply->code : "");
        own->at_ms = reply->at_ms;
    }
    return false;
}

/* Overwrites the addresses in TEXT that carry CODE. */
static void blank_addresses(char *text, const char *code)
{
    for (char *found = text; (found = strstr(found, code)); found += strlen(code)) {
        char *start = found;
        while (start > text && !strchr(" \t\r\n<>\"'()[]", start[-1]))
            *--start = ' ';
    }
}

/* REPLIES without ours; where a person quotes it, without its link. */
static json_t *without_own(const json_t *replies, const struct own *own)
{
    json_t *kept = json_array(), *reply;
    size_t i;
    json_array_foreach((json_t *)replies, i, reply)
    {
        const char *text = field(reply, "text");
        int64_t at_ms = own->at_ms;
        if (str_equal(field(reply, "by"), "agent") && strstr(text, own->code)) {
            _cleanup_free_ char *copy = mem_strdup(text);
            json_t *changed = json_deep_copy(reply);
            (void)clock_parse(slice_of(field(reply, "at")), &at_ms);
            if (copy)
                blank_addresses(copy, own->code);
            if (changed && copy && llabs(at_ms - own->at_ms) > ECHO_MS &&
                !json_object_set_new(changed, "text", json_string(copy)))
                (void)json_array_append(kept, changed);
            json_decref(changed);
        } else {
            (void)json_array_append(kept, reply);
        }
    }
    return kept;
}

enum status auto_reply_discount(struct service *service, const char *id, const json_t *ticket,
                                json_t **ret, struct error *err)
{
    const json_t *replies = json_object_get(ticket, "replies");
    struct own own = {.code = ""};
    enum status status = STATUS_OK;
    *ret = NULL;
    if (json_array_size(replies) > 0)
        status =
            store_each_auto_reply(service->store, INT64_MIN, INT64_MAX, id, take_own, &own, err);
    if (status || !*own.code)
        return status;
    *ret = json_copy((json_t *)ticket);
    if (!*ret || json_object_set_new(*ret, "replies", without_own(replies, &own)))
        status = error_memory(err);
    return status;
}
