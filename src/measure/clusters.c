/* clusters.c: vectors, an inverted index, leaders, centroids. */
#include "measure/clusters.h"

#include "base/mem.h"
#include "base/slice.h"
#include "measure/names.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_WORDS 16
#define GROUP_WORDS 24
#define JOIN 0.60   /* likeness to a leader, to join it */
#define MERGE 0.55  /* likeness of two centroids, to become one */
#define BELONG 0.30 /* likeness to a centroid, to stay with it */
#define CANDIDATES 32
#define COMMON 500 /* words in more groups than that find no candidates */

struct weight {
    uint32_t word;
    float value;
};

/* A unit vector, by word. */
struct vector {
    struct weight *weights;
    uint32_t count;
};

struct text {
    int64_t count; /* how often it was added */
    struct vector vector;
    size_t group;
    double likeness;
};

/* The groups in which a word weighs. */
struct posting {
    uint32_t *groups;
    float *values;
    size_t count, groups_capacity, values_capacity;
};

/* Where a word stands. */
struct usage {
    uint32_t forms; /* different ones that hold it */
    bool once;      /* one text alone does */
};

struct clusters {
    struct names *forms, *words;
    struct text *texts; /* by number in forms */
    size_t text_capacity;
    struct usage *usage; /* by word */
    size_t usage_capacity;
    struct vector *groups;
    size_t group_count, group_capacity;
    struct posting *postings; /* by word */
    float *scores;            /* by group, while candidates are sought */
    uint32_t *touched;
};

struct clusters *clusters_new(void)
{
    _cleanup_(clusters_freep) struct clusters *clusters = mem_zero(1, sizeof *clusters);
    if (!clusters || !(clusters->forms = names_new()) || !(clusters->words = names_new()))
        return NULL;
    return steal_pointer(&clusters);
}

static void free_groups(struct clusters *clusters)
{
    for (size_t i = 0; i < clusters->group_count; i++)
        mem_free(clusters->groups[i].weights);
    clusters->group_count = 0;
}

static void free_postings(struct clusters *clusters)
{
    for (size_t i = 0; clusters->postings && i < names_count(clusters->words); i++) {
        mem_free(clusters->postings[i].groups);
        mem_free(clusters->postings[i].values);
    }
    clusters->postings = mem_free(clusters->postings);
}

struct clusters *clusters_free(struct clusters *clusters)
{
    if (!clusters)
        return NULL;
    free_groups(clusters);
    if (clusters->words)
        free_postings(clusters);
    for (size_t i = 0; clusters->texts && i < names_count(clusters->forms); i++)
        mem_free(clusters->texts[i].vector.weights);
    mem_free(clusters->groups);
    mem_free(clusters->texts);
    mem_free(clusters->usage);
    mem_free(clusters->scores);
    mem_free(clusters->touched);
    names_free(clusters->forms);
    names_free(clusters->words);
    return mem_free(clusters);
}

/* ---- Texts ---- */

/* Notes the words of a form that came for the first time, or AGAIN. */
static bool count_words(struct clusters *clusters, const char *form, bool again)
{
    struct slice rest = slice_of(form), text;
    while (slice_split(&rest, ' ', &text)) {
        size_t number;
        const size_t known = names_count(clusters->words);
        if (text.length == 0)
            continue;
        if (mem_grow(&clusters->usage, &clusters->usage_capacity, known, sizeof *clusters->usage) <
                0 ||
            !names_add(clusters->words, text, &number))
            return false;
        if (number == known)
            clusters->usage[number] = (struct usage){0, true};
        else
            clusters->usage[number].once = false;
        clusters->usage[number].forms += !again;
    }
    return true;
}

bool clusters_add(struct clusters *clusters, const char *form, size_t *ret)
{
    const size_t known = names_count(clusters->forms);
    if (mem_grow(&clusters->texts, &clusters->text_capacity, known, sizeof(struct text)) < 0 ||
        !names_add(clusters->forms, slice_of(form), ret))
        return false;
    if (*ret == known)
        clusters->texts[known] = (struct text){0};
    /* A third time tells no more about its words than a second. */
    const int64_t before = clusters->texts[*ret].count++;
    return before > 1 || count_words(clusters, form, before == 1);
}

static int compare_weights(const void *a, const void *b)
{
    const struct weight *x = a, *y = b;
    if (x->value != y->value)
        return x->value > y->value ? -1 : 1;
    return (x->word > y->word) - (x->word < y->word);
}

