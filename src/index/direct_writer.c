/* direct_writer.c: writes the direct index.
 *
 * Records are appended at once, where no reader looks; places and frequencies wait for the commit. The commit comes after the
 * database's own, brings everything to disk, and sets the revision last: a table that says a revision is whole. */
#include "index/direct.h"

#include "base/file.h"
#include "base/mem.h"
#include "index/direct_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEAD_BYTES_LEAST (16 * 1024 * 1024) /* below this, records of the past are left where they are */

struct pending {
    uint32_t document;
    uint64_t place; /* 0: no record any more */
};

struct direct_writer {
    char *folder;
    struct database *database;
    bool fresh;                  /* there is no table of these records yet */
    struct direct_table *table; /* NULL while fresh */
    size_t table_bytes;
    int data_fd;
    uint64_t data, data_bytes, dead_bytes;
    struct pending *pending;
    size_t pending_count, pending_capacity;
    uint32_t *touched;
    size_t touched_count, touched_capacity;
};

/* ---- Opening ---- */

static void unmap(struct direct_writer *writer)
{
    if (writer->table)
        (void)munmap(writer->table, writer->table_bytes);
    writer->table = NULL;
}

/* Maps the table that is there; leaves NULL where there is none of use. */
static enum status map_table(struct direct_writer *writer, struct error *err)
{
    _cleanup_free_ char *path = direct_table_path(writer->folder);
    _cleanup_close_ int fd = -1;
    struct stat about;
    void *memory;
    if (!path)
        return error_memory(err);
    fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &about) != 0 || (size_t)about.st_size < sizeof *writer->table)
        return STATUS_OK;
    memory = mmap(NULL, (size_t)about.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (memory == MAP_FAILED)
        return error_set_errno(err, STATUS_IO, errno, "cannot map %s", path);
    writer->table = memory;
    writer->table_bytes = (size_t)about.st_size;
    if (!direct_table_fits(writer->table, writer->table_bytes))
        unmap(writer);
    return STATUS_OK;
}

static enum status open_data(struct direct_writer *writer, int flags, struct error *err)
{
    _cleanup_free_ char *path = direct_data_path(writer->folder, writer->data);
    if (!path)
        return error_memory(err);
    file_closep(&writer->data_fd);
    writer->data_fd = open(path, O_RDWR | O_CLOEXEC | flags, 0644);
    return writer->data_fd < 0 ? error_set_errno(err, STATUS_IO, errno, "cannot open %s", path) : STATUS_OK;
}

/* Whether the table and the records of REVISION are there and worth going on with. */
static bool is_usable(struct direct_writer *writer, uint64_t revision)
{
    struct stat about;
    if (!writer->table || writer->table->revision != revision)
        return false;
    if (writer->table->dead_bytes > DEAD_BYTES_LEAST && 2 * writer->table->dead_bytes > writer->table->data_bytes)
        return false;
    writer->data = writer->table->data;
    writer->data_bytes = writer->table->data_bytes;
    writer->dead_bytes = writer->table->dead_bytes;
    return open_data(writer, 0, NULL) == STATUS_OK && fstat(writer->data_fd, &about) == 0 &&
           (uint64_t)about.st_size >= writer->data_bytes;
}

enum status direct_writer_open(const char *folder, struct database *database, uint64_t revision, struct direct_writer **ret,
                                bool *ret_whole, struct error *err)
{
    struct direct_writer *writer = mem_zero(1, sizeof *writer);
    enum status status;
    if (!writer)
        return error_memory(err);
    writer->data_fd = -1;
    writer->database = database;
    writer->folder = mem_strdup(folder);
    status = writer->folder ? map_table(writer, err) : error_memory(err);
    *ret_whole = status == STATUS_OK && is_usable(writer, revision);
    if (status == STATUS_OK && !*ret_whole) {
        writer->fresh = true;
        writer->data = (writer->table ? writer->table->data : 0) + 1;
        writer->data_bytes = DIRECT_UNIT; /* no record is at 0 */
        writer->dead_bytes = 0;
        status = open_data(writer, O_CREAT | O_TRUNC, err);
    }
    if (status != STATUS_OK) {
        direct_writer_close(writer);
        return status;
    }
    *ret = writer;
    return STATUS_OK;
}

struct direct_writer *direct_writer_close(struct direct_writer *writer)
{
    if (!writer)
        return NULL;
    unmap(writer);
    file_closep(&writer->data_fd);
    mem_free(writer->pending);
    mem_free(writer->touched);
    mem_free(writer->folder);
    return mem_free(writer);
}

/* ---- Documents ---- */

static enum status append(struct direct_writer *writer, const void *bytes, size_t length, struct error *err)
{
    if (!file_put_at(writer->data_fd, bytes, length, writer->data_bytes))
        return error_set_errno(err, STATUS_IO, errno, "cannot write the direct index in %s", writer->folder);
    writer->data_bytes += length;
    return STATUS_OK;
}

