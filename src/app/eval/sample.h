/* sample.h: sample events for a demo, from a made-up public that asks for the articles there are. */
#ifndef DEFLECT_APP_SAMPLE_H
#define DEFLECT_APP_SAMPLE_H

#include "app/service.h"

struct sample_options {
    uint64_t seed;
    int days; /* until the end of yesterday */
    double visits_per_day, holdout;
};

/* Fills the store with events of the population in measure/simulate.h, over the public articles of
 * the index, and marks the store as holding sample data. A store that holds sample data already is
 * left as it is (*RET_COUNT 0). Errors: EXISTS (it holds real events), NOT_FOUND (no articles), IO. */
enum status service_add_sample(struct service *service, const struct sample_options *options,
                               size_t *ret_count, struct error *err);

/* True when the store holds sample data: every page that shows figures then says so. */
bool service_has_sample(struct service *service);

#endif
