/* stats.c: see stats.h for the sources of the formulas. */
#include "measure/stats.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <math.h>
#include <threads.h>

#define RHO_DEFAULT 0.02
#define RHO_LOW 0.001
#define RHO_HIGH 0.5
#define ROWS_FOR_RHO 5

#define POWER_FACTOR 2.8
#define POWER_HOLDOUT_MIN 30

static double clamp(double value, double low, double high)
{
    return value < low ? low : value > high ? high : value;
}

static double rate_of(struct tally tally)
{
    return (double)tally.hits / (double)tally.n;
}

struct estimate stats_wilson(struct tally tally)
{
    if (tally.n <= 0)
        return (struct estimate){0};
    const double n = (double)tally.n, p = rate_of(tally), z2 = STATS_Z * STATS_Z;
    const double middle = (p + z2 / (2 * n)) / (1 + z2 / n);
    const double half = STATS_Z / (1 + z2 / n) * sqrt(p * (1 - p) / n + z2 / (4 * n * n));
    return (struct estimate){
        .known = true,
        .value = p,
        /* Exact at the ends, where rounding would leave 1e-17. */
        .low = tally.hits == 0 ? 0 : fmax(0, middle - half),
        .high = tally.hits == tally.n ? 1 : fmin(1, middle + half),
    };
}

struct estimate stats_subtract(struct estimate a, struct estimate b)
{
    if (!a.known || !b.known)
        return (struct estimate){0};
    const double difference = a.value - b.value;
    return (struct estimate){
        .known = true,
        .value = difference,
        .low = difference - hypot(a.value - a.low, b.high - b.value),
        .high = difference + hypot(a.high - a.value, b.value - b.low),
    };
}

struct estimate stats_difference(struct tally a, struct tally b)
{
    return stats_subtract(stats_wilson(a), stats_wilson(b));
}

struct estimate stats_stratified_difference(const struct stratum *strata, size_t count)
{
    double weights = 0, sum = 0, below = 0, above = 0;
    for (size_t i = 0; i < count; i++) {
        const struct estimate d = stats_difference(strata[i].a, strata[i].b);
        if (!d.known)
            continue;
        const double n_a = (double)strata[i].a.n, n_b = (double)strata[i].b.n;
        const double weight = n_a * n_b / (n_a + n_b);
        weights += weight;
        sum += weight * d.value;
        below += pow(weight * (d.value - d.low), 2);
        above += pow(weight * (d.high - d.value), 2);
    }
    if (weights <= 0)
        return (struct estimate){0};
    const double value = sum / weights;
    return (struct estimate){true, value, value - sqrt(below) / weights,
                             value + sqrt(above) / weights};
}

struct prior stats_prior(const struct tally *rows, size_t count)
{
    double hits = 0, n = 0, squares = 0, spread = 0, k = 0;
    for (size_t i = 0; i < count; i++) {
        hits += (double)rows[i].hits;
        n += (double)rows[i].n;
        squares += (double)rows[i].n * (double)rows[i].n;
        k += rows[i].n > 0;
    }
    struct prior prior = {.mean = n > 0 ? hits / n : 0, .rho = RHO_DEFAULT};
    const double p = prior.mean;
    if (k >= ROWS_FOR_RHO && p > 0 && p < 1) {
        for (size_t i = 0; i < count; i++) {
            if (rows[i].n > 0)
                spread += (double)rows[i].n * pow(rate_of(rows[i]) - p, 2);
        }
        const double room = n - squares / n - (k - 1);
        if (room > 1e-9)
            prior.rho = clamp((spread / (p * (1 - p)) - (k - 1)) / room, RHO_LOW, RHO_HIGH);
    }
    prior.weight = 1 / prior.rho - 1;
    return prior;
}

struct estimate stats_shrink(const struct prior *prior, struct tally tally)
{
    const double p = prior->mean, m = prior->weight;
    if (tally.n <= 0)
        return (struct estimate){0};
    if (p <= 0 || p >= 1)
        return (struct estimate){true, p, p, p};
    const double a = (double)tally.hits + m * p;
    const double b = (double)(tally.n - tally.hits) + m * (1 - p);
    return (struct estimate){true, a / (a + b), stats_beta_quantile(0.025, a, b),
                             stats_beta_quantile(0.975, a, b)};
}

/* GSL ends the process on an error unless told not to. */
static void quiet_gsl(void)
{
    (void)gsl_set_error_handler_off();
}

static double bisect_beta(double q, double a, double b)
{
    double low = 0, high = 1;
    for (int i = 0; i < 60; i++) {
        const double middle = (low + high) / 2;
        if (gsl_cdf_beta_P(middle, a, b) < q)
            low = middle;
        else
            high = middle;
    }
    return (low + high) / 2;
}

double stats_beta_quantile(double q, double a, double b)
{
    static once_flag once = ONCE_FLAG_INIT;
    call_once(&once, quiet_gsl);
    const double x = gsl_cdf_beta_Pinv(q, a, b);
    /* GSL's iteration can miss where a shape is far below 1; what it found is checked. */
    const bool found = x >= 0 && x <= 1 && fabs(gsl_cdf_beta_P(x, a, b) - q) < 1e-7;
    return found ? x : bisect_beta(q, a, b);
}

/* Observations that the smaller arm needs when the other is RATIO times as large. */
static double needed_holdout(double p, double ratio, double min_lift)
{
    const double variance = POWER_FACTOR * POWER_FACTOR * p * (1 - p) * (1 + 1 / ratio);
    return fmax(POWER_HOLDOUT_MIN, ceil(variance / (min_lift * min_lift) - 1e-9));
}

struct power stats_power(struct tally holdout, struct tally suggest, double share, double min_lift)
{
    const double n_h = (double)holdout.n, n_s = (double)suggest.n;
    const double pooled = n_h + n_s > 0 ? (double)(holdout.hits + suggest.hits) / (n_h + n_s) : 0.5;
    const double p = clamp(pooled, 0.1, 0.9);
    const bool both = holdout.n > 0 && suggest.n > 0;
    struct power power = {.needed = -1};

    power.enough = both && holdout.n >= POWER_HOLDOUT_MIN &&
                   POWER_FACTOR * sqrt(p * (1 - p) * (1 / n_h + 1 / n_s)) <= min_lift;
    if (power.enough)
        power.needed = 0;
    else if ((both || share > 0) && min_lift > 0) {
        const double ratio = both ? n_s / n_h : (1 - share) / share;
        const double missing = needed_holdout(p, ratio, min_lift) - n_h;
        /* At least one: rounding must not say "none missing" where it is not enough. */
        power.needed = missing < 1 ? 1 : missing > 1e15 ? -1 : (int64_t)missing;
    }
    return power;
}
