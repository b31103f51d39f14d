/* arena.c: memory that is given back all at once, with a cap. */
#include "article/arena.h"

#include "base/mem.h"

#include <stdalign.h>
#include <string.h>

#define FIRST_CHUNK 16384
#define LARGEST_CHUNK (1024 * 1024)
#define ALIGN alignof(max_align_t)

struct chunk {
    struct chunk *next;
    alignas(max_align_t) unsigned char bytes[];
};

struct arena {
    struct chunk *chunks;
    size_t used, size; /* of the newest chunk */
    size_t total, cap;
    bool full;
};

/* Each piece is preceded by its size, for arena_resize. */
union header {
    size_t size;
    max_align_t align;
};

struct arena *arena_new(size_t cap)
{
    struct arena *arena = mem_zero(1, sizeof *arena);
    if (arena)
        arena->cap = cap;
    return arena;
}

struct arena *arena_free(struct arena *arena)
{
    if (!arena)
        return NULL;
    for (struct chunk *chunk = arena->chunks, *next; chunk; chunk = next) {
        next = chunk->next;
        mem_free(chunk);
    }
    return mem_free(arena);
}

bool arena_is_full(const struct arena *arena)
{
    return arena->full;
}

static bool add_chunk(struct arena *arena, size_t least)
{
    size_t size = arena->size * 2;
    if (size < FIRST_CHUNK)
        size = FIRST_CHUNK;
    if (size > LARGEST_CHUNK)
        size = LARGEST_CHUNK;
    if (size < least)
        size = least;
    if (size > arena->cap - arena->total) {
        arena->full = true;
        return false;
    }
    struct chunk *chunk = mem_zero(1, sizeof *chunk + size);
    if (!chunk)
        return false;
    chunk->next = arena->chunks;
    arena->chunks = chunk;
    arena->used = 0;
    arena->size = size;
    arena->total += size;
    return true;
}

void *arena_zero(struct arena *arena, size_t size)
{
    union header *header;
    if (size > arena->cap) {
        arena->full = true;
        return NULL;
    }
    size_t whole = sizeof *header + (size + ALIGN - 1) / ALIGN * ALIGN;
    if (whole > arena->size - arena->used && !add_chunk(arena, whole))
        return NULL;
    header = (union header *)(void *)(arena->chunks->bytes + arena->used);
    header->size = size;
    arena->used += whole;
    return header + 1;
}

void *arena_resize(struct arena *arena, void *memory, size_t size)
{
    size_t present = memory ? ((union header *)memory - 1)->size : 0;
    if (memory && size <= present)
        return memory;
    void *grown = arena_zero(arena, size);
    if (grown && present)
        memcpy(grown, memory, present);
    return grown;
}
