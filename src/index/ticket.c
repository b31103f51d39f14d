/* ticket.c: texts to sets of features. */
#include "index/ticket.h"

#include <stdlib.h>

double ticket_kind_weight(enum ticket_kind kind)
{
    static const double weights[] = {
        [TICKET_WORD] = 1, [TICKET_STOP] = 0.35, [TICKET_PAIR] = 0.5, [TICKET_LOOSE_PAIR] = 0.35};
    return weights[kind];
}

static uint32_t pair_key(uint32_t first, uint32_t second)
{
    uint64_t mixed = ((uint64_t)first << 32 | second) * UINT64_C(0x9e3779b97f4a7c15);
    return (uint32_t)((mixed >> 32) % WORD_KEY_MAX);
}

static int compare_features(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static void add(struct ticket *ticket, enum ticket_kind kind, uint32_t key)
{
    if (ticket->count < TICKET_FEATURES)
        ticket->features[ticket->count++] = (uint32_t)kind << WORD_KEY_BITS | key;
}

void ticket_from_keys(const uint32_t *keys, const bool *stops, size_t count, struct ticket *ret)
{
    size_t kept = 0;
    ret->count = 0;
    for (size_t i = 0; i < count && i < TICKET_WORDS; i++) {
        add(ret, stops[i] ? TICKET_STOP : TICKET_WORD, keys[i]);
        if (i && !(stops[i] && stops[i - 1]))
            add(ret, stops[i] || stops[i - 1] ? TICKET_LOOSE_PAIR : TICKET_PAIR, pair_key(keys[i - 1], keys[i]));
    }
    if (ret->count)
        qsort(ret->features, ret->count, sizeof *ret->features, compare_features);
    for (size_t i = 0; i < ret->count; i++)
        if (!kept || ret->features[kept - 1] != ret->features[i])
            ret->features[kept++] = ret->features[i];
    ret->count = kept;
}

enum status ticket_from_text(struct words *words, struct slice text, const char *lang, struct ticket *ret,
                             struct error *err)
{
    _cleanup_word_list_ struct word_list list = {0};
    uint32_t keys[TICKET_WORDS];
    bool stops[TICKET_WORDS];
    enum status status = words_split(words, text, lang, TICKET_WORDS, &list, err);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < list.count; i++) {
        keys[i] = list.items[i].keys[0];
        stops[i] = list.items[i].stop;
    }
    ticket_from_keys(keys, stops, list.count, ret);
    return STATUS_OK;
}
