/* sqlite_store.c: the data folder: its lock, its database, who may write, and the pool of readers.
 */
#include "store/sqlite.h"

#include "base/buf.h"
#include "base/file.h"
#include "base/str.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define CHECK_MS_SERVING 2000
#define CHECK_MS_COMMAND 200  /* a command must not be held up by a large database */
#define LOG_PAGES_FOLDED 4000 /* 16 MiB: from here the log is folded into the database */

DEFINE_CLEANUP(struct store *, store_close)

static enum status cannot_write(const char *path, int errnum, struct error *err)
{
    error_set_errno(err, STATUS_IO, errnum, "cannot write in the data folder: %s", path);
    error_hint(err, "give this user the right to write there, or name another folder (--data DIR)");
    return STATUS_IO;
}

/* --- the lock of the server --- */

static enum status locked_by_another(const char *folder, int fd, struct error *err)
{
    char pid[24] = "";
    ssize_t got = pread(fd, pid, sizeof pid - 1, 0);
    size_t digits = 0;
    while (got > 0 && digits < (size_t)got && pid[digits] >= '0' && pid[digits] <= '9')
        digits++;
    error_set(err, STATUS_LOCKED, "another server (process %.*s) works on the data folder %s",
              digits ? (int)digits : 1, digits ? pid : "?", folder);
    error_hint(err, "stop it first, or name another data folder (--data DIR)");
    return STATUS_LOCKED;
}

/* Holds the folder for this server until the store is closed; the file names the process. */
static enum status lock_folder(struct store *store, struct error *err)
{
    _cleanup_free_ char *path = file_join(store->folder, STORE_LOCK);
    if (!path)
        return error_memory(err);
    store->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (store->lock_fd < 0)
        return cannot_write(path, errno, err);
    if (flock(store->lock_fd, LOCK_EX | LOCK_NB) < 0) {
        if (errno == EWOULDBLOCK)
            return locked_by_another(store->folder, store->lock_fd, err);
        return error_set_errno(err, STATUS_IO, errno, "cannot lock %s", path);
    }
    char pid[24];
    int length = snprintf(pid, sizeof pid, "%ld\n", (long)getpid());
    /* The name is only told to people: a full disk must not keep the server from starting. */
    if (ftruncate(store->lock_fd, 0) == 0)
        (void)!pwrite(store->lock_fd, pid, (size_t)length, 0);
    return STATUS_OK;
}

/* --- the key --- */

static enum status key_lost(const char *path, struct error *err)
{
    error_set(err, STATUS_INCOMPATIBLE, "%s is missing or not the key of this database", path);
    error_hint(err, "bring it back from the backup of that database; where it is lost for good, "
                    "`sqlite3 " STORE_DATABASE " \"DELETE FROM meta WHERE name = 'key_check'\"` "
                    "accepts a new one: contacts known so far will not be matched any more");
    return STATUS_INCOMPATIBLE;
}

/* Reads the key; leaves *RET_FOUND false where there is none. */
static enum status read_key(struct store *store, const char *path, bool *ret_found,
                            struct error *err)
{
    _cleanup_free_ char *bytes = NULL;
    size_t length = 0;
    *ret_found = false;
    if (!file_exists(path))
        return STATUS_OK;
    enum status status = file_read(path, sizeof store->key, &bytes, &length, err);
    if (status == STATUS_TOO_LARGE || (!status && length != sizeof store->key))
        return key_lost(path, err);
    if (status)
        return status;
    for (size_t i = 0; i < sizeof store->key; i++)
        store->key[i] = (unsigned char)bytes[i];
    *ret_found = true;
    return STATUS_OK;
}

