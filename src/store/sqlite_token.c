/* sqlite_token.c: tokens: made, found by their secret, listed, revoked. Only a hash of the secret
 * is kept. */
#include "store/sqlite.h"

#include "base/clock.h"
#include "base/str.h"

#include <stdio.h>
#include <string.h>

#define PREFIX "dfl_" /* so that a secret scanner, and a person, knows what it is */
#define COLUMNS "SELECT id, name, role, created, expires, used, revoked, hash FROM tokens"

static int64_t time_or_never(sqlite3_stmt *row, int index)
{
    return sqlite3_column_type(row, index) == SQLITE_NULL ? -1 : sqlite3_column_int64(row, index);
}

static void read_token(sqlite3_stmt *row, struct token *token)
{
    *token = (struct token){
        .role = (enum token_role)sqlite3_column_int(row, 2),
        .created_ms = sqlite3_column_int64(row, 3),
        .expires_ms = time_or_never(row, 4),
        .used_ms = time_or_never(row, 5),
        .revoked_ms = time_or_never(row, 6),
    };
    (void)snprintf(token->id, sizeof token->id, "%s", sql_text(row, 0));
    (void)snprintf(token->name, sizeof token->name, "%s", sql_text(row, 1));
}

static enum status insert_token(struct sql *sql, const struct token *token, const char *secret,
                                struct error *err)
{
    char hash[DIGEST_HEX_SIZE];
    _cleanup_sql_ sqlite3_stmt *insert =
        sql_prepare(sql, "INSERT INTO tokens (id, name, role, hash, created, expires)"
                         " VALUES (?, ?, ?, ?, ?, nullif(?, -1))");
    if (!insert)
        return sql_failed(sql, "store a token", err);
    digest_sha256_hex(slice_of(secret), hash);
    sql_bind_text(insert, 1, token->id);
    sql_bind_text(insert, 2, token->name);
    sql_bind_int(insert, 3, token->role);
    sql_bind_text(insert, 4, hash);
    sql_bind_int(insert, 5, token->created_ms);
    sql_bind_int(insert, 6, token->expires_ms);
    return sql_run(insert) ? STATUS_OK : sql_failed(sql, "store a token", err);
}

enum status store_token_create(struct store *store, enum token_role role, const char *name,
                               int64_t expires_ms, struct token *ret,
                               char secret[TOKEN_SECRET_SIZE], struct error *err)
{
    struct token token = {.role = role,
                          .created_ms = clock_now_ms(),
                          .expires_ms = expires_ms,
                          .used_ms = -1,
                          .revoked_ms = -1};
    unsigned char id[4];
    char first[DIGEST_ID_SIZE], second[DIGEST_ID_SIZE];
    if (!digest_random(id, sizeof id) || !digest_random_id(first) || !digest_random_id(second))
        return error_set(err, STATUS_INTERNAL, "the system has no random bytes");
    digest_hex(id, sizeof id, token.id);
    struct slice wanted = slice_of(name ? name : "");
    memcpy(token.name, wanted.ptr, utf8_cut(wanted, sizeof token.name - 1));
    /* 44 characters of 6 bits: 264 bits. */
    (void)snprintf(secret, TOKEN_SECRET_SIZE, PREFIX "%s%s", first, second);
    enum status status = store_write_begin(store, err);
    if (status)
        return status;
    status = store_write_end(store, insert_token(&store->writer, &token, secret, err), err);
    if (!status)
        *ret = token;
    return status;
}

/* Notes that the token was used, at most once a minute, and never at the price of the request. */
static void note_use(struct store *store, struct token *token, int64_t now_ms)
{
    if (now_ms - token->used_ms < MS_PER_MINUTE || store_write_begin(store, NULL))
        return;
    {
        _cleanup_sql_ sqlite3_stmt *update =
            sql_prepare(&store->writer, "UPDATE tokens SET used = ? WHERE id = ?");
        if (update) {
            sql_bind_int(update, 1, now_ms);
            sql_bind_text(update, 2, token->id);
            (void)sql_run(update);
        }
    }
    (void)store_write_end(store, STATUS_OK, NULL);
    token->used_ms = now_ms;
}

