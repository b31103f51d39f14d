/* spelling.c: counts of words, and for each rare one the frequent neighbour. */
#include "measure/spelling.h"

#include "base/str.h"
#include "measure/names.h"

#include <stdlib.h>
#include <string.h>

#define SHORTEST 6
#define RATIO 10

struct word {
    int64_t count;
    size_t meant; /* the word that it stands for: itself, mostly */
};

struct spelling {
    struct names *names;
    struct word *words; /* by number in names */
    size_t capacity;
};

struct spelling *spelling_new(void)
{
    struct spelling *spelling = mem_zero(1, sizeof *spelling);
    if (spelling && !(spelling->names = names_new()))
        return spelling_free(spelling);
    return spelling;
}

struct spelling *spelling_free(struct spelling *spelling)
{
    if (!spelling)
        return NULL;
    names_free(spelling->names);
    mem_free(spelling->words);
    return mem_free(spelling);
}

bool spelling_learn(struct spelling *spelling, const char *form, int64_t count)
{
    struct slice rest = slice_of(form), text;
    while (slice_split(&rest, ' ', &text)) {
        size_t number;
        const size_t known = names_count(spelling->names);
        if (text.length == 0)
            continue;
        if (mem_grow(&spelling->words, &spelling->capacity, known, sizeof(struct word)) < 0 ||
            !names_add(spelling->names, text, &number))
            return false;
        if (number == known)
            spelling->words[number] = (struct word){.meant = number};
        spelling->words[number].count += count;
    }
    return true;
}

static bool better(const struct spelling *spelling, size_t a, size_t b)
{
    if (spelling->words[a].count != spelling->words[b].count)
        return spelling->words[a].count > spelling->words[b].count;
    return strcmp(names_text(spelling->names, a), names_text(spelling->names, b)) < 0;
}

/* The best of the frequent words that NUMBER may be a misspelling of; itself where there is none.
 */
static size_t find_meant(const struct spelling *spelling, size_t number, const size_t *frequent,
                         size_t count)
{
    const char *text = names_text(spelling->names, number);
    const size_t length = strlen(text);
    size_t best = number;
    if (length < SHORTEST)
        return number;
    for (size_t i = 0; i < count; i++) {
        const size_t other = frequent[i];
        const char *other_text = names_text(spelling->names, other);
        const size_t other_length = strlen(other_text);
        if (*other_text != *text || other_length + 1 < length || other_length > length + 1 ||
            spelling->words[other].count < RATIO * spelling->words[number].count)
            continue;
        if (str_distance(text, other_text, 1) == 1 &&
            (best == number || better(spelling, other, best)))
            best = other;
    }
    return best;
}

bool spelling_finish(struct spelling *spelling)
{
    const size_t count = names_count(spelling->names);
    size_t used = 0;
    _cleanup_free_ size_t *frequent = mem_zero(count, sizeof *frequent);
    if (!frequent)
        return false;
    for (size_t i = 0; i < count; i++) {
        if (spelling->words[i].count >= RATIO &&
            strlen(names_text(spelling->names, i)) + 1 >= SHORTEST)
            frequent[used++] = i;
    }
    for (size_t i = 0; i < count; i++)
        spelling->words[i].meant = find_meant(spelling, i, frequent, used);
    return true;
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

bool spelling_correct(const struct spelling *spelling, const char *form, struct buf *out)
{
    _cleanup_free_ const char **texts = NULL;
    size_t count = 0, capacity = 0, number;
    struct slice rest = slice_of(form), text;
    while (slice_split(&rest, ' ', &text)) {
        if (text.length == 0 || !names_find(spelling->names, text, &number))
            continue;
        if (mem_grow(&texts, &capacity, count, sizeof *texts) < 0)
            return false;
        texts[count++] = names_text(spelling->names, spelling->words[number].meant);
    }
    if (count > 0)
        qsort(texts, count, sizeof *texts, compare_texts);
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && strcmp(texts[i], texts[i - 1]) == 0)
            continue;
        buf_printf(out, "%s%s", i > 0 ? " " : "", texts[i]);
    }
    return !out->failed;
}
