/* segment_build.c: writes a segment of past tickets.
 *
 * However many records there are, little of the work lies in memory at a time: postings are sorted by ranges of terms, counts article
 * by article. What remains grows by some 40 bytes a record. */
#include "index/segment.h"

#include "base/file.h"
#include "base/mem.h"
#include "index/mapped.h"
#include "index/record.h"
#include "index/segment_file.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define RANGE_BITS 12              /* of a term, by which ranges are made */
#define RANGE_POSTINGS (1U << 20)  /* sorted at a time, unless one range has more */
#define STREAM_BYTES (64 * 1024)
#define COUNTS_AT_A_TIME (1U << 18) /* of one article, before they are summed up */
#define COUNTS_MOST 8192            /* kept of one article; what weighs least goes first */
#define WEIGHT_LEAST 1e-4F          /* what is left of a feature below this is forgotten */
#define RECORD_KEYS (TICKET_FEATURES + 2)

/* Writes forward from some place in the file. */
struct stream {
    int fd, failure; /* errno */
    uint64_t at;     /* of the buffer's first byte */
    size_t used;
    char *bytes;
};

struct build {
    const struct segment_record *const *records;
    size_t count;
    double half_life;
    int fd;
    struct segment_front front;
    struct stream records_out, postings_out, terms_out, counts_out;
    uint32_t *places;
    uint32_t *term_buckets; /* filled up to `next_bucket` */
    size_t next_bucket;
    uint64_t postings;
};

/* ---- Streams ---- */

static void stream_flush(struct stream *stream)
{
    if (!stream->failure && !file_put_at(stream->fd, stream->bytes, stream->used, stream->at))
        stream->failure = errno;
    stream->at += stream->used;
    stream->used = 0;
}

static void stream_put(struct stream *stream, const void *bytes, size_t length)
{
    while (length) {
        size_t step = STREAM_BYTES - stream->used < length ? STREAM_BYTES - stream->used : length;
        memcpy(stream->bytes + stream->used, bytes, step);
        stream->used += step;
        bytes = (const char *)bytes + step;
        length -= step;
        if (stream->used == STREAM_BYTES)
            stream_flush(stream);
    }
}

/* Where the next byte goes. */
static uint64_t stream_place(const struct stream *stream)
{
    return stream->at + stream->used;
}

/* Fills up to a multiple of eight, and tells where that is. */
static uint64_t stream_end(struct stream *stream)
{
    static const char zeros[8];
    stream_put(stream, zeros, -stream_place(stream) & 7);
    stream_flush(stream);
    return stream->at;
}

static enum status stream_open(struct stream *stream, int fd, uint64_t at, struct error *err)
{
    *stream = (struct stream){.fd = fd, .at = at, .bytes = mem_alloc(STREAM_BYTES)};
    return stream->bytes ? STATUS_OK : error_memory(err);
}

static void stream_done(struct stream *stream)
{
    stream->bytes = mem_free(stream->bytes);
}

/* ---- Sorting ---- */

/* Sorts by the higher half of each item, leaving equal ones in their order (least significant digit first). */
static void sort_high(uint64_t *items, uint64_t *scratch, size_t count)
{
    uint64_t *from = items, *to = scratch;
    for (unsigned shift = 32; shift < 64; shift += 8) {
        size_t starts[257] = {0};
        uint64_t *swap = from;
        for (size_t i = 0; i < count; i++)
            starts[(from[i] >> shift & 255) + 1]++;
        for (size_t i = 0; i < 256; i++)
            starts[i + 1] += starts[i];
        for (size_t i = 0; i < count; i++)
            to[starts[from[i] >> shift & 255]++] = from[i];
        from = to;
        to = swap;
    } /* four passes end where they began */
}

/* ---- Records and postings ---- */

