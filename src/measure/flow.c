/* flow.c: counts by day, then sums, then the forecast. */
#include "measure/flow.h"

#include "base/clock.h"
#include "base/mem.h"

#include <math.h>

#define WEEK 7
#define BASE_WEEKS 8  /* from which the weekdays' parts come */
#define LEVEL_DAYS 28 /* from which the level comes */
#define HISTORY_DAYS (BASE_WEEKS * WEEK + FLOW_FORECAST_DAYS)

bool flow_init(struct flow *flow, int64_t from_ms, int64_t to_ms, int64_t now_ms)
{
    const size_t days = to_ms > from_ms ? (size_t)((to_ms - from_ms) / MS_PER_DAY) : 0;
    *flow = (struct flow){.from_ms = from_ms, .to_ms = to_ms, .now_ms = now_ms, .day_count = days};
    flow->days = mem_zero(days, sizeof *flow->days);
    flow->history = mem_zero(HISTORY_DAYS, sizeof *flow->history);
    /* Today is not over and says nothing yet. */
    flow->forecast_ms = clock_day_start(now_ms);
    flow->history_ms = flow->forecast_ms - HISTORY_DAYS * MS_PER_DAY;
    return flow->days && flow->history;
}

void flow_done(struct flow *flow)
{
    flow->days = mem_free(flow->days);
    flow->history = mem_free(flow->history);
}

static void age(struct flow *flow, int64_t created_ms, int64_t end_ms)
{
    const int64_t days = (end_ms - created_ms) / MS_PER_DAY;
    flow->backlog++;
    flow->ages[days <= 3 ? 0 : days <= 7 ? 1 : days <= 14 ? 2 : 3]++;
}

/* Index of the day of AT_MS, 0 for what came before the period, the number of days for what comes
 * after. */
static size_t day_of(const struct flow *flow, int64_t at_ms)
{
    if (at_ms < flow->from_ms)
        return 0;
    return at_ms >= flow->to_ms ? flow->day_count : (size_t)((at_ms - flow->from_ms) / MS_PER_DAY);
}

void flow_add(struct flow *flow, int64_t created_ms, int64_t solved_ms)
{
    const int64_t end_ms = flow->to_ms < flow->now_ms ? flow->to_ms : flow->now_ms;
    const bool solved = solved_ms >= 0;
    if (solved && solved_ms < created_ms)
        solved_ms = created_ms;
    const size_t in = day_of(flow, created_ms),
                 out = solved ? day_of(flow, solved_ms) : flow->day_count;
    /* Until flow_finish, `backlog` holds what each day adds to it. */
    if (in < flow->day_count && !(solved && solved_ms < flow->from_ms)) {
        flow->days[in].backlog++;
        flow->days[in].in += created_ms >= flow->from_ms;
        if (out < flow->day_count) {
            flow->days[out].backlog--;
            flow->days[out].out++;
        }
    }
    if (created_ms < end_ms && (!solved || solved_ms >= end_ms))
        age(flow, created_ms, end_ms);
    if (created_ms >= flow->history_ms && created_ms < flow->forecast_ms)
        flow->history[(created_ms - flow->history_ms) / MS_PER_DAY]++;
}

/* ---- The end ---- */

static void find_crossing(struct flow *flow)
{
    int64_t in = 0, out = 0;
    int before = 0;
    for (size_t i = 0; i < flow->day_count; i++) {
        const int64_t day_ms = flow->from_ms + (int64_t)i * MS_PER_DAY;
        in += flow->days[i].in - (i >= WEEK ? flow->days[i - WEEK].in : 0);
        out += flow->days[i].out - (i >= WEEK ? flow->days[i - WEEK].out : 0);
        const int above = (in > out) - (in < out);
        if (i + 1 < WEEK || above == 0 || day_ms >= flow->now_ms)
            continue;
        if (before != 0 && above != before) {
            flow->crossing = above > 0 ? FLOW_IN_ABOVE : FLOW_OUT_ABOVE;
            flow->crossing_ms = day_ms;
        }
        before = above;
    }
}

static double sum(const int64_t *counts, size_t count)
{
    double total = 0;
    for (size_t i = 0; i < count; i++)
        total += (double)counts[i];
    return total;
}

/* What a day of the week has of an average day's tickets, from the DAYS days (whole weeks) at
 * COUNTS. */
static void find_parts(const int64_t *counts, size_t days, double parts[WEEK])
{
    const double total = sum(counts, days);
    for (size_t d = 0; d < WEEK; d++)
        parts[d] = 0;
    for (size_t i = 0; i < days; i++)
        parts[i % WEEK] += (double)counts[i] * WEEK / total;
}

/* Pearson's statistic over its degrees of freedom, at least 1. */
static double find_dispersion(const int64_t *counts, size_t days, const double parts[WEEK])
{
    const double mean = sum(counts, days) / (double)days;
    double chi2 = 0;
    for (size_t i = 0; i < days; i++) {
        const double expected = mean * parts[i % WEEK];
        if (expected > 0)
            chi2 += pow((double)counts[i] - expected, 2) / expected;
    }
    return fmax(1, chi2 / (double)(days - WEEK));
}

static struct estimate bounds(double mean, double dispersion, double level_tickets)
{
    const double deviation = sqrt(dispersion * mean + mean * mean * dispersion / level_tickets);
    return (struct estimate){true, mean, fmax(0, mean - STATS_Z * deviation),
                             mean + STATS_Z * deviation};
}

/* Forecasts the days after the END first days of HISTORY into DAYS (NULL: not wanted) and
 * *RET_TOTAL. */
static bool forecast(const int64_t *history, size_t end, struct estimate *days,
                     struct estimate *ret_total)
{
    double parts[WEEK], total = 0;
    size_t weeks = BASE_WEEKS;
    while (weeks > 0 && (end < weeks * WEEK || sum(history + end - weeks * WEEK, WEEK) <= 0))
        weeks--; /* the log begins later */
    if (weeks * WEEK < LEVEL_DAYS)
        return false;
    const int64_t *base = history + end - weeks * WEEK;
    const double tickets = sum(history + end - LEVEL_DAYS, LEVEL_DAYS),
                 level = tickets / LEVEL_DAYS;
    if (tickets <= 0)
        return false;
    find_parts(base, weeks * WEEK, parts);
    const double dispersion = find_dispersion(base, weeks * WEEK, parts);
    for (size_t i = 0; i < FLOW_FORECAST_DAYS; i++) {
        const double mean = level * parts[i % WEEK];
        total += mean;
        if (days)
            days[i] = bounds(mean, dispersion, tickets);
    }
    *ret_total = bounds(total, dispersion, tickets);
    return true;
}

void flow_finish(struct flow *flow)
{
    const size_t past = HISTORY_DAYS - FLOW_FORECAST_DAYS;
    for (size_t i = 1; i < flow->day_count; i++)
        flow->days[i].backlog += flow->days[i - 1].backlog;
    find_crossing(flow);
    flow->forecast_known =
        forecast(flow->history, HISTORY_DAYS, flow->forecast, &flow->forecast_total);
    flow->past_known = forecast(flow->history, past, NULL, &flow->past_total);
    flow->past_actual = (int64_t)sum(flow->history + past, FLOW_FORECAST_DAYS);
}
