/* mapped.h: files that never change, mapped into memory once for all readers of the process. */
#ifndef DEFLECT_INDEX_MAPPED_H
#define DEFLECT_INDEX_MAPPED_H

#include "base/error.h"

#include <stddef.h>

struct mapped {
    const unsigned char *bytes;
    size_t length;
};

/* The file at PATH, shared with whoever has it open already. Threads: any. Errors: NOT_FOUND, CORRUPT (it is empty), IO, OUT_OF_MEMORY. */
enum status mapped_open(const char *path, const struct mapped **ret, struct error *err);
/* Gives it back; the file may be gone by then. Returns NULL. Threads: any. */
const struct mapped *mapped_close(const struct mapped *mapped);

#endif
