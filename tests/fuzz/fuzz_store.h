/* fuzz_store.h: a store in a folder of its own, for targets that need a server's key. */
#ifndef DEFLECT_TESTS_FUZZ_STORE_H
#define DEFLECT_TESTS_FUZZ_STORE_H

#include "store/store.h"

/* Opened with the first call, removed when the process ends. Borrowed. */
struct store *fuzz_store(void);

#endif
