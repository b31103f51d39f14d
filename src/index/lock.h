/* lock.h: one writer at a time, across processes. */
#ifndef DEFLECT_INDEX_LOCK_H
#define DEFLECT_INDEX_LOCK_H

#include "base/error.h"

/* Takes the lock FOLDER/NAME, waiting up to WAIT_MS; closing *RET_FD gives it back. Errors: LOCKED, IO, OUT_OF_MEMORY. */
enum status lock_take(const char *folder, const char *name, unsigned wait_ms, int *ret_fd, struct error *err);

#endif
