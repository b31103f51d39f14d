/* returning.c: each contact's latest episodes wait for a ticket that may still come. */
#include "measure/returning.h"

#include "base/clock.h"
#include "base/str.h"
#include "measure/names.h"

const int returning_days[RETURNING_SPANS] = {1, 3, 7};

/* A counted episode that ended well, of a contact who may write yet. */
struct waiting {
    size_t earlier; /* the same contact's one before, NONE: none */
    int64_t last_ms;
    bool spans[RETURNING_SPANS]; /* which of them have passed by now, and saw no ticket so far */
};
#define NONE SIZE_MAX

struct returning {
    struct returning_options options;
    struct names *contacts;
    size_t *latest; /* by contact: its latest in waiting */
    size_t latest_capacity;
    struct waiting *waiting;
    size_t count, capacity;
    struct tally rates[RETURNING_SPANS];
};

struct returning *returning_new(const struct returning_options *options)
{
    _cleanup_(returning_freep) struct returning *returning = mem_zero(1, sizeof *returning);
    if (!returning || !(returning->contacts = names_new()))
        return NULL;
    returning->options = *options;
    return steal_pointer(&returning);
}

struct returning *returning_free(struct returning *returning)
{
    if (!returning)
        return NULL;
    names_free(returning->contacts);
    mem_free(returning->latest);
    mem_free(returning->waiting);
    return mem_free(returning);
}

/* The ticket at AT_MS undoes what waited for it. */
static void undo(struct returning *returning, size_t contact, int64_t at_ms)
{
    const int64_t longest_ms = returning_days[RETURNING_SPANS - 1] * MS_PER_DAY;
    for (size_t i = returning->latest[contact]; i != NONE; i = returning->waiting[i].earlier) {
        struct waiting *waiting = &returning->waiting[i];
        if (at_ms - waiting->last_ms > longest_ms)
            return;
        for (size_t span = 0; span < RETURNING_SPANS; span++) {
            if (!waiting->spans[span] ||
                at_ms - waiting->last_ms > returning_days[span] * MS_PER_DAY)
                continue;
            waiting->spans[span] = false;
            returning->rates[span].hits--;
        }
    }
}

static bool wait_for(struct returning *returning, size_t contact, const struct episode *episode,
                     bool well)
{
    struct waiting waiting = {.earlier = returning->latest[contact], .last_ms = episode->last_ms};
    for (size_t span = 0; span < RETURNING_SPANS; span++) {
        if (returning->options.now_ms - episode->last_ms < returning_days[span] * MS_PER_DAY)
            continue;
        returning->rates[span].n++;
        returning->rates[span].hits += well;
        waiting.spans[span] = well;
    }
    if (!well)
        return true;
    if (mem_grow(&returning->waiting, &returning->capacity, returning->count, sizeof waiting) < 0)
        return false;
    returning->latest[contact] = returning->count;
    returning->waiting[returning->count++] = waiting;
    return true;
}

bool returning_add(void *arg, const struct episode *episode)
{
    struct returning *returning = arg;
    const struct returning_options *options = &returning->options;
    size_t contact;
    const size_t known = names_count(returning->contacts);
    if (!episode->contact)
        return true;
    if (mem_grow(&returning->latest, &returning->latest_capacity, known,
                 sizeof *returning->latest) < 0 ||
        !names_add(returning->contacts, slice_of(episode->contact), &contact))
        return false;
    if (contact == known)
        returning->latest[contact] = NONE;
    /* Also a ticket by e-mail alone, and one after the period. */
    if (episode->outcome == EPISODE_TICKET)
        undo(returning, contact, episode->last_ms);
    if (!episode->counted || episode->open || episode->first_ms < options->from_ms ||
        episode->first_ms >= options->to_ms || !episodes_lang_fits(episode->lang, options->lang))
        return true;
    return wait_for(returning, contact, episode,
                    episode->outcome == EPISODE_SOLVED || episode->outcome == EPISODE_READ);
}

struct estimate returning_rate(const struct returning *returning, size_t index)
{
    return stats_wilson(returning->rates[index]);
}

int64_t returning_count(const struct returning *returning, size_t index)
{
    return returning->rates[index].n;
}
