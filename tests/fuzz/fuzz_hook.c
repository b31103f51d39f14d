/* fuzz_hook.c: any delivery of any desk: its signature, and its body from the desk's JSON to a ticket.
 *
 * The first byte chooses the desk, the second its event; a line each of signature and time stamp follows, then the body.
 * What must hold: only the desk's own signature is accepted, and what is translated is a ticket or is refused with words. */
#include "app/ticket/hook_signature.h"
#include "app/ticket/hook_translate.h"
#include "app/ticket/ticket_read.h"
#include "base/str.h"
#include "fuzz_store.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char SECRET[] = "correct horse battery staple";
static const int64_t NOW_MS = INT64_C(1700000000000);
static const char *const events[] = {
    NULL, "issues", "issue_comment", "ping", "convo.created", "convo.agent.reply.created", "convo.status", "",
};

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void check_signature(const struct hook_desk *desk, struct hook_delivery *delivery)
{
    char own[HOOK_SIGNATURE_SIZE];
    if (hook_sign(desk, SECRET, delivery->timestamp, delivery->body, own, NULL))
        return;
    if (hook_verify(desk, SECRET, delivery, NOW_MS, NULL, NULL) == STATUS_OK)
        require(str_equal(own, delivery->signature) ||
                (desk->encoding == HOOK_HEX && delivery->signature &&
                 str_equal_ascii_case(slice_of(own), slice_of(delivery->signature))));
    require(hook_verify(desk, NULL, delivery, NOW_MS, NULL, NULL) == STATUS_DENIED);
    delivery->signature = own;
    delivery->timestamp = "1700000000";
    if (!hook_sign(desk, SECRET, delivery->timestamp, delivery->body, own, NULL))
        require(hook_verify(desk, SECRET, delivery, NOW_MS, NULL, NULL) == STATUS_OK);
}

static void check_body(const struct hook_desk *desk, const char *event, struct slice body)
{
    _cleanup_json_ json_t *payload = NULL, *ticket = NULL;
    _cleanup_ticket_report_ struct ticket_report report = {0};
    struct error err;
    enum status status = json_read(body, &payload, NULL);
    if (status)
        return;
    status = hook_translate(desk, event, payload, NULL, NOW_MS, &ticket, &err);
    require(!status || (status == STATUS_UNPROCESSABLE && *err.message && !ticket));
    if (!ticket)
        return;
    require(json_is_string(json_object_get(ticket, "id")));
    status = ticket_read(fuzz_store(), ticket, false, &report, &err);
    require(!status || (status == STATUS_UNPROCESSABLE && *err.message));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t count;
    const struct hook_desk *desks = hook_desks(&count);
    struct slice rest = {(const char *)data + 2, size - 2}, signature, timestamp;
    if (size < 4 || !slice_split(&rest, '\n', &signature) || !slice_split(&rest, '\n', &timestamp))
        return 0;
    _cleanup_free_ char *first = mem_strndup(signature.ptr, signature.length);
    _cleanup_free_ char *second = mem_strndup(timestamp.ptr, timestamp.length);
    struct hook_delivery delivery = {
        .signature = first, .timestamp = second, .body = rest.ptr ? rest : SLICE_LITERAL("")};
    check_signature(&desks[data[0] % count], &delivery);
    check_body(&desks[data[0] % count], events[data[1] % ARRAY_LENGTH(events)], delivery.body);
    return 0;
}
