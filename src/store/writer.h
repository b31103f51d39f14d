/* writer.h: the one thread that writes events, by group commit.
 *
 * Batches wait in a bounded queue; the thread commits what has gathered (at once when idle; up to
 * 1,000 events or 5 ms under load) and only then calls each batch's callback, on its own thread. */
#ifndef DEFLECT_STORE_WRITER_H
#define DEFLECT_STORE_WRITER_H

#include "store/store.h"

struct event_writer;

/* Called once for each submitted batch, on the writer's thread, after its commit (STATUS_OK) or its
 * failure. EVENTS are still owned by the writer, which frees them afterwards. OUTCOMES has one
 * entry for each of the COUNT events, in the order of submission; NULL after a failure. Must be
 * quick and must not call the writer. */
typedef void event_writer_done_fn(void *arg, enum status status, const enum event_outcome *outcomes,
                                  size_t count);

/* Starts the thread. STORE must outlive it. Errors: UNAVAILABLE (no thread to be had),
 * OUT_OF_MEMORY. */
enum status event_writer_start(struct store *store, struct event_writer **ret, struct error *err);

/* Hands over EVENTS (array and contents are the writer's from now on, also on failure). DONE may be
 * NULL (fire and forget). Ids, sessions and times must be set. Errors: UNAVAILABLE (the queue is
 * full or the writer stops), OUT_OF_MEMORY: DONE is then not called. Threads: any. */
enum status event_writer_submit(struct event_writer *writer, struct event *events, size_t count,
                                event_writer_done_fn *done, void *arg, struct error *err);

/* Events waiting now; for /metrics. */
size_t event_writer_depth(const struct event_writer *writer);

/* Commits what was accepted, ends the thread, frees. Returns NULL; NULL is fine. */
struct event_writer *event_writer_stop(struct event_writer *writer);

#endif