/* Loads the key, or makes one, and holds it against the mark that the database keeps of it. */
static enum status load_key(struct store *store, struct error *err)
{
    _cleanup_free_ char *path = file_join(store->folder, STORE_KEY), *known = NULL;
    char mark[DIGEST_HEX_SIZE];
    bool found;
    if (!path)
        return error_memory(err);
    enum status status = read_key(store, path, &found, err);
    if (!status)
        status = meta_get(&store->writer, "key_check", &known, err);
    if (status)
        return status;
    if (!found && (known || store->read_only))
        return key_lost(path, err);
    if (!found && !digest_random(store->key, sizeof store->key))
        return error_set(err, STATUS_INTERNAL, "the system has no random bytes");
    if (!found)
        status = file_write(path, store->key, sizeof store->key, 0600, err);
    digest_sha256_hex((struct slice){(const char *)store->key, sizeof store->key}, mark);
    mark[16] = '\0';
    if (!status && known && !str_equal(known, mark))
        return key_lost(path, err);
    if (!status && !known && !store->read_only)
        status = meta_set(&store->writer, "key_check", mark, err);
    return status;
}

const unsigned char *store_key(const struct store *store)
{
    return store->key;
}

/* --- opening --- */

/* Makes the database file before SQLite does, so that nobody else can read it or its log. */
static enum status create_file(const char *path, struct error *err)
{
    _cleanup_close_ int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    return fd < 0 ? cannot_write(path, errno, err) : STATUS_OK;
}

/* On a medium that nobody can write, SQLite cannot make the files of its log: it is told that
 * nothing will change. */
static enum status open_immutable(struct store *store, struct error *err)
{
    _cleanup_buf_ struct buf address = BUF_INIT((size_t)64 * 1024);
    buf_add_str(&address, "file:");
    buf_add_url(&address, slice_of(store->path), "/");
    buf_add_str(&address, "?immutable=1");
    char *path = buf_take(&address);
    if (!path)
        return error_memory(err);
    (void)mem_free(store->path);
    store->path = path;
    store->immutable = true;
    sql_close(&store->writer);
    return sql_open(&store->writer, store->path, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI,
                    &store->damaged, err);
}

/* Looks at the database without changing it. */
static enum status verify(struct store *store, int limit_ms, struct error *err)
{
    enum status status =
        sql_open(&store->writer, store->path, SQLITE_OPEN_READONLY, &store->damaged, err);
    if (!status)
        status = schema_verify(&store->writer, store->path, limit_ms, err);
    if (status == STATUS_IO && store->read_only) {
        status = open_immutable(store, err);
        if (!status)
            status = schema_verify(&store->writer, store->path, limit_ms, err);
    }
    return status;
}

static int note_log_size(void *arg, sqlite3 *db, const char *name, int pages)
{
    struct store *store = arg;
    (void)db;
    (void)name;
    store->log_pages = pages;
    return SQLITE_OK;
}

static enum status open_writer(struct store *store, struct error *err)
{
    enum status status =
        sql_open(&store->writer, store->path, SQLITE_OPEN_READWRITE, &store->damaged, err);
    if (!status)
        status = sql_exec(&store->writer,
                          "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                          "PRAGMA secure_delete = ON; PRAGMA cache_size = -16000;"
                          "PRAGMA temp_store = MEMORY;"
                          "CREATE TEMP TABLE doomed (session INTEGER PRIMARY KEY);"
                          "CREATE TEMP TABLE doomed_tickets (id TEXT PRIMARY KEY);",
                          err);
    if (status)
        return status;
    (void)sqlite3_wal_hook(store->writer.db, note_log_size, store);
    return schema_migrate(&store->writer, err);
}

static enum status must_exist(const struct store *store, struct error *err)
{
    if (file_exists(store->path))
        return STATUS_OK;
    (void)error_set(err, STATUS_NOT_FOUND, "there is no database in the data folder %s", store->folder);
    error_hint(err, "name the data folder with --data DIR; `deflect index` and `deflect serve` make a new one");
    return STATUS_NOT_FOUND;
}

