/* forwarder.h: the thread that empties the outbox, and gives up what could not be delivered in 14
 * days.
 *
 * While the other side is down it is asked again after 5 s, then twice as long each time, up to 5
 * minutes; new requests, and those that a person sends again, are tried at once. A request that is
 * refused is tried again after up to an hour: what is wrong may be the configuration. */
#ifndef DEFLECT_APP_FORWARDER_H
#define DEFLECT_APP_FORWARDER_H

#include "app/service.h"

struct forwarder;

enum status forwarder_start(struct service *service, struct forwarder **ret, struct error *err);
/* Breaks an attempt off within about a second; what was not delivered stays. Returns NULL. */
struct forwarder *forwarder_stop(struct forwarder *forwarder);

/* A request has come in, or the configuration is another; TRAPPED: the request is held. NULL is
 * allowed. */
void forwarder_wake(struct forwarder *forwarder, bool trapped);

/* What waits, and what became of requests since the start. */
struct forwarder_counts {
    int64_t waiting, held;
    int64_t oldest_ms; /* when the oldest of the waiting came in; 0: none waits */
    uint64_t delivered, failed, trapped, expired;
};
struct forwarder_counts service_count_outbox(struct service *service);

#endif
