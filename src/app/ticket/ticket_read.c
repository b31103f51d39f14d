/* ticket_read.c: checks each field of a ticket's JSON. */
#include "app/ticket/ticket_read.h"

#include "base/clock.h"
#include "base/limits.h"
#include "base/str.h"
#include "text/redact.h"

enum { WIDEST = 4 /* bytes of a character in UTF-8 */ };

void ticket_report_done(struct ticket_report *report)
{
    ticket_done(&report->ticket);
    report->spoken = mem_free(report->spoken);
}

/* TEXT redacted and cut to MOST characters. Owns: the caller; NULL: memory is short. */
static char *clean(struct slice text, size_t most)
{
    _cleanup_buf_ struct buf out = BUF_INIT(LIMIT_HTTP_DROP);
    size_t characters = 0, end = 0;
    text.length = utf8_cut(text, most * WIDEST);
    redact_text(text, &out);
    while (end < out.length && characters++ < most)
        (void)utf8_next((struct slice){out.data, out.length}, &end);
    buf_truncate(&out, end);
    return buf_take(&out);
}

static enum status read_text(const json_t *object, const char *field, size_t most, char **ret,
                             struct error *err)
{
    struct slice text;
    enum status status = json_read_string(object, field, &text, err);
    if (status || !text.ptr)
        return status;
    *ret = clean(text, most);
    return *ret ? STATUS_OK : error_memory(err);
}

/* A name of the desk's own: stored as it is, so it may hold nothing that could be more. */
static enum status read_name(const json_t *object, const char *field, size_t most, char **ret,
                             struct error *err)
{
    enum status status = json_copy_string(object, field, most, ret, err);
    for (const char *at = status == STATUS_OK && *ret ? *ret : ""; *at; at++)
        if ((unsigned char)*at < ' ')
            return error_set(err, STATUS_UNPROCESSABLE, "field %s has control characters", field);
    return status;
}

static enum status read_time(const json_t *object, const char *field, int64_t *ret_ms,
                             struct error *err)
{
    struct slice text;
    enum status status = json_read_string(object, field, &text, err);
    if (status || text.length == 0)
        return status;
    if (!clock_parse(text, ret_ms))
        return error_set(err, STATUS_UNPROCESSABLE,
                         "field %s must be a time such as 2026-11-20T09:00:00Z", field);
    return STATUS_OK;
}

static enum status read_status(const json_t *object, struct ticket_report *report,
                               struct error *err)
{
    struct slice text;
    enum status status = json_read_string(object, "status", &text, err);
    if (status || !text.ptr)
        return status;
    if (!ticket_status_parse(text, &report->ticket.status))
        return error_set(err, STATUS_UNPROCESSABLE,
                         "field status must be open, pending, solved, closed, merged or spam");
    report->has_status = true;
    return STATUS_OK;
}

static enum status read_contact(const struct store *store, const json_t *object,
                                struct ticket *ticket, struct error *err)
{
    _cleanup_free_ char *contact = NULL;
    enum status status = read_name(object, "contact", LIMIT_TICKET_NAME, &contact, err);
    if (status || !contact)
        return status;
    ticket->contact_hash = mem_alloc(65);
    if (!ticket->contact_hash)
        return error_memory(err);
    store_contact_hash(store, contact, ticket->contact_hash);
    return STATUS_OK;
}

static enum status read_session(const json_t *object, struct ticket *ticket, struct error *err)
{
    enum status status = read_name(object, "session", LIMIT_EVENT_ID, &ticket->session, err);
    if (!status && ticket->session && !event_id_valid(slice_of(ticket->session)))
        status = error_set(err, STATUS_UNPROCESSABLE,
                           "field session must be 1 to %d of A-Za-z0-9._:-", LIMIT_EVENT_ID);
    return status;
}

static enum status read_tags(const json_t *object, struct ticket *ticket, struct error *err)
{
    const json_t *tags = json_object_get(object, "tags"), *tag;
    size_t i;
    if (!tags || json_is_null(tags))
        return STATUS_OK;
    if (!json_is_array(tags) || json_array_size(tags) > LIMIT_TICKET_TAGS)
        return error_set(err, STATUS_UNPROCESSABLE, "field tags must be a list of at most %d",
                         LIMIT_TICKET_TAGS);
    json_array_foreach(tags, i, tag)
    {
        struct slice text = slice_of(json_string_value(tag));
        if (!json_is_string(tag) || text.length > LIMIT_TICKET_NAME)
            return error_set(err, STATUS_UNPROCESSABLE,
                             "field tags must hold texts of at most %d bytes", LIMIT_TICKET_NAME);
        if (text.length > 0 && !strv_append(&ticket->tags, text))
            return error_memory(err);
    }
    return STATUS_OK;
}

