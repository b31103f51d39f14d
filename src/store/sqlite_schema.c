/* sqlite_schema.c: the tables, as numbered steps, and the check of a database before it is used.
 *
 * `user_version` in the file's header counts the steps done. A step that has shipped is never
 * changed: what comes later is a further step. Times are milliseconds since 1970 (UTC). */
#include "store/sqlite.h"

#include "base/clock.h"

const char *const schema_steps[] = {
    /* 1: small values; dictionaries that keep the big table small; events. */
    "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE articles (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);"
    "CREATE TABLE contacts (id INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE);"
    /* parent: the session that named another contact before, of which this one was derived */
    "CREATE TABLE sessions (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, contact INTEGER,"
    " parent INTEGER);"
    "CREATE INDEX sessions_contact ON sessions (contact) WHERE contact IS NOT NULL;"
    "CREATE INDEX sessions_parent ON sessions (parent) WHERE parent IS NOT NULL;"
    /* moment: 2 × time + (1 for a ticket), so that (moment, sequence) is the order of events,
     * tickets last at equal time; results: rows of articles, joined by commas */
    "CREATE TABLE events (sequence INTEGER PRIMARY KEY, session INTEGER NOT NULL,"
    " id TEXT NOT NULL, moment INTEGER NOT NULL, type INTEGER NOT NULL, arm INTEGER NOT NULL,"
    " holdout REAL NOT NULL, marks INTEGER NOT NULL, article INTEGER, query_id TEXT, rank INTEGER,"
    " source INTEGER, part INTEGER, place INTEGER, lang TEXT, query TEXT, results TEXT, ms INTEGER,"
    " scroll REAL, value INTEGER, comment TEXT, ticket TEXT, ref TEXT, subject TEXT, body TEXT,"
    " withdrawn INTEGER);"
    "CREATE UNIQUE INDEX events_id ON events (session, id);"
    "CREATE INDEX events_moment ON events (moment);"
    "CREATE UNIQUE INDEX events_search ON events (session, query_id)"
    " WHERE type = 0 AND query_id IS NOT NULL;"
    "CREATE INDEX events_ticket ON events (ticket) WHERE ticket IS NOT NULL;"
    "CREATE INDEX events_ref ON events (ref) WHERE ref IS NOT NULL;"
    /* one row for each change of an article */
    "CREATE TABLE versions (article INTEGER NOT NULL, seen INTEGER NOT NULL, version TEXT NOT NULL,"
    " PRIMARY KEY (article, seen)) WITHOUT ROWID;"
    "CREATE TABLE tokens (id TEXT PRIMARY KEY, name TEXT NOT NULL, role INTEGER NOT NULL,"
    " hash TEXT NOT NULL UNIQUE, created INTEGER NOT NULL, expires INTEGER, used INTEGER,"
    " revoked INTEGER) WITHOUT ROWID;",

    /* 2: the help desk's tickets, what agents taught and flagged; raw texts found by age */
    "CREATE TABLE tickets (id TEXT PRIMARY KEY, session TEXT, ref TEXT, contact INTEGER,"
    " channel TEXT, subject TEXT, body TEXT, category TEXT, tags TEXT, status INTEGER NOT NULL,"
    " created INTEGER NOT NULL, updated INTEGER, solved INTEGER, agent TEXT,"
    " imported INTEGER NOT NULL);"
    "CREATE INDEX tickets_created ON tickets (created);"
    "CREATE INDEX tickets_session ON tickets (session) WHERE session IS NOT NULL;"
    "CREATE INDEX tickets_contact ON tickets (contact) WHERE contact IS NOT NULL;"
    "CREATE INDEX tickets_ref ON tickets (ref) WHERE ref IS NOT NULL;"
    "CREATE TABLE replies (ticket TEXT NOT NULL, at INTEGER NOT NULL, by INTEGER NOT NULL,"
    " text TEXT NOT NULL, PRIMARY KEY (ticket, at, by)) WITHOUT ROWID;"
    "CREATE TABLE links (ticket TEXT NOT NULL, article INTEGER NOT NULL, agent TEXT, text TEXT,"
    " at INTEGER NOT NULL, PRIMARY KEY (ticket, article)) WITHOUT ROWID;"
    "CREATE INDEX links_at ON links (at);"
    "CREATE TABLE deliveries (desk TEXT NOT NULL, id TEXT NOT NULL, at INTEGER NOT NULL,"
    " PRIMARY KEY (desk, id)) WITHOUT ROWID;"
    "CREATE TABLE flags (id INTEGER PRIMARY KEY AUTOINCREMENT, kind INTEGER NOT NULL,"
    " state INTEGER NOT NULL, article TEXT, ticket TEXT, note TEXT, agent TEXT, owner TEXT,"
    " created INTEGER NOT NULL, updated INTEGER NOT NULL);"
    "CREATE INDEX events_raw ON events (moment) WHERE (query IS NOT NULL OR comment IS NOT NULL OR"
    " (withdrawn = 1 AND (subject IS NOT NULL OR body IS NOT NULL)));",

    /* 3: running totals. stale: sessions in which something changed since their part in the totals
     * was worked out (contact: the one they had when they went; new events are noted by
     * sqlite_append.c, which is quicker than a trigger); parts: what each person adds (of a
     * contact, or of a session that names none), and when it changes by itself; totals: sums of a
     * kind by day, and by block of days. */
    "CREATE TABLE stale (session INTEGER PRIMARY KEY, contact INTEGER);"
    "CREATE TABLE parts (contact INTEGER NOT NULL, person INTEGER NOT NULL, due INTEGER,"
    " part BLOB NOT NULL, PRIMARY KEY (contact, person)) WITHOUT ROWID;"
    "CREATE INDEX parts_due ON parts (due) WHERE due IS NOT NULL;"
    "CREATE TABLE cells (id INTEGER PRIMARY KEY, name BLOB NOT NULL UNIQUE);"
    "CREATE TABLE totals (kind INTEGER NOT NULL, block INTEGER NOT NULL, day INTEGER NOT NULL,"
    " cell INTEGER NOT NULL, total BLOB NOT NULL, PRIMARY KEY (kind, block, day, cell))"
    " WITHOUT ROWID;"
    "CREATE TRIGGER stale_withdrawn AFTER UPDATE OF withdrawn ON events BEGIN"
    " INSERT OR IGNORE INTO stale (session) VALUES (new.session); END;"
    "CREATE TRIGGER stale_named AFTER UPDATE OF contact ON sessions BEGIN"
    " INSERT OR IGNORE INTO stale (session) VALUES (new.id); END;"
    "CREATE TRIGGER stale_gone AFTER DELETE ON events BEGIN"
    " INSERT OR REPLACE INTO stale SELECT old.session,"
    " (SELECT contact FROM sessions WHERE id = old.session); END;"
    "INSERT INTO stale (session) SELECT id FROM sessions;",

    /* 4: what writers decided about tasks, and which alerts were sent */
    "CREATE TABLE marks (task TEXT PRIMARY KEY, state INTEGER NOT NULL, tickets REAL NOT NULL,"
    " owner TEXT, at INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE alerts (alert TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;",

    /* 5: when a ticket was last opened again after its solution; when an article was first sent for it */
    "ALTER TABLE tickets ADD COLUMN reopened INTEGER;"
    "ALTER TABLE links ADD COLUMN first INTEGER;"
    "UPDATE links SET first = at;"
    "CREATE INDEX links_article ON links (article);",

    /* 6: how sure a search was of what it showed first */
    "ALTER TABLE events ADD COLUMN confidence INTEGER;",

    /* 7: sure answers to tickets; each goes with its ticket */
    "CREATE TABLE auto_replies (ticket TEXT PRIMARY KEY, article INTEGER NOT NULL, code TEXT,"
    " state INTEGER NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE INDEX auto_replies_at ON auto_replies (at);"
    "CREATE TRIGGER auto_replies_gone AFTER DELETE ON tickets BEGIN"
    " DELETE FROM auto_replies WHERE ticket = old.id; END;",

    /* 8: what a writer tells the agent who raised a flag */
    "ALTER TABLE flags ADD COLUMN answer TEXT;",
};
const size_t schema_step_count = ARRAY_LENGTH(schema_steps);

