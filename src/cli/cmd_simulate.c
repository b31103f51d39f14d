/* cmd_simulate.c: `deflect simulate`: sample events of a made-up public (measure/simulate.h). */
#include "cli/cli.h"

#include "app/eval/sample.h"
#include "base/clock.h"
#include "base/str.h"

static enum status read_share(const struct cli *cli, double *ret, struct error *err)
{
    const char *text = cli_option(cli, "share");
    if (text && (!str_to_double(slice_of(text), ret) || *ret < 0 || *ret > 0.5))
        return error_set(err, STATUS_INVALID, "--share must be a number from 0 to 0.5, not \"%s\"",
                         text);
    return STATUS_OK;
}

int cmd_simulate(struct cli *cli)
{
    _cleanup_(service_closep) struct service *service = NULL;
    size_t days = 60, visits = 60, seed = 1, count = 0;
    double share = 0.1;
    struct error err;
    if (cli_count(cli, "days", 1, 400, &days, &err) ||
        cli_count(cli, "visits", 1, 100000, &visits, &err) ||
        cli_count(cli, "seed", 0, UINT32_MAX, &seed, &err) || read_share(cli, &share, &err))
        return cli_fail(&err);
    struct sample_options options = {.seed = seed,
                                     .days = (int)days,
                                     .visits_per_day = (double)visits,
                                     .holdout = share};
    if (service_open(&cli->config, SERVICE_COMMAND, &service, &err) ||
        service_add_sample(service, &options, &count, &err))
        return cli_fail(&err);
    if (count)
        (void)printf("added %zu sample events of %zu days\n", count, days);
    else
        (void)puts("the sample events are there already");
    return CLI_DONE;
}
