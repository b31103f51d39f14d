/* tally_code.c: see tally_code.h. */
#include "measure/tally_code.h"

#include <stdlib.h>
#include <string.h>

#define EXACT_READS 64
#define READS_MOST 100000 /* of one total: a guard against damaged bytes */

void tallies_done(struct tallies *tallies)
{
    tallies->reads = mem_free(tallies->reads);
    tallies->read_count = tallies->read_capacity = 0;
}

int64_t tallies_round_ms(int64_t ms)
{
    int64_t step = 1;
    while (ms / step >= 100)
        step *= 10;
    if (step < 2)
        return ms;
    const int64_t half = step / 2;
    return (ms + half / 2) / half * half;
}

/* ---- Sums ---- */

/* Index of the first read of at least MS. */
static size_t find_read(const struct tallies *tallies, int64_t ms)
{
    size_t low = 0, high = tallies->read_count;
    while (low < high) {
        const size_t middle = (low + high) / 2;
        if (tallies->reads[middle].ms < ms)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool add_read(struct tallies *sum, int64_t ms, int64_t count)
{
    const int64_t key = sum->rounded ? tallies_round_ms(ms) : ms;
    const size_t place = find_read(sum, key), behind = sum->read_count - place;
    if (behind > 0 && sum->reads[place].ms == key) {
        sum->reads[place].count += count;
        if (sum->reads[place].count == 0)
            memmove(&sum->reads[place], &sum->reads[place + 1],
                    (--sum->read_count - place) * sizeof *sum->reads);
        return true;
    }
    if (count == 0)
        return true;
    if (mem_grow(&sum->reads, &sum->read_capacity, sum->read_count, sizeof *sum->reads) < 0)
        return false;
    memmove(&sum->reads[place + 1], &sum->reads[place], behind * sizeof *sum->reads);
    sum->reads[place] = (struct figure_read){key, count};
    sum->read_count++;
    return true;
}

/* Too many different times: from now on they are rounded. */
static bool round_reads(struct tallies *sum)
{
    struct tallies rounded = {.rounded = true};
    bool done = true;
    for (size_t i = 0; done && i < sum->read_count; i++)
        done = add_read(&rounded, sum->reads[i].ms, sum->reads[i].count);
    if (!done) {
        tallies_done(&rounded);
        return false;
    }
    memcpy(rounded.counts, sum->counts, sizeof rounded.counts);
    tallies_done(sum);
    *sum = rounded;
    return true;
}

bool tallies_add(struct tallies *sum, const int64_t counts[FIGURE_COUNTS],
                 const struct figure_read *reads, size_t read_count, int64_t factor)
{
    for (size_t i = 0; i < FIGURE_COUNTS; i++)
        sum->counts[i] += factor * counts[i];
    for (size_t i = 0; i < read_count; i++) {
        if (!add_read(sum, reads[i].ms, factor * reads[i].count))
            return false;
    }
    return sum->exact || sum->rounded || sum->read_count <= EXACT_READS || round_reads(sum);
}

bool tallies_empty(const struct tallies *tallies)
{
    for (size_t i = 0; i < FIGURE_COUNTS; i++) {
        if (tallies->counts[i] != 0)
            return false;
    }
    return tallies->read_count == 0;
}

static int64_t count_reads(const struct tallies *tallies)
{
    int64_t count = 0;
    for (size_t i = 0; i < tallies->read_count; i++)
        count += tallies->reads[i].count;
    return count;
}

bool tallies_alike(const struct tallies *a, const struct tallies *b)
{
    return memcmp(a->counts, b->counts, sizeof a->counts) == 0 && count_reads(a) == count_reads(b);
}

/* ---- Bytes ---- */

void varint_write(int64_t value, struct buf *out)
{
    uint64_t bits = ((uint64_t)value << 1) ^ (value < 0 ? UINT64_MAX : 0);
    for (; bits >= 0x80; bits >>= 7)
        buf_add_char(out, (char)(unsigned char)(bits | 0x80));
    buf_add_char(out, (char)(unsigned char)bits);
}

bool varint_read(struct slice *rest, int64_t *ret)
{
    uint64_t bits = 0;
    for (unsigned shift = 0; rest->length > 0 && shift < 64; shift += 7) {
        const unsigned char byte = (unsigned char)*rest->ptr;
        rest->ptr++;
        rest->length--;
        bits |= (uint64_t)(byte & 0x7F) << shift;
        if (byte < 0x80) {
            *ret = (int64_t)(bits >> 1) ^ -(int64_t)(bits & 1);
            return true;
        }
    }
    return false;
}

/* Which counts are not 0, as bits, and above them whether reads are rounded; the counts; the reads.
 */
void tallies_write(const struct tallies *tallies, struct buf *out)
{
    int64_t present = 0;
    for (size_t i = 0; i < FIGURE_COUNTS; i++)
        present |= (int64_t)(tallies->counts[i] != 0) << i;
    varint_write(present | (int64_t)tallies->rounded << FIGURE_COUNTS, out);
    for (size_t i = 0; i < FIGURE_COUNTS; i++) {
        if (tallies->counts[i] != 0)
            varint_write(tallies->counts[i], out);
    }
    varint_write((int64_t)tallies->read_count, out);
    for (size_t i = 0; i < tallies->read_count; i++) {
        varint_write(tallies->reads[i].ms - (i > 0 ? tallies->reads[i - 1].ms : 0), out);
        varint_write(tallies->reads[i].count, out);
    }
}

static bool read_reads(struct slice *rest, struct tallies *ret)
{
    int64_t count, ms = 0, step, times;
    if (!varint_read(rest, &count) || count < 0 || count > READS_MOST)
        return false;
    if (count == 0)
        return true;
    ret->reads = mem_alloc((size_t)count * sizeof *ret->reads);
    if (!ret->reads)
        return false;
    ret->read_capacity = (size_t)count;
    for (; count > 0; count--) {
        if (!varint_read(rest, &step) || !varint_read(rest, &times))
            return false;
        ms += step;
        ret->reads[ret->read_count++] = (struct figure_read){ms, times};
    }
    return true;
}

bool tallies_read(struct slice *rest, struct tallies *ret)
{
    int64_t present;
    bool good = varint_read(rest, &present);
    for (size_t i = 0; good && i < FIGURE_COUNTS; i++)
        good = !(present & (int64_t)1 << i) || varint_read(rest, &ret->counts[i]);
    ret->rounded = good && (present & (int64_t)1 << FIGURE_COUNTS);
    if (good && read_reads(rest, ret))
        return true;
    tallies_done(ret);
    return false;
}
