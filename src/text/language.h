/* language.h: what is known of each language: its stemmer, its stop list, how it writes. */
#ifndef DEFLECT_TEXT_LANGUAGE_H
#define DEFLECT_TEXT_LANGUAGE_H

#include "base/slice.h"

#include <stdbool.h>
#include <stddef.h>

#define LANGUAGES_MOST 64

struct language {
    char code[4];        /* ISO 639-1 */
    const char *stemmer; /* libstemmer's name; NULL: none */
    bool pairs;          /* written without spaces (or with endings glued on): compared by pairs of characters */
    bool compounds;      /* compounds are one word */
    bool elisions;       /* "l'article": the apostrophe ends a word */
};

/* The language of a BCP 47 tag ("es-MX": es); NULL where it is not in the table. Static. */
const struct language *language_find(const char *tag);

/* The table's length, and its entry I. */
size_t language_count(void);
const struct language *language_at(size_t index);

/* The place of LANGUAGE in the table. */
size_t language_index(const struct language *language);

/* The stop list of LANGUAGE as words between spaces, not folded; "" where there is none. Static. */
const char *language_stop_words(const struct language *language);

/* Courtesies and contractions ("please", "dont") that count as stop words too; as above. */
const char *language_courtesies(const struct language *language);

#endif
