/* sqlite_mark.c: writers' marks on tasks, and the alerts that were sent. */
#include "store/mark.h"
#include "store/sqlite.h"

static const char *const state_names[] = {
    [MARK_OPEN] = "open",
    [MARK_TAKEN] = "taken",
    [MARK_POSTPONED] = "postponed",
    [MARK_DISMISSED] = "dismissed",
};

const char *mark_state_name(enum mark_state state)
{
    return state_names[state];
}

bool mark_state_parse(struct slice name, enum mark_state *ret)
{
    for (size_t i = 0; i < ARRAY_LENGTH(state_names); i++) {
        if (slice_equal(name, slice_of(state_names[i]))) {
            *ret = (enum mark_state)i;
            return true;
        }
    }
    return false;
}

/* --- marks --- */

static enum status put_mark(struct sql *sql, const struct mark *mark, struct error *err)
{
    _cleanup_sql_ sqlite3_stmt *put =
        mark->state == MARK_OPEN
            ? sql_prepare(sql, "DELETE FROM marks WHERE task = ?1")
            : sql_prepare(sql, "INSERT OR REPLACE INTO marks (task, state, tickets, owner, at)"
                               " VALUES (?1, ?2, ?3, ?4, ?5)");
    if (!put)
        return sql_failed(sql, "mark a task", err);
    sql_bind_text(put, 1, mark->task);
    if (mark->state != MARK_OPEN) {
        sql_bind_int(put, 2, mark->state);
        (void)sqlite3_bind_double(put, 3, mark->tickets);
        sql_bind_text(put, 4, mark->owner);
        sql_bind_int(put, 5, mark->at_ms);
    }
    return sql_run(put) ? STATUS_OK : sql_failed(sql, "mark a task", err);
}

enum status store_put_mark(struct store *store, const struct mark *mark, struct error *err)
{
    enum status status = store_write_begin(store, err);
    if (status)
        return status;
    return store_write_end(store, put_mark(&store->writer, mark, err), err);
}

enum status store_each_mark(struct store *store, store_mark_fn *each, void *arg, struct error *err)
{
    _cleanup_reader_ struct reader reader = {0};
    int code = SQLITE_ERROR;
    enum status status = reader_take(store, &reader, err);
    if (status)
        return status;
    _cleanup_sql_ sqlite3_stmt *query = sql_prepare(
        reader.sql, "SELECT task, state, tickets, owner, at FROM marks ORDER BY task");
    while (query && (code = sqlite3_step(query)) == SQLITE_ROW) {
        const struct mark mark = {sql_text(query, 0), (enum mark_state)sqlite3_column_int(query, 1),
                                  sqlite3_column_double(query, 2), sql_text(query, 3),
                                  sqlite3_column_int64(query, 4)};
        if (!each(arg, &mark))
            return STATUS_OK;
    }
    return code == SQLITE_DONE ? STATUS_OK : sql_failed(reader.sql, "read marks", err);
}

/* --- alerts --- */

enum status store_alert_was_sent(struct store *store, const char *alert, bool *ret,
                                 struct error *err)
{
    _cleanup_reader_ struct reader reader = {0};
    enum status status = reader_take(store, &reader, err);
    if (status)
        return status;
    _cleanup_sql_ sqlite3_stmt *query =
        sql_prepare(reader.sql, "SELECT 1 FROM alerts WHERE alert = ?");
    if (query)
        sql_bind_text(query, 1, alert);
    const int code = query ? sqlite3_step(query) : SQLITE_ERROR;
    *ret = code == SQLITE_ROW;
    return code == SQLITE_ROW || code == SQLITE_DONE ? STATUS_OK
                                                     : sql_failed(reader.sql, "read alerts", err);
}

static enum status note_alert(struct sql *sql, const char *alert, int64_t at_ms, int64_t forget_ms,
                              struct error *err)
{
    _cleanup_sql_ sqlite3_stmt *forget = sql_prepare(sql, "DELETE FROM alerts WHERE at < ?");
    _cleanup_sql_ sqlite3_stmt *note =
        sql_prepare(sql, "INSERT OR REPLACE INTO alerts (alert, at) VALUES (?, ?)");
    if (!forget || !note)
        return sql_failed(sql, "note an alert", err);
    sql_bind_int(forget, 1, forget_ms);
    sql_bind_text(note, 1, alert);
    sql_bind_int(note, 2, at_ms);
    return sql_run(forget) && sql_run(note) ? STATUS_OK : sql_failed(sql, "note an alert", err);
}

enum status store_note_alert(struct store *store, const char *alert, int64_t at_ms,
                             int64_t forget_ms, struct error *err)
{
    enum status status = store_write_begin(store, err);
    if (status)
        return status;
    return store_write_end(store, note_alert(&store->writer, alert, at_ms, forget_ms, err), err);
}
