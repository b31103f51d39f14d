/* segment.c: reads a segment of past tickets, and sets what is worked out last: its norms. */
#include "index/segment.h"

#include "base/file.h"
#include "base/mem.h"
#include "index/mapped.h"
#include "index/record.h"
#include "index/segment_file.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

struct segment {
    const struct mapped *mapped;
    const struct segment_front *front;
};

/* ---- Opening ---- */

static uint64_t front_sum(const struct segment_front *front)
{
    size_t start = offsetof(struct segment_front, sum);
    return record_checksum((struct slice){(const char *)front + start, sizeof *front - start});
}

/* The bytes of PART, and how many there are. */
static const void *part_of(const struct segment *segment, enum segment_part part, size_t *ret_bytes)
{
    *ret_bytes = segment->front->at[part + 1] - segment->front->at[part];
    return segment->mapped->bytes + segment->front->at[part];
}

static bool front_is_sound(const struct segment *segment)
{
    const struct segment_front *front = segment->front;
    return segment->mapped->length >= SEGMENT_FRONT_BYTES && memcmp(front->magic, SEGMENT_MAGIC, sizeof front->magic) == 0 &&
           front->front_sum == front_sum(front) && front->at[0] == SEGMENT_FRONT_BYTES &&
           front->at[SEGMENT_PARTS] == segment->mapped->length && front->term_bits <= 31 && front->article_bits <= 31;
}

/* Whether every part is in the file and as long as the numbers in the front, which is sound, ask for. */
static bool parts_are_sound(const struct segment_front *front)
{
    const uint64_t least[SEGMENT_PARTS] = {
        [SEGMENT_TERMS] = (front->terms + UINT64_C(1)) * sizeof(struct segment_term),
        [SEGMENT_TERM_BUCKETS] = ((UINT64_C(1) << front->term_bits) + 1) * sizeof(uint32_t),
        [SEGMENT_ARTICLES] = (front->articles + UINT64_C(1)) * sizeof(struct segment_entry),
        [SEGMENT_ARTICLE_BUCKETS] = ((UINT64_C(1) << front->article_bits) + 1) * sizeof(uint32_t),
        [SEGMENT_PLACES] = front->records * UINT64_C(4),
        [SEGMENT_NORMS] = (front->records + UINT64_C(1)) * 4};
    for (size_t i = 0; i < SEGMENT_PARTS; i++)
        if (front->at[i] % 8 || front->at[i + 1] < front->at[i] || front->at[i + 1] - front->at[i] < least[i])
            return false;
    return true;
}

enum status segment_open(const char *path, struct segment **ret, struct error *err)
{
    struct segment *segment = mem_zero(1, sizeof *segment);
    enum status status;
    if (!segment)
        return error_memory(err);
    status = mapped_open(path, &segment->mapped, err);
    if (status == STATUS_OK) {
        segment->front = (const struct segment_front *)(const void *)segment->mapped->bytes;
        if (!front_is_sound(segment) || !parts_are_sound(segment->front))
            status = error_set(err, STATUS_CORRUPT, "%s is damaged", path);
    }
    if (status != STATUS_OK) {
        segment_close(segment);
        return status;
    }
    *ret = segment;
    return STATUS_OK;
}

struct segment *segment_close(struct segment *segment)
{
    if (!segment)
        return NULL;
    mapped_close(segment->mapped);
    return mem_free(segment);
}

enum status segment_check(const struct segment *segment, struct error *err)
{
    const uint64_t *at = segment->front->at;
    struct slice parts = {(const char *)segment->mapped->bytes + at[0], at[SEGMENT_NORMS] - at[0]};
    return record_checksum(parts) == segment->front->sum ? STATUS_OK
                                                         : error_set(err, STATUS_CORRUPT, "what was learned is damaged");
}

uint32_t segment_records(const struct segment *segment)
{
    return segment->front->records;
}

uint32_t segment_retracted(const struct segment *segment)
{
    return segment->front->retracted;
}

double segment_day(const struct segment *segment)
{
    return segment->front->day;
}

/* ---- Terms ---- */

uint32_t segment_link_term(uint64_t ticket, uint64_t article_id)
{
    return SEGMENT_LINK | (uint32_t)(segment_mix(ticket ^ segment_mix(article_id)) >> 34);
}

