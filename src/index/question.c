/* question.c: reads a question into weighted words. */
#include "index/question.h"

#include "base/mem.h"
#include "base/str.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* How much a stop word counts beside a content word: in a short question nearly half of what is said stands in them ("what is it",
 * "A record", ".IT domain"); in a long text they only add noise. */
#define STOP_WEIGHT_SHORT 0.45
#define STOP_WEIGHT_LONG 0.05
#define SHORT_WORDS 4.0 /* content words up to which a question is short */
#define LONG_WORDS 16.0

#define BODY_WEIGHT 0.35        /* of a word that only the body of a ticket says */
#define STUB_WEIGHT 0.5F
#define NAME_PART_WEIGHT 0.3F
#define HALF_TYPED_WEIGHT 0.6 /* it may become another word than the articles' */

float question_idf(uint32_t frequency, uint32_t articles)
{
    double n = articles, df = frequency < articles ? frequency : articles;
    return (float)log(1.0 + (n - df + 0.5) / (df + 0.5));
}

void question_done(struct question *question)
{
    question->words = mem_free(question->words);
    question->slots = mem_free(question->slots);
    question->memory = mem_free(question->memory);
    question->kept = strv_free(question->kept);
}

char *question_keep(struct question *question, const char *text)
{
    if (!strv_append(&question->kept, slice_of(text)))
        return NULL;
    return question->kept[strv_length(question->kept) - 1];
}

void question_add_form(struct question_word *word, uint32_t key, float weight)
{
    for (size_t i = 0; i < word->form_count; i++)
        if (word->forms[i].key == key)
            return;
    if (word->form_count < QUESTION_FORMS)
        word->forms[word->form_count++] = (struct question_form){key, weight};
}

static struct question_word *find_word(struct question *question, const struct word *word, bool prefix)
{
    for (size_t i = 0; i < question->count; i++)
        if (question->words[i].forms[0].key == word->keys[0] && question->words[i].prefix == prefix)
            return &question->words[i];
    return NULL;
}

/* Takes a word into the question; NULL where there is no room (*STATUS tells why). */
static struct question_word *take_word(struct question *question, const struct word *word, bool prefix)
{
    struct question_word *taken = find_word(question, word, prefix);
    if (taken) {
        taken->count++;
        return taken;
    }
    if (question->count >= LIMIT_QUERY_WORDS ||
        mem_grow(&question->words, &question->capacity, question->count, sizeof *question->words) != 0)
        return NULL;
    taken = &question->words[question->count++];
    *taken = (struct question_word){.surface = word->surface,
                                    .stem = word->stem,
                                    .surface_key = word->surface_key,
                                    .start = word->start,
                                    .end = word->end,
                                    .count = 1,
                                    .stop = word->stop,
                                    .pair = word->pair,
                                    .prefix = prefix,
                                    .whole_key = word->whole_key,
                                    .glued = word->glued && !word->pair};
    question_add_form(taken, word->keys[0], 1);
    for (size_t i = 1; i < word->key_count && !word->pair; i++)
        question_add_form(taken, word->keys[i], 1);
    if (word->stub_key && !word->stop)
        question_add_form(taken, word->stub_key, STUB_WEIGHT);
    return taken;
}

static void take_list(struct question *question, const struct word_list *list, bool subject, bool last_is_prefix)
{
    for (size_t i = 0; i < list->count; i++) {
        bool prefix = last_is_prefix && i + 1 == list->count && !list->items[i].pair;
        struct question_word *word = take_word(question, &list->items[i], prefix);
        if (!word)
            continue;
        word->in_subject = word->in_subject || subject;
        if (subject && question->sequence_length < QUESTION_SEQUENCE)
            question->sequence[question->sequence_length++] = (uint16_t)(word - question->words);
    }
}

/* Copies surfaces and stems into memory of the question's own, as the next split may forget them. */
static enum status keep_texts(struct question *question, struct error *err)
{
    size_t bytes = 1;
    char *at, *fresh;
    for (size_t i = 0; i < question->count; i++)
        bytes += question->words[i].surface.length + question->words[i].stem.length;
    at = fresh = mem_alloc(bytes);
    if (!at)
        return error_memory(err);
    for (size_t i = 0; i < question->count; i++) {
        struct slice *texts[] = {&question->words[i].surface, &question->words[i].stem};
        for (size_t t = 0; t < 2; t++) {
            memcpy(at, texts[t]->ptr, texts[t]->length);
            texts[t]->ptr = at;
            at += texts[t]->length;
        }
    }
    mem_free(question->memory);
    question->memory = fresh;
    return STATUS_OK;
}

static bool form_at(const struct question *question, size_t at, const struct synonym_form *form)
{
    if (at + form->length > question->sequence_length)
        return false;
    for (unsigned i = 0; i < form->length; i++)
        if (question->words[question->sequence[at + i]].forms[0].key != form->keys[i])
            return false;
    return true;
}

