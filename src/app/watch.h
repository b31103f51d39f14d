/* watch.h: the thread that keeps the index up to the folder of articles, by inotify.
 *
 * The first edit is indexed at once, those that follow are gathered for 50 ms. New, moved and
 * deleted folders are followed; when the kernel lost events, or the root was replaced (a symbolic
 * link that now leads elsewhere, a volume mounted anew), everything is looked through. A root that
 * has vanished empties nothing: the index stays until it is back. */
#ifndef DEFLECT_APP_WATCH_H
#define DEFLECT_APP_WATCH_H

#include "app/service.h"

struct watch;

/* Sets the watches, then starts the thread: no edit after the return is missed. */
enum status watch_start(struct service *service, struct watch **ret, struct error *err);

/* Asks the thread to rebuild the whole index; false where it is at it already. Threads: any. */
bool watch_rebuild(struct watch *watch);

/* Asks the thread to look through the whole folder. Threads: any. */
void watch_look(struct watch *watch);

struct watch *watch_stop(struct watch *watch);

#endif
