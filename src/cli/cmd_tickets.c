/* cmd_tickets.c: `deflect import tickets`: past tickets from CSV or JSON lines. */
#include "cli/cli.h"

#include "app/link_learn.h"
#include "app/service.h"
#include "app/ticket_ingest.h"
#include "base/clock.h"
#include "base/csv.h"
#include "base/file.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/str.h"
#include "cli/columns.h"
#include "cli/import.h"
#include "store/ticket.h"
#include "text/redact.h"

#include <ctype.h>
#include <stdint.h>

enum { BATCH_TICKETS = 500, COLUMNS_MOST = 200, NUMBER_SIZE = 32 };

/* How an import goes on. */
struct import {
    struct cli *cli;
    struct import_progress progress;
    struct service *service;
    struct store *store;
    struct ticket tickets[BATCH_TICKETS]; /* gathered, not stored yet */
    bool fresh[BATCH_TICKETS];
    size_t count;
    char **names;            /* columns seen */
};

static struct import *import_free(struct import *import)
{
    for (size_t i = 0; import && i < import->count; i++)
        ticket_done(&import->tickets[i]);
    if (import)
        strv_free(import->names);
    return mem_free(import);
}
DEFINE_CLEANUP(struct import *, import_free)

static enum status store_gathered(struct import *import, struct error *err)
{
    enum status status =
        store_put_tickets(import->store, import->tickets, import->count, import->fresh, err);
    if (status)
        return status;
    for (size_t i = 0; i < import->count; i++) {
        if (import->fresh[i])
            import->progress.imported++;
        else
            import->progress.known++;
        ticket_done(&import->tickets[i]);
    }
    import->count = 0;
    cli_progress("imported", import->progress.imported + import->progress.known);
    return STATUS_OK;
}

/* ---- One ticket from the texts of its fields ---- */

static enum status read_time(const char *name, struct slice text, int64_t *ret_ms,
                             struct error *err)
{
    *ret_ms = -1;
    if (text.length == 0 || clock_parse_loose(text, ret_ms))
        return STATUS_OK;
    return error_set(err, STATUS_UNPROCESSABLE,
                     "field %s must be a time such as 2026-11-22 02:05, not \"%.*s\"", name,
                     (int)utf8_cut(text, 40), text.ptr);
}

/* What desks call the states that the store knows; of others a past ticket is closed. */
static enum ticket_status read_status(struct slice text, bool solved)
{
    static const struct {
        const char *name;
        enum ticket_status status;
    } names[] = {{"new", TICKET_OPEN},         {"hold", TICKET_PENDING},
                 {"on-hold", TICKET_PENDING},  {"waiting", TICKET_PENDING},
                 {"resolved", TICKET_SOLVED},  {"done", TICKET_SOLVED},
                 {"deleted", TICKET_SPAM}};
    char lower[NUMBER_SIZE];
    enum ticket_status status;
    size_t length = text.length < sizeof lower ? text.length : sizeof lower - 1;
    for (size_t i = 0; i < length; i++)
        lower[i] = (char)tolower((unsigned char)text.ptr[i]);
    lower[length] = '\0';
    if (length == 0)
        return solved ? TICKET_SOLVED : TICKET_OPEN;
    if (ticket_status_parse(slice_of(lower), &status))
        return status;
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++)
        if (strcmp(names[i].name, lower) == 0)
            return names[i].status;
    return TICKET_CLOSED;
}

static enum status keep_text(struct slice text, size_t most, char **ret, struct error *err)
{
    _cleanup_buf_ struct buf redacted = BUF_INIT(2 * LIMIT_BODY_TEXT);
    if (text.length == 0)
        return STATUS_OK;
    redact_text((struct slice){text.ptr, utf8_cut(text, most)}, &redacted);
    *ret = buf_take(&redacted);
    return *ret ? STATUS_OK : error_memory(err);
}

static enum status keep_contact(struct import *import, struct slice text, struct ticket *ticket,
                                struct error *err)
{
    _cleanup_free_ char *contact = mem_strndup(text.ptr ? text.ptr : "", text.length);
    char hash[65];
    if (!contact)
        return error_memory(err);
    if (text.length == 0)
        return STATUS_OK;
    store_contact_hash(import->store, contact, hash);
    ticket->contact_hash = mem_strdup(hash);
    return ticket->contact_hash ? STATUS_OK : error_memory(err);
}

