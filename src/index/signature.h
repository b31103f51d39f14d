/* signature.h: an article as the ranking sees it: the keys of its words in order, field by field, in one run of 32-bit numbers.
 *
 * A search reads the signatures of some hundred candidates, so they are small (words that say nothing are left out of the body) and
 * are scanned once, without decoding: a number is either a mark that begins a field or the key of a word. */
#ifndef DEFLECT_INDEX_SIGNATURE_H
#define DEFLECT_INDEX_SIGNATURE_H

#include "article/article.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/slice.h"
#include "text/words.h"

/* Marks; all are above WORD_KEY_MAX. SIGNATURE_QUESTION and SIGNATURE_SECTION begin each question and each section's heading. */
enum {
    SIGNATURE_TITLE = 0x3fffff01,
    SIGNATURE_NAME = 0x3fffff02, /* the last part of the path, and of each former path: what the page was called once */
    SIGNATURE_QUESTION = 0x3fffff03,
    SIGNATURE_TAGS = 0x3fffff04,
    SIGNATURE_SUMMARY = 0x3fffff05,
    SIGNATURE_SECTION = 0x3fffff06,
    SIGNATURE_BODY = 0x3fffff07, /* the text below the heading */
    SIGNATURE_PLACE = 0x3fffff08, /* the folders of the path, and the category */
};

/* In a key: another form of the word before it; a stop word. */
#define SIGNATURE_SAME UINT32_C(0x80000000)
#define SIGNATURE_STOP UINT32_C(0x40000000)
#define SIGNATURE_KEY(number) ((number)&UINT32_C(0x3fffffff))

enum { SIGNATURE_AGENTS = 1, SIGNATURE_UNPUBLISHED = 2 };

struct signature {
    uint32_t flags;
    uint32_t lang;            /* key of the primary language ("en") */
    uint32_t translation_key; /* hash */
    uint32_t body_words, sections;
    uint64_t article;         /* hash of the id */
    const char *numbers;      /* COUNT 32-bit numbers, not aligned */
    size_t count;
    struct slice surfaces;    /* the folded words of title, questions and headings, a space before each */
};

/* The hash by which an article is known in signatures and past tickets. */
uint64_t signature_article(struct slice id);
uint32_t signature_lang(const char *lang);

/* Appends ARTICLE's signature to OUT, and to SPELLINGS each word once that can be misspelt, with a space behind it.
 * Errors: OUT_OF_MEMORY (also past a cap). */
enum status signature_write(struct words *words, const struct article *article, struct buf *out, struct buf *spellings,
                            struct error *err);

/* Borrowed from BYTES. Errors: CORRUPT. */
enum status signature_read(struct slice bytes, struct signature *ret, struct error *err);

/* The number at PLACE. */
static inline uint32_t signature_at(const struct signature *signature, size_t place)
{
    uint32_t number;
    memcpy(&number, signature->numbers + place * sizeof number, sizeof number);
    return number;
}

#endif
