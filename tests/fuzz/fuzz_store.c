/* fuzz_store.c: opens a store in a fresh folder and removes it in the end. */
#include "fuzz_store.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>

static char folder[] = "/tmp/deflect-fuzz-XXXXXX";
static struct store *store;

static int remove_entry(const char *path, const struct stat *info, int kind, struct FTW *place)
{
    (void)info;
    (void)kind;
    (void)place;
    return remove(path);
}

static void tidy(void)
{
    store = store_close(store);
    (void)nftw(folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

struct store *fuzz_store(void)
{
    struct error err = {.message = "no folder in /tmp"};
    const struct store_options options = {.folder = folder};
    if (store)
        return store;
    if (!mkdtemp(folder) || store_open(&options, &store, &err)) {
        (void)fprintf(stderr, "fuzz_store: %s\n", err.message);
        abort();
    }
    (void)atexit(tidy);
    return store;
}
