/* judged.h: whether what the search was sure of (`high`) was right, by those who said so.
 *
 * Fed with events in order of time, then with agents' links. Of each session the last search counts
 * whose first result was `high` and that was shown. It is judged right where the visitor said that
 * this article solved it or voted it up, or where the agent answered the session's ticket with it;
 * wrong where the visitor voted it down and said no such thing, or where the agent answered with
 * another article, which outweighs the visitor's word. Who says nothing judges nothing: those who
 * judge are not all, and a ticket is judged more often than a success; so this errs towards
 * caution.
 *
 * The test: with n judged, r right, the threshold of `high` rises by a step where P(X <= r) < 0.001
 * for X binomial (n, 0.8), exact and one-sided, and falls back by one where P(X >= r) < 0.001 for X
 * binomial (n, 0.9). The level is strict because it is looked at every day; after each step
 * counting begins anew. Not safe to share between threads. */
#ifndef DEFLECT_MEASURE_JUDGED_H
#define DEFLECT_MEASURE_JUDGED_H

#include "measure/stats.h"
#include "store/event.h"

#define JUDGED_WANTED 0.8 /* share of `high` first results that are right */

struct judged_counts {
    int64_t shown;     /* sessions with a `high` first result */
    int64_t confirmed; /* of these: the visitor said so */
    int64_t voted_down;
    int64_t linked_same; /* the agent answered with the same article */
    int64_t linked_other;
};

/* Right of judged. */
struct tally judged_right(const struct judged_counts *counts);

/* What is to be done with the threshold: +1 raise, -1 lower, 0 nothing. */
int judged_verdict(struct tally right);

struct judged;

/* NULL when memory is short. Owns: the caller. */
struct judged *judged_new(void);
struct judged *judged_free(struct judged *judged);
static inline void judged_freep(struct judged **judged)
{
    *judged = judged_free(*judged);
}

/* False when memory is short. Staff, robots and capped sessions are passed over, and what was held
 * out. */
bool judged_add(struct judged *judged, const struct event *event)
    __attribute__((warn_unused_result));

/* The ticket of SESSION was answered with ARTICLE; after the last judged_add. */
void judged_add_link(struct judged *judged, const char *session, const char *article);

struct judged_counts judged_count(const struct judged *judged);

#endif
