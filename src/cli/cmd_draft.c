/* cmd_draft.c: `deflect draft GAP`: the skeleton of a missing article. */
#include "cli/cli.h"

#include "app/report/gap_draft.h"
#include "app/report/report.h"
#include "base/clock.h"
#include "base/json.h"

#include <stdio.h>

/* The file on standard output; what is only for the writer's eyes beside it. */
static void tell(const json_t *draft)
{
    const char *url = json_string_value(json_object_get(draft, "new_file_url"));
    const char *nearest = json_string_value(json_object_get(draft, "nearest_title"));
    size_t index;
    const json_t *phrase;
    (void)fputs(json_string_value(json_object_get(draft, "markdown")), stdout);
    json_array_foreach(json_object_get(draft, "phrases"), index, phrase)
        cli_say("customers wrote: %s", json_string_value(phrase));
    if (nearest)
        cli_say("the nearest article: %s", nearest);
    cli_say("save it as %s%s%s", json_string_value(json_object_get(draft, "path")),
            url ? ", or open " : "", url ? url : "");
}

int cmd_draft(struct cli *cli)
{
    _cleanup_(service_closep) struct service *service = NULL;
    _cleanup_json_ json_t *draft = NULL;
    struct gap_draft_request request = {0};
    struct error err;
    report_default_range(clock_now_ms(), &request.from_ms, &request.to_ms);
    if (cli_argument(cli, "GAP", &request.gap, &err) ||
        cli_time(cli, "from", &request.from_ms, &err) || cli_time(cli, "to", &request.to_ms, &err))
        return cli_fail(&err);
    request.from_ms = clock_day_start(request.from_ms);
    request.to_ms = clock_day_start(request.to_ms);
    if (service_open(&cli->config, SERVICE_EXISTING, &service, &err) ||
        service_draft_gap(service, &request, &draft, &err))
        return cli_fail(&err);
    if (cli_option(cli, "json"))
        return cli_print_json(json_incref(draft));
    tell(draft);
    return CLI_DONE;
}