static enum status note(struct direct_writer *writer, uint32_t document, uint64_t place, struct error *err)
{
    if (mem_grow(&writer->pending, &writer->pending_capacity, writer->pending_count, sizeof *writer->pending) != 0)
        return error_memory(err);
    writer->pending[writer->pending_count++] = (struct pending){document, place};
    return STATUS_OK;
}

enum status direct_writer_put(struct direct_writer *writer, uint32_t document, const struct direct_record *record,
                               struct error *err)
{
    struct direct_front front = {.document = document,
                                  .signature_bytes = (uint32_t)record->signature.length,
                                  .head_bytes = (uint32_t)record->head.length,
                                  .sections_bytes = (uint32_t)record->sections.length};
    size_t first = direct_padded(sizeof front + record->signature.length);
    size_t whole = direct_padded(first + record->head.length + record->sections.length);
    _cleanup_free_ char *bytes = NULL;
    uint64_t place = direct_place(writer->data_bytes, first);
    enum status status;
    if (first / DIRECT_UNIT >> DIRECT_LENGTH_BITS || whole > UINT32_MAX)
        return error_set(err, STATUS_TOO_LARGE, "an article is too long for the direct index");
    bytes = mem_zero(1, whole);
    if (!bytes)
        return error_memory(err);
    memcpy(bytes, &front, sizeof front);
    memcpy(bytes + sizeof front, record->signature.ptr, record->signature.length);
    memcpy(bytes + first, record->head.ptr, record->head.length);
    memcpy(bytes + first + record->head.length, record->sections.ptr, record->sections.length);
    status = append(writer, bytes, whole, err);
    return status == STATUS_OK ? note(writer, document, place, err) : status;
}

enum status direct_writer_remove(struct direct_writer *writer, uint32_t document, struct error *err)
{
    return note(writer, document, 0, err);
}

enum status direct_writer_touch(struct direct_writer *writer, uint32_t key, struct error *err)
{
    if (writer->fresh)
        return STATUS_OK; /* all words are read at the commit */
    if (mem_grow(&writer->touched, &writer->touched_capacity, writer->touched_count, sizeof *writer->touched) != 0)
        return error_memory(err);
    writer->touched[writer->touched_count++] = key;
    return STATUS_OK;
}

/* ---- The table ---- */

static void set_word(struct direct_table *table, uint32_t key, uint32_t frequency)
{
    size_t mask = table->word_slots - 1, at = direct_hash(key);
    while (table->slots[at & mask] && table->slots[at & mask] >> 32 != (uint64_t)key + 1)
        at++;
    if (!table->slots[at & mask] && !frequency)
        return;
    table->words_used += !table->slots[at & mask];
    __atomic_store_n(&table->slots[at & mask], direct_word(key, frequency), __ATOMIC_RELAXED);
}

static bool is_full(const struct direct_table *table)
{
    return table->words_used >= table->word_slots / 2;
}

static enum status cannot(const struct direct_writer *writer, struct error *err)
{
    return error_set_errno(err, STATUS_IO, errno, "cannot write the direct index in %s", writer->folder);
}

