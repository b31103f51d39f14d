/* sqlite_erase.c: a person's data goes at once, everybody's when its time has come.
 *
 * secure_delete overwrites what is deleted, and the log is folded in and emptied afterwards, so
 * that nothing of it stays readable in the files. The temporary tables `doomed` (sessions) and
 * `doomed_tickets` hold what is about to go. */
#include "store/sqlite.h"

#define CHUNK                                                                                      \
    "5000" /* rows in one transaction of the retention, so that the writer gets its turn */

/* Rows that hold a text which retention takes; word for word the condition of index events_raw. */
#define HAS_RAW_TEXT                                                                               \
    "(query IS NOT NULL OR comment IS NOT NULL OR"                                                 \
    " (withdrawn = 1 AND (subject IS NOT NULL OR body IS NOT NULL)))"

/* Runs TEXT with its first parameter bound to NUMBER or NAME; adds the rows changed to *RET. */
static enum status change(struct sql *sql, const char *text, int64_t number, const char *name,
                          int64_t *ret, struct error *err)
{
    _cleanup_sql_ sqlite3_stmt *statement = sql_prepare(sql, text);
    if (statement && sqlite3_bind_parameter_count(statement) > 0) {
        if (name)
            sql_bind_text(statement, 1, name);
        else
            sql_bind_int(statement, 1, number);
    }
    if (!statement || !sql_run(statement))
        return sql_failed(sql, "remove data", err);
    if (ret)
        *ret += sqlite3_changes(sql->db);
    return STATUS_OK;
}

struct step {
    const char *text;
    int64_t *counted; /* where the rows changed are added; NULL: nowhere */
};

/* Runs STEPS in turn, each with NUMBER or NAME as its first parameter. */
static enum status run_steps(struct sql *sql, const struct step *steps, size_t count,
                             int64_t number, const char *name, struct error *err)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; !status && i < count; i++)
        status = change(sql, steps[i].text, number, name, steps[i].counted, err);
    return status;
}

/* --- one person --- */

/* Removes what hangs on the sessions and tickets that are doomed. */
static enum status erase_doomed(struct sql *sql, struct store_erased *ret, struct error *err)
{
    const struct step steps[] = {
        /* sessions derived of these when they named another contact */
        {"WITH RECURSIVE derived (id) AS (SELECT session FROM doomed UNION"
         " SELECT s.id FROM sessions s JOIN derived d ON s.parent = d.id)"
         " INSERT OR IGNORE INTO doomed SELECT id FROM derived",
         NULL},
        {"INSERT OR IGNORE INTO doomed_tickets SELECT t.id FROM tickets t JOIN sessions s"
         " ON t.session = s.name WHERE s.id IN (SELECT session FROM doomed)",
         NULL},
        {"INSERT OR IGNORE INTO doomed_tickets SELECT ticket FROM events"
         " WHERE session IN (SELECT session FROM doomed) AND ticket IS NOT NULL",
         NULL},
        {"INSERT OR IGNORE INTO doomed_tickets SELECT t.id FROM tickets t JOIN events e"
         " ON t.ref = e.ref WHERE e.session IN (SELECT session FROM doomed)",
         NULL},
        {"DELETE FROM events WHERE session IN (SELECT session FROM doomed)", &ret->events},
        {"DELETE FROM sessions WHERE id IN (SELECT session FROM doomed)", &ret->sessions},
        {"DELETE FROM replies WHERE ticket IN (SELECT id FROM doomed_tickets)", NULL},
        {"DELETE FROM links WHERE ticket IN (SELECT id FROM doomed_tickets)", NULL},
        {"UPDATE flags SET ticket = NULL WHERE ticket IN (SELECT id FROM doomed_tickets)", NULL},
        {"DELETE FROM tickets WHERE id IN (SELECT id FROM doomed_tickets)", &ret->tickets},
        {"DELETE FROM contacts WHERE id NOT IN (SELECT contact FROM sessions WHERE contact IS NOT"
         " NULL) AND id NOT IN (SELECT contact FROM tickets WHERE contact IS NOT NULL)",
         NULL},
        {"DELETE FROM doomed", NULL},
        {"DELETE FROM doomed_tickets", NULL},
    };
    return run_steps(sql, steps, ARRAY_LENGTH(steps), 0, NULL, err);
}

/* Dooms what STEPS find by NAME, and erases it. */
static enum status erase(struct store *store, const struct step *steps, size_t count,
                         const char *name, struct store_erased *ret, struct error *err)
{
    struct store_erased erased = {0};
    enum status status = store_write_begin(store, err);
    if (status)
        return status;
    status = run_steps(&store->writer, steps, count, 0, name, err);
    if (!status)
        status = erase_doomed(&store->writer, &erased, err);
    names_forget(store);
    status = store_write_end(store, status, err);
    if (status)
        return status;
    store_checkpoint(store);
    *ret = erased;
    return STATUS_OK;
}

enum status store_erase_session(struct store *store, const char *session, struct store_erased *ret,
                                struct error *err)
{
    static const struct step steps[] = {
        {"INSERT INTO doomed SELECT id FROM sessions WHERE name = ?", NULL},
        {"INSERT INTO doomed_tickets SELECT id FROM tickets WHERE session = ?", NULL},
    };
    return erase(store, steps, ARRAY_LENGTH(steps), session, ret, err);
}

