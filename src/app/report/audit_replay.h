/* audit_replay.h: past tickets asked again, over the articles as they are now. For audit.c alone.
 */
#ifndef DEFLECT_APP_AUDIT_REPLAY_H
#define DEFLECT_APP_AUDIT_REPLAY_H

#include "app/eval/scratch.h"
#include "app/report/audit.h"

/* What a search for a ticket's words finds first. */
enum replay_level {
    REPLAY_NONE, /* nothing */
    REPLAY_LOW,
    REPLAY_MEDIUM,
    REPLAY_HIGH,
    REPLAY_LEVELS, /* how many; also: not replayed */
};
const char *replay_level_name(enum replay_level level);

/* Asks for the ticket as the widget would have. *RET_TITLE (may be NULL): what was found first,
 * owned by the caller, NULL where nothing was. */
enum status replay_ticket(const struct audit_options *options, struct index_reader *reader,
                          const char *subject, const char *body, enum replay_level *ret,
                          char **ret_title, struct error *err);

#endif