static enum status check_fields(const struct slice fields[TICKET_FIELDS], struct error *err)
{
    static const enum ticket_field needed[] = {FIELD_ID, FIELD_CREATED};
    for (size_t i = 0; i < TICKET_FIELDS; i++)
        if (fields[i].length && !utf8_valid(fields[i]))
            return error_set(err, STATUS_UNPROCESSABLE, "field %s is not UTF-8",
                             ticket_field_name((enum ticket_field)i));
    for (size_t i = 0; i < ARRAY_LENGTH(needed); i++)
        if (fields[needed[i]].length == 0)
            return error_set(err, STATUS_UNPROCESSABLE, "field %s is missing",
                             ticket_field_name(needed[i]));
    if (fields[FIELD_ID].length > LIMIT_ID)
        return error_set(err, STATUS_UNPROCESSABLE, "field id is longer than %d bytes", LIMIT_ID);
    return STATUS_OK;
}

static enum status read_ticket(struct import *import, const struct slice fields[TICKET_FIELDS],
                               struct ticket *ticket, struct error *err)
{
    enum status status = check_fields(fields, err);
    *ticket = (struct ticket){.updated_ms = -1, .solved_ms = -1, .imported = true};
    if (!status)
        status = read_time("created", fields[FIELD_CREATED], &ticket->created_ms, err);
    if (!status)
        status = read_time("solved", fields[FIELD_SOLVED], &ticket->solved_ms, err);
    if (!status)
        status = keep_text(fields[FIELD_SUBJECT], LIMIT_SUBJECT, &ticket->subject, err);
    if (!status)
        status = keep_text(fields[FIELD_BODY], LIMIT_EVENT_TEXT, &ticket->body, err);
    if (!status)
        status = keep_text(fields[FIELD_CATEGORY], LIMIT_ID, &ticket->category, err);
    if (!status)
        status = keep_contact(import, fields[FIELD_CONTACT], ticket, err);
    ticket->status = read_status(fields[FIELD_STATUS], ticket->solved_ms >= 0);
    if (!status && !(ticket->id = mem_strndup(fields[FIELD_ID].ptr, fields[FIELD_ID].length)))
        status = error_memory(err);
    return status;
}

static enum status take_fields(struct import *import, const struct slice fields[TICKET_FIELDS],
                               struct error *err)
{
    struct ticket ticket;
    enum status status = read_ticket(import, fields, &ticket, err);
    if (status) {
        ticket_done(&ticket);
        if (status != STATUS_UNPROCESSABLE)
            return status;
        import_reject(&import->progress, err->message);
        return STATUS_OK;
    }
    import->tickets[import->count++] = ticket;
    return import->count == BATCH_TICKETS ? store_gathered(import, err) : STATUS_OK;
}

/* ---- JSON lines ---- */

