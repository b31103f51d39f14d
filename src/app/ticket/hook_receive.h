/* hook_receive.h: a help desk's call, from its signature to the ticket in the store. */
#ifndef DEFLECT_APP_HOOK_RECEIVE_H
#define DEFLECT_APP_HOOK_RECEIVE_H

#include "app/service.h"
#include "app/ticket/hook_signature.h"
#include "base/json.h"

/* Takes in what DESK sent: verifies it, drops what was seen before, translates, stores. *RET:
 * {"outcome":"stored|seen|ignored", "ticket"?, "links"?}. What became of the latest call is
 * remembered, also of a refused one; *RET_OUTCOME tells it in any case. A delivery is known by its id
 * and by what is signed, since the id itself is not: a replay under another name is dropped too. Errors: DENIED (signature), INVALID (no JSON), UNPROCESSABLE,
 * UNAVAILABLE, IO. Owns: the caller. */
enum status service_receive_hook(struct service *service, const struct hook_desk *desk,
                                 const struct hook_delivery *delivery, json_t **ret,
                                 enum hook_outcome *ret_outcome, struct error *err);

/* What DESK sent last and what became of it: {"at","outcome","ticket"?,"event"?,"detail"?}; *RET NULL
 * where nothing ever arrived. Owns: the caller. */
enum status service_hook_last(struct service *service, const char *desk, json_t **ret,
                              struct error *err);

#endif
