/* names.c: numbers for texts, by uthash. */
#include "measure/names.h"

#define HASH_NONFATAL_OOM 1
#define uthash_malloc(size) mem_alloc(size)
#define uthash_free(pointer, size) mem_free(pointer)
#define uthash_nonfatal_oom(entry) ((entry)->lost = true)
#include <uthash.h>

struct name {
    size_t number;
    bool lost; /* memory was short while it was added */
    UT_hash_handle hh;
    char text[];
};

struct names {
    struct name *table;
    struct name **list;
    size_t count, capacity;
};

struct names *names_new(void)
{
    return mem_zero(1, sizeof(struct names));
}

void names_clear(struct names *names)
{
    HASH_CLEAR(hh, names->table);
    while (names->count > 0)
        mem_free(names->list[--names->count]);
}

struct names *names_free(struct names *names)
{
    if (!names)
        return NULL;
    names_clear(names);
    mem_free(names->list);
    return mem_free(names);
}

static struct name *find(const struct names *names, struct slice text)
{
    struct name *name = NULL;
    HASH_FIND(hh, names->table, text.ptr, text.length, name);
    return name;
}

bool names_add(struct names *names, struct slice text, size_t *ret)
{
    struct name *name = find(names, text);
    if (!name) {
        if (mem_grow(&names->list, &names->capacity, names->count, sizeof *names->list) < 0)
            return false;
        name = mem_zero(1, sizeof *name + text.length + 1);
        if (!name)
            return false;
        if (text.length > 0)
            memcpy(name->text, text.ptr, text.length);
        name->number = names->count;
        HASH_ADD_KEYPTR(hh, names->table, name->text, text.length, name);
        if (name->lost) {
            mem_free(name);
            return false;
        }
        names->list[names->count++] = name;
    }
    *ret = name->number;
    return true;
}

bool names_find(const struct names *names, struct slice text, size_t *ret)
{
    const struct name *name = find(names, text);
    if (name)
        *ret = name->number;
    return name != NULL;
}

size_t names_count(const struct names *names)
{
    return names->count;
}

const char *names_text(const struct names *names, size_t number)
{
    return names->list[number]->text;
}
