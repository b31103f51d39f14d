/* event_json.c: an event as JSON, in and out: the one place that knows the fields and their ranges.
 */
#include "store/event.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/str.h"
#include "store/event_names.h"

#include <math.h>

enum need { OPTIONAL, REQUIRED };

static enum status missing(const char *key, struct error *err)
{
    return error_set(err, STATUS_UNPROCESSABLE, "field %s is missing", key);
}

static const json_t *field(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    return json_is_null(value) ? NULL : value;
}

/* How many bytes the first MAX characters of TEXT take. */
static size_t characters(struct slice text, size_t max)
{
    size_t position = 0;
    while (max-- > 0 && position < text.length)
        (void)utf8_next(text, &position);
    return position;
}

/* A free text, cut at MAX characters. */
static enum status read_text(const json_t *object, const char *key, enum need need, size_t max,
                             char **ret, struct error *err)
{
    struct slice text;
    enum status status = json_read_string(object, key, &text, err);
    if (status)
        return status;
    if (!text.ptr)
        return need == REQUIRED ? missing(key, err) : STATUS_OK;
    *ret = mem_strndup(text.ptr, characters(text, max));
    return *ret ? STATUS_OK : error_memory(err);
}

/* A short name of somebody else's (an article, a ticket): 1 to LIMIT_ID bytes, no control
 * characters. */
static enum status copy_name(struct slice text, const char *key, char **ret, struct error *err)
{
    bool fits = text.length > 0 && text.length <= LIMIT_ID;
    for (size_t i = 0; fits && i < text.length; i++)
        fits = (unsigned char)text.ptr[i] >= 0x20 && text.ptr[i] != 0x7F;
    if (!fits)
        return error_set(err, STATUS_UNPROCESSABLE,
                         "field %s must be 1 to %d bytes without control characters", key,
                         LIMIT_ID);
    *ret = mem_strndup(text.ptr, text.length);
    return *ret ? STATUS_OK : error_memory(err);
}

static enum status read_name(const json_t *object, const char *key, enum need need, char **ret,
                             struct error *err)
{
    struct slice text;
    enum status status = json_read_string(object, key, &text, err);
    if (status)
        return status;
    if (!text.ptr)
        return need == REQUIRED ? missing(key, err) : STATUS_OK;
    return copy_name(text, key, ret, err);
}

/* An id of our own kind: of a session, an event, a query. */
static enum status read_id(const json_t *object, const char *key, char **ret, struct error *err)
{
    struct slice text;
    enum status status = json_read_string(object, key, &text, err);
    if (status || !text.ptr)
        return status;
    if (!event_id_valid(text))
        return error_set(err, STATUS_UNPROCESSABLE, "field %s must be 1 to %d of A-Za-z0-9._:-",
                         key, LIMIT_EVENT_ID);
    *ret = mem_strndup(text.ptr, text.length);
    return *ret ? STATUS_OK : error_memory(err);
}

/* One of NAMES; *RET keeps its value where the field is missing and optional. */
static enum status read_choice(const json_t *object, const char *key, enum need need,
                               const char *const *names, int count, int *ret, struct error *err)
{
    _cleanup_buf_ struct buf list = BUF_INIT(200);
    struct slice text;
    enum status status = json_read_string(object, key, &text, err);
    if (status)
        return status;
    if (!text.ptr)
        return need == REQUIRED ? missing(key, err) : STATUS_OK;
    for (int i = 0; i < count; i++) {
        if (*names[i] && slice_equal(text, slice_of(names[i]))) {
            *ret = i;
            return STATUS_OK;
        }
        if (*names[i])
            buf_printf(&list, "%s%s", list.length ? ", " : "", names[i]);
    }
    return error_set(err, STATUS_UNPROCESSABLE, "field %s must be one of %s", key, buf_str(&list));
}

/* A number between LOW and HIGH; *RET keeps its value where the field is missing and optional. */
static enum status read_number(const json_t *object, const char *key, enum need need, double low,
                               double high, double *ret, struct error *err)
{
    const json_t *value = field(object, key);
    double number = json_number_value(value);
    if (!value)
        return need == REQUIRED ? missing(key, err) : STATUS_OK;
    if (!json_is_number(value) || !(number >= low && number <= high))
        return error_set(err, STATUS_UNPROCESSABLE, "field %s must be %.10g to %.10g", key, low,
                         high);
    *ret = number;
    return STATUS_OK;
}

