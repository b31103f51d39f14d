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

static void count(struct deflection_counts *counts, const struct episode *episode)
{
    if (episode->open)
        counts->open++;
    else
        counts->outcomes[episode->outcome]++;
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

static bool count_arm(struct deflection *d, const struct episode *episode)
{
    struct stratum *stretch = stretch_of(d, episode->holdout);
    if (!stretch)
        return false;
    struct tally *arm = episode->arm == ARM_HOLDOUT ? &stretch->a : &stretch->b;
    arm->n++;
    arm->hits += episode->outcome == EPISODE_TICKET;
    return true;
}

bool deflection_add(void *arg, const struct episode *episode)
{
    struct deflection *d = arg;
    if (episode->first_ms < d->from_ms || episode->first_ms >= d->to_ms ||
        !episodes_lang_fits(episode->lang, d->lang))
        return true;
    if (!episode->counted) {
        if (episode->searched)
            count(&d->searches, episode);
        return true;
    }
    count(&d->days[(episode->first_ms - d->from_ms) / MS_PER_DAY], episode);
    count(&d->totals, episode);
    if (episode->open)
        return true;
    d->identified += episode->identified;
    return episode->holdout <= 0 || count_arm(d, episode);
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
