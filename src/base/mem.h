/* mem.h: ownership helpers.
 *
 * `_cleanup_(x_freep)` frees a local when its scope ends; `steal_pointer(&p)` hands it over. Every
 * allocation goes through these functions, which the tests can make fail one by one. */
#ifndef DEFLECT_BASE_MEM_H
#define DEFLECT_BASE_MEM_H

#include <stddef.h>
#include <stdlib.h>

#define _cleanup_(function) __attribute__((cleanup(function)))
#define _cleanup_free_ _cleanup_(mem_freep)

#define ARRAY_LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* Takes the pointer out of VARIABLE and leaves NULL there. */
#define steal_pointer(variable)                                                                    \
    __extension__({                                                                                \
        __auto_type stolen_from_ = (variable);                                                     \
        __auto_type stolen_ = *stolen_from_;                                                       \
        *stolen_from_ = NULL;                                                                      \
        stolen_;                                                                                   \
    })

/* Defines static inline NAMEp for _cleanup_ from the destructor NAME of TYPE. */
#define DEFINE_CLEANUP(type, name)                                                                 \
    static inline void name##p(__typeof__(type) *pointer)                                          \
    {                                                                                              \
        if (*pointer)                                                                              \
            name(*pointer);                                                                        \
    }

/* malloc, zeroed calloc, overflow-checked array growth, strdup; NULL when memory is short.
 * Owns: the caller frees with mem_free. Threads: any. */
void *mem_alloc(size_t size) __attribute__((malloc, warn_unused_result));
void *mem_zero(size_t count, size_t size) __attribute__((malloc, warn_unused_result));
void *mem_resize(void *memory, size_t count, size_t size) __attribute__((warn_unused_result));
char *mem_strdup(const char *text) __attribute__((malloc, warn_unused_result));
char *mem_strndup(const char *text, size_t length) __attribute__((malloc, warn_unused_result));

/* printf into a fresh string; NULL when memory is short. Owns: the caller. */
char *mem_printf(const char *format, ...)
    __attribute__((format(printf, 1, 2), malloc, warn_unused_result));

/* Makes room for one more element: doubles *CAPACITY when COUNT has reached it. Returns 0, or -1
 * when memory is short (the array stays as it was). ARRAY is the address of the array pointer. */
int mem_grow(void *array, size_t *capacity, size_t count, size_t size)
    __attribute__((warn_unused_result));

/* Allocations that failed on this thread so far, for libraries that do not tell lack of memory from other failures. */
unsigned long mem_failures(void);

/* free() that returns NULL, so that `p = mem_free(p)` leaves nothing dangling. */
void *mem_free(void *memory);

static inline void mem_freep(void *pointer)
{
    void **memory = (void **)pointer;
    *memory = mem_free(*memory);
}

/* For a server of many threads, once and before there are any: few heaps shared by all, since each thread's own would keep
 * what its busiest moment took; and what is large is given back as it is freed. */
void mem_serve(void);

/* Gives memory that is free back to the system: after work that took much of it. Takes milliseconds. */
void mem_trim(void);

/* For tests: the COUNTth allocation from now fails, once (0: none does). Returns what was left of the
 * count before: 0 where the allocation has failed. Threads: one. */
long mem_fail_after(long count);

#endif
