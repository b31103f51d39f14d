/* forward_fill.h: makes the forward index anew from the database. Private to the index. */
#ifndef DEFLECT_INDEX_FORWARD_FILL_H
#define DEFLECT_INDEX_FORWARD_FILL_H

#include "index/forward.h"
#include "text/words.h"

/* Puts every article of DATABASE into WRITER; what OLD (may be NULL) has of it as it is now is taken from there. The caller commits.
 * Errors: CORRUPT (the database), IO, OUT_OF_MEMORY. */
enum status forward_fill(struct database *database, struct words *words, struct forward *old, struct forward_writer *writer,
                         struct error *err);

#endif
