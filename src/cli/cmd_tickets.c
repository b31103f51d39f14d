/* cmd_tickets.c: `deflect import tickets`: past tickets out of a file, into the store. */
#include "cli/cli.h"

#include "app/agent/link_learn.h"
#include "app/service.h"
#include "app/ticket/ticket_file.h"
#include "app/ticket/ticket_ingest.h"
#include "app/ticket/ticket_row.h"
#include "base/str.h"
#include "cli/import.h"
#include "store/ticket.h"

enum { BATCH_TICKETS = 500 };

/* How an import goes on. */
struct import {
    struct cli *cli;
    struct import_progress progress;
    struct service *service;
    struct store *store;
    struct ticket tickets[BATCH_TICKETS]; /* gathered, not stored yet */
    bool fresh[BATCH_TICKETS];
    size_t count;
};

static struct import *import_free(struct import *import)
{
    for (size_t i = 0; import && i < import->count; i++)
        ticket_done(&import->tickets[i]);
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

static enum status take_fields(struct import *import, const struct ticket_row *row,
                               struct error *err)
{
    struct ticket ticket;
    enum status status = ticket_row_read(row->fields, &ticket, err);
    if (!status)
        status = keep_contact(import, row->fields[FIELD_CONTACT], &ticket, err);
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

static enum status take_row(void *arg, const struct ticket_row *row, struct error *err)
{
    struct import *import = arg;
    import->progress.line = row->line;
    return json_is_array(json_object_get(row->object, "replies"))
               ? take_whole(import, row->object, err)
               : take_fields(import, row, err);
}

static void reject_row(void *arg, size_t line, const char *reason)
{
    struct import *import = arg;
    import->progress.line = line;
    import_reject(&import->progress, reason);
}

static enum status import_file(struct import *import, struct error *err)
{
    _cleanup_strv_ char **maps = NULL;
    enum status status = cli_options_all(import->cli, "map", &maps, err);
    const struct ticket_file file = {.path = import->progress.file,
                                     .maps = maps,
                                     .arg = import,
                                     .row = take_row,
                                     .column = import_tell_column,
                                     .reject = reject_row};
    if (!status)
        status = ticket_file_read(&file, err);
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
    if (cli_argument(cli, "a CSV file or one of JSON lines", &import->progress.file, &err) ||
        service_open(&cli->config, SERVICE_COMMAND, &service, &err))
        return cli_fail(&err);
    import->service = service;
    import->store = service_store(service);
    if (import_file(import, &err) || service_learn(service, &err))
        return cli_fail(&err);
    return import_tell(cli, &import->progress, "tickets");
}