static enum status read_flag(const json_t *object, const char *key, bool *ret, struct error *err)
{
    const json_t *value = field(object, key);
    if (value && !json_is_boolean(value))
        return error_set(err, STATUS_UNPROCESSABLE, "field %s must be true or false", key);
    *ret = json_is_true(value);
    return STATUS_OK;
}

/* A language tag: BCP 47 in outline, 2 to 35 letters, digits and hyphens. */
static enum status read_lang(const json_t *object, char **ret, struct error *err)
{
    struct slice text;
    enum status status = json_read_string(object, "lang", &text, err);
    if (status || !text.ptr)
        return status;
    bool fits = text.length >= 2 && text.length <= 35;
    for (size_t i = 0; fits && i < text.length; i++) {
        char c = text.ptr[i];
        fits =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
    }
    if (!fits)
        return error_set(err, STATUS_UNPROCESSABLE, "field lang must be a language tag");
    *ret = mem_strndup(text.ptr, text.length);
    return *ret ? STATUS_OK : error_memory(err);
}

static enum status read_results(const json_t *object, char ***ret, struct error *err)
{
    const json_t *list = field(object, "results"), *item;
    size_t i;
    if (!list)
        return missing("results", err);
    if (!json_is_array(list) || json_array_size(list) > LIMIT_EVENT_RESULTS)
        return error_set(err, STATUS_UNPROCESSABLE,
                         "field results must be a list of at most %d article ids",
                         LIMIT_EVENT_RESULTS);
    json_array_foreach(list, i, item)
    {
        _cleanup_free_ char *name = NULL;
        struct slice text = {json_string_value(item), json_string_length(item)};
        enum status status = copy_name(text, "results", &name, err);
        if (status)
            return status;
        if (!strv_append(ret, slice_of(name)))
            return error_memory(err);
    }
    return STATUS_OK;
}

static enum status read_search(const json_t *object, struct event *event, struct error *err)
{
    int place = PLACE_FORM;
    enum status status = read_text(object, "query", REQUIRED, LIMIT_EVENT_TEXT, &event->query, err);
    if (!status)
        status = read_results(object, &event->results, err);
    if (!status)
        status = read_id(object, "query_id", &event->query_id, err);
    if (!status)
        status =
            read_choice(object, "place", OPTIONAL, event_place_names, EVENT_PLACES, &place, err);
    if (!status)
        status = read_lang(object, &event->lang, err);
    event->place = (enum event_place)place;
    return status;
}

static enum status read_rank(const json_t *object, int *ret, struct error *err)
{
    const json_t *value = field(object, "rank");
    json_int_t rank = json_integer_value(value);
    if (!value)
        return STATUS_OK;
    if (!json_is_integer(value) || rank < 1 || rank > LIMIT_EVENT_RANK)
        return error_set(err, STATUS_UNPROCESSABLE, "field rank must be a whole number, 1 to %d",
                         LIMIT_EVENT_RANK);
    *ret = (int)rank;
    return STATUS_OK;
}

static enum status read_view(const json_t *object, struct event *event, struct error *err)
{
    int source = SOURCE_OTHER, part = PART_ARTICLE;
    enum status status = read_name(object, "article", REQUIRED, &event->article, err);
    if (!status)
        status = read_id(object, "query_id", &event->query_id, err);
    if (!status)
        status = read_rank(object, &event->rank, err);
    if (!status)
        status = read_choice(object, "source", REQUIRED, event_source_names, EVENT_SOURCES, &source,
                             err);
    if (!status)
        status = read_choice(object, "part", OPTIONAL, event_part_names, EVENT_PARTS, &part, err);
    event->source = (enum event_source)source;
    event->part = (enum event_part)part;
    return status;
}

static enum status read_read(const json_t *object, struct event *event, struct error *err)
{
    double ms = 0;
    enum status status = read_name(object, "article", REQUIRED, &event->article, err);
    if (!status)
        status = read_number(object, "ms", REQUIRED, 0, (double)LIMIT_READ_MS, &ms, err);
    if (!status)
        status = read_number(object, "scroll", OPTIONAL, 0, 1, &event->scroll, err);
    event->ms = llround(ms);
    return status;
}

static enum status read_vote(const json_t *object, struct event *event, struct error *err)
{
    int value = VALUE_NONE;
    enum status status = read_name(object, "article", REQUIRED, &event->article, err);
    if (!status)
        status =
            read_choice(object, "value", REQUIRED, event_value_names, EVENT_VALUES, &value, err);
    if (!status)
        status = read_text(object, "comment", OPTIONAL, LIMIT_COMMENT, &event->comment, err);
    event->value = (enum event_value)value;
    return status;
}

