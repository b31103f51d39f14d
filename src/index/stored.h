/* stored.h: an article as the database keeps it; private to the index. */
#ifndef DEFLECT_INDEX_STORED_H
#define DEFLECT_INDEX_STORED_H

#include "article/article.h"
#include "base/buf.h"
#include "base/error.h"
#include "index/database.h"
#include "index/record.h"

#include <stdint.h>

#define STORED_MOST (64 * 1024 * 1024) /* bytes of one stored article */

/* The head of the article in DOCUMENT. Borrowed from DATABASE until its next value is read. Errors: NOT_FOUND, CORRUPT, MODIFIED. */
enum status stored_head(struct database *database, uint32_t document, struct record_head *ret, struct error *err);

/* The whole article, and where not NULL when it was last changed. SCRATCH is emptied first. Errors: as above, OUT_OF_MEMORY. Owns: the caller. */
enum status stored_article(struct database *database, uint32_t document, struct buf *scratch, struct article **ret,
                           int64_t *ret_updated_ms, struct error *err);

#endif
