/* translation.h: which of an article's translations is shown to whom. */
#ifndef DEFLECT_INDEX_TRANSLATION_H
#define DEFLECT_INDEX_TRANSLATION_H

#include "base/error.h"
#include "index/database.h"
#include "index/record.h"

#include <stdbool.h>
#include <stdint.h>

/* Who asks. Tags of BCP 47; NULL or "": none. */
struct translation_reader {
    const char *lang;         /* wanted: itself, then its general form (es-MX, es), then another region's */
    const char *default_lang; /* second best, by the same steps */
    bool agents;              /* may see agents' articles */
};

/* True where the article of this HEAD is not in the language wanted and has translations. */
bool translation_sought(struct database *database, const struct translation_reader *reader, const struct record_head *head);

/* Sets *RET to the document of the translation that suits READER best of those that he may see; DOCUMENT itself, whose HEAD this is, among
 * equals. A HEAD borrowed from DATABASE is gone afterwards. Errors: CORRUPT, MODIFIED. */
enum status translation_choose(struct database *database, const struct translation_reader *reader, uint32_t document,
                               const struct record_head *head, uint32_t *ret, struct error *err);

#endif