static int compare_words(const void *a, const void *b)
{
    const struct weight *x = a, *y = b;
    return (x->word > y->word) - (x->word < y->word);
}

/* Keeps the MOST weightiest of COUNT weights, as a unit vector by word. */
static bool make_vector(struct weight *weights, size_t count, size_t most, struct vector *ret)
{
    double squares = 0;
    if (count > 0)
        qsort(weights, count, sizeof *weights, compare_weights);
    count = count < most ? count : most;
    ret->weights = mem_zero(count, sizeof *weights);
    if (!ret->weights)
        return false;
    for (size_t i = 0; i < count; i++)
        squares += (double)weights[i].value * (double)weights[i].value;
    for (size_t i = 0; i < count; i++)
        ret->weights[i] =
            (struct weight){weights[i].word, (float)((double)weights[i].value / sqrt(squares))};
    ret->count = (uint32_t)count;
    if (count > 0)
        qsort(ret->weights, count, sizeof *weights, compare_words);
    return true;
}

/* The weights of the words of text NUMBER, without those of it alone where OTHERS; in *RET how
 * many. NULL when memory is short. */
static struct weight *weigh_words(const struct clusters *clusters, size_t number, bool others,
                                  size_t *ret)
{
    const double texts = (double)names_count(clusters->forms);
    struct slice rest = slice_of(names_text(clusters->forms, number)), part;
    struct weight *weights = mem_zero(rest.length / 2 + 1, sizeof *weights);
    *ret = 0;
    while (weights && slice_split(&rest, ' ', &part)) {
        size_t word;
        if (part.length == 0 || !names_find(clusters->words, part, &word) ||
            (others && clusters->usage[word].once))
            continue;
        const double rarity = log(1 + texts / (double)clusters->usage[word].forms);
        weights[(*ret)++] = (struct weight){(uint32_t)word, (float)sqrt(rarity)};
    }
    return weights;
}

/* A word that no other text holds cannot bring two together, so it weighs only where there is no
 * other. */
static bool weigh_text(struct clusters *clusters, size_t number)
{
    size_t count = 0;
    _cleanup_free_ struct weight *weights = weigh_words(clusters, number, true, &count);
    if (weights && count == 0) {
        mem_free(weights);
        weights = weigh_words(clusters, number, false, &count);
    }
    return weights && make_vector(weights, count, TEXT_WORDS, &clusters->texts[number].vector);
}

/* ---- Likeness ---- */

static double cosine(const struct vector *a, const struct vector *b)
{
    double sum = 0;
    for (size_t i = 0, k = 0; i < a->count && k < b->count;) {
        if (a->weights[i].word == b->weights[k].word)
            sum += (double)a->weights[i++].value * (double)b->weights[k++].value;
        else if (a->weights[i].word < b->weights[k].word)
            i++;
        else
            k++;
    }
    return sum;
}

static bool index_group(struct clusters *clusters, size_t group)
{
    const struct vector *vector = &clusters->groups[group];
    for (size_t i = 0; i < vector->count; i++) {
        struct posting *posting = &clusters->postings[vector->weights[i].word];
        if (mem_grow(&posting->groups, &posting->groups_capacity, posting->count,
                     sizeof *posting->groups) < 0 ||
            mem_grow(&posting->values, &posting->values_capacity, posting->count,
                     sizeof *posting->values) < 0)
            return false;
        posting->groups[posting->count] = (uint32_t)group;
        posting->values[posting->count++] = vector->weights[i].value;
    }
    return true;
}

/* Adds up what the rarer words of VECTOR have in common with each group. Returns how many groups
 * were touched. */
static size_t score_groups(struct clusters *clusters, const struct vector *vector)
{
    size_t touched = 0;
    for (size_t i = 0; i < vector->count; i++) {
        const struct posting *posting = &clusters->postings[vector->weights[i].word];
        /* A text of common words alone must still find its like. */
        if (posting->count > COMMON && vector->count > 2)
            continue;
        for (size_t k = 0; k < posting->count; k++) {
            const uint32_t group = posting->groups[k];
            if (clusters->scores[group] == 0)
                clusters->touched[touched++] = group;
            clusters->scores[group] += vector->weights[i].value * posting->values[k];
        }
    }
    return touched;
}

