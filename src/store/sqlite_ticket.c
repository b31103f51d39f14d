/* sqlite_ticket.c: tickets of the help desk, their replies, and the deliveries that brought them.
 */
#include "store/sqlite.h"
#include "store/ticket.h"

#include "base/json.h"
#include "base/str.h"

/* An update older than what is known changes nothing; what it leaves out keeps its value. */
#define UPSERT_TICKET                                                                              \
    "INSERT INTO tickets (id, session, ref, contact, channel, subject, body, category, tags,"      \
    " status, created, updated, solved, agent, imported)"                                          \
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, nullif(?12, -1), nullif(?13, -1),"     \
    " ?14, ?15) ON CONFLICT DO UPDATE SET session = coalesce(excluded.session, session),"          \
    " ref = coalesce(excluded.ref, ref), contact = coalesce(excluded.contact, contact),"           \
    " channel = coalesce(excluded.channel, channel),"                                              \
    " subject = coalesce(excluded.subject, subject), body = coalesce(excluded.body, body),"        \
    " category = coalesce(excluded.category, category), tags = coalesce(excluded.tags, tags),"     \
    " reopened = CASE WHEN status IN (2, 3) AND excluded.status IN (0, 1)"                         \
    " THEN coalesce(excluded.updated, excluded.created) ELSE reopened END,"                        \
    " status = excluded.status, created = excluded.created,"                                       \
    " updated = coalesce(excluded.updated, updated), solved = excluded.solved,"                    \
    " agent = coalesce(excluded.agent, agent), imported = min(imported, excluded.imported)"        \
    " WHERE updated IS NULL OR excluded.updated IS NULL OR excluded.updated >= updated"

#define SELECT_TICKETS                                                                             \
    "SELECT t.id, t.session, t.ref, c.hash, t.channel, t.subject, t.body, t.category, t.tags,"     \
    " t.status, t.created, t.updated, t.solved, t.agent, t.imported FROM tickets t"                \
    " LEFT JOIN contacts c ON c.id = t.contact "

/* --- in --- */

static enum status tags_text(char *const *tags, char **ret, struct error *err)
{
    _cleanup_json_ json_t *list = json_array();
    *ret = NULL;
    if (!tags)
        return STATUS_OK;
    for (size_t i = 0; tags[i]; i++)
        if (json_array_append_new(list, json_string(tags[i])) < 0)
            return error_memory(err);
    *ret = json_text(list);
    return *ret ? STATUS_OK : error_memory(err);
}

static bool is_known(struct sql *sql, const char *id)
{
    _cleanup_sql_ sqlite3_stmt *query = sql_prepare(sql, "SELECT 1 FROM tickets WHERE id = ?");
    if (query)
        sql_bind_text(query, 1, id);
    return query && sqlite3_step(query) == SQLITE_ROW;
}

static enum status put_fields(struct store *store, const struct ticket *ticket, struct error *err)
{
    struct sql *sql = &store->writer;
    _cleanup_free_ char *tags = NULL;
    int64_t contact = 0;
    enum status status = tags_text(ticket->tags, &tags, err);
    if (!status && ticket->contact_hash)
        status = names_contact(store, ticket->contact_hash, &contact, err);
    if (status)
        return status;
    _cleanup_sql_ sqlite3_stmt *upsert = sql_prepare(sql, UPSERT_TICKET);
    if (!upsert)
        return sql_failed(sql, "store a ticket", err);
    const char *const texts[] = {ticket->id,   ticket->session,  ticket->ref,
                                 NULL,         ticket->channel,  ticket->subject,
                                 ticket->body, ticket->category, tags};
    for (size_t i = 0; i < ARRAY_LENGTH(texts); i++)
        sql_bind_text(upsert, (int)i + 1, texts[i]);
    if (contact)
        sql_bind_int(upsert, 4, contact);
    sql_bind_int(upsert, 10, ticket->status);
    sql_bind_int(upsert, 11, ticket->created_ms);
    sql_bind_int(upsert, 12, ticket->updated_ms);
    sql_bind_int(upsert, 13, ticket->solved_ms);
    sql_bind_text(upsert, 14, ticket->agent);
    sql_bind_int(upsert, 15, ticket->imported);
    return sql_run(upsert) ? STATUS_OK : sql_failed(sql, "store a ticket", err);
}

static enum status put_reply(struct sql *sql, const char *ticket, const struct ticket_reply *reply,
                             struct error *err)
{
    _cleanup_sql_ sqlite3_stmt *upsert =
        sql_prepare(sql, "INSERT INTO replies (ticket, at, by, text) VALUES (?1, ?2, ?3, ?4)"
                         " ON CONFLICT DO UPDATE SET text = excluded.text");
    if (!upsert)
        return sql_failed(sql, "store a reply", err);
    sql_bind_text(upsert, 1, ticket);
    sql_bind_int(upsert, 2, reply->at_ms);
    sql_bind_int(upsert, 3, reply->by);
    sql_bind_text(upsert, 4, reply->text ? reply->text : "");
    return sql_run(upsert) ? STATUS_OK : sql_failed(sql, "store a reply", err);
}

