/* direct_file.h: the direct index' files, byte by byte; private to direct.c and direct_writer.c. Numbers are the machine's own, as the
 * index is never carried from one machine to another without being rebuilt. */
#ifndef DEFLECT_INDEX_DIRECT_FILE_H
#define DEFLECT_INDEX_DIRECT_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DIRECT_MAGIC "dfl-dir1"

/* The table: this, then `word_slots` words, then `place_slots` places by number of the document. */
struct direct_table {
    char magic[8];
    uint64_t revision;   /* of the database that everything below belongs to */
    uint64_t replaced;   /* not 0 once another table has this one's name */
    uint64_t data;       /* N of the file of records */
    uint64_t data_bytes; /* of it that are in use */
    uint64_t dead_bytes; /* of these that no document needs any more */
    uint32_t word_slots, words_used; /* slots: a power of two */
    uint32_t place_slots, reserved;
    uint64_t slots[];
};

/* A word: its key plus one, and its frequency; 0 where the slot is free. A key stands at its hash or behind it. */
static inline uint64_t direct_word(uint32_t key, uint32_t frequency)
{
    return (uint64_t)(key + 1) << 32 | frequency;
}

static inline size_t direct_hash(uint32_t key)
{
    return key * UINT32_C(2654435769) >> 4;
}

/* A place: where the record begins and the length of its front and signature, both in units of eight bytes; 0: no record. */
#define DIRECT_UNIT 8
#define DIRECT_LENGTH_BITS 24
static inline uint64_t direct_place(uint64_t offset, size_t length)
{
    return offset / DIRECT_UNIT << DIRECT_LENGTH_BITS | length / DIRECT_UNIT;
}
static inline uint64_t direct_place_offset(uint64_t place)
{
    return (place >> DIRECT_LENGTH_BITS) * DIRECT_UNIT;
}
static inline size_t direct_place_length(uint64_t place)
{
    return (size_t)(place & ((UINT64_C(1) << DIRECT_LENGTH_BITS) - 1)) * DIRECT_UNIT;
}
static inline size_t direct_padded(size_t length)
{
    return (length + DIRECT_UNIT - 1) / DIRECT_UNIT * DIRECT_UNIT;
}

/* A record: this, the signature padded to a whole unit, the head, the sections, padding. Each of the three carries its own checksum. */
struct direct_front {
    uint32_t document, signature_bytes, head_bytes, sections_bytes;
};

static inline size_t direct_table_bytes(uint32_t word_slots, uint32_t place_slots)
{
    return sizeof(struct direct_table) + ((size_t)word_slots + place_slots) * sizeof(uint64_t);
}

#define DIRECT_SLOTS_LEAST 1024

/* Whether BYTES of a file can be such a table. */
bool direct_table_fits(const struct direct_table *table, size_t bytes);

/* The table's and the records' names in FOLDER; NULL when memory is short. Owns: the caller. */
char *direct_table_path(const char *folder);
char *direct_data_path(const char *folder, uint64_t number);

/* What FD reads at OFFSET into BYTES; false where there is less. */
bool direct_read_at(int fd, void *bytes, size_t length, uint64_t offset);

#endif