static size_t keys_of(const struct segment_record *record, uint32_t keys[RECORD_KEYS])
{
    size_t count = 0;
    keys[count++] = segment_link_term(record->ticket, record->article_id);
    keys[count++] = (record->retracts ? SEGMENT_RETRACTED : SEGMENT_AGENT) | record->agent;
    for (size_t i = 0; i < record->count && !record->retracts; i++)
        keys[count++] = TICKET_KEY(record->features[i]);
    return count;
}

/* Also counts the keys of each range. */
static enum status write_records(struct build *build, uint32_t *ranges, struct error *err)
{
    for (size_t i = 0; i < build->count; i++) {
        const struct segment_record *record = build->records[i];
        uint64_t place = (stream_place(&build->records_out) - SEGMENT_FRONT_BYTES) / 8;
        uint32_t keys[RECORD_KEYS];
        size_t count = keys_of(record, keys);
        if (place > UINT32_MAX || build->postings + count > UINT32_MAX)
            return error_set(err, STATUS_TOO_LARGE, "there are too many past tickets");
        build->places[i] = (uint32_t)place;
        build->postings += count;
        build->front.retracted += record->retracts;
        if ((double)record->day > build->front.day)
            build->front.day = (double)record->day;
        for (size_t k = 0; k < count; k++)
            ranges[keys[k] >> (32 - RANGE_BITS)]++;
        stream_put(&build->records_out, record, segment_record_bytes(record->count));
    }
    build->front.at[SEGMENT_POSTINGS] = stream_end(&build->records_out);
    return STATUS_OK;
}

static void end_buckets(struct build *build, uint64_t bucket)
{
    while (build->next_bucket <= bucket)
        build->term_buckets[build->next_bucket++] = build->front.terms;
}

static void write_sorted(struct build *build, const uint64_t *items, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t key = (uint32_t)(items[i] >> 32), number = (uint32_t)items[i];
        if (!i || key != items[i - 1] >> 32) {
            struct segment_term term = {key, (uint32_t)((stream_place(&build->postings_out) - build->front.at[SEGMENT_POSTINGS]) / 4)};
            end_buckets(build, (uint64_t)key >> (32 - build->front.term_bits));
            stream_put(&build->terms_out, &term, sizeof term);
            build->front.terms++;
        }
        stream_put(&build->postings_out, &number, sizeof number);
    }
}

/* Gathers the keys of the ranges from FIRST up to END, and sorts and writes them. */
static void write_range(struct build *build, size_t first, size_t end, uint64_t *items, uint64_t *scratch)
{
    size_t count = 0;
    for (size_t i = 0; i < build->count; i++) {
        uint32_t keys[RECORD_KEYS];
        size_t key_count = keys_of(build->records[i], keys);
        for (size_t k = 0; k < key_count; k++) {
            size_t range = keys[k] >> (32 - RANGE_BITS);
            if (range >= first && range < end)
                items[count++] = (uint64_t)keys[k] << 32 | i;
        }
    }
    sort_high(items, scratch, count);
    write_sorted(build, items, count);
}

static enum status write_postings(struct build *build, const uint32_t *ranges, struct error *err)
{
    _cleanup_free_ uint64_t *items = NULL, *scratch = NULL;
    size_t most = RANGE_POSTINGS < build->postings ? RANGE_POSTINGS : build->postings, end;
    for (size_t i = 0; i < 1U << RANGE_BITS; i++)
        most = ranges[i] > most ? ranges[i] : most;
    items = mem_alloc((most + 1) * sizeof *items);
    scratch = mem_alloc((most + 1) * sizeof *scratch);
    if (!items || !scratch)
        return error_memory(err);
    for (size_t first = 0; first < 1U << RANGE_BITS; first = end) {
        size_t sum = ranges[first];
        for (end = first + 1; end < 1U << RANGE_BITS && sum + ranges[end] <= most; end++)
            sum += ranges[end];
        if (sum)
            write_range(build, first, end, items, scratch);
    }
    return STATUS_OK;
}

