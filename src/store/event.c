/* event.c: names, limits and ownership of events. */
#include "store/event.h"

#include "base/buf.h"
#include "base/limits.h"
#include "base/str.h"
#include "store/event_names.h"
#include "text/redact.h"

#include <string.h>

const char *const event_type_names[EVENT_TYPES] = {
    [EVENT_SEARCH] = "search", [EVENT_VIEW] = "view",     [EVENT_READ] = "read",
    [EVENT_VOTE] = "vote",     [EVENT_SOLVED] = "solved", [EVENT_CONTACT] = "contact",
    [EVENT_TICKET] = "ticket",
};
const char *const event_arm_names[EVENT_ARMS] = {
    [ARM_SUGGEST] = "suggest",
    [ARM_HOLDOUT] = "holdout",
};
const char *const event_place_names[EVENT_PLACES] = {
    [PLACE_FORM] = "form",
    [PLACE_SEARCH] = "search",
};
const char *const event_source_names[EVENT_SOURCES] = {
    [SOURCE_WIDGET] = "widget", [SOURCE_HELP] = "help",   [SOURCE_AGENT_LINK] = "agent_link",
    [SOURCE_REPLY] = "reply",   [SOURCE_OTHER] = "other",
};
const char *const event_part_names[EVENT_PARTS] = {
    [PART_ARTICLE] = "article",
    [PART_PASSAGE] = "passage",
};
const char *const event_value_names[EVENT_VALUES] = {
    [VALUE_NONE] = "",
    [VALUE_UP] = "up",
    [VALUE_DOWN] = "down",
};
const char *const event_confidence_names[EVENT_CONFIDENCES] = {
    [SURE_UNKNOWN] = "",
    [SURE_LOW] = "low",
    [SURE_MEDIUM] = "medium",
    [SURE_HIGH] = "high",
};
const char *const event_mark_names[EVENT_MARKS] = {"staff", "robot", "capped"};

const char *event_type_name(enum event_type type)
{
    return event_type_names[type];
}

const char *event_arm_name(enum event_arm arm)
{
    return event_arm_names[arm];
}

const char *event_place_name(enum event_place place)
{
    return event_place_names[place];
}

const char *event_source_name(enum event_source source)
{
    return event_source_names[source];
}

const char *event_part_name(enum event_part part)
{
    return event_part_names[part];
}

const char *event_value_name(enum event_value value)
{
    return event_value_names[value];
}

const char *event_confidence_name(enum event_confidence confidence)
{
    return event_confidence_names[confidence];
}

void event_done(struct event *event)
{
    char **const texts[] = {
        &event->id,       &event->session, &event->contact_hash, &event->article,
        &event->query_id, &event->lang,    &event->query,        &event->comment,
        &event->ticket,   &event->ref,     &event->subject,      &event->body,
    };
    for (size_t i = 0; i < ARRAY_LENGTH(texts); i++)
        *texts[i] = mem_free(*texts[i]);
    event->results = strv_free(event->results);
}

struct event *events_free(struct event *events, size_t count)
{
    for (size_t i = 0; events && i < count; i++)
        event_done(&events[i]);
    return mem_free(events);
}

bool event_id_valid(struct slice text)
{
    if (text.length == 0 || text.length > LIMIT_EVENT_ID)
        return false;
    for (size_t i = 0; i < text.length; i++) {
        char c = text.ptr[i];
        bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        if (!letter && !(c >= '0' && c <= '9') && c != '.' && c != '_' && c != ':' && c != '-')
            return false;
    }
    return true;
}

bool event_contact_hash_valid(struct slice text)
{
    if (text.length != 64)
        return false;
    for (size_t i = 0; i < text.length; i++) {
        char c = text.ptr[i];
        if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f'))
            return false;
    }
    return true;
}

enum status event_check_time(const struct event *event, int64_t now_ms, struct error *err)
{
    if (event->at_ms - now_ms > LIMIT_EVENT_AHEAD_MS)
        return error_set(err, STATUS_UNPROCESSABLE,
                         "field at lies more than 5 minutes in the future");
    if (now_ms - event->at_ms > LIMIT_EVENT_BEHIND_MS)
        return error_set(err, STATUS_UNPROCESSABLE, "field at lies more than 30 days in the past");
    return STATUS_OK;
}

enum status event_redact(struct event *event, struct error *err)
{
    const struct {
        char **text;
        size_t most; /* characters; a marker can be longer than what it replaces */
    } texts[] = {{&event->query, LIMIT_EVENT_TEXT},
                 {&event->comment, LIMIT_COMMENT},
                 {&event->subject, LIMIT_EVENT_SUBJECT},
                 {&event->body, LIMIT_EVENT_TEXT}};
    enum status status = STATUS_OK;
    for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
        if (!*texts[i].text)
            continue;
        /* A marker is at most six times as long as the shortest thing that it replaces. */
        size_t length = strlen(*texts[i].text), end = 0;
        _cleanup_buf_ struct buf out = BUF_INIT(8 * length + 16);
        redact_text((struct slice){*texts[i].text, length}, &out);
        for (size_t n = 0; n < texts[i].most && end < out.length; n++)
            (void)utf8_next((struct slice){out.data, out.length}, &end);
        if (!out.failed)
            buf_truncate(&out, end);
        *texts[i].text = mem_free(*texts[i].text);
        *texts[i].text = buf_take(&out);
        if (!*texts[i].text)
            status = error_memory(err);
    }
    return status;
}
