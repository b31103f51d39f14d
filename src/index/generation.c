/* generation.c: folders of database generations, and which is in use. */
#include "index/generation.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/str.h"
#include "text/words.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* The file that names the one in use; a folder of it is called so with a number behind. */
static const char *const names[] = {[GENERATION_ARTICLES] = "articles", [GENERATION_LEARNED] = "learned"};

/* The number of the folder NAME, -1 where it is none of this KIND. */
static int64_t number_of(enum generation_kind kind, struct slice name)
{
    struct slice prefix = slice_of(names[kind]);
    int64_t number;
    if (name.length < prefix.length + 2 || !slice_starts(name, prefix) || name.ptr[prefix.length] != '-' ||
        !str_to_int64((struct slice){name.ptr + prefix.length + 1, name.length - prefix.length - 1}, &number))
        return -1;
    return number;
}

static char schema[128];
static pthread_once_t schema_once = PTHREAD_ONCE_INIT;

static void make_schema(void)
{
    (void)snprintf(schema, sizeof schema, "deflect index 2, %s", words_version());
}

const char *generation_schema(void)
{
    (void)pthread_once(&schema_once, make_schema);
    return schema;
}

enum status generation_current(const char *folder, enum generation_kind kind, uint64_t *ret, struct error *err)
{
    _cleanup_free_ char *path = file_join(folder, names[kind]), *text = NULL;
    size_t length;
    int64_t number;
    enum status status;
    if (!path)
        return error_memory(err);
    status = file_read(path, 64, &text, &length, err);
    if (status != STATUS_OK)
        return status;
    number = number_of(kind, slice_trim((struct slice){text, length}));
    if (number < 0) {
        error_set(err, STATUS_CORRUPT, "%s names no index", path);
        error_hint(err, "run `deflect index --rebuild`");
        return STATUS_CORRUPT;
    }
    *ret = (uint64_t)number;
    return STATUS_OK;
}

char *generation_path(const char *folder, enum generation_kind kind, uint64_t generation)
{
    return mem_printf("%s/%s-%" PRIu64, folder, names[kind], generation);
}

/* Removes the files of one folder and the folder; a database has no folders in it. */
static void remove_folder(const char *path)
{
    DIR *dir = opendir(path);
    struct dirent *entry;
    while (dir && (entry = readdir(dir)))
        if (entry->d_name[0] != '.')
            (void)unlinkat(dirfd(dir), entry->d_name, 0);
    if (dir)
        closedir(dir);
    (void)rmdir(path);
}

void generation_sweep(const char *folder, enum generation_kind kind, uint64_t keep)
{
    DIR *dir = opendir(folder);
    struct dirent *entry;
    while (dir && (entry = readdir(dir))) {
        int64_t number = number_of(kind, slice_of(entry->d_name));
        if (number < 0 || (uint64_t)number == keep)
            continue;
        _cleanup_free_ char *path = file_join(folder, entry->d_name);
        if (path)
            remove_folder(path);
    }
    if (dir)
        closedir(dir);
}

/* fsync of every file of a folder and of the folder itself. */
static enum status sync_folder(const char *path, struct error *err)
{
    DIR *dir = opendir(path);
    struct dirent *entry;
    bool bad = !dir;
    while (dir && (entry = readdir(dir))) {
        _cleanup_close_ int fd = -1;
        if (entry->d_name[0] == '.')
            continue;
        fd = openat(dirfd(dir), entry->d_name, O_RDONLY | O_CLOEXEC);
        bad = bad || fd < 0 || fsync(fd) != 0;
    }
    bad = bad || fsync(dirfd(dir)) != 0;
    if (dir)
        closedir(dir);
    return bad ? error_set_errno(err, STATUS_IO, errno, "cannot bring %s to disk", path) : STATUS_OK;
}

enum status generation_publish(const char *folder, enum generation_kind kind, uint64_t generation, struct error *err)
{
    _cleanup_free_ char *path = generation_path(folder, kind, generation), *current = file_join(folder, names[kind]);
    char name[64];
    int length = snprintf(name, sizeof name, "%s-%" PRIu64 "\n", names[kind], generation);
    enum status status;
    if (!path || !current)
        return error_memory(err);
    status = sync_folder(path, err);
    if (status == STATUS_OK)
        status = file_write(current, name, (size_t)length, 0644, err);
    if (status == STATUS_OK)
        generation_sweep(folder, kind, generation);
    return status;
}
