/* sample_desk.h: what sample data has of a help desk: the tickets of the made-up visits, others that
 * came by mail and telephone, and what agents answered. */
#ifndef DEFLECT_APP_SAMPLE_DESK_H
#define DEFLECT_APP_SAMPLE_DESK_H

#include "app/service.h"
#include "measure/simulate.h"
#include "store/ticket.h"

struct sample_desk {
    struct ticket *tickets; /* owned */
    size_t count, capacity;
    int64_t now_ms;
    const struct simulate_article *articles; /* borrowed */
    size_t article_count;
};
void sample_desk_done(struct sample_desk *desk);

/* Takes what EVENT means for a help desk, if anything. False when memory is short. */
bool sample_desk_see(struct sample_desk *desk, const struct event *event)
    __attribute__((warn_unused_result));

/* Stores the tickets. Errors: as store_append. */
enum status sample_desk_write(const struct sample_desk *desk, struct service *service,
                              struct error *err);

#endif
