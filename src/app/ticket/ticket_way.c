/* ticket_way.c: from events to steps that a person can read. */
#include "app/ticket/ticket_way.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/str.h"

enum { STEPS_SHOWN = 60 };

struct walk {
    const struct ticket *ticket;
    int64_t window_ms, last_ms;
    json_t *steps;
    bool ended, failed;
};

static void put(json_t *step, const char *field, const char *text)
{
    if (text)
        (void)json_object_set_new(step, field, json_string(text));
}

static json_t *make_step(const struct event *event)
{
    char at[CLOCK_TEXT_SIZE];
    json_t *step = json_object();
    clock_format(event->at_ms, at);
    put(step, "at", at);
    put(step, "type", event_type_name(event->type));
    put(step, "article", event->article);
    put(step, "query", event->query);
    put(step, "comment", event->comment);
    if (event->type == EVENT_VOTE)
        put(step, "value", event_value_name(event->value));
    if (event->type == EVENT_VIEW)
        put(step, "part", event_part_name(event->part));
    if (event->type == EVENT_READ)
        (void)json_object_set_new(step, "ms", json_integer(event->ms));
    if (event->type == EVENT_SEARCH) {
        json_t *results = json_array();
        for (char *const *id = event->results; id && *id; id++)
            (void)json_array_append_new(results, json_string(*id));
        (void)json_object_set_new(step, "results", results);
    }
    return step;
}

/* The step of this article that a read belongs to; NULL: there is none. */
static json_t *opened_before(const struct walk *walk, const char *article)
{
    for (size_t i = json_array_size(walk->steps); i > 0; i--) {
        json_t *step = json_array_get(walk->steps, i - 1);
        const char *type = json_string_value(json_object_get(step, "type"));
        if (str_equal(json_string_value(json_object_get(step, "article")), article) &&
            (str_equal(type, "view") || str_equal(type, "read")))
            return step;
    }
    return NULL;
}

/* A read turns the view before it into a read; further ones add to it. */
static bool merge_read(struct walk *walk, const struct event *event)
{
    json_t *step = event->type == EVENT_READ ? opened_before(walk, event->article) : NULL;
    if (!step)
        return false;
    (void)json_object_set_new(step, "type", json_string("read"));
    (void)json_object_set_new(
        step, "ms", json_integer(json_integer_value(json_object_get(step, "ms")) + event->ms));
    return true;
}

static bool take_event(void *arg, const struct event *event)
{
    struct walk *walk = arg;
    bool own = event->type == EVENT_TICKET;
    if (event->at_ms > walk->ticket->created_ms + MS_PER_MINUTE || (own && event->withdrawn))
        return event->at_ms <= walk->ticket->created_ms + MS_PER_MINUTE;
    if (walk->ended || (walk->last_ms >= 0 && event->at_ms - walk->last_ms >= walk->window_ms))
        (void)json_array_clear(walk->steps); /* what went before was another visit */
    walk->ended = own;
    walk->last_ms = event->at_ms;
    if (merge_read(walk, event))
        return true;
    if (json_array_size(walk->steps) >= STEPS_SHOWN)
        (void)json_array_remove(walk->steps, 0);
    if (json_array_append_new(walk->steps, make_step(event)))
        walk->failed = true;
    return !walk->failed;
}

static json_t *read_articles(const json_t *steps)
{
    json_t *read = json_array(), *step;
    size_t i;
    json_array_foreach(steps, i, step)
    {
        const char *type = json_string_value(json_object_get(step, "type"));
        const char *part = json_string_value(json_object_get(step, "part"));
        if (str_equal(type, "read") || (str_equal(type, "view") && !str_equal(part, "passage")))
            (void)json_array_append_new(
                read, json_pack("{s:O, s:I}", "article", json_object_get(step, "article"), "ms",
                                json_integer_value(json_object_get(step, "ms"))));
    }
    return read;
}

enum status ticket_way(struct service *service, const struct ticket *ticket, json_t **ret,
                       json_t **ret_read, struct error *err)
{
    struct store *store = service_store(service);
    struct walk walk = {.ticket = ticket,
                        .window_ms = service_config(service)->window_ms,
                        .last_ms = -1,
                        .steps = json_array()};
    enum status status = STATUS_OK;
    if (!walk.steps)
        return error_memory(err);
    if (ticket->contact_hash)
        status = store_each_contact_event(store, ticket->contact_hash, take_event, &walk, err);
    if (!status && ticket->session && json_array_size(walk.steps) == 0)
        status = store_each_session_event(store, ticket->session, take_event, &walk, err);
    if (!status && (walk.failed || !(*ret_read = read_articles(walk.steps))))
        status = error_memory(err);
    if (status)
        json_decref(walk.steps);
    else
        *ret = walk.steps;
    return status;
}