/* Moves GROUP into the list of the best so far, best first, earlier groups first among equals. */
static size_t insert_candidate(const float *scores, uint32_t *best, size_t count, uint32_t group)
{
    size_t place = count;
    while (place > 0 && (scores[group] > scores[best[place - 1]] ||
                         (scores[group] == scores[best[place - 1]] && group < best[place - 1])))
        place--;
    if (place == CANDIDATES)
        return count;
    const size_t moved = count < CANDIDATES ? count - place : CANDIDATES - 1 - place;
    memmove(best + place + 1, best + place, moved * sizeof *best);
    best[place] = group;
    return count < CANDIDATES ? count + 1 : count;
}

/* The group most like VECTOR, other than EXCEPT, in *RET; its likeness, 0 where there is none. */
static double find_group(struct clusters *clusters, const struct vector *vector, size_t except,
                         size_t *ret)
{
    uint32_t best[CANDIDATES];
    size_t count = 0;
    double most = 0;
    const size_t touched = score_groups(clusters, vector);
    for (size_t i = 0; i < touched; i++)
        count = insert_candidate(clusters->scores, best, count, clusters->touched[i]);
    for (size_t i = 0; i < touched; i++)
        clusters->scores[clusters->touched[i]] = 0;
    for (size_t i = 0; i < count; i++) {
        const double likeness = best[i] == except ? 0 : cosine(vector, &clusters->groups[best[i]]);
        if (likeness > most || (likeness == most && most > 0 && best[i] < *ret)) {
            most = likeness;
            *ret = best[i];
        }
    }
    return most;
}

/* ---- Grouping ---- */

struct place {
    const char *form;
    size_t text;
    int64_t count;
};

static int compare_places(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    return strcmp(x->form, y->form);
}

/* The texts, most frequent first, then by form. Owns: the caller; NULL when memory is short. */
static struct place *order_texts(const struct clusters *clusters)
{
    const size_t count = names_count(clusters->forms);
    struct place *places = mem_zero(count, sizeof *places);
    for (size_t i = 0; places && i < count; i++)
        places[i] = (struct place){names_text(clusters->forms, i), i, clusters->texts[i].count};
    if (places && count > 0)
        qsort(places, count, sizeof *places, compare_places);
    return places;
}

static bool copy_vector(const struct vector *from, struct vector *to)
{
    to->count = from->count;
    to->weights = mem_alloc(from->count * sizeof *to->weights);
    if (to->weights)
        memcpy(to->weights, from->weights, from->count * sizeof *to->weights);
    return to->weights != NULL;
}

static bool begin_group(struct clusters *clusters, const struct vector *vector, size_t *ret)
{
    struct vector copy;
    if (mem_grow(&clusters->groups, &clusters->group_capacity, clusters->group_count,
                 sizeof(struct vector)) < 0 ||
        !copy_vector(vector, &copy))
        return false;
    *ret = clusters->group_count;
    clusters->groups[clusters->group_count++] = copy;
    return index_group(clusters, *ret);
}

static bool follow_leaders(struct clusters *clusters, const struct place *places)
{
    for (size_t i = 0; i < names_count(clusters->forms); i++) {
        struct text *text = &clusters->texts[places[i].text];
        text->likeness = find_group(clusters, &text->vector, SIZE_MAX, &text->group);
        if (text->likeness >= JOIN)
            continue;
        text->likeness = 1;
        if (!begin_group(clusters, &text->vector, &text->group))
            return false;
    }
    return true;
}

static int compare_members(const void *a, const void *b)
{
    const struct text *x = *(struct text *const *)a, *y = *(struct text *const *)b;
    if (x->group != y->group)
        return x->group < y->group ? -1 : 1;
    return (x > y) - (x < y);
}

/* The centroid of MEMBERS; SUMS and SEEN have one place a word, SUMS all zero. A text that came
 * often pulls more, by its root. */
static bool find_centroid(struct text *const *members, size_t count, float *sums, uint32_t *seen,
                          struct vector *ret)
{
    size_t words = 0;
    for (size_t m = 0; m < count; m++) {
        const float pull = sqrtf((float)members[m]->count);
        for (size_t i = 0; i < members[m]->vector.count; i++) {
            const struct weight *weight = &members[m]->vector.weights[i];
            if (sums[weight->word] == 0)
                seen[words++] = weight->word;
            sums[weight->word] += pull * weight->value;
        }
    }
    _cleanup_free_ struct weight *weights = mem_zero(words, sizeof *weights);
    for (size_t i = 0; i < words; i++) {
        if (weights)
            weights[i] = (struct weight){seen[i], sums[seen[i]]};
        sums[seen[i]] = 0;
    }
    return weights && make_vector(weights, words, GROUP_WORDS, ret);
}

