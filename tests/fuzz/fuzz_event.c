/* fuzz_event.c: any JSON as an event of a page, as a line of an export, and as a ticket. The first byte chooses.
 *
 * What must hold: what was accepted is within the contract's ranges and is the same after a way out and in again. */
#include "app/ticket/ticket_read.h"
#include "base/limits.h"
#include "base/str.h"
#include "fuzz_store.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void check_ranges(const struct event *event)
{
    require(event->ms >= 0 && event->ms <= LIMIT_READ_MS && event->scroll <= 1);
    require(event->rank >= 0 && event->rank <= LIMIT_EVENT_RANK);
    require(!event->id || event_id_valid(slice_of(event->id)));
    require(utf8_count(slice_of(event->comment)) <= LIMIT_COMMENT);
    require(utf8_count(slice_of(event->subject)) <= LIMIT_EVENT_SUBJECT);
    require(utf8_count(slice_of(event->body)) <= LIMIT_EVENT_TEXT);
    require(strv_length(event->results) <= LIMIT_EVENT_RESULTS);
}

/* Gives what the server gives, and sends the event out and in again. */
static void check_round_trip(struct event *event)
{
    _cleanup_event_ struct event again = {0};
    _cleanup_json_ json_t *out = NULL, *second = NULL;
    event->at_ms = event->at_ms < 0 ? 0 : event->at_ms;
    event->id = event->id ? event->id : mem_strdup("e");
    event->session = event->session ? event->session : mem_strdup("s");
    require(event_redact(event, NULL) == STATUS_OK);
    out = event_to_json(event);
    require(out && event_from_export(out, &again, NULL) == STATUS_OK);
    second = event_to_json(&again);
    require(json_equal(out, second));
}

static void check_event(const json_t *object, bool exported)
{
    _cleanup_event_ struct event event = {0};
    struct error err;
    enum status status =
        exported ? event_from_export(object, &event, &err) : event_from_json(object, &event, &err);
    require(!status || (status == STATUS_UNPROCESSABLE && *err.message));
    if (status)
        return;
    check_ranges(&event);
    require(exported || (!event.session && !event.contact_hash && !event.marks));
    check_round_trip(&event);
}

static void check_ticket(const json_t *object, bool complete)
{
    _cleanup_ticket_report_ struct ticket_report report = {0};
    struct error err;
    enum status status = ticket_read(fuzz_store(), object, complete, &report, &err);
    require(!status || (status == STATUS_UNPROCESSABLE && *err.message));
    if (status)
        return;
    require(!str_empty(report.ticket.id) && strlen(report.ticket.id) <= LIMIT_TICKET_ID);
    require(report.ticket.reply_count <= LIMIT_TICKET_REPLIES);
    require(strv_length(report.ticket.tags) <= LIMIT_TICKET_TAGS);
    require(utf8_count(slice_of(report.ticket.body)) <= LIMIT_BODY_TEXT);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_json_ json_t *value = NULL;
    if (size < 2 || json_read((struct slice){(const char *)data + 1, size - 1}, &value, NULL))
        return 0;
    if (!json_is_object(value))
        return 0;
    if (data[0] & 2)
        check_ticket(value, data[0] & 1);
    else
        check_event(value, data[0] & 1);
    return 0;
}
