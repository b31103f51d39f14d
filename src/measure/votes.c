/* votes.c: votes by session and article. */
#include "measure/votes.h"

#include "base/str.h"
#include "measure/names.h"

struct vote {
    enum event_value value;
    int64_t at_ms, day;
    size_t article, lang; /* numbers in texts */
};

struct votes {
    struct names *keys, *texts; /* "SESSION\nARTICLE"; articles and languages */
    struct vote *list;          /* by number in keys */
    size_t capacity;
};

struct votes *votes_new(void)
{
    struct votes *votes = mem_zero(1, sizeof *votes);
    if (votes && (!(votes->keys = names_new()) || !(votes->texts = names_new())))
        return votes_free(votes);
    return votes;
}

struct votes *votes_free(struct votes *votes)
{
    if (!votes)
        return NULL;
    names_free(votes->keys);
    names_free(votes->texts);
    mem_free(votes->list);
    return mem_free(votes);
}

static bool add_vote(struct votes *votes, const struct episode *episode, const struct event *event)
{
    size_t number;
    struct vote vote = {
        .value = event->value, .at_ms = event->at_ms, .day = figure_day(episode->first_ms)};
    const size_t known = names_count(votes->keys);
    _cleanup_free_ char *key =
        mem_printf("%s\n%s", event->session ? event->session : "", event->article);
    if (!key || mem_grow(&votes->list, &votes->capacity, known, sizeof *votes->list) < 0 ||
        !names_add(votes->texts, slice_of(event->article), &vote.article) ||
        !names_add(votes->texts, slice_of(episode->lang ? episode->lang : ""), &vote.lang) ||
        !names_add(votes->keys, slice_of(key), &number))
        return false;
    if (number == known || vote.at_ms >= votes->list[number].at_ms)
        votes->list[number] = vote;
    return true;
}

bool votes_add(struct votes *votes, const struct episode *episode)
{
    if (!episode->counted || episode->open)
        return true;
    for (size_t i = 0; i < episode->count; i++) {
        const struct event *event = episode->events[i];
        if (event->type == EVENT_VOTE && event->article && !add_vote(votes, episode, event))
            return false;
    }
    return true;
}

bool votes_each(const struct votes *votes, figure_fn *each, void *arg)
{
    for (size_t i = 0; i < names_count(votes->keys); i++) {
        const struct vote *vote = &votes->list[i];
        struct figure figure = {.kind = FIGURE_ARTICLE,
                                .day = vote->day,
                                .lang = names_text(votes->texts, vote->lang),
                                .article = names_text(votes->texts, vote->article)};
        figure.counts[FIGURE_UP] = vote->value == VALUE_UP;
        figure.counts[FIGURE_DOWN] = vote->value == VALUE_DOWN;
        if (!each(arg, &figure))
            return false;
    }
    return true;
}