static unsigned bits_for(uint64_t items)
{
    unsigned bits = 0;
    while (bits < 28 && UINT64_C(1) << bits < items / SEGMENT_BUCKET)
        bits++;
    return bits;
}

static enum status write_terms(struct build *build, const uint32_t *ranges, struct error *err)
{
    struct segment_front *front = &build->front;
    struct segment_term last = {UINT32_MAX, (uint32_t)build->postings};
    enum status status;
    front->term_bits = bits_for(build->postings);
    front->at[SEGMENT_TERMS] = front->at[SEGMENT_POSTINGS] + (build->postings * sizeof(uint32_t) + 7) / 8 * 8;
    build->term_buckets = mem_alloc(((UINT64_C(1) << front->term_bits) + 1) * sizeof *build->term_buckets);
    if (!build->term_buckets)
        return error_memory(err);
    status = stream_open(&build->postings_out, build->fd, front->at[SEGMENT_POSTINGS], err);
    if (status == STATUS_OK)
        status = stream_open(&build->terms_out, build->fd, front->at[SEGMENT_TERMS], err);
    if (status == STATUS_OK)
        status = write_postings(build, ranges, err);
    if (status != STATUS_OK)
        return status;
    (void)stream_end(&build->postings_out);
    end_buckets(build, UINT64_C(1) << front->term_bits);
    stream_put(&build->terms_out, &last, sizeof last);
    front->at[SEGMENT_TERM_BUCKETS] = stream_end(&build->terms_out);
    stream_put(&build->terms_out, build->term_buckets, build->next_bucket * sizeof *build->term_buckets);
    front->at[SEGMENT_COUNTS] = stream_end(&build->terms_out);
    return STATUS_OK;
}

/* ---- Counts ---- */

struct place {
    uint64_t article; /* mixed */
    uint32_t record;
};

static int compare_places(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    if (x->article != y->article)
        return x->article < y->article ? -1 : 1;
    return (x->record > y->record) - (x->record < y->record);
}

static uint64_t packed(uint32_t feature, float weight)
{
    uint32_t bits;
    memcpy(&bits, &weight, sizeof bits);
    return (uint64_t)feature << 32 | bits;
}

static float weight_of(uint64_t item)
{
    uint32_t bits = (uint32_t)item;
    float weight;
    memcpy(&weight, &bits, sizeof weight);
    return weight;
}

/* One article's counts: items of a feature and a weight, and as much room again to sort in. */
struct counts {
    uint64_t *items, *scratch;
    size_t count;
};

/* Adds up what is known of each feature. */
static void sum_up(struct counts *counts)
{
    size_t kept = 0;
    sort_high(counts->items, counts->scratch, counts->count);
    for (size_t i = 0; i < counts->count;) {
        uint32_t feature = (uint32_t)(counts->items[i] >> 32);
        float weight = 0;
        for (; i < counts->count && counts->items[i] >> 32 == feature; i++)
            weight += weight_of(counts->items[i]);
        if (fabsf(weight) > WEIGHT_LEAST)
            counts->items[kept++] = packed(feature, weight);
    }
    counts->count = kept;
}

static int compare_weights(const void *a, const void *b)
{
    float x = fabsf(weight_of(*(const uint64_t *)a)), y = fabsf(weight_of(*(const uint64_t *)b));
    return (x < y) - (x > y);
}

static void shrink(struct counts *counts)
{
    sum_up(counts);
    if (counts->count <= COUNTS_MOST)
        return;
    qsort(counts->items, counts->count, sizeof *counts->items, compare_weights);
    counts->count = COUNTS_MOST;
    sort_high(counts->items, counts->scratch, counts->count);
}

