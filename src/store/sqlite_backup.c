/* sqlite_backup.c: a consistent copy of the data folder, while others read and write. */
#include "store/sqlite.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

/* Copies all pages in one read transaction: the copy is of one moment, and the writer goes on. */
static enum status copy_pages(struct sql *from, const char *path, struct error *err)
{
    sqlite3 *to = NULL;
    int code = sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
    sqlite3_backup *backup = code ? NULL : sqlite3_backup_init(to, "main", from->db, "main");
    if (backup) {
        code = sqlite3_backup_step(backup, -1);
        int finish = sqlite3_backup_finish(backup);
        code = code == SQLITE_DONE ? finish : code;
    } else if (to) {
        code = sqlite3_errcode(to);
    }
    enum status status = STATUS_OK;
    if (code != SQLITE_OK)
        status = error_set(err, STATUS_IO, "cannot write the copy %s: %s", path,
                           to ? sqlite3_errmsg(to) : sqlite3_errstr(code));
    (void)sqlite3_close(to);
    return status;
}

/* The copy takes its name when it is whole. */
static enum status copy_database(struct store *store, const char *path, struct error *err)
{
    _cleanup_reader_ struct reader reader = {0};
    _cleanup_free_ char *partial = mem_printf("%s.partial", path);
    if (!partial)
        return error_memory(err);
    (void)unlink(partial);
    enum status status = reader_take(store, &reader, err);
    if (status)
        return status;
    _cleanup_close_ int fd = open(partial, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return error_set_errno(err, STATUS_IO, errno, "cannot create %s", partial);
    status = copy_pages(reader.sql, partial, err);
    if (!status && (fsync(fd) < 0 || rename(partial, path) < 0))
        status = error_set_errno(err, STATUS_IO, errno, "cannot write %s", path);
    if (status)
        (void)unlink(partial);
    return status;
}

enum status store_backup(struct store *store, const char *folder, struct error *err)
{
    _cleanup_free_ char *path = file_join(folder, STORE_DATABASE);
    _cleanup_free_ char *key = file_join(folder, STORE_KEY);
    if (!path || !key)
        return error_memory(err);
    enum status status = file_make_folder(folder, 0700, err);
    if (status)
        return status;
    if (file_exists(path) || file_exists(key)) {
        error_set(err, STATUS_EXISTS, "%s holds a data folder already", folder);
        error_hint(err, "name a new folder, such as one with today's date");
        return STATUS_EXISTS;
    }
    status = copy_database(store, path, err);
    /* Last, as file_write syncs the folder for both. */
    return status ? status : file_write(key, store->key, sizeof store->key, 0600, err);
}
