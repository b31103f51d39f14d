/* refstr.c: reference-counted texts. */
#include "base/refstr.h"

#include "base/mem.h"

#include <stdint.h>
#include <string.h>

struct refstr {
    uint32_t references;
    char text[];
};

static struct refstr *head_of(const char *text)
{
    return (struct refstr *)(uintptr_t)(text - offsetof(struct refstr, text));
}

const char *refstr_new(const char *text)
{
    size_t size = strlen(text) + 1;
    struct refstr *head = mem_alloc(sizeof *head + size);
    if (!head)
        return NULL;
    head->references = 1;
    memcpy(head->text, text, size);
    return head->text;
}

const char *refstr_ref(const char *text)
{
    if (text)
        head_of(text)->references++;
    return text;
}

const char *refstr_unref(const char *text)
{
    if (text && --head_of(text)->references == 0)
        mem_free(head_of(text));
    return NULL;
}
