/* cmd_digest.c: `deflect digest` and `deflect alerts`: the week in brief, and what is worth telling. */
#include "cli/cli.h"

#include "app/eval/sample.h"
#include "app/report/alerts.h"
#include "app/report/digest.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/limits.h"

#include <stdio.h>

int cmd_digest(struct cli *cli)
{
    _cleanup_(service_closep) struct service *service = NULL;
    _cleanup_buf_ struct buf text = BUF_INIT(LIMIT_HTTP_RESPONSE);
    enum digest_format format = DIGEST_TEXT;
    int64_t to_ms = clock_now_ms();
    struct error err;
    const char *name = cli_option(cli, "format");
    if (name && !digest_format_parse(name, &format)) {
        error_set(&err, STATUS_INVALID, "--format must be text, markdown or html, not \"%s\"", name);
        return cli_fail(&err);
    }
    if (cli_time(cli, "to", &to_ms, &err) ||
        service_open(&cli->config, SERVICE_COMMAND, &service, &err) ||
        service_digest(service, clock_day_start(to_ms), format, &text, &err))
        return cli_fail(&err);
    (void)fputs(buf_str(&text), stdout);
    return CLI_DONE;
}

static void tell(const json_t *alerts)
{
    size_t i;
    json_t *alert;
    json_array_foreach(alerts, i, alert)
        (void)printf("%s%s\n%s\n\n", json_string_value(json_object_get(alert, "alert")),
                     json_is_true(json_object_get(alert, "sent")) ? " (sent)" : "",
                     json_string_value(json_object_get(alert, "text")));
}

int cmd_alerts(struct cli *cli)
{
    _cleanup_(service_closep) struct service *service = NULL;
    _cleanup_json_ json_t *alerts = NULL;
    size_t count = 0;
    struct error err;
    if (cli_option(cli, "send") && !cli->config.alert_url) {
        error_set(&err, STATUS_INVALID, "there is nowhere to send to: set alert_url");
        return cli_fail(&err);
    }
    if (service_open(&cli->config, SERVICE_COMMAND, &service, &err) ||
        (cli_option(cli, "send") && service_send_alerts(service, NULL, &count, &err)) ||
        service_alerts_json(service, &alerts, &err))
        return cli_fail(&err);
    if (cli_option(cli, "send"))
        cli_say("sent %zu alerts", count);
    if (cli_option(cli, "json"))
        return cli_print_json(json_incref(alerts));
    tell(alerts);
    return CLI_DONE;
}
