/* session.c: "ID.END.MAC" in a cookie: who signed in, until when, signed by the server. */
#include "http/session.h"

#include "base/clock.h"
#include "base/digest.h"
#include "base/str.h"
#include "http/settings.h"
#include "http/visitor.h"

#include <inttypes.h>
#include <stdio.h>

enum { SESSION_SECONDS = 14 * 24 * 3600, STAFF_SECONDS = 365 * 24 * 3600, COOKIE_BYTES = 160 };

/* HMAC of PURPOSE and TEXT under the server's key, hexadecimal. */
static void sign(const struct request *request, const char *purpose, struct slice text,
                 char out[DIGEST_HEX_SIZE])
{
    struct slice key = {(const char *)store_key(service_store(request->service)), DIGEST_BYTES};
    unsigned char mac[DIGEST_BYTES];
    char message[COOKIE_BYTES + 32];
    int length = snprintf(message, sizeof message, "%s:%.*s", purpose, (int)text.length, text.ptr);
    digest_hmac_sha256(key, (struct slice){message, (size_t)length}, mac);
    digest_hex(mac, sizeof mac, out);
}

/* Within a frame of another site only SameSite=None is sent at all; Partitioned keeps it to that
 * site. Both need https. */
static void set_cookie(struct request *request, const char *value, int64_t seconds)
{
    const struct config *config = request->settings->config;
    bool framed = request->settings->secure && strv_length(config->frame_ancestors) > 0;
    char cookie[COOKIE_BYTES + 120];
    (void)snprintf(cookie, sizeof cookie, "%s=%s; Path=/; HttpOnly; Max-Age=%" PRId64 "%s%s",
                   SESSION_COOKIE, value, seconds, request->settings->secure ? "; Secure" : "",
                   framed ? "; SameSite=None; Partitioned" : "; SameSite=Lax");
    reply_header(request, "Set-Cookie", cookie);
}

enum status session_begin(struct request *request, const struct token *token, struct error *err)
{
    int64_t now_s = clock_now_ms() / MS_PER_SECOND, end_s = now_s + SESSION_SECONDS;
    char value[COOKIE_BYTES], mac[DIGEST_HEX_SIZE];
    int length;
    if (token->expires_ms >= 0 && token->expires_ms / MS_PER_SECOND < end_s)
        end_s = token->expires_ms / MS_PER_SECOND;
    length = snprintf(value, sizeof value, "%s.%" PRId64, token->id, end_s);
    if (length < 0 || (size_t)length + 1 + DIGEST_HEX_SIZE > sizeof value)
        return error_set(err, STATUS_INTERNAL, "the session does not fit its cookie");
    sign(request, "session", (struct slice){value, (size_t)length}, mac);
    (void)snprintf(value + length, sizeof value - (size_t)length, ".%s", mac);
    set_cookie(request, value, end_s - now_s);
    reply_cookie(request, VISITOR_STAFF_COOKIE, "1", STAFF_SECONDS);
    return STATUS_OK;
}

void session_end(struct request *request)
{
    set_cookie(request, "", 0);
}

enum status session_find(const struct request *request, struct token *ret, struct error *err)
{
    struct slice cookie = request_cookie(request, SESSION_COOKIE), rest = cookie, id, end, mac;
    char expected[DIGEST_HEX_SIZE], name[sizeof ret->id];
    int64_t end_s;
    enum status status;
    *ret = (struct token){.role = ROLE_NONE};
    if (!request->service || cookie.length == 0 || cookie.length >= COOKIE_BYTES ||
        !slice_split(&rest, '.', &id) || !slice_split(&rest, '.', &end) ||
        !slice_split(&rest, '.', &mac) || mac.length != DIGEST_HEX_SIZE - 1 ||
        id.length >= sizeof name)
        return STATUS_OK;
    sign(request, "session", (struct slice){cookie.ptr, (size_t)(mac.ptr - 1 - cookie.ptr)},
         expected);
    if (!digest_equal(expected, mac.ptr, mac.length) || !str_to_int64(end, &end_s) ||
        end_s <= clock_now_ms() / MS_PER_SECOND)
        return STATUS_OK;
    (void)snprintf(name, sizeof name, "%.*s", (int)id.length, id.ptr);
    status = store_token_get(service_store(request->service), name, ret, err);
    return status == STATUS_DENIED ? STATUS_OK : status;
}

void session_csrf(const struct request *request, char out[SESSION_CSRF_SIZE])
{
    struct slice cookie = request_cookie(request, SESSION_COOKIE);
    *out = '\0';
    if (cookie.length > 0 && cookie.length < COOKIE_BYTES)
        sign(request, "csrf", cookie, out);
}

bool session_csrf_valid(const struct request *request, const char *given)
{
    char expected[SESSION_CSRF_SIZE];
    session_csrf(request, expected);
    return *expected && given && strlen(given) == strlen(expected) &&
           digest_equal(given, expected, strlen(expected));
}

enum status session_identify(struct request *request, struct error *err)
{
    bool reads = strcmp(request->method, "GET") == 0 || strcmp(request->method, "HEAD") == 0;
    struct token token;
    enum status status;
    if (!reads && !session_csrf_valid(request, request_header(request, SESSION_CSRF_HEADER)))
        return STATUS_OK;
    status = session_find(request, &token, err);
    if (status == STATUS_OK)
        request->token = token;
    return status;
}
