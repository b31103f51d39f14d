/* service_private.h: what a struct service is made of; for the files of src/app/ alone. */
#ifndef DEFLECT_APP_SERVICE_PRIVATE_H
#define DEFLECT_APP_SERVICE_PRIVATE_H

#include "app/agent/desk.h"
#include "app/cache.h"
#include "app/caps.h"
#include "app/readers.h"
#include "app/service.h"
#include "app/settle.h"

#include <pthread.h>
#include <stdatomic.h>

struct folder;
struct replier;
struct forwarder;
struct home;
struct languages;
struct report_shelf;
struct watch;
struct upkeep;
struct teacher;

struct service {
    const struct config *_Atomic config;
    enum service_mode mode;
    char *index_folder;
    char *own_url; /* from the address that is listened on */
    struct store *store;
    struct event_writer *writer; /* these six: of a server only */
    struct settle *settle;
    struct watch *watch;
    struct upkeep *upkeep;
    struct forwarder *forwarder;
    struct replier *replier;
    struct readers *readers;
    struct cache *cache;
    struct caps *caps;
    struct desk *desk;
    struct teacher *teacher;
    struct home *home;
    struct languages *languages;
    struct report_shelf *shelf;
    pthread_mutex_t index_lock; /* one reindex at a time */
    _Atomic int64_t indexed_ms; /* when the index was last brought up to the articles; 0: not yet */
    struct folder *folder;      /* what the index holds; NULL: to be learned from it */
    _Atomic int caution;        /* as in struct index_query; app/report/caution.h */
    atomic_bool closing;        /* whatever takes long is to stop */
    _Atomic bool holdout_over;  /* the sample can tell, so everybody gets suggestions again */
};

/* The index or one of its documents is damaged: a command rebuilds it from the articles at once and
 * returns OK; a server asks its watcher to do so and returns UNAVAILABLE. */
enum status service_heal(struct service *service, struct error *err);

/* Brings the index up to PATHS (relative to the articles folder; files or folders; NULL: to all of
 * it), and tells problems and figures in the log. */
enum status service_reindex_paths(struct service *service, char *const *paths, bool rebuild,
                                  struct error *err);

/* Takes settled questions: writes each as a `search` event. ARG: the service. */
void service_log_question(void *arg, struct question *question);

#endif
