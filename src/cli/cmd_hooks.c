/* cmd_hooks.c: `deflect hooks …`: does the help desk reach us, what becomes of its calls, and may tickets be answered
 * automatically? */
#include "cli/cli.h"

#include "app/send/auto_reply.h"
#include "app/ticket/hook_receive.h"
#include "base/str.h"

static const char *text_of(const json_t *last, const char *field)
{
    return json_string_value(json_object_get(last, field));
}

/* What to do where nothing can arrive, or nothing has. */
static int tell_nothing(const struct cli *cli, const struct hook_desk *desk)
{
    if (!config_hook_secret(&cli->config, desk->name)) {
        cli_say("%s has no secret: set hooks.%s; until then its calls are answered 401", desk->name,
                desk->name);
        return CLI_PROBLEMS;
    }
    cli_say("nothing has arrived from %s yet: point its webhook at %s/v1/hooks/%s and write a test "
            "ticket",
            desk->name, cli->config.public_url ? cli->config.public_url : "https://YOUR-SERVER",
            desk->name);
    return CLI_PROBLEMS;
}

static int tell(const json_t *last)
{
    const char *detail = text_of(last, "detail"), *ticket = text_of(last, "ticket");
    const char *event = text_of(last, "event"), *outcome = text_of(last, "outcome");
    (void)printf("at       %s\n", text_of(last, "at"));
    if (event)
        (void)printf("event    %s\n", event);
    (void)printf("outcome  %s%s%s\n", outcome, detail ? ": " : "", detail ? detail : "");
    if (ticket)
        (void)printf("ticket   %s\n", ticket);
    return str_equal(outcome, "refused") ? CLI_PROBLEMS : CLI_DONE;
}

/* What agents have said of the sure answers so far. */
int cmd_hooks_auto_reply(struct cli *cli)
{
    _cleanup_(service_closep) struct service *service = NULL;
    struct auto_reply_judged judged;
    char why[200] = "";
    struct error err;
    bool allowed;
    if (service_open(&cli->config, SERVICE_EXISTING, &service, &err) ||
        auto_reply_count(service_store(service), &judged, &err))
        return cli_fail(&err);
    allowed = auto_reply_allowed(&judged, why, sizeof why);
    if (cli_option(cli, "json"))
        return cli_print_json(json_pack("{s:I, s:I, s:i, s:b}", "judged", (json_int_t)judged.count,
                                        "right", (json_int_t)judged.right, "needed",
                                        AUTO_REPLY_JUDGED, "allowed", allowed));
    (void)printf("judged   %lld of %d\nright    %lld\n", (long long)judged.count, AUTO_REPLY_JUDGED,
                 (long long)judged.right);
    if (!allowed)
        cli_say("auto_reply is refused: %s", why);
    else if (auto_reply_check(service_store(service), &cli->config, &err))
        return cli_fail(&err);
    return allowed ? CLI_DONE : CLI_PROBLEMS;
}

int cmd_hooks_test(struct cli *cli)
{
    _cleanup_(service_closep) struct service *service = NULL;
    _cleanup_json_ json_t *last = NULL;
    const struct hook_desk *desk;
    const char *name = NULL;
    struct error err;
    if (cli_argument(cli, "the help desk's name", &name, &err))
        return cli_fail(&err);
    desk = hook_desk_find(name);
    if (!desk) {
        (void)error_set(&err, STATUS_INVALID, "there is no help desk called %s", name);
        error_hint(&err, "zendesk, freshdesk, zammad, chatwoot, helpscout, freescout, github, generic");
        return cli_fail(&err);
    }
    if (service_open(&cli->config, SERVICE_EXISTING, &service, &err) ||
        service_hook_last(service, desk->name, &last, &err))
        return cli_fail(&err);
    if (cli_option(cli, "json"))
        return cli_print_json(last ? json_incref(last) : json_null());
    return last ? tell(last) : tell_nothing(cli, desk);
}