static enum status read_pragma(struct sql *sql, const char *pragma, int64_t *ret, struct error *err)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(sql->db, pragma, -1, &statement, NULL) != SQLITE_OK ||
        sqlite3_step(statement) != SQLITE_ROW) {
        (void)sqlite3_finalize(statement);
        return sql_failed(sql, "read the database", err);
    }
    *ret = sqlite3_column_int64(statement, 0);
    (void)sqlite3_finalize(statement);
    return STATUS_OK;
}

/* Stops the statement when the time is over. */
static int out_of_time(void *deadline_us)
{
    return clock_monotonic_us() > *(const int64_t *)deadline_us;
}

/* Runs quick_check for at most LIMIT_MS: what it has not found by then is left to be found by use.
 */
static enum status quick_check(struct sql *sql, const char *path, int limit_ms, struct error *err)
{
    int64_t deadline_us = clock_monotonic_us() + limit_ms * INT64_C(1000);
    enum status status = STATUS_OK;
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(sql->db, "PRAGMA quick_check(1)", -1, &statement, NULL) != SQLITE_OK)
        return sql_failed(sql, "check the database", err);
    sqlite3_progress_handler(sql->db, 10000, out_of_time, &deadline_us);
    int code = sqlite3_step(statement);
    const char *found = code == SQLITE_ROW ? sql_text(statement, 0) : "ok";
    const char *memory = found ? strstr(found, "error code=7") : NULL; /* SQLITE_NOMEM says nothing of the file */
    if (memory || (code == SQLITE_ROW && !found)) {
        status = error_memory(err);
    } else if (code != SQLITE_ROW && code != SQLITE_INTERRUPT) {
        status = sql_failed(sql, "check the database", err);
    } else if (sqlite3_stricmp(found, "ok") != 0) {
        status = error_set(err, STATUS_CORRUPT, "the database %s is damaged: %s", path,
                           found);
        error_hint(err,
                   "start with the newest copy made by `deflect backup DIR` (--data DIR), or "
                   "save what is readable with `sqlite3 %s .recover`",
                   path);
    }
    sqlite3_progress_handler(sql->db, 0, NULL, NULL);
    (void)sqlite3_finalize(statement);
    return status;
}

