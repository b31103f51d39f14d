/* cmd_backup.c: `deflect backup DIR`. */
#include "cli/cli.h"

#include "base/clock.h"
#include "store/store.h"

DEFINE_CLEANUP(struct store *, store_close)

/* Notes that there is a copy, for doctor. A copy is one also where that cannot be noted. */
static void note(const char *folder)
{
    struct store_options options = {.folder = folder, .existing = true};
    _cleanup_(store_closep) struct store *store = NULL;
    char now[CLOCK_TEXT_SIZE];
    clock_format(clock_now_ms(), now);
    if (store_open(&options, &store, NULL) == STATUS_OK)
        (void)store_set_meta(store, STORE_BACKUP_MARK, now, NULL);
}

int cmd_backup(struct cli *cli)
{
    /* Read only, so that a mistyped --data is no empty folder that is copied with success. */
    struct store_options options = {.folder = cli->config.data, .read_only = true};
    _cleanup_(store_closep) struct store *store = NULL;
    const char *folder = NULL;
    struct error err;
    if (cli_argument(cli, "the folder to copy to", &folder, &err) ||
        store_open(&options, &store, &err) || store_backup(store, folder, &err))
        return cli_fail(&err);
    note(cli->config.data);
    (void)printf("copied %s to %s; `deflect index` or `serve` builds its index from the articles\n",
                 cli->config.data, folder);
    return CLI_DONE;
}
