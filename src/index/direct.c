/* direct.c: reads the direct index. */
#include "index/direct.h"

#include "base/file.h"
#include "base/mem.h"
#include "index/direct_file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define OPEN_TRIES 5 /* a writer may replace the files between our opening the one and the other */

struct direct {
    const struct direct_table *table;
    size_t table_bytes;
    int data_fd;
    char *bytes; /* the record last read */
    size_t capacity;
};

/* ---- Files ---- */

bool direct_table_fits(const struct direct_table *table, size_t bytes)
{
    return bytes >= sizeof *table && memcmp(table->magic, DIRECT_MAGIC, sizeof table->magic) == 0 && table->word_slots &&
           !(table->word_slots & (table->word_slots - 1)) &&
           direct_table_bytes(table->word_slots, table->place_slots) == bytes;
}

char *direct_table_path(const char *folder)
{
    return file_join(folder, "direct");
}

char *direct_data_path(const char *folder, uint64_t number)
{
    return mem_printf("%s/direct.%" PRIu64, folder, number);
}

bool direct_read_at(int fd, void *bytes, size_t length, uint64_t offset)
{
    for (size_t done = 0; done < length;) {
        ssize_t count = pread(fd, (char *)bytes + done, length - done, (off_t)(offset + done));
        if (count <= 0 && !(count < 0 && errno == EINTR))
            return false;
        done += count > 0 ? (size_t)count : 0;
    }
    return true;
}

static enum status map_table(const char *folder, struct direct *direct, struct error *err)
{
    _cleanup_free_ char *path = direct_table_path(folder);
    _cleanup_close_ int fd = -1;
    struct stat about;
    void *memory;
    if (!path)
        return error_memory(err);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &about) != 0)
        return error_set_errno(err, errno == ENOENT ? STATUS_NOT_FOUND : STATUS_IO, errno, "cannot read %s", path);
    if ((size_t)about.st_size < sizeof *direct->table)
        return error_set(err, STATUS_CORRUPT, "%s is cut short", path);
    memory = mmap(NULL, (size_t)about.st_size, PROT_READ, MAP_SHARED, fd, 0);
    if (memory == MAP_FAILED)
        return error_set_errno(err, STATUS_IO, errno, "cannot map %s", path);
    direct->table = memory;
    direct->table_bytes = (size_t)about.st_size;
    if (!direct_table_fits(direct->table, direct->table_bytes))
        return error_set(err, STATUS_CORRUPT, "%s is damaged", path);
    return STATUS_OK;
}

static enum status open_once(const char *folder, struct direct **ret, struct error *err)
{
    _cleanup_free_ char *path = NULL;
    struct direct *direct = mem_zero(1, sizeof *direct);
    enum status status;
    if (!direct)
        return error_memory(err);
    direct->data_fd = -1;
    status = map_table(folder, direct, err);
    if (status == STATUS_OK && !(path = direct_data_path(folder, direct->table->data)))
        status = error_memory(err);
    if (status == STATUS_OK) {
        direct->data_fd = open(path, O_RDONLY | O_CLOEXEC);
        if (direct->data_fd < 0)
            status = error_set_errno(err, STATUS_NOT_FOUND, errno, "cannot read %s", path);
    }
    if (status != STATUS_OK) {
        direct_close(direct);
        return status;
    }
    *ret = direct;
    return STATUS_OK;
}

enum status direct_open(const char *folder, struct direct **ret, struct error *err)
{
    enum status status = STATUS_NOT_FOUND;
    for (int i = 0; i < OPEN_TRIES && status == STATUS_NOT_FOUND; i++)
        status = open_once(folder, ret, err);
    return status;
}

struct direct *direct_close(struct direct *direct)
{
    if (!direct)
        return NULL;
    if (direct->table)
        (void)munmap((void *)(uintptr_t)direct->table, direct->table_bytes);
    file_closep(&direct->data_fd);
    mem_free(direct->bytes);
    return mem_free(direct);
}

bool direct_replaced(const struct direct *direct)
{
    return __atomic_load_n(&direct->table->replaced, __ATOMIC_ACQUIRE) != 0;
}

uint64_t direct_revision(const struct direct *direct)
{
    return __atomic_load_n(&direct->table->revision, __ATOMIC_ACQUIRE);
}

/* ---- Words ---- */

bool direct_frequency(const struct direct *direct, uint32_t key, uint32_t *ret)
{
    size_t mask = direct->table->word_slots - 1, at = direct_hash(key);
    for (size_t i = 0; i <= mask; i++, at++) {
        uint64_t word = __atomic_load_n(&direct->table->slots[at & mask], __ATOMIC_RELAXED);
        if (!word)
            break;
        if (word >> 32 == (uint64_t)key + 1) {
            *ret = (uint32_t)word;
            return true;
        }
    }
    return false;
}

/* ---- Records ---- */

static enum status make_room(struct direct *direct, size_t length, struct error *err)
{
    char *grown;
    if (length <= direct->capacity)
        return STATUS_OK;
    grown = mem_resize(direct->bytes, 2 * length, 1);
    if (!grown)
        return error_memory(err);
    direct->bytes = grown;
    direct->capacity = 2 * length;
    return STATUS_OK;
}

static enum status damaged(struct error *err)
{
    return error_set(err, STATUS_CORRUPT, "a record of the direct index is damaged");
}

/* Where the document's record is; 0: nowhere. */
static uint64_t place_of(const struct direct *direct, uint32_t document)
{
    const struct direct_table *table = direct->table;
    return document < table->place_slots
               ? __atomic_load_n(&table->slots[table->word_slots + (size_t)document], __ATOMIC_ACQUIRE)
               : 0;
}

enum status direct_signature(struct direct *direct, uint32_t document, struct slice *ret, struct error *err)
{
    uint64_t place = place_of(direct, document);
    size_t length = direct_place_length(place);
    struct direct_front front;
    enum status status;
    if (!place)
        return error_set(err, STATUS_NOT_FOUND, "no record of the document");
    if (length < sizeof front)
        return damaged(err);
    status = make_room(direct, length, err);
    if (status != STATUS_OK)
        return status;
    if (!direct_read_at(direct->data_fd, direct->bytes, length, direct_place_offset(place)))
        return damaged(err);
    memcpy(&front, direct->bytes, sizeof front);
    if (front.document != document || direct_padded(sizeof front + front.signature_bytes) != length)
        return damaged(err);
    *ret = (struct slice){direct->bytes + sizeof front, front.signature_bytes};
    return STATUS_OK;
}

enum status direct_shown(struct direct *direct, uint32_t document, struct slice *ret_head, struct slice *ret_sections,
                          struct error *err)
{
    uint64_t place = place_of(direct, document), offset = direct_place_offset(place);
    struct direct_front front;
    enum status status;
    if (!place)
        return error_set(err, STATUS_NOT_FOUND, "no record of the document");
    if (!direct_read_at(direct->data_fd, &front, sizeof front, offset) || front.document != document ||
        direct_padded(sizeof front + front.signature_bytes) != direct_place_length(place))
        return damaged(err);
    status = make_room(direct, (size_t)front.head_bytes + front.sections_bytes, err);
    if (status != STATUS_OK)
        return status;
    if (!direct_read_at(direct->data_fd, direct->bytes, (size_t)front.head_bytes + front.sections_bytes,
                         offset + direct_place_length(place)))
        return damaged(err);
    *ret_head = (struct slice){direct->bytes, front.head_bytes};
    *ret_sections = (struct slice){direct->bytes + front.head_bytes, front.sections_bytes};
    return STATUS_OK;
}
