/* versions.h: what an edit of an article changed, beside what changed anyway.
 *
 * For each edit the readers of the days before it are compared with those of equally many days
 * after it, at most 28, cut where the article was edited again. The day of an edit itself is left
 * out, as its readers saw both. Days are UTC; an episode belongs to the day of its last view of the
 * article. Two traps are allowed for:
 *
 *   Articles are edited because they look worst, and what looks worst by chance looks better next
 *   month. So "before" is shrunk to the rate of all articles (stats.h, stats_prior over the days
 *   before).
 *   Everything changes with the season. So the change is set beside that of up to ten other
 * articles that nobody edited in those days and whose shrunk rates before lay nearest: the
 * difference of the differences is what the edit did.
 *
 * Bounds of sums and differences are by MOVER (stats.h). Fed with figures (figure.h) and with the
 * history of versions; those less than 24 h apart are one step. Not safe to share between threads.
 */
#ifndef DEFLECT_MEASURE_VERSIONS_H
#define DEFLECT_MEASURE_VERSIONS_H

#include "measure/figure.h"
#include "measure/stats.h"

struct versions_options {
    int64_t from_ms, to_ms; /* edits in here are told of */
    int64_t closed_ms;      /* episodes from before this are closed: now − window */
    const char *lang;       /* borrowed; NULL: all */
};

struct versions_side {
    int64_t viewed, failed, failed_last, solved; /* episodes, as in the articles report */
    struct estimate fail_rate;                   /* Wilson */
    struct estimate shrunk_rate;                 /* to all articles' rate in the same span */
};

struct versions_edit {
    const char *article, *version; /* the last version of the step */
    int64_t at_ms;                 /* when its first version was first seen */
    int64_t span_days;             /* on either side; 0: too early */
    struct versions_side before, after;
    struct estimate change;        /* after's fail rate − before's shrunk rate */
    size_t others;                 /* unedited articles compared with */
    struct estimate others_change; /* theirs, weighted by their readers after */
    struct estimate difference;    /* change − others_change: below 0 the edit helped */
    bool too_early;                /* unknown, or its interval spans more than half of everything */
};

struct versions;

/* OPTIONS is copied. Owns: the caller. NULL when memory is short. */
struct versions *versions_new(const struct versions_options *options);
struct versions *versions_free(struct versions *versions);
static inline void versions_freep(struct versions **versions)
{
    *versions = versions_free(*versions);
}

/* VERSION of ARTICLE was first seen at AT_MS; by article in order of time. */
bool versions_note(struct versions *versions, const char *article, const char *version,
                   int64_t at_ms) __attribute__((warn_unused_result));

/* True where an edit is to be told of, so that figures are needed: from VERSIONS_DAYS before the
 * period to as many after it. After the last versions_note. */
bool versions_wanted(const struct versions *versions);
#define VERSIONS_DAYS 29

/* A figure_fn: ARG is a struct versions. */
bool versions_add(void *arg, const struct figure *figure);

/* Compares. False when memory is short. */
bool versions_finish(struct versions *versions) __attribute__((warn_unused_result));

/* Valid after versions_finish, by article in order of note, then time. Borrowed. */
size_t versions_count(const struct versions *versions);
const struct versions_edit *versions_edit(const struct versions *versions, size_t index);

#endif
