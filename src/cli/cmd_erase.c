/* cmd_erase.c: `deflect erase`: what a person may ask for. */
#include "cli/cli.h"

#include "app/report/totals.h"
#include "app/send/outbox.h"
#include "base/clock.h"

static enum status check_options(const struct cli *cli, struct error *err)
{
    const char *contact = cli_option(cli, "contact"), *session = cli_option(cli, "session");
    if (!contact == !session)
        return error_set(err, STATUS_INVALID, "erase needs either --contact or --session");
    if (contact && !*contact)
        return error_set(err, STATUS_INVALID, "--contact must not be empty");
    if (session && !event_id_valid(slice_of(session)))
        return error_set(err, STATUS_INVALID, "--session must be 1 to 128 of A-Za-z0-9._:-");
    return STATUS_OK;
}

int cmd_erase(struct cli *cli)
{
    _cleanup_(service_closep) struct service *service = NULL;
    const char *contact = cli_option(cli, "contact"), *session = cli_option(cli, "session");
    struct store_erased erased = {.events = 0};
    int64_t requests = 0;
    struct error err;
    enum status status = check_options(cli, &err);
    if (!status)
        status = service_open(&cli->config, SERVICE_EXISTING, &service, &err);
    if (!status)
        status = contact ? store_erase_contact(service_store(service), contact, &erased, &err)
                         : store_erase_session(service_store(service), session, &erased, &err);
    if (!status)
        status = outbox_erase(cli->config.data, contact, session, &requests, &err);
    /* What they did is taken out of the totals, too. */
    if (!status)
        status = totals_roll(service, NULL, clock_now_ms(), NULL, &err);
    if (status)
        return cli_fail(&err);
    if (cli_option(cli, "json"))
        return cli_print_json(json_pack("{s:I,s:I,s:I,s:I}", "events", (json_int_t)erased.events,
                                        "sessions", (json_int_t)erased.sessions, "tickets",
                                        (json_int_t)erased.tickets, "requests",
                                        (json_int_t)requests));
    (void)printf("erased %lld events of %lld sessions, %lld tickets, and %lld requests of the outbox\n",
                 (long long)erased.events, (long long)erased.sessions, (long long)erased.tickets,
                 (long long)requests);
    return CLI_DONE;
}
