/* import.c: lines in, figures out. */
#include "cli/import.h"

#include "base/limits.h"

#include <errno.h>
#include <string.h>

enum { REASONS_SHOWN = 20 };

void import_reject(struct import_progress *progress, const char *reason)
{
    cli_progress_done();
    if (progress->rejected < REASONS_SHOWN)
        cli_say("%s:%zu: %s", progress->file, progress->line, reason);
    else if (progress->rejected == REASONS_SHOWN)
        cli_say("further lines are wrong, too");
    progress->rejected++;
}

void import_tell_column(void *arg, const char *name, enum ticket_field field)
{
    (void)arg;
    cli_say("column %s %s %s", name, field == TICKET_FIELDS ? "is" : "→",
            field == TICKET_FIELDS ? "not used" : ticket_field_name(field));
}

static enum status read_lines(struct import_progress *progress, FILE *in, import_line_fn *each,
                              void *arg, struct error *err)
{
    char *line = NULL;
    size_t size = 0;
    ssize_t length;
    enum status status = STATUS_OK;
    while (!status && (length = getline(&line, &size, in)) >= 0) {
        struct slice text = slice_trim((struct slice){line, (size_t)length});
        progress->line++;
        if (length > LIMIT_IMPORT_LINE)
            status = error_set(err, STATUS_TOO_LARGE, "%s:%zu: the line is longer than %d bytes",
                               progress->file, progress->line, LIMIT_IMPORT_LINE);
        else if (text.length)
            status = each(arg, text, err);
    }
    free(line); /* getline's own */
    if (!status && ferror(in))
        status = error_set_errno(err, STATUS_IO, errno, "cannot read %s", progress->file);
    return status;
}

enum status import_lines(struct import_progress *progress, import_line_fn *each, void *arg,
                         struct error *err)
{
    bool is_stdin = strcmp(progress->file, "-") == 0;
    FILE *in = is_stdin ? stdin : fopen(progress->file, "re");
    enum status status;
    if (!in)
        return error_set_errno(err, STATUS_IO, errno, "cannot open %s", progress->file);
    status = read_lines(progress, in, each, arg, err);
    if (!is_stdin)
        (void)fclose(in);
    return status;
}

int import_tell(const struct cli *cli, const struct import_progress *progress, const char *what)
{
    cli_progress_done();
    if (cli_option(cli, "json")) {
        if (cli_print_json(json_pack("{s:I,s:I,s:I}", "imported", (json_int_t)progress->imported,
                                     "known", (json_int_t)progress->known, "rejected",
                                     (json_int_t)progress->rejected)))
            return CLI_UNABLE;
    } else {
        (void)printf("imported %zu %s (%zu known already, %zu rejected)\n", progress->imported,
                     what, progress->known, progress->rejected);
    }
    return progress->rejected ? CLI_PROBLEMS : CLI_DONE;
}
