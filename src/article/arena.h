/* arena.h: memory that is given back all at once, with a cap. Not safe to share between threads. */
#ifndef DEFLECT_ARTICLE_ARENA_H
#define DEFLECT_ARTICLE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

/* CAP: most bytes. NULL when memory is short. Owns: the caller frees with arena_free. */
struct arena *arena_new(size_t cap);
struct arena *arena_free(struct arena *arena);

/* SIZE zeroed bytes, NULL when memory is short or the cap is reached (arena_is_full tells which).
 */
void *arena_zero(struct arena *arena, size_t size);

/* As realloc: MEMORY (NULL: none) of this arena, with room for SIZE bytes. */
void *arena_resize(struct arena *arena, void *memory, size_t size);

/* True when the cap was reached. */
bool arena_is_full(const struct arena *arena);

#endif
