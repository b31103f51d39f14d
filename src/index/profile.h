/* profile.h: what is known of one article from all its past tickets together: how often each feature stood in them.
 *
 * Counts fade with time at the rate of the half-life: they are kept as of a day and are scaled when that day moves on, so that
 * nothing has to be recounted. */
#ifndef DEFLECT_INDEX_PROFILE_H
#define DEFLECT_INDEX_PROFILE_H

#include "base/buf.h"
#include "base/error.h"
#include "index/ticket.h"

#define PROFILE_FEATURES 8192 /* kept of one article; the rarest go first */

struct profile_count {
    uint32_t feature;
    float weight;
};

struct profile {
    uint64_t article;
    double day;       /* days since 1970 as of which the weights hold */
    double tickets;   /* sum of the tickets' weights */
    uint32_t links;   /* how many there are, whatever they weigh */
    struct profile_count *counts; /* by feature, ascending */
    size_t count, capacity;
};

void profile_done(struct profile *profile);

/* Scales all weights to DAY. HALF_LIFE in days; 0: they do not fade. */
double profile_fade(double from_day, double to_day, double half_life);
void profile_move(struct profile *profile, double day, double half_life);

/* Adds TICKET with WEIGHT (negative: takes it away again), which holds as of the profile's day. Errors: OUT_OF_MEMORY. */
enum status profile_add(struct profile *profile, const struct ticket *ticket, double weight, struct error *err);

void profile_write(const struct profile *profile, struct buf *out);

/* A profile as bytes, to be looked things up in. Borrowed. */
struct profile_view {
    uint64_t article;
    double day, tickets;
    uint32_t links;
    const char *counts; /* not aligned */
    size_t count;
};
/* Errors: CORRUPT. */
enum status profile_view(struct slice bytes, struct profile_view *ret, struct error *err);
/* The weight of FEATURE, 0 where it has none. */
double profile_weight(const struct profile_view *view, uint32_t feature);

/* A fresh profile from bytes. Errors: CORRUPT, OUT_OF_MEMORY. */
enum status profile_read(struct slice bytes, struct profile *ret, struct error *err);

#endif
