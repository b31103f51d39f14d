/* words.h: how text becomes words: splitting, folding, stemming; and the normal form of a question.
 *
 * Index and question go through the same functions. A struct words holds one libstemmer handle a language and a cache of
 * words seen before; it belongs to one thread at a time.
 *
 * A word's surface is folded: NFKC, lower case, without accents. Its stem is libstemmer's of the language, folded. What the
 * index compares is neither but a key, a hash of 30 bits of the stem: equal stems have equal keys, and keys are small enough to
 * keep the words of an article in order beside it. A word can have further keys, equally good: a word as written with
 * its hyphens closed up ("log-in": log, in; and login), the stem of the word without its accents, a Chinese character beside the
 * pair that it begins. */
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
static inline void words_freep(struct words **words)
{
    *words = words_free(*words);
}

#define WORD_KEYS 4
#define WORD_KEY_BITS 30
#define WORD_KEY_MAX UINT32_C(0x3fffff00) /* keys are below; what is above is free for marks between keys */

struct word {
    struct slice surface, stem; /* folded; borrowed until the next words_split */
    uint32_t start, end;        /* bytes of the text that was split */
    uint32_t keys[WORD_KEYS];   /* the first is that of the stem */
    uint8_t key_count;          /* at least 1 */
    uint32_t surface_key;       /* of the surface */
    uint32_t stub_key;          /* of its first letters, by which relatives that stemming keeps apart meet ("verify",
                                   "verification"); 0 for short words */
    uint32_t whole_key;         /* of what is written in one with hyphens, dots or underscores and begins here (also in `keys`); 0: none */
    bool stop;                  /* a stop word of the language */
    bool pair;                  /* an n-gram of a script without spaces */
    bool glued;                 /* follows the word before it without a space ("log-in", "v2.1") */
};

struct word_list {
    struct word *items;
    size_t count, capacity;
};
void word_list_done(struct word_list *list);
#define _cleanup_word_list_ _cleanup_(word_list_done)

/* Fills LIST (its earlier words are dropped, its memory is used again) with the words of TEXT in language LANG (BCP 47; NULL or
 * unknown: no stemming, no stop words), at most MOST of them. TEXT may be malformed UTF-8. Errors: OUT_OF_MEMORY. */
enum status words_split(struct words *words, struct slice text, const char *lang, size_t most, struct word_list *list,
                        struct error *err);

struct language;

/* For texts of which only few words matter: a token (a run of text without spaces) that words_split made exactly one plain word of before
 * need not be split again. TEXT as a number, in the language of language_find; what is known of it is under way to the processor's cache. */
uint64_t words_token(const struct words *words, struct slice text, const struct language *language);
/* The keys of that word; where it has only one, both are that one. False: it is not known, or not one plain word. */
#define WORD_PLAIN_KEYS 2
bool words_recall(struct words *words, uint64_t token, uint32_t ret_keys[WORD_PLAIN_KEYS]);
/* Notes that the token of TEXT is WORD, if it is all of it and plain. */
void words_remember(struct words *words, uint64_t token, struct slice text, const struct word *word);

/* Appends the stem of WORD (one folded word) in LANG. */
void words_stem(struct words *words, struct slice word, const char *lang, struct buf *out);

/* The key of that stem. */
uint32_t words_stem_key(struct words *words, struct slice word, const char *lang);

/* Calls EACH with the key of every part, begun or ended by four letters or more, that WORD (folded) of a language of compounds may be made
 * of: "stromrechnung" gives strom, rechnung and some that are no words, which do no harm. */
typedef void word_part_fn(void *arg, uint32_t key);
void words_each_part(struct words *words, struct slice word, const char *lang, word_part_fn *each, void *arg);

/* The key of a stem, as words_split gives it. */
uint32_t words_key(struct slice stem);

/* Appends TEXT folded as surfaces are (all of it, spaces and punctuation too). */
void words_fold(struct slice text, struct buf *out);

/* True when LANG (BCP 47) has a stemmer or is handled by n-grams (zh, ja, ko). */
bool words_language_known(const char *lang);

/* True where LANG writes compounds as one word (de, nl, da, sv, no, fi, hu). */
bool words_language_compounds(const char *lang);

/* The normal form of a question, for grouping and caching: folded (case, NFC, accents), stop words and politeness dropped, stems
 * in order of the alphabet without repeats, joined by spaces. "pasword reset" stays itself (spelling is the search's job);
 * "Reset my password" and "password reset" meet. A question of stop words only keeps them. Appends to OUT. */
enum status words_normal_form(struct words *words, struct slice text, const char *lang, struct buf *out,
                              struct error *err);

/* The language of TEXT as far as its script and its stop words tell ("de"), FALLBACK where they do not. Borrowed. */
const char *words_guess_language(struct words *words, struct slice text, const char *fallback);

/* Names stemmer and stop lists and their version; an index made with others is incompatible. Static. */
const char *words_version(void);

#endif
