/* columns.h: which column of a table of tickets holds what: told by the operator, or guessed. */
#ifndef DEFLECT_CLI_COLUMNS_H
#define DEFLECT_CLI_COLUMNS_H

#include "cli/cli.h"

enum ticket_field {
    FIELD_ID,
    FIELD_SUBJECT,
    FIELD_BODY,
    FIELD_CATEGORY,
    FIELD_STATUS,
    FIELD_CREATED,
    FIELD_SOLVED,
    FIELD_CONTACT,
    TICKET_FIELDS, /* how many; also: no field */
};

const char *ticket_field_name(enum ticket_field field);

/* What the column NAME holds: by --map COLUMN=FIELD of CLI, else by the names that help desks use;
 * TICKET_FIELDS: nothing that is known. */
enum ticket_field ticket_field_of(const struct cli *cli, const char *name);

/* Errors: INVALID, where a --map is no COLUMN=FIELD. */
enum status ticket_fields_check(const struct cli *cli, struct error *err);

#endif
