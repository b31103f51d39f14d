/* past.h: the past tickets that were learned: a list of segments, oldest and largest first, and what is known of all together.
 *
 * The folder of a generation holds the segments' files and the file "tickets", which names those in use and is replaced atomically. What
 * is new comes in a small segment of its own; where the last ones together are no longer small beside the one before, one takes
 * their place (a log-structured merge: O'Neil and others 1996). */
#ifndef DEFLECT_INDEX_PAST_H
#define DEFLECT_INDEX_PAST_H

#include "index/rank.h"
#include "index/segment.h"

#define PAST_SEGMENTS 64

struct past {
    uint64_t revision;
    double tickets;   /* links known */
    double singles;   /* articles that have exactly one */
    double half_life; /* days */
    uint32_t next;    /* number of the next segment */
    size_t count;
    uint32_t numbers[PAST_SEGMENTS];
    struct segment *segments[PAST_SEGMENTS];
};

/* The path of segment NUMBER in FOLDER. Owns: the caller; NULL when memory is short. */
char *past_segment_path(const char *folder, uint32_t number);

/* Errors: INCOMPATIBLE (made by another version, or with another stemmer), CORRUPT, IO, OUT_OF_MEMORY. Owns: the caller calls past_done. */
enum status past_open(const char *folder, struct past *ret, struct error *err);
void past_done(struct past *past);
/* The revision in FOLDER, without opening anything. Errors: as past_open. */
enum status past_revision(const char *folder, uint64_t *ret, struct error *err);
/* Makes PAST what is in use in FOLDER. Errors: IO, OUT_OF_MEMORY. */
enum status past_publish(const char *folder, const struct past *past, struct error *err);
/* Removes segments that are not PAST's, left over from before or from writers that were stopped. */
void past_sweep(const char *folder, const struct past *past);

/* In how many records TERM (segment.h) stands; those that were taken back count until segments are made one. */
uint32_t past_frequency(const struct past *past, uint32_t term);

/* ---- How much a feature tells ---- */

/* Features met so far, direct-mapped. */
struct past_features {
    const struct past *past;
    rank_idf_fn *idf; /* the articles' (rank.h): how common words are is told by them as long as tickets are few */
    void *idf_arg;
    size_t mask;
    struct past_feature {
        uint32_t feature, frequency; /* in tickets */
        float share;                 /* of all that is written here that has it */
    } *slots;
};

/* COUNT slots: a power of two. Errors: OUT_OF_MEMORY. Owns: the caller calls past_features_done. */
enum status past_features_init(const struct past *past, size_t count, struct past_features *ret, struct error *err);
void past_features_done(struct past_features *features);
/* To be called when the past has changed. */
void past_features_forget(struct past_features *features);
/* Borrowed until the next call. */
const struct past_feature *past_feature(struct past_features *features, uint32_t feature);
double past_feature_weight(struct past_features *features, uint32_t feature);

#endif
