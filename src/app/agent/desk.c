/* desk.c: keeps the memory of past tickets in step with the store. */
#include "app/agent/desk.h"

#include "app/service_private.h"

struct desk {
    pthread_mutex_t lock;
    bool loaded;
    struct similar *similar;
};

enum status desk_new(const char *default_lang, struct desk **ret, struct error *err)
{
    struct desk *desk = mem_zero(1, sizeof *desk);
    enum status status;
    if (!desk)
        return error_memory(err);
    status = similar_new(default_lang, &desk->similar, err);
    if (status) {
        mem_free(desk);
        return status;
    }
    (void)pthread_mutex_init(&desk->lock, NULL);
    *ret = desk;
    return STATUS_OK;
}

struct desk *desk_free(struct desk *desk)
{
    if (!desk)
        return NULL;
    (void)similar_free(desk->similar);
    (void)pthread_mutex_destroy(&desk->lock);
    return mem_free(desk);
}

static enum status remember(struct similar *similar, const struct ticket *ticket,
                            struct error *err)
{
    if (ticket->status != TICKET_MERGED && ticket->status != TICKET_SPAM)
        return similar_put(similar, ticket->id, slice_of(ticket->subject), slice_of(ticket->body),
                           err);
    similar_remove(similar, ticket->id);
    return STATUS_OK;
}

struct loading {
    struct similar *similar;
    enum status status;
    struct error *err;
};

static bool load_ticket(void *arg, const struct ticket *ticket)
{
    struct loading *loading = arg;
    loading->status = remember(loading->similar, ticket, loading->err);
    return loading->status == STATUS_OK;
}

/* Reads every ticket once; the lock is held. */
static enum status load(struct service *service, struct error *err)
{
    struct desk *desk = service->desk;
    struct loading loading = {desk->similar, STATUS_OK, err};
    enum status status;
    if (desk->loaded)
        return STATUS_OK;
    status = store_each_ticket(service_store(service), INT64_MIN, INT64_MAX, load_ticket, &loading,
                               err);
    if (!status)
        status = loading.status;
    desk->loaded = !status;
    return status;
}

enum status desk_similar(struct service *service, struct similar **ret, struct error *err)
{
    enum status status;
    pthread_mutex_lock(&service->desk->lock);
    status = load(service, err);
    pthread_mutex_unlock(&service->desk->lock);
    *ret = service->desk->similar;
    return status;
}

enum status desk_note_ticket(struct service *service, const struct ticket *ticket,
                             struct error *err)
{
    enum status status = STATUS_OK;
    pthread_mutex_lock(&service->desk->lock);
    if (service->desk->loaded) /* else the first question will read it */
        status = remember(service->desk->similar, ticket, err);
    pthread_mutex_unlock(&service->desk->lock);
    return status;
}
