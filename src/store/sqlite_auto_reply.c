/* sqlite_auto_reply.c: sure answers to tickets, and what was done with them. */
#include "store/auto_reply.h"
#include "store/sqlite.h"

static enum status note(struct store *store, const struct auto_reply *reply, bool *ret_new,
                        struct error *err)
{
    struct sql *sql = &store->writer;
    int64_t article = 0;
    enum status status = names_article(store, reply->article, &article, err);
    if (status)
        return status;
    _cleanup_sql_ sqlite3_stmt *insert =
        sql_prepare(sql, "INSERT OR IGNORE INTO auto_replies (ticket, article, code, state, at)"
                         " VALUES (?, ?, ?, ?, ?)");
    if (!insert)
        return sql_failed(sql, "store an automatic reply", err);
    sql_bind_text(insert, 1, reply->ticket);
    sql_bind_int(insert, 2, article);
    sql_bind_text(insert, 3, reply->code);
    sql_bind_int(insert, 4, reply->state);
    sql_bind_int(insert, 5, reply->at_ms);
    if (!sql_run(insert))
        return sql_failed(sql, "store an automatic reply", err);
    *ret_new = sqlite3_changes(sql->db) > 0;
    return STATUS_OK;
}

enum status store_note_auto_reply(struct store *store, const struct auto_reply *reply,
                                  bool *ret_new, struct error *err)
{
    enum status status = store_write_begin(store, err);
    if (status)
        return status;
    return store_write_end(store, note(store, reply, ret_new, err), err);
}

static enum status set_state(struct sql *sql, const char *ticket, enum auto_reply_state state,
                             struct error *err)
{
    _cleanup_sql_ sqlite3_stmt *update =
        sql_prepare(sql, "UPDATE auto_replies SET state = ? WHERE ticket = ?");
    if (update) {
        sql_bind_int(update, 1, state);
        sql_bind_text(update, 2, ticket);
    }
    if (!update || !sql_run(update))
        return sql_failed(sql, "store an automatic reply", err);
    return STATUS_OK;
}

enum status store_set_auto_reply(struct store *store, const char *ticket,
                                 enum auto_reply_state state, struct error *err)
{
    enum status status = store_write_begin(store, err);
    if (status)
        return status;
    return store_write_end(store, set_state(&store->writer, ticket, state, err), err);
}

enum status store_each_auto_reply(struct store *store, int64_t from_ms, int64_t to_ms,
                                  const char *ticket, store_auto_reply_fn *each, void *arg,
                                  struct error *err)
{
    _cleanup_reader_ struct reader reader = {0};
    int code = SQLITE_ERROR;
    enum status status = reader_take(store, &reader, err);
    if (status)
        return status;
    _cleanup_sql_ sqlite3_stmt *query = sql_prepare(
        reader.sql, ticket ? "SELECT r.ticket, a.name, r.code, r.state, r.at FROM auto_replies r"
                             " JOIN articles a ON a.id = r.article WHERE r.at >= ?1 AND r.at < ?2"
                             " AND r.ticket = ?3"
                           : "SELECT r.ticket, a.name, r.code, r.state, r.at FROM auto_replies r"
                             " JOIN articles a ON a.id = r.article WHERE r.at >= ?1 AND r.at < ?2"
                             " ORDER BY r.at, r.ticket");
    if (query) {
        sql_bind_int(query, 1, from_ms);
        sql_bind_int(query, 2, to_ms);
        if (ticket)
            sql_bind_text(query, 3, ticket);
    }
    while (query && (code = sqlite3_step(query)) == SQLITE_ROW) {
        struct auto_reply reply = {sql_text(query, 0), sql_text(query, 1), sql_text(query, 2),
                                   (enum auto_reply_state)sqlite3_column_int(query, 3),
                                   sqlite3_column_int64(query, 4)};
        if (!each(arg, &reply))
            return STATUS_OK;
    }
    return code == SQLITE_DONE ? STATUS_OK : sql_failed(reader.sql, "read automatic replies", err);
}

enum status store_count_judged(struct store *store, struct auto_reply_judged *ret,
                               struct error *err)
{
    _cleanup_reader_ struct reader reader = {0};
    enum status status = reader_take(store, &reader, err);
    if (status)
        return status;
    _cleanup_sql_ sqlite3_stmt *query = sql_prepare(
        reader.sql, "SELECT count(*), coalesce(sum(EXISTS (SELECT 1 FROM links l WHERE l.ticket ="
                    " r.ticket AND l.at >= r.at AND l.article = r.article)), 0) FROM auto_replies r"
                    " WHERE EXISTS (SELECT 1 FROM links l WHERE l.ticket = r.ticket AND"
                    " l.at >= r.at)");
    if (!query || sqlite3_step(query) != SQLITE_ROW)
        return sql_failed(reader.sql, "count what was judged", err);
    ret->count = sqlite3_column_int64(query, 0);
    ret->right = sqlite3_column_int64(query, 1);
    return STATUS_OK;
}
