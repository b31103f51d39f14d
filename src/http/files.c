/* files.c: /files/PATH: images and PDF that articles link. */
#include "http/api/api.h"

#include "app/content.h"
#include "base/file.h"
#include "base/str.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

/* A file opened by itself may run nothing (SVG can hold scripts). Viewers of PDF do not work in a sandbox. */
#define FILE_POLICY "default-src 'none'; frame-ancestors 'none'; sandbox"
#define PDF_POLICY "default-src 'none'; frame-ancestors 'none'; object-src 'self'"

static bool has_already(struct request *request, const struct stat *info)
{
    char etag[80];
    (void)snprintf(etag, sizeof etag, "%llx-%llx-%llx", (unsigned long long)info->st_ino,
                   (unsigned long long)info->st_size,
                   (unsigned long long)info->st_mtim.tv_sec * 1000000000ULL +
                       (unsigned long long)info->st_mtim.tv_nsec);
    return reply_etag_is(request, etag);
}

enum status files_get(struct request *request, struct error *err)
{
    bool public_only = request->token.role < ROLE_AGENT;
    _cleanup_close_ int fd = -1;
    int sent_fd;
    const char *mime;
    struct stat info;
    enum status status = service_open_file(request->service, request->rest, public_only, &fd, &mime, err);
    if (status)
        return status;
    if (fstat(fd, &info) != 0)
        return error_set_errno(err, STATUS_IO, errno, "files/%s", request->rest);
    reply_cache(request, public_only ? "public, max-age=300" : "private, max-age=300");
    request->reply.policy = str_starts(mime, "application/pdf") ? PDF_POLICY : FILE_POLICY;
    if (has_already(request, &info))
        return STATUS_OK;
    sent_fd = fd;
    fd = -1; /* the reply's from now on */
    return reply_file(request, mime, sent_fd, (uint64_t)info.st_size);
}
