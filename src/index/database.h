/* database.h: the little that the index needs of Xapian, as C. Implemented by index_xapian.cc alone.
 *
 * A document has terms (with a count), values by slot, and data; it is addressed by one term that is its own. Words are terms
 * made of their key (text/words.h), so that this layer knows no text. No exception leaves these functions: each is mapped to a
 * status once. Objects belong to one thread at a time. */
#ifndef DEFLECT_INDEX_DATABASE_H
#define DEFLECT_INDEX_DATABASE_H

#include "base/buf.h"
#include "base/error.h"
#include "base/slice.h"

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#define DATABASE_NOEXCEPT noexcept
#else
#define DATABASE_NOEXCEPT
#endif

#define DATABASE_TERM_MOST 240 /* bytes */

/* Xapian's version. Static. */
const char *database_engine_version(void) DATABASE_NOEXCEPT;

/* The term of a word: this and the four bytes of its key, the highest first. */
#define DATABASE_KEY_PREFIX "K"
static inline bool database_key_of(struct slice term, uint32_t *ret)
{
    const unsigned char *bytes = (const unsigned char *)term.ptr;
    if (term.length != 5)
        return false;
    *ret = (uint32_t)bytes[1] << 24 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 8 | bytes[4];
    return true;
}

/* ---- Reading ---- */

struct database;

/* Errors: NOT_FOUND, CORRUPT, IO. Owns: the caller closes it. */
enum status database_open(const char *folder, struct database **ret, struct error *err) DATABASE_NOEXCEPT;
struct database *database_close(struct database *database) DATABASE_NOEXCEPT;
/* Sees the latest commit; *RET_CHANGED (may be NULL) tells whether there was one. */
enum status database_refresh(struct database *database, bool *ret_changed, struct error *err) DATABASE_NOEXCEPT;
uint64_t database_revision(const struct database *database) DATABASE_NOEXCEPT;
uint32_t database_count(const struct database *database) DATABASE_NOEXCEPT; /* documents */

/* How many documents hold the word; 0 also on errors. */
uint32_t database_frequency(struct database *database, uint32_t key) DATABASE_NOEXCEPT;
uint32_t database_term_frequency(struct database *database, struct slice term) DATABASE_NOEXCEPT;
/* True once one of these has met damage. */
bool database_damaged(const struct database *database) DATABASE_NOEXCEPT;

/* The document of TERM (its lowest number). Errors: NOT_FOUND. */
enum status database_find(struct database *database, struct slice term, uint32_t *ret_document, struct error *err) DATABASE_NOEXCEPT;

/* Value SLOT of a document, "" where it has none. Borrowed until the next call for the same slot. */
enum status database_value(struct database *database, uint32_t document, unsigned slot, struct slice *ret,
                           struct error *err) DATABASE_NOEXCEPT;
/* Appends a document's data to OUT. */
enum status database_data(struct database *database, uint32_t document, struct buf *out, struct error *err) DATABASE_NOEXCEPT;
/* *RET: fresh text of a metadata key, "" where it is not set. */
enum status database_metadata(struct database *database, const char *key, char **ret, struct error *err) DATABASE_NOEXCEPT;

/* Calls EACH with every document's number in order; false stops. */
typedef bool database_document_fn(void *arg, uint32_t document);
enum status database_each(struct database *database, struct slice term, database_document_fn *each, void *arg,
                          struct error *err) DATABASE_NOEXCEPT;
/* Calls EACH with the terms that begin with PREFIX and come after AFTER (both with the prefix), in order of bytes. */
typedef bool database_term_fn(void *arg, struct slice term, uint32_t frequency);
enum status database_each_term(struct database *database, struct slice prefix, struct slice after,
                               database_term_fn *each, void *arg, struct error *err) DATABASE_NOEXCEPT;

/* A word known to the spelling list that differs from WORD by at most MOST_EDITS, "" where there is none (fresh). */
enum status database_spell(struct database *database, struct slice word, unsigned most_edits, char **ret,
                           struct error *err) DATABASE_NOEXCEPT;

/* Calls EACH with the words of the spelling list that begin with PREFIX, in order of bytes. */
enum status database_each_spelling(struct database *database, struct slice prefix, database_term_fn *each, void *arg,
                                   struct error *err) DATABASE_NOEXCEPT;

/* Reads every block and checks it; what is wrong is in the message. Errors: CORRUPT. */
enum status database_check(const char *folder, struct error *err) DATABASE_NOEXCEPT;

/* ---- Matching ---- */

/* One word of a query, or one of its other forms. */
struct match_term {
    uint32_t key;
    struct slice term; /* where not empty: this term, not the key's */
    double weight;     /* multiplies the term's BM25 weight */
    bool optional;     /* adds to the score but brings no documents */
};

struct match_query {
    const struct match_term *terms;
    size_t count;
    struct slice without; /* documents with this term are left out; empty: none */
    size_t most;          /* documents wanted */
};

struct match {
    uint32_t document;
    double weight;
};

/* Fills RET (room for `most`) best first. *RET_TOTAL: estimate of all that match. Errors: MODIFIED, CORRUPT. */
enum status database_match(struct database *database, const struct match_query *query, struct match *ret,
                           size_t *ret_count, size_t *ret_total, struct error *err) DATABASE_NOEXCEPT;

/* ---- Writing ---- */

struct database_writer;

/* Creates the database where it is missing. BULK: made from nothing and of no use before it is finished, so that nothing needs to reach the
 * disk before the last commit. Errors: LOCKED, CORRUPT, IO. */
enum status database_writer_open(const char *folder, bool bulk, struct database_writer **ret, struct error *err) DATABASE_NOEXCEPT;
/* Drops what was not committed. Returns NULL. */
struct database_writer *database_writer_close(struct database_writer *writer) DATABASE_NOEXCEPT;

/* The writer's own view, uncommitted changes included; its revision is that of the last commit. Borrowed. */
struct database *database_writer_view(struct database_writer *writer) DATABASE_NOEXCEPT;

/* A document is built first, then put. */
enum status database_document_new(struct database_writer *writer, struct error *err) DATABASE_NOEXCEPT;
enum status database_document_add_key(struct database_writer *writer, uint32_t key, unsigned count, struct error *err) DATABASE_NOEXCEPT;
enum status database_document_add_term(struct database_writer *writer, struct slice term, struct error *err) DATABASE_NOEXCEPT;
enum status database_document_set_value(struct database_writer *writer, unsigned slot, struct slice bytes,
                                        struct error *err) DATABASE_NOEXCEPT;
enum status database_document_set_data(struct database_writer *writer, struct slice bytes, struct error *err) DATABASE_NOEXCEPT;
/* Replaces the document that has ID_TERM, or adds it; *RET (may be NULL): its number. */
enum status database_document_put(struct database_writer *writer, struct slice id_term, uint32_t *ret, struct error *err) DATABASE_NOEXCEPT;

enum status database_writer_remove(struct database_writer *writer, struct slice id_term, struct error *err) DATABASE_NOEXCEPT;
/* WORD stands in BY articles more (below 0: less); the spelling list has it so from the next commit on. */
enum status database_writer_count_spelling(struct database_writer *writer, struct slice word, int by, struct error *err) DATABASE_NOEXCEPT;
enum status database_writer_set_metadata(struct database_writer *writer, const char *key, struct slice text,
                                         struct error *err) DATABASE_NOEXCEPT;
enum status database_writer_commit(struct database_writer *writer, struct error *err) DATABASE_NOEXCEPT;

#ifdef __cplusplus
}
#endif

#endif
