/* sqlite_names.c: names become rows of dictionaries, so that the big table holds small numbers. */
#include "store/sqlite.h"

#include "base/buf.h"
#include "base/str.h"

static struct sql_cached *cache_slot(struct sql_cache *cache, const char *name)
{
    return &cache->slots[digest_fnv(slice_of(name)) % ARRAY_LENGTH(cache->slots)];
}

/* What the cache knows of NAME, or NULL. */
static struct sql_cached *cache_find(struct sql_cache *cache, const char *name)
{
    struct sql_cached *slot = cache_slot(cache, name);
    return str_equal(slot->name, name) ? slot : NULL;
}

/* Remembers NAME in place of what shared its slot; where memory is short it is looked up again. */
static void cache_put(struct sql_cache *cache, const char *name, int64_t row, int64_t contact)
{
    struct sql_cached *slot = cache_slot(cache, name);
    if (!str_equal(slot->name, name)) {
        (void)mem_free(slot->name);
        slot->name = mem_strdup(name);
    }
    slot->row = row;
    slot->contact = contact;
}

static void cache_clear(struct sql_cache *cache)
{
    for (size_t i = 0; i < ARRAY_LENGTH(cache->slots); i++)
        cache->slots[i].name = mem_free(cache->slots[i].name);
}

void names_forget(struct store *store)
{
    cache_clear(&store->sessions);
    cache_clear(&store->contacts);
    cache_clear(&store->articles);
}

/* Looks NAME up by FIND and adds it by ADD where it is new. */
static enum status name_row(struct store *store, struct sql_cache *cache, const char *find,
                            const char *add, const char *name, int64_t *ret, struct error *err)
{
    struct sql *sql = &store->writer;
    struct sql_cached *known = cache_find(cache, name);
    if (known) {
        *ret = known->row;
        return STATUS_OK;
    }
    _cleanup_sql_ sqlite3_stmt *query = sql_prepare(sql, find);
    _cleanup_sql_ sqlite3_stmt *insert = sql_prepare(sql, add);
    if (!query || !insert)
        return sql_failed(sql, "look up a name", err);
    sql_bind_text(query, 1, name);
    sql_bind_text(insert, 1, name);
    int code = sqlite3_step(query);
    if (code == SQLITE_ROW)
        *ret = sqlite3_column_int64(query, 0);
    else if (code == SQLITE_DONE && sql_run(insert))
        *ret = sqlite3_last_insert_rowid(sql->db);
    else
        return sql_failed(sql, "store a name", err);
    cache_put(cache, name, *ret, 0);
    return STATUS_OK;
}

enum status names_article(struct store *store, const char *name, int64_t *ret, struct error *err)
{
    return name_row(store, &store->articles, "SELECT id FROM articles WHERE name = ?",
                    "INSERT INTO articles (name) VALUES (?)", name, ret, err);
}

enum status names_contact(struct store *store, const char *hash, int64_t *ret, struct error *err)
{
    return name_row(store, &store->contacts, "SELECT id FROM contacts WHERE hash = ?",
                    "INSERT INTO contacts (hash) VALUES (?)", hash, ret, err);
}

/* The session NAME, made with CONTACT and PARENT (0: none) where it is new. */
static enum status session_row(struct store *store, const char *name, int64_t contact,
                               int64_t parent, struct sql_cached *ret, struct error *err)
{
    struct sql *sql = &store->writer;
    struct sql_cached *known = cache_find(&store->sessions, name);
    if (known) {
        *ret = *known;
        return STATUS_OK;
    }
    _cleanup_sql_ sqlite3_stmt *find =
        sql_prepare(sql, "SELECT id, contact FROM sessions WHERE name = ?");
    _cleanup_sql_ sqlite3_stmt *add =
        sql_prepare(sql, "INSERT INTO sessions (name, contact, parent)"
                         " VALUES (?, nullif(?, 0), nullif(?, 0))");
    if (!find || !add)
        return sql_failed(sql, "look up a session", err);
    sql_bind_text(find, 1, name);
    int code = sqlite3_step(find);
    if (code == SQLITE_ROW) {
        ret->row = sqlite3_column_int64(find, 0);
        ret->contact = sqlite3_column_int64(find, 1);
    } else {
        sql_bind_text(add, 1, name);
        sql_bind_int(add, 2, contact);
        sql_bind_int(add, 3, parent);
        if (code != SQLITE_DONE || !sql_run(add))
            return sql_failed(sql, "store a session", err);
        ret->row = sqlite3_last_insert_rowid(sql->db);
        ret->contact = contact;
    }
    cache_put(&store->sessions, name, ret->row, ret->contact);
    return STATUS_OK;
}

static enum status bind_contact(struct store *store, const char *name, int64_t session,
                                int64_t contact, struct error *err)
{
    struct sql *sql = &store->writer;
    _cleanup_sql_ sqlite3_stmt *update =
        sql_prepare(sql, "UPDATE sessions SET contact = ? WHERE id = ?");
    if (update) {
        sql_bind_int(update, 1, contact);
        sql_bind_int(update, 2, session);
    }
    if (!update || !sql_run(update))
        return sql_failed(sql, "store a session", err);
    cache_put(&store->sessions, name, session, contact);
    return STATUS_OK;
}

/* A session belongs to the first contact it names; another one starts a new session, always the
 * same for the same pair, so that a repeated event finds itself. */
static enum status derived_session(struct store *store, const char *name, int64_t parent,
                                   const char *contact_hash, int64_t contact, int64_t *ret,
                                   struct error *err)
{
    char digest[DIGEST_HEX_SIZE], derived[2 + 33];
    struct sql_cached session = {0};
    _cleanup_buf_ struct buf pair = BUF_INIT(1024);
    buf_printf(&pair, "%s\n%s", name, contact_hash);
    if (pair.failed)
        return error_memory(err);
    digest_sha256_hex((struct slice){pair.data, pair.length}, digest);
    (void)sqlite3_snprintf(sizeof derived, derived, "d.%.32s", digest);
    enum status status = session_row(store, derived, contact, parent, &session, err);
    if (!status)
        *ret = session.row;
    return status;
}

enum status names_session(struct store *store, const char *name, const char *contact_hash,
                          int64_t *ret, struct error *err)
{
    struct sql_cached session = {0};
    int64_t contact = 0;
    enum status status =
        contact_hash ? names_contact(store, contact_hash, &contact, err) : STATUS_OK;
    if (!status)
        status = session_row(store, name, contact, 0, &session, err);
    if (status)
        return status;
    if (contact && session.contact && contact != session.contact)
        return derived_session(store, name, session.row, contact_hash, contact, ret, err);
    if (contact && !session.contact)
        status = bind_contact(store, name, session.row, contact, err);
    if (!status)
        *ret = session.row;
    return status;
}
