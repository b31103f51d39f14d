/* sqlite.c: connections to SQLite, kept statements, and what its errors mean. */
#include "store/sqlite.h"
enum status sql_open(struct sql *sql, const char *path, int flags, atomic_bool *damaged,
                     struct error *err)
{
    *sql = (struct sql){.damaged = damaged};
    int code = sqlite3_open_v2(path, &sql->db, flags | SQLITE_OPEN_NOMUTEX, NULL);
    if (code != SQLITE_OK) {
        enum status status = sql_failed(sql, "open the database", err);
        sql_close(sql);
        return status;
    }
    (void)sqlite3_extended_result_codes(sql->db, 1);
    (void)sqlite3_busy_timeout(sql->db, SQL_BUSY_TIMEOUT_MS);
    (void)sqlite3_db_config(sql->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    (void)sqlite3_db_config(sql->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    return STATUS_OK;
}

void sql_close(struct sql *sql)
{
    for (size_t i = 0; i < sql->kept_count; i++)
        (void)sqlite3_finalize(sql->kept[i].statement);
    (void)sqlite3_close(sql->db);
    *sql = (struct sql){0};
}

enum status sql_exec(struct sql *sql, const char *text, struct error *err)
{
    if (sqlite3_exec(sql->db, text, NULL, NULL, NULL) != SQLITE_OK)
        return sql_failed(sql, "use the database", err);
    return STATUS_OK;
}

/* Makes room for one more kept statement; false where all are running. */
static bool drop_one(struct sql *sql)
{
    for (size_t i = 0; i < sql->kept_count; i++) {
        if (sqlite3_stmt_busy(sql->kept[i].statement))
            continue;
        (void)sqlite3_finalize(sql->kept[i].statement);
        sql->kept[i] = sql->kept[--sql->kept_count];
        return true;
    }
    return false;
}

sqlite3_stmt *sql_prepare(struct sql *sql, const char *text)
{
    sqlite3_stmt *statement = NULL;
    for (size_t i = 0; i < sql->kept_count; i++)
        if (sql->kept[i].text == text)
            return sql->kept[i].statement;
    if (sql->kept_count == ARRAY_LENGTH(sql->kept) && !drop_one(sql))
        return NULL;
    if (sqlite3_prepare_v3(sql->db, text, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL))
        return NULL;
    sql->kept[sql->kept_count++] = (struct sql_kept){text, statement};
    return statement;
}

void sql_reset(sqlite3_stmt **statement)
{
    if (!*statement)
        return;
    (void)sqlite3_reset(*statement);
    (void)sqlite3_clear_bindings(*statement);
}

void sql_bind_int(sqlite3_stmt *statement, int index, int64_t value)
{
    (void)sqlite3_bind_int64(statement, index, value);
}

void sql_bind_text(sqlite3_stmt *statement, int index, const char *text)
{
    (void)sqlite3_bind_text(statement, index, text, -1, SQLITE_STATIC);
}

bool sql_run(sqlite3_stmt *statement)
{
    return sqlite3_step(statement) == SQLITE_DONE;
}

char *sql_text(sqlite3_stmt *statement, int index)
{
    return (char *)sqlite3_column_text(statement, index);
}

static enum status damaged(struct sql *sql, const char *doing, struct error *err)
{
    atomic_store(sql->damaged, true);
    error_set(err, STATUS_CORRUPT, "cannot %s: the database is damaged (%s)", doing,
              sqlite3_errmsg(sql->db));
    error_hint(err, "start with the newest copy made by `deflect backup DIR` (--data DIR), or save "
                    "what is readable with `sqlite3 " STORE_DATABASE " .recover`");
    return STATUS_CORRUPT;
}

/* The file could not grow: a state that mends itself when room is made. */
static enum status not_written(const char *doing, const char *reason, struct error *err)
{
    error_set(err, STATUS_UNAVAILABLE, "cannot %s: %s", doing, reason);
    error_hint(err, "make room on the disk (or raise the quota); writing goes on by itself then");
    return STATUS_UNAVAILABLE;
}

enum status sql_failed(struct sql *sql, const char *doing, struct error *err)
{
    int code = sqlite3_errcode(sql->db) & 0xFF;
    const char *reason = sqlite3_errmsg(sql->db);
    switch (code) {
    case SQLITE_FULL:
        return not_written(doing, "no room on the disk", err);
    case SQLITE_OK: /* a step that lacks memory at its very start leaves no code behind */
    case SQLITE_NOMEM:
        return error_memory(err);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return damaged(sql, doing, err);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return error_set(err, STATUS_LOCKED, "cannot %s: another process holds the database",
                         doing);
    case SQLITE_IOERR:
        if (sqlite3_extended_errcode(sql->db) == SQLITE_IOERR_WRITE)
            return not_written(doing, "the disk takes no more", err);
        return error_set(err, STATUS_IO, "cannot %s: %s", doing, reason);
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
        return error_set(err, STATUS_IO, "cannot %s: %s", doing, reason);
    default:
        return error_set(err, STATUS_INTERNAL, "cannot %s: %s", doing, reason);
    }
}
