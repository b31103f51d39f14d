/* record.h: what the index keeps of an article, as bytes: a head (what lists and hits show) and a body (everything else).
 *
 * Each carries a checksum over its bytes, as Xapian's own checks do not notice every damaged block. */
#ifndef DEFLECT_INDEX_RECORD_H
#define DEFLECT_INDEX_RECORD_H

#include "article/article.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/slice.h"

/* The head: all slices borrowed from the bytes read; a slice with NULL ptr was NULL. */
struct record_head {
    struct slice id, path, digest, title, summary, lang, category, url, owner, translation_key, version;
    enum article_audience audience;
    enum article_status status;
    bool id_explicit, title_given, has_order, contact_expected;
    double order;
    int64_t updated_ms; /* the article's own, else when this version was first seen */
    int64_t reviewed_ms, review_every_ms;
};

struct record_section {
    struct slice heading, anchor, text;
    int level;
};

/* The body. `sections` is owned (record_body_done), its slices are borrowed. */
struct record_body {
    struct record_section *sections;
    size_t section_count;
    struct slice lists[4]; /* tags, questions, tests, redirects, still encoded */
    struct slice translation_of, markdown;
    int64_t given_updated_ms;
    uint64_t body_line;
};

/* Append to OUT (which fails past its cap). */
void record_write_head(const struct article *article, int64_t first_seen_ms, struct buf *out);
void record_write_body(const struct article *article, struct buf *out);
void record_write_sections(const struct article *article, struct buf *out); /* the body's sections alone */

/* Errors: CORRUPT (the checksum or a length is wrong), OUT_OF_MEMORY. */
enum status record_read_head(struct slice bytes, struct record_head *ret, struct error *err);
enum status record_read_body(struct slice bytes, struct record_body *ret, struct error *err);
enum status record_read_sections(struct slice bytes, struct record_body *ret, struct error *err);
void record_body_done(struct record_body *body);
#define _cleanup_record_body_ _cleanup_(record_body_done)

/* A complete article from both. Owns: the caller. */
enum status record_article(const struct record_head *head, const struct record_body *body, struct article **ret,
                           struct error *err);

/* SLICE as a fresh string, NULL where its ptr is NULL; *FAILED is set where memory is short. */
char *record_string(struct slice slice, bool *failed);

/* Puts an 8-byte checksum before the bytes of OUT from START on, which must have left room for it; and checks one,
 * leaving the rest in *RET. */
#define RECORD_CHECKSUM_BYTES 8
uint64_t record_checksum(struct slice bytes);
void record_seal(struct buf *out, size_t start);
enum status record_unseal(struct slice bytes, struct slice *ret, struct error *err);

#endif
