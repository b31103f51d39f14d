/* deflection.c: counts by day and by stretch of equal hold-out share. */
#include "measure/deflection.h"

#include "base/clock.h"
#include "base/mem.h"

#include <math.h>

bool deflection_init(struct deflection *d, int64_t from_ms, int64_t to_ms, const char *lang)
{
    const size_t days = to_ms > from_ms ? (size_t)((to_ms - from_ms) / MS_PER_DAY) : 0;
    *d = (struct deflection){.from_ms = from_ms, .to_ms = to_ms, .lang = lang, .day_count = days};
    d->days = mem_zero(days, sizeof *d->days);
    return d->days != NULL;
}

void deflection_done(struct deflection *d)
{
    d->days = mem_free(d->days);
    d->stretches = mem_free(d->stretches);
}

static void count(struct deflection_counts *counts, const struct figure *figure)
{
    if (figure->outcome == FIGURE_OPEN)
        counts->open += figure->counts[0];
    else
        counts->outcomes[figure->outcome] += figure->counts[0];
}

/* The stretch with this share; NULL when memory is short. */
static struct stratum *stretch_of(struct deflection *d, double share)
{
    for (size_t i = 0; i < d->stretch_count; i++) {
        if (fabs(d->stretches[i].condition - share) < 1e-9)
            return &d->stretches[i];
    }
    if (mem_grow(&d->stretches, &d->stretch_capacity, d->stretch_count, sizeof *d->stretches) < 0)
        return NULL;
    struct stratum *stretch = &d->stretches[d->stretch_count++];
    *stretch = (struct stratum){.condition = share};
    return stretch;
}

static bool count_arm(struct deflection *d, const struct figure *figure)
{
    struct stratum *stretch = stretch_of(d, figure->share);
    if (!stretch)
        return false;
    struct tally *arm = figure->arm == ARM_HOLDOUT ? &stretch->a : &stretch->b;
    arm->n += figure->counts[0];
    arm->hits += figure->outcome == EPISODE_TICKET ? figure->counts[0] : 0;
    return true;
}

static bool count_episodes(struct deflection *d, const struct figure *figure)
{
    if (!figure->counted) {
        count(&d->searches, figure);
        return true;
    }
    count(&d->days[figure->day - d->from_ms / MS_PER_DAY], figure);
    count(&d->totals, figure);
    if (figure->outcome == FIGURE_OPEN)
        return true;
    d->identified += figure->identified ? figure->counts[0] : 0;
    return figure->share <= 0 || count_arm(d, figure);
}

bool deflection_add(void *arg, const struct figure *figure)
{
    struct deflection *d = arg;
    /* A session that is left out has no language: it is told of in every one. */
    const char *lang = figure->kind == FIGURE_LEFT_OUT ? NULL : d->lang;
    if (!figure_fits(figure, d->from_ms, d->to_ms, lang))
        return true;
    if (figure->kind == FIGURE_EPISODES)
        return count_episodes(d, figure);
    if (figure->kind == FIGURE_LEFT_OUT) {
        d->left_out.staff += figure->counts[0];
        d->left_out.robots += figure->counts[1];
        d->left_out.capped += figure->counts[2];
    }
    for (size_t i = 0; figure->kind == FIGURE_RETURNING && i < RETURNING_SPANS; i++) {
        d->returning[i].n += figure->counts[i];
        d->returning[i].hits += figure->counts[RETURNING_SPANS + i];
    }
    return true;
}

int64_t deflection_closed(const struct deflection_counts *counts)
{
    int64_t closed = 0;
    for (size_t i = 0; i < EPISODE_OUTCOMES; i++)
        closed += counts->outcomes[i];
    return closed;
}

struct estimate deflection_confirmed(const struct deflection_counts *counts)
{
    return stats_wilson(
        (struct tally){counts->outcomes[EPISODE_SOLVED], deflection_closed(counts)});
}

struct estimate deflection_potential(const struct deflection_counts *counts)
{
    const int64_t hits = counts->outcomes[EPISODE_SOLVED] + counts->outcomes[EPISODE_READ];
    return stats_wilson((struct tally){hits, deflection_closed(counts)});
}

static struct estimate scale(struct estimate e, double factor)
{
    return (struct estimate){e.known, e.value * factor, e.low * factor, e.high * factor};
}

static void add_tally(struct tally *sum, struct tally part)
{
    sum->hits += part.hits;
    sum->n += part.n;
}

struct deflection_lift deflection_lift(const struct deflection *d, double share, double min_lift)
{
    struct deflection_lift result = {0};
    for (size_t i = 0; i < d->stretch_count; i++) {
        add_tally(&result.holdout, d->stretches[i].a);
        add_tally(&result.suggest, d->stretches[i].b);
    }
    result.lift = stats_stratified_difference(d->stretches, d->stretch_count);
    result.tickets_avoided = scale(result.lift, (double)result.suggest.n);
    result.power = stats_power(result.holdout, result.suggest, share, min_lift);
    return result;
}
