/* readers.c: a stack of idle readers; the one used last is warmest. */
#include "app/readers.h"

#include "base/mem.h"

#include <pthread.h>
#include <stdatomic.h>

enum { IDLE_MOST = 64 };

struct readers {
    const char *folder;
    pthread_mutex_t lock;
    struct index_reader *idle[IDLE_MOST];
    size_t idle_count;
    _Atomic uint64_t revision;
};

enum status readers_new(const char *folder, struct readers **ret, struct error *err)
{
    struct readers *readers = mem_zero(1, sizeof *readers);
    if (!readers)
        return error_memory(err);
    readers->folder = folder;
    (void)pthread_mutex_init(&readers->lock, NULL);
    *ret = readers;
    return STATUS_OK;
}

void readers_reset(struct readers *readers)
{
    (void)pthread_mutex_lock(&readers->lock);
    while (readers->idle_count > 0)
        (void)index_reader_close(readers->idle[--readers->idle_count]);
    (void)pthread_mutex_unlock(&readers->lock);
}

struct readers *readers_free(struct readers *readers)
{
    if (!readers)
        return NULL;
    readers_reset(readers);
    (void)pthread_mutex_destroy(&readers->lock);
    return mem_free(readers);
}

static struct index_reader *pop_idle(struct readers *readers)
{
    struct index_reader *reader = NULL;
    (void)pthread_mutex_lock(&readers->lock);
    if (readers->idle_count > 0)
        reader = readers->idle[--readers->idle_count];
    (void)pthread_mutex_unlock(&readers->lock);
    return reader;
}

static enum status take(struct readers *readers, bool refresh, struct index_reader **ret,
                        struct error *err)
{
    struct index_reader *reader = pop_idle(readers);
    enum status status;
    if (reader && (refresh || index_reader_revision(reader) != readers_revision(readers)) &&
        index_reader_refresh(reader, NULL))
        reader = index_reader_close(reader);
    if (!reader) {
        status = index_reader_open(readers->folder, &reader, err);
        if (status)
            return status;
        refresh = true;
    }
    if (refresh)
        atomic_store(&readers->revision, index_reader_revision(reader));
    *ret = reader;
    return STATUS_OK;
}

enum status readers_take(struct readers *readers, struct index_reader **ret, struct error *err)
{
    return take(readers, false, ret, err);
}

void readers_give(struct readers *readers, struct index_reader *reader)
{
    if (!reader)
        return;
    (void)pthread_mutex_lock(&readers->lock);
    if (readers->idle_count < IDLE_MOST) {
        readers->idle[readers->idle_count++] = reader;
        reader = NULL;
    }
    (void)pthread_mutex_unlock(&readers->lock);
    if (reader)
        (void)index_reader_close(reader);
}

enum status readers_look(struct readers *readers, struct error *err)
{
    struct index_reader *reader = NULL;
    enum status status = take(readers, true, &reader, err);
    readers_give(readers, reader);
    return status;
}

uint64_t readers_revision(const struct readers *readers)
{
    return atomic_load(&readers->revision);
}