static enum status open_database(struct store *store, bool exclusive, struct error *err)
{
    bool there = file_exists(store->path);
    enum status status = STATUS_OK;
    if (!store->read_only && faccessat(AT_FDCWD, store->folder, W_OK, AT_EACCESS) < 0)
        return cannot_write(store->folder, errno, err);
    if (there)
        status = verify(store, exclusive ? CHECK_MS_SERVING : CHECK_MS_COMMAND, err);
    if (store->read_only)
        return status;
    sql_close(&store->writer);
    if (!status)
        status = create_file(store->path, err);
    return status ? status : open_writer(store, err);
}

/* In one transaction, so that two processes that open a new folder agree on one key. */
static enum status open_key(struct store *store, struct error *err)
{
    if (store->read_only)
        return load_key(store, err);
    enum status status = store_write_begin(store, err);
    return status ? status : store_write_end(store, load_key(store, err), err);
}

enum status store_open(const struct store_options *options, struct store **ret, struct error *err)
{
    enum status status = STATUS_OK;
    _cleanup_(store_closep) struct store *store = mem_zero(1, sizeof *store);
    if (!store)
        return error_memory(err);
    (void)pthread_mutex_init(&store->write_mutex, NULL);
    (void)pthread_mutex_init(&store->pool_mutex, NULL);
    store->lock_fd = -1;
    store->read_only = options->read_only;
    store->folder = mem_strdup(options->folder);
    store->path = file_join(options->folder, STORE_DATABASE);
    if (!store->folder || !store->path)
        return error_memory(err);
    if (options->existing || store->read_only)
        status = must_exist(store, err);
    else
        status = file_make_folder(store->folder, 0700, err);
    if (!status && options->exclusive)
        status = lock_folder(store, err);
    if (!status)
        status = open_database(store, options->exclusive, err);
    if (!status)
        status = open_key(store, err);
    if (status)
        return status;
    *ret = steal_pointer(&store);
    return STATUS_OK;
}

struct store *store_close(struct store *store)
{
    if (!store)
        return NULL;
    for (size_t i = 0; i < store->idle_count; i++) {
        sql_close(store->idle[i]);
        (void)mem_free(store->idle[i]);
    }
    sql_close(&store->writer);
    names_forget(store);
    file_closep(&store->lock_fd);
    (void)pthread_mutex_destroy(&store->write_mutex);
    (void)pthread_mutex_destroy(&store->pool_mutex);
    (void)mem_free(store->folder);
    (void)mem_free(store->path);
    return mem_free(store);
}

/* --- readers --- */

enum status reader_take(struct store *store, struct reader *ret, struct error *err)
{
    _cleanup_free_ struct sql *sql = NULL;
    (void)pthread_mutex_lock(&store->pool_mutex);
    if (store->idle_count > 0)
        sql = store->idle[--store->idle_count];
    (void)pthread_mutex_unlock(&store->pool_mutex);
    if (!sql) {
        int flags = SQLITE_OPEN_READONLY | (store->immutable ? SQLITE_OPEN_URI : 0);
        sql = mem_zero(1, sizeof *sql);
        if (!sql)
            return error_memory(err);
        enum status status = sql_open(sql, store->path, flags, &store->damaged, err);
        if (status)
            return status;
    }
    *ret = (struct reader){store, steal_pointer(&sql)};
    return STATUS_OK;
}

void reader_give(struct reader *reader)
{
    struct store *store = reader->store;
    if (!store)
        return;
    (void)pthread_mutex_lock(&store->pool_mutex);
    bool kept = store->idle_count < STORE_READERS_KEPT;
    if (kept)
        store->idle[store->idle_count++] = reader->sql;
    (void)pthread_mutex_unlock(&store->pool_mutex);
    if (!kept) {
        sql_close(reader->sql);
        (void)mem_free(reader->sql);
    }
    *reader = (struct reader){0};
}

/* --- the writer --- */

