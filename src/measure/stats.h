/* stats.h: how sure a figure is: intervals of rates and differences, shrinkage, and whether a
 * sample can tell.
 *
 * Pure functions of counts. All intervals are for 95 % confidence. Sources:
 *   Wilson     E. B. Wilson, J. Am. Stat. Assoc. 22 (1927) 209–212: the score interval of one rate
 *   Newcombe   R. G. Newcombe, Stat. Med. 17 (1998) 873–890, method 10: the hybrid score interval
 * of a difference Zou        G. Y. Zou, A. Donner, Stat. Med. 27 (2008) 1693–1702 (MOVER): bounds
 * of a weighted sum from those of its terms; over strata of differences as in X. Yan, X. G. Su,
 * Stat. Biopharm. Res. 2 (2010) 329–335 Kleinman   J. C. Kleinman, J. Am. Stat. Assoc. 68 (1973)
 * 46–54: moments of the beta-binomial Beta quantiles are GSL's. Threads: any. */
#ifndef DEFLECT_MEASURE_STATS_H
#define DEFLECT_MEASURE_STATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An estimate with its interval; where nothing was seen, KNOWN is false and the rest 0. */
struct estimate {
    bool known;
    double value, low, high;
};

/* HITS of N trials, 0 <= hits <= n. */
struct tally {
    int64_t hits, n;
};

/* The 97.5 % quantile of the normal distribution. */
#define STATS_Z 1.959963984540054

/* Wilson's interval of tally.hits / tally.n; not known where n is 0. */
struct estimate stats_wilson(struct tally tally);

/* rate of A − rate of B with Newcombe's interval; not known where either n is 0. */
struct estimate stats_difference(struct tally a, struct tally b);

/* Two arms that were compared under equal conditions. */
struct stratum {
    struct tally a, b;
    double condition; /* tells strata apart; the caller's, not used here */
};

/* The differences a − b of STRATA combined with weights n_a·n_b/(n_a+n_b) (Mantel and Haenszel's);
 * bounds by MOVER from each stratum's Newcombe bounds, so that one stratum gives plain Newcombe.
 * Strata with an empty arm weigh nothing. */
struct estimate stats_stratified_difference(const struct stratum *strata, size_t count);

/* a − b of two independent estimates, bounds by MOVER; not known where either is not. */
struct estimate stats_subtract(struct estimate a, struct estimate b);

/* A beta prior: Beta(weight · mean, weight · (1 − mean)). */
struct prior {
    double mean;   /* p: all hits / all trials */
    double rho;    /* correlation within a row, kept within 0.001–0.5 */
    double weight; /* m = 1/ρ − 1: so many trials the prior is worth */
};

/* The prior that ROWS share, by Kleinman's moments with the rows' n as weights:
 *   ρ = [Σ nᵢ(fᵢ/nᵢ − p)² / (p(1−p)) − (k−1)] / [N − Σ nᵢ²/N − (k−1)],
 * over the k rows with n > 0; ρ = 0.02 for fewer than 5 of them, or where no row has a second
 * trial. */
struct prior stats_prior(const struct tally *rows, size_t count);

/* (hits + m·p) / (n + m), with the 2.5 % and 97.5 % quantiles of that beta distribution; p itself
 * where p is 0 or 1. Not known where n is 0. */
struct estimate stats_shrink(const struct prior *prior, struct tally tally);

/* The Q quantile (0 < q < 1) of Beta(A, B), a and b > 0. */
double stats_beta_quantile(double q, double a, double b);

/* Whether a comparison can tell a difference of MIN_LIFT from nothing with 80 % power, as planned
 * before looking: n_h ≥ 30 and 2.8·√(p(1−p)(1/n_h + 1/n_s)) ≤ min_lift, where p is the pooled rate
 * kept within 0.1–0.9 (0.5 before anything was seen) and 2.8 = 1.96 + 0.84. */
struct power {
    bool enough;
    int64_t needed; /* observations still missing in the hold-out; 0 where enough, -1 where it
                       cannot be said */
};

/* HOLDOUT and SUGGEST: the arms. SHARE: the share held out now, from which `needed` takes the arms'
 * proportion while either arm is empty; 0 where nothing is held out. `needed` supposes that both
 * arms go on growing in proportion. */
struct power stats_power(struct tally holdout, struct tally suggest, double share, double min_lift);

#endif
