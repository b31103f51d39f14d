/* words.h: how text becomes words: splitting, folding, stemming; and the normal form of a question.
 *
 * Index and question go through the same functions. A struct words holds one libstemmer handle a language and a cache of stems;
 * it belongs to one thread at a time. */
#ifndef DEFLECT_TEXT_WORDS_H
#define DEFLECT_TEXT_WORDS_H

#include "base/buf.h"
#include "base/error.h"
#include "base/slice.h"

#include <stdbool.h>
#include <stdint.h>

struct words;

/* Owns: the caller frees with words_free. Errors: OUT_OF_MEMORY. */
enum status words_new(struct words **ret, struct error *err);
struct words *words_free(struct words *words);

/* True when LANG (BCP 47) has a stemmer or is handled by n-grams (zh, ja, ko). */
bool words_language_known(const char *lang);

/* The normal form of a question, for grouping and caching: folded (case, NFC, accents), stop words and politeness dropped, stems
 * in order of the alphabet without repeats, joined by spaces. "pasword reset" stays itself (spelling is the search's job);
 * "Reset my password" and "password reset" meet. Appends to OUT. */
enum status words_normal_form(struct words *words, struct slice text, const char *lang, struct buf *out,
                              struct error *err);

/* The language of TEXT as far as its words tell ("de"), FALLBACK where they do not. Borrowed. */
const char *words_guess_language(struct words *words, struct slice text, const char *fallback);

#endif
