/* hook_signature.c: the table of desks, and the check of what they sign. */
#include "app/ticket/hook_signature.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/limits.h"
#include "base/str.h"

#include <stdio.h>

static const struct hook_desk desks[] = {
    {"zendesk", "X-Zendesk-Webhook-Signature", "X-Zendesk-Webhook-Signature-Timestamp",
     "X-Zendesk-Webhook-Invocation-Id", NULL, HOOK_HMAC_SHA256, HOOK_BASE64, "", ""},
    {"freshdesk", "X-Deflect-Secret", NULL, NULL, NULL, HOOK_SECRET, HOOK_HEX, "", NULL},
    {"zammad", "X-Hub-Signature", NULL, "X-Zammad-Delivery", NULL, HOOK_HMAC_SHA1, HOOK_HEX,
     "sha1=", NULL},
    {"chatwoot", "X-Chatwoot-Signature", "X-Chatwoot-Timestamp", "X-Chatwoot-Delivery", NULL,
     HOOK_HMAC_SHA256, HOOK_HEX, "sha256=", "."},
    {"helpscout", "X-HelpScout-Signature", NULL, NULL, "X-HelpScout-Event", HOOK_HMAC_SHA1,
     HOOK_BASE64, "", NULL},
    {"freescout", "X-FreeScout-Signature", NULL, NULL, "X-FreeScout-Event", HOOK_HMAC_SHA1,
     HOOK_BASE64, "", NULL},
    {"github", "X-Hub-Signature-256", NULL, "X-GitHub-Delivery", "X-GitHub-Event",
     HOOK_HMAC_SHA256, HOOK_HEX, "sha256=", NULL},
    {"generic", "X-Deflect-Signature", NULL, "X-Deflect-Delivery", NULL, HOOK_HMAC_SHA256,
     HOOK_HEX, "sha256=", NULL},
};

const struct hook_desk *hook_desks(size_t *ret_count)
{
    *ret_count = ARRAY_LENGTH(desks);
    return desks;
}

const struct hook_desk *hook_desk_find(const char *name)
{
    for (size_t i = 0; i < ARRAY_LENGTH(desks); i++)
        if (str_equal(desks[i].name, name))
            return &desks[i];
    return NULL;
}

/* HMAC of TEXT into SUM; returns its length in bytes. */
static size_t keyed_hash(enum hook_algorithm algorithm, struct slice key, struct slice text,
                         unsigned char sum[DIGEST_BYTES])
{
    if (algorithm == HOOK_HMAC_SHA1) {
        digest_hmac_sha1(key, text, sum);
        return 20;
    }
    digest_hmac_sha256(key, text, sum);
    return DIGEST_BYTES;
}

enum status hook_sign(const struct hook_desk *desk, const char *secret, const char *timestamp,
                      struct slice body, char ret[HOOK_SIGNATURE_SIZE], struct error *err)
{
    _cleanup_buf_ struct buf text = BUF_INIT(LIMIT_HTTP_DROP + HOOK_SIGNATURE_SIZE);
    unsigned char sum[DIGEST_BYTES];
    char encoded[DIGEST_HEX_SIZE];
    size_t length;
    if (desk->algorithm == HOOK_SECRET) {
        if (snprintf(ret, HOOK_SIGNATURE_SIZE, "%s", secret) >= HOOK_SIGNATURE_SIZE)
            return error_set(err, STATUS_UNPROCESSABLE, "the secret of %s has over %d characters",
                             desk->name, HOOK_SIGNATURE_SIZE - 1);
        return STATUS_OK;
    }
    if (desk->separator) {
        buf_add_str(&text, timestamp ? timestamp : "");
        buf_add_str(&text, desk->separator);
        buf_add_slice(&text, body);
        body = (struct slice){buf_str(&text), text.length};
    }
    if (text.failed)
        return error_memory(err);
    length = keyed_hash(desk->algorithm, slice_of(secret), body, sum);
    if (desk->encoding == HOOK_BASE64)
        digest_base64(sum, length, encoded);
    else
        digest_hex(sum, length, encoded);
    (void)snprintf(ret, HOOK_SIGNATURE_SIZE, "%s%s", desk->prefix, encoded);
    return STATUS_OK;
}

/* Reads "1700000000" (unix seconds) or RFC 3339. */
static bool read_timestamp(const char *text, int64_t *ret_ms)
{
    int64_t seconds;
    if (!str_to_int64(slice_of(text), &seconds))
        return clock_parse(slice_of(text), ret_ms);
    if (seconds < 0 || seconds > INT64_MAX / MS_PER_SECOND)
        return false;
    *ret_ms = seconds * MS_PER_SECOND;
    return true;
}

const char *hook_outcome_name(enum hook_outcome outcome)
{
    static const char *const names[] = {
        "stored",          "seen",    "ignored", "no secret",  "no signature",
        "wrong signature", "no time", "stale",   "unreadable", "failed",
    };
    return names[outcome];
}

static enum hook_outcome check_timestamp(const struct hook_desk *desk, const char *timestamp,
                                         int64_t now_ms, struct error *err)
{
    int64_t sent_ms;
    if (!timestamp || !read_timestamp(timestamp, &sent_ms)) {
        (void)error_set(err, STATUS_DENIED, "the header %s %s", desk->timestamp_header,
                        timestamp ? "holds no time" : "is missing");
        return HOOK_NO_TIME;
    }
    if (sent_ms >= now_ms - LIMIT_HOOK_AGE_MS && sent_ms <= now_ms + LIMIT_HOOK_AGE_MS)
        return HOOK_STORED;
    (void)error_set(err, STATUS_DENIED, "the delivery's time stamp is over 5 minutes off");
    error_hint(err, "check the clocks of both machines");
    return HOOK_STALE;
}

/* HOOK_STORED: nothing speaks against it. */
static enum hook_outcome judge(const struct hook_desk *desk, const char *secret,
                               const struct hook_delivery *delivery, int64_t now_ms,
                               struct error *err)
{
    char expected[HOOK_SIGNATURE_SIZE];
    if (str_empty(secret)) {
        (void)error_set(err, STATUS_DENIED, "no secret is set for %s", desk->name);
        error_hint(err, "set hooks.%s in the configuration", desk->name);
        return HOOK_NO_SECRET;
    }
    if (!delivery->signature) {
        (void)error_set(err, STATUS_DENIED, "the header %s is missing", desk->signature_header);
        return HOOK_NO_SIGNATURE;
    }
    if (hook_sign(desk, secret, delivery->timestamp, delivery->body, expected, err))
        return HOOK_FAILED;
    if (strlen(delivery->signature) != strlen(expected) ||
        !digest_equal(delivery->signature, expected, strlen(expected))) {
        (void)error_set(err, STATUS_DENIED, "the signature in %s is wrong",
                        desk->signature_header);
        return HOOK_WRONG_SIGNATURE;
    }
    return desk->timestamp_header ? check_timestamp(desk, delivery->timestamp, now_ms, err)
                                  : HOOK_STORED;
}

enum status hook_verify(const struct hook_desk *desk, const char *secret,
                        const struct hook_delivery *delivery, int64_t now_ms,
                        enum hook_outcome *ret_reason, struct error *err)
{
    struct error own = {.status = STATUS_OK};
    enum hook_outcome outcome;
    err = err ? err : &own;
    outcome = judge(desk, secret, delivery, now_ms, err);
    if (outcome == HOOK_STORED)
        return STATUS_OK;
    if (ret_reason)
        *ret_reason = outcome;
    return err->status;
}
