/* similar.c: sets of stems, compared by the weight of what they share. */
#include "app/ticket/similar.h"

#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"
#include "text/words.h"

#include <math.h>
#include <pthread.h>
#include <uthash.h>

/* How much a ticket's length counts against it, as b in BM25. */
static const double LENGTH_WEIGHT = 0.3;

struct entry {
    char *id;
    uint32_t *keys; /* ascending, each once */
    size_t count;
    UT_hash_handle hh; /* by id, in order of arrival */
};

struct term {
    uint32_t key;
    uint32_t tickets; /* that have it */
    UT_hash_handle hh;
};

struct similar {
    pthread_mutex_t lock;
    struct words *words;
    struct word_list list;
    const char *default_lang;
    struct entry *entries;
    struct term *terms;
    size_t count;
    uint64_t keys; /* of all tickets together */
};

enum status similar_new(const char *default_lang, struct similar **ret, struct error *err)
{
    struct similar *similar = mem_zero(1, sizeof *similar);
    enum status status;
    if (!similar)
        return error_memory(err);
    status = words_new(&similar->words, err);
    if (status) {
        mem_free(similar);
        return status;
    }
    similar->default_lang = default_lang;
    (void)pthread_mutex_init(&similar->lock, NULL);
    *ret = similar;
    return STATUS_OK;
}

static struct entry *entry_free(struct entry *entry)
{
    if (!entry)
        return NULL;
    mem_free(entry->id);
    mem_free(entry->keys);
    return mem_free(entry);
}

static void count_terms(struct similar *similar, const struct entry *entry)
{
    for (size_t i = 0; i < entry->count; i++) {
        struct term *term;
        HASH_FIND(hh, similar->terms, &entry->keys[i], sizeof(uint32_t), term);
        if (!term) {
            term = mem_zero(1, sizeof *term);
            if (!term)
                continue; /* the word then counts as rare */
            term->key = entry->keys[i];
            HASH_ADD(hh, similar->terms, key, sizeof(uint32_t), term);
        }
        term->tickets++;
    }
}

static void drop_entry(struct similar *similar, struct entry *entry)
{
    for (size_t i = 0; i < entry->count; i++) {
        struct term *term;
        HASH_FIND(hh, similar->terms, &entry->keys[i], sizeof(uint32_t), term);
        if (term && --term->tickets == 0) {
            HASH_DEL(similar->terms, term);
            mem_free(term);
        }
    }
    HASH_DEL(similar->entries, entry);
    similar->count--;
    similar->keys -= entry->count;
    (void)entry_free(entry);
}

struct similar *similar_free(struct similar *similar)
{
    if (!similar)
        return NULL;
    while (similar->entries)
        drop_entry(similar, similar->entries);
    word_list_done(&similar->list);
    (void)words_free(similar->words);
    (void)pthread_mutex_destroy(&similar->lock);
    return mem_free(similar);
}

