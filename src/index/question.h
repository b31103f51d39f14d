/* question.h: a question or ticket, ready to be compared: its distinct words with their weights, and the subject in order. */
#ifndef DEFLECT_INDEX_QUESTION_H
#define DEFLECT_INDEX_QUESTION_H

#include "base/limits.h"
#include "index/index.h"
#include "index/synonyms.h"
#include "text/words.h"

#define QUESTION_FORMS 12    /* of one word */
#define QUESTION_WORDS 64    /* distinct words that are compared; of a long ticket, the best */
#define QUESTION_SEQUENCE 64 /* words of the subject whose order counts */

/* Another key that stands for a word, and how well (1: just as well). */
struct question_form {
    uint32_t key;
    float weight;
};

struct question_word {
    struct slice surface, stem; /* in the question's memory */
    struct question_form forms[QUESTION_FORMS];
    size_t form_count;
    size_t own_forms; /* the forms from here on are its synonyms'; 0: it has none */
    uint32_t surface_key;
    uint32_t frequency; /* articles that hold it, or where none does, its commonest other form */
    uint32_t whole_key; /* of a name written with hyphens, dots or underscores that begins here; 0: none */
    bool glued;         /* a further part of such a name */
    unsigned count;     /* times asked */
    float idf, weight;  /* weight: idf, less for stop words and for what only a ticket's body says */
    bool stop, pair, in_subject;
    bool prefix;        /* still being typed: stands for every word that begins so */
    bool corrected;     /* `surface` is not what was asked but what was meant */
    uint32_t start, end; /* where it first stands in the subject */
    uint16_t place;     /* where it first stood */
};

/* What question_read needs to know of the collection. */
typedef uint32_t question_frequency_fn(void *arg, uint32_t key);
typedef uint32_t question_beginnings_fn(void *arg, struct slice beginning);
typedef const struct synonyms *question_synonyms_fn(void *arg, const char *lang, const char *default_lang);
struct question_context {
    struct words *words;
    question_synonyms_fn *synonyms;   /* those for questions in a language; may be NULL */
    void *synonyms_arg;
    question_frequency_fn *frequency; /* articles that hold a word */
    void *frequency_arg;
    question_beginnings_fn *beginnings; /* articles that have a word that begins so in title, questions or headings; may be NULL */
    void *beginnings_arg;
    uint32_t articles;
};

struct question {
    struct question_word *words;
    size_t count, capacity;
    uint16_t sequence[QUESTION_SEQUENCE]; /* the subject's words in order, as places in `words` */
    size_t sequence_length;
    const char *lang;                     /* of the question; static or the query's */
    bool has_body;
    double total_weight;                  /* sum of the words' weights */
    size_t content_words;                 /* words of the subject that are no stop words */
    char *memory, **kept;                 /* what the slices point to */
    /* Finds keys: a filter of one bit for each of the lowest bits, and a table of forms. */
    uint64_t filter[64];
    struct question_slot {
        uint32_t key;
        uint16_t word;
        uint16_t form;
    } *slots;
    size_t slot_mask;
};

/* The weight of a word that FREQUENCY of ARTICLES hold: BM25's idf, kept above 0. */
float question_idf(uint32_t frequency, uint32_t articles);

/* Errors: OUT_OF_MEMORY. Owns: the caller calls question_done, also after a failure. */
enum status question_read(const struct question_context *context, const struct index_query *query, struct question *ret,
                          struct error *err);
void question_done(struct question *question);

/* Weighs the words anew after their forms changed. */
void question_weigh(struct question *question, const struct question_context *context);

/* Rebuilds the table of keys after forms were added. Errors: OUT_OF_MEMORY. */
enum status question_index(struct question *question, struct error *err);

/* Keeps a copy of TEXT for as long as the question lives; NULL when memory is short. */
char *question_keep(struct question *question, const char *text);

/* Adds a form to a word (no effect where it is there or there is no room). */
void question_add_form(struct question_word *word, uint32_t key, float weight);

/* The slot of KEY, NULL where the question does not have it. */
static inline const struct question_slot *question_find(const struct question *question, uint32_t key)
{
    if (!(question->filter[key >> 6 & 63] >> (key & 63) & 1))
        return NULL;
    for (size_t at = key * UINT32_C(2654435769) >> 7;; at++) {
        const struct question_slot *slot = &question->slots[at & question->slot_mask];
        if (slot->key == key)
            return slot;
        if (slot->key == UINT32_MAX)
            return NULL;
    }
}

#endif
