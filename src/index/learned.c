/* learned.c: asks past tickets. */
#include "index/learned.h"

#include "base/clock.h"
#include "base/limits.h"
#include "base/mem.h"
#include "index/generation.h"
#include "index/profile.h"
#include "index/record.h"
#include "index/terms.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TERMS_MOST 16          /* features that look for tickets */
#define POSTINGS_MOST 60000    /* tickets that those features may stand in, together; at least one feature is asked for */
#define CACHE_SLOTS 8192       /* a power of two */
#define NORM_SLOTS 32768       /* a power of two */
#define COMMON_TICKETS 30.0
#define COMMON_PAIR 0.002      /* share of tickets that a pair of words stands in, before anything is known */
#define SMOOTHING 5.0          /* naive Bayes: tickets' worth of common wording that every article is given */

struct learned {
    struct database *database;
    uint64_t generation;
    double tickets;   /* links known */
    double singles;   /* articles that have exactly one */
    double half_life; /* days */
    /* Features met since the last commit, direct-mapped. */
    struct feature_slot {
        uint32_t feature, frequency;
        float share;
    } *cache;
    /* Lengths of tickets met since the last commit, direct-mapped: most of a ticket's features are rare, and every one must be looked up. */
    struct norm_slot {
        uint32_t document; /* 0: free */
        double squared;
    } *norms;
    learned_idf_fn *idf; /* of the search under way */
    void *idf_arg;
};

static enum status read_notes(struct learned *learned, struct error *err)
{
    _cleanup_free_ char *schema = NULL, *stats = NULL;
    enum status status = database_metadata(learned->database, "schema", &schema, err);
    if (status == STATUS_OK)
        status = database_metadata(learned->database, "stats", &stats, err);
    if (status != STATUS_OK)
        return status;
    if (strcmp(schema, generation_schema()) != 0)
        return error_set(err, STATUS_INCOMPATIBLE, "what was learned was made by another version, or with another stemmer");
    if (sscanf(stats, "%lf %lf %lf", &learned->tickets, &learned->singles, &learned->half_life) != 3)
        learned->tickets = learned->singles = 0;
    memset(learned->cache, 0xff, CACHE_SLOTS * sizeof *learned->cache);
    memset(learned->norms, 0, NORM_SLOTS * sizeof *learned->norms);
    return STATUS_OK;
}

enum status learned_open(const char *folder, struct learned **ret, struct error *err)
{
    _cleanup_free_ char *path = NULL;
    struct learned *learned;
    uint64_t generation;
    enum status status = generation_current(folder, GENERATION_LEARNED, &generation, err);
    *ret = NULL;
    if (status != STATUS_OK)
        return status == STATUS_NOT_FOUND ? STATUS_OK : status;
    learned = mem_zero(1, sizeof *learned);
    path = generation_path(folder, GENERATION_LEARNED, generation);
    if (!learned || !path) {
        mem_free(learned);
        return error_memory(err);
    }
    learned->generation = generation;
    learned->cache = mem_alloc(CACHE_SLOTS * sizeof *learned->cache);
    learned->norms = mem_alloc(NORM_SLOTS * sizeof *learned->norms);
    status = learned->cache && learned->norms ? database_open(path, &learned->database, err) : error_memory(err);
    if (status == STATUS_OK)
        status = read_notes(learned, err);
    if (status != STATUS_OK) {
        learned_close(learned);
        return status;
    }
    *ret = learned;
    return STATUS_OK;
}

struct learned *learned_close(struct learned *learned)
{
    if (!learned)
        return NULL;
    database_close(learned->database);
    mem_free(learned->cache);
    mem_free(learned->norms);
    return mem_free(learned);
}

enum status learned_refresh(struct learned **learned, const char *folder, struct error *err)
{
    uint64_t generation;
    bool changed;
    enum status status = generation_current(folder, GENERATION_LEARNED, &generation, err);
    if (status == STATUS_NOT_FOUND) {
        *learned = learned_close(*learned);
        return STATUS_OK;
    }
    if (status != STATUS_OK)
        return status;
    if (!*learned || (*learned)->generation != generation) {
        struct learned *fresh;
        status = learned_open(folder, &fresh, err);
        if (status != STATUS_OK)
            return status;
        learned_close(*learned);
        *learned = fresh;
        return STATUS_OK;
    }
    status = database_refresh((*learned)->database, &changed, err);
    return status == STATUS_OK && changed ? read_notes(*learned, err) : status;
}

uint64_t learned_revision(const struct learned *learned)
{
    return learned ? learned->generation << 40 | database_revision(learned->database) : 0;
}

bool learned_knows(struct learned *learned, uint32_t key)
{
    return learned && database_frequency(learned->database, key) > 0;
}

/* ---- The question's features ---- */

