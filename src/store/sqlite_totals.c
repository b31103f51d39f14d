/* sqlite_totals.c: whose part is stale, what it was, and the totals. */
#include "store/totals.h"

#include "store/sqlite.h"

struct store_roll {
    struct store *store;
    struct sql *sql;
    int64_t session, contact; /* contact: to be worked out next, after this session; 0: none */
};

enum status store_roll_begin(struct store *store, struct store_roll **ret, struct error *err)
{
    struct store_roll *roll = mem_zero(1, sizeof *roll);
    if (!roll)
        return error_memory(err);
    const enum status status = store_write_begin(store, err);
    if (status) {
        mem_free(roll);
        return status;
    }
    *roll = (struct store_roll){.store = store, .sql = &store->writer};
    *ret = roll;
    return STATUS_OK;
}

/* Runs TEXT with up to four numbers bound. */
static enum status run(struct sql *sql, const char *text, const int64_t *values, int count,
                       struct error *err)
{
    _cleanup_sql_ sqlite3_stmt *statement = sql_prepare(sql, text);
    for (int i = 0; statement && i < count; i++)
        sql_bind_int(statement, i + 1, values[i]);
    if (!statement || !sql_run(statement))
        return sql_failed(sql, "keep the totals", err);
    return STATUS_OK;
}

/* A contact whose turn did not come is left for the next roll. */
static enum status leave_contact(struct store_roll *roll, struct error *err)
{
    const int64_t values[] = {roll->session, roll->contact};
    return !roll->contact
               ? STATUS_OK
               : run(roll->sql, "INSERT OR REPLACE INTO stale VALUES (?, ?)", values, 2, err);
}

enum status store_roll_end(struct store_roll *roll, enum status status, struct error *err)
{
    struct store *store = roll->store;
    if (!status)
        status = leave_contact(roll, err);
    mem_free(roll);
    return store_write_end(store, status, err);
}

/* ---- People ---- */

/* Takes the next stale session: its contact is worked out too, and with it all of that contact's.
 */
static enum status next_stale(struct store_roll *roll, struct store_person *ret, bool *ret_found,
                              struct error *err)
{
    struct sql *sql = roll->sql;
    int64_t session;
    {
        _cleanup_sql_ sqlite3_stmt *query =
            sql_prepare(sql, "SELECT t.session, ifnull(t.contact, s.contact) FROM stale t"
                             " LEFT JOIN sessions s ON s.id = t.session LIMIT 1");
        const int code = query ? sqlite3_step(query) : SQLITE_ERROR;
        if (code == SQLITE_DONE)
            return STATUS_OK;
        if (code != SQLITE_ROW)
            return sql_failed(sql, "keep the totals", err);
        session = sqlite3_column_int64(query, 0);
        roll->contact = sqlite3_column_int64(query, 1);
    }
    roll->session = session;
    *ret = (struct store_person){.row = session};
    *ret_found = true;
    return run(sql, "DELETE FROM stale WHERE session = ?", &session, 1, err);
}

static enum status next_contact(struct store_roll *roll, struct store_person *ret, bool *ret_found,
                                struct error *err)
{
    const int64_t contact = roll->contact;
    *ret = (struct store_person){true, contact};
    *ret_found = true;
    roll->contact = 0;
    /* A session that has gone is kept in mind until its own turn: it may have had a part alone. */
    return run(roll->sql,
               "DELETE FROM stale WHERE session IN (SELECT t.session FROM stale t JOIN sessions s"
               " ON s.id = t.session WHERE s.contact = ?1 AND NOT EXISTS (SELECT 1 FROM parts p"
               " WHERE p.contact = 0 AND p.person = t.session) AND ifnull(t.contact, ?1) = ?1)",
               &contact, 1, err);
}

static enum status next_due(struct store_roll *roll, int64_t now_ms, struct store_person *ret,
                            bool *ret_found, struct error *err)
{
    _cleanup_sql_ sqlite3_stmt *query = sql_prepare(
        roll->sql, "SELECT contact, person FROM parts WHERE due <= ? ORDER BY due LIMIT 1");
    if (query)
        sql_bind_int(query, 1, now_ms);
    const int code = query ? sqlite3_step(query) : SQLITE_ERROR;
    if (code != SQLITE_ROW)
        return code == SQLITE_DONE ? STATUS_OK : sql_failed(roll->sql, "keep the totals", err);
    *ret = (struct store_person){sqlite3_column_int(query, 0) != 0, sqlite3_column_int64(query, 1)};
    *ret_found = true;
    return STATUS_OK;
}

