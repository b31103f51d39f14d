/* returning.c: each contact's episodes wait for a ticket that may still come. */
#include "measure/returning.h"

#include "base/clock.h"
#include "measure/names.h"

#define NONE SIZE_MAX

const int returning_days[RETURNING_SPANS] = {1, 3, 7};

/* A counted, closed episode of a contact. */
struct followed {
    size_t earlier; /* the same contact's one before; NONE: none */
    size_t lang;    /* number in langs */
    int64_t day, last_ms;
    bool well[RETURNING_SPANS]; /* no ticket within these days, so far */
};

struct returning {
    int64_t now_ms;
    struct names *contacts, *langs;
    size_t *latest; /* by contact */
    size_t latest_capacity;
    struct followed *list;
    size_t count, capacity;
};

struct returning *returning_new(int64_t now_ms)
{
    struct returning *returning = mem_zero(1, sizeof *returning);
    if (returning && (!(returning->contacts = names_new()) || !(returning->langs = names_new())))
        return returning_free(returning);
    if (returning)
        returning->now_ms = now_ms;
    return returning;
}

struct returning *returning_free(struct returning *returning)
{
    if (!returning)
        return NULL;
    names_free(returning->contacts);
    names_free(returning->langs);
    mem_free(returning->latest);
    mem_free(returning->list);
    return mem_free(returning);
}

/* A ticket at AT_MS undoes what seemed well. */
static void undo(struct returning *returning, size_t contact, int64_t at_ms)
{
    for (size_t i = returning->latest[contact]; i != NONE; i = returning->list[i].earlier) {
        struct followed *followed = &returning->list[i];
        if (at_ms - followed->last_ms > returning_days[RETURNING_SPANS - 1] * MS_PER_DAY)
            return;
        for (size_t span = 0; span < RETURNING_SPANS; span++) {
            if (at_ms - followed->last_ms <= returning_days[span] * MS_PER_DAY)
                followed->well[span] = false;
        }
    }
}

static bool follow(struct returning *returning, size_t contact, const struct episode *episode)
{
    const bool well = episode->outcome == EPISODE_SOLVED || episode->outcome == EPISODE_READ;
    struct followed followed = {.earlier = returning->latest[contact],
                                .day = figure_day(episode->first_ms),
                                .last_ms = episode->last_ms,
                                .well = {well, well, well}};
    if (mem_grow(&returning->list, &returning->capacity, returning->count, sizeof followed) < 0 ||
        !names_add(returning->langs, slice_of(episode->lang ? episode->lang : ""), &followed.lang))
        return false;
    returning->latest[contact] = returning->count;
    returning->list[returning->count++] = followed;
    return true;
}

bool returning_add(struct returning *returning, const struct episode *episode)
{
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
    /* Also a ticket by e-mail alone. */
    if (episode->outcome == EPISODE_TICKET)
        undo(returning, contact, episode->last_ms);
    return !episode->counted || episode->open || follow(returning, contact, episode);
}

bool returning_each(const struct returning *returning, figure_fn *each, void *arg)
{
    for (size_t i = 0; i < returning->count; i++) {
        const struct followed *followed = &returning->list[i];
        struct figure figure = {.kind = FIGURE_RETURNING,
                                .day = followed->day,
                                .lang = names_text(returning->langs, followed->lang),
                                .article = ""};
        for (size_t span = 0; span < RETURNING_SPANS; span++) {
            const bool passed =
                returning->now_ms - followed->last_ms >= returning_days[span] * MS_PER_DAY;
            figure.counts[span] = passed;
            figure.counts[RETURNING_SPANS + span] = passed && followed->well[span];
        }
        if (figure.counts[0] && !each(arg, &figure))
            return false;
    }
    return true;
}
