/* report_baseline.h: what tickets are about now, beside an audit made before (app/report/audit.h). */
#ifndef DEFLECT_APP_REPORT_BASELINE_H
#define DEFLECT_APP_REPORT_BASELINE_H

#include "app/report/report.h"

/* Appends the topics of REQUEST's period in its format, each with its tickets a week then and now.
 * AUDIT: as `deflect audit --format json` wrote it. A topic is the same where its id is, or else
 * where it shares half of its words or more with one of the audit's. `change` = now / then − 1 of
 * the weekly rates, with Wilson's bounds of now's part in both counts carried over; tickets are
 * taken to come independently. Errors: UNPROCESSABLE (AUDIT is none), and those of service_report.
 */
enum status service_report_since(struct service *service, const struct report_request *request,
                                 const json_t *audit, struct buf *out, struct error *err);

#endif
