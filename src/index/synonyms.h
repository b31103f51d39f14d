/* synonyms.h: words and phrases of a knowledge base that mean the same. */
#ifndef DEFLECT_INDEX_SYNONYMS_H
#define DEFLECT_INDEX_SYNONYMS_H

#include "base/buf.h"
#include "base/error.h"
#include "base/limits.h"
#include "text/words.h"

/* One way to say what a group means. */
struct synonym_form {
    uint32_t keys[LIMIT_SYNONYM_WORDS];
    unsigned length;
    unsigned stops; /* which of them are stop words, a bit each */
    unsigned group; /* forms of a group stand together */
    float weight;   /* what a synonym counts beside the word itself */
};

struct synonyms {
    struct synonym_form *forms;
    size_t count, capacity;
};
void synonyms_done(struct synonyms *synonyms);

/* GROUPS (as index_writer_set_synonyms has them) as text: a group a line, forms parted by tabs. Errors: OUT_OF_MEMORY. */
enum status synonyms_write(char ***groups, struct buf *out, struct error *err);

/* Reads that text and adds to RET. Questions in LANG ask for articles in LANG and in SECOND_LANG (the default language; may be NULL), so each
 * form is split as both. A form of more than LIMIT_SYNONYM_WORDS words is left out. */
enum status synonyms_read(struct words *words, struct slice text, const char *lang, const char *second_lang, float weight,
                          struct synonyms *ret, struct error *err);

#endif
