/* cmd_index.c: `deflect index`. */
#include "cli/cli.h"

#include "app/reindex.h"
#include "cli/problems.h"

int cmd_index(struct cli *cli)
{
    _cleanup_(service_closep) struct service *service = NULL;
    struct reindex_counts counts;
    struct error err;
    if (service_open(&cli->config, SERVICE_COMMAND, &service, &err) ||
        service_reindex(service, cli_option(cli, "rebuild") != NULL, &cli_reindex_listener, &counts,
                        &err))
        return cli_fail(&err);
    cli_progress_done();
    if (cli_option(cli, "json")) {
        if (cli_print_json(json_pack("{s:I,s:I,s:I,s:I,s:I,s:f}", "articles",
                                     (json_int_t)counts.articles, "added",
                                     (json_int_t)counts.added, "changed",
                                     (json_int_t)counts.changed, "removed",
                                     (json_int_t)counts.removed, "skipped",
                                     (json_int_t)counts.skipped, "seconds", counts.seconds)))
            return CLI_UNABLE;
    } else {
        (void)printf("indexed %zu articles (%zu added, %zu changed, %zu removed, %zu skipped) in %.1f s\n",
                     counts.articles, counts.added, counts.changed, counts.removed, counts.skipped,
                     counts.seconds);
    }
    return counts.skipped ? CLI_PROBLEMS : CLI_DONE;
}
