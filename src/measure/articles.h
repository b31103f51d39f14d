/* articles.h: what each article did for the episodes that saw it.
 *
 * Fed with figures (figure.h): of episodes that count, are closed, began in the period and fit
 * the language. The public contract defines each figure; stats.h names the sources of the rates. */
#ifndef DEFLECT_MEASURE_ARTICLES_H
#define DEFLECT_MEASURE_ARTICLES_H

#include "measure/figure.h"
#include "measure/stats.h"

struct articles_options {
    int64_t from_ms, to_ms;
    const char *lang; /* NULL: all */
    /* True where ARTICLE rightly ends in a request; NULL: none does. */
    bool (*contact_expected)(void *arg, const char *article);
    void *contact_expected_arg;
};

struct articles_row {
    const char *article;
    int64_t shown;         /* episodes in which it was suggested at place form */
    int64_t viewed;        /* episodes that viewed it (not only a passage) */
    int64_t failed;        /* of these, ended in a ticket */
    int64_t failed_last;   /* of these, it was the last article viewed */
    int64_t solved;        /* of the viewed, ended solved, naming it */
    int64_t up, down;      /* the last vote of each session */
    int64_t linked;        /* tickets that agents answered with it; set by articles_link */
    double read_ms_median; /* of sums by episode; -1: never read */
    bool contact_expected;
    struct estimate fail_rate;   /* failed / viewed, Wilson */
    struct estimate shrunk_rate; /* shrunk to the base rate */
    double excess_tickets; /* viewed × (shrunk rate − base rate); 0 where contact is expected */
};

struct articles;

/* OPTIONS is copied. Owns: the caller. NULL when memory is short. */
struct articles *articles_new(const struct articles_options *options);
struct articles *articles_free(struct articles *articles);
static inline void articles_freep(struct articles **articles)
{
    *articles = articles_free(*articles);
}

/* A figure_fn: ARG is a struct articles. */
bool articles_add(void *arg, const struct figure *figure);

/* Notes that agents answered COUNT tickets with ARTICLE. */
bool articles_link(struct articles *articles, const char *article, int64_t count)
    __attribute__((warn_unused_result));

/* Computes rates and sorts: by excess tickets, largest first, then by views, then by id. False when
 * memory is short. */
bool articles_finish(struct articles *articles) __attribute__((warn_unused_result));

/* Valid after articles_finish, borrowed until articles_free. */
size_t articles_count(const struct articles *articles);
const struct articles_row *articles_row(const struct articles *articles, size_t index);
/* Failed / viewed of all rows without `contact_expected`, Wilson. */
struct estimate articles_base_rate(const struct articles *articles);
/* The prior to which the rates were shrunk. */
struct prior articles_prior(const struct articles *articles);

#endif
