/* cli.h: what every command gets: its arguments, the configuration, and ways to speak to a person.
 *
 * One table (commands.c) names the commands; dispatch, `--help` and the manual come from it. Data
 * goes to standard output; messages go to standard error and start with "deflect: ". */
#ifndef DEFLECT_CLI_CLI_H
#define DEFLECT_CLI_CLI_H

#include "app/config.h"
#include "base/error.h"
#include "base/buf.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

/* How a command ends. */
enum { CLI_DONE = 0, CLI_PROBLEMS = 1, CLI_UNABLE = 2 };

/* An option of one command. */
struct cli_option {
    const char *name;  /* "limit", given as --limit; NULL ends a list */
    const char *value; /* "N"; NULL: a switch */
    const char *help;
};

struct cli;

struct cli_command {
    const char *name;      /* "search", "token create"; NULL ends the table */
    const char *arguments; /* "QUERY…"; NULL: takes none */
    const char *summary;   /* one line */
    const char *details;   /* further lines for its own help; NULL: none */
    const struct cli_option *options; /* NULL: none */
    int (*run)(struct cli *cli);
};

/* The table of commands. Borrowed, static. */
const struct cli_command *cli_commands(void);

/* An option as it was given. */
struct cli_given {
    const char *name;  /* as the table writes it */
    const char *value; /* "" of a switch */
};

struct cli {
    const struct cli_command *command; /* NULL: none named */
    const char *family;                /* "token", where what follows has not been named yet; else NULL */
    const char *config_file;           /* --config; NULL: not given */
    bool help, version;
    char **arguments; /* behind the command; NULL-terminated, items borrowed from argv */
    size_t argument_count;
    struct cli_given *options; /* of the command */
    size_t option_count;
    struct cli_given *flags; /* of the configuration */
    size_t flag_count;
    struct config config;
};

/* Sorts the command line into CLI (zeroed by the caller; cli_done frees). Errors: INVALID, naming
 * what is wrong and the nearest thing known; OUT_OF_MEMORY. */
enum status cli_parse(struct cli *cli, int argc, char **argv, struct error *err);
void cli_done(struct cli *cli);

/* Fills CONFIG from all its sources: file, environment, flags. Also for SIGHUP. */
enum status cli_load_config(const struct cli *cli, struct config *config, struct error *err);

/* The value of option NAME, the last one given; NULL: not given. And the INDEXth one. */
const char *cli_option(const struct cli *cli, const char *name);
const char *cli_option_at(const struct cli *cli, const char *name, size_t index);

/* Every value of option NAME, in order; NULL: not given. Owns: the caller. Errors: OUT_OF_MEMORY. */
enum status cli_options_all(const struct cli *cli, const char *name, char ***ret, struct error *err);

/* A whole number from LEAST to MOST; *RET keeps its value where the option is not given. */
enum status cli_count(const struct cli *cli, const char *name, size_t least, size_t most,
                      size_t *ret, struct error *err);

/* A time ago ("30d"), a date or a time; *RET_MS keeps its value where the option is not given. */
enum status cli_time(const struct cli *cli, const char *name, int64_t *ret_ms, struct error *err);

/* The one argument of a command that takes one. Errors: INVALID. */
enum status cli_argument(const struct cli *cli, const char *what, const char **ret,
                         struct error *err);

/* Help, to OUT: the overview, or that of COMMAND. */
void cli_help(FILE *out, const struct cli_command *command);
/* Help, to OUT, of the commands that begin with the word FAMILY. */
void cli_help_family(FILE *out, const char *family);

/* "deflect: …" on standard error. */
void cli_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Tells ERR with its hint, and returns the exit code for it. */
int cli_fail(const struct error *err);

/* True when standard output is a terminal that shows colours. */
bool cli_colours(void);

/* How many items a long command is through, on a terminal only: "indexing 120". DONE wipes it. */
void cli_progress(const char *what, size_t count);
void cli_progress_done(void);

/* Prints VALUE, which may be NULL (memory is short), as JSON. Takes VALUE over. */
int cli_print_json(json_t *value);

/* The commands, one file each. */
int cmd_alerts(struct cli *cli);
int cmd_audit(struct cli *cli);
int cmd_backup(struct cli *cli);
int cmd_check(struct cli *cli);
int cmd_digest(struct cli *cli);
int cmd_doctor(struct cli *cli);
int cmd_draft(struct cli *cli);
int cmd_erase(struct cli *cli);
int cmd_eval(struct cli *cli);
int cmd_export_events(struct cli *cli);
int cmd_hooks_auto_reply(struct cli *cli);
int cmd_hooks_test(struct cli *cli);
int cmd_import_articles(struct cli *cli);
int cmd_import_events(struct cli *cli);
int cmd_import_tickets(struct cli *cli);
int cmd_index(struct cli *cli);
int cmd_outbox_drop(struct cli *cli);
int cmd_outbox_list(struct cli *cli);
int cmd_outbox_retry(struct cli *cli);
int cmd_report(struct cli *cli);
int cmd_routes(struct cli *cli);
int cmd_search(struct cli *cli);
int cmd_serve(struct cli *cli);
int cmd_simulate(struct cli *cli);
int cmd_token_create(struct cli *cli);
int cmd_token_link(struct cli *cli);
int cmd_token_list(struct cli *cli);
int cmd_token_revoke(struct cli *cli);

#endif
