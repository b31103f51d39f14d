/* file.c: whole files in and out. */
#include "base/file.h"

#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void file_closep(int *fd)
{
    if (*fd >= 0)
        (void)close(*fd);
    *fd = -1;
}

bool file_exists(const char *path)
{
    return access(path, F_OK) == 0;
}

char *file_join(const char *folder, const char *name)
{
    return mem_printf("%s/%s", folder, name);
}

static enum status open_failed(const char *path, int errnum, struct error *err)
{
    bool missing = errnum == ENOENT || errnum == ENOTDIR;
    return error_set_errno(err, missing ? STATUS_NOT_FOUND : STATUS_IO, errnum, "cannot open %s",
                           path);
}

/* Reads FD to its end, or to one byte more than fits CAP. */
static enum status read_all(int fd, const char *path, size_t size, size_t cap, char **ret,
                            size_t *ret_length, struct error *err)
{
    size_t capacity = (size < cap ? size : cap) + 2, length = 0;
    _cleanup_free_ char *bytes = mem_alloc(capacity);
    if (!bytes)
        return error_memory(err);
    for (;;) {
        ssize_t got = read(fd, bytes + length, capacity - 1 - length);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return error_set_errno(err, STATUS_IO, errno, "cannot read %s", path);
        if (got == 0)
            break;
        length += (size_t)got;
        if (length > cap)
            return error_set(err, STATUS_TOO_LARGE, "%s is larger than %zu bytes", path, cap);
        if (length == capacity - 1) {
            char *grown = mem_resize(bytes, capacity * 2, 1);
            if (!grown)
                return error_memory(err);
            bytes = grown;
            capacity *= 2;
        }
    }
    bytes[length] = '\0';
    *ret = steal_pointer(&bytes);
    *ret_length = length;
    return STATUS_OK;
}

static enum status read_open(int fd, const char *path, size_t cap, char **ret, size_t *ret_length,
                             struct error *err)
{
    struct stat info;
    if (fstat(fd, &info) < 0)
        return error_set_errno(err, STATUS_IO, errno, "cannot read %s", path);
    if (!S_ISREG(info.st_mode))
        return error_set(err, STATUS_IO, "%s is not a regular file", path);
    if ((size_t)info.st_size > cap)
        return error_set(err, STATUS_TOO_LARGE, "%s is larger than %zu bytes", path, cap);
    return read_all(fd, path, (size_t)info.st_size, cap, ret, ret_length, err);
}

enum status file_read(const char *path, size_t cap, char **ret, size_t *ret_length,
                      struct error *err)
{
    _cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return open_failed(path, errno, err);
    return read_open(fd, path, cap, ret, ret_length, err);
}

enum status file_read_at(int dir_fd, const char *path, size_t cap, char **ret, size_t *ret_length,
                         struct error *err)
{
    _cleanup_close_ int fd = openat(dir_fd, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
    if (fd < 0)
        return open_failed(path, errno, err);
    return read_open(fd, path, cap, ret, ret_length, err);
}

static bool write_all(int fd, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t put = write(fd, bytes, length);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return false;
        bytes += put;
        length -= (size_t)put;
    }
    return true;
}

/* Makes a rename in the folder of PATH last. */
static bool sync_folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    _cleanup_free_ char *folder = slash ? mem_strndup(path, (size_t)(slash - path) + 1)
                                        : mem_strdup(".");
    _cleanup_close_ int fd = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    return fd >= 0 && fsync(fd) == 0;
}

bool file_put_at(int fd, const void *bytes, size_t length, uint64_t at)
{
    for (size_t done = 0; done < length;) {
        ssize_t count = pwrite(fd, (const char *)bytes + done, length - done, (off_t)(at + done));
        if (count < 0 && errno != EINTR)
            return false;
        done += count > 0 ? (size_t)count : 0;
    }
    return true;
}

enum status file_write(const char *path, const void *bytes, size_t length, mode_t mode,
                       struct error *err)
{
    _cleanup_free_ char *temporary = mem_printf("%s.%ld.tmp", path, (long)getpid());
    _cleanup_close_ int fd = -1;
    if (!temporary)
        return error_memory(err);
    fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    if (fd < 0)
        return error_set_errno(err, STATUS_IO, errno, "cannot create %s", temporary);
    if (!write_all(fd, bytes, length) || fsync(fd) < 0 || rename(temporary, path) < 0 ||
        !sync_folder_of(path)) {
        int errnum = errno;
        (void)unlink(temporary);
        return error_set_errno(err, STATUS_IO, errnum, "cannot write %s", path);
    }
    return STATUS_OK;
}

enum status file_make_folder(const char *path, mode_t mode, struct error *err)
{
    _cleanup_free_ char *part = mem_strdup(path);
    if (!part)
        return error_memory(err);
    for (char *slash = part + 1; *part && (slash = strchr(slash, '/')); slash++) {
        *slash = '\0';
        if (mkdir(part, mode) < 0 && errno != EEXIST)
            return error_set_errno(err, STATUS_IO, errno, "cannot create folder %s", part);
        *slash = '/';
    }
    if (mkdir(path, mode) < 0) {
        struct stat info;
        int errnum = errno;
        if (errnum != EEXIST || stat(path, &info) < 0 || !S_ISDIR(info.st_mode))
            return error_set_errno(err, STATUS_IO, errnum, "cannot create folder %s", path);
    }
    return STATUS_OK;
}
