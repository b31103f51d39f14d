/* sqlite_meta.c: small named values, and the versions of articles. */
#include "store/sqlite.h"

#include "base/str.h"

enum status meta_get(struct sql *sql, const char *name, char **ret, struct error *err)
{
    _cleanup_sql_ sqlite3_stmt *query = sql_prepare(sql, "SELECT value FROM meta WHERE name = ?");
    if (query)
        sql_bind_text(query, 1, name);
    int code = query ? sqlite3_step(query) : SQLITE_ERROR;
    *ret = NULL;
    if (code == SQLITE_DONE)
        return STATUS_OK;
    if (code != SQLITE_ROW)
        return sql_failed(sql, "read a setting", err);
    *ret = mem_strdup(sql_text(query, 0));
    return *ret ? STATUS_OK : error_memory(err);
}

enum status meta_set(struct sql *sql, const char *name, const char *value, struct error *err)
{
    _cleanup_sql_ sqlite3_stmt *statement =
        value ? sql_prepare(sql, "INSERT INTO meta (name, value) VALUES (?1, ?2)"
                                 " ON CONFLICT DO UPDATE SET value = ?2")
              : sql_prepare(sql, "DELETE FROM meta WHERE name = ?1");
    if (statement)
        sql_bind_text(statement, 1, name);
    if (statement && value)
        sql_bind_text(statement, 2, value);
    if (!statement || !sql_run(statement))
        return sql_failed(sql, "store a setting", err);
    return STATUS_OK;
}

enum status store_get_meta(struct store *store, const char *name, char **ret, struct error *err)
{
    _cleanup_reader_ struct reader reader = {0};
    enum status status = reader_take(store, &reader, err);
    return status ? status : meta_get(reader.sql, name, ret, err);
}

enum status store_set_meta(struct store *store, const char *name, const char *value,
                           struct error *err)
{
    enum status status = store_write_begin(store, err);
    if (status)
        return status;
    return store_write_end(store, meta_set(&store->writer, name, value, err), err);
}

/* Adds VERSION where it differs from the article's latest; a clock that went back does not reorder
 * changes. */
static enum status note_version(struct store *store, int64_t article, const char *version,
                                int64_t at_ms, struct error *err)
{
    struct sql *sql = &store->writer;
    _cleanup_sql_ sqlite3_stmt *latest = sql_prepare(
        sql, "SELECT version, seen FROM versions WHERE article = ? ORDER BY seen DESC LIMIT 1");
    _cleanup_sql_ sqlite3_stmt *add =
        sql_prepare(sql, "INSERT INTO versions (article, seen, version) VALUES (?, ?, ?)");
    if (!latest || !add)
        return sql_failed(sql, "store a version", err);
    sql_bind_int(latest, 1, article);
    int code = sqlite3_step(latest);
    if (code == SQLITE_ROW) {
        int64_t seen_ms = sqlite3_column_int64(latest, 1);
        if (str_equal(sql_text(latest, 0), version))
            return STATUS_OK;
        at_ms = at_ms > seen_ms ? at_ms : seen_ms + 1;
    }
    sql_bind_int(add, 1, article);
    sql_bind_int(add, 2, at_ms);
    sql_bind_text(add, 3, version);
    if ((code != SQLITE_ROW && code != SQLITE_DONE) || !sql_run(add))
        return sql_failed(sql, "store a version", err);
    return STATUS_OK;
}

/* Within a write transaction. */
static enum status note_each(struct store *store, const struct article_version *versions,
                             size_t count, struct error *err)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; !status && i < count; i++) {
        int64_t article = 0;
        status = names_article(store, versions[i].article, &article, err);
        if (!status)
            status = note_version(store, article, versions[i].version, versions[i].seen_ms, err);
    }
    return status;
}

enum status store_note_versions(struct store *store, const struct article_version *versions,
                                size_t count, struct error *err)
{
    enum status status = store_write_begin(store, err);
    if (status)
        return status;
    return store_write_end(store, note_each(store, versions, count, err), err);
}

static enum status forget_versions(struct sql *sql, int64_t article, struct error *err)
{
    _cleanup_sql_ sqlite3_stmt *statement =
        sql_prepare(sql, "DELETE FROM versions WHERE article = ?");
    if (statement)
        sql_bind_int(statement, 1, article);
    return statement && sql_run(statement) ? STATUS_OK : sql_failed(sql, "forget versions", err);
}

enum status store_replace_versions(struct store *store, const struct article_version *versions,
                                   size_t count, struct error *err)
{
    enum status status = store_write_begin(store, err);
    if (status)
        return status;
    for (size_t i = 0; !status && i < count; i++) {
        int64_t article = 0;
        status = names_article(store, versions[i].article, &article, err);
        if (!status)
            status = forget_versions(&store->writer, article, err);
    }
    if (!status)
        status = note_each(store, versions, count, err);
    return store_write_end(store, status, err);
}

enum status store_note_version(struct store *store, const char *article, const char *version,
                               int64_t at_ms, struct error *err)
{
    struct article_version one = {article, version, at_ms};
    return store_note_versions(store, &one, 1, err);
}

enum status store_each_version(struct store *store, const char *article, store_version_fn *each,
                               void *arg, struct error *err)
{
    _cleanup_reader_ struct reader reader = {0};
    enum status status = reader_take(store, &reader, err);
    if (status)
        return status;
    /* Two queries, as one that takes both cases would not use the index of names. */
    _cleanup_sql_ sqlite3_stmt *query = sql_prepare(
        reader.sql, article ? "SELECT a.name, v.version, v.seen FROM articles a JOIN versions v"
                              " ON v.article = a.id WHERE a.name = ?1 ORDER BY v.seen"
                            : "SELECT a.name, v.version, v.seen FROM articles a JOIN versions v"
                              " ON v.article = a.id ORDER BY a.name, v.seen");
    int code = SQLITE_ERROR;
    if (query && article)
        sql_bind_text(query, 1, article);
    while (query && (code = sqlite3_step(query)) == SQLITE_ROW)
        if (!each(arg, sql_text(query, 0), sql_text(query, 1), sqlite3_column_int64(query, 2)))
            return STATUS_OK;
    return code == SQLITE_DONE ? STATUS_OK : sql_failed(reader.sql, "read versions", err);
}
