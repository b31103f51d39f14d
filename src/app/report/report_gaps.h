/* report_gaps.h: the gaps report's figures, for the report itself and for drafts of the articles
 * that are missing. */
#ifndef DEFLECT_APP_REPORT_GAPS_H
#define DEFLECT_APP_REPORT_GAPS_H

#include "app/report/report_kind.h"
#include "measure/gaps.h"

/* Reads episodes and tickets of the run's period. Owns: the caller. */
enum status report_gather_gaps(struct report_run *run, struct gaps **ret, struct error *err);

#endif