static void add_record(struct build *build, const struct segment_record *record, struct counts *counts,
                       struct segment_entry *entry)
{
    int sign = record->retracts ? -1 : 1;
    double weight = sign * (double)record->weight * segment_fade((double)record->day, build->front.day, build->half_life);
    if (counts->count + TICKET_FEATURES > COUNTS_AT_A_TIME)
        shrink(counts);
    for (size_t i = 0; i < record->count; i++)
        counts->items[counts->count++] = packed(record->features[i], (float)weight);
    entry->links += sign;
    entry->tickets += weight;
}

static void write_counts(struct build *build, struct counts *counts)
{
    shrink(counts);
    for (size_t i = 0; i < counts->count; i++) {
        struct segment_count count = {(uint32_t)(counts->items[i] >> 32), weight_of(counts->items[i])};
        stream_put(&build->counts_out, &count, sizeof count);
    }
    counts->count = 0;
}

static uint32_t counts_written(const struct build *build)
{
    return (uint32_t)((stream_place(&build->counts_out) - build->front.at[SEGMENT_COUNTS]) / sizeof(struct segment_count));
}

/* The records of each article, which PLACES has together, into one of ENTRIES. */
static void count_articles(struct build *build, const struct place *places, struct counts *counts, struct segment_entry *entries)
{
    for (size_t i = 0; i < build->count; build->front.articles++) {
        struct segment_entry *entry = &entries[build->front.articles];
        *entry = (struct segment_entry){.article = places[i].article, .start = counts_written(build)};
        for (; i < build->count && places[i].article == entry->article; i++)
            add_record(build, build->records[places[i].record], counts, entry);
        write_counts(build, counts);
    }
    entries[build->front.articles] = (struct segment_entry){.article = UINT64_MAX, .start = counts_written(build)};
}

static enum status write_entries(struct build *build, const struct segment_entry *entries, struct error *err)
{
    struct segment_front *front = &build->front;
    _cleanup_free_ uint32_t *buckets = NULL;
    size_t next = 0, end;
    front->article_bits = bits_for(front->articles);
    end = (size_t)1 << front->article_bits;
    buckets = mem_alloc((end + 1) * sizeof *buckets);
    if (!buckets)
        return error_memory(err);
    for (uint32_t i = 0; i < front->articles; i++)
        while (next <= entries[i].article >> 32 >> (32 - front->article_bits))
            buckets[next++] = i;
    while (next <= end)
        buckets[next++] = front->articles;
    front->at[SEGMENT_ARTICLES] = stream_end(&build->counts_out);
    stream_put(&build->counts_out, entries, (front->articles + (size_t)1) * sizeof *entries);
    front->at[SEGMENT_ARTICLE_BUCKETS] = stream_end(&build->counts_out);
    stream_put(&build->counts_out, buckets, (end + 1) * sizeof *buckets);
    front->at[SEGMENT_PLACES] = stream_end(&build->counts_out);
    return STATUS_OK;
}

static enum status write_articles(struct build *build, struct error *err)
{
    _cleanup_free_ struct place *places = mem_alloc((build->count + 1) * sizeof *places);
    _cleanup_free_ struct segment_entry *entries = NULL;
    _cleanup_free_ uint64_t *items = mem_alloc(COUNTS_AT_A_TIME * sizeof *items);
    _cleanup_free_ uint64_t *scratch = mem_alloc(COUNTS_AT_A_TIME * sizeof *scratch);
    struct counts counts = {items, scratch, 0};
    size_t articles = 1;
    enum status status = stream_open(&build->counts_out, build->fd, build->front.at[SEGMENT_COUNTS], err);
    if (status != STATUS_OK || !places || !items || !scratch)
        return error_memory(err);
    for (size_t i = 0; i < build->count; i++)
        places[i] = (struct place){segment_mix(build->records[i]->article), (uint32_t)i};
    if (build->count)
        qsort(places, build->count, sizeof *places, compare_places);
    for (size_t i = 0; i < build->count; i++)
        articles += !i || places[i].article != places[i - 1].article;
    entries = mem_alloc(articles * sizeof *entries);
    if (!entries)
        return error_memory(err);
    count_articles(build, places, &counts, entries);
    return write_entries(build, entries, err);
}

