/* gaps.h: what customers asked and no article answered, in groups, with their own words.
 *
 * Takes from the episodes (episodes.h) that began in the period, open ones included:
 *   each question of which no view came (found nothing, or nothing worth opening);
 *   each ticket of an episode in which nothing was viewed: its subject and text, or else the last
 * question before it; and tickets of the help desk that no article answered (gaps_add_ticket). What
 * was held out counts for neither. Texts that are about the same make one gap (clusters.h), unless
 * a third or more of those who asked were answered: they opened an article and filed no ticket, or
 * said so; that is an article that some overlook. An episode counts once in a gap, however often it
 * asked. Not safe to share between threads. */
#ifndef DEFLECT_MEASURE_GAPS_H
#define DEFLECT_MEASURE_GAPS_H

#include "measure/episodes.h"
#include "measure/wording.h"

struct gaps_options {
    int64_t from_ms, to_ms;
    const char *lang; /* borrowed; NULL: all */
    wording_fn *wording;
    void *wording_arg;
};

#define GAPS_PHRASES 5
#define GAPS_WORDS 5
#define GAPS_ID_SIZE 9

struct gaps_row {
    char id[GAPS_ID_SIZE]; /* 8 hexadecimal digits, from the label's normal form: the same tomorrow
                              unless the label changes */
    const char *label;     /* the commonest wording, the most typical of equals */
    const char *lang;      /* of the label's text; NULL: not known */
    int64_t episodes;      /* visits and tickets without visit */
    int64_t queries;       /* questions asked */
    int64_t tickets;       /* what it cost: episodes that filed one, and tickets without visit */
    int64_t zero_results, not_clicked; /* of the questions */
    int64_t answered;                  /* episodes that asked the same and were answered */
    int64_t earlier, later; /* episodes in the first and in the second half of the period */
    /* Customers' words, commonest first; NULL where there are fewer. */
    const char *phrases[GAPS_PHRASES];
    int64_t phrase_counts[GAPS_PHRASES];
    const char *words[GAPS_WORDS]; /* what the group has in common, as stems */
    const char *nearest;           /* the article most often shown first; NULL: none was */
};

struct gaps;

/* OPTIONS is copied. Owns: the caller. NULL when memory is short. */
struct gaps *gaps_new(const struct gaps_options *options);
struct gaps *gaps_free(struct gaps *gaps);
static inline void gaps_freep(struct gaps **gaps)
{
    *gaps = gaps_free(*gaps);
}

/* An episode_fn: ARG is a struct gaps. */
bool gaps_add(void *arg, const struct episode *episode);

/* A ticket of the help desk that was answered with no article; after the last gaps_add. SESSION:
 * the visit that it came from (NULL: none is known); where that visit's ticket was seen among the
 * episodes, this one adds nothing. */
bool gaps_add_ticket(struct gaps *gaps, const char *session, const char *subject, const char *body,
                     const char *lang, int64_t at_ms) __attribute__((warn_unused_result));

/* Groups and sorts: by tickets, largest first, then by episodes, then by label. False when memory
 * is short. */
bool gaps_finish(struct gaps *gaps) __attribute__((warn_unused_result));

/* Valid after gaps_finish; borrowed until gaps_free. */
size_t gaps_count(const struct gaps *gaps);
const struct gaps_row *gaps_row(const struct gaps *gaps, size_t index);

#endif
