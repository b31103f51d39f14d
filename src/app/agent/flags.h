/* flags.h: what agents say about articles, and what became of it, as the API's JSON. */
#ifndef DEFLECT_APP_FLAGS_H
#define DEFLECT_APP_FLAGS_H

#include "app/service.h"
#include "base/json.h"
#include "store/flag.h"

/* Adds the flag that OBJECT describes (kind, article?, ticket?, note?), raised by AGENT. *RET: the
 * flag as JSON. Errors: UNPROCESSABLE naming the field. Owns: the caller, here and below. */
enum status service_add_flag(struct service *service, const json_t *object, const char *agent,
                             json_t **ret, struct error *err);

/* {"flags":[…]}, newest first: of STATE (NULL: any), raised by AGENT (NULL: anybody). Errors:
 * UNPROCESSABLE (no such state). */
enum status service_flags_json(struct service *service, const char *state, const char *agent,
                               json_t **ret, struct error *err);

/* Sets `state`, `owner` and `answer` (what its agent reads of it) of flag ID as OBJECT says. Errors:
 * UNPROCESSABLE, NOT_FOUND. */
enum status service_change_flag(struct service *service, const char *id, const json_t *object,
                                json_t **ret, struct error *err);

/* Sets STATE and OWNER of flag ID, and `answer` where OBJECT has one. Errors: as above. */
enum status flags_set(struct service *service, int64_t id, enum flag_state state, const char *owner,
                      const json_t *object, struct error *err);

#endif
