/* sqlite.h: what the files of the embedded store share: connections, kept statements, transactions.
 *
 * Only the sqlite_*.c files include it. One connection writes, under a mutex; reads take others
 * from a pool, so that a report never waits for the writer nor the writer for a report (WAL). */
#ifndef DEFLECT_STORE_SQLITE_H
#define DEFLECT_STORE_SQLITE_H

#include "base/digest.h"
#include "store/store.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>

#define STORE_DATABASE "deflect.db"
#define STORE_KEY "secret.key"
#define STORE_LOCK "server.lock"
#define STORE_READERS_KEPT 8      /* connections that stay open when nobody reads */
#define SQL_BUSY_TIMEOUT_MS 10000 /* how long another process may hold the database */

/* A connection with its statements, prepared once and kept. Belongs to one thread at a time. */
struct sql {
    sqlite3 *db;
    atomic_bool *damaged; /* the store's flag, set when SQLite reports damage */
    struct sql_kept {
        const char *text; /* a literal: known by its address */
        sqlite3_stmt *statement;
    } kept[96];
    size_t kept_count;
};

/* Short-term memory of the writer: name → row of a dictionary table. Its entries hold until another
 * connection writes or a transaction is rolled back. */
struct sql_cache {
    struct sql_cached {
        char *name;
        int64_t row;
        int64_t contact; /* of a session: the row of its contact, 0: none */
    } slots[4096];
};

struct store {
    char *folder, *path;
    bool read_only, immutable;
    int lock_fd; /* of the server's lock; -1: not held */
    unsigned char key[DIGEST_BYTES];
    atomic_bool damaged;      /* found after opening: nothing is written any more */
    atomic_bool write_failed; /* the last transaction could not be written (disk full) */

    pthread_mutex_t write_mutex; /* guards the six below */
    struct sql writer;
    struct sql_cache sessions, contacts, articles;
    int64_t data_version; /* moves when another connection commits */
    int64_t log_pages;    /* in the write-ahead log after the last commit */

    pthread_mutex_t pool_mutex; /* guards the two below */
    struct sql *idle[STORE_READERS_KEPT];
    size_t idle_count;
};

/* --- sqlite.c: connections and statements --- */

/* Opens PATH with SQLite's open FLAGS and our settings. */
enum status sql_open(struct sql *sql, const char *path, int flags, atomic_bool *damaged,
                     struct error *err);
void sql_close(struct sql *sql);

/* Runs TEXT, one or more statements without parameters or result. */
enum status sql_exec(struct sql *sql, const char *text, struct error *err);

/* The kept statement TEXT (a literal), reset and ready to bind; NULL with the reason in
 * sqlite3_errmsg. */
sqlite3_stmt *sql_prepare(struct sql *sql, const char *text);

/* Resets what sql_prepare gave, so that it holds neither locks nor borrowed texts. */
void sql_reset(sqlite3_stmt **statement);
#define _cleanup_sql_ _cleanup_(sql_reset)

/* Binds parameter INDEX (from 1). Texts are borrowed until the reset; NULL binds NULL. */
void sql_bind_int(sqlite3_stmt *statement, int index, int64_t value);
void sql_bind_text(sqlite3_stmt *statement, int index, const char *text);

/* Steps a statement that returns no row; true when done. */
bool sql_run(sqlite3_stmt *statement);

/* Column INDEX as a text borrowed until the next step, NULL where it is NULL. */
char *sql_text(sqlite3_stmt *statement, int index);

/* Says what SQLite's last error on SQL means; DOING completes "cannot …". */
enum status sql_failed(struct sql *sql, const char *doing, struct error *err);

/* --- sqlite_store.c: who may work when --- */

/* Takes the writing connection and begins a transaction. Errors: UNAVAILABLE (read-only, or stopped
 * by damage), LOCKED (another process wrote for too long), IO. On success store_write_end must
 * follow. */
enum status store_write_begin(struct store *store, struct error *err);

/* Commits where STATUS is OK, else rolls back; gives the connection back. Returns what became of
 * it. */
enum status store_write_end(struct store *store, enum status status, struct error *err);

/* A reading connection from the pool, given back at the end of the scope. */
struct reader {
    struct store *store;
    struct sql *sql;
};
enum status reader_take(struct store *store, struct reader *ret, struct error *err);
void reader_give(struct reader *reader);
#define _cleanup_reader_ _cleanup_(reader_give)

/* --- sqlite_schema.c --- */

#define SCHEMA_APPLICATION_ID 0x44664C63 /* "DfLc", in the header of every database of ours */

/* What makes a database of version N: the first N of these, in order. */
extern const char *const schema_steps[];
extern const size_t schema_step_count;

/* Refuses a database that is not ours or newer, and what quick_check finds within LIMIT_MS. */
enum status schema_verify(struct sql *sql, const char *path, int limit_ms, struct error *err);

/* Brings the database up to this version, in one transaction. */
enum status schema_migrate(struct sql *sql, struct error *err);

/* --- sqlite_meta.c: within a transaction of the caller --- */

enum status meta_get(struct sql *sql, const char *name, char **ret, struct error *err);
enum status meta_set(struct sql *sql, const char *name, const char *value, struct error *err);

/* --- sqlite_read.c --- */

/* The events of all sessions of a contact; those of a session, where it names no contact. In order. */
enum status sql_each_contact_event(struct sql *sql, int64_t contact, store_event_fn *each,
                                   void *arg, struct error *err);
enum status sql_each_alone_event(struct sql *sql, int64_t session, store_event_fn *each, void *arg,
                                 struct error *err);

/* --- sqlite_names.c: dictionaries of names --- */

/* Forgets what was remembered: rows may have gone. */
void names_forget(struct store *store);

/* The row of an article or of a contact's hash, made when missing. In a write transaction only. */
enum status names_article(struct store *store, const char *name, int64_t *ret, struct error *err);
enum status names_contact(struct store *store, const char *hash, int64_t *ret, struct error *err);

/* The row of session NAME, made when missing and bound to CONTACT_HASH (NULL: not known) where it
 * has no contact yet; of a session derived from both where it belongs to another contact. In a
 * write transaction only. */
enum status names_session(struct store *store, const char *name, const char *contact_hash,
                          int64_t *ret, struct error *err);

#endif
