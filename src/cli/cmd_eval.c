/* cmd_eval.c: `deflect eval`: how well the search finds. */
#include "cli/cli.h"

#include "app/eval/eval.h"
#include "app/report/caution.h"
#include "base/file.h"
#include "base/json.h"
#include "base/limits.h"

static void print_text(const struct eval_result *result)
{
    _cleanup_buf_ struct buf text = BUF_INIT(LIMIT_BODY_TEXT);
    eval_text(result, &text);
    (void)fputs(buf_str(&text), stdout);
}

/* The threshold of `high` that the data folder has come to, where there is one. */
static enum status read_caution(const struct cli *cli, int *ret, struct error *err)
{
    _cleanup_free_ char *path = file_join(cli->config.data, "deflect.db");
    _cleanup_(service_closep) struct service *service = NULL;
    _cleanup_json_ json_t *caution = NULL;
    enum status status = STATUS_OK;
    if (!path)
        return error_memory(err);
    if (!file_exists(path))
        return STATUS_OK;
    status = service_open(&cli->config, SERVICE_EXISTING, &service, err);
    if (!status)
        status = caution_json(service_store(service), &caution, err);
    *ret = caution_steps(caution);
    return status;
}

int cmd_eval(struct cli *cli)
{
    struct eval_options options = {.articles = cli->config.articles,
                                   .queries = cli_option(cli, "queries"),
                                   .qrels = cli_option(cli, "qrels"),
                                   .history = cli_option(cli, "history"),
                                   .no_answer = cli_option(cli, "no-answer"),
                                   .run = cli_option(cli, "run"),
                                   .features = cli_option(cli, "features"),
                                   .default_lang = cli->config.default_lang,
                                   .languages = cli->config.languages};
    struct eval_result result;
    struct error err;
    if (!options.queries || !options.qrels) {
        cli_say("eval needs --queries FILE and --qrels FILE");
        return CLI_UNABLE;
    }
    if (read_caution(cli, &options.caution, &err) || eval_run(&options, &result, &err))
        return cli_fail(&err);
    if (cli_option(cli, "json"))
        return cli_print_json(eval_json(&result));
    print_text(&result);
    return CLI_DONE;
}