/* Renumbers the groups that still have members, in order of their first text, and makes their
 * centroids. */
static bool find_centroids(struct clusters *clusters)
{
    const size_t count = names_count(clusters->forms), words = names_count(clusters->words);
    _cleanup_free_ struct text **members = mem_zero(count, sizeof(struct text *));
    _cleanup_free_ float *sums = mem_zero(words, sizeof *sums);
    _cleanup_free_ uint32_t *seen = mem_zero(words, sizeof *seen);
    size_t groups = 0;
    bool done = members && sums && seen;
    free_groups(clusters);
    for (size_t i = 0; done && i < count; i++)
        members[i] = &clusters->texts[i];
    if (done && count > 0)
        qsort(members, count, sizeof *members, compare_members);
    for (size_t from = 0, to; done && from < count; from = to, groups++) {
        const size_t group = members[from]->group;
        for (to = from; to < count && members[to]->group == group; to++)
            ;
        done = find_centroid(members + from, to - from, sums, seen, &clusters->groups[groups]);
        clusters->group_count = done ? groups + 1 : groups;
        for (size_t i = from; i < to; i++)
            members[i]->group = groups;
    }
    return done;
}

static bool index_groups(struct clusters *clusters)
{
    free_postings(clusters);
    clusters->postings = mem_zero(names_count(clusters->words), sizeof *clusters->postings);
    for (size_t i = 0; clusters->postings && i < clusters->group_count; i++) {
        if (!index_group(clusters, i))
            return false;
    }
    return clusters->postings != NULL;
}

/* Lets each group join an earlier one with a like centroid. */
static bool merge_groups(struct clusters *clusters)
{
    _cleanup_free_ size_t *into = mem_zero(clusters->group_count, sizeof *into);
    if (!into)
        return false;
    for (size_t i = 0; i < clusters->group_count; i++) {
        size_t other = 0;
        const double likeness = find_group(clusters, &clusters->groups[i], i, &other);
        into[i] = likeness >= MERGE && other < i ? into[other] : i;
    }
    for (size_t i = 0; i < names_count(clusters->forms); i++)
        clusters->texts[i].group = into[clusters->texts[i].group];
    return true;
}

/* Every text goes to its most alike centroid; one that is like none stays where it was. */
static void reassign(struct clusters *clusters)
{
    for (size_t i = 0; i < names_count(clusters->forms); i++) {
        struct text *text = &clusters->texts[i];
        size_t group = text->group;
        if (find_group(clusters, &text->vector, SIZE_MAX, &group) >= BELONG)
            text->group = group;
    }
}

static bool group_texts(struct clusters *clusters)
{
    _cleanup_free_ struct place *places = order_texts(clusters);
    if (!places || !index_groups(clusters) || !follow_leaders(clusters, places))
        return false;
    if (!find_centroids(clusters) || !index_groups(clusters) || !merge_groups(clusters))
        return false;
    if (!find_centroids(clusters) || !index_groups(clusters))
        return false;
    reassign(clusters);
    return find_centroids(clusters);
}

bool clusters_finish(struct clusters *clusters)
{
    const size_t count = names_count(clusters->forms);
    clusters->scores = mem_zero(count, sizeof *clusters->scores);
    clusters->touched = mem_zero(count, sizeof *clusters->touched);
    if (!clusters->scores || !clusters->touched)
        return false;
    for (size_t i = 0; i < count; i++) {
        if (!weigh_text(clusters, i))
            return false;
    }
    if (!group_texts(clusters))
        return false;
    for (size_t i = 0; i < count; i++) {
        struct text *text = &clusters->texts[i];
        text->likeness = cosine(&text->vector, &clusters->groups[text->group]);
    }
    /* The words of a centroid are read weightiest first. */
    for (size_t i = 0; i < clusters->group_count; i++) {
        struct vector *group = &clusters->groups[i];
        if (group->count > 0)
            qsort(group->weights, group->count, sizeof *group->weights, compare_weights);
    }
    return true;
}

size_t clusters_count(const struct clusters *clusters)
{
    return clusters->group_count;
}

size_t clusters_of(const struct clusters *clusters, size_t text)
{
    return clusters->texts[text].group;
}

double clusters_likeness(const struct clusters *clusters, size_t text)
{
    return clusters->texts[text].likeness;
}

const char *clusters_word(const struct clusters *clusters, size_t group, size_t index)
{
    const struct vector *vector = &clusters->groups[group];
    return index < vector->count ? names_text(clusters->words, vector->weights[index].word) : NULL;
}