static enum status read_ticket(const json_t *object, struct event *event, struct error *err)
{
    enum status status = read_name(object, "ticket", OPTIONAL, &event->ticket, err);
    if (!status)
        status = read_name(object, "ref", OPTIONAL, &event->ref, err);
    if (!status)
        status = read_text(object, "subject", OPTIONAL, LIMIT_EVENT_SUBJECT, &event->subject, err);
    if (!status)
        status = read_text(object, "body", OPTIONAL, LIMIT_EVENT_TEXT, &event->body, err);
    if (!status)
        status = read_flag(object, "withdrawn", &event->withdrawn, err);
    if (!status && event->withdrawn && !event->id)
        return error_set(err, STATUS_UNPROCESSABLE,
                         "field id is missing: it names the ticket that is withdrawn");
    return status;
}

static enum status read_fields(const json_t *object, struct event *event, struct error *err)
{
    switch (event->type) {
    case EVENT_SEARCH:
        return read_search(object, event, err);
    case EVENT_VIEW:
        return read_view(object, event, err);
    case EVENT_READ:
        return read_read(object, event, err);
    case EVENT_VOTE:
        return read_vote(object, event, err);
    case EVENT_SOLVED:
        return read_name(object, "article", OPTIONAL, &event->article, err);
    case EVENT_CONTACT:
        return STATUS_OK;
    case EVENT_TICKET:
        return read_ticket(object, event, err);
    }
    return error_set(err, STATUS_INTERNAL, "unknown type of event");
}

static enum status read_at(const json_t *object, int64_t *ret_ms, struct error *err)
{
    struct slice text;
    enum status status = json_read_string(object, "at", &text, err);
    *ret_ms = -1;
    if (status || !text.ptr)
        return status;
    if (!clock_parse(text, ret_ms) || *ret_ms < 0)
        return error_set(err, STATUS_UNPROCESSABLE,
                         "field at must be a time such as 2026-11-22T02:05:03.250Z");
    return STATUS_OK;
}

enum status event_from_json(const json_t *object, struct event *event, struct error *err)
{
    int type = 0;
    enum status status;
    event->at_ms = -1;
    event->scroll = -1;
    if (!json_is_object(object))
        return error_set(err, STATUS_UNPROCESSABLE, "an event must be an object");
    status = read_choice(object, "type", REQUIRED, event_type_names, EVENT_TYPES, &type, err);
    if (!status)
        status = read_id(object, "id", &event->id, err);
    if (!status)
        status = read_at(object, &event->at_ms, err);
    event->type = (enum event_type)type;
    return status ? status : read_fields(object, event, err);
}

static enum status read_marks(const json_t *object, unsigned *ret, struct error *err)
{
    const json_t *list = field(object, "marks"), *item;
    size_t i;
    if (list && !json_is_array(list))
        return error_set(err, STATUS_UNPROCESSABLE, "field marks must be a list");
    json_array_foreach(list, i, item)
    {
        unsigned bit = 0;
        while (bit < EVENT_MARKS && !str_equal(event_mark_names[bit], json_string_value(item)))
            bit++;
        if (bit == EVENT_MARKS)
            return error_set(err, STATUS_UNPROCESSABLE,
                             "field marks must hold staff, robot or capped");
        *ret |= 1U << bit;
    }
    return STATUS_OK;
}

static enum status read_contact_hash(const json_t *object, char **ret, struct error *err)
{
    struct slice text;
    enum status status = json_read_string(object, "contact_hash", &text, err);
    if (status || !text.ptr)
        return status;
    if (!event_contact_hash_valid(text))
        return error_set(err, STATUS_UNPROCESSABLE,
                         "field contact_hash must be 64 lower-case hexadecimal digits");
    *ret = mem_strndup(text.ptr, text.length);
    return *ret ? STATUS_OK : error_memory(err);
}

enum status event_from_export(const json_t *object, struct event *event, struct error *err)
{
    int arm = ARM_SUGGEST, confidence = SURE_UNKNOWN;
    enum status status = event_from_json(object, event, err);
    if (!status)
        status = read_id(object, "session", &event->session, err);
    if (!status)
        status = read_choice(object, "arm", OPTIONAL, event_arm_names, EVENT_ARMS, &arm, err);
    if (!status)
        status = read_number(object, "holdout", OPTIONAL, 0, 0.5, &event->holdout, err);
    if (!status)
        status = read_marks(object, &event->marks, err);
    if (!status && event->type == EVENT_SEARCH)
        status = read_choice(object, "confidence", OPTIONAL, event_confidence_names,
                             EVENT_CONFIDENCES, &confidence, err);
    if (!status)
        status = read_contact_hash(object, &event->contact_hash, err);
    event->arm = (enum event_arm)arm;
    event->confidence = (enum event_confidence)confidence;
    return status;
}

