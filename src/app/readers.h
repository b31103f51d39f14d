/* readers.h: index readers to borrow, so that no two threads share one and none is opened needlessly.
 *
 * The pool knows the revision of the latest commit; a borrowed reader sees at least that. Threads:
 * any. */
#ifndef DEFLECT_APP_READERS_H
#define DEFLECT_APP_READERS_H

#include "index/index.h"

struct readers;

/* FOLDER is the index's own (borrowed: must outlive the pool); it need not hold an index yet. */
enum status readers_new(const char *folder, struct readers **ret, struct error *err);
struct readers *readers_free(struct readers *readers);

/* Errors: NOT_FOUND (no index yet), INCOMPATIBLE, CORRUPT, IO. */
enum status readers_take(struct readers *readers, struct index_reader **ret, struct error *err);
void readers_give(struct readers *readers, struct index_reader *reader);

/* Looks whether the index has moved on; to be called after a commit, and now and then, since other
 * processes commit too. */
enum status readers_look(struct readers *readers, struct error *err);

/* Closes the idle readers, so that the next ones are opened anew; after damage. */
void readers_reset(struct readers *readers);

/* Of the latest commit seen; 0: none yet. */
uint64_t readers_revision(const struct readers *readers);

#endif
