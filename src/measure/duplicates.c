/* duplicates.c: sets of words, an index over the rarest of each. */
#include "measure/duplicates.h"

#include "base/mem.h"
#include "measure/names.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define WORDS_LEAST 4

/* A form's words; after the end in order of rarity. */
struct set {
    size_t start, count; /* in `words` */
};

/* Forms that have a word among their rarest. */
struct posting {
    size_t *forms;
    size_t count, capacity;
};

struct duplicates {
    struct names *forms, *words;
    size_t *frequency; /* by word: forms that have it */
    size_t frequency_capacity;
    struct set *sets; /* by form */
    size_t set_capacity;
    size_t *members; /* words of all forms */
    size_t member_count, member_capacity;
    size_t *first; /* by form */
    struct posting *postings;
    size_t posting_count;
};

struct duplicates *duplicates_new(void)
{
    _cleanup_(duplicates_freep) struct duplicates *duplicates = mem_zero(1, sizeof *duplicates);
    if (!duplicates || !(duplicates->forms = names_new()) || !(duplicates->words = names_new()))
        return NULL;
    return steal_pointer(&duplicates);
}

struct duplicates *duplicates_free(struct duplicates *duplicates)
{
    if (!duplicates)
        return NULL;
    for (size_t i = 0; i < duplicates->posting_count; i++)
        mem_free(duplicates->postings[i].forms);
    names_free(duplicates->forms);
    names_free(duplicates->words);
    mem_free(duplicates->frequency);
    mem_free(duplicates->sets);
    mem_free(duplicates->members);
    mem_free(duplicates->first);
    mem_free(duplicates->postings);
    return mem_free(duplicates);
}

/* ---- Texts ---- */

static bool add_word(struct duplicates *d, struct slice text, struct set *set)
{
    const size_t known = names_count(d->words);
    size_t word;
    if (mem_grow(&d->frequency, &d->frequency_capacity, known, sizeof *d->frequency) < 0 ||
        mem_grow(&d->members, &d->member_capacity, d->member_count, sizeof *d->members) < 0 ||
        !names_add(d->words, text, &word))
        return false;
    if (word == known)
        d->frequency[word] = 0;
    d->frequency[word]++;
    d->members[d->member_count++] = word;
    set->count++;
    return true;
}

bool duplicates_add(struct duplicates *duplicates, const char *form, size_t *ret)
{
    const size_t known = names_count(duplicates->forms);
    struct slice rest = slice_of(form), word;
    if (mem_grow(&duplicates->sets, &duplicates->set_capacity, known, sizeof *duplicates->sets) <
            0 ||
        !names_add(duplicates->forms, rest, ret))
        return false;
    if (*ret < known)
        return true;
    struct set *set = &duplicates->sets[known];
    *set = (struct set){.start = duplicates->member_count};
    while (slice_split(&rest, ' ', &word))
        if (word.length && !add_word(duplicates, word, set))
            return false;
    return true;
}

/* ---- Likeness ---- */

static int compare_rarity(const void *a, const void *b, void *arg)
{
    const struct duplicates *d = arg;
    const size_t x = *(const size_t *)a, y = *(const size_t *)b;
    if (d->frequency[x] != d->frequency[y])
        return d->frequency[x] < d->frequency[y] ? -1 : 1;
    return (x > y) - (x < y);
}

/* So many words two sets of X and Y words must share: |x ∩ y| / |x ∪ y| >= 4/5. */
static size_t shared_least(size_t x, size_t y)
{
    return (4 * (x + y) + 8) / 9;
}

static bool alike(const struct duplicates *d, const struct set *x, const struct set *y)
{
    const size_t *a = d->members + x->start, *a_end = a + x->count;
    const size_t *b = d->members + y->start, *b_end = b + y->count;
    const size_t least = shared_least(x->count, y->count);
    size_t shared = 0;
    while (a < a_end && b < b_end) {
        const int order = compare_rarity(a, b, (void *)d);
        shared += order == 0;
        a += order <= 0;
        b += order >= 0;
        if (shared + (size_t)(a_end - a < b_end - b ? a_end - a : b_end - b) < least)
            return false;
    }
    return shared >= least;
}

static bool sizes_fit(size_t x, size_t y)
{
    return 5 * x >= 4 * y && 5 * y >= 4 * x;
}

/* The words of FORM that any set like it must share one of. */
static size_t prefix(const struct set *set)
{
    return set->count - (4 * set->count + 4) / 5 + 1;
}

static size_t find_like(const struct duplicates *d, size_t form)
{
    const struct set *set = &d->sets[form];
    size_t found = form;
    for (size_t i = 0; i < prefix(set); i++) {
        const struct posting *posting = &d->postings[d->members[set->start + i]];
        for (size_t k = 0; k < posting->count && posting->forms[k] < found; k++) {
            const struct set *other = &d->sets[posting->forms[k]];
            if (sizes_fit(set->count, other->count) && alike(d, set, other))
                found = posting->forms[k];
        }
    }
    return found;
}

static bool post(struct duplicates *d, size_t form)
{
    const struct set *set = &d->sets[form];
    for (size_t i = 0; i < prefix(set); i++) {
        struct posting *posting = &d->postings[d->members[set->start + i]];
        if (mem_grow(&posting->forms, &posting->capacity, posting->count, sizeof *posting->forms) <
            0)
            return false;
        posting->forms[posting->count++] = form;
    }
    return true;
}

bool duplicates_finish(struct duplicates *duplicates)
{
    const size_t count = names_count(duplicates->forms), words = names_count(duplicates->words);
    duplicates->postings = mem_zero(words + 1, sizeof *duplicates->postings);
    duplicates->first = mem_zero(count + 1, sizeof *duplicates->first);
    if (!duplicates->postings || !duplicates->first)
        return false;
    duplicates->posting_count = words;
    for (size_t i = 0; i < count; i++) {
        struct set *set = &duplicates->sets[i];
        duplicates->first[i] = i;
        if (set->count < WORDS_LEAST)
            continue;
        qsort_r(duplicates->members + set->start, set->count, sizeof *duplicates->members,
                compare_rarity, duplicates);
        duplicates->first[i] = duplicates->first[find_like(duplicates, i)];
        /* One that is like an earlier one is not compared with: groups stay as tight as their
         * first. */
        if (duplicates->first[i] == i && !post(duplicates, i))
            return false;
    }
    return true;
}

size_t duplicates_first(const struct duplicates *duplicates, size_t form)
{
    return duplicates->first[form];
}

size_t duplicates_forms(const struct duplicates *duplicates)
{
    return names_count(duplicates->forms);
}
