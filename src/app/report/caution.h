/* caution.h: how sure the search must be before it says `high`, on this knowledge base.
 *
 * Once a day the background counts what visitors and agents made of `high` first results
 * (measure/judged.h says how, and states the test), over the last 90 days or since the threshold
 * last moved, keeps the figures in the store, and moves the threshold by a step where they say so.
 */
#ifndef DEFLECT_APP_CAUTION_H
#define DEFLECT_APP_CAUTION_H

#include "app/service.h"

#include <jansson.h>

/* Puts in force what the store has; for service_open. Errors: as store_get_meta. */
enum status caution_load(struct service *service, struct error *err);

/* Counts, unless that was done within the last day, and moves the threshold where it must. */
enum status caution_review(struct service *service, int64_t now_ms, struct error *err);

/* {"threshold","raised","since","as_of","shown","confirmed","linked_other","judged","right"} as the
 * report on deflection shows it; *RET NULL: never counted. Owns: the caller. */
enum status caution_json(struct store *store, json_t **ret, struct error *err);

/* The steps that the threshold is raised by. */
int caution_steps(const json_t *caution);

#endif
