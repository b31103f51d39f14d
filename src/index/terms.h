/* terms.h: the names of the terms that are no words: an article's id, path, redirects, files, and what it is filtered by. */
#ifndef DEFLECT_INDEX_TERMS_H
#define DEFLECT_INDEX_TERMS_H

#include "base/slice.h"

#include <stdint.h>

/* Value slots. */
enum { SLOT_HEAD = 1 };

#define TERM_ALL "Xall"                       /* every article */
#define TERM_HIDDEN_FROM_PUBLIC "Xhidden"     /* drafts, archived, agents' articles */
#define TERM_HIDDEN_FROM_AGENTS "Xunpublished" /* drafts, archived */

#define TERM_ID 'Q'
#define TERM_PATH 'P'
#define TERM_REDIRECT 'R'
#define TERM_TRANSLATION 'T'
#define TERM_FILE 'F' /* a file that a public article links */
#define TERM_HASH 'H' /* of the id, as signatures and past tickets know the article */
#define TERM_EDGE 'E' /* the beginning of a word of title, questions or headings */

#define TERM_BACKWARDS 'C' /* the stem of a word that may be a compound, backwards */

#define TERM_EDGE_LETTERS 12 /* longest beginning that is indexed, in characters */

struct term {
    char bytes[256];
    size_t length;
};

/* KIND and TEXT as one term; a TEXT too long for a term is replaced by its digest. */
struct term term_make(char kind, struct slice text);

/* TERM_HASH and the hash of an id (signature_article). */
struct term term_of_hash(uint64_t hash);

static inline struct slice term_slice(const struct term *term)
{
    return (struct slice){term->bytes, term->length};
}

#endif