/* WORD, a word of FORM, also stands for the words of OTHER; not for the stop words of a phrase, which nearly every article has. */
static void add_synonym(struct question_word *word, const struct synonym_form *form, const struct synonym_form *other)
{
    if (!word->own_forms)
        word->own_forms = word->form_count;
    for (unsigned k = 0; k < other->length; k++)
        if (other->length == 1 || !(other->stops >> k & 1))
            question_add_form(word, other->keys[k], form->weight / (float)other->length);
}

/* The words of the subject from AT on are FORM: each also stands for the words of the group's other forms. */
static void add_synonyms_at(struct question *question, size_t at, const struct synonym_form *form,
                            const struct synonyms *synonyms)
{
    for (size_t s = 0; s < synonyms->count; s++) {
        const struct synonym_form *other = &synonyms->forms[s];
        if (other->group != form->group || other == form)
            continue;
        for (unsigned i = 0; i < form->length; i++)
            add_synonym(&question->words[question->sequence[at + i]], form, other);
    }
}

/* Every form is looked at, so those that begin with no word of the question are told by one bit. */
static void add_synonyms(struct question *question, const struct synonyms *synonyms)
{
    uint64_t asked = 0;
    for (size_t at = 0; at < question->sequence_length; at++)
        asked |= UINT64_C(1) << (question->words[question->sequence[at]].forms[0].key & 63);
    for (size_t s = 0; s < synonyms->count; s++)
        for (size_t at = 0; asked >> (synonyms->forms[s].keys[0] & 63) & 1 && at < question->sequence_length; at++)
            if (form_at(question, at, &synonyms->forms[s]))
                add_synonyms_at(question, at, &synonyms->forms[s], synonyms);
}

/* The share of its idf that a stop word keeps in a question of CONTENT content words. */
static double stop_weight(size_t content)
{
    double along = ((double)content - SHORT_WORDS) / (LONG_WORDS - SHORT_WORDS);
    along = along < 0 ? 0 : along > 1 ? 1 : along;
    return STOP_WEIGHT_SHORT + along * (STOP_WEIGHT_LONG - STOP_WEIGHT_SHORT);
}

static void count_articles(struct question_word *word, const struct question_context *context)
{
    uint32_t others = 0;
    word->frequency = 0;
    for (size_t f = 0; f < word->form_count; f++) {
        uint32_t frequency = context->frequency(context->frequency_arg, word->forms[f].key);
        uint32_t *most = word->forms[f].weight >= 1 ? &word->frequency : &others;
        if (frequency > *most)
            *most = frequency;
    }
    if (!word->frequency)
        word->frequency = others;
    if (word->prefix && context->beginnings) { /* the fewer letters, the less they say */
        uint32_t begun = context->beginnings(context->beginnings_arg, word->surface);
        word->frequency = begun > word->frequency ? begun : word->frequency;
    }
}

/* Where articles have a name as a whole ("ERR_CONNECTION_RESET"), it is what is asked for, and its parts say little. The first
 * part of such a name, if PLACE has a further one; else NULL. */
static struct question_word *weigh_name(struct question *question, size_t place, const struct question_context *context)
{
    struct question_word *head = &question->words[place];
    while (head->glued && head > question->words)
        head--;
    if (!head->whole_key || !context->frequency(context->frequency_arg, head->whole_key))
        return NULL;
    for (size_t f = 0; f < head->form_count; f++)
        if (head->forms[f].key != head->whole_key && head->forms[f].weight >= 1)
            head->forms[f].weight = NAME_PART_WEIGHT;
    return question->words[place].glued ? head : NULL;
}

void question_weigh(struct question *question, const struct question_context *context)
{
    size_t content = 0;
    question->content_words = 0;
    for (size_t i = 0; i < question->count; i++) {
        content += !question->words[i].stop;
        question->content_words += !question->words[i].stop && question->words[i].in_subject;
    }
    question->total_weight = 0;
    for (size_t i = 0; i < question->count; i++) {
        struct question_word *word = &question->words[i];
        double weight;
        struct question_word *name = weigh_name(question, i, context);
        count_articles(word, context);
        word->idf = question_idf(word->frequency, context->articles);
        weight = word->idf * (word->stop ? stop_weight(content) : 1) * (word->in_subject ? 1 : BODY_WEIGHT) *
                 (word->prefix ? HALF_TYPED_WEIGHT : 1);
        word->weight = (float)weight;
        if (name) { /* what the part says less, the name says more */
            word->weight *= NAME_PART_WEIGHT;
            name->weight += (1 - NAME_PART_WEIGHT) * (float)weight;
        }
        question->total_weight += weight;
    }
}

/* What a word is worth keeping: those of the subject first, of these what articles have; of a body, what no article has is worth nothing. */
static double worth(const struct question_word *word)
{
    double known = word->frequency || word->prefix ? 1e6 : 0;
    return word->in_subject ? 1e6 + known + (double)word->weight : word->frequency ? (double)word->weight : 0;
}