enum status store_erase_contact(struct store *store, const char *contact, struct store_erased *ret,
                                struct error *err)
{
    static const struct step steps[] = {
        {"INSERT INTO doomed SELECT id FROM sessions WHERE contact ="
         " (SELECT id FROM contacts WHERE hash = ?)",
         NULL},
        {"INSERT INTO doomed_tickets SELECT id FROM tickets WHERE contact ="
         " (SELECT id FROM contacts WHERE hash = ?)",
         NULL},
    };
    char hash[65];
    store_contact_hash(store, contact, hash);
    return erase(store, steps, ARRAY_LENGTH(steps), hash, ret, err);
}

/* --- everybody, by age --- */

/* One transaction of STEPS; *RET_REMOVED: the rows that the counted steps changed. */
static enum status run_chunk(struct store *store, const struct step *steps, size_t count,
                             int64_t before, int64_t *removed, struct error *err)
{
    enum status status = store_write_begin(store, err);
    if (status)
        return status;
    *removed = 0;
    status = run_steps(&store->writer, steps, count, before, NULL, err);
    names_forget(store);
    return store_write_end(store, status, err);
}

/* Chunk by chunk until there is nothing left that is older than BEFORE. */
static enum status run_chunks(struct store *store, const struct step *steps, size_t count,
                              int64_t before, int64_t *removed, int64_t *total, struct error *err)
{
    enum status status;
    do {
        status = run_chunk(store, steps, count, before, removed, err);
        *total += status ? 0 : *removed;
    } while (!status && *removed > 0);
    return status;
}

static enum status remove_texts(struct store *store, int64_t before_ms, int64_t *total,
                                struct error *err)
{
    int64_t removed;
    const struct step steps[] = {
        {"UPDATE events SET query = NULL, comment = NULL,"
         " subject = CASE WHEN withdrawn THEN NULL ELSE subject END,"
         " body = CASE WHEN withdrawn THEN NULL ELSE body END"
         " WHERE sequence IN (SELECT sequence FROM events INDEXED BY events_raw"
         " WHERE moment < 2 * ? AND " HAS_RAW_TEXT " LIMIT " CHUNK ")",
         &removed},
    };
    return run_chunks(store, steps, ARRAY_LENGTH(steps), before_ms, &removed, total, err);
}

static enum status remove_events(struct store *store, int64_t before_ms, int64_t *total,
                                 struct error *err)
{
    int64_t removed;
    const struct step steps[] = {
        {"INSERT OR IGNORE INTO doomed SELECT session FROM (SELECT session FROM events"
         " WHERE moment < 2 * ? ORDER BY moment, sequence LIMIT " CHUNK ")",
         NULL},
        {"DELETE FROM events WHERE sequence IN (SELECT sequence FROM events"
         " WHERE moment < 2 * ? ORDER BY moment, sequence LIMIT " CHUNK ")",
         &removed},
        {"DELETE FROM sessions WHERE id IN (SELECT session FROM doomed)"
         " AND NOT EXISTS (SELECT 1 FROM events e WHERE e.session = sessions.id)",
         NULL},
        {"DELETE FROM doomed", NULL},
    };
    return run_chunks(store, steps, ARRAY_LENGTH(steps), before_ms, &removed, total, err);
}

static enum status remove_tickets(struct store *store, int64_t before_ms, int64_t *total,
                                  struct error *err)
{
    int64_t removed;
    const struct step steps[] = {
        {"INSERT INTO doomed_tickets SELECT id FROM tickets WHERE created < ? LIMIT " CHUNK, NULL},
        {"DELETE FROM replies WHERE ticket IN (SELECT id FROM doomed_tickets)", NULL},
        {"DELETE FROM tickets WHERE id IN (SELECT id FROM doomed_tickets)", &removed},
        {"DELETE FROM doomed_tickets", NULL},
        {"DELETE FROM links WHERE at < ?", NULL},
    };
    return run_chunks(store, steps, ARRAY_LENGTH(steps), before_ms, &removed, total, err);
}

enum status store_apply_retention(struct store *store, int64_t texts_before_ms,
                                  int64_t events_before_ms, int64_t *ret_removed, struct error *err)
{
    int64_t total = 0, removed;
    const struct step last[] = {
        {"DELETE FROM deliveries WHERE at < ?", NULL},
        {"DELETE FROM contacts WHERE id NOT IN (SELECT contact FROM sessions WHERE contact IS NOT"
         " NULL) AND id NOT IN (SELECT contact FROM tickets WHERE contact IS NOT NULL)",
         NULL},
    };
    enum status status = remove_events(store, events_before_ms, &total, err);
    if (!status)
        status = remove_texts(store, texts_before_ms, &total, err);
    if (!status)
        status = remove_tickets(store, events_before_ms, &total, err);
    if (!status)
        status = run_chunk(store, last, ARRAY_LENGTH(last), texts_before_ms, &removed, err);
    if (status)
        return status;
    store_checkpoint(store);
    *ret_removed = total;
    return STATUS_OK;
}
