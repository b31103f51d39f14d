/* main.c: the program `deflect`: finds the command and runs it. */
#include <config.h>

#include "article/parse.h"
#include "cli/cli.h"

#include <errno.h>
#include <jansson.h>
#include <signal.h>

static int run(struct cli *cli)
{
    struct error err;
    int code;
    if (cli->version) {
        (void)puts(PACKAGE_STRING);
        return CLI_DONE;
    }
    if (cli->help) {
        if (cli->family)
            cli_help_family(stdout, cli->family);
        else
            cli_help(stdout, cli->command);
        return CLI_DONE;
    }
    if (!cli->command) {
        cli_help(stderr, NULL);
        return CLI_UNABLE;
    }
    if (cli_load_config(cli, &cli->config, &err))
        return cli_fail(&err);
    /* Both must happen before there is a second thread. */
    article_init();
    json_object_seed(0);
    code = cli->command->run(cli);
    /* A reader such as `head` that has seen enough is no failure. */
    if (fflush(stdout) != 0 && errno != EPIPE && code == CLI_DONE) {
        cli_say("cannot write to standard output");
        code = CLI_UNABLE;
    }
    return code;
}

int main(int argc, char **argv)
{
    struct cli cli = {.command = NULL};
    struct error err;
    int code;
    (void)signal(SIGPIPE, SIG_IGN);
    (void)signal(SIGXFSZ, SIG_IGN); /* a limit on the size of files is a full disk: an error of write() */
    code = cli_parse(&cli, argc, argv, &err) ? cli_fail(&err) : run(&cli);
    cli_done(&cli);
    return code;
}