/* The text of VALUE; of a number in NUMBER. */
static struct slice value_text(const json_t *value, char number[NUMBER_SIZE])
{
    if (json_is_string(value))
        return (struct slice){json_string_value(value), json_string_length(value)};
    if (!json_is_integer(value))
        return (struct slice){NULL, 0};
    (void)snprintf(number, NUMBER_SIZE, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    return slice_of(number);
}

/* Says once for each name which field it is. */
static enum status tell_column(struct import *import, const char *name, enum ticket_field field,
                               struct error *err)
{
    if (strv_contains(import->names, name) || strv_length(import->names) >= COLUMNS_MOST)
        return STATUS_OK;
    if (!strv_append(&import->names, slice_of(name)))
        return error_memory(err);
    cli_say("column %s %s %s", name, field == TICKET_FIELDS ? "is" : "→",
            field == TICKET_FIELDS ? "not used" : ticket_field_name(field));
    return STATUS_OK;
}

/* A ticket with replies is whole: the articles in them are links, and teach. */
static enum status take_whole(struct import *import, const json_t *object, struct error *err)
{
    _cleanup_ticket_outcome_ struct ticket_outcome outcome = {.id = NULL};
    enum status status =
        service_take_ticket(import->service, object, TICKET_FILE, NULL, &outcome, err);
    if (status == STATUS_UNPROCESSABLE) {
        import_reject(&import->progress, err->message);
        return STATUS_OK;
    }
    if (!status && outcome.created)
        import->progress.imported++;
    else if (!status)
        import->progress.known++;
    return status;
}

static enum status take_json(void *arg, struct slice line, struct error *err)
{
    struct import *import = arg;
    _cleanup_json_ json_t *object = NULL;
    struct slice fields[TICKET_FIELDS] = {{NULL, 0}};
    char numbers[TICKET_FIELDS][NUMBER_SIZE];
    const char *name;
    json_t *value;
    enum status status = json_read(line, &object, err);
    if (status == STATUS_INVALID || (!status && !json_is_object(object))) {
        import_reject(&import->progress, status ? err->message : "a ticket must be an object");
        return STATUS_OK;
    }
    if (!status && json_is_array(json_object_get(object, "replies")))
        return take_whole(import, object, err);
    json_object_foreach(object, name, value)
    {
        enum ticket_field field = ticket_field_of(import->cli, name);
        if (!status)
            status = tell_column(import, name, field, err);
        if (field != TICKET_FIELDS && fields[field].length == 0)
            fields[field] = value_text(value, numbers[field]);
    }
    return status ? status : take_fields(import, fields, err);
}

/* ---- CSV ---- */

/* The separator that the first line holds most often. */
static char guess_separator(struct slice text)
{
    static const char separators[] = ",;\t";
    size_t counts[sizeof separators] = {0}, best = 0;
    for (size_t i = 0; i < text.length && text.ptr[i] != '\n'; i++) {
        const char *found = memchr(separators, text.ptr[i], sizeof separators - 1);
        if (found)
            counts[found - separators]++;
    }
    for (size_t i = 1; i < sizeof separators - 1; i++)
        if (counts[i] > counts[best])
            best = i;
    return separators[best];
}

static enum status read_heading(struct import *import, char *const *heading,
                                enum ticket_field columns[COLUMNS_MOST], struct error *err)
{
    bool found[TICKET_FIELDS + 1] = {false};
    enum status status = STATUS_OK;
    for (size_t i = 0; i < COLUMNS_MOST; i++)
        columns[i] = TICKET_FIELDS;
    for (size_t i = 0; !status && heading && heading[i] && i < COLUMNS_MOST; i++) {
        enum ticket_field field = ticket_field_of(import->cli, heading[i]);
        columns[i] = found[field] ? TICKET_FIELDS : field;
        found[field] = true;
        status = tell_column(import, heading[i], columns[i], err);
    }
    if (!status && (!found[FIELD_ID] || !(found[FIELD_SUBJECT] || found[FIELD_BODY]))) {
        status = error_set(err, STATUS_INVALID,
                           "%s: no column for the id, or none for subject or body", import->progress.file);
        error_hint(err, "say which it is, such as --map \"Ticket no.=id\" --map Text=body");
    }
    return status;
}

static enum status take_record(struct import *import, char *const *record,
                               const enum ticket_field columns[COLUMNS_MOST], struct error *err)
{
    struct slice fields[TICKET_FIELDS] = {{NULL, 0}};
    for (size_t i = 0; record[i] && i < COLUMNS_MOST; i++)
        if (columns[i] != TICKET_FIELDS)
            fields[columns[i]] = slice_trim(slice_of(record[i]));
    return take_fields(import, fields, err);
}

static enum status import_csv(struct import *import, struct slice text, struct error *err)
{
    _cleanup_strv_ char **record = NULL;
    enum ticket_field columns[COLUMNS_MOST];
    char separator;
    size_t line = 0;
    enum status status;
    if (slice_starts(text, SLICE_LITERAL("\xEF\xBB\xBF")))
        text = (struct slice){text.ptr + 3, text.length - 3};
    separator = guess_separator(text);
    status = csv_next(&text, separator, &line, &record, err);
    if (!status)
        status = read_heading(import, record, columns, err);
    while (!status) {
        import->progress.line = line + 1;
        status = csv_next(&text, separator, &line, &record, err);
        if (status || !record)
            break;
        status = take_record(import, record, columns, err);
    }
    return status;
}

static enum status import_file(struct import *import, struct error *err)
{
    _cleanup_free_ char *text = NULL;
    size_t length;
    enum status status = file_read(import->progress.file, LIMIT_IMPORT_FILE, &text, &length, err);
    if (status)
        return status;
    if (*slice_trim((struct slice){text, length}).ptr == '{')
        status = import_lines(&import->progress, take_json, import, err);
    else
        status = import_csv(import, (struct slice){text, length}, err);
    return status ? status : store_gathered(import, err);
}

int cmd_import_tickets(struct cli *cli)
{
    _cleanup_(service_closep) struct service *service = NULL;
    _cleanup_(import_freep) struct import *import = mem_zero(1, sizeof *import);
    struct error err;
    if (!import) {
        (void)error_memory(&err);
        return cli_fail(&err);
    }
    import->cli = cli;
    if (ticket_fields_check(cli, &err) ||
        cli_argument(cli, "a CSV file or one of JSON lines", &import->progress.file, &err) ||
        service_open(&cli->config, SERVICE_COMMAND, &service, &err))
        return cli_fail(&err);
    import->service = service;
    import->store = service_store(service);
    if (import_file(import, &err) || service_learn(service, &err))
        return cli_fail(&err);
    return import_tell(cli, &import->progress, "tickets");
}
