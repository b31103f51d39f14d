/* service.c: opens and closes what a running product consists of. */
#include "app/service_private.h"

#include "app/agent/teacher.h"
#include "app/home.h"
#include "app/languages.h"
#include "app/reindex.h"
#include "app/report/caution.h"
#include "app/report/report_shelf.h"
#include "app/send/auto_reply.h"
#include "app/send/forward.h"
#include "app/send/forwarder.h"
#include "app/send/replier.h"
#include "app/upkeep.h"
#include "app/watch.h"
#include "article/folder.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/str.h"

static enum status open_parts(struct service *service, struct error *err)
{
    const struct config *config = service_config(service);
    struct store_options options = {.folder = config->data,
                                    .existing = service->mode == SERVICE_EXISTING,
                                    .exclusive = service->mode == SERVICE_SERVER};
    enum status status;
    if (service->mode == SERVICE_SERVER && (status = forward_check(config, err)))
        return status;
    service->index_folder = file_join(config->data, "index");
    service->own_url = mem_printf("%s://%s", config->tls_cert ? "https" : "http", config->listen);
    if (!service->index_folder || !service->own_url)
        return error_memory(err);
    if ((status = store_open(&options, &service->store, err)) ||
        (status = readers_new(service->index_folder, &service->readers, err)) ||
        (status = cache_new((size_t)config->cache_bytes, &service->cache, err)) ||
        (status = caps_new(&service->caps, err)) || (status = home_new(&service->home, err)) ||
        (status = languages_new(&service->languages, err)) ||
        (status = report_shelf_new(&service->shelf, err)) ||
        (status = desk_new(config->default_lang, &service->desk, err)) ||
        (status = teacher_start(service, service->mode == SERVICE_SERVER, &service->teacher, err)))
        return status;
    if ((status = caution_load(service, err)) || service->mode != SERVICE_SERVER)
        return status;
    if ((status = auto_reply_check(service->store, config, err)))
        return status;
    if ((status = event_writer_start(service->store, &service->writer, err)) ||
        (status = settle_start(service_log_question, service, &service->settle, err)))
        return status;
    status = upkeep_start(service, &service->upkeep, err);
    if (!status)
        status = forwarder_start(service, &service->forwarder, err);
    return status ? status : replier_start(service, &service->replier, err);
}

enum status service_open(const struct config *config, enum service_mode mode, struct service **ret,
                         struct error *err)
{
    struct service *service = mem_zero(1, sizeof *service);
    enum status status;
    if (!service)
        return error_memory(err);
    atomic_init(&service->config, config);
    service->mode = mode;
    (void)pthread_mutex_init(&service->index_lock, NULL);
    status = open_parts(service, err);
    if (status)
        (void)service_close(service);
    else
        *ret = service;
    return status;
}

struct service *service_close(struct service *service)
{
    if (!service)
        return NULL;
    (void)replier_stop(service->replier);
    (void)forwarder_stop(service->forwarder);
    atomic_store(&service->closing, true);
    (void)upkeep_stop(service->upkeep);
    (void)watch_stop(service->watch);
    (void)teacher_stop(service->teacher);
    (void)settle_stop(service->settle);
    if (service->writer)
        (void)event_writer_stop(service->writer);
    (void)cache_free(service->cache);
    (void)readers_free(service->readers);
    (void)caps_free(service->caps);
    (void)desk_free(service->desk);
    (void)home_free(service->home);
    (void)languages_free(service->languages);
    (void)report_shelf_free(service->shelf);
    if (service->folder)
        (void)folder_free(service->folder);
    if (service->store)
        (void)store_close(service->store);
    (void)pthread_mutex_destroy(&service->index_lock);
    mem_free(service->index_folder);
    mem_free(service->own_url);
    return mem_free(service);
}

const struct config *service_config(const struct service *service)
{
    return atomic_load(&service->config);
}

enum status service_check_config(struct service *service, const struct config *config,
                                 struct error *err)
{
    enum status status = forward_check(config, err);
    return status ? status : auto_reply_check(service->store, config, err);
}

void service_set_config(struct service *service, const struct config *config)
{
    atomic_store(&service->config, config);
    atomic_store(&service->holdout_over, false);
    forwarder_wake(service->forwarder, false);
    if (service->watch) /* languages may be others now */
        watch_look(service->watch);
}

struct store *service_store(struct service *service)
{
    return service->store;
}

const char *service_public_url(const struct service *service)
{
    const char *url = service_config(service)->public_url;
    return url ? url : service->own_url;
}

enum status service_set_public_url(struct service *service, const char *url, struct error *err)
{
    char *copy;
    if (str_equal(url, service->own_url)) /* said again with each reload, while requests read it */
        return STATUS_OK;
    copy = mem_strdup(url);
    if (!copy)
        return error_memory(err);
    mem_free(service->own_url);
    service->own_url = copy;
    return STATUS_OK;
}

enum status service_heal(struct service *service, struct error *err)
{
    struct reindex_counts counts;
    readers_reset(service->readers);
    if (service->watch) {
        if (watch_rebuild(service->watch))
            log_event(LOG_LEVEL_ERROR, "index.damaged", "action", "rebuilding it from the articles",
                      NULL);
        return error_set(err, STATUS_UNAVAILABLE, "the index is being rebuilt from the articles");
    }
    return service_reindex(service, true, NULL, &counts, err);
}

enum status service_take_reader(struct service *service, struct index_reader **ret,
                                struct error *err)
{
    enum status status = readers_take(service->readers, ret, err);
    if (status != STATUS_CORRUPT)
        return status;
    status = service_heal(service, err);
    return status ? status : readers_take(service->readers, ret, err);
}

void service_give_reader(struct service *service, struct index_reader *reader)
{
    readers_give(service->readers, reader);
}

uint64_t service_revision(struct service *service)
{
    return readers_revision(service->readers);
}

enum status service_ready(struct service *service, struct error *err)
{
    enum status status = readers_look(service->readers, err);
    return status ? status : store_check(service->store, err);
}

struct service_counts service_count(struct service *service)
{
    struct cache_counts cache = cache_count(service->cache);
    return (struct service_counts){
        .cache_hits = cache.hits,
        .cache_misses = cache.misses,
        .cache_bytes = cache.bytes,
        .cache_entries = cache.entries,
        .questions_lost = service->settle ? settle_lost(service->settle) : 0,
        .events_waiting = service->writer ? event_writer_depth(service->writer) : 0,
        .indexed_ms = atomic_load(&service->indexed_ms),
    };
}
