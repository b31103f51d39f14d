/* report_shelf.h: finished reports of a server that took long to make, kept until they are old.
 *
 * Questions, gaps and topics are read from the log itself, which takes as long as it is. A report
 * that took a quarter of a second or more is kept for twenty times as long as it took, at most a
 * quarter of an hour, and tells in `as_of` of when it is. One that is asked for when it is older is
 * still handed out, and noted to be made anew in the background. Threads: any. */
#ifndef DEFLECT_APP_REPORT_SHELF_H
#define DEFLECT_APP_REPORT_SHELF_H

#include "app/report/report.h"

#include <jansson.h>

struct report_shelf;

/* Owns: the caller. Errors: OUT_OF_MEMORY. */
enum status report_shelf_new(struct report_shelf **ret, struct error *err);
struct report_shelf *report_shelf_free(struct report_shelf *shelf);

/* The report kept for REQUEST (whatever its format), with a reference for the caller; NULL: there
 * is none. */
json_t *report_shelf_take(struct report_shelf *shelf, const struct report_request *request);

/* Keeps REPORT (takes a reference of its own), which took TOOK_US of work to make. One that was
 * quick is not kept; where memory is short, none is. True where it was not quick. */
bool report_shelf_put(struct report_shelf *shelf, const struct report_request *request,
                      json_t *report, int64_t took_us);

/* A request whose report is old and was asked for since; its texts stand in *RET_TEXTS, which the
 * caller owns. False: there is none. */
bool report_shelf_next(struct report_shelf *shelf, struct report_request *ret, char **ret_texts);

#endif
