/* direct_fill.h: makes the direct index anew from the database. Private to the index. */
#ifndef DEFLECT_INDEX_DIRECT_FILL_H
#define DEFLECT_INDEX_DIRECT_FILL_H

#include "index/direct.h"
#include "text/words.h"

/* Puts every article of DATABASE into WRITER; what OLD (may be NULL) has of it as it is now is taken from there. The caller commits.
 * Errors: CORRUPT (the database), IO, OUT_OF_MEMORY. */
enum status direct_fill(struct database *database, struct words *words, struct direct *old, struct direct_writer *writer,
                         struct error *err);

#endif
