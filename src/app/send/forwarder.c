/* forwarder.c: looks into the outbox when something comes in, and every two seconds; one at a time.
 */
#include "app/send/forwarder.h"

#include "app/send/forward.h"
#include "app/service_private.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"

#include <stdio.h>
#include <sys/stat.h>

enum { LOOK_EVERY_S = 2, SETTLED_MS = 2000 };

#define FIRST_PAUSE_MS (5 * MS_PER_SECOND)
#define LONGEST_PAUSE_MS (5 * MS_PER_MINUTE) /* the other side is down */
#define LONGEST_REFUSAL_MS MS_PER_HOUR       /* it does not take this one */

struct forwarder {
    struct service *service;
    pthread_t thread;
    pthread_mutex_t lock; /* guards `counts` and `asked` */
    pthread_cond_t wake;
    atomic_bool stopping;
    bool asked;
    struct forwarder_counts counts;
    int64_t pause_until_ms, next_ms; /* the thread's own, as all below */
    int64_t failures;                /* in a row, of the other side */
    struct timespec seen;            /* the folder's last change that was looked at */
};

/* FIRST_PAUSE_MS, doubled with every attempt. */
static int64_t pause_after(int64_t attempts, int64_t longest_ms)
{
    int64_t pause_ms = FIRST_PAUSE_MS;
    while (attempts-- > 1 && pause_ms < longest_ms)
        pause_ms *= 2;
    return pause_ms < longest_ms ? pause_ms : longest_ms;
}

static void count(struct forwarder *forwarder, uint64_t *counter)
{
    (void)pthread_mutex_lock(&forwarder->lock);
    ++*counter;
    (void)pthread_mutex_unlock(&forwarder->lock);
}

static void tell(enum log_level level, const char *event, const struct outbox_item *item,
                 const char *reason)
{
    log_event(level, event, "request", item->id, "reason", reason, NULL);
}

static void drop(struct forwarder *forwarder, const struct outbox_item *item)
{
    struct error err;
    enum status status = outbox_drop(service_config(forwarder->service)->data, item->id, &err);
    if (status && status != STATUS_NOT_FOUND)
        log_error("outbox.failed", &err);
}

/* After 14 days a request is given up, which nobody should learn from its silence. */
static bool expire(struct forwarder *forwarder, const struct outbox_item *item, int64_t now_ms)
{
    if (!item->request || now_ms - item->created_ms < LIMIT_OUTBOX_AGE_MS)
        return false;
    drop(forwarder, item);
    count(forwarder, &forwarder->counts.expired);
    tell(item->state == OUTBOX_HELD ? LOG_LEVEL_INFO : LOG_LEVEL_ERROR, "outbox.expired", item,
         item->problem);
    return true;
}

static void note_failure(struct forwarder *forwarder, const struct outbox_item *item, bool down,
                         const struct error *failure)
{
    int64_t now_ms = clock_now_ms(), pause_ms;
    struct error err;
    if (down) {
        pause_ms = pause_after(++forwarder->failures, LONGEST_PAUSE_MS);
        forwarder->pause_until_ms = now_ms + pause_ms;
    } else {
        pause_ms = pause_after(item->attempts + 1, LONGEST_REFUSAL_MS);
    }
    count(forwarder, &forwarder->counts.failed);
    tell(LOG_LEVEL_WARNING, "outbox.undelivered", item, failure->message);
    if (outbox_note_failure(service_config(forwarder->service)->data, item->id, now_ms + pause_ms,
                            failure->message, &err))
        log_error("outbox.failed", &err);
}

/* One attempt. False: the other side is down, so the others need not try. */
static bool deliver(struct forwarder *forwarder, const struct outbox_item *item)
{
    struct error err;
    enum status status = forward_deliver(forwarder->service, item, &forwarder->stopping, &err);
    if (atomic_load(&forwarder->stopping) && status)
        return false;
    if (status) {
        note_failure(forwarder, item, status == STATUS_UNAVAILABLE, &err);
        return status != STATUS_UNAVAILABLE;
    }
    forwarder->failures = 0;
    forwarder->pause_until_ms = 0;
    drop(forwarder, item);
    count(forwarder, &forwarder->counts.delivered);
    tell(LOG_LEVEL_INFO, "outbox.delivered", item, NULL);
    return true;
}

/* When ITEM is to be tried: at once where it is new or a person asked, not while the other side
 * rests. */
static int64_t due_ms(const struct forwarder *forwarder, const struct outbox_item *item)
{
    return item->attempts > 0 && forwarder->pause_until_ms > item->next_ms
               ? forwarder->pause_until_ms
               : item->next_ms;
}

/* Notes what waits, and when the next attempt is due. */
static void take_stock(struct forwarder *forwarder, const struct outbox_list *list)
{
    int64_t waiting = 0, held = 0, oldest_ms = 0;
    forwarder->next_ms = INT64_MAX;
    for (size_t i = 0; i < list->count; i++) {
        const struct outbox_item *item = &list->items[i];
        int64_t then_ms = item->created_ms + LIMIT_OUTBOX_AGE_MS;
        if (item->state == OUTBOX_HELD) {
            held++;
        } else {
            if (item->request && due_ms(forwarder, item) < then_ms)
                then_ms = due_ms(forwarder, item);
            if (waiting++ == 0)
                oldest_ms = item->created_ms;
        }
        if (item->request && then_ms < forwarder->next_ms)
            forwarder->next_ms = then_ms;
    }
    (void)pthread_mutex_lock(&forwarder->lock);
    forwarder->counts.waiting = waiting;
    forwarder->counts.held = held;
    forwarder->counts.oldest_ms = oldest_ms;
    (void)pthread_mutex_unlock(&forwarder->lock);
}

