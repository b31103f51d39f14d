/* tally_code.h: counts of a figure as bytes, and their sums: how running totals are written down.
 *
 * Reading times are kept as they are up to 64 different ones; beyond that each is rounded to half a
 * step of two significant digits (19,387 ms → 19,500 ms; at most 2.5 % off), so that a total stays
 * small and a median near. Such sketches can be added and subtracted in any order. */
#ifndef DEFLECT_MEASURE_TALLY_CODE_H
#define DEFLECT_MEASURE_TALLY_CODE_H

#include "base/buf.h"
#include "measure/figure.h"

/* Counts with their reads; the reads are sorted by time, their counts may be negative while they
 * are a difference. */
struct tallies {
    int64_t counts[FIGURE_COUNTS];
    struct figure_read *reads;
    size_t read_count, read_capacity;
    bool rounded; /* reads are: there were too many different ones */
    bool exact;   /* a difference: they must not be */
};

void tallies_done(struct tallies *tallies);
#define _cleanup_tallies_ _cleanup_(tallies_done)

/* Adds FACTOR times the counts and reads. False when memory is short. */
bool tallies_add(struct tallies *sum, const int64_t counts[FIGURE_COUNTS],
                 const struct figure_read *reads, size_t read_count, int64_t factor)
    __attribute__((warn_unused_result));

/* True where nothing is left. */
bool tallies_empty(const struct tallies *tallies);
/* True where the counts are the same and as many reads make up both; their times may be rounded. */
bool tallies_alike(const struct tallies *a, const struct tallies *b);

/* Appends TALLIES, none of them negative. */
void tallies_write(const struct tallies *tallies, struct buf *out);

/* Reads what was written from the front of *REST into zeroed TALLIES and moves *REST behind it.
 * False where memory is short or the bytes are no such thing. */
bool tallies_read(struct slice *rest, struct tallies *ret) __attribute__((warn_unused_result));

/* Whole numbers as bytes, small ones short: 7 bits a byte, the lowest first (LEB128), the sign in
 * the lowest bit. */
void varint_write(int64_t value, struct buf *out);
bool varint_read(struct slice *rest, int64_t *ret) __attribute__((warn_unused_result));

/* The time to which MS is rounded in a large sketch. */
int64_t tallies_round_ms(int64_t ms);

#endif
