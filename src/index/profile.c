/* profile.c: counts of features over an article's past tickets. */
#include "index/profile.h"

#include "base/mem.h"
#include "index/record.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define WEIGHT_LEAST 1e-4F /* what is left of a feature below this is forgotten */

struct front {
    uint64_t checksum, article;
    double day, tickets;
    uint32_t links, count;
};

void profile_done(struct profile *profile)
{
    profile->counts = mem_free(profile->counts);
    profile->count = profile->capacity = 0;
}

double profile_fade(double from_day, double to_day, double half_life)
{
    return half_life > 0 && to_day > from_day ? exp2((from_day - to_day) / half_life) : 1;
}

void profile_move(struct profile *profile, double day, double half_life)
{
    double factor = profile_fade(profile->day, day, half_life);
    if (day <= profile->day)
        return;
    for (size_t i = 0; i < profile->count; i++)
        profile->counts[i].weight *= (float)factor;
    profile->tickets *= factor;
    profile->day = day;
}

static int compare_weights(const void *a, const void *b)
{
    float x = ((const struct profile_count *)a)->weight, y = ((const struct profile_count *)b)->weight;
    return (x < y) - (x > y);
}

static int compare_features(const void *a, const void *b)
{
    uint32_t x = ((const struct profile_count *)a)->feature, y = ((const struct profile_count *)b)->feature;
    return (x > y) - (x < y);
}

static void shrink(struct profile *profile)
{
    if (profile->count <= PROFILE_FEATURES)
        return;
    qsort(profile->counts, profile->count, sizeof *profile->counts, compare_weights);
    profile->count = PROFILE_FEATURES * 3 / 4;
    qsort(profile->counts, profile->count, sizeof *profile->counts, compare_features);
}

enum status profile_add(struct profile *profile, const struct ticket *ticket, double weight, struct error *err)
{
    size_t most = profile->count + ticket->count, kept = 0, i = 0, j = 0;
    struct profile_count *merged = mem_alloc((most + 1) * sizeof *merged);
    if (!merged)
        return error_memory(err);
    while (i < profile->count || j < ticket->count) {
        struct profile_count next;
        if (j == ticket->count || (i < profile->count && profile->counts[i].feature < ticket->features[j]))
            next = profile->counts[i++];
        else if (i == profile->count || profile->counts[i].feature > ticket->features[j])
            next = (struct profile_count){ticket->features[j++], (float)weight};
        else
            next = (struct profile_count){ticket->features[j++], profile->counts[i++].weight + (float)weight};
        if (next.weight > WEIGHT_LEAST)
            merged[kept++] = next;
    }
    mem_free(profile->counts);
    profile->counts = merged;
    profile->count = kept;
    profile->capacity = most + 1;
    profile->tickets = fmax(0, profile->tickets + weight);
    shrink(profile);
    return STATUS_OK;
}

void profile_write(const struct profile *profile, struct buf *out)
{
    struct front front = {.article = profile->article,
                          .day = profile->day,
                          .tickets = profile->tickets,
                          .links = profile->links,
                          .count = (uint32_t)profile->count};
    size_t start = out->length;
    buf_add(out, &front, sizeof front);
    buf_add(out, profile->counts, profile->count * sizeof *profile->counts);
    record_seal(out, start);
}

enum status profile_view(struct slice bytes, struct profile_view *ret, struct error *err)
{
    struct front front;
    struct slice rest;
    enum status status = record_unseal(bytes, &rest, err);
    if (status != STATUS_OK)
        return status;
    if (bytes.length < sizeof front)
        return error_set(err, STATUS_CORRUPT, "what was learned of an article is cut short");
    memcpy(&front, bytes.ptr, sizeof front);
    if ((bytes.length - sizeof front) / sizeof(struct profile_count) < front.count)
        return error_set(err, STATUS_CORRUPT, "what was learned of an article is cut short");
    *ret = (struct profile_view){.article = front.article,
                                 .day = front.day,
                                 .tickets = front.tickets,
                                 .links = front.links,
                                 .counts = bytes.ptr + sizeof front,
                                 .count = front.count};
    return STATUS_OK;
}

static struct profile_count count_at(const struct profile_view *view, size_t place)
{
    struct profile_count count;
    memcpy(&count, view->counts + place * sizeof count, sizeof count);
    return count;
}

double profile_weight(const struct profile_view *view, uint32_t feature)
{
    size_t low = 0, high = view->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        struct profile_count count = count_at(view, middle);
        if (count.feature == feature)
            return (double)count.weight;
        if (count.feature < feature)
            low = middle + 1;
        else
            high = middle;
    }
    return 0;
}

enum status profile_read(struct slice bytes, struct profile *ret, struct error *err)
{
    struct profile_view view;
    enum status status = profile_view(bytes, &view, err);
    if (status != STATUS_OK)
        return status;
    *ret = (struct profile){.article = view.article, .day = view.day, .tickets = view.tickets, .links = view.links};
    ret->counts = mem_alloc((view.count + 1) * sizeof *ret->counts);
    if (!ret->counts)
        return error_memory(err);
    if (view.count)
        memcpy(ret->counts, view.counts, view.count * sizeof *ret->counts);
    ret->count = view.count;
    ret->capacity = view.count + 1;
    return STATUS_OK;
}
