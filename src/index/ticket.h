/* ticket.h: a short text as learning sees it: the set of its words and of its pairs of neighbouring words. */
#ifndef DEFLECT_INDEX_TICKET_H
#define DEFLECT_INDEX_TICKET_H

#include "base/error.h"
#include "text/words.h"

#include <stdint.h>

/* A feature is a key with its kind in the two highest bits. */
enum ticket_kind { TICKET_WORD, TICKET_STOP, TICKET_PAIR, TICKET_LOOSE_PAIR /* one of the two is a stop word */ };
#define TICKET_KIND(feature) ((enum ticket_kind)((feature) >> WORD_KEY_BITS))
#define TICKET_KEY(feature) ((feature)&UINT32_C(0x3fffffff))

#define TICKET_WORDS 48                       /* of a text that are looked at */
#define TICKET_FEATURES (2 * TICKET_WORDS)

/* What a feature of each kind counts beside a word. */
double ticket_kind_weight(enum ticket_kind kind);

struct ticket {
    uint32_t features[TICKET_FEATURES]; /* ascending, each once */
    size_t count;
};

/* From the keys of a text's words in order, and which of them are stop words. */
void ticket_from_keys(const uint32_t *keys, const bool *stops, size_t count, struct ticket *ret);

/* From a text. Errors: OUT_OF_MEMORY. */
enum status ticket_from_text(struct words *words, struct slice text, const char *lang, struct ticket *ret,
                             struct error *err);

#endif
