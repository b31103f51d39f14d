/* form_guard.c: the stamp is signed with the server's key; nothing is remembered. */
#include "http/form_guard.h"

#include "base/clock.h"
#include "base/str.h"

#include <inttypes.h>
#include <stdio.h>

/* Nobody writes a request in less. */
#define LEAST_MS (3 * MS_PER_SECOND)

static void sign(const struct request *request, struct slice text, char out[DIGEST_HEX_SIZE])
{
    struct slice key = {(const char *)store_key(service_store(request->service)), DIGEST_BYTES};
    unsigned char mac[DIGEST_BYTES];
    char message[sizeof "form:" + FORM_GUARD_STAMP_SIZE];
    int length = snprintf(message, sizeof message, "form:%.*s", (int)text.length, text.ptr);
    digest_hmac_sha256(key, (struct slice){message, (size_t)length}, mac);
    digest_hex(mac, sizeof mac, out);
}

enum status form_guard_stamp(const struct request *request, char out[FORM_GUARD_STAMP_SIZE],
                             struct error *err)
{
    char id[DIGEST_ID_SIZE], mac[DIGEST_HEX_SIZE];
    int length;
    if (!digest_random_id(id))
        return error_set(err, STATUS_INTERNAL, "the system gives no random bytes");
    length = snprintf(out, FORM_GUARD_STAMP_SIZE, "%" PRId64 ".%s", clock_now_ms(), id);
    sign(request, (struct slice){out, (size_t)length}, mac);
    (void)snprintf(out + length, FORM_GUARD_STAMP_SIZE - (size_t)length, ".%s", mac);
    return STATUS_OK;
}

/* When the form was shown; -1: the stamp is none of ours. */
static int64_t shown_ms(const struct request *request)
{
    const char *stamp = request_form(request, FORM_GUARD_FIELD);
    const char *dot = stamp && strlen(stamp) < FORM_GUARD_STAMP_SIZE ? strrchr(stamp, '.') : NULL;
    char expected[DIGEST_HEX_SIZE];
    int64_t time_ms;
    if (!dot || strlen(dot + 1) != sizeof expected - 1)
        return -1;
    sign(request, (struct slice){stamp, (size_t)(dot - stamp)}, expected);
    if (!digest_equal(expected, dot + 1, sizeof expected - 1) ||
        !str_to_int64((struct slice){stamp, strcspn(stamp, ".")}, &time_ms))
        return -1;
    return time_ms;
}

bool form_guard_valid(const struct request *request)
{
    return shown_ms(request) >= 0;
}

const char *form_guard_judge(const struct request *request)
{
    int64_t time_ms = shown_ms(request);
    if (request_form(request, FORM_GUARD_TRAP))
        return "trap";
    if (time_ms < 0)
        return "stamp";
    return clock_now_ms() - time_ms < LEAST_MS ? "fast" : NULL;
}
