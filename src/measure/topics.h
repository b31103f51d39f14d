/* topics.h: what tickets are about: groups, their share, how they change from week to week, and
 * whether one spikes.
 *
 * Fed with episodes (episodes.h) and with tickets of the help desk created in the period; each
 * request once. Texts that are about the same make one topic (clusters.h).
 *
 * The spike test: of a topic's x tickets x₁ came in the last seven days of the period, of all n
 * tickets n₁ did. Where the topic keeps its share, x₁ is hypergeometric (n, x, n₁): Fisher's exact
 * test, one-sided (R. A. Fisher, The Design of Experiments, 1935, ch. 2). A topic spikes where
 * P(X ≥ x₁) < 0.05 / topics tested (Bonferroni), x₁ ≥ 5 and it grew at least twice as much as all
 * others together: where nothing changed, at most one report in twenty shows any spike. Tested are
 * topics with 5 tickets and more, in periods of 21 days and more.
 *
 * Not safe to share between threads.
 */
#ifndef DEFLECT_MEASURE_TOPICS_H
#define DEFLECT_MEASURE_TOPICS_H

#include "measure/episodes.h"
#include "measure/request.h"
#include "measure/stats.h"
#include "measure/wording.h"

struct topics_options {
    int64_t from_ms, to_ms; /* whole UTC days */
    const char *lang;       /* borrowed; NULL: all */
    wording_fn *wording;
    void *wording_arg;
};

#define TOPICS_PHRASES 5
#define TOPICS_WORDS 5
#define TOPICS_ID_SIZE 9

struct topics_row {
    char id[TOPICS_ID_SIZE]; /* 8 hexadecimal digits, from the label's normal form */
    const char *label;       /* the commonest title, the most typical of equals */
    const char *lang;        /* NULL: not known */
    int64_t tickets;
    struct estimate share; /* of all tickets, Wilson */
    int64_t last_week,
        week_before;        /* tickets of the period's last seven days, and of the seven before */
    struct estimate change; /* last_week / week_before − 1, from Wilson's bounds of last_week's part
                               in both; `high` infinite where they allow that nothing came before;
                               not known where either the sum or week_before is 0 */
    double spike_p;         /* of the spike test; 1 where it was not tested */
    bool spike;
    int64_t linked;                      /* tickets that agents answered with an article */
    const char *linked_article;          /* with which most often; NULL: none */
    const char *phrases[TOPICS_PHRASES]; /* titles, commonest first; NULL where there are fewer */
    const char *words[TOPICS_WORDS];     /* what the group has in common, as stems */
    size_t first;                        /* of topics.c alone */
};

struct topics;

/* OPTIONS is copied. Owns: the caller. NULL when memory is short. */
struct topics *topics_new(const struct topics_options *options);
struct topics *topics_free(struct topics *topics);
static inline void topics_freep(struct topics **topics)
{
    *topics = topics_free(*topics);
}

/* An episode_fn: ARG is a struct topics. Takes the tickets of the widget that have words. */
bool topics_add(void *arg, const struct episode *episode);

/* A ticket of the help desk; after the last topics_add. SESSION: the visit that it came from (NULL:
 * none is known). Where that visit's ticket was taken from the episodes, this is the same one, and
 * only ARTICLE (with which an agent answered it; NULL: none) is noted. */
bool topics_add_ticket(struct topics *topics, const char *session,
                       const struct request_words *words, int64_t at_ms, const char *article)
    __attribute__((warn_unused_result));

/* Groups, tests and sorts: by tickets, largest first, then by label. False when memory is short. */
bool topics_finish(struct topics *topics) __attribute__((warn_unused_result));

/* Valid after topics_finish; borrowed until topics_free. */
size_t topics_count(const struct topics *topics);
const struct topics_row *topics_row(const struct topics *topics, size_t index);
int64_t topics_tickets(const struct topics *topics); /* in all topics */

/* Tickets of the row's topic from FROM_MS until before TO_MS. */
int64_t topics_between(const struct topics *topics, size_t index, int64_t from_ms, int64_t to_ms);

/* The row's MEMBERth ticket (below row->tickets), oldest wording first: how many requests in the period
 * had been added before it. */
size_t topics_member(const struct topics *topics, size_t index, size_t member);

/* P(X ≥ x₁) of the spike test; for the proof of its false alarms. */
double topics_spike_p(int64_t topic_last, int64_t topic_all, int64_t last, int64_t all);

/* after / before − 1 of two counts over spans of equal length, with bounds as `change` above. */
struct estimate topics_change(int64_t before, int64_t after);

#endif
