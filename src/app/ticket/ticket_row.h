/* ticket_row.h: a past ticket from the texts of its fields: times and states as desks write them,
 * HTML made plain, personal data taken out. */
#ifndef DEFLECT_APP_TICKET_ROW_H
#define DEFLECT_APP_TICKET_ROW_H

#include "app/ticket/ticket_columns.h"
#include "base/slice.h"
#include "store/ticket.h"

/* RET owns its texts, also where it failed (ticket_done); its contact_hash is left to the caller.
 * Errors: UNPROCESSABLE naming the field, OUT_OF_MEMORY. */
enum status ticket_row_read(const struct slice fields[TICKET_FIELDS], struct ticket *ret,
                            struct error *err);

#endif
