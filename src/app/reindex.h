/* reindex.h: brings the index up to the folder of articles, once or for as long as the server runs. */
#ifndef DEFLECT_APP_REINDEX_H
#define DEFLECT_APP_REINDEX_H

#include "app/service.h"

struct reindex_counts {
    size_t articles; /* in the index afterwards, drafts and archived included */
    size_t added, changed, removed, skipped;
    double seconds;
};

/* A remark about a file: "guides/x.md:3: error: …" (LINE 0: of the whole file). Borrowed during the
 * call. */
typedef void reindex_problem_fn(void *arg, const char *path, size_t line, bool is_error,
                                const char *message);
/* How many articles were put into the index so far. */
typedef void reindex_progress_fn(void *arg, size_t done);

/* Who wants to hear of it; each may be NULL. */
struct reindex_listener {
    reindex_problem_fn *problem;
    reindex_progress_fn *progress;
    void *arg;
};

/* Indexes what changed (everything where REBUILD). LISTENER may be NULL. Waits up to 30 s for another
 * writer. Errors: NOT_FOUND (no articles folder), LOCKED, IO, … */
enum status service_reindex(struct service *service, bool rebuild,
                            const struct reindex_listener *listener, struct reindex_counts *ret,
                            struct error *err);

/* Watches the folder (app/watch.h) until service_close. Call it before service_reindex, so that no
 * edit falls between the two. */
enum status service_watch(struct service *service, struct error *err);

#endif