static enum status read_box(struct forwarder *forwarder, struct outbox_list *ret)
{
    struct error err;
    enum status status = outbox_read(service_config(forwarder->service)->data, ret, &err);
    if (status)
        log_error("outbox.failed", &err);
    return status;
}

/* Tries what is due, oldest first. */
static void work(struct forwarder *forwarder)
{
    _cleanup_outbox_list_ struct outbox_list before = {.items = NULL}, after = {.items = NULL};
    bool enabled = forward_enabled(service_config(forwarder->service)), up = true;
    if (read_box(forwarder, &before))
        return;
    for (size_t i = 0; i < before.count && !atomic_load(&forwarder->stopping); i++) {
        const struct outbox_item *item = &before.items[i];
        int64_t now_ms = clock_now_ms();
        if (!expire(forwarder, item, now_ms) && up && enabled && item->request &&
            item->state == OUTBOX_WAITING && due_ms(forwarder, item) <= now_ms)
            up = deliver(forwarder, item);
    }
    if (!read_box(forwarder, &after))
        take_stock(forwarder, &after);
    if (!enabled)
        forwarder->next_ms = INT64_MAX;
}

/* True where the folder has changed since the last look, or an attempt is due. */
static bool has_work(struct forwarder *forwarder)
{
    _cleanup_free_ char *folder = mem_printf("%s/outbox", service_config(forwarder->service)->data);
    struct stat info;
    bool changed;
    if (!folder || stat(folder, &info) < 0)
        return false;
    changed = info.st_mtim.tv_sec != forwarder->seen.tv_sec ||
              info.st_mtim.tv_nsec != forwarder->seen.tv_nsec;
    /* A second change may carry the same time stamp as one just now. */
    forwarder->seen = info.st_mtim.tv_sec * MS_PER_SECOND + SETTLED_MS < clock_now_ms()
                          ? info.st_mtim
                          : (struct timespec){0};
    return changed || clock_now_ms() >= forwarder->next_ms;
}

static void *run(void *arg)
{
    struct forwarder *forwarder = arg;
    (void)pthread_mutex_lock(&forwarder->lock);
    while (!atomic_load(&forwarder->stopping)) {
        struct timespec until;
        bool asked = forwarder->asked;
        forwarder->asked = false;
        (void)pthread_mutex_unlock(&forwarder->lock);
        if (has_work(forwarder) || asked)
            work(forwarder);
        (void)pthread_mutex_lock(&forwarder->lock);
        (void)clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_sec += LOOK_EVERY_S;
        while (!forwarder->asked && !atomic_load(&forwarder->stopping))
            if (pthread_cond_timedwait(&forwarder->wake, &forwarder->lock, &until))
                break;
    }
    (void)pthread_mutex_unlock(&forwarder->lock);
    return NULL;
}

/* Half-written files of a crash hold what nobody acknowledged. */
static enum status sweep(struct service *service, struct error *err)
{
    int64_t removed = 0;
    return outbox_erase(service_config(service)->data, NULL, NULL, &removed, err);
}

enum status forwarder_start(struct service *service, struct forwarder **ret, struct error *err)
{
    struct forwarder *forwarder;
    pthread_condattr_t attributes;
    enum status status = sweep(service, err);
    if (status)
        return status;
    forwarder = mem_zero(1, sizeof *forwarder);
    if (!forwarder)
        return error_memory(err);
    forwarder->service = service;
    (void)pthread_mutex_init(&forwarder->lock, NULL);
    (void)pthread_condattr_init(&attributes);
    (void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&forwarder->wake, &attributes);
    (void)pthread_condattr_destroy(&attributes);
    if (pthread_create(&forwarder->thread, NULL, run, forwarder) != 0) {
        mem_free(forwarder);
        return error_set(err, STATUS_UNAVAILABLE, "the system gives no further thread");
    }
    *ret = forwarder;
    return STATUS_OK;
}

struct forwarder *forwarder_stop(struct forwarder *forwarder)
{
    if (!forwarder)
        return NULL;
    (void)pthread_mutex_lock(&forwarder->lock);
    atomic_store(&forwarder->stopping, true);
    (void)pthread_cond_signal(&forwarder->wake);
    (void)pthread_mutex_unlock(&forwarder->lock);
    (void)pthread_join(forwarder->thread, NULL);
    (void)pthread_cond_destroy(&forwarder->wake);
    (void)pthread_mutex_destroy(&forwarder->lock);
    return mem_free(forwarder);
}

void forwarder_wake(struct forwarder *forwarder, bool trapped)
{
    if (!forwarder)
        return;
    (void)pthread_mutex_lock(&forwarder->lock);
    forwarder->counts.trapped += trapped;
    forwarder->asked = true;
    (void)pthread_cond_signal(&forwarder->wake);
    (void)pthread_mutex_unlock(&forwarder->lock);
}

struct forwarder_counts service_count_outbox(struct service *service)
{
    struct forwarder *forwarder = service->forwarder;
    struct forwarder_counts counts = {.waiting = 0};
    if (!forwarder)
        return counts;
    (void)pthread_mutex_lock(&forwarder->lock);
    counts = forwarder->counts;
    (void)pthread_mutex_unlock(&forwarder->lock);
    return counts;
}