/* Maps a file of zeros with room for WORDS and documents up to LAST, under a name that is not in use yet. */
static enum status map_new(struct direct_writer *writer, const char *path, size_t words, size_t last,
                           struct direct_table **ret, size_t *ret_bytes, struct error *err)
{
    _cleanup_close_ int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    uint32_t word_slots = DIRECT_SLOTS_LEAST, place_slots = DIRECT_SLOTS_LEAST;
    void *memory;
    int failure;
    while (word_slots < 3 * words)
        word_slots *= 2;
    while (place_slots <= last + last / 4)
        place_slots *= 2;
    *ret_bytes = direct_table_bytes(word_slots, place_slots);
    if (fd < 0)
        return cannot(writer, err);
    failure = posix_fallocate(fd, 0, (off_t)*ret_bytes); /* a full disk is met here, not while the table is written */
    if (failure)
        return error_set_errno(err, STATUS_IO, failure, "cannot make room for %s", path);
    memory = mmap(NULL, *ret_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (memory == MAP_FAILED)
        return cannot(writer, err);
    *ret = memory;
    memcpy((*ret)->magic, DIRECT_MAGIC, sizeof (*ret)->magic);
    (*ret)->word_slots = word_slots;
    (*ret)->place_slots = place_slots;
    return STATUS_OK;
}

/* Puts a larger table, with what the present one has, in its place; or the first one. */
static enum status replace_table(struct direct_writer *writer, size_t words, size_t last, struct error *err)
{
    _cleanup_free_ char *path = direct_table_path(writer->folder), *fresh_path = file_join(writer->folder, "direct.new");
    struct direct_table *fresh = NULL, *old = writer->table;
    size_t bytes = 0;
    enum status status;
    if (!path || !fresh_path)
        return error_memory(err);
    status = map_new(writer, fresh_path, words, last, &fresh, &bytes, err);
    if (status != STATUS_OK)
        return status;
    fresh->data = writer->data;
    if (old && !writer->fresh) {
        for (size_t i = 0; i < old->word_slots; i++)
            if ((uint32_t)old->slots[i])
                set_word(fresh, (uint32_t)(old->slots[i] >> 32) - 1, (uint32_t)old->slots[i]);
        memcpy(fresh->slots + fresh->word_slots, old->slots + old->word_slots, old->place_slots * sizeof *old->slots);
    }
    if (rename(fresh_path, path) != 0) {
        (void)munmap(fresh, bytes);
        return cannot(writer, err);
    }
    if (old) {
        __atomic_store_n(&old->replaced, 1, __ATOMIC_RELEASE);
        if (old->data != fresh->data) {
            _cleanup_free_ char *past = direct_data_path(writer->folder, old->data);
            if (past)
                (void)unlink(past);
        }
    }
    unmap(writer);
    writer->table = fresh;
    writer->table_bytes = bytes;
    return STATUS_OK;
}

/* ---- Commit ---- */

static bool count_term(void *arg, struct slice term, uint32_t frequency)
{
    (void)term;
    (void)frequency;
    ++*(size_t *)arg;
    return true;
}

static bool take_term(void *arg, struct slice term, uint32_t frequency)
{
    uint32_t key;
    if (database_key_of(term, &key))
        set_word(arg, key, frequency);
    return true;
}

/* The first table, with all words of the database. */
static enum status make_table(struct direct_writer *writer, size_t last, struct error *err)
{
    size_t words = 0;
    enum status status =
        database_each_term(writer->database, SLICE_LITERAL(DATABASE_KEY_PREFIX), slice_of(""), count_term, &words, err);
    if (status == STATUS_OK)
        status = replace_table(writer, words, last, err);
    if (status == STATUS_OK)
        status = database_each_term(writer->database, SLICE_LITERAL(DATABASE_KEY_PREFIX), slice_of(""), take_term,
                                    writer->table, err);
    writer->fresh = writer->fresh && status != STATUS_OK;
    return status;
}

static int compare_keys(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static enum status set_words(struct direct_writer *writer, struct error *err)
{
    enum status status = STATUS_OK;
    if (writer->touched_count)
        qsort(writer->touched, writer->touched_count, sizeof *writer->touched, compare_keys);
    for (size_t i = 0; status == STATUS_OK && i < writer->touched_count; i++) {
        if (i && writer->touched[i] == writer->touched[i - 1])
            continue;
        if (is_full(writer->table))
            status = replace_table(writer, writer->table->words_used, writer->table->place_slots / 2, err);
        if (status == STATUS_OK)
            set_word(writer->table, writer->touched[i], database_frequency(writer->database, writer->touched[i]));
    }
    return status;
}

/* The bytes of the record at PLACE, which nobody needs any more. */
static uint64_t bytes_at(const struct direct_writer *writer, uint64_t place)
{
    struct direct_front front;
    if (!place || !direct_read_at(writer->data_fd, &front, sizeof front, direct_place_offset(place)))
        return 0;
    return direct_padded(direct_place_length(place) + front.head_bytes + front.sections_bytes);
}

static void set_places(struct direct_writer *writer)
{
    uint64_t *places = writer->table->slots + writer->table->word_slots;
    for (size_t i = 0; i < writer->pending_count; i++) {
        uint64_t *place = &places[writer->pending[i].document];
        if (*place)
            writer->dead_bytes += bytes_at(writer, *place);
        __atomic_store_n(place, writer->pending[i].place, __ATOMIC_RELEASE);
    }
}

static enum status apply(struct direct_writer *writer, struct error *err)
{
    size_t last = 0;
    enum status status = STATUS_OK;
    for (size_t i = 0; i < writer->pending_count; i++)
        if (writer->pending[i].document > last)
            last = writer->pending[i].document;
    if (writer->fresh)
        status = make_table(writer, last, err);
    else if (last >= writer->table->place_slots)
        status = replace_table(writer, writer->table->words_used, last, err);
    if (status == STATUS_OK)
        status = set_words(writer, err);
    if (status == STATUS_OK)
        set_places(writer);
    return status;
}

enum status direct_writer_commit(struct direct_writer *writer, uint64_t revision, struct error *err)
{
    enum status status = apply(writer, err);
    if (status != STATUS_OK)
        return status;
    writer->table->data_bytes = writer->data_bytes;
    writer->table->dead_bytes = writer->dead_bytes;
    if (fdatasync(writer->data_fd) != 0 || msync(writer->table, writer->table_bytes, MS_SYNC) != 0)
        return cannot(writer, err);
    __atomic_store_n(&writer->table->revision, revision, __ATOMIC_RELEASE);
    writer->pending_count = writer->touched_count = 0;
    return STATUS_OK;
}
