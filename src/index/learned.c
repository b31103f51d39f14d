/* learned.c: asks past tickets. */
#include "index/learned.h"

#include "base/clock.h"
#include "base/mem.h"
#include "index/generation.h"
#include "index/past.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define POSTINGS_MOST 4096   /* that are looked at; a power of two */
#define TELLING 0.9          /* of the question's squared length: features that have so much look for tickets in any case */
#define NEAR 64              /* tickets that are compared in full */
#define SUMS (2 * POSTINGS_MOST)
#define FEATURE_SLOTS 8192   /* a power of two */
#define SMOOTHING 5.0        /* naive Bayes: tickets' worth of common wording that every article is given */

/* A ticket that has some of the question's features. */
struct likely {
    uint32_t ticket; /* its number in its segment and the sum of the records of older ones */
    float sum;       /* squared weights of the features found */
};

struct learned {
    uint64_t generation;
    char *path;
    struct past past;
    uint32_t starts[PAST_SEGMENTS]; /* of each segment's tickets, as in struct likely */
    struct past_features features;
    /* Of the search under way: an open hash table of tickets, UINT32_MAX where a place is free. */
    struct likely *sums;
    size_t sums_mask;
};

/* ---- Opening ---- */

static enum status open_past(struct learned *learned, struct error *err)
{
    enum status status = past_open(learned->path, &learned->past, err);
    uint32_t start = 0;
    for (size_t i = 0; i < learned->past.count; i++) {
        learned->starts[i] = start;
        start += segment_records(learned->past.segments[i]);
    }
    return status;
}

enum status learned_open(const char *folder, struct learned **ret, struct error *err)
{
    struct learned *learned;
    uint64_t generation;
    enum status status = generation_current(folder, GENERATION_LEARNED, &generation, err);
    *ret = NULL;
    if (status != STATUS_OK)
        return status == STATUS_NOT_FOUND ? STATUS_OK : status;
    learned = mem_zero(1, sizeof *learned);
    if (!learned)
        return error_memory(err);
    learned->generation = generation;
    learned->path = generation_path(folder, GENERATION_LEARNED, generation);
    learned->sums = mem_alloc(SUMS * sizeof *learned->sums);
    status = learned->path && learned->sums ? past_features_init(&learned->past, FEATURE_SLOTS, &learned->features, err)
                                            : error_memory(err);
    if (status == STATUS_OK)
        status = open_past(learned, err);
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
    past_done(&learned->past);
    past_features_done(&learned->features);
    mem_free(learned->sums);
    mem_free(learned->path);
    return mem_free(learned);
}

static enum status follow(struct learned *learned, struct error *err)
{
    uint64_t revision;
    enum status status = past_revision(learned->path, &revision, err);
    if (status != STATUS_OK || revision == learned->past.revision)
        return status;
    past_done(&learned->past);
    past_features_forget(&learned->features);
    return open_past(learned, err);
}

enum status learned_refresh(struct learned **learned, const char *folder, struct error *err)
{
    uint64_t generation;
    struct learned *fresh;
    enum status status = generation_current(folder, GENERATION_LEARNED, &generation, err);
    if (status == STATUS_NOT_FOUND) {
        *learned = learned_close(*learned);
        return STATUS_OK;
    }
    if (status != STATUS_OK)
        return status;
    if (*learned && (*learned)->generation == generation)
        return follow(*learned, err);
    status = learned_open(folder, &fresh, err);
    if (status != STATUS_OK)
        return status;
    learned_close(*learned);
    *learned = fresh;
    return STATUS_OK;
}

uint64_t learned_revision(const struct learned *learned)
{
    return learned ? learned->generation << 40 | learned->past.revision : 0;
}

bool learned_knows(struct learned *learned, uint32_t key)
{
    return learned && past_frequency(&learned->past, key) > 0;
}

/* ---- The question's features ---- */

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
    ret->feature_count = ticket.count;
    for (size_t i = 0; i < ticket.count; i++) {
        const struct past_feature *feature = past_feature(&learned->features, ticket.features[i]);
        ret->features[i] = ticket.features[i];
        ret->shares[i] = (double)feature->share;
        ret->frequencies[i] = feature->frequency;
        ret->weights[i] = past_feature_weight(&learned->features, ticket.features[i]);
    }
}

/* ---- Tickets that may be like the question ---- */

/* One of the question's features, and how many of its postings are to be looked at. */
struct choice {
    uint32_t key, postings;
    double weight;
};

static int compare_choices(const void *a, const void *b)
{
    const struct choice *x = a, *y = b;
    if (x->weight != y->weight)
        return x->weight < y->weight ? 1 : -1;
    return (x->key > y->key) - (x->key < y->key);
}

/* The weightiest features that tickets have. Each takes no more than half of the postings that are left, so that common ones meet, too;
 * what many tickets have is left out where the others tell enough. */