static enum status put_ticket(struct store *store, const struct ticket *ticket, bool *ret_new,
                              struct error *err)
{
    if (ret_new)
        *ret_new = !is_known(&store->writer, ticket->id);
    enum status status = put_fields(store, ticket, err);
    for (size_t i = 0; !status && i < ticket->reply_count; i++)
        status = put_reply(&store->writer, ticket->id, &ticket->replies[i], err);
    return status;
}

enum status store_put_tickets(struct store *store, const struct ticket *tickets, size_t count,
                              bool *ret_new, struct error *err)
{
    enum status status = store_write_begin(store, err);
    if (status)
        return status;
    for (size_t i = 0; !status && i < count; i++)
        status = put_ticket(store, &tickets[i], ret_new ? &ret_new[i] : NULL, err);
    return store_write_end(store, status, err);
}

/* --- out --- */

static enum status read_tags(const char *text, char ***ret, struct error *err)
{
    _cleanup_json_ json_t *list = NULL;
    const json_t *tag;
    size_t i;
    if (!text)
        return STATUS_OK;
    enum status status = json_read(slice_of(text), &list, err);
    if (status)
        return status;
    json_array_foreach(list, i, tag)
    {
        if (!strv_append(ret, slice_of(json_string_value(tag))))
            return error_memory(err);
    }
    return STATUS_OK;
}

static int64_t time_or_none(sqlite3_stmt *row, int index)
{
    return sqlite3_column_type(row, index) == SQLITE_NULL ? -1 : sqlite3_column_int64(row, index);
}

/* Points TICKET at the columns of the present row; only its tags are its own. */
static enum status read_ticket(sqlite3_stmt *row, struct ticket *ticket, struct error *err)
{
    *ticket = (struct ticket){
        .id = sql_text(row, 0),
        .session = sql_text(row, 1),
        .ref = sql_text(row, 2),
        .contact_hash = sql_text(row, 3),
        .channel = sql_text(row, 4),
        .subject = sql_text(row, 5),
        .body = sql_text(row, 6),
        .category = sql_text(row, 7),
        .status = (enum ticket_status)sqlite3_column_int(row, 9),
        .created_ms = sqlite3_column_int64(row, 10),
        .updated_ms = time_or_none(row, 11),
        .solved_ms = time_or_none(row, 12),
        .agent = sql_text(row, 13),
        .imported = sqlite3_column_int(row, 14) != 0,
    };
    return read_tags(sql_text(row, 8), &ticket->tags, err);
}

static enum status each_ticket(struct sql *sql, sqlite3_stmt *query, store_ticket_fn *each,
                               void *arg, struct error *err)
{
    int code;
    while ((code = sqlite3_step(query)) == SQLITE_ROW) {
        struct ticket ticket;
        enum status status = read_ticket(query, &ticket, err);
        bool more = !status && each(arg, &ticket);
        ticket.tags = strv_free(ticket.tags);
        if (!more)
            return status;
    }
    return code == SQLITE_DONE ? STATUS_OK : sql_failed(sql, "read tickets", err);
}

enum status store_each_ticket(struct store *store, int64_t from_ms, int64_t to_ms,
                              store_ticket_fn *each, void *arg, struct error *err)
{
    _cleanup_reader_ struct reader reader = {0};
    enum status status = reader_take(store, &reader, err);
    if (status)
        return status;
    _cleanup_sql_ sqlite3_stmt *query =
        sql_prepare(reader.sql, SELECT_TICKETS
                    "WHERE t.created >= ? AND t.created < ? ORDER BY t.created, t.id");
    if (!query)
        return sql_failed(reader.sql, "read tickets", err);
    sql_bind_int(query, 1, from_ms);
    sql_bind_int(query, 2, to_ms);
    return each_ticket(reader.sql, query, each, arg, err);
}

enum status store_each_contact_ticket(struct store *store, const char *contact_hash,
                                      store_ticket_fn *each, void *arg, struct error *err)
{
    _cleanup_reader_ struct reader reader = {0};
    enum status status = reader_take(store, &reader, err);
    if (status)
        return status;
    _cleanup_sql_ sqlite3_stmt *query =
        sql_prepare(reader.sql, SELECT_TICKETS "WHERE t.contact = (SELECT id FROM contacts WHERE"
                                               " hash = ?) ORDER BY t.created, t.id");
    if (!query)
        return sql_failed(reader.sql, "read tickets", err);
    sql_bind_text(query, 1, contact_hash);
    return each_ticket(reader.sql, query, each, arg, err);
}

