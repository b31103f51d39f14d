/* caps.c: a set-associative table of counters, as processor caches are built. */
#include "app/caps.h"

#include "base/clock.h"
#include "base/digest.h"
#include "base/mem.h"

#include <pthread.h>

enum { SETS = 16384, WAYS = 4 };

struct counter {
    uint64_t hash;
    uint32_t count;
    uint32_t used_s; /* when it was last added to */
};

struct caps {
    pthread_mutex_t lock;
    struct counter counters[SETS][WAYS];
};

enum status caps_new(struct caps **ret, struct error *err)
{
    struct caps *caps = mem_zero(1, sizeof *caps);
    if (!caps)
        return error_memory(err);
    (void)pthread_mutex_init(&caps->lock, NULL);
    *ret = caps;
    return STATUS_OK;
}

struct caps *caps_free(struct caps *caps)
{
    if (caps)
        (void)pthread_mutex_destroy(&caps->lock);
    return mem_free(caps);
}

/* The counter of HASH, or the one of its set that was used longest ago, emptied. */
static struct counter *find(struct counter set[WAYS], uint64_t hash)
{
    struct counter *oldest = &set[0];
    for (size_t i = 0; i < WAYS; i++) {
        if (set[i].hash == hash)
            return &set[i];
        if (set[i].used_s < oldest->used_s)
            oldest = &set[i];
    }
    *oldest = (struct counter){.hash = hash};
    return oldest;
}

uint32_t caps_add(struct caps *caps, struct slice session, uint32_t more)
{
    uint64_t hash = digest_fnv(session);
    struct counter *counter;
    uint32_t count;
    (void)pthread_mutex_lock(&caps->lock);
    counter = find(caps->counters[hash % SETS], hash);
    counter->used_s = (uint32_t)(clock_monotonic_us() / 1000000);
    count = counter->count > UINT32_MAX - more ? UINT32_MAX : counter->count + more;
    counter->count = count;
    (void)pthread_mutex_unlock(&caps->lock);
    return count;
}
