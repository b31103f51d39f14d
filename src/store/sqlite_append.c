/* sqlite_append.c: events into the database, a batch in one durable transaction. */
#include "store/sqlite.h"

#include "base/buf.h"
#include "base/limits.h"

/* Columns that one event has and others lack are bound NULL, which takes no room. */
#define INSERT_EVENT                                                                               \
    "INSERT INTO events (session, id, moment, type, arm, holdout, marks, article, query_id, rank," \
    " source, part, place, lang, query, results, ms, scroll, value, comment, ticket, ref, "        \
    "subject,"                                                                                     \
    " body, withdrawn, confidence) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, " \
    "?,"                                                                                           \
    " ?, ?, ?) ON CONFLICT DO NOTHING"

/* The rows of the articles shown, joined by commas. */
static enum status results_text(struct store *store, char *const *results, struct buf *out,
                                struct error *err)
{
    for (size_t i = 0; results && results[i]; i++) {
        int64_t row = 0;
        enum status status = names_article(store, results[i], &row, err);
        if (status)
            return status;
        buf_printf(out, "%s%lld", i ? "," : "", (long long)row);
    }
    return out->failed ? error_memory(err) : STATUS_OK;
}

static void bind_envelope(sqlite3_stmt *insert, const struct event *event, int64_t session)
{
    sql_bind_int(insert, 1, session);
    sql_bind_text(insert, 2, event->id);
    sql_bind_int(insert, 3, 2 * event->at_ms + (event->type == EVENT_TICKET));
    sql_bind_int(insert, 4, event->type);
    sql_bind_int(insert, 5, event->arm);
    (void)sqlite3_bind_double(insert, 6, event->holdout);
    sql_bind_int(insert, 7, event->marks);
}

static void bind_search(sqlite3_stmt *insert, const struct event *event, const char *results)
{
    sql_bind_int(insert, 13, event->place);
    sql_bind_text(insert, 14, event->lang);
    sql_bind_text(insert, 15, event->query);
    sql_bind_text(insert, 16, results);
    if (event->confidence)
        sql_bind_int(insert, 26, event->confidence);
}

static void bind_view(sqlite3_stmt *insert, const struct event *event)
{
    if (event->rank)
        sql_bind_int(insert, 10, event->rank);
    sql_bind_int(insert, 11, event->source);
    sql_bind_int(insert, 12, event->part);
}

static void bind_read(sqlite3_stmt *insert, const struct event *event)
{
    sql_bind_int(insert, 17, event->ms);
    if (event->scroll >= 0)
        (void)sqlite3_bind_double(insert, 18, event->scroll);
}

static void bind_vote(sqlite3_stmt *insert, const struct event *event)
{
    sql_bind_int(insert, 19, event->value);
    sql_bind_text(insert, 20, event->comment);
}

static void bind_ticket(sqlite3_stmt *insert, const struct event *event)
{
    sql_bind_text(insert, 21, event->ticket);
    sql_bind_text(insert, 22, event->ref);
    sql_bind_text(insert, 23, event->subject);
    sql_bind_text(insert, 24, event->body);
    sql_bind_int(insert, 25, event->withdrawn);
}

/* Marks the stored ticket with this id as taken back; *RET tells whether there was one. */
static enum status withdraw(struct sql *sql, const struct event *event, int64_t session, bool *ret,
                            struct error *err)
{
    _cleanup_sql_ sqlite3_stmt *update =
        sql_prepare(sql, "UPDATE events SET withdrawn = 1"
                         " WHERE session = ? AND id = ? AND type = 6 AND withdrawn = 0");
    if (update) {
        sql_bind_int(update, 1, session);
        sql_bind_text(update, 2, event->id);
    }
    if (!update || !sql_run(update))
        return sql_failed(sql, "take back a ticket", err);
    *ret = sqlite3_changes(sql->db) > 0;
    return STATUS_OK;
}

static enum status insert_event(struct store *store, const struct event *event, int64_t session,
                                bool *ret_new, struct error *err)
{
    _cleanup_buf_ struct buf results = BUF_INIT((size_t)21 * (LIMIT_EVENT_RESULTS + 1));
    struct sql *sql = &store->writer;
    int64_t article = 0;
    enum status status = results_text(store, event->results, &results, err);
    if (!status && event->article)
        status = names_article(store, event->article, &article, err);
    if (status)
        return status;
    _cleanup_sql_ sqlite3_stmt *insert = sql_prepare(sql, INSERT_EVENT);
    if (!insert)
        return sql_failed(sql, "store an event", err);
    bind_envelope(insert, event, session);
    if (article)
        sql_bind_int(insert, 8, article);
    sql_bind_text(insert, 9, event->query_id);
    if (event->type == EVENT_SEARCH)
        bind_search(insert, event, results.data);
    else if (event->type == EVENT_VIEW)
        bind_view(insert, event);
    else if (event->type == EVENT_READ)
        bind_read(insert, event);
    else if (event->type == EVENT_VOTE)
        bind_vote(insert, event);
    else if (event->type == EVENT_TICKET)
        bind_ticket(insert, event);
    if (!sql_run(insert))
        return sql_failed(sql, "store an event", err);
    *ret_new = sqlite3_changes(sql->db) > 0;
    return STATUS_OK;
}

/* Notes that the session's part in the totals must be worked out anew. *MARKED: the session that
 * was noted last, as events of one session mostly come together. */
static enum status mark_stale(struct sql *sql, int64_t session, int64_t *marked, struct error *err)
{
    if (session == *marked)
        return STATUS_OK;
    _cleanup_sql_ sqlite3_stmt *mark =
        sql_prepare(sql, "INSERT OR IGNORE INTO stale (session) VALUES (?)");
    if (mark)
        sql_bind_int(mark, 1, session);
    if (!mark || !sql_run(mark))
        return sql_failed(sql, "store an event", err);
    *marked = session;
    return STATUS_OK;
}

static enum status append_one(struct store *store, const struct event *event, int64_t *marked,
                              enum event_outcome *ret, struct error *err)
{
    bool changed = false;
    int64_t session = 0;
    if (!event->id || !event->session || event->at_ms < 0)
        return error_set(err, STATUS_INTERNAL, "an event without id, session or time");
    enum status status = names_session(store, event->session, event->contact_hash, &session, err);
    if (!status && event->type == EVENT_TICKET && event->withdrawn)
        status = withdraw(&store->writer, event, session, &changed, err);
    if (!status && !changed)
        status = insert_event(store, event, session, &changed, err);
    if (!status && changed)
        status = mark_stale(&store->writer, session, marked, err);
    if (!status && ret)
        *ret = changed ? OUTCOME_STORED : OUTCOME_KNOWN;
    return status;
}

enum status store_append(struct store *store, const struct event *events, size_t count,
                         enum event_outcome *outcomes, struct error *err)
{
    int64_t marked = 0;
    enum status status = store_write_begin(store, err);
    if (status)
        return status;
    for (size_t i = 0; !status && i < count; i++)
        status = append_one(store, &events[i], &marked, outcomes ? &outcomes[i] : NULL, err);
    return store_write_end(store, status, err);
}
