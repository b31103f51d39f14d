/* args.c: the command line, sorted into command, arguments, options and configuration. */
#include "cli/cli.h"

#include "base/clock.h"
#include "base/str.h"

#include <unistd.h>

enum { NAME_SIZE = 64 };

static bool is_global(const char *name)
{
    return strcmp(name, "config") == 0 || strcmp(name, "help") == 0 ||
           strcmp(name, "version") == 0;
}

static const struct cli_option *find_option(const struct cli_command *command, const char *name)
{
    for (const struct cli_option *option = command ? command->options : NULL;
         option && option->name; option++)
        if (strcmp(option->name, name) == 0)
            return option;
    return NULL;
}

/* The option or key that looks most like NAME. */
static const char *nearest_option(const struct cli_command *command, const char *name)
{
    enum { FARTHEST = 1000 };
    const char *nearest = config_nearest_key(name);
    unsigned best = str_distance(name, nearest, FARTHEST);
    for (const struct cli_option *option = command ? command->options : NULL;
         option && option->name; option++) {
        unsigned distance = str_distance(name, option->name, FARTHEST);
        if (distance <= best) {
            best = distance;
            nearest = option->name;
        }
    }
    return nearest;
}

static enum status append(struct cli_given **list, size_t *count, const char *name,
                          const char *value, struct error *err)
{
    struct cli_given *grown = mem_resize(*list, *count + 1, sizeof *grown);
    if (!grown)
        return error_memory(err);
    grown[*count] = (struct cli_given){name, value};
    *list = grown;
    *count += 1;
    return STATUS_OK;
}

/* The option at ARGV[*AT], with its value there or behind it. */
static enum status take_option(struct cli *cli, char **argv, int *at, struct error *err)
{
    const char *text = argv[*at] + 2, *equals = strchr(text, '='), *value;
    char name[NAME_SIZE];
    const struct cli_option *option;
    const struct config_key *key = NULL;
    size_t length = equals ? (size_t)(equals - text) : strlen(text);
    bool is_switch;
    if (length >= sizeof name)
        length = sizeof name - 1;
    memcpy(name, text, length);
    name[length] = '\0';
    option = find_option(cli->command, name);
    if (!option && !is_global(name) && !(key = config_find_key(name))) {
        enum status status =
            error_set(err, STATUS_INVALID, "unknown option --%s; did you mean --%s?", name,
                      nearest_option(cli->command, name));
        error_hint(err, cli->command ? "`deflect %s --help` lists its options"
                                     : "`deflect%s --help` lists all options",
                   cli->command ? cli->command->name : "");
        return status;
    }
    is_switch = option ? !option->value : key ? !key->value : strcmp(name, "config") != 0;
    if (is_switch && equals && !key)
        return error_set(err, STATUS_INVALID, "--%s takes no value", name);
    if (equals)
        value = equals + 1;
    else if (is_switch)
        value = key ? "true" : "";
    else if (!(value = argv[*at + 1]))
        return error_set(err, STATUS_INVALID, "--%s needs a value", name);
    else
        *at += 1;
    if (option)
        return append(&cli->options, &cli->option_count, option->name, value, err);
    if (key) /* of `hooks.DESK` the name as it was given counts */
        return append(&cli->flags, &cli->flag_count, key->kind == CONFIG_HOOK ? text : key->name,
                      value, err);
    if (strcmp(name, "config") == 0)
        cli->config_file = value;
    cli->help |= strcmp(name, "help") == 0;
    cli->version |= strcmp(name, "version") == 0;
    return STATUS_OK;
}

/* The command that starts with WORD, or the one called "WORD SECOND"; *RET_WORDS: of how many. */
static const struct cli_command *find_command(const char *word, const char *second,
                                              int *ret_words)
{
    for (const struct cli_command *command = cli_commands(); command->name; command++) {
        size_t length = strlen(word);
        if (strcmp(command->name, word) == 0) {
            *ret_words = 1;
            return command;
        }
        if (second && strncmp(command->name, word, length) == 0 && command->name[length] == ' ' &&
            strcmp(command->name + length + 1, second) == 0) {
            *ret_words = 2;
            return command;
        }
    }
    return NULL;
}

