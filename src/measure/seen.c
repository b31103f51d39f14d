/* seen.c: one pass over an episode's events. */
#include "measure/seen.h"

#include "base/str.h"

/* NULL when memory is short. Valid until the next call. */
static struct seen_article *find(struct seen *seen, const char *article)
{
    for (size_t i = 0; i < seen->count; i++) {
        if (str_equal(seen->articles[i].article, article))
            return &seen->articles[i];
    }
    if (mem_grow(&seen->articles, &seen->capacity, seen->count, sizeof *seen->articles) < 0)
        return NULL;
    seen->articles[seen->count] = (struct seen_article){.article = article};
    return &seen->articles[seen->count++];
}

static bool add_shown(struct seen *seen, const struct event *search)
{
    if (search->place != PLACE_FORM || search->arm == ARM_HOLDOUT)
        return true;
    for (size_t i = 0; search->results && search->results[i]; i++) {
        struct seen_article *article = find(seen, search->results[i]);
        if (!article)
            return false;
        article->shown = true;
    }
    return true;
}

static bool add_event(struct seen *seen, const struct event *event)
{
    if (event->type == EVENT_SEARCH)
        return add_shown(seen, event);
    if (!event->article ||
        (event->type != EVENT_VIEW && event->type != EVENT_READ && event->type != EVENT_SOLVED))
        return true;
    struct seen_article *article = find(seen, event->article);
    if (!article)
        return false;
    if (event->type == EVENT_SOLVED)
        article->solved = true;
    if (event->type == EVENT_READ) {
        article->read = true;
        article->read_ms += event->ms;
    }
    if (event->type == EVENT_VIEW && event->part == PART_ARTICLE) {
        for (size_t i = 0; i < seen->count; i++)
            seen->articles[i].last = false;
        article->viewed = article->last = true;
    }
    return true;
}

bool seen_episode(struct seen *seen, const struct episode *episode)
{
    seen->count = 0;
    for (size_t i = 0; i < episode->count; i++) {
        if (!add_event(seen, episode->events[i]))
            return false;
    }
    return true;
}

void seen_done(struct seen *seen)
{
    seen->articles = mem_free(seen->articles);
    seen->count = seen->capacity = 0;
}
