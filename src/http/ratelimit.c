/* ratelimit.c: token buckets in a set-associative table: an address hashes to one set of a few buckets. */
#include "http/ratelimit.h"

#include "base/digest.h"
#include "base/mem.h"

#include <pthread.h>
#include <string.h>

enum { SETS = 4096, WAYS = 8, STRIPES = 64, KEY_BYTES = 16, SEED_BYTES = 16 };

/* A bucket is kept as the time at which it will be full again (GCRA, ITU-T I.371 annex A): one number instead of two. */
struct bucket {
    unsigned char key[KEY_BYTES];
    int64_t full_at_us; /* 0: unused */
};

struct ratelimit {
    int64_t interval_us; /* in which one request is refilled */
    int64_t burst_us;    /* what an empty bucket needs to be full */
    unsigned char seed[SEED_BYTES];
    pthread_mutex_t stripes[STRIPES];
    struct bucket sets[SETS][WAYS];
};

enum status ratelimit_new(int64_t per_minute, struct ratelimit **ret, struct error *err)
{
    struct ratelimit *limit = mem_zero(1, sizeof *limit);
    int64_t burst = per_minute / 4 > 1 ? per_minute / 4 : 1;
    if (!limit)
        return error_memory(err);
    for (size_t i = 0; i < STRIPES; i++)
        pthread_mutex_init(&limit->stripes[i], NULL);
    limit->interval_us = 60 * INT64_C(1000000) / per_minute;
    if (limit->interval_us < 1)
        limit->interval_us = 1;
    limit->burst_us = burst * limit->interval_us;
    if (!digest_random(limit->seed, sizeof limit->seed)) {
        ratelimit_free(limit);
        return error_set(err, STATUS_INTERNAL, "the system gives no random bytes");
    }
    *ret = limit;
    return STATUS_OK;
}

struct ratelimit *ratelimit_free(struct ratelimit *limit)
{
    if (!limit)
        return NULL;
    for (size_t i = 0; i < STRIPES; i++)
        pthread_mutex_destroy(&limit->stripes[i]);
    return mem_free(limit);
}

static void make_key(const struct address *address, unsigned char key[KEY_BYTES])
{
    memcpy(key, address->bytes, KEY_BYTES);
    if (!address_is_ipv4(address))
        memset(key + 8, 0, 8);
}

/* The bucket of KEY in SET; where it has none, the one that is nearest to being full, emptied for it. */
static struct bucket *find_bucket(struct bucket set[WAYS], const unsigned char key[KEY_BYTES])
{
    struct bucket *fullest = set;
    for (size_t i = 0; i < WAYS; i++) {
        if (memcmp(set[i].key, key, KEY_BYTES) == 0)
            return &set[i];
        if (set[i].full_at_us < fullest->full_at_us)
            fullest = &set[i];
    }
    memcpy(fullest->key, key, KEY_BYTES);
    fullest->full_at_us = 0;
    return fullest;
}

static unsigned take(const struct ratelimit *limit, struct bucket *bucket, int64_t now_us)
{
    int64_t full_at_us = bucket->full_at_us > now_us ? bucket->full_at_us : now_us;
    int64_t lacking_us = full_at_us + limit->interval_us - now_us - limit->burst_us;
    if (lacking_us > 0)
        return (unsigned)((lacking_us + 999999) / 1000000);
    bucket->full_at_us = full_at_us + limit->interval_us;
    return 0;
}

unsigned ratelimit_take(struct ratelimit *limit, const struct address *address, int64_t now_us)
{
    unsigned char seeded[SEED_BYTES + KEY_BYTES];
    unsigned char *key = seeded + SEED_BYTES;
    size_t set;
    unsigned wait_s;
    memcpy(seeded, limit->seed, SEED_BYTES);
    make_key(address, key);
    set = (size_t)(digest_fnv((struct slice){(const char *)seeded, sizeof seeded}) >> 32) % SETS;
    pthread_mutex_lock(&limit->stripes[set % STRIPES]);
    wait_s = take(limit, find_bucket(limit->sets[set], key), now_us);
    pthread_mutex_unlock(&limit->stripes[set % STRIPES]);
    return wait_s;
}
