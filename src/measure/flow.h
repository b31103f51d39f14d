/* flow.h: tickets in and out, the backlog and its ages, and what to expect.
 *
 * Fed with tickets: when each was created and, if it was, solved. Pure; days are UTC.
 *
 * The forecast: each weekday's part of the tickets of the eight weeks before, times the mean of the
 * last four of those weeks. Daily counts are taken as quasi-Poisson: variance = φ · mean, φ the
 * Pearson statistic over its degrees of freedom, at least 1 (P. McCullagh, J. A. Nelder,
 * Generalized Linear Models, 1989, ch. 6); to that comes the uncertainty of the level, φ · mean² /
 * (tickets of those four weeks). Bounds are mean ± 1.96 standard deviations, not below 0. It
 * supposes that things go on as they are. It needs four weeks of history. Not safe to share between
 * threads. */
#ifndef DEFLECT_MEASURE_FLOW_H
#define DEFLECT_MEASURE_FLOW_H

#include "measure/stats.h"

#define FLOW_AGES 4 /* 0–3, 4–7, 8–14, over 14 days */
#define FLOW_FORECAST_DAYS 28

struct flow_day {
    int64_t in, out, backlog; /* backlog: at its end */
};

enum flow_crossing { FLOW_NEVER, FLOW_IN_ABOVE, FLOW_OUT_ABOVE };

struct flow {
    int64_t from_ms, to_ms, now_ms;
    struct flow_day *days; /* from FROM_MS to TO_MS */
    size_t day_count;
    int64_t backlog;         /* open at the end of the period, or now where that is earlier */
    int64_t ages[FLOW_AGES]; /* of these, by days since their creation */
    enum flow_crossing
        crossing;        /* which of in and out rose above the other last, by sums of seven days */
    int64_t crossing_ms; /* the day of that */
    bool forecast_known;
    struct estimate forecast[FLOW_FORECAST_DAYS]; /* in, by day, from the day after the history's
                                                     last whole day */
    int64_t forecast_ms;                          /* its first day */
    struct estimate forecast_total;               /* of all its days */
    bool past_known; /* the same made 28 days earlier, beside what came */
    struct estimate past_total;
    int64_t past_actual;
    /* of flow.c alone */
    int64_t *history; /* in, by day, the 84 days before today */
    int64_t history_ms;
};

/* FROM_MS and TO_MS: whole days. False when memory is short. */
bool flow_init(struct flow *flow, int64_t from_ms, int64_t to_ms, int64_t now_ms)
    __attribute__((warn_unused_result));
void flow_done(struct flow *flow);

/* SOLVED_MS -1: it is not. */
void flow_add(struct flow *flow, int64_t created_ms, int64_t solved_ms);

/* Sums, crossing and forecast; after the last flow_add. */
void flow_finish(struct flow *flow);

#endif