static int compare_keys(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static enum status add_words(struct similar *similar, struct slice text, const char *lang,
                             struct entry *entry, struct error *err)
{
    uint32_t *keys;
    enum status status = words_split(similar->words, text, lang, LIMIT_QUERY_WORDS, &similar->list,
                                     err);
    if (status)
        return status;
    keys = mem_resize(entry->keys, entry->count + similar->list.count + 1, sizeof *keys);
    if (!keys)
        return error_memory(err);
    entry->keys = keys;
    for (size_t i = 0; i < similar->list.count; i++)
        if (!similar->list.items[i].stop)
            keys[entry->count++] = similar->list.items[i].keys[0];
    return STATUS_OK;
}

/* The set of the words of SUBJECT and BODY, into ENTRY. */
static enum status make_set(struct similar *similar, struct slice subject, struct slice body,
                            struct entry *entry, struct error *err)
{
    struct slice longer = body.length > subject.length ? body : subject;
    const char *lang = words_guess_language(similar->words, longer, similar->default_lang);
    size_t kept = 0;
    enum status status = add_words(similar, subject, lang, entry, err);
    if (!status)
        status = add_words(similar, body, lang, entry, err);
    if (status || entry->count == 0)
        return status;
    qsort(entry->keys, entry->count, sizeof *entry->keys, compare_keys);
    for (size_t i = 0; i < entry->count; i++)
        if (i == 0 || entry->keys[i] != entry->keys[i - 1])
            entry->keys[kept++] = entry->keys[i];
    entry->count = kept;
    return STATUS_OK;
}

static enum status put(struct similar *similar, const char *id, struct slice subject,
                       struct slice body, struct error *err)
{
    struct entry *entry = mem_zero(1, sizeof *entry), *old;
    enum status status = entry ? make_set(similar, subject, body, entry, err) : error_memory(err);
    if (!status && !(entry->id = mem_strdup(id)))
        status = error_memory(err);
    if (status) {
        (void)entry_free(entry);
        return status;
    }
    HASH_FIND_STR(similar->entries, id, old);
    if (old)
        drop_entry(similar, old);
    else if (similar->count >= LIMIT_SIMILAR_TICKETS)
        drop_entry(similar, similar->entries);
    HASH_ADD_KEYPTR(hh, similar->entries, entry->id, strlen(entry->id), entry);
    similar->count++;
    similar->keys += entry->count;
    count_terms(similar, entry);
    return STATUS_OK;
}

enum status similar_put(struct similar *similar, const char *id, struct slice subject,
                        struct slice body, struct error *err)
{
    enum status status;
    pthread_mutex_lock(&similar->lock);
    status = put(similar, id, subject, body, err);
    pthread_mutex_unlock(&similar->lock);
    return status;
}

void similar_remove(struct similar *similar, const char *id)
{
    struct entry *entry;
    pthread_mutex_lock(&similar->lock);
    HASH_FIND_STR(similar->entries, id, entry);
    if (entry)
        drop_entry(similar, entry);
    pthread_mutex_unlock(&similar->lock);
}

void similar_hits_done(struct similar_hit *hits, size_t count)
{
    for (size_t i = 0; i < count; i++)
        mem_free(hits[i].id);
}

static double weight(const struct similar *similar, uint32_t key)
{
    struct term *term;
    double tickets, all = (double)similar->count;
    HASH_FIND(hh, similar->terms, &key, sizeof key, term);
    tickets = term ? term->tickets : 0;
    return log(1 + (all - tickets + 0.5) / (tickets + 0.5));
}

/* The weight of what QUESTION and TICKET share, as a share of the question's. */
static double score(const struct similar *similar, const struct entry *question,
                    const double *weights, double total, const struct entry *ticket)
{
    double shared = 0, average = (double)similar->keys / (double)similar->count;
    double length = average > 0 ? (double)ticket->count / average : 1;
    for (size_t i = 0, j = 0; i < question->count && j < ticket->count;) {
        if (question->keys[i] == ticket->keys[j]) {
            shared += weights[i++];
            j++;
        } else if (question->keys[i] < ticket->keys[j]) {
            i++;
        } else {
            j++;
        }
    }
    if (length > 1)
        shared /= 1 - LENGTH_WEIGHT + LENGTH_WEIGHT * length;
    return shared / total;
}

/* Keeps the best LIMIT, in order. */
static enum status keep(struct similar_hit *hits, size_t *count, size_t limit, const char *id,
                        double points, struct error *err)
{
    size_t at = *count;
    char *copy;
    while (at > 0 && hits[at - 1].score < points)
        at--;
    if (at == limit)
        return STATUS_OK;
    copy = mem_strdup(id);
    if (!copy)
        return error_memory(err);
    if (*count == limit)
        mem_free(hits[--*count].id);
    memmove(&hits[at + 1], &hits[at], (*count - at) * sizeof *hits);
    hits[at] = (struct similar_hit){copy, points};
    ++*count;
    return STATUS_OK;
}

static enum status find(struct similar *similar, const struct entry *question, const char *except,
                        double least, size_t limit, struct similar_hit *hits, size_t *count,
                        struct error *err)
{
    _cleanup_free_ double *weights = mem_zero(question->count + 1, sizeof *weights);
    double total = 0;
    enum status status = STATUS_OK;
    if (!weights)
        return error_memory(err);
    for (size_t i = 0; i < question->count; i++)
        total += weights[i] = weight(similar, question->keys[i]);
    for (struct entry *ticket = similar->entries; ticket && total > 0 && !status;
         ticket = ticket->hh.next) {
        double points = score(similar, question, weights, total, ticket);
        if (points >= least && points > 0 && !str_equal(ticket->id, except))
            status = keep(hits, count, limit, ticket->id, points, err);
    }
    return status;
}

enum status similar_find(struct similar *similar, struct slice subject, struct slice body,
                         const char *except, double least, size_t limit, struct similar_hit *hits,
                         size_t *ret_count, struct error *err)
{
    struct entry question = {.count = 0};
    enum status status;
    *ret_count = 0;
    pthread_mutex_lock(&similar->lock);
    status = make_set(similar, subject, body, &question, err);
    if (!status && limit > 0)
        status = find(similar, &question, except, least, limit, hits, ret_count, err);
    pthread_mutex_unlock(&similar->lock);
    mem_free(question.keys);
    if (status) {
        similar_hits_done(hits, *ret_count);
        *ret_count = 0;
    }
    return status;
}
