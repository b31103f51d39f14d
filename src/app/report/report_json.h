/* report_json.h: figures of measure/ as the JSON of the public contract. */
#ifndef DEFLECT_APP_REPORT_JSON_H
#define DEFLECT_APP_REPORT_JSON_H

#include "measure/articles.h"
#include "measure/deflection.h"
#include "measure/queries.h"
#include "measure/versions.h"

#include <jansson.h>

/* {"value","low","high"}, null where it is not known. All functions here return a new value, which
 * the caller owns, NULL when memory is short. */
json_t *report_estimate_json(struct estimate estimate);

/* "2026-11-22" */
json_t *report_day_json(int64_t time_ms);

/* A list of texts; ends with COUNT or the first NULL. */
json_t *report_texts_json(const char *const *texts, size_t count);

/* The deflection report. SHARE, MIN_LIFT: as deflection_lift. */
json_t *report_deflection_json(const struct deflection *d, double share, double min_lift);

/* The articles report. TITLE names an article; borrowed results. VERSIONS: of the same episodes. */
json_t *report_articles_json(const struct articles *articles, const struct versions *versions,
                             int64_t from_ms, int64_t to_ms,
                             const char *(*title)(void *arg, const char *article), void *arg);

/* Rows of the queries report, at most LIMIT. */
json_t *report_queries_json(const struct queries *queries, size_t limit);

#endif
