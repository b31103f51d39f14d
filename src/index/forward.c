/* forward.c: reads the forward index. */
#include "index/forward.h"

#include "base/file.h"
#include "base/mem.h"
#include "index/forward_file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define OPEN_TRIES 5 /* a writer may replace the files between our opening the one and the other */

struct forward {
    const struct forward_table *table;
    size_t table_bytes;
    int data_fd;
    char *bytes; /* the record last read */
    size_t capacity;
};

/* ---- Files ---- */

bool forward_table_fits(const struct forward_table *table, size_t bytes)
{
    return bytes >= sizeof *table && memcmp(table->magic, FORWARD_MAGIC, sizeof table->magic) == 0 && table->word_slots &&
           !(table->word_slots & (table->word_slots - 1)) &&
           forward_table_bytes(table->word_slots, table->place_slots) == bytes;
}

char *forward_table_path(const char *folder)
{
    return file_join(folder, "forward");
}

char *forward_data_path(const char *folder, uint64_t number)
{
    return mem_printf("%s/forward.%" PRIu64, folder, number);
}

bool forward_read_at(int fd, void *bytes, size_t length, uint64_t offset)
{
    for (size_t done = 0; done < length;) {
        ssize_t count = pread(fd, (char *)bytes + done, length - done, (off_t)(offset + done));
        if (count <= 0 && !(count < 0 && errno == EINTR))
            return false;
        done += count > 0 ? (size_t)count : 0;
    }
    return true;
}

static enum status map_table(const char *folder, struct forward *forward, struct error *err)
{
    _cleanup_free_ char *path = forward_table_path(folder);
    _cleanup_close_ int fd = -1;
    struct stat about;
    void *memory;
    if (!path)
        return error_memory(err);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &about) != 0)
        return error_set_errno(err, errno == ENOENT ? STATUS_NOT_FOUND : STATUS_IO, errno, "cannot read %s", path);
    if ((size_t)about.st_size < sizeof *forward->table)
        return error_set(err, STATUS_CORRUPT, "%s is cut short", path);
    memory = mmap(NULL, (size_t)about.st_size, PROT_READ, MAP_SHARED, fd, 0);
    if (memory == MAP_FAILED)
        return error_set_errno(err, STATUS_IO, errno, "cannot map %s", path);
    forward->table = memory;
    forward->table_bytes = (size_t)about.st_size;
    if (!forward_table_fits(forward->table, forward->table_bytes))
        return error_set(err, STATUS_CORRUPT, "%s is damaged", path);
    return STATUS_OK;
}

static enum status open_once(const char *folder, struct forward **ret, struct error *err)
{
    _cleanup_free_ char *path = NULL;
    struct forward *forward = mem_zero(1, sizeof *forward);
    enum status status;
    if (!forward)
        return error_memory(err);
    forward->data_fd = -1;
    status = map_table(folder, forward, err);
    if (status == STATUS_OK && !(path = forward_data_path(folder, forward->table->data)))
        status = error_memory(err);
    if (status == STATUS_OK) {
        forward->data_fd = open(path, O_RDONLY | O_CLOEXEC);
        if (forward->data_fd < 0)
            status = error_set_errno(err, STATUS_NOT_FOUND, errno, "cannot read %s", path);
    }
    if (status != STATUS_OK) {
        forward_close(forward);
        return status;
    }
    *ret = forward;
    return STATUS_OK;
}

enum status forward_open(const char *folder, struct forward **ret, struct error *err)
{
    enum status status = STATUS_NOT_FOUND;
    for (int i = 0; i < OPEN_TRIES && status == STATUS_NOT_FOUND; i++)
        status = open_once(folder, ret, err);
    return status;
}

struct forward *forward_close(struct forward *forward)
{
    if (!forward)
        return NULL;
    if (forward->table)
        (void)munmap((void *)(uintptr_t)forward->table, forward->table_bytes);
    file_closep(&forward->data_fd);
    mem_free(forward->bytes);
    return mem_free(forward);
}

bool forward_replaced(const struct forward *forward)
{
    return __atomic_load_n(&forward->table->replaced, __ATOMIC_ACQUIRE) != 0;
}

uint64_t forward_revision(const struct forward *forward)
{
    return __atomic_load_n(&forward->table->revision, __ATOMIC_ACQUIRE);
}

/* ---- Words ---- */

uint32_t forward_frequency(const struct forward *forward, uint32_t key)
{
    size_t mask = forward->table->word_slots - 1, at = forward_hash(key);
    for (size_t i = 0; i <= mask; i++, at++) {
        uint64_t word = __atomic_load_n(&forward->table->slots[at & mask], __ATOMIC_RELAXED);
        if (word >> 32 == (uint64_t)key + 1)
            return (uint32_t)word;
        if (!word)
            break;
    }
    return 0;
}

/* ---- Records ---- */

static enum status make_room(struct forward *forward, size_t length, struct error *err)
{
    char *grown;
    if (length <= forward->capacity)
        return STATUS_OK;
    grown = mem_resize(forward->bytes, 2 * length, 1);
    if (!grown)
        return error_memory(err);
    forward->bytes = grown;
    forward->capacity = 2 * length;
    return STATUS_OK;
}

static enum status damaged(struct error *err)
{
    return error_set(err, STATUS_CORRUPT, "a record of the forward index is damaged");
}

/* Where the document's record is; 0: nowhere. */
static uint64_t place_of(const struct forward *forward, uint32_t document)
{
    const struct forward_table *table = forward->table;
    return document < table->place_slots
               ? __atomic_load_n(&table->slots[table->word_slots + (size_t)document], __ATOMIC_ACQUIRE)
               : 0;
}

enum status forward_signature(struct forward *forward, uint32_t document, struct slice *ret, struct error *err)
{
    uint64_t place = place_of(forward, document);
    size_t length = forward_place_length(place);
    struct forward_front front;
    enum status status;
    if (!place)
        return error_set(err, STATUS_NOT_FOUND, "no record of the document");
    if (length < sizeof front)
        return damaged(err);
    status = make_room(forward, length, err);
    if (status != STATUS_OK)
        return status;
    if (!forward_read_at(forward->data_fd, forward->bytes, length, forward_place_offset(place)))
        return damaged(err);
    memcpy(&front, forward->bytes, sizeof front);
    if (front.document != document || forward_padded(sizeof front + front.signature_bytes) != length)
        return damaged(err);
    *ret = (struct slice){forward->bytes + sizeof front, front.signature_bytes};
    return STATUS_OK;
}

enum status forward_shown(struct forward *forward, uint32_t document, struct slice *ret_head, struct slice *ret_sections,
                          struct error *err)
{
    uint64_t place = place_of(forward, document), offset = forward_place_offset(place);
    struct forward_front front;
    enum status status;
    if (!place)
        return error_set(err, STATUS_NOT_FOUND, "no record of the document");
    if (!forward_read_at(forward->data_fd, &front, sizeof front, offset) || front.document != document ||
        forward_padded(sizeof front + front.signature_bytes) != forward_place_length(place))
        return damaged(err);
    status = make_room(forward, (size_t)front.head_bytes + front.sections_bytes, err);
    if (status != STATUS_OK)
        return status;
    if (!forward_read_at(forward->data_fd, forward->bytes, (size_t)front.head_bytes + front.sections_bytes,
                         offset + forward_place_length(place)))
        return damaged(err);
    *ret_head = (struct slice){forward->bytes, front.head_bytes};
    *ret_sections = (struct slice){forward->bytes + front.head_bytes, front.sections_bytes};
    return STATUS_OK;
}
