/* learned.h: what past tickets say about a question; the reading side of learning. Private to the index.
 *
 * Two kinds of evidence come of them for an article: its share in the votes of the tickets most like the question; and how much likelier
 * its tickets are to be worded like the question than tickets at large (naive Bayes). What a question costs is bounded, however
 * many tickets there are: it looks at so many postings, most telling features first, and of common features at the latest tickets alone. */
#ifndef DEFLECT_INDEX_LEARNED_H
#define DEFLECT_INDEX_LEARNED_H

#include "base/error.h"
#include "index/question.h"
#include "index/rank.h"
#include "index/ticket.h"

#include <stdint.h>

struct learned;

/* *RET is NULL where nothing was learned yet. Errors: INCOMPATIBLE, CORRUPT, IO, OUT_OF_MEMORY. */
enum status learned_open(const char *folder, struct learned **ret, struct error *err);
struct learned *learned_close(struct learned *learned);
enum status learned_refresh(struct learned **learned, const char *folder, struct error *err);
uint64_t learned_revision(const struct learned *learned);

/* True where a past ticket has the word. LEARNED may be NULL. */
bool learned_knows(struct learned *learned, uint32_t key);

#define LEARNED_TICKETS 24  /* most like the question that are looked at */
#define LEARNED_ARTICLES 24  /* of theirs that are told */

struct learned_article {
    uint64_t article;
    double vote;    /* sum over the tickets of weight × cosine³ */
    double like[3]; /* weight × cosine of its three likest tickets, best first */
};

/* What past tickets say about one question. Plain data. */
struct learned_recall {
    struct learned_article articles[LEARNED_ARTICLES]; /* by vote, best first */
    size_t count;
    double votes;    /* of all tickets */
    double coverage; /* chance that a ticket is about an article that has tickets (Good 1953, Turing's estimate) */
    /* The question's features, their weight, the share of tickets that have them, and whether any has. */
    uint32_t features[TICKET_FEATURES];
    double weights[TICKET_FEATURES], shares[TICKET_FEATURES];
    uint32_t frequencies[TICKET_FEATURES];
    size_t feature_count;
    double now_day;
};

/* Asks past tickets. IDF: the articles' (rank.h). */
void learned_ask(struct learned *learned, const struct question *question, rank_idf_fn *idf, void *idf_arg, int64_t now_ms,
                 struct learned_recall *ret);

/* The logarithm of how much likelier ARTICLE's tickets are to be worded like the question than tickets at large; 0 where it has
 * none. *RET_TICKETS: the weight of its tickets. */
void learned_likelihood(const struct learned *learned, const struct learned_recall *recall, uint64_t article,
                        double *ret_log, double *ret_tickets);

#endif
