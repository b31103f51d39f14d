/* teacher.h: brings agents' links from the store to the search, within seconds.
 *
 * On a server a thread gathers what changed for a moment and commits it at once; a command teaches
 * when it is flushed. The store has every link: whatever the search has lost is taught anew at the
 * start. */
#ifndef DEFLECT_APP_TEACHER_H
#define DEFLECT_APP_TEACHER_H

#include "app/service.h"

struct teacher;

/* THREADED: a server's. Errors: UNAVAILABLE (no thread to be had), OUT_OF_MEMORY. */
enum status teacher_start(struct service *service, bool threaded, struct teacher **ret,
                          struct error *err);

/* The link of TICKET and ARTICLE was added, changed or taken back. Too many at once: everything is
 * taught anew. Threads: any. */
enum status teacher_note(struct teacher *teacher, const char *ticket, const char *article,
                         struct error *err);

/* Teaches what was noted, on this thread; for commands. Errors: as index_learner_open. */
enum status teacher_flush(struct teacher *teacher, struct error *err);

/* Teaches what was noted, ends the thread, frees. Returns NULL; NULL is fine. */
struct teacher *teacher_stop(struct teacher *teacher);

#endif