static enum status may_write(const struct store *store, struct error *err)
{
    if (store->read_only)
        return error_set(err, STATUS_UNAVAILABLE, "the data folder was opened for reading only");
    if (atomic_load(&store->damaged)) {
        error_set(err, STATUS_UNAVAILABLE, "writing has stopped: the database is damaged");
        error_hint(err, "stop the server and start with the newest backup (--data DIR)");
        return STATUS_UNAVAILABLE;
    }
    return STATUS_OK;
}

/* What was remembered of names is forgotten when another process has written (it may have erased
 * them). */
static enum status watch_others(struct store *store, struct error *err)
{
    _cleanup_sql_ sqlite3_stmt *query = sql_prepare(&store->writer, "PRAGMA data_version");
    if (!query || sqlite3_step(query) != SQLITE_ROW)
        return sql_failed(&store->writer, "use the database", err);
    int64_t version = sqlite3_column_int64(query, 0);
    if (version != store->data_version)
        names_forget(store);
    store->data_version = version;
    return STATUS_OK;
}

static enum status run(struct store *store, const char *text, struct error *err)
{
    _cleanup_sql_ sqlite3_stmt *statement = sql_prepare(&store->writer, text);
    if (!statement || !sql_run(statement))
        return sql_failed(&store->writer, "write to the database", err);
    return STATUS_OK;
}

enum status store_write_begin(struct store *store, struct error *err)
{
    enum status status = may_write(store, err);
    if (status)
        return status;
    (void)pthread_mutex_lock(&store->write_mutex);
    status = run(store, "BEGIN IMMEDIATE", err);
    if (!status)
        status = watch_others(store, err);
    return status ? store_write_end(store, status, err) : STATUS_OK;
}

enum status store_write_end(struct store *store, enum status status, struct error *err)
{
    struct sql *sql = &store->writer;
    if (!status)
        status = run(store, "COMMIT", err);
    if (status) {
        if (!sqlite3_get_autocommit(sql->db))
            (void)sqlite3_exec(sql->db, "ROLLBACK", NULL, NULL, NULL);
        names_forget(store);
    }
    atomic_store(&store->write_failed, status == STATUS_UNAVAILABLE || status == STATUS_IO);
    if (!status && store->log_pages >= LOG_PAGES_FOLDED)
        (void)sqlite3_wal_checkpoint_v2(sql->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    (void)pthread_mutex_unlock(&store->write_mutex);
    return status;
}

void store_checkpoint(struct store *store)
{
    if (store->read_only || atomic_load(&store->damaged))
        return;
    (void)pthread_mutex_lock(&store->write_mutex);
    if (store->log_pages > 0) {
        /* Whoever reads just now keeps the log from being emptied; the next time will do. */
        (void)sqlite3_busy_timeout(store->writer.db, 0);
        if (sqlite3_wal_checkpoint_v2(store->writer.db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL,
                                      NULL) == SQLITE_OK)
            store->log_pages = 0;
        (void)sqlite3_busy_timeout(store->writer.db, SQL_BUSY_TIMEOUT_MS);
    }
    (void)pthread_mutex_unlock(&store->write_mutex);
}

static enum status probe_write(struct store *store, struct error *err)
{
    enum status status = store_write_begin(store, err);
    if (status)
        return status;
    return store_write_end(store, meta_set(&store->writer, "write_probe", "1", err), err);
}

enum status store_check(struct store *store, struct error *err)
{
    _cleanup_reader_ struct reader reader = {0};
    _cleanup_free_ char *value = NULL;
    enum status status = store->read_only ? STATUS_OK : may_write(store, err);
    if (!status)
        status = reader_take(store, &reader, err);
    if (!status)
        status = meta_get(reader.sql, "key_check", &value, err);
    if (!status && !store->read_only && atomic_load(&store->write_failed))
        status = probe_write(store, err);
    return status;
}

const char *store_engine_version(void)
{
    return sqlite3_libversion();
}
