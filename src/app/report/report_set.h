/* report_set.h: the reports that one page is made of, each made once however often it is asked for.
 *
 * A page of figures and a list of tasks are read from the same few reports. Not for threads to
 * share. */
#ifndef DEFLECT_APP_REPORT_SET_H
#define DEFLECT_APP_REPORT_SET_H

#include "app/report/report.h"

struct report_set {
    struct service *service;
    json_t *made; /* by kind, article, language and period; NULL: none yet */
};

#define REPORT_SET_INIT(of_service) {.service = (of_service), .made = NULL}

void report_set_done(struct report_set *set);
#define _cleanup_report_set_ _cleanup_(report_set_done)

/* *RET: the report as service_report_value gives it, which SET owns; what a caller adds to it, the
 * next one sees. Errors: as service_report_value. */
enum status report_set_get(struct report_set *set, const struct report_request *request,
                           json_t **ret, struct error *err);

#endif
