/* phrases.c: see phrases.h. */
#include "measure/phrases.h"

#include <stdlib.h>
#include <string.h>

static int compare_numbers(const void *a, const void *b)
{
    const struct phrase *x = a, *y = b;
    return (x->number > y->number) - (x->number < y->number);
}

static int compare_phrases(const void *a, const void *b)
{
    const struct phrase *x = a, *y = b;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    if (x->likeness != y->likeness)
        return x->likeness > y->likeness ? -1 : 1;
    return strcmp(x->text, y->text);
}

size_t phrases_rank(struct phrase *phrases, size_t count)
{
    size_t used = 0;
    if (count == 0)
        return 0;
    qsort(phrases, count, sizeof *phrases, compare_numbers);
    for (size_t i = 1; i < count; i++) {
        if (phrases[i].number == phrases[used].number)
            phrases[used].count += phrases[i].count;
        else
            phrases[++used] = phrases[i];
    }
    qsort(phrases, used + 1, sizeof *phrases, compare_phrases);
    return used + 1;
}
