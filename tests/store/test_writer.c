/* test_writer.c: the event writer: everything accepted is committed, answered once, in groups. */
#include "store_test.h"

#include "base/str.h"
#include "store/writer.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

#define THREADS 8
#define BATCHES 100
#define BATCH_EVENTS 3

/* What a thread of a test waits for. */
struct answers {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    size_t batches, stored, known, failed;
};

static void answers_init(struct answers *answers)
{
    *answers = (struct answers){0};
    (void)pthread_mutex_init(&answers->mutex, NULL);
    (void)pthread_cond_init(&answers->changed, NULL);
}

static void count_answer(void *arg, enum status status, const enum event_outcome *outcomes,
                         size_t count)
{
    struct answers *answers = arg;
    (void)pthread_mutex_lock(&answers->mutex);
    answers->batches++;
    for (size_t i = 0; i < count; i++) {
        answers->failed += status != STATUS_OK;
        answers->stored += !status && outcomes[i] == OUTCOME_STORED;
        answers->known += !status && outcomes[i] == OUTCOME_KNOWN;
    }
    (void)pthread_cond_signal(&answers->changed);
    (void)pthread_mutex_unlock(&answers->mutex);
}

static void wait_for(struct answers *answers, size_t batches)
{
    (void)pthread_mutex_lock(&answers->mutex);
    while (answers->batches < batches)
        (void)pthread_cond_wait(&answers->changed, &answers->mutex);
    (void)pthread_mutex_unlock(&answers->mutex);
}

static struct event make_event(int thread, int number)
{
    char id[32], session[32];
    (void)snprintf(id, sizeof id, "%d-%d", thread, number);
    (void)snprintf(session, sizeof session, "s%d", thread);
    return (struct event){.type = EVENT_CONTACT,
                          .at_ms = 1000 + number,
                          .scroll = -1,
                          .id = mem_strdup(id),
                          .session = mem_strdup(session)};
}

static struct event *make_batch(int thread, int first)
{
    struct event *events = mem_zero(BATCH_EVENTS, sizeof *events);
    for (int i = 0; i < BATCH_EVENTS; i++)
        events[i] = make_event(thread, first + i);
    return events;
}

struct client {
    struct event_writer *writer;
    int number;
    bool wait;
    struct answers answers;
};

/* Sends each batch twice: the second time all of it is known. */
static void *run_client(void *arg)
{
    struct client *client = arg;
    size_t sent = 0;
    for (int i = 0; i < BATCHES; i++) {
        for (int repeat = 0; repeat < 2; repeat++) {
            struct event *events = make_batch(client->number, i * BATCH_EVENTS);
            if (event_writer_submit(client->writer, events, BATCH_EVENTS, count_answer,
                                    &client->answers, NULL))
                return arg;
            sent++;
            if (client->wait)
                wait_for(&client->answers, sent);
        }
    }
    return NULL;
}

