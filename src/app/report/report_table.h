/* report_table.h: the rows of a report as CSV or as aligned text, from one description of its
 * columns.
 *
 * The JSON that the API answers is the model; both other forms are read from it, so that they
 * cannot say anything else. */
#ifndef DEFLECT_APP_REPORT_TABLE_H
#define DEFLECT_APP_REPORT_TABLE_H

#include "base/buf.h"

#include <jansson.h>

enum report_column_type {
    COLUMN_TEXT,
    COLUMN_COUNT,    /* a whole number */
    COLUMN_NUMBER,   /* a number with a fraction: one decimal in text */
    COLUMN_RATE,     /* {"value","low","high"} or null: in CSV three columns */
    COLUMN_LIST,     /* of texts: joined by "; " */
    COLUMN_FLAG,     /* true or false */
    COLUMN_DURATION, /* milliseconds; seconds in text */
};

struct report_column {
    const char *key;     /* in JSON, and as the CSV's heading */
    const char *heading; /* in text; NULL: left out there */
    enum report_column_type type;
};

/* Widest text of a cell, in characters; longer ones are cut with "…". */
#define REPORT_CELL_WIDTH 44

/* Appends a heading and one line for each of ROWS (an array of objects; NULL: none), fields apart
 * by ',' (RFC 4180, lines end with LF). A text that a spreadsheet would take for a formula gets an
 * apostrophe in front. COLUMNS ends with a NULL key. */
void report_table_csv(const json_t *rows, const struct report_column *columns, struct buf *out);

/* The same as columns of text: numbers to the right, rates as "38 % (31–45)". */
void report_table_text(const json_t *rows, const struct report_column *columns, struct buf *out);

/* "38 %, likely 31–45 %, of 187"; "too few to say (2 of 5)" where the interval spans more than half
 * of everything; "nothing to count yet" where RATE is null. */
void report_rate_words(const json_t *rate, int64_t n, struct buf *out);

/* 0.384 → "38 %": whole numbers, but "0.4 %" below one, and never a false 0 or 100. */
void report_percent(double share, struct buf *out);

#endif
