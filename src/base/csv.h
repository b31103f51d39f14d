/* csv.h: comma-separated values (RFC 4180), out and in. */
#ifndef DEFLECT_BASE_CSV_H
#define DEFLECT_BASE_CSV_H

#include "base/buf.h"
#include "base/error.h"

/* Appends TEXT as one field, quoted where it must be. What a spreadsheet would take for a formula
 * gets an apostrophe in front. */
void csv_add(struct buf *out, struct slice text);

/* Splits the next record off *REST, which is moved behind it: fields appended to *RET (a list as in
 * str.h, replaced), quotes undone. *LINE grows by the lines of the record. Without any record left
 * *RET is NULL. Errors: INVALID (a quote that never ends, naming the line), OUT_OF_MEMORY. */
enum status csv_next(struct slice *rest, char separator, size_t *line, char ***ret,
                     struct error *err);

#endif
