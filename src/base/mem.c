/* mem.c: allocation with one place where a test can make it fail. */
#include "base/mem.h"

#include <malloc.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static atomic_long countdown;
static _Thread_local unsigned long failures;

static bool must_fail(void)
{
    if (atomic_load_explicit(&countdown, memory_order_relaxed) == 0)
        return false;
    return atomic_fetch_sub(&countdown, 1) == 1;
}

/* MEMORY, a failure counted. */
static void *counted(void *memory)
{
    failures += !memory;
    return memory;
}

unsigned long mem_failures(void)
{
    return failures;
}

long mem_fail_after(long count)
{
    return atomic_exchange(&countdown, count);
}

void *mem_alloc(size_t size)
{
    return counted(must_fail() ? NULL : malloc(size ? size : 1));
}

void *mem_zero(size_t count, size_t size)
{
    return counted(must_fail() ? NULL : calloc(count ? count : 1, size ? size : 1));
}

void *mem_resize(void *memory, size_t count, size_t size)
{
    if (must_fail() || (size && count > SIZE_MAX / size))
        return counted(NULL);
    size_t bytes = count * size;
    return counted(realloc(memory, bytes > 0 ? bytes : 1));
}

char *mem_strndup(const char *text, size_t length)
{
    char *copy = mem_alloc(length + 1);
    if (copy) {
        memcpy(copy, text, length);
        copy[length] = '\0';
    }
    return copy;
}

char *mem_strdup(const char *text)
{
    return mem_strndup(text, strlen(text));
}

char *mem_printf(const char *format, ...)
{
    va_list args, again;
    char *text = NULL;
    va_start(args, format);
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (length >= 0 && (text = mem_alloc((size_t)length + 1)))
        (void)vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    return text;
}

int mem_grow(void *array, size_t *capacity, size_t count, size_t size)
{
    void *grown, *present;
    size_t wanted;
    if (count < *capacity)
        return 0;
    wanted = *capacity ? *capacity * 2 : 8;
    memcpy(&present, array, sizeof present);
    grown = mem_resize(present, wanted, size);
    if (!grown)
        return -1;
    memcpy(array, &grown, sizeof grown);
    *capacity = wanted;
    return 0;
}

void *mem_free(void *memory)
{
    free(memory);
    return NULL;
}

enum { HEAPS = 4, LARGE_BYTES = 1024 * 1024 };

void mem_serve(void)
{
    (void)mallopt(M_ARENA_MAX, HEAPS); /* NOLINT(concurrency-mt-unsafe): before the threads begin */
    (void)mallopt(M_MMAP_THRESHOLD, LARGE_BYTES); /* NOLINT(concurrency-mt-unsafe) */
}

void mem_trim(void)
{
    (void)malloc_trim(0);
}
