/* hook_receive.c: one call of a help desk. */
#include "app/ticket/hook_receive.h"

#include "app/send/auto_reply.h"
#include "app/ticket/hook_translate.h"
#include "app/ticket/ticket_ingest.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/str.h"

#include <stdio.h>

enum { META_NAME = 64 };

static void meta_name(const char *desk, char out[META_NAME])
{
    (void)snprintf(out, META_NAME, "hook.%s.last", desk);
}

/* Remembers the call for `deflect hooks test`; a failure to do so is no failure of the call. */
static void remember(struct service *service, const struct hook_desk *desk,
                     const struct hook_delivery *delivery, const json_t *answer,
                     const struct error *failure)
{
    char name[META_NAME], now[CLOCK_TEXT_SIZE];
    _cleanup_json_ json_t *last = NULL;
    _cleanup_free_ char *text = NULL;
    meta_name(desk->name, name);
    clock_format(clock_now_ms(), now);
    last = json_pack("{s:s, s:s, s:s*, s:s*, s:O*}", "at", now, "outcome",
                     failure ? "refused" : json_string_value(json_object_get(answer, "outcome")),
                     "event", delivery->event, "detail", failure ? failure->message : NULL, "ticket",
                     json_object_get(answer, "ticket"));
    text = last ? json_text(last) : NULL;
    if (text)
        (void)store_set_meta(service_store(service), name, text, NULL);
}

enum status service_hook_last(struct service *service, const char *desk, json_t **ret,
                              struct error *err)
{
    char name[META_NAME];
    _cleanup_free_ char *text = NULL;
    enum status status;
    meta_name(desk, name);
    status = store_get_meta(service_store(service), name, &text, err);
    *ret = NULL;
    return status || !text ? status : json_read(slice_of(text), ret, err);
}

static enum status store_it(struct service *service, const struct hook_desk *desk,
                            const struct hook_delivery *delivery, json_t **ret, struct error *err)
{
    _cleanup_json_ json_t *payload = NULL, *ticket = NULL;
    _cleanup_ticket_outcome_ struct ticket_outcome outcome = {.id = NULL};
    enum status status = json_read(delivery->body, &payload, err);
    if (!status)
        status = hook_translate(desk, delivery->event, payload,
                                service_config(service)->hook_states, clock_now_ms(), &ticket, err);
    if (!status && ticket)
        status = service_take_ticket(service, ticket, TICKET_HOOK, desk->name, &outcome, err);
    if (status)
        return status;
    if (ticket && outcome.created)
        auto_reply_consider(service, desk, outcome.id, ticket, payload);
    *ret = ticket ? json_pack("{s:s, s:s, s:b, s:I}", "outcome", "stored", "ticket", outcome.id,
                              "created", outcome.created, "links", (json_int_t)outcome.links)
                  : json_pack("{s:s}", "outcome", "ignored");
    return *ret ? STATUS_OK : error_memory(err);
}

/* The names under which a delivery is remembered: of one that has an id that and a digest of what is
 * signed, else the digest of its body. */
struct delivery_names {
    const char *list[2];
    size_t count;
    char digest[DIGEST_HEX_SIZE];
};

static enum status name_delivery(const struct hook_delivery *delivery, struct delivery_names *ret,
                                 struct error *err)
{
    _cleanup_buf_ struct buf text = BUF_INIT(LIMIT_HTTP_DROP);
    bool has_id = !str_empty(delivery->id) && strlen(delivery->id) <= DIGEST_HEX_SIZE;
    if (has_id && delivery->timestamp)
        buf_add_str(&text, delivery->timestamp);
    buf_add_slice(&text, delivery->body);
    if (text.failed)
        return error_memory(err);
    digest_sha256_hex((struct slice){buf_str(&text), text.length}, ret->digest);
    ret->count = 0;
    if (has_id)
        ret->list[ret->count++] = delivery->id;
    ret->list[ret->count++] = ret->digest;
    return STATUS_OK;
}

/* Stores the delivery unless it was seen before. */
static enum status take(struct service *service, const struct hook_desk *desk,
                        const struct hook_delivery *delivery, json_t **ret, struct error *err)
{
    struct store *store = service_store(service);
    struct delivery_names names = {.count = 0};
    bool known = false;
    enum status status = name_delivery(delivery, &names, err);
    for (size_t i = 0; i < names.count && !status && !known; i++)
        status = store_knows_delivery(store, desk->name, names.list[i], &known, err);
    if (!status && known)
        return (*ret = json_pack("{s:s}", "outcome", "seen")) ? STATUS_OK : error_memory(err);
    if (!status)
        status = store_it(service, desk, delivery, ret, err);
    for (size_t i = 0; i < names.count && !status; i++)
        status = store_note_delivery(store, desk->name, names.list[i], clock_now_ms(), &known, err);
    return status;
}

/* What ANSWER ("stored", …), or the failure STATUS of a signed delivery, comes to. */
static enum hook_outcome outcome_of(const json_t *answer, enum status status)
{
    const char *name = json_string_value(json_object_get(answer, "outcome"));
    for (int i = HOOK_STORED; !status && i <= HOOK_IGNORED; i++)
        if (str_equal(name, hook_outcome_name((enum hook_outcome)i)))
            return (enum hook_outcome)i;
    return status == STATUS_INVALID || status == STATUS_UNPROCESSABLE ? HOOK_UNREADABLE
                                                                      : HOOK_FAILED;
}

enum status service_receive_hook(struct service *service, const struct hook_desk *desk,
                                 const struct hook_delivery *delivery, json_t **ret,
                                 enum hook_outcome *ret_outcome, struct error *err)
{
    struct error own;
    const char *secret = config_hook_secret(service_config(service), desk->name);
    json_t *answer = NULL;
    enum status status;
    err = err ? err : &own;
    status = hook_verify(desk, secret, delivery, clock_now_ms(), ret_outcome, err);
    if (!status) {
        status = take(service, desk, delivery, &answer, err);
        *ret_outcome = outcome_of(answer, status);
    }
    if (status)
        log_event(LOG_LEVEL_WARNING, "hook.refused", "desk", desk->name, "reason", err->message,
                  NULL);
    else if (*ret_outcome == HOOK_SEEN)
        log_event(LOG_LEVEL_INFO, "hook.seen", "desk", desk->name, "delivery", delivery->id, NULL);
    if (secret)
        remember(service, desk, delivery, answer, status ? err : NULL);
    if (status)
        json_decref(answer);
    else
        *ret = answer;
    return status;
}
