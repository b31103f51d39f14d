/* short_memory.c: malloc and its kin, in front of the C library's own. */
#include "short_memory.h"

#include "base/mem.h"

#include <errno.h>
#include <malloc.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define OWN_HEAP 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define OWN_HEAP 0
#endif
#endif
#ifndef OWN_HEAP
#define OWN_HEAP 1
#endif

#if OWN_HEAP

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *memory);

static _Thread_local long countdown; /* 0: none fails */
static _Thread_local bool lasts, failed;
static atomic_long blocks;

static bool must_fail(void)
{
    if (countdown == 0 || --countdown > 0)
        return false;
    countdown = lasts ? 1 : 0;
    failed = true;
    errno = ENOMEM;
    return true;
}

static void *counted(void *memory)
{
    if (memory)
        atomic_fetch_add(&blocks, 1);
    return memory;
}

void *malloc(size_t size)
{
    return must_fail() ? NULL : counted(__libc_malloc(size));
}

void *calloc(size_t count, size_t size)
{
    return must_fail() ? NULL : counted(__libc_calloc(count, size));
}

void *realloc(void *memory, size_t size)
{
    if (size > 0 && must_fail())
        return NULL;
    void *result = __libc_realloc(memory, size);
    if (memory && size == 0)
        atomic_fetch_sub(&blocks, 1);
    else if (!memory)
        counted(result);
    return result;
}

void *memalign(size_t alignment, size_t size)
{
    return must_fail() ? NULL : counted(__libc_memalign(alignment, size));
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return memalign(alignment, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size)
{
    *memory = memalign(alignment, size);
    return *memory ? 0 : ENOMEM;
}

void free(void *memory)
{
    if (memory)
        atomic_fetch_sub(&blocks, 1);
    __libc_free(memory);
}

void short_memory_begin(long count, bool lasting)
{
    failed = false;
    lasts = lasting;
    countdown = count;
}

bool short_memory_end(void)
{
    countdown = 0;
    return failed;
}

long short_memory_blocks(void)
{
    return atomic_load(&blocks);
}

#else

void short_memory_begin(long count, bool lasting)
{
    (void)lasting;
    mem_fail_after(count);
}

bool short_memory_end(void)
{
    return mem_fail_after(0) == 0;
}

long short_memory_blocks(void)
{
    return 0;
}

#endif