enum status store_roll_next(struct store_roll *roll, int64_t now_ms, struct store_person *ret,
                            bool *ret_found, struct error *err)
{
    *ret_found = false;
    if (roll->contact)
        return next_contact(roll, ret, ret_found, err);
    const enum status status = next_stale(roll, ret, ret_found, err);
    return status || *ret_found ? status : next_due(roll, now_ms, ret, ret_found, err);
}

enum status store_roll_each_event(struct store_roll *roll, const struct store_person *person,
                                  store_event_fn *each, void *arg, struct error *err)
{
    return person->contact ? sql_each_contact_event(roll->sql, person->row, each, arg, err)
                           : sql_each_alone_event(roll->sql, person->row, each, arg, err);
}

/* ---- Parts ---- */

/* Appends the one blob that QUERY finds. */
static enum status read_blob(struct sql *sql, sqlite3_stmt *query, struct buf *ret,
                             struct error *err)
{
    const int code = query ? sqlite3_step(query) : SQLITE_ERROR;
    if (code == SQLITE_ROW)
        buf_add(ret, sqlite3_column_blob(query, 0), (size_t)sqlite3_column_bytes(query, 0));
    else if (code != SQLITE_DONE)
        return sql_failed(sql, "read the totals", err);
    return ret->failed ? error_memory(err) : STATUS_OK;
}

enum status store_roll_part(struct store_roll *roll, const struct store_person *person,
                            struct buf *ret, struct error *err)
{
    _cleanup_sql_ sqlite3_stmt *query =
        sql_prepare(roll->sql, "SELECT part FROM parts WHERE contact = ? AND person = ?");
    if (query) {
        sql_bind_int(query, 1, person->contact);
        sql_bind_int(query, 2, person->row);
    }
    return read_blob(roll->sql, query, ret, err);
}

enum status store_roll_set_part(struct store_roll *roll, const struct store_person *person,
                                struct slice part, int64_t due_ms, struct error *err)
{
    const int64_t key[] = {person->contact, person->row};
    if (part.length == 0 && due_ms < 0)
        return run(roll->sql, "DELETE FROM parts WHERE contact = ? AND person = ?", key, 2, err);
    _cleanup_sql_ sqlite3_stmt *put =
        sql_prepare(roll->sql, "INSERT INTO parts (contact, person, due, part) VALUES (?1, ?2,"
                               " nullif(?3, -1), ?4) ON CONFLICT DO UPDATE SET"
                               " due = nullif(?3, -1), part = ?4");
    if (put) {
        sql_bind_int(put, 1, key[0]);
        sql_bind_int(put, 2, key[1]);
        sql_bind_int(put, 3, due_ms < 0 ? -1 : due_ms);
        (void)sqlite3_bind_blob64(put, 4, part.length ? part.ptr : "", part.length, SQLITE_STATIC);
    }
    return put && sql_run(put) ? STATUS_OK : sql_failed(roll->sql, "keep the totals", err);
}

/* ---- Totals ---- */

enum status store_roll_cell(struct store_roll *roll, struct slice name, int64_t *ret,
                            struct error *err)
{
    struct sql *sql = roll->sql;
    _cleanup_sql_ sqlite3_stmt *find = sql_prepare(sql, "SELECT id FROM cells WHERE name = ?");
    _cleanup_sql_ sqlite3_stmt *add = sql_prepare(sql, "INSERT INTO cells (name) VALUES (?)");
    if (!find || !add)
        return sql_failed(sql, "keep the totals", err);
    (void)sqlite3_bind_blob64(find, 1, name.ptr, name.length, SQLITE_STATIC);
    const int code = sqlite3_step(find);
    if (code == SQLITE_ROW) {
        *ret = sqlite3_column_int64(find, 0);
        return STATUS_OK;
    }
    (void)sqlite3_bind_blob64(add, 1, name.ptr, name.length, SQLITE_STATIC);
    if (code != SQLITE_DONE || !sql_run(add))
        return sql_failed(sql, "keep the totals", err);
    *ret = sqlite3_last_insert_rowid(sql->db);
    return STATUS_OK;
}

static void bind_total(sqlite3_stmt *statement, const struct store_total *total)
{
    sql_bind_int(statement, 1, total->kind);
    sql_bind_int(statement, 2, total->block);
    sql_bind_int(statement, 3, total->day);
    sql_bind_int(statement, 4, total->cell);
}

