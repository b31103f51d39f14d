/* link_learn.h: agents' links: kept for good, and taught to the search. */
#ifndef DEFLECT_APP_LINK_LEARN_H
#define DEFLECT_APP_LINK_LEARN_H

#include "app/service.h"
#include "store/link.h"

/* Keeps LINK (its `text` is redacted here) and teaches it. *RET_NEW (may be NULL): it was not there.
 * Errors: UNPROCESSABLE (no such article), and as store_put_link. */
enum status service_add_link(struct service *service, const struct link *link, bool *ret_new,
                             struct error *err);

/* Takes the link back, from the store and from what the search learned. Errors: NOT_FOUND. */
enum status service_remove_link(struct service *service, const char *ticket, const char *article,
                                struct error *err);

/* Brings what was added and taken back to the search now; for commands, which have no thread for it.
 * Errors: LOCKED, IO, OUT_OF_MEMORY. */
enum status service_learn(struct service *service, struct error *err);

#endif
