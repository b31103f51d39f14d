/* sqlite_link.c: what agents taught and flagged. */
#include "store/flag.h"
#include "store/link.h"
#include "store/sqlite.h"

#include "base/clock.h"

/* --- links --- */

static enum status put_link(struct store *store, const struct link *link, bool *ret_new,
                            struct error *err)
{
    struct sql *sql = &store->writer;
    int64_t article = 0;
    enum status status = names_article(store, link->article, &article, err);
    if (status)
        return status;
    _cleanup_sql_ sqlite3_stmt *known =
        sql_prepare(sql, "SELECT 1 FROM links WHERE ticket = ? AND article = ?");
    _cleanup_sql_ sqlite3_stmt *upsert =
        sql_prepare(sql, "INSERT INTO links (ticket, article, agent, text, at, first)"
                         " VALUES (?1, ?2, ?3, ?4, ?5, ?5) ON CONFLICT DO UPDATE SET"
                         " agent = coalesce(excluded.agent, agent),"
                         " text = coalesce(excluded.text, text), at = excluded.at");
    if (!known || !upsert)
        return sql_failed(sql, "store a link", err);
    sql_bind_text(known, 1, link->ticket);
    sql_bind_int(known, 2, article);
    sql_bind_text(upsert, 1, link->ticket);
    sql_bind_int(upsert, 2, article);
    sql_bind_text(upsert, 3, link->agent);
    sql_bind_text(upsert, 4, link->text);
    sql_bind_int(upsert, 5, link->at_ms);
    bool found = sqlite3_step(known) == SQLITE_ROW;
    if (!sql_run(upsert))
        return sql_failed(sql, "store a link", err);
    if (ret_new)
        *ret_new = !found;
    return STATUS_OK;
}

enum status store_put_link(struct store *store, const struct link *link, bool *ret_new,
                           struct error *err)
{
    enum status status = store_write_begin(store, err);
    if (status)
        return status;
    return store_write_end(store, put_link(store, link, ret_new, err), err);
}

static enum status delete_link(struct sql *sql, const char *ticket, const char *article,
                               struct error *err)
{
    _cleanup_sql_ sqlite3_stmt *statement =
        sql_prepare(sql, "DELETE FROM links WHERE ticket = ? AND article ="
                         " (SELECT id FROM articles WHERE name = ?)");
    if (!statement)
        return sql_failed(sql, "take back a link", err);
    sql_bind_text(statement, 1, ticket);
    sql_bind_text(statement, 2, article);
    if (!sql_run(statement))
        return sql_failed(sql, "take back a link", err);
    if (sqlite3_changes(sql->db) == 0)
        return error_set(err, STATUS_NOT_FOUND, "ticket %s is not linked with article %s", ticket,
                         article);
    return STATUS_OK;
}

enum status store_delete_link(struct store *store, const char *ticket, const char *article,
                              struct error *err)
{
    enum status status = store_write_begin(store, err);
    if (status)
        return status;
    return store_write_end(store, delete_link(&store->writer, ticket, article, err), err);
}

/* Links of any or one article, of any or one ticket: only what is asked for is a condition, so that
 * the indexes serve. */
#define LINKS                                                                                      \
    "SELECT l.ticket, a.name, l.agent, l.text, l.at FROM links l JOIN articles a ON a.id = "       \
    "l.article WHERE l.at >= ?1"
#define LINKS_IN_ORDER " ORDER BY l.at, l.ticket, a.name"
static const char *const links_by[2][2] = {
    {LINKS LINKS_IN_ORDER, LINKS " AND l.ticket = ?3" LINKS_IN_ORDER},
    {LINKS " AND a.name = ?2" LINKS_IN_ORDER,
     LINKS " AND a.name = ?2 AND l.ticket = ?3" LINKS_IN_ORDER},
};

enum status store_each_link(struct store *store, int64_t since_ms, const char *article,
                            const char *ticket, store_link_fn *each, void *arg, struct error *err)
{
    _cleanup_reader_ struct reader reader = {0};
    int code = SQLITE_ERROR;
    enum status status = reader_take(store, &reader, err);
    if (status)
        return status;
    _cleanup_sql_ sqlite3_stmt *query =
        sql_prepare(reader.sql, links_by[article != NULL][ticket != NULL]);
    if (query) {
        sql_bind_int(query, 1, since_ms);
        if (article)
            sql_bind_text(query, 2, article);
        if (ticket)
            sql_bind_text(query, 3, ticket);
    }
    while (query && (code = sqlite3_step(query)) == SQLITE_ROW) {
        struct link link = {sql_text(query, 0), sql_text(query, 1), sql_text(query, 2),
                            sql_text(query, 3), sqlite3_column_int64(query, 4)};
        if (!each(arg, &link))
            return STATUS_OK;
    }
    return code == SQLITE_DONE ? STATUS_OK : sql_failed(reader.sql, "read links", err);
}

