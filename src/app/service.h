/* service.h: the running product: configuration, store, index, readers, the folder that is watched.
 *
 * Use cases (app/reindex.h, suggest.h, record.h, content.h, report.h) work on a struct service; command line and HTTP
 * call those and nothing below. All functions may be called from any thread unless they say else. */
#ifndef DEFLECT_APP_SERVICE_H
#define DEFLECT_APP_SERVICE_H

#include "app/config.h"
#include "index/index.h"
#include "store/store.h"
#include "store/writer.h"

struct service;

enum service_mode {
    SERVICE_COMMAND, /* a command beside a possible server: no threads of its own */
    SERVICE_EXISTING, /* the same, for one that is about what is there: a mistyped data folder is not made */
    SERVICE_SERVER,  /* exclusive; event writer and folder watcher run */
};

/* Opens everything that CONFIG names (borrowed: must outlive the service). Errors: as store_open; LOCKED for a second server. */
enum status service_open(const struct config *config, enum service_mode mode, struct service **ret,
                         struct error *err);
/* Finishes what was accepted, stops the threads, frees. Returns NULL. */
struct service *service_close(struct service *service);
DEFINE_CLEANUP(struct service *, service_close)

/* The configuration now in force. Borrowed: lives as long as the service. */
const struct config *service_config(const struct service *service);

/* Looks whether CONFIG fits together, and what it asks for may be: beyond what each key says. Errors:
 * UNPROCESSABLE, and those of the store. */
enum status service_check_config(struct service *service, const struct config *config,
                                 struct error *err);

/* Puts CONFIG in force (borrowed: must outlive the service, as must those before it); what is open
 * already (articles, data, store, listen, cache) stays as it is until the next start. */
void service_set_config(struct service *service, const struct config *config);
struct store *service_store(struct service *service);

/* The address that customers see, without a trailing '/'. */
const char *service_public_url(const struct service *service);
/* Set once by the server when the port is known and config has no public_url. */
enum status service_set_public_url(struct service *service, const char *url, struct error *err);

/* Borrows a reader that sees the latest commit; give it back with service_give_reader. Errors: NOT_FOUND (no index yet), CORRUPT
 * (a rebuild from the articles is started). */
enum status service_take_reader(struct service *service, struct index_reader **ret, struct error *err);
void service_give_reader(struct service *service, struct index_reader *reader);

/* Changes with every commit of the index. */
uint64_t service_revision(struct service *service);

/* True when index and store are usable; for /readyz. */
enum status service_ready(struct service *service, struct error *err);

/* What the running server has counted; for /metrics. */
struct service_counts {
    uint64_t cache_hits, cache_misses, questions_lost;
    size_t cache_bytes, cache_entries, events_waiting;
    int64_t indexed_ms; /* when the index was last brought up to the articles; 0: not yet */
};
struct service_counts service_count(struct service *service);

#endif
