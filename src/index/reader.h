/* reader.h: what the functions of a reader share; private to the index. */
#ifndef DEFLECT_INDEX_READER_H
#define DEFLECT_INDEX_READER_H

#include "index/database.h"
#include "index/direct.h"
#include "index/index.h"
#include "index/learned.h"
#include "index/record.h"
#include "index/signature.h"
#include "index/synonyms.h"
#include "text/words.h"

#define SYNONYM_LANGUAGES 4
#define IDF_CACHE_SLOTS 16384 /* a power of two */

struct index_reader {
    char *folder;
    uint64_t generation;
    struct database *database;
    struct direct *direct; /* NULL where there is none of use: the database has all of it too */
    struct buf scratch, scratch_words; /* an article read from the database, and its signature */
    struct learned *learned; /* NULL where nothing was learned */
    struct words *words;
    char *synonyms_text;      /* the knowledge base's own, as synonyms_read reads it */
    /* Its own and the everyday ones, for the languages last asked in. */
    struct reader_synonyms {
        char lang[4], default_lang[4];
        struct synonyms synonyms;
    } synonyms[SYNONYM_LANGUAGES];
    size_t next_synonyms;     /* whose place the next language takes */
    double body_words, section_words; /* averages over articles and sections */
    uint32_t articles;
    /* Words met since the last commit, direct-mapped by key. */
    struct idf_slot {
        uint32_t key, frequency;
        float idf;
    } *idf;
};

/* What ranking reads of the article in DOCUMENT. Borrowed from the reader until the next call of either function. Errors: CORRUPT,
 * MODIFIED, OUT_OF_MEMORY. */
enum status index_reader_signature(struct index_reader *reader, uint32_t document, struct signature *ret, struct error *err);
/* What a hit shows of it; of the body only the sections. Borrowed and errors: as above; the caller calls record_body_done. */
enum status index_reader_shown(struct index_reader *reader, uint32_t document, struct record_head *ret_head,
                               struct record_body *ret_sections, struct error *err);

/* For question_context, rank_collection and learned_ask: ARG is the reader. */
uint32_t index_reader_frequency(void *arg, uint32_t key);
float index_reader_idf(void *arg, uint32_t key);
uint32_t index_reader_beginnings(void *arg, struct slice beginning);
const struct synonyms *index_reader_synonyms(void *arg, const char *lang, const char *default_lang);

#endif
