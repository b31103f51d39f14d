/* cache.h: finished answers, kept by question until memory is needed or the index moves on.
 *
 * Bounded in bytes; the least recently used answer goes first. The table is cut into shards with a
 * lock each, so that threads seldom wait for one another. Threads: any. */
#ifndef DEFLECT_APP_CACHE_H
#define DEFLECT_APP_CACHE_H

#include "app/answer.h"

struct cache;

/* CAP_BYTES 0: keeps nothing. Owns: the caller, by cache_free. Errors: OUT_OF_MEMORY. */
enum status cache_new(size_t cap_bytes, struct cache **ret, struct error *err);
struct cache *cache_free(struct cache *cache);

/* The answer kept under KEY when the index stood at REVISION, with a reference for the caller; NULL
 * where there is none. */
struct answer *cache_get(struct cache *cache, uint64_t revision, struct slice key);

/* Keeps ANSWER (takes a reference of its own) under KEY. Where memory is short, it does not. */
void cache_put(struct cache *cache, uint64_t revision, struct slice key, struct answer *answer);

struct cache_counts {
    uint64_t hits, misses;
    size_t bytes, entries;
};
struct cache_counts cache_count(struct cache *cache);

#endif