static enum status read_reply(const json_t *object, struct ticket_reply *reply,
                              struct buf *spoken, struct error *err)
{
    struct slice by, text;
    enum status status;
    reply->at_ms = -1;
    if (!json_is_object(object))
        return error_set(err, STATUS_UNPROCESSABLE, "field replies must hold objects");
    if ((status = read_time(object, "at", &reply->at_ms, err)) ||
        (status = json_read_string(object, "by", &by, err)) ||
        (status = json_read_string(object, "text", &text, err)))
        return status;
    if (reply->at_ms < 0)
        return error_set(err, STATUS_UNPROCESSABLE, "field replies: `at` is missing");
    if (!reply_by_parse(by, &reply->by))
        return error_set(err, STATUS_UNPROCESSABLE, "field replies: `by` must be agent or customer");
    if (!text.ptr)
        return error_set(err, STATUS_UNPROCESSABLE, "field replies: `text` is missing");
    if (reply->by == REPLY_BY_AGENT) {
        buf_add_slice(spoken, text);
        buf_add_char(spoken, '\n');
    }
    reply->text = clean(text, LIMIT_EVENT_TEXT);
    return reply->text ? STATUS_OK : error_memory(err);
}

static enum status read_replies(const json_t *object, struct ticket_report *report,
                                struct error *err)
{
    const json_t *replies = json_object_get(object, "replies"), *item;
    _cleanup_buf_ struct buf spoken = BUF_INIT(LIMIT_HTTP_DROP);
    struct ticket *ticket = &report->ticket;
    enum status status = STATUS_OK;
    size_t i;
    if (!replies || json_is_null(replies))
        return STATUS_OK;
    if (!json_is_array(replies) || json_array_size(replies) > LIMIT_TICKET_REPLIES)
        return error_set(err, STATUS_UNPROCESSABLE, "field replies must be a list of at most %d",
                         LIMIT_TICKET_REPLIES);
    ticket->replies = mem_zero(json_array_size(replies) + 1, sizeof *ticket->replies);
    if (!ticket->replies)
        return error_memory(err);
    json_array_foreach(replies, i, item)
    {
        status = read_reply(item, &ticket->replies[ticket->reply_count++], &spoken, err);
        if (status)
            return status;
    }
    if (spoken.length > 0 && !(report->spoken = buf_take(&spoken)))
        return error_memory(err);
    return STATUS_OK;
}

static enum status read_fields(const struct store *store, const json_t *object,
                               struct ticket_report *report, struct error *err)
{
    struct ticket *ticket = &report->ticket;
    enum status status;
    if ((status = read_name(object, "id", LIMIT_TICKET_ID, &ticket->id, err)) ||
        (status = read_session(object, ticket, err)) ||
        (status = read_name(object, "ref", LIMIT_EVENT_ID, &ticket->ref, err)) ||
        (status = read_contact(store, object, ticket, err)) ||
        (status = read_name(object, "channel", LIMIT_TICKET_NAME, &ticket->channel, err)) ||
        (status = read_text(object, "subject", LIMIT_EVENT_SUBJECT, &ticket->subject, err)) ||
        (status = read_text(object, "body", LIMIT_EVENT_TEXT, &ticket->body, err)) ||
        (status = read_name(object, "category", LIMIT_TICKET_NAME, &ticket->category, err)) ||
        (status = read_name(object, "agent", LIMIT_TICKET_NAME, &ticket->agent, err)) ||
        (status = read_status(object, report, err)) ||
        (status = read_time(object, "created", &ticket->created_ms, err)) ||
        (status = read_time(object, "updated", &ticket->updated_ms, err)) ||
        (status = read_time(object, "solved", &ticket->solved_ms, err)) ||
        (status = read_tags(object, ticket, err)))
        return status;
    return read_replies(object, report, err);
}

static enum status check_complete(const struct ticket_report *report, struct error *err)
{
    const char *missing = !report->ticket.subject ? "subject"
                          : !report->ticket.body  ? "body"
                          : !report->has_status   ? "status"
                          : !report->has_created  ? "created"
                                                  : NULL;
    return missing ? error_set(err, STATUS_UNPROCESSABLE, "field %s is missing", missing)
                   : STATUS_OK;
}

enum status ticket_read(const struct store *store, const json_t *object, bool complete,
                        struct ticket_report *ret, struct error *err)
{
    struct ticket_report report = {
        .ticket = {.created_ms = INT64_MIN, .updated_ms = -1, .solved_ms = -1}};
    enum status status = read_fields(store, object, &report, err);
    report.has_created = report.ticket.created_ms != INT64_MIN;
    if (!status && !report.ticket.id)
        status = error_set(err, STATUS_UNPROCESSABLE, "field id is missing");
    if (!status && complete)
        status = check_complete(&report, err);
    if (status)
        ticket_report_done(&report);
    else
        *ret = report;
    return status;
}