static int compare_worth(const void *a, const void *b)
{
    const struct question_word *x = a, *y = b;
    double worth_x = worth(x), worth_y = worth(y);
    return worth_x == worth_y ? (x->place > y->place) - (x->place < y->place) : worth_x > worth_y ? -1 : 1;
}

static int compare_places(const void *a, const void *b)
{
    const struct question_word *x = a, *y = b;
    return (x->place > y->place) - (x->place < y->place);
}

/* Drops all but the best QUESTION_WORDS words, and puts them back in order. */
static void keep_best(struct question *question)
{
    uint16_t moved[LIMIT_QUERY_WORDS];
    size_t kept = 0;
    for (size_t i = 0; i < question->count; i++)
        question->words[i].place = (uint16_t)i;
    if (question->count)
        qsort(question->words, question->count, sizeof *question->words, compare_worth);
    memset(moved, 0xff, sizeof moved);
    question->total_weight = 0;
    for (; kept < question->count && kept < QUESTION_WORDS; kept++) {
        if (!question->words[kept].in_subject && !question->words[kept].frequency)
            break;
        question->total_weight += question->words[kept].weight;
    }
    question->count = kept;
    if (question->count)
        qsort(question->words, question->count, sizeof *question->words, compare_places);
    for (size_t i = 0; i < question->count; i++)
        moved[question->words[i].place] = (uint16_t)i;
    kept = 0;
    for (size_t i = 0; i < question->sequence_length; i++)
        if (moved[question->sequence[i]] != UINT16_MAX)
            question->sequence[kept++] = moved[question->sequence[i]];
    question->sequence_length = kept;
}

/* Adds the forms that are as good as the word itself (EXACT), or the others; a key that is there already stays as it is, so that a
 * synonym of one word never hides another. */
static void add_slots(struct question *question, bool exact)
{
    for (size_t i = 0; i < question->count; i++) {
        for (size_t f = 0; f < question->words[i].form_count; f++) {
            const struct question_form *form = &question->words[i].forms[f];
            size_t at = form->key * UINT32_C(2654435769) >> 7;
            if ((form->weight >= 1) != exact || question_find(question, form->key))
                continue;
            while (question->slots[at & question->slot_mask].key != UINT32_MAX)
                at++;
            question->slots[at & question->slot_mask] = (struct question_slot){form->key, (uint16_t)i, (uint16_t)f};
            question->filter[form->key >> 6 & 63] |= UINT64_C(1) << (form->key & 63);
        }
    }
}

enum status question_index(struct question *question, struct error *err)
{
    size_t forms = 0, size = 16;
    for (size_t i = 0; i < question->count; i++)
        forms += question->words[i].form_count;
    while (size < 2 * forms + 2)
        size *= 2;
    mem_free(question->slots);
    question->slots = mem_alloc(size * sizeof *question->slots);
    if (!question->slots)
        return error_memory(err);
    memset(question->slots, 0xff, size * sizeof *question->slots);
    memset(question->filter, 0, sizeof question->filter);
    question->slot_mask = size - 1;
    add_slots(question, true);
    add_slots(question, false);
    return STATUS_OK;
}

/* The language in which the words are read: what the text tells, else what was asked for. */
static const char *tell_language(const struct question_context *context, const struct index_query *query)
{
    const char *wanted = words_language_known(query->lang) ? query->lang : query->default_lang;
    struct slice longer = query->body.length > query->subject.length ? query->body : query->subject;
    return words_guess_language(context->words, longer, wanted);
}

enum status question_read(const struct question_context *context, const struct index_query *query, struct question *ret,
                          struct error *err)
{
    _cleanup_word_list_ struct word_list list = {0};
    struct slice subject = query->subject, body = query->body;
    bool typed_in_body = query->as_typed && slice_trim(body).length;
    bool open_end;
    enum status status;
    *ret = (struct question){.lang = tell_language(context, query)};
    subject.length = utf8_cut(subject, LIMIT_SUBJECT);
    body.length = utf8_cut(body, LIMIT_BODY_TEXT);
    ret->has_body = slice_trim(body).length > 0;
    status = words_split(context->words, subject, ret->lang, LIMIT_QUERY_WORDS, &list, err);
    if (status != STATUS_OK)
        return status;
    open_end = list.count && list.items[list.count - 1].end == subject.length;
    take_list(ret, &list, true, query->as_typed && !typed_in_body && open_end);
    if (ret->has_body) {
        status = keep_texts(ret, err);
        if (status == STATUS_OK)
            status = words_split(context->words, body, ret->lang, 8 * LIMIT_QUERY_WORDS, &list, err);
        if (status != STATUS_OK)
            return status;
        take_list(ret, &list, ret->sequence_length == 0, false);
    }
    status = keep_texts(ret, err);
    if (status != STATUS_OK)
        return status;
    if (context->synonyms)
        add_synonyms(ret, context->synonyms(context->synonyms_arg, ret->lang, query->default_lang));
    question_weigh(ret, context);
    keep_best(ret);
    return question_index(ret, err);
}
