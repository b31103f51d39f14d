/* cmd_check.c: `deflect check`: mistakes in the articles, as editors and build servers read them. */
#include "cli/cli.h"

#include "app/eval/lint.h"
#include "base/json.h"

static const char *severity(const struct check_problem *problem)
{
    return problem->is_error ? "error" : "warning";
}

static void print_text(const struct check_report *report)
{
    bool colours = cli_colours();
    size_t errors = check_errors(report);
    for (size_t i = 0; i < report->count; i++) {
        const struct check_problem *one = &report->items[i];
        (void)printf("%s", one->path);
        if (one->line)
            (void)printf(":%zu", one->line);
        (void)printf(": %s%s%s: %s\n", colours ? one->is_error ? "\033[31m" : "\033[33m" : "",
                     severity(one), colours ? "\033[0m" : "", one->message);
    }
    (void)printf("checked %zu articles: %zu errors, %zu warnings\n", report->articles, errors,
                 report->count - errors);
}

static int print_json(const struct check_report *report)
{
    _cleanup_json_ json_t *rows = json_array();
    for (size_t i = 0; rows && i < report->count; i++) {
        const struct check_problem *one = &report->items[i];
        json_t *row = json_pack("{s:s,s:o?,s:s,s:s,s:s}", "path", one->path, "line",
                                one->line ? json_integer((json_int_t)one->line) : NULL, "severity",
                                severity(one), "kind", one->kind, "message", one->message);
        if (json_array_append_new(rows, row))
            return cli_print_json(NULL);
    }
    size_t errors = check_errors(report);
    return cli_print_json(rows ? json_pack("{s:I,s:I,s:I,s:O}", "articles",
                                           (json_int_t)report->articles, "errors",
                                           (json_int_t)errors, "warnings",
                                           (json_int_t)(report->count - errors), "problems", rows)
                               : NULL);
}

int cmd_check(struct cli *cli)
{
    struct check_report report = {.items = NULL};
    struct error err;
    int code = CLI_UNABLE;
    if (lint_articles(&cli->config, &report, &err)) {
        code = cli_fail(&err);
    } else {
        bool bad = check_errors(&report) > 0;
        if (!cli_option(cli, "json"))
            print_text(&report);
        if (!cli_option(cli, "json") || print_json(&report) == CLI_DONE)
            code = bad ? CLI_PROBLEMS : CLI_DONE;
    }
    check_done(&report);
    return code;
}
