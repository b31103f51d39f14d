/* import.h: what reading events and reading tickets share: lines, what is wrong with them, figures. */
#ifndef DEFLECT_CLI_IMPORT_H
#define DEFLECT_CLI_IMPORT_H

#include "app/ticket/ticket_columns.h"
#include "base/slice.h"
#include "cli/cli.h"

struct import_progress {
    const char *file; /* as given; "-": standard input */
    size_t line;
    size_t imported, known, rejected;
};

/* Names what is wrong with the present line (the first twenty of them). */
void import_reject(struct import_progress *progress, const char *reason);

/* A `column` of struct ticket_file: says which field it is. */
void import_tell_column(void *arg, const char *name, enum ticket_field field);

/* Calls EACH with every line of the file that is not blank, trimmed. Errors: IO, TOO_LARGE, and what
 * EACH returns; it rejects lines itself. */
typedef enum status import_line_fn(void *arg, struct slice line, struct error *err);
enum status import_lines(struct import_progress *progress, import_line_fn *each, void *arg,
                         struct error *err);

/* Prints the figures ("imported 3 tickets (…)" for WHAT "tickets") and returns the exit code. */
int import_tell(const struct cli *cli, const struct import_progress *progress, const char *what);

#endif
