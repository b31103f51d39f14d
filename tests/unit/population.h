/* population.h: events written as a table that a person can read and check by hand.
 *
 * One event a line, fields apart by spaces, lines that are blank or start with '#' left out:
 *
 *     DAY HH:MM SESSION TYPE [ARTICLE] [KEY=VALUE …]
 *
 * DAY counts from 0 (1 March 2026, UTC). SESSION "-" is none (a help desk's ticket). KEY: contact,
 * arm, holdout (a share), place, part, lang, query ('_' for a space), results (comma-separated),
 * query_id, ms, value, mark, id, withdrawn, comment, source. */
#ifndef DEFLECT_TESTS_POPULATION_H
#define DEFLECT_TESTS_POPULATION_H

#include "measure/figure.h"

struct population {
    struct event *events; /* in the order of the table, which is their order of arrival */
    size_t count;
};

/* Midnight before day DAY of a population. */
int64_t population_day(int64_t day);

/* Reads TABLE; a mistake in it fails the test. */
struct population population_read(const char *table);
/* Hands the figures of the population to EACH, as of midnight before day NOW, with a window of one
 * day. */
void population_measure(const struct population *population, int64_t now, figure_fn *each,
                        void *arg);

void population_done(struct population *population);

#endif
