/* segment_file.h: a segment, byte by byte; private to segment.c and segment_build.c. Numbers are the machine's own, as the index is never
 * carried from one machine to another without being rebuilt. */
#ifndef DEFLECT_INDEX_SEGMENT_FILE_H
#define DEFLECT_INDEX_SEGMENT_FILE_H

#include <stddef.h>
#include <stdint.h>

#define SEGMENT_MAGIC "dfl-tck1"

/* The parts of the file in their order. Each begins at a multiple of eight. */
enum segment_part {
    SEGMENT_RECORDS,         /* one after another */
    SEGMENT_POSTINGS,        /* numbers of records, term by term */
    SEGMENT_TERMS,           /* struct segment_term, ascending; one more ends the last */
    SEGMENT_TERM_BUCKETS,    /* by the highest bits of a term: the first term that has them; one more ends the last */
    SEGMENT_COUNTS,          /* struct segment_count, article by article */
    SEGMENT_ARTICLES,        /* struct segment_entry, ascending; one more ends the last */
    SEGMENT_ARTICLE_BUCKETS, /* as with terms */
    SEGMENT_PLACES,          /* of each record, in units of eight bytes from the first */
    SEGMENT_NORMS,           /* of each record: one by the length of its vector, and the largest of them; no part of the checksum */
    SEGMENT_PARTS
};

struct segment_front {
    char magic[8];
    uint64_t front_sum, sum;  /* checksums of what follows in the front, and of all parts but the norms */
    uint64_t at[SEGMENT_PARTS + 1]; /* where each part begins; the last: how long the file is */
    uint32_t records, retracted, terms, articles;
    uint32_t term_bits, article_bits; /* of the buckets */
    double day;
};
#define SEGMENT_FRONT_BYTES 256
_Static_assert(sizeof(struct segment_front) <= SEGMENT_FRONT_BYTES, "the front has grown");

struct segment_term {
    uint32_t term, start; /* among the postings */
};

struct segment_entry {
    uint64_t article; /* mixed by segment_mix, so that its highest bits differ */
    uint32_t start;   /* among the counts */
    int32_t links;
    double tickets;
};

#define SEGMENT_BUCKET 8 /* terms or articles that share one, about */

/* A bijection. */
static inline uint64_t segment_mix(uint64_t hash)
{
    hash ^= hash >> 32;
    hash *= UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ hash >> 32;
}

#endif