/* The rows that LOOK_UP gives for KEY; of them the one whose column COLUMN is KEY. The comparison takes
 * the same time wherever they differ. */
static enum status find_row(struct store *store, const char *look_up, int column, const char *key,
                            struct token *ret, struct error *err)
{
    _cleanup_reader_ struct reader reader = {0};
    enum status status = reader_take(store, &reader, err);
    if (status)
        return status;
    _cleanup_sql_ sqlite3_stmt *query = sql_prepare(reader.sql, look_up);
    int code = SQLITE_ERROR;
    if (query)
        sql_bind_text(query, 1, key);
    while (query && (code = sqlite3_step(query)) == SQLITE_ROW) {
        const char *found = sql_text(query, column);
        if (strlen(found) != strlen(key) || !digest_equal(found, key, strlen(key)))
            continue;
        read_token(query, ret);
        return STATUS_OK;
    }
    if (code != SQLITE_DONE)
        return sql_failed(reader.sql, "look up a token", err);
    return error_set(err, STATUS_DENIED, "this token is not known");
}

/* Gives TOKEN to RET where it is valid now, and notes its use. */
static enum status use_token(struct store *store, struct token *token, struct token *ret,
                             struct error *err)
{
    int64_t now_ms = clock_now_ms();
    if (token->revoked_ms >= 0)
        return error_set(err, STATUS_DENIED, "this token was revoked");
    if (token->expires_ms >= 0 && token->expires_ms <= now_ms)
        return error_set(err, STATUS_DENIED, "this token has expired");
    note_use(store, token, now_ms);
    *ret = *token;
    return STATUS_OK;
}

enum status store_token_find(struct store *store, const char *secret, struct token *ret,
                             struct error *err)
{
    /* By the start of a digest that nobody can steer. */
    static const char by_hash[] = COLUMNS " WHERE substr(hash, 1, 8) = substr(?, 1, 8)";
    char hash[DIGEST_HEX_SIZE];
    struct token token = {0};
    digest_sha256_hex(slice_of(secret), hash);
    enum status status = find_row(store, by_hash, 7, hash, &token, err);
    return status ? status : use_token(store, &token, ret, err);
}

enum status store_token_get(struct store *store, const char *id, struct token *ret,
                            struct error *err)
{
    struct token token = {0};
    enum status status = find_row(store, COLUMNS " WHERE id = ?", 0, id, &token, err);
    return status ? status : use_token(store, &token, ret, err);
}

enum status store_token_each(struct store *store, store_token_fn *each, void *arg,
                             struct error *err)
{
    _cleanup_reader_ struct reader reader = {0};
    struct token token;
    int code = SQLITE_ERROR;
    enum status status = reader_take(store, &reader, err);
    if (status)
        return status;
    _cleanup_sql_ sqlite3_stmt *query = sql_prepare(reader.sql, COLUMNS " ORDER BY created, id");
    while (query && (code = sqlite3_step(query)) == SQLITE_ROW) {
        read_token(query, &token);
        if (!each(arg, &token))
            return STATUS_OK;
    }
    return code == SQLITE_DONE ? STATUS_OK : sql_failed(reader.sql, "list the tokens", err);
}

static enum status revoke(struct sql *sql, const char *id, struct error *err)
{
    _cleanup_sql_ sqlite3_stmt *update =
        sql_prepare(sql, "UPDATE tokens SET revoked = coalesce(revoked, ?) WHERE id = ?");
    if (!update)
        return sql_failed(sql, "revoke a token", err);
    sql_bind_int(update, 1, clock_now_ms());
    sql_bind_text(update, 2, id);
    if (!sql_run(update))
        return sql_failed(sql, "revoke a token", err);
    if (sqlite3_changes(sql->db) == 0)
        return error_set(err, STATUS_NOT_FOUND, "there is no token with the id %s", id);
    return STATUS_OK;
}

enum status store_token_revoke(struct store *store, const char *id, struct error *err)
{
    enum status status = store_write_begin(store, err);
    if (status)
        return status;
    return store_write_end(store, revoke(&store->writer, id, err), err);
}
