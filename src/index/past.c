/* past.c: which segments are in use, and how common features are in all of them. */
#include "index/past.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/str.h"
#include "index/generation.h"
#include "index/record.h"

#include <dirent.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

#define MAGIC "dfl-tks1"
#define SEGMENT_PREFIX "segment-"
#define COMMON_TICKETS 30.0
#define COMMON_PAIR 0.002 /* share of tickets that a pair of words stands in, before anything is known */

/* The file that names the segments. */
struct notes {
    char magic[8];
    uint64_t sum; /* checksum of what follows */
    uint64_t revision;
    double tickets, singles, half_life;
    uint32_t next, count;
    uint32_t numbers[PAST_SEGMENTS];
    char schema[128];
};

/* ---- Files ---- */

static uint64_t notes_sum(const struct notes *notes)
{
    size_t start = offsetof(struct notes, revision);
    return record_checksum((struct slice){(const char *)notes + start, sizeof *notes - start});
}

char *past_segment_path(const char *folder, uint32_t number)
{
    return mem_printf("%s/" SEGMENT_PREFIX "%" PRIu32, folder, number);
}

static enum status read_notes(const char *folder, struct notes *ret, struct error *err)
{
    _cleanup_free_ char *path = file_join(folder, "tickets"), *bytes = NULL;
    size_t length;
    enum status status = path ? file_read(path, sizeof *ret, &bytes, &length, err) : error_memory(err);
    if (status == STATUS_OUT_OF_MEMORY || status == STATUS_IO)
        return status;
    if (status != STATUS_OK)
        return error_set(err, STATUS_INCOMPATIBLE, "what was learned was made by another version");
    memset(ret, 0, sizeof *ret);
    memcpy(ret, bytes, length);
    if (length != sizeof *ret || memcmp(ret->magic, MAGIC, sizeof ret->magic) != 0 || ret->sum != notes_sum(ret) ||
        ret->count > PAST_SEGMENTS)
        return error_set(err, STATUS_CORRUPT, "%s is damaged", path);
    if (strncmp(ret->schema, generation_schema(), sizeof ret->schema) != 0)
        return error_set(err, STATUS_INCOMPATIBLE, "what was learned was made by another version, or with another stemmer");
    return STATUS_OK;
}

static enum status open_segments(const char *folder, const struct notes *notes, struct past *ret, struct error *err)
{
    *ret = (struct past){.revision = notes->revision,
                         .tickets = notes->tickets,
                         .singles = notes->singles,
                         .half_life = notes->half_life,
                         .next = notes->next};
    for (; ret->count < notes->count; ret->count++) {
        _cleanup_free_ char *path = past_segment_path(folder, notes->numbers[ret->count]);
        enum status status = path ? segment_open(path, &ret->segments[ret->count], err) : error_memory(err);
        if (status != STATUS_OK) {
            past_done(ret);
            return status;
        }
        ret->numbers[ret->count] = notes->numbers[ret->count];
    }
    return STATUS_OK;
}

/* A writer may put others in the place of segments between our reading their names and opening them: then the names have changed. */
enum status past_open(const char *folder, struct past *ret, struct error *err)
{
    struct notes notes;
    uint64_t revision = 0;
    enum status status;
    for (bool again = false;; again = true) {
        status = read_notes(folder, &notes, err);
        if (status != STATUS_OK)
            return status;
        if (again && notes.revision == revision)
            return error_set(err, STATUS_CORRUPT, "a part of what was learned is missing in %s", folder);
        revision = notes.revision;
        status = open_segments(folder, &notes, ret, err);
        if (status != STATUS_NOT_FOUND)
            return status;
    }
}

void past_done(struct past *past)
{
    while (past->count)
        segment_close(past->segments[--past->count]);
}

enum status past_revision(const char *folder, uint64_t *ret, struct error *err)
{
    struct notes notes;
    enum status status = read_notes(folder, &notes, err);
    if (status == STATUS_OK)
        *ret = notes.revision;
    return status;
}

enum status past_publish(const char *folder, const struct past *past, struct error *err)
{
    _cleanup_free_ char *path = file_join(folder, "tickets");
    struct notes notes;
    memset(&notes, 0, sizeof notes);
    memcpy(notes.magic, MAGIC, sizeof notes.magic);
    notes.revision = past->revision;
    notes.tickets = past->tickets;
    notes.singles = past->singles;
    notes.half_life = past->half_life;
    notes.next = past->next;
    notes.count = (uint32_t)past->count;
    memcpy(notes.numbers, past->numbers, past->count * sizeof *past->numbers);
    memcpy(notes.schema, generation_schema(), strnlen(generation_schema(), sizeof notes.schema - 1));
    notes.sum = notes_sum(&notes);
    return path ? file_write(path, &notes, sizeof notes, 0644, err) : error_memory(err);
}

static bool is_in_use(const struct past *past, int64_t number)
{
    for (size_t i = 0; i < past->count; i++)
        if (past->numbers[i] == number)
            return true;
    return false;
}

void past_sweep(const char *folder, const struct past *past)
{
    const struct slice prefix = SLICE_LITERAL(SEGMENT_PREFIX);
    DIR *dir = opendir(folder);
    struct dirent *entry;
    while (dir && (entry = readdir(dir))) {
        struct slice name = slice_of(entry->d_name);
        int64_t number;
        if (slice_starts(name, prefix) &&
            str_to_int64((struct slice){name.ptr + prefix.length, name.length - prefix.length}, &number) && !is_in_use(past, number))
            (void)unlinkat(dirfd(dir), entry->d_name, 0);
    }
    if (dir)
        closedir(dir);
}

uint32_t past_frequency(const struct past *past, uint32_t term)
{
    const uint32_t *postings;
    uint32_t sum = 0;
    for (size_t i = 0; i < past->count; i++)
        sum += segment_postings(past->segments[i], term, &postings);
    return sum;
}

/* ---- Features ---- */

enum status past_features_init(const struct past *past, size_t count, struct past_features *ret, struct error *err)
{
    *ret = (struct past_features){.past = past, .mask = count - 1, .slots = mem_alloc(count * sizeof *ret->slots)};
    if (!ret->slots)
        return error_memory(err);
    past_features_forget(ret);
    return STATUS_OK;
}

void past_features_done(struct past_features *features)
{
    features->slots = mem_free(features->slots);
}

void past_features_forget(struct past_features *features)
{
    memset(features->slots, 0xff, (features->mask + 1) * sizeof *features->slots);
}

/* As in the tickets known, and in COMMON_TICKETS more that are worded like the articles, so that the first tickets do not make their
 * own words look common. */
const struct past_feature *past_feature(struct past_features *features, uint32_t feature)
{
    struct past_feature *slot = &features->slots[(feature ^ feature >> 17) & features->mask];
    if (slot->feature != feature) {
        bool is_word = TICKET_KIND(feature) == TICKET_WORD || TICKET_KIND(feature) == TICKET_STOP;
        double common = is_word ? exp(-(double)features->idf(features->idf_arg, TICKET_KEY(feature))) : COMMON_PAIR;
        uint32_t frequency = past_frequency(features->past, TICKET_KEY(feature));
        double share = (frequency + COMMON_TICKETS * common) / (features->past->tickets + COMMON_TICKETS);
        *slot = (struct past_feature){feature, frequency, (float)fmin(share, 0.95)};
    }
    return slot;
}

double past_feature_weight(struct past_features *features, uint32_t feature)
{
    return -ticket_kind_weight(TICKET_KIND(feature)) * log((double)past_feature(features, feature)->share);
}
