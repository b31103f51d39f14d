/* mend.c: finds what unknown words stand for. */
#include "index/mend.h"

#include "base/buf.h"
#include "base/str.h"
#include "index/compounds.h"

#include <stdlib.h>
#include <string.h>

#define MEND_WORDS 12        /* longest subject, in distinct words, that is mended; a ticket has words enough */
#define SPELL_SHORTEST 4     /* letters of a word that is corrected */
#define SPELL_TWO_EDITS 8    /* letters from which two edits are believed */
#define JOINED_WEIGHT 1.0F
#define SPLIT_WEIGHT 0.7F
#define HALF_SHORTEST 3      /* letters of a half that says something: "log" of "login", neither of "deis" */
#define PART_WEIGHT 0.7F     /* of a part for its compound, and the other way round */
#define CODE_SHORTEST 4      /* letters of a code that may lack its "0x" */
#define COMPLETIONS 8
#define SURFACE_MOST 130

/* A mending under way. */
struct mend {
    struct index_reader *reader;
    struct question *question;
    struct question_word *word;
    size_t added;
    bool changed;
};

static bool is_known(struct mend *mend, uint32_t key)
{
    return index_reader_frequency(mend->reader, key) > 0;
}

static void add_known(struct mend *mend, uint32_t key, float weight)
{
    if (!is_known(mend, key))
        return;
    question_add_form(mend->word, key, weight);
    mend->changed = true;
    mend->added++;
}

/* What customers wrote before is no mistake either, nor is a word whose synonym articles have. */
static bool word_is_known(struct mend *mend, const struct question_word *word)
{
    for (size_t f = 0; f < word->form_count; f++)
        if ((word->forms[f].weight >= 1 || (word->own_forms && f >= word->own_forms)) &&
            is_known(mend, word->forms[f].key))
            return true;
    return learned_knows(mend->reader->learned, word->forms[0].key);
}

/* A and the word behind it are one word, cut in two where articles do not know one of the halves. */
static void make_one(struct question_word *a, struct question_word *b, uint32_t key)
{
    a->whole_key = key;
    a->stop = false;
    b->glued = true;
}

/* Two neighbours written as one: both words then stand for it. */
static void join_neighbours(struct mend *mend)
{
    struct question *question = mend->question;
    for (size_t i = 0; i + 1 < question->sequence_length; i++) {
        struct question_word *a = &question->words[question->sequence[i]], *b = &question->words[question->sequence[i + 1]];
        char joined[SURFACE_MOST];
        size_t length = a->surface.length + b->surface.length;
        uint32_t key;
        if (a->pair || b->pair || b->prefix || length > sizeof joined || a->surface.length < 2 || b->surface.length < 2)
            continue;
        memcpy(joined, a->surface.ptr, a->surface.length);
        memcpy(joined + a->surface.length, b->surface.ptr, b->surface.length);
        key = words_stem_key(mend->reader->words, (struct slice){joined, length}, question->lang);
        if (b == a + 1 && is_known(mend, key) && !(word_is_known(mend, a) && word_is_known(mend, b)))
            make_one(a, b, key);
        mend->word = a;
        add_known(mend, key, JOINED_WEIGHT);
        if (!a->stop && !b->stop) {
            mend->word = b;
            add_known(mend, key, JOINED_WEIGHT);
        }
    }
}

/* One word written as two: the cut whose rarer half is least rare. */
static void split_word(struct mend *mend)
{
    struct slice surface = mend->word->surface;
    uint32_t best = 0, best_keys[2] = {0};
    bool said[2] = {false};
    for (size_t at = 2; at + 2 <= surface.length; at++) {
        struct slice halves[2] = {{surface.ptr, at}, {surface.ptr + at, surface.length - at}};
        uint32_t keys[2], least;
        if (((unsigned char)surface.ptr[at] & 0xc0) == 0x80)
            continue;
        keys[0] = words_stem_key(mend->reader->words, halves[0], mend->question->lang);
        keys[1] = words_stem_key(mend->reader->words, halves[1], mend->question->lang);
        least = index_reader_frequency(mend->reader, keys[0]);
        if (least > best) {
            uint32_t second = index_reader_frequency(mend->reader, keys[1]);
            least = second < least ? second : least;
        }
        if (least > best) {
            best = least;
            memcpy(best_keys, keys, sizeof keys);
            for (int i = 0; i < 2; i++)
                said[i] = utf8_count(halves[i]) >= HALF_SHORTEST;
        }
    }
    for (int i = 0; i < 2; i++)
        if (said[i])
            add_known(mend, best_keys[i], SPLIT_WEIGHT);
}

static void add_part(void *arg, uint32_t key)
{
    add_known(arg, key, PART_WEIGHT);
}

/* German umlauts typed as two letters. */
static void add_umlauts(struct mend *mend)
{
    struct slice surface = mend->word->surface;
    char plain[SURFACE_MOST];
    size_t length = 0;
    if (strncmp(mend->question->lang, "de", 2) != 0 || surface.length > sizeof plain)
        return;
    for (size_t i = 0; i < surface.length; i++) {
        plain[length++] = surface.ptr[i];
        if (strchr("aou", surface.ptr[i]) && i + 1 < surface.length && surface.ptr[i + 1] == 'e')
            i++;
    }
    if (length < surface.length)
        add_known(mend, words_stem_key(mend->reader->words, (struct slice){plain, length}, mend->question->lang),
                  JOINED_WEIGHT);
}