enum status schema_verify(struct sql *sql, const char *path, int limit_ms, struct error *err)
{
    int64_t application_id = 0, version = 0, objects = 0;
    enum status status = read_pragma(sql, "PRAGMA application_id", &application_id, err);
    if (!status)
        status = read_pragma(sql, "PRAGMA user_version", &version, err);
    if (!status)
        status = read_pragma(sql, "SELECT count(*) FROM sqlite_schema", &objects, err);
    if (status)
        return status;
    if (objects == 0 && version == 0)
        return STATUS_OK; /* empty: about to be filled */
    if (application_id != SCHEMA_APPLICATION_ID) {
        error_set(err, STATUS_INCOMPATIBLE, "%s is a database of another program", path);
        error_hint(err, "name another data folder (--data DIR)");
        return STATUS_INCOMPATIBLE;
    }
    if (version > (int64_t)ARRAY_LENGTH(schema_steps)) {
        error_set(err, STATUS_INCOMPATIBLE,
                  "%s was written by a newer Deflect (schema %lld, this one knows %zu)", path,
                  (long long)version, ARRAY_LENGTH(schema_steps));
        error_hint(err, "install that version again, or use a backup made before the upgrade");
        return STATUS_INCOMPATIBLE;
    }
    return quick_check(sql, path, limit_ms, err);
}

enum status schema_migrate(struct sql *sql, struct error *err)
{
    char mark[96];
    int64_t version = 0;
    enum status status = read_pragma(sql, "PRAGMA user_version", &version, err);
    if (status || version == (int64_t)ARRAY_LENGTH(schema_steps))
        return status;
    status = sql_exec(sql, "BEGIN IMMEDIATE", err);
    if (status)
        return status;
    /* Another process may have done it while we waited. */
    status = read_pragma(sql, "PRAGMA user_version", &version, err);
    for (size_t i = (size_t)version; !status && i < ARRAY_LENGTH(schema_steps); i++)
        status = sql_exec(sql, schema_steps[i], err);
    (void)sqlite3_snprintf(sizeof mark, mark, "PRAGMA application_id=%d; PRAGMA user_version=%d;",
                           SCHEMA_APPLICATION_ID, (int)ARRAY_LENGTH(schema_steps));
    if (!status)
        status = sql_exec(sql, mark, err);
    if (!status)
        status = sql_exec(sql, "COMMIT", err);
    if (status)
        (void)sqlite3_exec(sql->db, "ROLLBACK", NULL, NULL, NULL);
    return status;
}
