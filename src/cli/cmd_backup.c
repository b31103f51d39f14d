/* cmd_backup.c: `deflect backup DIR`. */
#include "cli/cli.h"

#include "app/service.h"

int cmd_backup(struct cli *cli)
{
    _cleanup_(service_closep) struct service *service = NULL;
    const char *folder = NULL;
    struct error err;
    if (cli_argument(cli, "the folder to copy to", &folder, &err) ||
        service_open(&cli->config, SERVICE_COMMAND, &service, &err) ||
        store_backup(service_store(service), folder, &err))
        return cli_fail(&err);
    (void)printf("copied %s to %s; the index is rebuilt from the articles on first use\n",
                 cli->config.data, folder);
    return CLI_DONE;
}