/* The range of a bucket among COUNT items, no more than there are. */
static void bucket_range(const uint32_t *buckets, size_t bucket, uint32_t count, uint32_t *low, uint32_t *high)
{
    *low = buckets[bucket] < count ? buckets[bucket] : count;
    *high = buckets[bucket + 1] < count ? buckets[bucket + 1] : count;
}

uint32_t segment_postings(const struct segment *segment, uint32_t term, const uint32_t **ret)
{
    const struct segment_front *front = segment->front;
    size_t bytes, posting_bytes;
    const struct segment_term *terms = part_of(segment, SEGMENT_TERMS, &bytes);
    const uint32_t *postings = part_of(segment, SEGMENT_POSTINGS, &posting_bytes);
    uint32_t low, high;
    bucket_range(part_of(segment, SEGMENT_TERM_BUCKETS, &bytes), (uint64_t)term >> (32 - front->term_bits), front->terms, &low,
                 &high);
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (terms[middle].term < term)
            low = middle + 1;
        else
            high = middle;
    }
    if (low >= front->terms || terms[low].term != term || terms[low].start > terms[low + 1].start ||
        terms[low + 1].start > posting_bytes / sizeof *postings)
        return 0;
    *ret = postings + terms[low].start;
    return terms[low + 1].start - terms[low].start;
}

/* ---- Records ---- */

const struct segment_record *segment_record(const struct segment *segment, uint32_t number)
{
    size_t bytes, places_bytes;
    const unsigned char *records = part_of(segment, SEGMENT_RECORDS, &bytes);
    const uint32_t *places = part_of(segment, SEGMENT_PLACES, &places_bytes);
    const struct segment_record *record;
    uint64_t at;
    if (number >= segment->front->records)
        return NULL;
    at = UINT64_C(8) * places[number];
    if (at + sizeof *record > bytes)
        return NULL;
    record = (const struct segment_record *)(const void *)(records + at);
    return record->count <= TICKET_FEATURES && at + segment_record_bytes(record->count) <= bytes ? record : NULL;
}

float segment_inverse_norm(const struct segment *segment, uint32_t number)
{
    size_t bytes;
    const float *norms = part_of(segment, SEGMENT_NORMS, &bytes);
    return number < segment->front->records ? norms[number] : 0;
}

float segment_largest_inverse_norm(const struct segment *segment)
{
    size_t bytes;
    const float *norms = part_of(segment, SEGMENT_NORMS, &bytes);
    return norms[segment->front->records];
}

/* ---- Articles ---- */

bool segment_article(const struct segment *segment, uint64_t article, struct segment_article *ret)
{
    const struct segment_front *front = segment->front;
    const uint64_t mixed = segment_mix(article);
    size_t bytes, counts_bytes;
    const struct segment_entry *entries = part_of(segment, SEGMENT_ARTICLES, &bytes), *entry;
    const struct segment_count *counts = part_of(segment, SEGMENT_COUNTS, &counts_bytes);
    uint32_t low, high;
    bucket_range(part_of(segment, SEGMENT_ARTICLE_BUCKETS, &bytes), mixed >> 32 >> (32 - front->article_bits),
                 front->articles, &low, &high);
    while (low < high && entries[low].article < mixed)
        low++;
    entry = &entries[low];
    if (low >= front->articles || entry->article != mixed || entry->start > entry[1].start ||
        entry[1].start > counts_bytes / sizeof *counts)
        return false;
    *ret = (struct segment_article){entry->tickets, entry->links, entry[1].start - entry->start, counts + entry->start};
    return true;
}

double segment_weight(const struct segment_article *article, uint32_t feature)
{
    uint32_t low = 0, high = article->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (article->counts[middle].feature < feature)
            low = middle + 1;
        else
            high = middle;
    }
    return low < article->count && article->counts[low].feature == feature ? (double)article->counts[low].weight : 0;
}

double segment_fade(double from_day, double to_day, double half_life)
{
    return half_life > 0 && to_day > from_day ? exp2((from_day - to_day) / half_life) : 1;
}

/* ---- Norms ---- */

enum status segment_set_norms(const char *path, const struct segment *segment, const float *norms, struct error *err)
{
    size_t length = (segment_records(segment) + (size_t)1) * sizeof *norms;
    _cleanup_close_ int fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0 || !file_put_at(fd, norms, length, segment->front->at[SEGMENT_NORMS]) || fsync(fd) != 0)
        return error_set_errno(err, STATUS_IO, errno, "cannot write %s", path);
    return STATUS_OK;
}