/* How common a feature is in what is written here: as in the tickets known, and in COMMON_TICKETS more that are worded like the
 * articles, so that the first tickets do not make their own words look common. */
static const struct feature_slot *look_up(struct learned *learned, uint32_t feature)
{
    struct feature_slot *slot = &learned->cache[(feature ^ feature >> 17) & (CACHE_SLOTS - 1)];
    if (slot->feature != feature) {
        bool is_word = TICKET_KIND(feature) == TICKET_WORD || TICKET_KIND(feature) == TICKET_STOP;
        double common = is_word ? exp(-(double)learned->idf(learned->idf_arg, TICKET_KEY(feature))) : COMMON_PAIR;
        uint32_t frequency = database_frequency(learned->database, TICKET_KEY(feature));
        double share = (frequency + COMMON_TICKETS * common) / (learned->tickets + COMMON_TICKETS);
        *slot = (struct feature_slot){feature, frequency, (float)fmin(share, 0.95)};
    }
    return slot;
}

static double feature_weight(struct learned *learned, uint32_t feature)
{
    return -ticket_kind_weight(TICKET_KIND(feature)) * log((double)look_up(learned, feature)->share);
}

static void read_features(struct learned *learned, const struct question *question, struct learned_recall *ret)
{
    uint32_t keys[QUESTION_SEQUENCE];
    bool stops[QUESTION_SEQUENCE];
    struct ticket ticket;
    size_t count = 0;
    for (size_t i = 0; i < question->sequence_length; i++) {
        const struct question_word *word = &question->words[question->sequence[i]];
        if (word->prefix)
            continue;
        keys[count] = word->forms[0].key;
        stops[count++] = word->stop;
    }
    ticket_from_keys(keys, stops, count, &ticket);
    for (size_t i = 0; i < ticket.count; i++) {
        ret->features[ret->feature_count] = ticket.features[i];
        ret->weights[ret->feature_count] = feature_weight(learned, ticket.features[i]);
        ret->shares[ret->feature_count++] = (double)look_up(learned, ticket.features[i])->share;
    }
}

/* ---- The tickets most like the question ---- */

struct choice {
    uint32_t key;
    double weight, frequency;
};

static int compare_choices(const void *a, const void *b)
{
    const struct choice *x = a, *y = b;
    return (x->weight < y->weight) - (x->weight > y->weight);
}

/* The weightiest features that tickets have, as long as they do not stand in too many. */
static size_t choose_terms(struct learned *learned, const struct learned_recall *recall, struct match_term *terms)
{
    struct choice choices[TICKET_FEATURES];
    double postings = 0;
    size_t count = 0, chosen = 0;
    for (size_t i = 0; i < recall->feature_count; i++) {
        double tickets = look_up(learned, recall->features[i])->frequency;
        if (tickets > 0)
            choices[count++] = (struct choice){TICKET_KEY(recall->features[i]), recall->weights[i], tickets};
    }
    qsort(choices, count, sizeof *choices, compare_choices);
    for (size_t i = 0; i < count && chosen < TERMS_MOST; i++) {
        if (chosen && postings + choices[i].frequency > POSTINGS_MOST)
            continue;
        postings += choices[i].frequency;
        terms[chosen++] = (struct match_term){.key = choices[i].key, .weight = 1};
    }
    return chosen;
}

/* Feature I of those at FEATURES, which are not aligned. */
static uint32_t feature_at(const char *features, size_t i)
{
    uint32_t feature;
    memcpy(&feature, features + i * sizeof feature, sizeof feature);
    return feature;
}

/* The sum of squares of the weights of the ticket in DOCUMENT, which has COUNT features. */
static double squared_norm(struct learned *learned, uint32_t document, const char *features, size_t count)
{
    struct norm_slot *slot = &learned->norms[document & (NORM_SLOTS - 1)];
    if (slot->document != document) {
        *slot = (struct norm_slot){.document = document};
        for (size_t i = 0; i < count; i++) {
            double weight = feature_weight(learned, feature_at(features, i));
            slot->squared += weight * weight;
        }
    }
    return slot->squared;
}

/* The cosine of the question and the ticket in DOCUMENT with COUNT features at FEATURES (ascending). */
static double cosine(struct learned *learned, const struct learned_recall *recall, uint32_t document, const char *features,
                     size_t count)
{
    double dot = 0, norm = 0;
    size_t at = 0;
    for (size_t i = 0; i < recall->feature_count; i++)
        norm += recall->weights[i] * recall->weights[i];
    for (size_t i = 0; i < count; i++) {
        uint32_t feature = feature_at(features, i);
        while (at < recall->feature_count && recall->features[at] < feature)
            at++;
        if (at < recall->feature_count && recall->features[at] == feature)
            dot += recall->weights[at] * recall->weights[at];
    }
    return dot > 0 ? dot / sqrt(norm * squared_norm(learned, document, features, count)) : 0;
}

