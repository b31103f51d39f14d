/* mapped.c: maps files, each once. */
#include "index/mapped.h"

#include "base/file.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/stat.h>

/* A file is known by its number, which nobody else has as long as it is mapped. */
struct shared {
    struct mapped mapped; /* first, so that its address is this one's */
    dev_t device;
    ino_t number;
    size_t users;
    struct shared *next;
};

static struct shared *all;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* Pages are read one by one: what a question needs is spread over the file, and what lies around it only takes memory. */
static enum status map(const char *path, int fd, const struct stat *about, struct shared **ret, struct error *err)
{
    struct shared *shared = mem_zero(1, sizeof *shared);
    void *memory;
    if (!shared)
        return error_memory(err);
    memory = mmap(NULL, (size_t)about->st_size, PROT_READ, MAP_SHARED, fd, 0);
    if (memory == MAP_FAILED) {
        mem_free(shared);
        return error_set_errno(err, STATUS_IO, errno, "cannot map %s", path);
    }
    (void)madvise(memory, (size_t)about->st_size, MADV_RANDOM);
    shared->mapped = (struct mapped){memory, (size_t)about->st_size};
    shared->device = about->st_dev;
    shared->number = about->st_ino;
    shared->next = all;
    *ret = all = shared;
    return STATUS_OK;
}

enum status mapped_open(const char *path, const struct mapped **ret, struct error *err)
{
    _cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct shared *shared;
    struct stat about;
    enum status status = STATUS_OK;
    if (fd < 0 || fstat(fd, &about) != 0)
        return error_set_errno(err, errno == ENOENT ? STATUS_NOT_FOUND : STATUS_IO, errno, "cannot read %s", path);
    if (about.st_size == 0)
        return error_set(err, STATUS_CORRUPT, "%s is empty", path);
    (void)pthread_mutex_lock(&lock);
    for (shared = all; shared; shared = shared->next)
        if (shared->device == about.st_dev && shared->number == about.st_ino)
            break;
    if (!shared)
        status = map(path, fd, &about, &shared, err);
    if (status == STATUS_OK) {
        shared->users++;
        *ret = &shared->mapped;
    }
    (void)pthread_mutex_unlock(&lock);
    return status;
}

const struct mapped *mapped_close(const struct mapped *mapped)
{
    struct shared *shared = (struct shared *)(uintptr_t)mapped, **at = &all;
    if (!mapped)
        return NULL;
    (void)pthread_mutex_lock(&lock);
    if (--shared->users == 0) {
        while (*at != shared)
            at = &(*at)->next;
        *at = shared->next;
        (void)munmap((void *)(uintptr_t)mapped->bytes, mapped->length);
        mem_free(shared);
    }
    (void)pthread_mutex_unlock(&lock);
    return NULL;
}
