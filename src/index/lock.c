/* lock.c: advisory locks on files. */
#include "index/lock.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#define POLL_US 20000

enum status lock_take(const char *folder, const char *name, unsigned wait_ms, int *ret_fd, struct error *err)
{
    _cleanup_free_ char *path = file_join(folder, name);
    _cleanup_close_ int fd = -1;
    int64_t until_us = clock_monotonic_us() + (int64_t)wait_ms * 1000;
    if (!path)
        return error_memory(err);
    fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (fd < 0)
        return error_set_errno(err, STATUS_IO, errno, "cannot open %s", path);
    while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        if (clock_monotonic_us() >= until_us) {
            error_set(err, STATUS_LOCKED, "another process is writing the index in %s", folder);
            error_hint(err, "wait until it is done, or stop it");
            return STATUS_LOCKED;
        }
        (void)usleep(POLL_US);
    }
    *ret_fd = fd;
    fd = -1;
    return STATUS_OK;
}
