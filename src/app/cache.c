/* cache.c: shards of hash chains, each with a list in order of use. */
#include "app/cache.h"

#include "base/digest.h"

#include <pthread.h>
#include <utlist.h>

enum { SHARDS = 16, BUCKETS = 1024, ENTRY_OVERHEAD = 64 };

struct entry {
    struct entry *chain;       /* next of the same bucket */
    struct entry *prev, *next; /* by use: the latest first (utlist) */
    uint64_t hash, revision;
    struct answer *answer;
    size_t bytes, key_length;
    char key[];
};

struct shard {
    pthread_mutex_t lock;
    struct entry *buckets[BUCKETS];
    struct entry *used;
    size_t bytes, entries;
    uint64_t hits, misses;
};

struct cache {
    size_t shard_cap_bytes;
    struct shard shards[SHARDS];
};

enum status cache_new(size_t cap_bytes, struct cache **ret, struct error *err)
{
    struct cache *cache = mem_zero(1, sizeof *cache);
    if (!cache)
        return error_memory(err);
    cache->shard_cap_bytes = cap_bytes / SHARDS;
    for (size_t i = 0; i < SHARDS; i++)
        (void)pthread_mutex_init(&cache->shards[i].lock, NULL);
    *ret = cache;
    return STATUS_OK;
}

static struct entry **find(struct shard *shard, uint64_t hash, struct slice key)
{
    struct entry **at = &shard->buckets[hash / SHARDS % BUCKETS];
    while (*at && ((*at)->hash != hash ||
                   !slice_equal((struct slice){(*at)->key, (*at)->key_length}, key)))
        at = &(*at)->chain;
    return at;
}

/* Takes ENTRY out of its shard and frees it. */
static void drop(struct shard *shard, struct entry *entry)
{
    struct entry **at = &shard->buckets[entry->hash / SHARDS % BUCKETS];
    while (*at != entry)
        at = &(*at)->chain;
    *at = entry->chain;
    DL_DELETE(shard->used, entry);
    shard->bytes -= entry->bytes;
    shard->entries--;
    answer_drop(entry->answer);
    mem_free(entry);
}

struct cache *cache_free(struct cache *cache)
{
    for (size_t i = 0; cache && i < SHARDS; i++) {
        while (cache->shards[i].used)
            drop(&cache->shards[i], cache->shards[i].used);
        (void)pthread_mutex_destroy(&cache->shards[i].lock);
    }
    return mem_free(cache);
}

struct answer *cache_get(struct cache *cache, uint64_t revision, struct slice key)
{
    uint64_t hash = digest_fnv(key);
    struct shard *shard = &cache->shards[hash % SHARDS];
    struct answer *answer = NULL;
    struct entry *entry;
    (void)pthread_mutex_lock(&shard->lock);
    entry = *find(shard, hash, key);
    if (entry && entry->revision == revision) {
        answer = answer_hold(entry->answer);
        DL_DELETE(shard->used, entry);
        DL_PREPEND(shard->used, entry);
        shard->hits++;
    } else {
        shard->misses++;
    }
    (void)pthread_mutex_unlock(&shard->lock);
    return answer;
}

void cache_put(struct cache *cache, uint64_t revision, struct slice key, struct answer *answer)
{
    uint64_t hash = digest_fnv(key);
    struct shard *shard = &cache->shards[hash % SHARDS];
    size_t bytes = answer->bytes + sizeof(struct entry) + key.length + ENTRY_OVERHEAD;
    struct entry *entry, **at;
    if (bytes > cache->shard_cap_bytes || !(entry = mem_alloc(sizeof *entry + key.length)))
        return;
    *entry = (struct entry){.hash = hash, .revision = revision, .bytes = bytes,
                            .key_length = key.length, .answer = answer_hold(answer)};
    memcpy(entry->key, key.ptr, key.length);
    (void)pthread_mutex_lock(&shard->lock);
    at = find(shard, hash, key);
    if (*at)
        drop(shard, *at);
    while (shard->used && shard->bytes + bytes > cache->shard_cap_bytes)
        drop(shard, shard->used->prev); /* the oldest */
    at = &shard->buckets[hash / SHARDS % BUCKETS];
    entry->chain = *at;
    *at = entry;
    DL_PREPEND(shard->used, entry);
    shard->bytes += bytes;
    shard->entries++;
    (void)pthread_mutex_unlock(&shard->lock);
}

struct cache_counts cache_count(struct cache *cache)
{
    struct cache_counts counts = {.hits = 0};
    for (size_t i = 0; i < SHARDS; i++) {
        struct shard *shard = &cache->shards[i];
        (void)pthread_mutex_lock(&shard->lock);
        counts.hits += shard->hits;
        counts.misses += shard->misses;
        counts.bytes += shard->bytes;
        counts.entries += shard->entries;
        (void)pthread_mutex_unlock(&shard->lock);
    }
    return counts;
}