static void run_clients(struct store *store, bool wait)
{
    struct client clients[THREADS];
    pthread_t threads[THREADS];
    struct event_writer *writer = NULL;
    assert_int_equal(event_writer_start(store, &writer, NULL), STATUS_OK);
    for (int i = 0; i < THREADS; i++) {
        clients[i] = (struct client){.writer = writer, .number = i, .wait = wait};
        answers_init(&clients[i].answers);
        assert_int_equal(pthread_create(&threads[i], NULL, run_client, &clients[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        void *failed = NULL;
        assert_int_equal(pthread_join(threads[i], &failed), 0);
        assert_null(failed);
    }
    assert_null(event_writer_stop(writer));
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(clients[i].answers.batches, 2 * BATCHES);
        assert_int_equal(clients[i].answers.stored, BATCHES * BATCH_EVENTS);
        assert_int_equal(clients[i].answers.known, BATCHES * BATCH_EVENTS);
    }
}

static size_t count_ids(struct store *store)
{
    _cleanup_free_ char *ids = ids_of(store, NULL);
    size_t count = 1;
    for (const char *c = ids; *c; c++)
        count += *c == ' ';
    return count;
}

static void test_writer__stores_what_many_threads_send(void **state)
{
    for (int wait = 0; wait < 2; wait++) {
        char *folder = folder_make();
        struct store *store = open_store(folder);
        (void)state;
        run_clients(store, wait == 1);
        assert_int_equal(count_ids(store), THREADS * BATCHES * BATCH_EVENTS);
        store_close(store);
        folder_remove(folder);
    }
}

struct watcher {
    struct store *store;
    atomic_bool stop;
    size_t most;
};

static bool count_one(void *arg, const struct event *event)
{
    (void)event;
    ++*(size_t *)arg;
    return true;
}

/* Reads all, again and again: what was there once stays. Uses a token and settings meanwhile. */
static void *run_watcher(void *arg)
{
    struct watcher *watcher = arg;
    while (!atomic_load(&watcher->stop)) {
        size_t count = 0;
        struct token token;
        if (store_each_event(watcher->store, 0, INT64_MAX, count_one, &count, NULL) ||
            count < watcher->most || store_check(watcher->store, NULL) ||
            store_set_meta(watcher->store, "watched", "yes", NULL) ||
            store_token_find(watcher->store, "dfl_none", &token, NULL) != STATUS_DENIED)
            return arg;
        watcher->most = count;
    }
    return NULL;
}

static void test_writer__lets_others_read_and_write(void **state)
{
    char *folder = folder_make();
    struct store *store = open_store(folder);
    struct watcher watchers[3];
    pthread_t threads[3];
    (void)state;
    for (int i = 0; i < 3; i++) {
        watchers[i] = (struct watcher){.store = store};
        assert_int_equal(pthread_create(&threads[i], NULL, run_watcher, &watchers[i]), 0);
    }
    run_clients(store, true);
    for (int i = 0; i < 3; i++) {
        void *failed = NULL;
        atomic_store(&watchers[i].stop, true);
        assert_int_equal(pthread_join(threads[i], &failed), 0);
        assert_null(failed);
    }
    store_close(store);
    folder_remove(folder);
}

static void test_writer__stop_commits_what_waits(void **state)
{
    char *folder = folder_make();
    struct store *store = open_store(folder);
    struct event_writer *writer = NULL;
    struct answers answers;
    (void)state;
    answers_init(&answers);
    assert_int_equal(event_writer_start(store, &writer, NULL), STATUS_OK);
    for (int i = 0; i < 500; i++)
        assert_int_equal(event_writer_submit(writer, make_batch(i, 0), BATCH_EVENTS, count_answer,
                                             &answers, NULL),
                         STATUS_OK);
    assert_int_equal(
        event_writer_submit(writer, make_batch(500, 0), BATCH_EVENTS, NULL, NULL, NULL), STATUS_OK);
    event_writer_stop(writer);
    assert_int_equal(answers.stored, 500 * BATCH_EVENTS);
    assert_int_equal(count_ids(store), 501 * BATCH_EVENTS);
    assert_null(event_writer_stop(NULL));
    store_close(store);
    folder_remove(folder);
}

static void test_writer__tells_a_failure_to_the_batch(void **state)
{
    char *folder = folder_make();
    store_close(open_store(folder));
    struct store *store = NULL;
    struct event_writer *writer = NULL;
    struct answers answers;
    (void)state;
    answers_init(&answers);
    assert_int_equal(
        store_open(&(struct store_options){.folder = folder, .read_only = true}, &store, NULL), 0);
    assert_int_equal(event_writer_start(store, &writer, NULL), STATUS_OK);
    assert_int_equal(
        event_writer_submit(writer, make_batch(1, 0), BATCH_EVENTS, count_answer, &answers, NULL),
        STATUS_OK);
    wait_for(&answers, 1);
    assert_int_equal(answers.failed, BATCH_EVENTS);
    assert_int_equal(event_writer_depth(writer), 0);
    event_writer_stop(writer);
    store_close(store);
    folder_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_writer__stores_what_many_threads_send),
        cmocka_unit_test(test_writer__lets_others_read_and_write),
        cmocka_unit_test(test_writer__stop_commits_what_waits),
        cmocka_unit_test(test_writer__tells_a_failure_to_the_batch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
