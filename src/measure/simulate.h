/* simulate.h: a made-up public with a known truth, as events: for the demo's sample data, for tests
 * and for benchmarks.
 *
 * It is how the project proves that its figures are honest: the truth is stated, so that an
 * estimate can be held to it.
 *
 * The population. Every visitor has one need: a topic. Topics are the articles (each answers its
 * own) and `gaps`, which no article answers (a share `gap_share` of all needs). Articles differ in
 * popularity as 1/rank^0.8, ranks dealt out by the seed; gaps likewise. Visits arrive as a Poisson
 * process, `visits_per_day` on weekdays and 0.4 of that on Saturday and Sunday, evenly over the
 * day's 24 hours.
 *
 *   At the form (share `form_share`): a session is held out with probability `holdout`. The visitor
 * begins to write (`contact`) and is shown five articles, the right one first, second or third
 * (0.7, 0.2, 0.1); for a gap, half of the time none and else five wrong ones; held out, none. If
 * the right one is shown, it is read with probability `read_share`; everybody else reads nothing.
 *       P(ticket | read article i) = fail_i       fail_i ~ Beta(mean `fail_mean`, correlation
 * `fail_rho`), one draw per article P(ticket | read nothing)   = need Who read and files no ticket
 * says "solved" with probability `solved_share`, and votes up then; who read and files votes down
 * with 0.25. A share `second_share` of readers looks into a second, random article among those
 * shown before deciding; that changes nothing. So the true ticket rates are need (held out) and
 * need − (1 − gap_share) · read_share · (need − Σ wᵢ fail_i) (with suggestions), and their
 *   difference is the true lift.
 *   In the help centre (the others): a search and, with probability 0.8, a view; no request
 * follows. These count nowhere but apart.
 *
 *   Contacts name themselves with probability `identified_share`. Sessions of staff (`staff_share`)
 * and robots (`robot_share`) are marked and do as others. Edits: on `edits` days, evenly spaced,
 * one of the more popular articles is rewritten; its fail_i is halved from then on; the last
 * `edits_worse` of the edits spoil the most popular one: its fail_i becomes 0.9. Spikes: on
 * `spikes` occasions, evenly spaced, one topic is `spike_factor` times as frequent for three days.
 *
 * The same options give the same events. Not safe to share between threads. */
#ifndef DEFLECT_MEASURE_SIMULATE_H
#define DEFLECT_MEASURE_SIMULATE_H

#include "store/event.h"

/* An article as the simulation needs it. */
struct simulate_article {
    const char *id;
    const char *title;
    const char *lang;
    const char *const
        *questions; /* how customers ask for it; NULL-terminated; NULL: the title is asked */
};

struct simulate_options {
    uint64_t seed;
    int64_t from_ms; /* a UTC day's start */
    int days;
    double visits_per_day;
    const struct simulate_article *articles; /* NULL: "article-1", "article-2", … */
    size_t article_count;                    /* 1 or more */
    size_t gaps;
    double gap_share, form_share, holdout, read_share, fail_mean, fail_rho, need, solved_share,
        second_share;
    double identified_share, staff_share, robot_share;
    int edits, edits_worse, spikes;
    double spike_factor;
};

/* A small company's help: 60 days before FROM_MS's end, 40 articles, 60 visits a day, a tenth held
 * out. */
struct simulate_options simulate_defaults(uint64_t seed, int64_t from_ms);

/* What is true of the population, over all days. */
struct simulate_truth {
    double ticket_rate_suggest, ticket_rate_holdout, lift;
    double *
        fail; /* by article: P(ticket | read it), at the end; owned, freed by simulate_truth_done */
    double *popularity; /* by article: share of all needs */
};
void simulate_truth_done(struct simulate_truth *truth);

/* Receives each event, visit by visit (not sorted by time); borrowed during the call. False stops.
 */
typedef bool simulate_event_fn(void *arg, const struct event *event);
/* Receives each edit: ARTICLE is another version from AT_MS on. */
typedef bool simulate_edit_fn(void *arg, const char *article, const char *version, int64_t at_ms);

/* Plays the population. EDIT and RET_TRUTH may be NULL. False when memory is short or a callback
 * said stop. */
bool simulate_run(const struct simulate_options *options, simulate_event_fn *each,
                  simulate_edit_fn *edit, void *arg, struct simulate_truth *ret_truth)
    __attribute__((warn_unused_result));

/* True where every option lies in its range; else *RET_NAME is the option that does not. */
bool simulate_options_valid(const struct simulate_options *options, const char **ret_name);

#endif
