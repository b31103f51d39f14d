/* searches.c: walks the events after a search. */
#include "measure/searches.h"

#include "base/str.h"

static bool same_session(const struct event *a, const struct event *b)
{
    return str_equal(a->session, b->session);
}

bool search_counts(const struct episode *episode, size_t index)
{
    const struct event *search = episode->events[index];
    if (search->type != EVENT_SEARCH || str_empty(search->query))
        return false;
    if (search->place == PLACE_SEARCH)
        return true;
    for (size_t i = index + 1; i < episode->count; i++) {
        const struct event *event = episode->events[i];
        if (!same_session(event, search))
            continue;
        if (event->type == EVENT_CONTACT)
            return true;
        if (event->type == EVENT_SEARCH && event->place == PLACE_FORM)
            return false;
    }
    return true;
}

bool search_held_out(const struct event *search)
{
    return search->arm == ARM_HOLDOUT && search->place == PLACE_FORM;
}

bool search_empty(const struct event *search)
{
    return !search_held_out(search) && strv_length(search->results) == 0;
}

const struct event *search_view(const struct episode *episode, size_t index)
{
    const struct event *search = episode->events[index];
    bool next_search = false;
    for (size_t i = index + 1; i < episode->count; i++) {
        const struct event *event = episode->events[i];
        if (!same_session(event, search))
            continue;
        next_search = next_search || event->type == EVENT_SEARCH;
        if (event->type != EVENT_VIEW)
            continue;
        if (event->query_id && search->query_id) {
            if (str_equal(event->query_id, search->query_id))
                return event;
        } else if (!next_search && event->article &&
                   strv_contains(search->results, event->article)) {
            return event;
        }
    }
    return NULL;
}
