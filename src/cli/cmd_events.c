/* cmd_events.c: `deflect export events` and `deflect import events`. */
#define HASH_NONFATAL_OOM 1
#include "cli/cli.h"

#include "app/caps.h"
#include "app/service.h"
#include "base/clock.h"
#include "base/csv.h"
#include "base/digest.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/str.h"
#include "cli/import.h"

#include <uthash.h>

enum { BATCH_EVENTS = 1000, ROW_BYTES = 1024 * 1024 };

/* ---- export ---- */

static const char *const columns[] = {
    "id",    "at",    "session", "contact_hash", "arm",     "holdout", "marks",   "type",   "article",
    "query_id", "rank", "source", "part",        "place",   "lang",    "query",   "results", "ms",
    "scroll", "value", "comment", "ticket",      "ref",     "subject", "body",    "withdrawn",
    "confidence"};

static void add_list(struct buf *row, const json_t *list)
{
    _cleanup_buf_ struct buf text = BUF_INIT(ROW_BYTES);
    size_t i;
    const json_t *item;
    json_array_foreach(list, i, item)
    {
        buf_add_str(&text, i ? "; " : "");
        buf_add_str(&text, json_string_value(item));
    }
    csv_add(row, (struct slice){text.data, text.length});
}

static void add_value(struct buf *row, const json_t *value)
{
    if (json_is_array(value))
        add_list(row, value);
    else if (json_is_integer(value))
        buf_printf(row, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    else if (json_is_real(value))
        buf_printf(row, "%.10g", json_real_value(value));
    else if (json_is_boolean(value))
        buf_add_str(row, json_is_true(value) ? "true" : "false");
    else if (value)
        csv_add(row, (struct slice){json_string_value(value), json_string_length(value)});
}

/* How an export goes on. */
struct export {
    bool csv;
    int64_t since_ms;
    struct buf row;
    bool failed;
};

static bool export_event(void *arg, const struct event *event)
{
    struct export *export = arg;
    if (event->at_ms < export->since_ms)
        return true;
    _cleanup_json_ json_t *object = event_to_json(event);
    buf_truncate(&export->row, 0);
    if (object && export->csv) {
        for (size_t i = 0; i < ARRAY_LENGTH(columns); i++) {
            if (i)
                buf_add_char(&export->row, ',');
            add_value(&export->row, json_object_get(object, columns[i]));
        }
    } else if (object) {
        _cleanup_free_ char *text = json_text(object);
        if (text)
            buf_add_str(&export->row, text);
    }
    buf_add_char(&export->row, '\n');
    export->failed = !object || export->row.failed ||
                     fwrite(export->row.data, 1, export->row.length, stdout) != export->row.length;
    return !export->failed;
}

/* Everybody's events, or one person's: what they may ask to see. */
static enum status export_chosen(const struct cli *cli, struct store *store, struct export *export,
                                 struct error *err)
{
    const char *contact = cli_option(cli, "contact"), *session = cli_option(cli, "session");
    char hash[DIGEST_HEX_SIZE];
    if (contact && session)
        return error_set(err, STATUS_INVALID, "export takes --contact or --session, not both");
    if (session)
        return store_each_session_event(store, session, export_event, export, err);
    if (!contact)
        return store_each_event(store, export->since_ms, INT64_MAX, export_event, export, err);
    if (!*contact)
        return error_set(err, STATUS_INVALID, "--contact must not be empty");
    store_contact_hash(store, contact, hash);
    return store_each_contact_event(store, hash, export_event, export, err);
}

int cmd_export_events(struct cli *cli)
{
    _cleanup_(service_closep) struct service *service = NULL;
    const char *format = cli_option(cli, "format");
    struct export export = {.csv = str_equal(format, "csv"), .row = BUF_INIT(ROW_BYTES)};
    struct error err;
    enum status status;
    if (format && !export.csv && strcmp(format, "jsonl") != 0) {
        cli_say("--format must be jsonl or csv, not \"%s\"", format);
        return CLI_UNABLE;
    }
    if (cli_time(cli, "since", &export.since_ms, &err) ||
        service_open(&cli->config, SERVICE_EXISTING, &service, &err))
        return cli_fail(&err);
    for (size_t i = 0; export.csv && i < ARRAY_LENGTH(columns); i++)
        (void)printf("%s%s", columns[i], i + 1 < ARRAY_LENGTH(columns) ? "," : "\n");
    status = export_chosen(cli, service_store(service), &export, &err);
    buf_done(&export.row);
    if (status)
        return cli_fail(&err);
    if (export.failed) {
        cli_say("cannot write all events");
        return CLI_UNABLE;
    }
    return CLI_DONE;
}

/* ---- import ---- */

/* How often a line without an id has been seen in this file. */
struct repeat {
    UT_hash_handle hh;
    unsigned char digest[DIGEST_BYTES];
    size_t count;
};

/* How an import goes on. */
struct import {
    struct import_progress progress;
    struct store *store;
    struct event events[BATCH_EVENTS]; /* gathered, not stored yet */
    enum event_outcome outcomes[BATCH_EVENTS];
    size_t count;
    struct repeat *repeats;
    struct caps *caps;
};

static struct import *import_free(struct import *import)
{
    struct repeat *one, *next;
    if (!import)
        return NULL;
    for (size_t i = 0; i < import->count; i++)
        event_done(&import->events[i]);
    HASH_ITER(hh, import->repeats, one, next)
    {
        HASH_DEL(import->repeats, one);
        mem_free(one);
    }
    if (import->caps)
        (void)caps_free(import->caps);
    return mem_free(import);
}
DEFINE_CLEANUP(struct import *, import_free)

/* An id for a line that has none: its digest and how often the same line stood before, so that
 * importing the file again adds nothing. */
static enum status make_id(struct import *import, struct slice line, char **ret, struct error *err)
{
    unsigned char digest[DIGEST_BYTES];
    char text[DIGEST_HEX_SIZE];
    struct repeat *repeat;
    digest_sha256(line, digest);
    digest_hex(digest, sizeof digest / 2, text);
    HASH_FIND(hh, import->repeats, digest, sizeof digest, repeat);
    if (!repeat) {
        repeat = mem_zero(1, sizeof *repeat);
        if (!repeat)
            return error_memory(err);
        memcpy(repeat->digest, digest, sizeof digest);
        HASH_ADD(hh, import->repeats, digest, sizeof digest, repeat);
        if (!repeat->hh.tbl) {
            mem_free(repeat);
            return error_memory(err);
        }
    }
    *ret = mem_printf("import-%s-%zu", text, repeat->count++);
    return *ret ? STATUS_OK : error_memory(err);
}

static enum status store_gathered(struct import *import, struct error *err)
{
    enum status status =
        store_append(import->store, import->events, import->count, import->outcomes, err);
    if (status)
        return status;
    for (size_t i = 0; i < import->count; i++) {
        if (import->outcomes[i] == OUTCOME_STORED)
            import->progress.imported++;
        else
            import->progress.known++;
        event_done(&import->events[i]);
    }
    import->count = 0;
    cli_progress("imported", import->progress.imported + import->progress.known);
    return STATUS_OK;
}

/* UNPROCESSABLE or INVALID: the line is wrong; what else goes wrong ends the import. */
static enum status read_event(struct import *import, struct slice line, struct event *event,
                              struct error *err)
{
    _cleanup_json_ json_t *object = NULL;
    enum status status = json_read(line, &object, err);
    if (!status)
        status = event_from_export(object, event, err);
    if (!status && !event->session)
        status = error_set(err, STATUS_UNPROCESSABLE, "field session is missing");
    if (!status && event->at_ms < 0)
        status = error_set(err, STATUS_UNPROCESSABLE, "field at is missing");
    if (!status && !event->id)
        status = make_id(import, line, &event->id, err);
    return status ? status : event_redact(event, err);
}

static enum status take_line(void *arg, struct slice line, struct error *err)
{
    struct import *import = arg;
    struct event event = {.sequence = 0};
    enum status status = read_event(import, line, &event, err);
    if (status) {
        event_done(&event);
        if (status != STATUS_UNPROCESSABLE && status != STATUS_INVALID)
            return status;
        import_reject(&import->progress, err->message);
        return STATUS_OK;
    }
    /* What a server would have marked as it came. */
    if (caps_add(import->caps, slice_of(event.session), 1) > LIMIT_EVENTS_PER_SESSION)
        event.marks |= MARK_CAPPED;
    import->events[import->count++] = event;
    return import->count == BATCH_EVENTS ? store_gathered(import, err) : STATUS_OK;
}

int cmd_import_events(struct cli *cli)
{
    _cleanup_(service_closep) struct service *service = NULL;
    _cleanup_(import_freep) struct import *import = mem_zero(1, sizeof *import);
    struct error err;
    if (!import) {
        (void)error_memory(&err);
        return cli_fail(&err);
    }
    if (caps_new(&import->caps, &err) ||
        cli_argument(cli, "a file, or - for standard input", &import->progress.file, &err) ||
        service_open(&cli->config, SERVICE_COMMAND, &service, &err))
        return cli_fail(&err);
    import->store = service_store(service);
    if (import_lines(&import->progress, take_line, import, &err) || store_gathered(import, &err))
        return cli_fail(&err);
    return import_tell(cli, &import->progress, "events");
}
