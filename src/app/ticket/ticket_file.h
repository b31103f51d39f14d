/* ticket_file.h: past tickets out of a file, as the operator or a help desk wrote it.
 *
 * CSV (',', ';' or tabs), JSON lines, an array of objects, or what the APIs and exports of Zendesk,
 * Freshdesk, Help Scout and Zammad give: objects below "tickets", "conversations", "results" or
 * "_embedded", pretty-printed or not, one page after the other. Members of objects are columns with
 * dots in their names; of a list of messages the first that a customer wrote is the body. A row
 * that is broken is named by its line, the others are taken. */
#ifndef DEFLECT_APP_TICKET_FILE_H
#define DEFLECT_APP_TICKET_FILE_H

#include "app/ticket/ticket_columns.h"
#include "base/slice.h"

#include <jansson.h>

struct ticket_row {
    size_t line;                        /* from 1: where it begins */
    struct slice fields[TICKET_FIELDS]; /* trimmed; {NULL, 0}: not given */
    const json_t *object;               /* NULL: from CSV */
};

struct ticket_file {
    const char *path;
    char *const *maps; /* as ticket_field_of */
    void *arg;         /* of what follows; texts are borrowed during the call */
    enum status (*row)(void *arg, const struct ticket_row *row, struct error *err);
    void (*column)(void *arg, const char *name, enum ticket_field field); /* once a name */
    void (*reject)(void *arg, size_t line, const char *reason);
};

/* Reads it whole. Errors: INVALID (no usable heading, a map of a column that is not there), IO,
 * TOO_LARGE, OUT_OF_MEMORY, and what `row` returns. */
enum status ticket_file_read(const struct ticket_file *file, struct error *err);

#endif