enum status store_count_links(struct store *store, const char *article, int64_t from_ms,
                              int64_t to_ms, struct link_counts *ret, struct error *err)
{
    _cleanup_reader_ struct reader reader = {0};
    enum status status = reader_take(store, &reader, err);
    if (status)
        return status;
    _cleanup_sql_ sqlite3_stmt *query = sql_prepare(
        reader.sql, "SELECT count(*), coalesce(sum(t.reopened >= l.first), 0) FROM links l"
                    " JOIN articles a ON a.id = l.article LEFT JOIN tickets t ON t.id = l.ticket"
                    " WHERE a.name = ? AND l.first >= ? AND l.first < ?"
                    " AND coalesce(t.status, 0) < 4"); /* merged and spam count nowhere */
    if (query) {
        sql_bind_text(query, 1, article);
        sql_bind_int(query, 2, from_ms);
        sql_bind_int(query, 3, to_ms);
    }
    if (!query || sqlite3_step(query) != SQLITE_ROW)
        return sql_failed(reader.sql, "count links", err);
    *ret = (struct link_counts){sqlite3_column_int64(query, 0), sqlite3_column_int64(query, 1)};
    return STATUS_OK;
}

/* --- flags --- */

static enum status add_flag(struct sql *sql, const struct flag *flag, int64_t *ret_id,
                            struct error *err)
{
    _cleanup_sql_ sqlite3_stmt *insert =
        sql_prepare(sql, "INSERT INTO flags (kind, state, article, ticket, note, agent, owner,"
                         " created, updated) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8)");
    if (!insert)
        return sql_failed(sql, "store a flag", err);
    sql_bind_int(insert, 1, flag->kind);
    sql_bind_int(insert, 2, flag->state);
    sql_bind_text(insert, 3, flag->article);
    sql_bind_text(insert, 4, flag->ticket);
    sql_bind_text(insert, 5, flag->note);
    sql_bind_text(insert, 6, flag->agent);
    sql_bind_text(insert, 7, flag->owner);
    sql_bind_int(insert, 8, clock_now_ms());
    if (!sql_run(insert))
        return sql_failed(sql, "store a flag", err);
    *ret_id = sqlite3_last_insert_rowid(sql->db);
    return STATUS_OK;
}

enum status store_add_flag(struct store *store, const struct flag *flag, int64_t *ret_id,
                           struct error *err)
{
    enum status status = store_write_begin(store, err);
    if (status)
        return status;
    return store_write_end(store, add_flag(&store->writer, flag, ret_id, err), err);
}

static enum status set_flag(struct sql *sql, int64_t id, enum flag_state state, const char *owner,
                            const char *answer, struct error *err)
{
    _cleanup_sql_ sqlite3_stmt *update =
        sql_prepare(sql, "UPDATE flags SET state = ?1, owner = coalesce(?2, owner),"
                         " answer = coalesce(?5, answer), updated = ?3 WHERE id = ?4");
    if (!update)
        return sql_failed(sql, "change a flag", err);
    sql_bind_int(update, 1, state);
    sql_bind_text(update, 2, owner);
    sql_bind_int(update, 3, clock_now_ms());
    sql_bind_int(update, 4, id);
    sql_bind_text(update, 5, answer);
    if (!sql_run(update))
        return sql_failed(sql, "change a flag", err);
    if (sqlite3_changes(sql->db) == 0)
        return error_set(err, STATUS_NOT_FOUND, "there is no flag %lld", (long long)id);
    return STATUS_OK;
}

enum status store_set_flag(struct store *store, int64_t id, enum flag_state state,
                           const char *owner, const char *answer, struct error *err)
{
    enum status status = store_write_begin(store, err);
    if (status)
        return status;
    return store_write_end(store, set_flag(&store->writer, id, state, owner, answer, err), err);
}

enum status store_each_flag(struct store *store, const enum flag_state *state, store_flag_fn *each,
                            void *arg, struct error *err)
{
    _cleanup_reader_ struct reader reader = {0};
    int code = SQLITE_ERROR;
    enum status status = reader_take(store, &reader, err);
    if (status)
        return status;
    _cleanup_sql_ sqlite3_stmt *query = sql_prepare(
        reader.sql,
        "SELECT id, kind, state, article, ticket, note, agent, owner, created,"
        " updated, answer FROM flags WHERE ?1 < 0 OR state = ?1 ORDER BY created DESC, id DESC");
    if (query)
        sql_bind_int(query, 1, state ? (int64_t)*state : -1);
    while (query && (code = sqlite3_step(query)) == SQLITE_ROW) {
        struct flag flag = {
            .id = sqlite3_column_int64(query, 0),
            .kind = (enum flag_kind)sqlite3_column_int(query, 1),
            .state = (enum flag_state)sqlite3_column_int(query, 2),
            .article = sql_text(query, 3),
            .ticket = sql_text(query, 4),
            .note = sql_text(query, 5),
            .agent = sql_text(query, 6),
            .owner = sql_text(query, 7),
            .created_ms = sqlite3_column_int64(query, 8),
            .updated_ms = sqlite3_column_int64(query, 9),
            .answer = sql_text(query, 10),
        };
        if (!each(arg, &flag))
            return STATUS_OK;
    }
    return code == SQLITE_DONE ? STATUS_OK : sql_failed(reader.sql, "read flags", err);
}
