/* generation.h: where in the index' folder the database in use lies.
 *
 * A rebuild writes a new folder "articles-N" beside the one in use; the file CURRENT names the one that readers open and is replaced
 * atomically, so that they see the old index or the new one and nothing between. */
#ifndef DEFLECT_INDEX_GENERATION_H
#define DEFLECT_INDEX_GENERATION_H

#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

/* What an index must have been made with to be read; stands in its metadata under "schema". Static. */
const char *generation_schema(void);

/* The generation in use. Errors: NOT_FOUND (no index yet), CORRUPT (CURRENT cannot be read), IO. */
enum status generation_current(const char *folder, uint64_t *ret, struct error *err);

/* The path of a generation's database. Owns: the caller. NULL when memory is short. */
char *generation_path(const char *folder, uint64_t generation);

/* Brings every file of the generation to disk, makes it the one in use, and removes all others. */
enum status generation_publish(const char *folder, uint64_t generation, struct error *err);

/* Removes generations other than KEEP, left over from writers that were stopped; what cannot be removed stays. */
void generation_sweep(const char *folder, uint64_t keep);

#endif
