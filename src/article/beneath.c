/* beneath.c: opening what lies below a folder without ever leaving it. */
#include "article/beneath.h"

#include "base/file.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#define READING (O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)

static bool is_shown(struct slice name)
{
    return name.length && name.ptr[0] != '.' && !slice_equal(name, SLICE_LITERAL("node_modules")) &&
           !slice_equal(name, SLICE_LITERAL("_deflect"));
}

bool beneath_is_shown(const char *name)
{
    return is_shown(slice_of(name));
}

bool beneath_is_path(const char *path)
{
    struct slice rest = slice_of(path), part;
    while (slice_split(&rest, '/', &part))
        if (!is_shown(part))
            return false;
    return true;
}

/* Part by part, following no link at all. */
static int open_parts(int root_fd, const char *path)
{
    _cleanup_close_ int folder = fcntl(root_fd, F_DUPFD_CLOEXEC, 0);
    struct slice rest = slice_of(path), part;
    while (folder >= 0 && slice_split(&rest, '/', &part)) {
        _cleanup_free_ char *name = mem_strndup(part.ptr, part.length);
        int flags = rest.ptr ? READING | O_NOFOLLOW | O_DIRECTORY : READING | O_NOFOLLOW;
        int next = -1;
        errno = ENOMEM;
        if (name)
            next = openat(folder, name, flags);
        int errnum = errno;
        file_closep(&folder);
        errno = errnum;
        folder = next;
    }
    int found = folder;
    folder = -1;
    return found;
}

int beneath_open(int root_fd, const char *path)
{
    struct open_how how = {.flags = READING, .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS};
    long fd = syscall(SYS_openat2, root_fd, path, &how, sizeof how);
    if (fd < 0 && (errno == ENOSYS || errno == EPERM || errno == EINVAL))
        return open_parts(root_fd, path);
    return (int)fd;
}