enum status store_roll_total(struct store_roll *roll, const struct store_total *total,
                             struct buf *ret, struct error *err)
{
    _cleanup_sql_ sqlite3_stmt *query = sql_prepare(
        roll->sql,
        "SELECT total FROM totals WHERE kind = ? AND block = ? AND day = ? AND cell = ?");
    if (query)
        bind_total(query, total);
    return read_blob(roll->sql, query, ret, err);
}

enum status store_roll_set_total(struct store_roll *roll, const struct store_total *total,
                                 struct slice bytes, struct error *err)
{
    _cleanup_sql_ sqlite3_stmt *put =
        bytes.length ? sql_prepare(roll->sql, "INSERT INTO totals (kind, block, day, cell, total)"
                                              " VALUES (?1, ?2, ?3, ?4, ?5)"
                                              " ON CONFLICT DO UPDATE SET total = ?5")
                     : sql_prepare(roll->sql, "DELETE FROM totals WHERE kind = ? AND block = ?"
                                              " AND day = ? AND cell = ?");
    if (put)
        bind_total(put, total);
    if (put && bytes.length)
        (void)sqlite3_bind_blob64(put, 5, bytes.ptr, bytes.length, SQLITE_STATIC);
    return put && sql_run(put) ? STATUS_OK : sql_failed(roll->sql, "keep the totals", err);
}

static struct slice blob_at(sqlite3_stmt *row, int column)
{
    const char *bytes = sqlite3_column_blob(row, column);
    return (struct slice){bytes, (size_t)sqlite3_column_bytes(row, column)};
}

enum status store_each_total(struct store *store, int kind, bool block, int64_t from, int64_t to,
                             store_total_fn *each, void *arg, struct error *err)
{
    _cleanup_reader_ struct reader reader = {0};
    const enum status status = reader_take(store, &reader, err);
    if (status)
        return status;
    _cleanup_sql_ sqlite3_stmt *query = sql_prepare(
        reader.sql,
        "SELECT t.day, c.name, t.total FROM totals t CROSS JOIN cells c ON c.id = t.cell"
        " WHERE t.kind = ? AND t.block = ? AND t.day >= ? AND t.day < ?");
    int code = SQLITE_ERROR;
    if (query) {
        sql_bind_int(query, 1, kind);
        sql_bind_int(query, 2, block);
        sql_bind_int(query, 3, from);
        sql_bind_int(query, 4, to);
    }
    while (query && (code = sqlite3_step(query)) == SQLITE_ROW) {
        if (!each(arg, sqlite3_column_int64(query, 0), blob_at(query, 1), blob_at(query, 2)))
            return STATUS_OK;
    }
    return code == SQLITE_DONE ? STATUS_OK : sql_failed(reader.sql, "read the totals", err);
}

enum status store_roll_reset(struct store_roll *roll, int64_t since, struct error *err)
{
    static const char *const steps[] = {
        "DELETE FROM parts", "DELETE FROM totals WHERE block OR day >= ?", "DELETE FROM stale",
        "INSERT INTO stale (session) SELECT id FROM sessions"};
    enum status status = STATUS_OK;
    for (size_t i = 0; !status && i < ARRAY_LENGTH(steps); i++)
        status = run(roll->sql, steps[i], &since, i == 1, err);
    roll->contact = 0;
    return status;
}

enum status store_roll_get_meta(struct store_roll *roll, const char *name, char **ret,
                                struct error *err)
{
    return meta_get(roll->sql, name, ret, err);
}

enum status store_roll_set_meta(struct store_roll *roll, const char *name, const char *value,
                                struct error *err)
{
    return meta_set(roll->sql, name, value, err);
}

enum status store_find_stale(struct store *store, int64_t now_ms, bool *ret, struct error *err)
{
    _cleanup_reader_ struct reader reader = {0};
    const enum status status = reader_take(store, &reader, err);
    if (status)
        return status;
    _cleanup_sql_ sqlite3_stmt *query =
        sql_prepare(reader.sql, "SELECT EXISTS (SELECT 1 FROM stale)"
                                " OR EXISTS (SELECT 1 FROM parts WHERE due <= ?)");
    if (query)
        sql_bind_int(query, 1, now_ms);
    if (!query || sqlite3_step(query) != SQLITE_ROW)
        return sql_failed(reader.sql, "read the totals", err);
    *ret = sqlite3_column_int(query, 0) != 0;
    return STATUS_OK;
}
