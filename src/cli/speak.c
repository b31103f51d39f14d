/* speak.c: how the command line talks: messages, help, progress, JSON. */
#include "cli/cli.h"

#include "base/json.h"
#include "base/str.h"

#include <stdarg.h>
#include <unistd.h>

void cli_say(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)fputs("deflect: ", stderr);
    (void)vfprintf(stderr, format, args);
    (void)fputc('\n', stderr);
    va_end(args);
}

int cli_fail(const struct error *err)
{
    cli_progress_done();
    cli_say("%s", err->message);
    if (err->hint[0])
        cli_say("hint: %s", err->hint);
    return CLI_UNABLE;
}

bool cli_colours(void)
{
    const char *term = getenv("TERM"); /* NOLINT(concurrency-mt-unsafe): nobody sets it */
    return isatty(STDOUT_FILENO) && !getenv("NO_COLOR") && /* NOLINT(concurrency-mt-unsafe) */
           !str_equal(term, "dumb");
}

static bool progress_shown;

void cli_progress(const char *what, size_t count)
{
    if (!isatty(STDERR_FILENO))
        return;
    (void)fprintf(stderr, "\r%s %zu", what, count);
    (void)fflush(stderr);
    progress_shown = true;
}

void cli_progress_done(void)
{
    if (progress_shown)
        (void)fputs("\r\033[K", stderr);
    progress_shown = false;
}

int cli_print_json(json_t *value)
{
    _cleanup_json_ json_t *owned = value;
    struct error err;
    if (!owned || json_dumpf(owned, stdout, JSON_INDENT(2)) < 0) {
        (void)error_memory(&err);
        return cli_fail(&err);
    }
    (void)fputc('\n', stdout);
    return CLI_DONE;
}

static void print_option(FILE *out, const char *name, const char *value, const char *help,
                         const char *fallback)
{
    enum { COLUMN = 30 };
    char left[64];
    for (size_t i = 0; (left[i] = name[i] == '_' ? '-' : name[i]) && i < sizeof left - 1; i++)
        continue;
    left[sizeof left - 1] = '\0';
    int used = fprintf(out, "  --%s%s%s", left, value ? " " : "", value ? value : "");
    (void)fprintf(out, "%*s%s", used < COLUMN ? COLUMN - used : 1, "", help);
    if (fallback && *fallback && value)
        (void)fprintf(out, " (default: %s)", fallback);
    (void)fputc('\n', out);
}

static void print_global_options(FILE *out)
{
    print_option(out, "config", "FILE", "the configuration (default: deflect.yaml)", NULL);
    print_option(out, "help", NULL, "say how to use it", NULL);
}

static void print_overview(FILE *out)
{
    (void)fputs("Usage: deflect [--config FILE] [--data DIR] [--articles DIR] COMMAND …\n\n"
                "Answers customers from your help articles before they write a ticket, and tells\n"
                "how often that worked.\n\nCommands:\n",
                out);
    for (const struct cli_command *command = cli_commands(); command->name; command++)
        (void)fprintf(out, "  %-16s %s\n", command->name, command->summary);
    (void)fputs("\nOptions of every command:\n", out);
    print_global_options(out);
    print_option(out, "version", NULL, "print the version", NULL);
    (void)fputs("\nConfiguration: as `key: value` in deflect.yaml (with _ for -), as DEFLECT_KEY in\n"
                "the environment, or as flags, which win:\n",
                out);
    for (const struct config_key *key = config_keys(); key->name; key++)
        print_option(out, key->name, key->value, key->help, key->fallback);
    (void)fputs("\n`deflect COMMAND --help` tells more of a command.\n", out);
}

void cli_help_family(FILE *out, const char *family)
{
    size_t length = strlen(family);
    (void)fprintf(out, "Usage: deflect %s COMMAND …\n\nCommands:\n", family);
    for (const struct cli_command *command = cli_commands(); command->name; command++)
        if (strncmp(command->name, family, length) == 0 && command->name[length] == ' ')
            (void)fprintf(out, "  %-16s %s\n", command->name, command->summary);
    (void)fprintf(out, "\n`deflect %s COMMAND --help` tells more of a command.\n", family);
}

void cli_help(FILE *out, const struct cli_command *command)
{
    if (!command) {
        print_overview(out);
        return;
    }
    (void)fprintf(out, "Usage: deflect %s%s%s%s\n\n%s.\n", command->name,
                  command->options ? " [OPTIONS]" : "", command->arguments ? " " : "",
                  command->arguments ? command->arguments : "", command->summary);
    if (command->details)
        (void)fprintf(out, "\n%s\n", command->details);
    (void)fputs("\nOptions:\n", out);
    for (const struct cli_option *option = command->options; option && option->name; option++)
        print_option(out, option->name, option->value, option->help, NULL);
    print_global_options(out);
    (void)fputs("\nEvery key of the configuration is an option too: see `deflect --help`.\n", out);
}
