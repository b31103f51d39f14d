/* compounds.c: the list of words backwards, and the search in it. */
#include "index/compounds.h"

#include "base/limits.h"
#include "index/terms.h"

#include <string.h>

#define COMPOUND_SHORTEST 8 /* bytes of what may be a compound */
#define PART_SHORTEST 4     /* bytes of a part */
#define LOOKED_AT 256       /* words with the same end that are compared */
#define FIRST_PART "lebens" /* any first part: behind it a stemmer takes off what it takes off compounds, "Stromrechn-ung" but not "Rechnung" */

static void reverse(struct slice text, char *out)
{
    for (size_t i = 0; i < text.length; i++)
        out[i] = text.ptr[text.length - 1 - i];
}

static enum status add_word(struct database_writer *database, struct words *words, struct slice word, const char *lang,
                            struct error *err)
{
    _cleanup_buf_ struct buf stem = BUF_INIT(LIMIT_TERM);
    char backwards[LIMIT_TERM];
    struct term term;
    words_stem(words, word, lang, &stem);
    if (stem.failed || stem.length < COMPOUND_SHORTEST)
        return STATUS_OK;
    reverse((struct slice){stem.data, stem.length}, backwards);
    term = term_make(TERM_BACKWARDS, (struct slice){backwards, stem.length});
    return database_document_add_term(database, term_slice(&term), err);
}

enum status compounds_add(struct database_writer *database, struct words *words, struct slice spellings, const char *lang,
                          struct error *err)
{
    struct slice word;
    enum status status = STATUS_OK;
    if (!words_language_compounds(lang))
        return STATUS_OK;
    while (status == STATUS_OK && slice_split(&spellings, ' ', &word))
        if (word.length >= COMPOUND_SHORTEST)
            status = add_word(database, words, word, lang, err);
    return status;
}

/* The commonest of what was looked at. */
struct found {
    struct words *words;
    const char *lang;
    size_t shortest; /* bytes of a word that has another part too */
    size_t looked_at, count;
    struct {
        uint32_t key, frequency;
    } best[COMPOUNDS_FOUND];
};

static void note(struct found *found, uint32_t key, uint32_t frequency)
{
    size_t at = found->count;
    while (at > 0 && found->best[at - 1].frequency < frequency)
        at--;
    if (at == COMPOUNDS_FOUND)
        return;
    found->count += found->count < COMPOUNDS_FOUND;
    memmove(&found->best[at + 1], &found->best[at], (found->count - 1 - at) * sizeof *found->best);
    found->best[at].key = key;
    found->best[at].frequency = frequency;
}

/* TERM: TERM_BACKWARDS and a stem. */
static bool look_at_end(void *arg, struct slice term, uint32_t frequency)
{
    struct found *found = arg;
    char stem[LIMIT_TERM];
    if (term.length - 1 >= found->shortest && term.length - 1 <= sizeof stem) {
        reverse((struct slice){term.ptr + 1, term.length - 1}, stem);
        note(found, words_key((struct slice){stem, term.length - 1}), frequency);
    }
    return ++found->looked_at < LOOKED_AT;
}

static bool look_at_beginning(void *arg, struct slice word, uint32_t frequency)
{
    struct found *found = arg;
    if (word.length >= found->shortest)
        note(found, words_stem_key(found->words, word, found->lang), frequency);
    return ++found->looked_at < LOOKED_AT;
}

static void tell(const struct found *found, word_part_fn *each, void *arg)
{
    for (size_t i = 0; i < found->count; i++)
        each(arg, found->best[i].key);
}

/* What stems of compounds that end in WORD end in, backwards; empty where that is too short to tell. */
static struct slice end_of_compounds(struct words *words, struct slice word, const char *lang, char backwards[LIMIT_TERM])
{
    const size_t first = sizeof FIRST_PART - 1;
    _cleanup_buf_ struct buf compound = BUF_INIT(LIMIT_TERM), stem = BUF_INIT(LIMIT_TERM);
    buf_add_str(&compound, FIRST_PART);
    buf_add_slice(&compound, word);
    if (!compound.failed)
        words_stem(words, (struct slice){compound.data, compound.length}, lang, &stem);
    if (compound.failed || stem.failed || stem.length < first + PART_SHORTEST)
        return (struct slice){backwards, 0};
    reverse((struct slice){stem.data + first, stem.length - first}, backwards);
    return (struct slice){backwards, stem.length - first};
}

enum status compounds_each(struct database *database, struct words *words, struct slice surface, const char *lang,
                           word_part_fn *each, void *arg, struct error *err)
{
    struct found ends = {.words = words, .lang = lang};
    struct found beginnings = {.words = words, .lang = lang, .shortest = surface.length + PART_SHORTEST};
    char backwards[LIMIT_TERM];
    struct slice end;
    struct term term;
    enum status status;
    if (!words_language_compounds(lang) || surface.length < PART_SHORTEST)
        return STATUS_OK;
    end = end_of_compounds(words, surface, lang, backwards);
    if (!end.length)
        return STATUS_OK;
    ends.shortest = end.length + PART_SHORTEST;
    term = term_make(TERM_BACKWARDS, end);
    status = database_each_term(database, term_slice(&term), term_slice(&term), look_at_end, &ends, err);
    if (status == STATUS_OK)
        status = database_each_spelling(database, surface, look_at_beginning, &beginnings, err);
    tell(&ends, each, arg);
    tell(&beginnings, each, arg);
    return status;
}
