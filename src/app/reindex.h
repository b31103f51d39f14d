/* reindex.h: brings the index up to the folder of articles, once or for as long as the server runs. */
#ifndef DEFLECT_APP_REINDEX_H
#define DEFLECT_APP_REINDEX_H

#include "app/service.h"

struct reindex_counts {
    size_t articles;                        /* in the index afterwards, drafts and archived included */
    size_t added, changed, removed, skipped;
    double seconds;
};

/* A remark about a file: "guides/x.md:3: error: …". Borrowed during the call. */
typedef void reindex_problem_fn(void *arg, const char *path, size_t line, bool is_error, const char *message);

/* Indexes what changed (everything where REBUILD). Waits up to 30 s for another writer.
 * Errors: NOT_FOUND (no articles folder), LOCKED, IO, … */
enum status service_reindex(struct service *service, bool rebuild, reindex_problem_fn *problem, void *arg,
                            struct reindex_counts *ret, struct error *err);

/* Watches the folder (app/watch.h) until service_close. Call it before service_reindex, so that no
 * edit falls between the two. */
enum status service_watch(struct service *service, struct error *err);

#endif