/* ---- The whole ---- */

/* The errno of the first stream that failed, 0 where none did. */
static int failure_of(const struct build *build)
{
    const struct stream *const streams[] = {&build->records_out, &build->postings_out, &build->terms_out, &build->counts_out};
    for (size_t i = 0; i < ARRAY_LENGTH(streams); i++)
        if (streams[i]->failure)
            return streams[i]->failure;
    return 0;
}

static enum status write_parts(struct build *build, struct error *err)
{
    _cleanup_free_ uint32_t *ranges = mem_zero(1U << RANGE_BITS, sizeof *ranges);
    struct segment_front *front = &build->front;
    int failure;
    enum status status = stream_open(&build->records_out, build->fd, SEGMENT_FRONT_BYTES, err);
    build->places = mem_alloc((build->count + 1) * sizeof *build->places);
    if (status != STATUS_OK || !ranges || !build->places)
        return error_memory(err);
    status = write_records(build, ranges, err);
    if (status == STATUS_OK)
        status = write_terms(build, ranges, err);
    if (status == STATUS_OK)
        status = write_articles(build, err);
    if (status != STATUS_OK)
        return status;
    stream_put(&build->counts_out, build->places, build->count * sizeof *build->places);
    front->at[SEGMENT_NORMS] = stream_end(&build->counts_out);
    front->at[SEGMENT_PARTS] = front->at[SEGMENT_NORMS] + ((build->count + 1) * sizeof(float) + 7) / 8 * 8;
    failure = failure_of(build);
    if (!failure && ftruncate(build->fd, (off_t)front->at[SEGMENT_PARTS]) != 0)
        failure = errno;
    return failure ? error_set_errno(err, STATUS_IO, failure, "cannot write what was learned") : STATUS_OK;
}

/* Puts the front before all, with the checksums. */
static enum status write_front(struct build *build, const char *path, struct error *err)
{
    struct segment_front *front = &build->front;
    const size_t start = offsetof(struct segment_front, sum);
    const struct mapped *mapped;
    char bytes[SEGMENT_FRONT_BYTES] = {0};
    enum status status = mapped_open(path, &mapped, err);
    if (status != STATUS_OK)
        return status;
    front->sum = record_checksum((struct slice){(const char *)mapped->bytes + SEGMENT_FRONT_BYTES,
                                                front->at[SEGMENT_NORMS] - SEGMENT_FRONT_BYTES});
    mapped_close(mapped);
    front->front_sum = record_checksum((struct slice){(const char *)front + start, sizeof *front - start});
    memcpy(bytes, front, sizeof *front);
    if (!file_put_at(build->fd, bytes, sizeof bytes, 0))
        return error_set_errno(err, STATUS_IO, errno, "cannot write %s", path);
    return STATUS_OK;
}

enum status segment_build(const char *path, const struct segment_record *const *records, size_t count, double half_life,
                          struct error *err)
{
    struct build build = {.records = records, .count = count, .half_life = half_life};
    enum status status;
    memcpy(build.front.magic, SEGMENT_MAGIC, sizeof build.front.magic);
    build.front.at[SEGMENT_RECORDS] = SEGMENT_FRONT_BYTES;
    build.front.records = (uint32_t)count;
    build.fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (build.fd < 0)
        return error_set_errno(err, STATUS_IO, errno, "cannot create %s", path);
    status = write_parts(&build, err);
    if (status == STATUS_OK)
        status = write_front(&build, path, err);
    stream_done(&build.records_out);
    stream_done(&build.postings_out);
    stream_done(&build.terms_out);
    stream_done(&build.counts_out);
    mem_free(build.places);
    mem_free(build.term_buckets);
    file_closep(&build.fd);
    return status;
}