/* What of WORD can follow, for a message: "create, list, revoke"; "" where it starts no command. */
static void list_seconds(const char *word, struct buf *out)
{
    size_t length = strlen(word);
    for (const struct cli_command *command = cli_commands(); command->name; command++)
        if (strncmp(command->name, word, length) == 0 && command->name[length] == ' ')
            buf_printf(out, "%s%s", out->length ? ", " : "", command->name + length + 1);
}

static enum status unknown_command(const char *word, const char *second, struct error *err)
{
    enum { FARTHEST = 1000 };
    _cleanup_buf_ struct buf seconds = BUF_INIT(256);
    unsigned best = FARTHEST + 1;
    const char *nearest = "";
    list_seconds(word, &seconds);
    if (seconds.length) {
        if (second)
            return error_set(err, STATUS_INVALID, "unknown command %s %s; there are: %s", word,
                             second, buf_str(&seconds));
        return error_set(err, STATUS_INVALID, "%s needs one of: %s", word, buf_str(&seconds));
    }
    for (const struct cli_command *command = cli_commands(); command->name; command++) {
        unsigned distance = str_distance(word, command->name, FARTHEST);
        if (distance < best) {
            best = distance;
            nearest = command->name;
        }
    }
    return error_set(err, STATUS_INVALID, "unknown command %s; did you mean %s?", word, nearest);
}

/* True where WORD begins commands of two words and names none itself. */
static bool is_family(const char *word)
{
    _cleanup_buf_ struct buf seconds = BUF_INIT(256);
    list_seconds(word, &seconds);
    return seconds.length > 0;
}

static enum status take_word(struct cli *cli, char **argv, int *at, struct error *err)
{
    const char *second = argv[*at + 1];
    int words = 1;
    if (cli->command) {
        cli->arguments[cli->argument_count++] = argv[*at];
        return STATUS_OK;
    }
    if (strcmp(argv[*at], "help") == 0) {
        cli->help = true;
        return STATUS_OK;
    }
    if (second && second[0] == '-')
        second = NULL;
    cli->command = find_command(argv[*at], second, &words);
    if (!cli->command && !second && is_family(argv[*at])) {
        cli->family = argv[*at]; /* an error unless help is asked for */
        return STATUS_OK;
    }
    if (!cli->command && cli->help)
        return STATUS_OK;
    if (!cli->command)
        return unknown_command(argv[*at], second, err);
    *at += words - 1;
    return STATUS_OK;
}

enum status cli_parse(struct cli *cli, int argc, char **argv, struct error *err)
{
    bool only_words = false;
    enum status status = STATUS_OK;
    cli->arguments = mem_zero((size_t)argc + 1, sizeof *cli->arguments);
    if (!cli->arguments)
        return error_memory(err);
    for (int i = 1; i < argc && !status; i++) {
        if (only_words || argv[i][0] != '-' || !argv[i][1])
            status = take_word(cli, argv, &i, err);
        else if (strcmp(argv[i], "--") == 0)
            only_words = true;
        else if (strcmp(argv[i], "-h") == 0)
            cli->help = true;
        else if (argv[i][1] == '-')
            status = take_option(cli, argv, &i, err);
        else
            status = error_set(err, STATUS_INVALID, "unknown option %s", argv[i]);
    }
    if (!status && cli->family && !cli->help)
        return unknown_command(cli->family, NULL, err);
    if (!status && cli->command && !cli->command->arguments && cli->argument_count && !cli->help)
        status = error_set(err, STATUS_INVALID, "%s takes no argument, but got \"%s\"",
                           cli->command->name, cli->arguments[0]);
    return status;
}