static size_t choose(const struct learned_recall *recall, struct choice choices[TICKET_FEATURES], size_t *ret_postings)
{
    size_t count = 0, chosen = 0, left = POSTINGS_MOST;
    double squared = 0, told = 0;
    for (size_t i = 0; i < recall->feature_count; i++) {
        if (!recall->frequencies[i])
            continue;
        choices[count++] = (struct choice){TICKET_KEY(recall->features[i]), recall->frequencies[i], recall->weights[i]};
        squared += recall->weights[i] * recall->weights[i];
    }
    if (count)
        qsort(choices, count, sizeof *choices, compare_choices);
    for (size_t i = 0; i < count; i++) {
        struct choice choice = choices[i];
        if (choice.postings > left / 2) {
            if (told > TELLING * squared)
                continue;
            choice.postings = (uint32_t)(left / 2);
        }
        choices[chosen++] = choice;
        left -= choice.postings;
        told += choice.weight * choice.weight;
    }
    *ret_postings = POSTINGS_MOST - left;
    return chosen;
}

static void add_weight(struct learned *learned, uint32_t ticket, float squared)
{
    size_t at = ticket * UINT32_C(2654435769) >> 7;
    while (learned->sums[at & learned->sums_mask].ticket != ticket && learned->sums[at & learned->sums_mask].ticket != UINT32_MAX)
        at++;
    if (learned->sums[at & learned->sums_mask].ticket == UINT32_MAX)
        learned->sums[at & learned->sums_mask] = (struct likely){ticket, 0};
    learned->sums[at & learned->sums_mask].sum += squared;
}

/* Sums up what each ticket has in common with the question, the latest first where there are too many. */
static void gather(struct learned *learned, const struct choice *choices, size_t count, size_t all_postings)
{
    size_t size = 64;
    while (size < 2 * all_postings)
        size *= 2;
    learned->sums_mask = size - 1;
    memset(learned->sums, 0xff, size * sizeof *learned->sums);
    for (size_t i = 0; i < count; i++) {
        float squared = (float)(choices[i].weight * choices[i].weight);
        uint32_t left = choices[i].postings;
        for (size_t s = learned->past.count; s-- > 0 && left;) {
            const uint32_t *postings;
            uint32_t length = segment_postings(learned->past.segments[s], choices[i].key, &postings);
            uint32_t first = length > left ? length - left : 0;
            for (uint32_t k = first; k < length; k++)
                add_weight(learned, learned->starts[s] + postings[k], squared);
            left -= length - first;
        }
    }
}

/* ---- The likest of them ---- */

static bool is_better(const struct likely *a, const struct likely *b)
{
    return a->sum != b->sum ? a->sum > b->sum : a->ticket > b->ticket;
}

/* Puts the item at PLACE of a heap, whose worst is first, where it belongs. */
static void sift(struct likely *heap, size_t count, size_t place)
{
    struct likely item = heap[place];
    for (size_t child; (child = 2 * place + 1) < count; place = child) {
        if (child + 1 < count && is_better(&heap[child], &heap[child + 1]))
            child++;
        if (!is_better(&item, &heap[child]))
            break;
        heap[place] = heap[child];
    }
    heap[place] = item;
}

static size_t segment_of(const struct learned *learned, uint32_t ticket)
{
    size_t i = learned->past.count - 1;
    while (i && learned->starts[i] > ticket)
        i--;
    return i;
}

/* The best by their cosine as far as it is known, in no order. */
static size_t choose_best(struct learned *learned, struct likely best[NEAR])
{
    size_t count = 0;
    for (size_t i = 0; i <= learned->sums_mask; i++) {
        struct likely item = learned->sums[i];
        size_t s;
        if (item.ticket == UINT32_MAX)
            continue;
        s = segment_of(learned, item.ticket);
        if (count == NEAR && item.sum * segment_largest_inverse_norm(learned->past.segments[s]) < best[0].sum)
            continue; /* whatever its length: most of the norms need not be read */
        item.sum *= segment_inverse_norm(learned->past.segments[s], item.ticket - learned->starts[s]);
        if (count < NEAR) {
            best[count++] = item;
            for (size_t k = count / 2; count == NEAR && k-- > 0;)
                sift(best, count, k);
        } else if (is_better(&item, &best[0])) {
            best[0] = item;
            sift(best, count, 0);
        }
    }
    return count;
}

/* Whether a later segment takes the link back. (The same one never does.) */
static bool is_retracted(const struct learned *learned, size_t segment, const struct segment_record *record)
{
    for (size_t s = segment + 1; s < learned->past.count; s++) {
        const uint32_t *postings;
        uint32_t length;
        if (!segment_retracted(learned->past.segments[s]))
            continue;
        length = segment_postings(learned->past.segments[s], segment_link_term(record->ticket, record->article_id), &postings);
        for (uint32_t i = 0; i < length; i++) {
            const struct segment_record *later = segment_record(learned->past.segments[s], postings[i]);
            if (later && later->retracts && segment_same_link(later, record->ticket, record->article_id))
                return true;
        }
    }
    return false;
}

/* ---- Votes ---- */

