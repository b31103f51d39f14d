/* scratch.c: a folder in $TMPDIR, an index in it, and both gone in the end. */
#include "app/eval/scratch.h"

#include "app/synonyms_file.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/str.h"

#include <dirent.h>
#include <errno.h>
#include <unistd.h>

static enum status make_folder(struct scratch *scratch, struct error *err)
{
    const char *parent = getenv("TMPDIR"); /* NOLINT(concurrency-mt-unsafe): nobody sets it */
    scratch->folder = mem_printf("%s/deflect-XXXXXX", str_empty(parent) ? "/tmp" : parent);
    if (!scratch->folder)
        return error_memory(err);
    if (!mkdtemp(scratch->folder)) {
        enum status status =
            error_set_errno(err, STATUS_IO, errno, "cannot create %s", scratch->folder);
        scratch->folder = mem_free(scratch->folder);
        return status;
    }
    return STATUS_OK;
}

/* Removes PATH and what is below it. */
static void remove_tree(const char *path)
{
    DIR *folder = opendir(path);
    struct dirent *entry;
    while (folder && (entry = readdir(folder))) { /* NOLINT(concurrency-mt-unsafe): own stream */
        _cleanup_free_ char *below = file_join(path, entry->d_name);
        if (below && !str_equal(entry->d_name, ".") && !str_equal(entry->d_name, "..") &&
            unlink(below) != 0)
            remove_tree(below);
    }
    if (folder)
        (void)closedir(folder);
    (void)rmdir(path);
}

static enum status put_batch(struct index_writer *writer, const struct folder_changes *changes,
                             scratch_article_fn *each, void *arg, struct error *err)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; !status && i < changes->count; i++) {
        const struct article *article = changes->items[i].article;
        if (!article)
            continue;
        status = index_writer_put(writer, article, clock_now_ms(), err);
        if (!status && each)
            status = each(arg, article, err);
    }
    return status;
}

static enum status put_all(const struct folder_options *options, struct index_writer *writer,
                           scratch_article_fn *each, void *arg, struct error *err)
{
    static char *const rest[] = {NULL};
    char *const *paths = NULL;
    struct folder *folder = NULL;
    bool more = true;
    enum status status = folder_new(options, &folder, err);
    while (!status && more) {
        struct folder_changes changes = {.items = NULL};
        status = folder_refresh(folder, paths, &changes, err);
        if (!status)
            status = put_batch(writer, &changes, each, arg, err);
        more = changes.more;
        folder_changes_done(&changes);
        paths = rest;
    }
    if (folder)
        (void)folder_free(folder);
    return status;
}

static enum status put_synonyms(const char *articles, struct index_writer *writer,
                                struct error *err)
{
    struct synonyms_file synonyms;
    enum status status = synonyms_file_read(articles, NULL, &synonyms, err);
    if (status)
        return status;
    if (synonyms.count)
        status = index_writer_set_synonyms(writer, synonyms.groups, err);
    synonyms_file_done(&synonyms);
    return status;
}

enum status scratch_index(const struct folder_options *options, scratch_article_fn *each, void *arg,
                          struct scratch *ret, struct error *err)
{
    struct index_writer_options writer_options = {.lock_wait_ms = 0};
    struct index_writer *writer = NULL;
    enum status status;
    *ret = (struct scratch){.folder = NULL};
    status = make_folder(ret, err);
    if (status)
        return status;
    writer_options.folder = ret->folder;
    status = index_writer_open(&writer_options, &writer, err);
    if (!status)
        status = put_all(options, writer, each, arg, err);
    if (!status)
        status = put_synonyms(options->root, writer, err);
    if (!status)
        status = index_writer_commit(writer, &ret->articles, err);
    (void)index_writer_close(writer);
    return status ? status : index_reader_open(ret->folder, &ret->reader, err);
}

void scratch_done(struct scratch *scratch)
{
    if (scratch->reader)
        (void)index_reader_close(scratch->reader);
    if (scratch->folder)
        remove_tree(scratch->folder);
    mem_free(scratch->folder);
    *scratch = (struct scratch){.folder = NULL};
}
