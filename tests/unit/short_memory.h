/* short_memory.h: a heap that refuses on demand and counts what is not given back.
 *
 * Stands in place of malloc and its kin for the whole program, so that libraries' allocations fail too. With
 * AddressSanitizer, which needs that place itself and finds leaks on its own, only Deflect's own allocations fail. */
#ifndef DEFLECT_TESTS_SHORT_MEMORY_H
#define DEFLECT_TESTS_SHORT_MEMORY_H

#include <stdbool.h>

/* From now on the COUNTth allocation of this thread fails; LASTING: all after it too. */
void short_memory_begin(long count, bool lasting);

/* Ends that. Returns whether an allocation failed. */
bool short_memory_end(void);

/* Blocks now held by the program; always 0 where they are not counted. */
long short_memory_blocks(void);

#endif