/* A code typed without the "0x" that articles write, or with one that they do not. */
static void add_code(struct mend *mend)
{
    const struct slice mark = SLICE_LITERAL("0x");
    struct slice surface = mend->word->surface;
    char marked[2 + SURFACE_MOST] = "0x";
    if (slice_starts(surface, mark)) {
        add_known(mend, words_key((struct slice){surface.ptr + mark.length, surface.length - mark.length}), JOINED_WEIGHT);
    } else if (surface.length >= CODE_SHORTEST && surface.length <= SURFACE_MOST && slice_has_digit(surface)) {
        memcpy(marked + mark.length, surface.ptr, surface.length);
        add_known(mend, words_key((struct slice){marked, mark.length + surface.length}), JOINED_WEIGHT);
    }
}

static bool add_completion(void *arg, struct slice word, uint32_t frequency)
{
    struct mend *mend = arg;
    (void)frequency;
    add_known(mend, words_stem_key(mend->reader->words, word, mend->question->lang), 1);
    return mend->added < COMPLETIONS;
}

/* True where a word of a title, question or heading begins like the word. */
static bool begins_label(struct mend *mend)
{
    return index_reader_beginnings(mend->reader, mend->word->surface) > 0;
}

static bool can_be_misspelt(const struct question_word *word)
{
    return !word->pair && utf8_count(word->surface) >= SPELL_SHORTEST && word->surface.length <= SURFACE_MOST &&
           !slice_has_digit(word->surface);
}

/* Replaces the word by the nearest that articles have. */
static enum status correct(struct mend *mend, struct error *err)
{
    struct question_word *word = mend->word;
    _cleanup_free_ char *found = NULL;
    unsigned edits = utf8_count(word->surface) >= SPELL_TWO_EDITS ? 2 : 1;
    uint32_t key;
    char *place;
    enum status status = can_be_misspelt(word) ? database_spell(mend->reader->database, word->surface, edits, &found, err)
                                               : STATUS_OK;
    if (status != STATUS_OK || !found || !*found)
        return status;
    key = words_stem_key(mend->reader->words, slice_of(found), mend->question->lang);
    if (!is_known(mend, key))
        return STATUS_OK;
    place = question_keep(mend->question, found);
    if (!place)
        return error_memory(err);
    word->surface = slice_of(place);
    word->form_count = 0;
    word->corrected = true;
    question_add_form(word, key, 1);
    mend->changed = true;
    return STATUS_OK;
}

/* A further part of a name that articles have as a whole. */
static bool is_in_name(struct mend *mend, const struct question_word *word)
{
    if (!word->glued)
        return false;
    while (word->glued && word > mend->question->words)
        word--;
    return word->whole_key && is_known(mend, word->whole_key);
}

static enum status mend_word(struct mend *mend, struct error *err)
{
    if (mend->word->prefix) {
        enum status status = STATUS_OK;
        if (!begins_label(mend))
            status = database_each_spelling(mend->reader->database, mend->word->surface, add_completion, mend, err);
        if (status != STATUS_OK || mend->added || begins_label(mend))
            return status;
        mend->word->prefix = false; /* nothing begins so: it is a word, misspelt */
        mend->changed = true;
    }
    words_each_part(mend->reader->words, mend->word->surface, mend->question->lang, add_part, mend);
    add_umlauts(mend);
    add_code(mend);
    if (!mend->added && !mend->word->pair)
        split_word(mend);
    return mend->added ? STATUS_OK : correct(mend, err);
}

enum status mend_question(struct index_reader *reader, struct question *question, bool *ret_changed, struct error *err)
{
    struct mend mend = {.reader = reader, .question = question};
    enum status status = STATUS_OK;
    *ret_changed = false;
    if (question->count > MEND_WORDS || question->has_body)
        return STATUS_OK;
    join_neighbours(&mend);
    for (size_t i = 0; status == STATUS_OK && i < question->count; i++) {
        struct question_word *word = mend.word = &question->words[i];
        bool is_known = word->stop || is_in_name(&mend, word) || word_is_known(&mend, word);
        mend.added = 0;
        if (!word->stop && !word->pair && !word->prefix)
            status = compounds_each(reader->database, reader->words, word->surface, question->lang, add_part,
                                    &mend, err);
        if (status == STATUS_OK && !is_known)
            status = mend_word(&mend, err);
    }
    *ret_changed = mend.changed;
    return status;
}

/* By their place in the subject. */
static int compare_starts(const void *a, const void *b)
{
    const struct question_word *const *x = a, *const *y = b;
    return ((*x)->start > (*y)->start) - ((*x)->start < (*y)->start);
}

enum status mend_text(const struct question *question, struct slice subject, char **ret, struct error *err)
{
    const struct question_word *corrected[MEND_WORDS];
    _cleanup_buf_ struct buf text = BUF_INIT(2 * LIMIT_SUBJECT);
    size_t count = 0, done = 0;
    *ret = NULL;
    for (size_t i = 0; i < question->count && count < MEND_WORDS; i++)
        if (question->words[i].corrected)
            corrected[count++] = &question->words[i];
    if (!count)
        return STATUS_OK;
    qsort(corrected, count, sizeof *corrected, compare_starts);
    for (size_t i = 0; i < count; i++) {
        buf_add(&text, subject.ptr + done, corrected[i]->start - done);
        buf_add_slice(&text, corrected[i]->surface);
        done = corrected[i]->end;
    }
    buf_add(&text, subject.ptr + done, subject.length - done);
    *ret = buf_take(&text);
    return *ret ? STATUS_OK : error_memory(err);
}