/* Sets KEY to VALUE (taken over); *OK becomes false where memory is short. */
static void put(json_t *object, const char *key, json_t *value, bool *ok)
{
    if (json_object_set_new(object, key, value) < 0)
        *ok = false;
}

static void put_text(json_t *object, const char *key, const char *text, bool *ok)
{
    if (text)
        put(object, key, json_string(text), ok);
}

json_t *event_marks_to_json(unsigned marks)
{
    _cleanup_json_ json_t *list = json_array();
    for (unsigned bit = 0; list && bit < EVENT_MARKS; bit++)
        if (marks & 1U << bit && json_array_append_new(list, json_string(event_mark_names[bit])))
            return NULL;
    return steal_pointer(&list);
}

static json_t *results_to_json(char *const *results)
{
    _cleanup_json_ json_t *list = json_array();
    for (size_t i = 0; list && results && results[i]; i++)
        if (json_array_append_new(list, json_string(results[i])))
            return NULL;
    return steal_pointer(&list);
}

static void put_envelope(json_t *object, const struct event *event, bool *ok)
{
    char at[CLOCK_TEXT_SIZE];
    put_text(object, "id", event->id, ok);
    if (event->at_ms >= 0) {
        clock_format(event->at_ms, at);
        put_text(object, "at", at, ok);
    }
    put_text(object, "session", event->session, ok);
    put_text(object, "contact_hash", event->contact_hash, ok);
    put_text(object, "arm", event_arm_name(event->arm), ok);
    if (event->holdout > 0)
        put(object, "holdout", json_real(event->holdout), ok);
    if (event->marks)
        put(object, "marks", event_marks_to_json(event->marks), ok);
    put_text(object, "type", event_type_name(event->type), ok);
}

static void put_search(json_t *object, const struct event *event, bool *ok)
{
    put_text(object, "query", event->query ? event->query : "", ok);
    put(object, "results", results_to_json(event->results), ok);
    if (event->confidence)
        put_text(object, "confidence", event_confidence_name(event->confidence), ok);
    put_text(object, "query_id", event->query_id, ok);
    put_text(object, "place", event_place_name(event->place), ok);
    put_text(object, "lang", event->lang, ok);
}

static void put_view(json_t *object, const struct event *event, bool *ok)
{
    put_text(object, "query_id", event->query_id, ok);
    if (event->rank)
        put(object, "rank", json_integer(event->rank), ok);
    put_text(object, "source", event_source_name(event->source), ok);
    put_text(object, "part", event_part_name(event->part), ok);
}

static void put_read(json_t *object, const struct event *event, bool *ok)
{
    put(object, "ms", json_integer(event->ms), ok);
    if (event->scroll >= 0)
        put(object, "scroll", json_real(event->scroll), ok);
}

static void put_ticket(json_t *object, const struct event *event, bool *ok)
{
    put_text(object, "ticket", event->ticket, ok);
    put_text(object, "ref", event->ref, ok);
    put_text(object, "subject", event->subject, ok);
    put_text(object, "body", event->body, ok);
    if (event->withdrawn)
        put(object, "withdrawn", json_true(), ok);
}

json_t *event_to_json(const struct event *event)
{
    _cleanup_json_ json_t *object = json_object();
    bool ok = object != NULL;
    put_envelope(object, event, &ok);
    put_text(object, "article", event->article, &ok);
    switch (event->type) {
    case EVENT_SEARCH:
        put_search(object, event, &ok);
        break;
    case EVENT_VIEW:
        put_view(object, event, &ok);
        break;
    case EVENT_READ:
        put_read(object, event, &ok);
        break;
    case EVENT_VOTE:
        put_text(object, "value", event_value_name(event->value), &ok);
        put_text(object, "comment", event->comment, &ok);
        break;
    case EVENT_TICKET:
        put_ticket(object, event, &ok);
        break;
    case EVENT_SOLVED:
    case EVENT_CONTACT:
        break;
    }
    return ok ? steal_pointer(&object) : NULL;
}
