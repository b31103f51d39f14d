/* learned.h: what past tickets say about a question; the reading side of learning. Private to the index.
 *
 * The database holds a document for each link (its ticket's features as terms and as a value) and one for each article (its profile).
 * Two kinds of evidence come of it for an article: its share in the votes of the tickets most like the question; and how much likelier
 * its tickets are to be worded like the question than tickets at large (naive Bayes). */
#ifndef DEFLECT_INDEX_LEARNED_H
#define DEFLECT_INDEX_LEARNED_H

#include "base/error.h"
#include "index/database.h"
#include "index/question.h"
#include "index/ticket.h"

#include <stdint.h>

/* Names within the database. */
#define LEARNED_LINK 'Q'    /* and the digest of ticket and article */
#define LEARNED_PROFILE 'P' /* and the article's hash */
#define LEARNED_AGENT 'G'   /* and the digest of agent and article */
#define LEARNED_SLOT 0

/* A link's value: this, then `count` features. */
struct learned_link {
    uint64_t checksum, article;
    float weight; /* less than 1 where its agent linked the article often */
    float day;    /* days since 1970 */
    uint32_t count;
    uint32_t reserved;
};

struct learned;

/* *RET is NULL where nothing was learned yet. Errors: INCOMPATIBLE, CORRUPT, OUT_OF_MEMORY. */
enum status learned_open(const char *folder, struct learned **ret, struct error *err);
struct learned *learned_close(struct learned *learned);
enum status learned_refresh(struct learned **learned, const char *folder, struct error *err);
uint64_t learned_revision(const struct learned *learned);

/* True where a past ticket has the word. LEARNED may be NULL. */
bool learned_knows(struct learned *learned, uint32_t key);

#define LEARNED_TICKETS 100  /* most like the question that are looked at */
#define LEARNED_ARTICLES 40  /* of theirs that are told */

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
    /* The question's features that tickets know, their weight, and the share of tickets that have them. */
    uint32_t features[TICKET_FEATURES];
    double weights[TICKET_FEATURES], shares[TICKET_FEATURES];
    size_t feature_count;
    double now_day;
};

/* The collection's idf of a word (rank.h): how common words are is told by articles as long as tickets are few. */
typedef float learned_idf_fn(void *arg, uint32_t key);

enum status learned_ask(struct learned *learned, const struct question *question, learned_idf_fn *idf, void *idf_arg,
                        int64_t now_ms, struct learned_recall *ret, struct error *err);

/* The logarithm of how much likelier ARTICLE's tickets are to be worded like the question than tickets at large; 0 where it has
 * none. *RET_TICKETS: the weight of its tickets. */
enum status learned_likelihood(struct learned *learned, const struct learned_recall *recall, uint64_t article,
                               double *ret_log, double *ret_tickets, struct error *err);

#endif
