/* figures.h: episodes → figures (figure.h).
 *
 * Fed with episodes (episodes.h); hands their figures to a function at once, and at the end those
 * that need all of a person's episodes: votes, and who came back with a ticket. Not safe to share
 * between threads. */
#ifndef DEFLECT_MEASURE_FIGURES_H
#define DEFLECT_MEASURE_FIGURES_H

#include "measure/figure.h"

struct figures;

/* NOW_MS: as the episodes' own. Owns: the caller. NULL when memory is short. */
struct figures *figures_new(int64_t now_ms, figure_fn *each, void *arg);
struct figures *figures_free(struct figures *figures);
static inline void figures_freep(struct figures **figures)
{
    *figures = figures_free(*figures);
}

/* An episode_fn: ARG is a struct figures. A contact's episodes must come in order of time, as
 * episodes.h hands them out. */
bool figures_add(void *arg, const struct episode *episode);

/* A session that is left out (an episodes_left_out_fn). */
bool figures_add_left_out(void *arg, int64_t first_ms, unsigned marks);

/* The rest; after the last episode. */
bool figures_finish(struct figures *figures) __attribute__((warn_unused_result));

/* How a log is read; as in struct episodes_options. */
struct figures_options {
    int64_t window_ms, now_ms;
    const char *(*article_lang)(void *arg, const char *article); /* NULL: none is known */
    void *article_lang_arg;
};

/* Hands the figures of COUNT events, which are put in order first, to EACH. */
bool figures_of(const struct figures_options *options, struct event *events, size_t count,
                figure_fn *each, void *arg) __attribute__((warn_unused_result));

#endif
