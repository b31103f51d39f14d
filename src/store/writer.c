/* writer.c: the event writer's queue, thread and group commit. */
#include "store/writer.h"

#include "base/clock.h"
#include "base/limits.h"

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#define GROUP_EVENTS 1000  /* most events in one commit, unless one batch is larger */
#define GROUP_US 5000      /* longest wait for more of them */
#define GATHER_EVENTS 64   /* so many waiting after a commit means load: more is on its way */
#define GATHER_STEP_US 200 /* nothing new within this time ends the gathering */
#define IDLE_SECONDS 1     /* after this time without work the store is tidied up */

struct batch {
    struct batch *next;
    struct event *events;
    size_t count;
    event_writer_done_fn *done;
    void *arg;
};

struct event_writer {
    struct store *store;
    pthread_t thread;

    pthread_mutex_t mutex; /* guards the queue and `stopping` */
    pthread_cond_t wake;   /* something was queued, or stop */
    struct batch *first, **last;
    atomic_size_t depth; /* events waiting; changed under the mutex, read anywhere */
    bool stopping;

    /* The thread's own: one group, contiguous for store_append. */
    struct event *events;
    enum event_outcome *outcomes;
    size_t capacity;
};

static struct batch *batch_free(struct batch *batch)
{
    batch->events = events_free(batch->events, batch->count);
    return mem_free(batch);
}

/* --- the thread --- */

/* Waits until there is work; tidies the store when there was none for a while. False when all is
 * done. */
static bool wait_for_work(struct event_writer *writer)
{
    bool tidy = true;
    while (!writer->first && !writer->stopping) {
        struct timespec until;
        (void)clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_sec += IDLE_SECONDS;
        if (!tidy) {
            (void)pthread_cond_wait(&writer->wake, &writer->mutex);
        } else if (pthread_cond_timedwait(&writer->wake, &writer->mutex, &until)) {
            tidy = false;
            (void)pthread_mutex_unlock(&writer->mutex);
            store_checkpoint(writer->store);
            (void)pthread_mutex_lock(&writer->mutex);
        }
    }
    return writer->first != NULL;
}

/* Under load a fuller group costs no more than a small one: waits while more keeps coming. */
static void gather(struct event_writer *writer)
{
    int64_t end_us = clock_monotonic_us() + GROUP_US;
    size_t before = 0;
    while (writer->depth >= GATHER_EVENTS && writer->depth < GROUP_EVENTS &&
           writer->depth != before && !writer->stopping && clock_monotonic_us() < end_us) {
        const struct timespec step = {0, GATHER_STEP_US * 1000L};
        before = writer->depth;
        (void)pthread_mutex_unlock(&writer->mutex);
        (void)nanosleep(&step, NULL);
        (void)pthread_mutex_lock(&writer->mutex);
    }
}

/* Takes the first batches from the queue, up to a group. */
static struct batch *take_group(struct event_writer *writer, size_t *ret_count)
{
    struct batch *group = writer->first, **end = &writer->first;
    size_t count = 0;
    while (*end && (count == 0 || count + (*end)->count <= GROUP_EVENTS)) {
        count += (*end)->count;
        end = &(*end)->next;
    }
    writer->first = *end;
    if (!writer->first)
        writer->last = &writer->first;
    *end = NULL;
    writer->depth -= count;
    *ret_count = count;
    return group;
}

static bool make_room(struct event_writer *writer, size_t count)
{
    if (count <= writer->capacity)
        return true;
    struct event *events = mem_resize(writer->events, count, sizeof *events);
    if (events)
        writer->events = events;
    enum event_outcome *outcomes = mem_resize(writer->outcomes, count, sizeof *outcomes);
    if (outcomes)
        writer->outcomes = outcomes;
    if (!events || !outcomes)
        return false;
    writer->capacity = count;
    return true;
}