/* A copy of TEXT that is the caller's; *OK becomes false where memory is short. */
static char *own(const char *text, bool *ok)
{
    char *copy = text ? mem_strdup(text) : NULL;
    *ok = *ok && (copy || !text);
    return copy;
}

static enum status copy_ticket(sqlite3_stmt *row, struct ticket *ret, struct error *err)
{
    bool ok = true;
    enum status status = read_ticket(row, ret, err);
    char **const texts[] = {&ret->id,           &ret->session,  &ret->ref,
                            &ret->contact_hash, &ret->channel,  &ret->subject,
                            &ret->body,         &ret->category, &ret->agent};
    for (size_t i = 0; i < ARRAY_LENGTH(texts); i++)
        *texts[i] = own(*texts[i], &ok);
    return status || ok ? status : error_memory(err);
}

static enum status read_replies(struct sql *sql, struct ticket *ticket, struct error *err)
{
    _cleanup_sql_ sqlite3_stmt *query =
        sql_prepare(sql, "SELECT at, by, text FROM replies WHERE ticket = ? ORDER BY at, by");
    size_t capacity = 0;
    int code = SQLITE_ERROR;
    if (query)
        sql_bind_text(query, 1, ticket->id);
    while (query && (code = sqlite3_step(query)) == SQLITE_ROW) {
        bool ok = true;
        if (mem_grow(&ticket->replies, &capacity, ticket->reply_count, sizeof *ticket->replies))
            return error_memory(err);
        ticket->replies[ticket->reply_count++] = (struct ticket_reply){
            .at_ms = sqlite3_column_int64(query, 0),
            .by = (enum reply_by)sqlite3_column_int(query, 1),
            .text = own(sql_text(query, 2), &ok),
        };
        if (!ok)
            return error_memory(err);
    }
    return code == SQLITE_DONE ? STATUS_OK : sql_failed(sql, "read replies", err);
}

enum status store_get_ticket(struct store *store, const char *id, struct ticket *ret,
                             struct error *err)
{
    _cleanup_reader_ struct reader reader = {0};
    _cleanup_ticket_ struct ticket ticket = {0};
    enum status status = reader_take(store, &reader, err);
    if (status)
        return status;
    _cleanup_sql_ sqlite3_stmt *query = sql_prepare(reader.sql, SELECT_TICKETS "WHERE t.id = ?");
    if (query)
        sql_bind_text(query, 1, id);
    int code = query ? sqlite3_step(query) : SQLITE_ERROR;
    if (code == SQLITE_DONE)
        return error_set(err, STATUS_NOT_FOUND, "there is no ticket %s", id);
    if (code != SQLITE_ROW)
        return sql_failed(reader.sql, "read a ticket", err);
    status = copy_ticket(query, &ticket, err);
    if (!status)
        status = read_replies(reader.sql, &ticket, err);
    if (status)
        return status;
    *ret = ticket;
    ticket = (struct ticket){0};
    return STATUS_OK;
}

/* --- deliveries --- */

static enum status note_delivery(struct sql *sql, const char *desk, const char *id, int64_t at_ms,
                                 bool *ret_known, struct error *err)
{
    _cleanup_sql_ sqlite3_stmt *insert =
        sql_prepare(sql, "INSERT OR IGNORE INTO deliveries (desk, id, at) VALUES (?, ?, ?)");
    if (!insert)
        return sql_failed(sql, "note a delivery", err);
    sql_bind_text(insert, 1, desk);
    sql_bind_text(insert, 2, id);
    sql_bind_int(insert, 3, at_ms);
    if (!sql_run(insert))
        return sql_failed(sql, "note a delivery", err);
    *ret_known = sqlite3_changes(sql->db) == 0;
    return STATUS_OK;
}

enum status store_note_delivery(struct store *store, const char *desk, const char *id,
                                int64_t at_ms, bool *ret_known, struct error *err)
{
    enum status status = store_write_begin(store, err);
    if (status)
        return status;
    status = note_delivery(&store->writer, desk, id, at_ms, ret_known, err);
    return store_write_end(store, status, err);
}

enum status store_knows_delivery(struct store *store, const char *desk, const char *id,
                                 bool *ret_known, struct error *err)
{
    _cleanup_reader_ struct reader reader = {0};
    enum status status = reader_take(store, &reader, err);
    int code = SQLITE_ERROR;
    if (status)
        return status;
    _cleanup_sql_ sqlite3_stmt *query =
        sql_prepare(reader.sql, "SELECT 1 FROM deliveries WHERE desk = ? AND id = ?");
    if (query) {
        sql_bind_text(query, 1, desk);
        sql_bind_text(query, 2, id);
        code = sqlite3_step(query);
    }
    *ret_known = code == SQLITE_ROW;
    return code == SQLITE_ROW || code == SQLITE_DONE
               ? STATUS_OK
               : sql_failed(reader.sql, "look for a delivery", err);
}
