/* deflection.h: how many episodes ended without a ticket, and what a hold-out says of the cause.
 *
 * Fed with episodes (episodes.h); the public contract defines each figure. Only episodes that
 * count, began in the period and fit the language are in the days; those with help-centre searches
 * alone are kept apart. */
#ifndef DEFLECT_MEASURE_DEFLECTION_H
#define DEFLECT_MEASURE_DEFLECTION_H

#include "measure/figure.h"
#include "measure/returning.h"
#include "measure/stats.h"

struct deflection_counts {
    int64_t outcomes[EPISODE_OUTCOMES]; /* of closed episodes */
    int64_t open;
};

struct deflection {
    int64_t from_ms, to_ms; /* whole UTC days, TO exclusive */
    const char *lang;       /* borrowed; NULL: all */
    struct deflection_counts *days;
    size_t day_count;
    struct deflection_counts totals;
    struct deflection_counts searches; /* episodes that only searched the help centre */
    int64_t identified;                /* of the closed ones, those of a known contact */
    struct stratum *stretches;         /* closed episodes by the share > 0 held out when they began
                                          (`condition`): a holdout,         b suggest; hits: tickets */
    size_t stretch_count, stretch_capacity;
    struct tally returning[RETURNING_SPANS]; /* known contacts followed so long; hits: ended well */
    struct deflection_left_out {
        int64_t staff, robots, capped; /* sessions that stand in no figure */
    } left_out;
};

/* Prepares D for the days FROM_MS to TO_MS. False when memory is short. */
bool deflection_init(struct deflection *d, int64_t from_ms, int64_t to_ms, const char *lang)
    __attribute__((warn_unused_result));
void deflection_done(struct deflection *d);

/* A figure_fn: ARG is a struct deflection. */
bool deflection_add(void *arg, const struct figure *figure);

int64_t deflection_closed(const struct deflection_counts *counts);
/* solved / closed, and (solved + read) / closed, by Wilson. */
struct estimate deflection_confirmed(const struct deflection_counts *counts);
struct estimate deflection_potential(const struct deflection_counts *counts);

/* What the hold-out says. */
struct deflection_lift {
    struct tally holdout, suggest;   /* over all stretches; hits: tickets */
    struct estimate lift;            /* ticket rate held out − ticket rate with suggestions */
    struct estimate tickets_avoided; /* lift × suggest.n */
    struct power power;
};

/* SHARE: held out now; MIN_LIFT: the difference that the operator wants to be able to tell. */
struct deflection_lift deflection_lift(const struct deflection *d, double share, double min_lift);

#endif
