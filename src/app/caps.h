/* caps.h: how many events each session has sent, in memory of fixed size.
 *
 * A table of counters by the session's hash; a session that was silent longest makes room for a new
 * one, and counts from zero when it comes back. Threads: any. */
#ifndef DEFLECT_APP_CAPS_H
#define DEFLECT_APP_CAPS_H

#include "base/error.h"
#include "base/slice.h"

#include <stdint.h>

struct caps;

enum status caps_new(struct caps **ret, struct error *err);
struct caps *caps_free(struct caps *caps);

/* Adds MORE events to the count of SESSION and returns the new count. */
uint32_t caps_add(struct caps *caps, struct slice session, uint32_t more);

#endif