/* The product of the vectors of the question and of a ticket. */
static double dot(const struct learned_recall *recall, const struct segment_record *record)
{
    double sum = 0;
    size_t at = 0;
    for (size_t i = 0; i < record->count; i++) {
        while (at < recall->feature_count && recall->features[at] < record->features[i])
            at++;
        if (at == recall->feature_count)
            break;
        if (recall->features[at] == record->features[i])
            sum += recall->weights[at] * recall->weights[at];
    }
    return sum;
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

/* A ticket, and its cosine with the question. */
struct near {
    const struct segment_record *record;
    uint32_t ticket; /* as in struct likely */
    double like;
};

static int compare_near(const void *a, const void *b)
{
    const struct near *x = a, *y = b;
    if (x->like != y->like)
        return x->like > y->like ? -1 : 1;
    return (x->ticket < y->ticket) - (x->ticket > y->ticket);
}

/* The COUNT tickets of LIKELY by their cosine, best first. */
static size_t compare_all(const struct learned *learned, const struct likely *likely, size_t count,
                          const struct learned_recall *recall, struct near near[NEAR])
{
    double norm = 0;
    size_t kept = 0;
    for (size_t i = 0; i < recall->feature_count; i++)
        norm += recall->weights[i] * recall->weights[i];
    for (size_t i = 0; i < count; i++) {
        size_t s = segment_of(learned, likely[i].ticket);
        uint32_t number = likely[i].ticket - learned->starts[s];
        const struct segment_record *record = segment_record(learned->past.segments[s], number);
        double like = record ? dot(recall, record) * (double)segment_inverse_norm(learned->past.segments[s], number) / sqrt(norm) : 0;
        if (like > 0)
            near[kept++] = (struct near){record, likely[i].ticket, fmin(1, like)};
    }
    if (kept)
        qsort(near, kept, sizeof *near, compare_near);
    return kept;
}

static void take_vote(const struct learned *learned, const struct near *near, struct learned_recall *recall)
{
    const double fade = segment_fade((double)near->record->day, recall->now_day, learned->past.half_life);
    const double like = near->like, weight = fmin(1, fmax(0, (double)near->record->weight * fade));
    struct learned_article *article = article_of(recall, near->record->article);
    recall->votes += weight * like * like * like;
    if (article) {
        article->vote += weight * like * like * like;
        note_like(article, like * weight);
    }
}

static int compare_votes(const void *a, const void *b)
{
    const struct learned_article *x = a, *y = b;
    if (x->vote != y->vote)
        return x->vote > y->vote ? -1 : 1;
    return (x->article > y->article) - (x->article < y->article);
}

void learned_ask(struct learned *learned, const struct question *question, rank_idf_fn *idf, void *idf_arg, int64_t now_ms,
                 struct learned_recall *ret)
{
    struct choice choices[TICKET_FEATURES];
    struct likely likely[NEAR];
    struct near near[NEAR];
    size_t count, postings, voted = 0;
    learned->features.idf = idf;
    learned->features.idf_arg = idf_arg;
    ret->count = 0;
    ret->votes = 0;
    ret->now_day = (double)now_ms / MS_PER_DAY;
    ret->coverage = learned->past.tickets > 0 ? 1 - learned->past.singles / learned->past.tickets : 0;
    read_features(learned, question, ret);
    count = choose(ret, choices, &postings);
    if (!count)
        return;
    gather(learned, choices, count, postings);
    count = compare_all(learned, likely, choose_best(learned, likely), ret, near);
    for (size_t i = 0; i < count && voted < LEARNED_TICKETS; i++)
        if (!is_retracted(learned, segment_of(learned, near[i].ticket), near[i].record)) {
            take_vote(learned, &near[i], ret);
            voted++;
        }
    if (ret->count)
        qsort(ret->articles, ret->count, sizeof *ret->articles, compare_votes);
}

void learned_likelihood(const struct learned *learned, const struct learned_recall *recall, uint64_t article,
                        double *ret_log, double *ret_tickets)
{
    struct segment_article parts[PAST_SEGMENTS];
    double fades[PAST_SEGMENTS], tickets = 0;
    size_t count = 0;
    *ret_log = *ret_tickets = 0;
    for (size_t s = 0; s < learned->past.count; s++) {
        const struct segment *segment = learned->past.segments[s];
        if (!segment_article(segment, article, &parts[count]))
            continue;
        fades[count] = segment_fade(segment_day(segment), recall->now_day, learned->past.half_life);
        tickets += parts[count].tickets * fades[count];
        count++;
    }
    tickets = fmax(0, tickets);
    for (size_t i = 0; count && i < recall->feature_count; i++) {
        double common = recall->shares[i], own = 0;
        if (!recall->frequencies[i])
            continue; /* no ticket has it: it tells nothing apart */
        for (size_t p = 0; p < count; p++)
            own += segment_weight(&parts[p], recall->features[i]) * fades[p];
        *ret_log += ticket_kind_weight(TICKET_KIND(recall->features[i])) *
                    log((fmax(0, own) + SMOOTHING * common) / ((tickets + SMOOTHING) * common));
    }
    *ret_tickets = tickets;
}
