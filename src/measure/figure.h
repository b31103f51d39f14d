/* figure.h: the additive parts of which the reports on deflection and articles are sums.
 *
 * A figure is so many of something on one UTC day. Whoever counts, from the raw log or from running
 * totals, adds figures; so both ways give the same report. */
#ifndef DEFLECT_MEASURE_FIGURE_H
#define DEFLECT_MEASURE_FIGURE_H

#include "measure/episodes.h"

enum figure_kind {
    FIGURE_EPISODES, /* counts: [0] episodes that are alike in the fields below; by the day of their
                        first event */
    FIGURE_ARTICLE,  /* counts: enum figure_article, and `reads`; by the day of the episode's first
                        event */
    FIGURE_VIEWS, /* counts: enum figure_views; by the day of the last view of the article in each
                     episode */
    FIGURE_RETURNING, /* counts: for each span of returning.h the episodes followed so long, then
                         those that ended well; by first event */
    FIGURE_LEFT_OUT,  /* counts: sessions of staff, of robots, over their caps; by the session's
                         first event */
};
#define FIGURE_KINDS 5

enum figure_article {
    FIGURE_SHOWN,
    FIGURE_VIEWED,
    FIGURE_FAILED,
    FIGURE_FAILED_LAST,
    FIGURE_SOLVED,
    FIGURE_UP,
    FIGURE_DOWN,
};

enum figure_views {
    FIGURE_VIEWS_ALL,
    FIGURE_VIEWS_FAILED,
    FIGURE_VIEWS_FAILED_LAST,
    FIGURE_VIEWS_SOLVED
};

#define FIGURE_COUNTS 7
#define FIGURE_OPEN EPISODE_OUTCOMES /* an outcome: it has none yet */

/* Episodes that read an article for so long in all. */
struct figure_read {
    int64_t ms, count;
};

struct figure {
    enum figure_kind kind;
    int64_t day;         /* UTC days since 1970 */
    const char *lang;    /* of the episode; "": not known, or does not apply */
    const char *article; /* of FIGURE_ARTICLE and FIGURE_VIEWS; else "" */
    /* of FIGURE_EPISODES */
    bool counted; /* else: it only searched the help centre */
    bool identified;
    enum event_arm arm;
    double share; /* held out when it began */
    int outcome;  /* enum episode_outcome, or FIGURE_OPEN */
    int64_t counts[FIGURE_COUNTS];
    const struct figure_read *reads; /* of FIGURE_ARTICLE; by time, each once */
    size_t read_count;
};

/* Receives a figure; borrowed. False stops: memory is short. */
typedef bool figure_fn(void *arg, const struct figure *figure);

/* The UTC day of a time, also before 1970. */
int64_t figure_day(int64_t at_ms);

/* True where FIGURE's day lies in FROM_MS <= day < TO_MS (whole days) and its language is wanted.
 */
bool figure_fits(const struct figure *figure, int64_t from_ms, int64_t to_ms, const char *lang);

#endif
