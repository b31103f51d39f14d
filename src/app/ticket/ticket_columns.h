/* ticket_columns.h: which column of a table of tickets holds what: told by the operator, or
 * guessed.
 *
 * Guessed by the names that help desks give their columns, whatever the case and punctuation;
 * members of objects in JSON are named with dots ("requester.email"). */
#ifndef DEFLECT_APP_TICKET_COLUMNS_H
#define DEFLECT_APP_TICKET_COLUMNS_H

#include "base/error.h"

#include <stdbool.h>

enum ticket_field {
    FIELD_ID,
    FIELD_SUBJECT,
    FIELD_BODY,
    FIELD_CATEGORY,
    FIELD_STATUS,
    FIELD_CREATED,
    FIELD_SOLVED,
    FIELD_CONTACT,
    FIELD_NAME,    /* the person's name: only looked at to take it out of the texts */
    TICKET_FIELDS, /* how many; also: no field */
};

const char *ticket_field_name(enum ticket_field field);

/* What the column NAME holds: by MAPS (a list of "COLUMN=FIELD", may be NULL), else by its name;
 * TICKET_FIELDS: nothing that is known. Of two columns with the same field the one of lower
 * *RET_RANK is meant, where it is not empty. */
enum ticket_field ticket_field_of(char *const *maps, const char *name, unsigned *ret_rank);

/* Errors: INVALID, where one of MAPS is no COLUMN=FIELD. */
enum status ticket_maps_check(char *const *maps, struct error *err);

/* Errors: INVALID, where one of MAPS names a column that is none of COLUMNS; with the nearest. */
enum status ticket_maps_match(char *const *maps, char *const *columns, struct error *err);

#endif
