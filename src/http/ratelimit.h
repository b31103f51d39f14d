/* ratelimit.h: how many requests an address may send: a token bucket each, in a table of fixed size.
 *
 * A bucket holds up to a quarter of a minute's requests and refills evenly. IPv6 counts by /64, since one customer has
 * as many addresses as he likes within one. The table never grows: where it is full, the bucket that is nearest to
 * being full again is forgotten, which loses least. */
#ifndef DEFLECT_HTTP_RATELIMIT_H
#define DEFLECT_HTTP_RATELIMIT_H

#include "base/error.h"
#include "http/address.h"

#include <stdint.h>

struct ratelimit;

/* PER_MINUTE requests for each address, 1 or more. Errors: OUT_OF_MEMORY, INTERNAL (no randomness). */
enum status ratelimit_new(int64_t per_minute, struct ratelimit **ret, struct error *err);
struct ratelimit *ratelimit_free(struct ratelimit *limit);
static inline void ratelimit_freep(struct ratelimit **limit)
{
    *limit = ratelimit_free(*limit);
}

/* Takes one request from the bucket of ADDRESS at NOW_US (a clock that never steps). Returns 0 where it was there, else
 * the whole seconds after which one will be. Threads: any. */
unsigned ratelimit_take(struct ratelimit *limit, const struct address *address, int64_t now_us);

#endif
