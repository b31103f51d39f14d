/* sqlite_sign_in.c: codes that sign a browser in once, in place of a token.
 *
 * Each is a named value: "sign_in.SHA-256 of the code" is "EXPIRY TOKEN". */
#include "store/sqlite.h"

#include "base/clock.h"
#include "base/str.h"

#include <inttypes.h>
#include <stdio.h>

#define NAME_PREFIX "sign_in."
enum { NAME_SIZE = sizeof NAME_PREFIX + DIGEST_HEX_SIZE, VALUE_SIZE = 48 };

static void name_of(const char *code, char name[NAME_SIZE])
{
    char hash[DIGEST_HEX_SIZE];
    digest_sha256_hex(slice_of(code), hash);
    (void)snprintf(name, NAME_SIZE, NAME_PREFIX "%s", hash);
}

/* Forgets codes that nobody used in time. */
static enum status forget_expired(struct sql *sql, struct error *err)
{
    _cleanup_sql_ sqlite3_stmt *removal = sql_prepare(
        sql, "DELETE FROM meta WHERE name >= '" NAME_PREFIX "' AND name < 'sign_in/'"
             " AND CAST(value AS INTEGER) <= ?");
    if (removal)
        sql_bind_int(removal, 1, clock_now_ms());
    return removal && sql_run(removal) ? STATUS_OK : sql_failed(sql, "forget old sign-in links", err);
}

enum status store_sign_in_create(struct store *store, const char *id, int64_t expires_ms,
                                 char code[SIGN_IN_CODE_SIZE], struct error *err)
{
    char first[DIGEST_ID_SIZE], second[DIGEST_ID_SIZE], name[NAME_SIZE], value[VALUE_SIZE];
    struct token token;
    enum status status = store_token_get(store, id, &token, err);
    if (status)
        return status;
    if (!digest_random_id(first) || !digest_random_id(second))
        return error_set(err, STATUS_INTERNAL, "the system has no random bytes");
    (void)snprintf(code, SIGN_IN_CODE_SIZE, "%s%s", first, second);
    name_of(code, name);
    (void)snprintf(value, sizeof value, "%" PRId64 " %s", expires_ms, token.id);
    if ((status = store_write_begin(store, err)))
        return status;
    status = forget_expired(&store->writer, err);
    if (!status)
        status = meta_set(&store->writer, name, value, err);
    return store_write_end(store, status, err);
}

/* Takes the value of NAME out of the table; *RET NULL where there is none. */
static enum status take(struct store *store, const char *name, char **ret, struct error *err)
{
    enum status status = store_write_begin(store, err);
    if (status)
        return status;
    status = meta_get(&store->writer, name, ret, err);
    if (!status && *ret)
        status = meta_set(&store->writer, name, NULL, err);
    return store_write_end(store, status, err);
}

enum status store_sign_in_take(struct store *store, const char *code, struct token *ret,
                               struct error *err)
{
    _cleanup_free_ char *value = NULL;
    char name[NAME_SIZE];
    struct slice rest, expiry;
    int64_t expires_ms;
    enum status status;
    name_of(code, name);
    if ((status = take(store, name, &value, err)))
        return status;
    rest = slice_of(value ? value : "");
    if (!slice_split(&rest, ' ', &expiry) || !str_to_int64(expiry, &expires_ms) ||
        expires_ms <= clock_now_ms())
        return error_set(err, STATUS_DENIED, "this sign-in link was used before, or has expired");
    return store_token_get(store, rest.ptr, ret, err);
}
