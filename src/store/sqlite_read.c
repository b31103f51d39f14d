/* sqlite_read.c: events out of the database, in order, without copying their texts. */
#include "store/sqlite.h"

#include "base/limits.h"
#include "base/str.h"

#define SELECT_EVENTS                                                                              \
    "SELECT e.sequence, e.moment, e.type, e.arm, e.holdout, e.marks, e.id, s.name, c.hash,"        \
    " a.name, e.query_id, e.rank, e.source, e.part, e.place, e.lang, e.query, e.results, e.ms,"    \
    " e.scroll, e.value, e.comment, e.ticket, e.ref, e.subject, e.body, e.withdrawn,"              \
    " e.confidence"                                                                                \
    " FROM events e CROSS JOIN sessions s ON s.id = e.session"                                     \
    " LEFT JOIN contacts c ON c.id = s.contact LEFT JOIN articles a ON a.id = e.article "
#define IN_ORDER " ORDER BY e.moment, e.sequence"

/* Names of articles by row, read once each. */
struct article_names {
    char **names;
    size_t count;
};

static void article_names_done(struct article_names *known)
{
    for (size_t i = 0; i < known->count; i++)
        (void)mem_free(known->names[i]);
    known->names = mem_free(known->names);
}

static bool article_names_reach(struct article_names *known, size_t row)
{
    size_t wanted = row + 1 + row / 2;
    if (row < known->count)
        return true;
    char **grown = mem_resize(known->names, wanted, sizeof *grown);
    if (!grown)
        return false;
    for (size_t i = known->count; i < wanted; i++)
        grown[i] = NULL;
    known->names = grown;
    known->count = wanted;
    return true;
}

/* The name of the article in ROW: borrowed from KNOWN. */
static enum status article_name(struct sql *sql, struct article_names *known, int64_t row,
                                char **ret, struct error *err)
{
    if (row < 1 || row > UINT32_MAX)
        return error_set(err, STATUS_CORRUPT, "an event names article row %lld", (long long)row);
    if (!article_names_reach(known, (size_t)row))
        return error_memory(err);
    if (!known->names[row]) {
        _cleanup_sql_ sqlite3_stmt *query =
            sql_prepare(sql, "SELECT name FROM articles WHERE id = ?");
        if (query)
            sql_bind_int(query, 1, row);
        if (!query || sqlite3_step(query) != SQLITE_ROW)
            return sql_failed(sql, "read an article's name", err);
        known->names[row] = mem_strdup(sql_text(query, 0));
    }
    *ret = known->names[row];
    return *ret ? STATUS_OK : error_memory(err);
}

/* Turns "7,12" into names, in LIST (borrowed texts). */
static enum status read_results(struct sql *sql, struct article_names *known, const char *text,
                                char *list[LIMIT_EVENT_RESULTS + 1], struct error *err)
{
    struct slice rest = slice_of(text), one;
    size_t count = 0;
    list[0] = NULL;
    while (rest.length > 0 && count < LIMIT_EVENT_RESULTS && slice_split(&rest, ',', &one)) {
        int64_t row = 0;
        (void)str_to_int64(one, &row);
        enum status status = article_name(sql, known, row, &list[count], err);
        if (status)
            return status;
        list[++count] = NULL;
    }
    return STATUS_OK;
}

/* Points EVENT at the columns of the present row. */
static void read_row(sqlite3_stmt *row, struct event *event)
{
    int64_t moment = sqlite3_column_int64(row, 1);
    *event = (struct event){
        .sequence = sqlite3_column_int64(row, 0),
        .at_ms = moment >> 1,
        .type = (enum event_type)sqlite3_column_int(row, 2),
        .arm = (enum event_arm)sqlite3_column_int(row, 3),
        .holdout = sqlite3_column_double(row, 4),
        .marks = (unsigned)sqlite3_column_int(row, 5),
        .id = sql_text(row, 6),
        .session = sql_text(row, 7),
        .contact_hash = sql_text(row, 8),
        .article = sql_text(row, 9),
        .query_id = sql_text(row, 10),
        .rank = sqlite3_column_int(row, 11),
        .source = (enum event_source)sqlite3_column_int(row, 12),
        .part = (enum event_part)sqlite3_column_int(row, 13),
        .place = (enum event_place)sqlite3_column_int(row, 14),
        .lang = sql_text(row, 15),
        .query = sql_text(row, 16),
        .ms = sqlite3_column_int64(row, 18),
        .scroll = sqlite3_column_type(row, 19) == SQLITE_NULL ? -1 : sqlite3_column_double(row, 19),
        .value = (enum event_value)sqlite3_column_int(row, 20),
        .comment = sql_text(row, 21),
        .ticket = sql_text(row, 22),
        .ref = sql_text(row, 23),
        .subject = sql_text(row, 24),
        .body = sql_text(row, 25),
        .withdrawn = sqlite3_column_int(row, 26) != 0,
        .confidence = (enum event_confidence)sqlite3_column_int(row, 27),
    };
}

