/* segment.h: a file of past tickets that never changes: their records, an inverted index over them, and how each article's tickets are worded.
 *
 * A term is a number of 32 bits: a feature's key, or the digest of a link, or of an agent and an article (SEGMENT_LINK and so on). Its
 * postings are the records that have it, in the order in which they were learned. An article's counts say how often each feature stood
 * in its tickets. A record either is a link or takes one back that an older segment has.
 *
 * All is read where it lies in memory. Lengths and places are checked as they are used, so that a damaged file yields less or other
 * evidence and no harm; segment_check finds the damage. */
#ifndef DEFLECT_INDEX_SEGMENT_H
#define DEFLECT_INDEX_SEGMENT_H

#include "base/error.h"
#include "index/ticket.h"

#include <stdbool.h>
#include <stdint.h>

/* What a term is, in its two highest bits; 0: a feature's TICKET_KEY. */
#define SEGMENT_LINK UINT32_C(0x40000000)      /* and the digest of a link */
#define SEGMENT_AGENT UINT32_C(0x80000000)     /* and the digest of agent and article: links of theirs */
#define SEGMENT_RETRACTED UINT32_C(0xc0000000) /* and the same: links of theirs that were taken back */

/* As it lies in the file, followed by `count` features (ascending) and padding to eight bytes. */
struct segment_record {
    uint64_t ticket, article_id; /* digests of the link's ticket and article */
    uint64_t article;            /* hash of the article's id, as signatures know it */
    uint32_t agent;              /* digest of agent and article, WORD_KEY_BITS wide */
    float weight;                /* less than 1 where its agent linked the article often */
    float day;                   /* days since 1970 */
    uint16_t count;
    uint16_t retracts;           /* 1: takes the link back that an older segment has; everything else is as there */
    uint32_t features[];
};

static inline size_t segment_record_bytes(size_t features)
{
    return (sizeof(struct segment_record) + features * sizeof(uint32_t) + 7) & ~(size_t)7;
}

/* The term of the record's link. */
uint32_t segment_link_term(uint64_t ticket, uint64_t article_id);

static inline bool segment_same_link(const struct segment_record *a, uint64_t ticket, uint64_t article_id)
{
    return a->ticket == ticket && a->article_id == article_id;
}

/* ---- Reading: threads: any ---- */

struct segment;

/* Errors: NOT_FOUND, CORRUPT, IO, OUT_OF_MEMORY. Owns: the caller closes it. */
enum status segment_open(const char *path, struct segment **ret, struct error *err);
struct segment *segment_close(struct segment *segment);
/* Reads all of it. Errors: CORRUPT. */
enum status segment_check(const struct segment *segment, struct error *err);

uint32_t segment_records(const struct segment *segment);   /* links and retractions */
uint32_t segment_retracted(const struct segment *segment); /* retractions */
double segment_day(const struct segment *segment);         /* as of which the counts of articles hold */

/* The records that have TERM, ascending; returns how many. */
uint32_t segment_postings(const struct segment *segment, uint32_t term, const uint32_t **ret);
/* NULL where the file is damaged. Borrowed from the segment, as all that follows. */
const struct segment_record *segment_record(const struct segment *segment, uint32_t number);
/* One by the length of the record's vector of weights (feature.h), 0 for a retraction. */
float segment_inverse_norm(const struct segment *segment, uint32_t number);
float segment_largest_inverse_norm(const struct segment *segment);

struct segment_count {
    uint32_t feature;
    float weight; /* of the article's tickets that have it; less than 0 where more was taken back than learned here */
};
/* What the segment adds to what is known of an article. */
struct segment_article {
    double tickets;                     /* their weight */
    int32_t links;                      /* how many there are, whatever they weigh; each one taken back counts -1 */
    uint32_t count;
    const struct segment_count *counts; /* by feature, ascending */
};
/* False where the segment knows nothing of ARTICLE. */
bool segment_article(const struct segment *segment, uint64_t article, struct segment_article *ret);
/* The weight of FEATURE, 0 where it has none. */
double segment_weight(const struct segment_article *article, uint32_t feature);

/* What weighs 1 on FROM_DAY weighs this on TO_DAY, when it halves in HALF_LIFE days; 0: it does not fade. */
double segment_fade(double from_day, double to_day, double half_life);

/* ---- Writing ---- */

/* Writes COUNT records, in the order in which they were learned, to a file at PATH, which is of use once segment_set_norms was called.
 * Of one link it may hold a retraction and behind it the link. Errors: IO, TOO_LARGE, OUT_OF_MEMORY. */
enum status segment_build(const char *path, const struct segment_record *const *records, size_t count, double half_life,
                          struct error *err);
/* Sets the inverse norms of all records of the SEGMENT at PATH, behind them the largest one, and brings the file to disk. Errors: IO. */
enum status segment_set_norms(const char *path, const struct segment *segment, const float *norms, struct error *err);

#endif
