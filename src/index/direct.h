/* direct.h: the direct (or forward) index: for each document what ranking and hits read of it, for each word in how many documents it stands.
 *
 * It lies beside the database, which has all of it too, but spread over blocks that cost a search far more to read. Two files:
 *
 * direct.N     the documents' records one after another, only ever appended to;
 * direct       a table in memory that all readers share: where each document's record lies, and the words' frequencies.
 *
 * The table says to which revision of the database it belongs. A writer that finds it missing, damaged or of another revision
 * makes both files anew from the database (direct_fill); a reader that cannot use a record reads the database instead. So
 * nothing depends on these files, and a crash at any point only costs time. */
#ifndef DEFLECT_INDEX_DIRECT_H
#define DEFLECT_INDEX_DIRECT_H

#include "base/error.h"
#include "base/slice.h"
#include "index/database.h"

#include <stdbool.h>
#include <stdint.h>

/* ---- Reading: one thread at a time ---- */

struct direct;

/* FOLDER is the database's. Errors: NOT_FOUND, CORRUPT, IO, OUT_OF_MEMORY. Owns: the caller closes it. */
enum status direct_open(const char *folder, struct direct **ret, struct error *err);
struct direct *direct_close(struct direct *direct);

/* True once other files have taken the place of these: open them again. */
bool direct_replaced(const struct direct *direct);

/* The revision of the database that the table belongs to. */
uint64_t direct_revision(const struct direct *direct);

/* Sets *RET to the number of documents in which KEY stands. False: the table does not know the word. */
bool direct_frequency(const struct direct *direct, uint32_t key, uint32_t *ret);

/* The document's signature. Borrowed until the next call of either function. Errors: NOT_FOUND, CORRUPT, IO, OUT_OF_MEMORY. */
enum status direct_signature(struct direct *direct, uint32_t document, struct slice *ret, struct error *err);

/* The document's head and sections (record.h). Borrowed and errors: as above. */
enum status direct_shown(struct direct *direct, uint32_t document, struct slice *ret_head, struct slice *ret_sections,
                          struct error *err);

/* ---- Writing ---- */

struct direct_writer;

/* The files in FOLDER as of REVISION of the DATABASE (borrowed). *RET_WHOLE is false where they are to be filled anew (they are missing,
 * damaged, of another revision, or hold more of the past than of the present). Errors: IO, OUT_OF_MEMORY. */
enum status direct_writer_open(const char *folder, struct database *database, uint64_t revision, struct direct_writer **ret,
                                bool *ret_whole, struct error *err);
/* Drops what was not committed. Returns NULL. */
struct direct_writer *direct_writer_close(struct direct_writer *writer);

struct direct_record {
    struct slice signature, head, sections;
};
/* Errors: IO, OUT_OF_MEMORY. */
enum status direct_writer_put(struct direct_writer *writer, uint32_t document, const struct direct_record *record,
                               struct error *err);
enum status direct_writer_remove(struct direct_writer *writer, uint32_t document, struct error *err);
/* The word's frequency may have changed. */
enum status direct_writer_touch(struct direct_writer *writer, uint32_t key, struct error *err);

/* Shows readers everything since the last commit; call right after the database's own commit, which made REVISION. */
enum status direct_writer_commit(struct direct_writer *writer, uint64_t revision, struct error *err);

#endif
