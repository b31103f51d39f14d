/* generation.h: where in the index' folder the database in use lies.
 *
 * There are two of them, a database of articles and the segments of past tickets (enum generation_kind). A rebuild writes a new folder "articles-N" beside
 * the one in use; the file "articles" names the one that readers open and is replaced atomically, so that they see the old
 * one or the new one and nothing between. */
#ifndef DEFLECT_INDEX_GENERATION_H
#define DEFLECT_INDEX_GENERATION_H

#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

enum generation_kind { GENERATION_ARTICLES, GENERATION_LEARNED };

/* What an index must have been made with to be read; stands in its metadata under "schema". Static. */
const char *generation_schema(void);

/* The generation in use. Errors: NOT_FOUND (none yet), CORRUPT (it cannot be told), IO. */
enum status generation_current(const char *folder, enum generation_kind kind, uint64_t *ret, struct error *err);

/* The path of a generation's database. Owns: the caller. NULL when memory is short. */
char *generation_path(const char *folder, enum generation_kind kind, uint64_t generation);

/* Brings every file of the generation to disk, makes it the one in use, and removes all others. */
enum status generation_publish(const char *folder, enum generation_kind kind, uint64_t generation, struct error *err);

/* Removes generations other than KEEP, left over from writers that were stopped; what cannot be removed stays. */
void generation_sweep(const char *folder, enum generation_kind kind, uint64_t keep);

#endif
