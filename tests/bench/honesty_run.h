/* honesty_run.h: do the intervals cover the truth as often as they say?
 *
 * Plays simulated knowledge bases (measure/simulate.h states the population), measures each as the
 * product does, and counts how often each interval holds the truth that the simulation was made
 * from. */
#ifndef DEFLECT_TESTS_HONESTY_RUN_H
#define DEFLECT_TESTS_HONESTY_RUN_H

#include <stdbool.h>
#include <stdint.h>

enum honesty_row {
    HONESTY_CONFIRMED,  /* confirmed rate, Wilson */
    HONESTY_POTENTIAL,  /* potential rate, Wilson */
    HONESTY_LIFT,       /* lift of one stretch, Newcombe */
    HONESTY_LIFT_MIXED, /* lift over two stretches of different shares */
    HONESTY_FAIL,       /* fail rates, Wilson; n >= 30 and at least 5 expected of each outcome */
    HONESTY_FAIL_SMALL, /* the other fail rates */
    HONESTY_SHRUNK,     /* shrunk fail rates of all articles that were viewed */
    HONESTY_EDIT,       /* difference of differences of an edit that halved the fail rate */
    HONESTY_NO_EDIT,    /* the same of one that changed nothing, of the article that looked worst
                           before */
    HONESTY_ROWS
};
const char *honesty_row_name(enum honesty_row row);

struct honesty {
    int64_t covered[HONESTY_ROWS], intervals[HONESTY_ROWS];
    double exact[HONESTY_ROWS]; /* sum of the exact coverage of Wilson's interval at each cell's n
                                   and truth; fail rates only */
    /* Topic reports in which nothing changed, and those of them that show a spike; reports after
     * one topic became six times as frequent, and those that show one. */
    int64_t quiet, false_spikes, loud, found_spikes;
    /* Edits that changed nothing: how often the plain rate before and after would say that they
     * helped, and how often the difference of differences does. */
    int64_t no_edits, helped_plain, helped;
    int64_t worst_by_excess, worst_by_raw,
        worst; /* the truly worst five found among the first five */
};

/* Plays one knowledge base. False when memory is short. */
bool honesty_play(struct honesty *honesty, uint64_t seed);

/* covered / intervals */
double honesty_coverage(const struct honesty *honesty, enum honesty_row row);

#endif
