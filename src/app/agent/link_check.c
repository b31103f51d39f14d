/* link_check.c: compares the links with the articles of the index. */
#include "app/agent/link_check.h"

#include "base/mem.h"
#include "store/link.h"

#include <string.h>
#include <uthash.h>

/* An article that is there, or one that a link names. */
struct known {
    bool gone;
    UT_hash_handle hh;
    char id[];
};

struct checking {
    struct known *known;
    struct link_check *check;
    bool failed; /* memory was short */
};

void link_check_done(struct link_check *check)
{
    check->example = mem_free(check->example);
}

static struct known *find(struct checking *checking, const char *id)
{
    struct known *known;
    HASH_FIND_STR(checking->known, id, known);
    return known;
}

static struct known *add(struct checking *checking, const char *id, bool gone)
{
    size_t length = strlen(id);
    struct known *known = mem_zero(1, sizeof *known + length + 1);
    if (!known) {
        checking->failed = true;
        return NULL;
    }
    known->gone = gone;
    memcpy(known->id, id, length);
    HASH_ADD_KEYPTR(hh, checking->known, known->id, length, known);
    return known;
}

static bool take_article(void *arg, const struct index_summary *summary)
{
    return add(arg, summary->id, false) != NULL;
}

static bool take_link(void *arg, const struct link *link)
{
    struct checking *checking = arg;
    struct link_check *check = checking->check;
    struct known *known = find(checking, link->article);
    check->links++;
    if (!known) {
        known = add(checking, link->article, true);
        check->gone += known != NULL;
        if (known && !check->example && !(check->example = mem_strdup(link->article)))
            checking->failed = true;
    }
    check->unused += known && known->gone;
    return !checking->failed;
}

static void forget(struct checking *checking)
{
    struct known *known, *next;
    HASH_ITER(hh, checking->known, known, next)
    {
        HASH_DEL(checking->known, known);
        mem_free(known);
    }
}

enum status link_check(struct service *service, struct link_check *ret, struct error *err)
{
    const struct index_list_filter all = {.limit = 0};
    struct checking checking = {.check = ret};
    struct index_reader *reader = NULL;
    enum status status;
    *ret = (struct link_check){.example = NULL};
    status = service_take_reader(service, &reader, err);
    if (!status)
        status = index_list(reader, &all, take_article, &checking, err);
    service_give_reader(service, reader);
    if (!status && !checking.failed)
        status = store_each_link(service_store(service), INT64_MIN, NULL, NULL, take_link, &checking, err);
    forget(&checking);
    return !status && checking.failed ? error_memory(err) : status;
}