/* Hands every row of QUERY, whose parameters are bound, to EACH. */
static enum status each_row(struct sql *sql, sqlite3_stmt *query, store_event_fn *each, void *arg,
                            struct error *err)
{
    _cleanup_(article_names_done) struct article_names known = {0};
    char *results[LIMIT_EVENT_RESULTS + 1];
    struct event event;
    int code;
    while ((code = sqlite3_step(query)) == SQLITE_ROW) {
        read_row(query, &event);
        if (event.type == EVENT_SEARCH) {
            enum status status = read_results(sql, &known, sql_text(query, 17), results, err);
            if (status)
                return status;
            event.results = results;
        }
        if (!each(arg, &event))
            return STATUS_OK;
    }
    return code == SQLITE_DONE ? STATUS_OK : sql_failed(sql, "read events", err);
}

enum status store_each_event(struct store *store, int64_t from_ms, int64_t to_ms,
                             store_event_fn *each, void *arg, struct error *err)
{
    _cleanup_reader_ struct reader reader = {0};
    enum status status = reader_take(store, &reader, err);
    if (status)
        return status;
    _cleanup_sql_ sqlite3_stmt *query =
        sql_prepare(reader.sql, SELECT_EVENTS "WHERE e.moment >= ? AND e.moment < ?" IN_ORDER);
    if (!query)
        return sql_failed(reader.sql, "read events", err);
    sql_bind_int(query, 1, from_ms > INT64_MIN / 2 ? 2 * from_ms : INT64_MIN);
    sql_bind_int(query, 2, to_ms < INT64_MAX / 2 ? 2 * to_ms : INT64_MAX);
    return each_row(reader.sql, query, each, arg, err);
}

/* The events that QUERY finds by NAME. */
static enum status each_event_by(struct store *store, const char *text, const char *name,
                                 store_event_fn *each, void *arg, struct error *err)
{
    _cleanup_reader_ struct reader reader = {0};
    enum status status = reader_take(store, &reader, err);
    if (status)
        return status;
    _cleanup_sql_ sqlite3_stmt *query = sql_prepare(reader.sql, text);
    if (!query)
        return sql_failed(reader.sql, "read events", err);
    sql_bind_text(query, 1, name);
    return each_row(reader.sql, query, each, arg, err);
}

enum status store_each_session_event(struct store *store, const char *session, store_event_fn *each,
                                     void *arg, struct error *err)
{
    return each_event_by(
        store, SELECT_EVENTS "WHERE e.session = (SELECT id FROM sessions WHERE name = ?)" IN_ORDER,
        session, each, arg, err);
}

enum status store_each_contact_event(struct store *store, const char *contact_hash,
                                     store_event_fn *each, void *arg, struct error *err)
{
    return each_event_by(store,
                         SELECT_EVENTS "WHERE e.session IN (SELECT id FROM sessions WHERE contact ="
                                       " (SELECT id FROM contacts WHERE hash = ?))" IN_ORDER,
                         contact_hash, each, arg, err);
}

enum status store_each_ticket_event(struct store *store, const char *ticket, store_event_fn *each,
                                    void *arg, struct error *err)
{
    return each_event_by(store, SELECT_EVENTS "WHERE e.ticket = ?" IN_ORDER, ticket, each, arg,
                         err);
}

enum status store_each_ref_event(struct store *store, const char *ref, store_event_fn *each,
                                 void *arg, struct error *err)
{
    return each_event_by(store, SELECT_EVENTS "WHERE e.ref = ?" IN_ORDER, ref, each, arg, err);
}

/* The events that TEXT, a statement with one number, finds by ROW. */
static enum status each_event_of(struct sql *sql, const char *text, int64_t row,
                                 store_event_fn *each, void *arg, struct error *err)
{
    _cleanup_sql_ sqlite3_stmt *query = sql_prepare(sql, text);
    if (!query)
        return sql_failed(sql, "read events", err);
    sql_bind_int(query, 1, row);
    return each_row(sql, query, each, arg, err);
}

enum status sql_each_contact_event(struct sql *sql, int64_t contact, store_event_fn *each,
                                   void *arg, struct error *err)
{
    return each_event_of(sql,
                         SELECT_EVENTS
                         "WHERE e.session IN (SELECT id FROM sessions WHERE contact = ?)" IN_ORDER,
                         contact, each, arg, err);
}

enum status sql_each_alone_event(struct sql *sql, int64_t session, store_event_fn *each, void *arg,
                                 struct error *err)
{
    return each_event_of(sql, SELECT_EVENTS "WHERE e.session = ? AND s.contact IS NULL" IN_ORDER,
                         session, each, arg, err);
}
