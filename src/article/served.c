/* served.c: the files of the articles folder that are served as they are: images and PDF
 * (folder.h). */
#include "article/beneath.h"
#include "article/folder.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/str.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

const char *folder_mime(const char *path)
{
    static const struct {
        const char *extension, *mime;
    } types[] = {
        {"png", "image/png"},       {"jpg", "image/jpeg"},  {"jpeg", "image/jpeg"},
        {"gif", "image/gif"},       {"webp", "image/webp"}, {"svg", "image/svg+xml"},
        {"pdf", "application/pdf"},
    };
    const char *dot = strrchr(path, '.');
    for (size_t i = 0; dot && i < ARRAY_LENGTH(types); i++)
        if (str_equal_ascii_case(slice_of(dot + 1), slice_of(types[i].extension)))
            return types[i].mime;
    return NULL;
}

enum status folder_open_file(const char *root, const char *path, int *ret_fd, const char **ret_mime,
                             struct error *err)
{
    const char *mime = folder_mime(path);
    struct stat info;
    if (!beneath_is_path(path))
        return error_set(err, STATUS_NOT_FOUND, "there is no file %s", path);
    if (!mime)
        return error_set(err, STATUS_DENIED, "%s is not served: only images and PDF are", path);
    _cleanup_close_ int root_fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (root_fd < 0)
        return error_set_errno(err, STATUS_IO, errno, "cannot open the articles folder %s", root);
    _cleanup_close_ int fd = beneath_open(root_fd, path);
    if (fd < 0 && (errno == ENOENT || errno == ENOTDIR || errno == EXDEV || errno == ELOOP ||
                   errno == ENAMETOOLONG))
        return error_set(err, STATUS_NOT_FOUND, "there is no file %s", path);
    if (fd < 0 || fstat(fd, &info) < 0)
        return error_set_errno(err, STATUS_IO, errno, "cannot open %s", path);
    if (!S_ISREG(info.st_mode))
        return error_set(err, STATUS_NOT_FOUND, "%s is no file", path);
    if (info.st_size > LIMIT_SERVED_FILE)
        return error_set(err, STATUS_TOO_LARGE, "%s is larger than %d MiB", path,
                         LIMIT_SERVED_FILE / (1024 * 1024));
    *ret_fd = fd;
    fd = -1;
    *ret_mime = mime;
    return STATUS_OK;
}
