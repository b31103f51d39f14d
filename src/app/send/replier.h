/* replier.h: the thread that sends automatic replies, one after the other, each once. */
#ifndef DEFLECT_APP_REPLIER_H
#define DEFLECT_APP_REPLIER_H

#include "app/send/desk_post.h"
#include "app/service.h"

struct replier;

enum status replier_start(struct service *service, struct replier **ret, struct error *err);
/* Breaks off; what was not sent never is. Returns NULL. */
struct replier *replier_stop(struct replier *replier);

/* Sends CALL (taken over, also on failure) to ticket ID of DESK (static), and notes the outcome.
 * Errors: UNAVAILABLE (LIMIT_AUTO_REPLIES wait), OUT_OF_MEMORY. */
enum status replier_send(struct replier *replier, const char *desk, const char *id,
                         struct desk_call *call, struct error *err);

#endif