void cli_done(struct cli *cli)
{
    mem_free(cli->arguments);
    mem_free(cli->options);
    mem_free(cli->flags);
    config_done(&cli->config);
}

static const char default_file[] = "deflect.yaml", system_file[] = SYSCONFDIR "/deflect.yaml";

static enum status read_config_file(const struct cli *cli, struct config *config,
                                    struct error *err)
{
    const char *file = cli->config_file;
    if (!file)
        file = getenv("DEFLECT_CONFIG"); /* NOLINT(concurrency-mt-unsafe): nobody sets it */
    if (file)
        return config_read_file(config, file, true, err);
    if (access(default_file, F_OK) == 0)
        return config_read_file(config, default_file, true, err);
    return config_read_file(config, system_file, false, err);
}

enum status cli_load_config(const struct cli *cli, struct config *config, struct error *err)
{
    enum status status = config_init(config, err);
    if (status)
        return status;
    status = read_config_file(cli, config, err);
    if (!status)
        status = config_read_environment(config, environ, err);
    for (size_t i = 0; !status && i < cli->flag_count; i++) {
        char name[NAME_SIZE], where[NAME_SIZE + 2];
        const char *text = cli->flags[i].name, *equals = strchr(text, '=');
        (void)snprintf(name, sizeof name, "%.*s",
                       (int)(equals ? (size_t)(equals - text) : strlen(text)), text);
        (void)snprintf(where, sizeof where, "--%s", name);
        status = config_set(config, name, cli->flags[i].value, where, err);
    }
    if (status)
        config_done(config);
    return status;
}

const char *cli_option(const struct cli *cli, const char *name)
{
    for (size_t i = cli->option_count; i-- > 0;)
        if (strcmp(cli->options[i].name, name) == 0)
            return cli->options[i].value;
    return NULL;
}

const char *cli_option_at(const struct cli *cli, const char *name, size_t index)
{
    for (size_t i = 0; i < cli->option_count; i++)
        if (strcmp(cli->options[i].name, name) == 0 && index-- == 0)
            return cli->options[i].value;
    return NULL;
}

enum status cli_options_all(const struct cli *cli, const char *name, char ***ret, struct error *err)
{
    const char *value;
    for (size_t i = 0; (value = cli_option_at(cli, name, i)); i++)
        if (!strv_append(ret, slice_of(value)))
            return error_memory(err);
    return STATUS_OK;
}

enum status cli_count(const struct cli *cli, const char *name, size_t least, size_t most,
                      size_t *ret, struct error *err)
{
    const char *text = cli_option(cli, name);
    int64_t value;
    if (!text)
        return STATUS_OK;
    if (!str_to_int64(slice_of(text), &value) || value < 0 || (size_t)value < least ||
        (size_t)value > most)
        return error_set(err, STATUS_INVALID, "--%s must be a whole number from %zu to %zu, not \"%s\"",
                         name, least, most, text);
    *ret = (size_t)value;
    return STATUS_OK;
}

enum status cli_time(const struct cli *cli, const char *name, int64_t *ret_ms, struct error *err)
{
    const char *text = cli_option(cli, name);
    int64_t ago_ms;
    if (!text)
        return STATUS_OK;
    if (clock_parse_duration(slice_of(text), &ago_ms)) {
        *ret_ms = clock_now_ms() - ago_ms;
        return STATUS_OK;
    }
    if (clock_parse_loose(slice_of(text), ret_ms))
        return STATUS_OK;
    return error_set(err, STATUS_INVALID,
                     "--%s must be a duration such as 30d, or a date such as 2026-11-22, not \"%s\"",
                     name, text);
}

enum status cli_argument(const struct cli *cli, const char *what, const char **ret,
                         struct error *err)
{
    if (cli->argument_count != 1)
        return error_set(err, STATUS_INVALID, "%s needs one argument: %s", cli->command->name, what);
    *ret = cli->arguments[0];
    return STATUS_OK;
}