static struct learned_article *article_of(struct learned_recall *recall, uint64_t article)
{
    for (size_t i = 0; i < recall->count; i++)
        if (recall->articles[i].article == article)
            return &recall->articles[i];
    if (recall->count == LEARNED_ARTICLES)
        return NULL;
    recall->articles[recall->count] = (struct learned_article){.article = article};
    return &recall->articles[recall->count++];
}

static void note_like(struct learned_article *article, double like)
{
    for (size_t i = 0; i < ARRAY_LENGTH(article->like); i++) {
        if (like > article->like[i]) {
            double lower = article->like[i];
            article->like[i] = like;
            like = lower;
        }
    }
}

static enum status take_vote(struct learned *learned, uint32_t document, struct learned_recall *recall,
                             struct error *err)
{
    struct learned_link link;
    struct learned_article *article;
    struct slice bytes, rest;
    double like, weight;
    enum status status = database_value(learned->database, document, LEARNED_SLOT, &bytes, err);
    if (status == STATUS_OK)
        status = record_unseal(bytes, &rest, err);
    if (status != STATUS_OK)
        return status;
    if (bytes.length < sizeof link)
        return error_set(err, STATUS_CORRUPT, "a learned ticket is cut short");
    memcpy(&link, bytes.ptr, sizeof link);
    if ((bytes.length - sizeof link) / sizeof(uint32_t) < link.count)
        return error_set(err, STATUS_CORRUPT, "a learned ticket is cut short");
    like = cosine(learned, recall, document, bytes.ptr + sizeof link, link.count);
    weight = (double)link.weight * profile_fade((double)link.day, recall->now_day, learned->half_life);
    recall->votes += weight * like * like * like;
    article = article_of(recall, link.article);
    if (article) {
        article->vote += weight * like * like * like;
        note_like(article, like * fmin(1, weight));
    }
    return STATUS_OK;
}

static int compare_votes(const void *a, const void *b)
{
    const struct learned_article *x = a, *y = b;
    if (x->vote != y->vote)
        return x->vote > y->vote ? -1 : 1;
    return (x->article > y->article) - (x->article < y->article);
}

enum status learned_ask(struct learned *learned, const struct question *question, learned_idf_fn *idf, void *idf_arg,
                        int64_t now_ms, struct learned_recall *ret, struct error *err)
{
    struct match_term terms[TERMS_MOST];
    struct match matches[LEARNED_TICKETS];
    struct match_query query = {.terms = terms, .most = LEARNED_TICKETS};
    size_t count = 0, total;
    enum status status = STATUS_OK;
    learned->idf = idf;
    learned->idf_arg = idf_arg;
    ret->count = ret->feature_count = 0;
    ret->votes = 0;
    ret->now_day = (double)now_ms / MS_PER_DAY;
    ret->coverage = learned->tickets > 0 ? 1 - learned->singles / learned->tickets : 0;
    read_features(learned, question, ret);
    query.count = choose_terms(learned, ret, terms);
    if (query.count)
        status = database_match(learned->database, &query, matches, &count, &total, err);
    for (size_t i = 0; status == STATUS_OK && i < count; i++)
        status = take_vote(learned, matches[i].document, ret, err);
    if (ret->count)
        qsort(ret->articles, ret->count, sizeof *ret->articles, compare_votes);
    return status;
}

enum status learned_likelihood(struct learned *learned, const struct learned_recall *recall, uint64_t article,
                               double *ret_log, double *ret_tickets, struct error *err)
{
    struct term term = term_of_hash(article);
    struct profile_view view;
    struct slice bytes;
    uint32_t document;
    double sum = 0, fade;
    enum status status;
    *ret_log = *ret_tickets = 0;
    term.bytes[0] = LEARNED_PROFILE;
    if (!database_term_frequency(learned->database, term_slice(&term)))
        return STATUS_OK;
    status = database_find(learned->database, term_slice(&term), &document, err);
    if (status == STATUS_OK)
        status = database_value(learned->database, document, LEARNED_SLOT, &bytes, err);
    if (status == STATUS_OK)
        status = profile_view(bytes, &view, err);
    if (status != STATUS_OK)
        return status;
    fade = profile_fade(view.day, recall->now_day, learned->half_life);
    for (size_t i = 0; i < recall->feature_count; i++) {
        double common = recall->shares[i];
        double own = profile_weight(&view, recall->features[i]) * fade;
        if (!look_up(learned, recall->features[i])->frequency)
            continue; /* no ticket has it: it tells nothing apart */
        sum += ticket_kind_weight(TICKET_KIND(recall->features[i])) *
               log((own + SMOOTHING * common) / ((view.tickets * fade + SMOOTHING) * common));
    }
    *ret_log = sum;
    *ret_tickets = view.tickets * fade;
    return STATUS_OK;
}