/* Commits GROUP in one transaction and tells everybody. */
static void commit_group(struct event_writer *writer, struct batch *group, size_t count)
{
    enum status status = STATUS_OUT_OF_MEMORY;
    size_t position = 0;
    if (make_room(writer, count)) {
        for (struct batch *batch = group; batch; batch = batch->next)
            for (size_t i = 0; i < batch->count; i++)
                writer->events[position++] = batch->events[i];
        status = store_append(writer->store, writer->events, count, writer->outcomes, NULL);
    }
    position = 0;
    while (group) {
        struct batch *next = group->next;
        if (group->done)
            group->done(group->arg, status, status ? NULL : &writer->outcomes[position],
                        group->count);
        position += group->count;
        (void)batch_free(group);
        group = next;
    }
}

static void *run(void *arg)
{
    struct event_writer *writer = arg;
    (void)pthread_mutex_lock(&writer->mutex);
    while (wait_for_work(writer)) {
        size_t count;
        struct batch *group = take_group(writer, &count);
        (void)pthread_mutex_unlock(&writer->mutex);
        commit_group(writer, group, count);
        (void)pthread_mutex_lock(&writer->mutex);
        gather(writer);
    }
    (void)pthread_mutex_unlock(&writer->mutex);
    return NULL;
}

/* --- its users --- */

static void writer_free(struct event_writer *writer)
{
    (void)pthread_cond_destroy(&writer->wake);
    (void)pthread_mutex_destroy(&writer->mutex);
    (void)mem_free(writer->events);
    (void)mem_free(writer->outcomes);
    (void)mem_free(writer);
}

enum status event_writer_start(struct store *store, struct event_writer **ret, struct error *err)
{
    struct event_writer *writer = mem_zero(1, sizeof *writer);
    pthread_condattr_t attributes;
    if (!writer)
        return error_memory(err);
    writer->store = store;
    writer->last = &writer->first;
    (void)pthread_mutex_init(&writer->mutex, NULL);
    (void)pthread_condattr_init(&attributes);
    (void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&writer->wake, &attributes);
    (void)pthread_condattr_destroy(&attributes);
    int errnum = pthread_create(&writer->thread, NULL, run, writer);
    if (errnum) {
        writer_free(writer);
        return error_set_errno(err, STATUS_UNAVAILABLE, errnum, "cannot start the event writer");
    }
    *ret = writer;
    return STATUS_OK;
}

/* Queues BATCH unless the queue is full or the writer stops. An empty queue takes a batch of any
 * size. */
static bool enqueue(struct event_writer *writer, struct batch *batch)
{
    (void)pthread_mutex_lock(&writer->mutex);
    bool room = writer->depth == 0 || writer->depth + batch->count <= LIMIT_EVENT_QUEUE;
    bool queued = room && !writer->stopping;
    if (queued) {
        *writer->last = batch;
        writer->last = &batch->next;
        writer->depth += batch->count;
        (void)pthread_cond_signal(&writer->wake);
    }
    (void)pthread_mutex_unlock(&writer->mutex);
    return queued;
}

enum status event_writer_submit(struct event_writer *writer, struct event *events, size_t count,
                                event_writer_done_fn *done, void *arg, struct error *err)
{
    struct batch *batch = mem_zero(1, sizeof *batch);
    if (!batch) {
        (void)events_free(events, count);
        return error_memory(err);
    }
    *batch = (struct batch){.events = events, .count = count, .done = done, .arg = arg};
    if (!enqueue(writer, batch)) {
        (void)batch_free(batch);
        error_set(err, STATUS_UNAVAILABLE, "events come faster than they can be stored");
        error_hint(err, "try again in a few seconds");
        return STATUS_UNAVAILABLE;
    }
    return STATUS_OK;
}

size_t event_writer_depth(const struct event_writer *writer)
{
    return atomic_load(&writer->depth);
}

struct event_writer *event_writer_stop(struct event_writer *writer)
{
    if (!writer)
        return NULL;
    (void)pthread_mutex_lock(&writer->mutex);
    writer->stopping = true;
    (void)pthread_cond_signal(&writer->wake);
    (void)pthread_mutex_unlock(&writer->mutex);
    (void)pthread_join(writer->thread, NULL);
    writer_free(writer);
    return NULL;
}
