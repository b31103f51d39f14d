/* cmd_eval.c: `deflect eval`: how well the search finds. */
#include "cli/cli.h"

#include "app/eval.h"
#include "base/limits.h"

static void print_text(const struct eval_result *result)
{
    _cleanup_buf_ struct buf text = BUF_INIT(LIMIT_BODY_TEXT);
    eval_text(result, &text);
    (void)fputs(buf_str(&text), stdout);
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
    if (eval_run(&options, &result, &err))
        return cli_fail(&err);
    if (cli_option(cli, "json"))
        return cli_print_json(eval_json(&result));
    print_text(&result);
    return CLI_DONE;
}
