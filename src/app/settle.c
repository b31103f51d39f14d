/* settle.c: two lists in order of time (latest questions, superseded ones) and two tables. */
#define HASH_NONFATAL_OOM 1
#include "app/settle.h"

#include "base/clock.h"
#include "base/limits.h"

#include <pthread.h>

static const int64_t SILENCE_US = 1500 * INT64_C(1000);
static const int64_t MEMORY_US = 30 * INT64_C(1000000);

struct settle {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    pthread_t thread;
    bool stopping;
    struct question *by_id, *by_session; /* by_session: the latest of each */
    struct question *latest, *superseded; /* the oldest first */
    size_t count;
    uint64_t lost;
    settle_fn *settled;
    void *arg;
};

struct question *question_free(struct question *question)
{
    if (!question)
        return NULL;
    mem_free(question->session);
    mem_free(question->text);
    mem_free(question->lang);
    answer_drop(question->answer);
    return mem_free(question);
}

static void take_out(struct settle *settle, struct question *question)
{
    HASH_DELETE(by_id, settle->by_id, question);
    if (question->superseded) {
        DL_DELETE(settle->superseded, question);
    } else {
        HASH_DELETE(by_session, settle->by_session, question);
        DL_DELETE(settle->latest, question);
    }
    settle->count--;
}

/* Takes out what is due: the questions to settle (a list), while superseded ones are freed. */
static struct question *take_due(struct settle *settle, int64_t now_us)
{
    struct question *due = NULL, *one;
    while ((one = settle->latest) && one->due_us <= now_us) {
        take_out(settle, one);
        DL_APPEND(due, one);
    }
    while ((one = settle->superseded) && one->due_us <= now_us) {
        take_out(settle, one);
        question_free(one);
    }
    return due;
}

static void hand_over(struct settle *settle, struct question *list)
{
    struct question *one, *next;
    DL_FOREACH_SAFE(list, one, next) {
        settle->settled(settle->arg, one);
    }
}

static void supersede(struct settle *settle, const char *session, int64_t now_us)
{
    struct question *before;
    HASH_FIND(by_session, settle->by_session, session, strlen(session), before);
    if (!before)
        return;
    HASH_DELETE(by_session, settle->by_session, before);
    DL_DELETE(settle->latest, before);
    before->superseded = true;
    before->due_us = now_us + MEMORY_US;
    DL_APPEND(settle->superseded, before);
}

static void drop_one(struct settle *settle)
{
    struct question *oldest = settle->superseded ? settle->superseded : settle->latest;
    settle->lost += !oldest->superseded;
    take_out(settle, oldest);
    question_free(oldest);
}

/* Puts QUESTION into lists and tables; where memory is short, it is lost. */
static void put(struct settle *settle, struct question *question, int64_t now_us)
{
    question->due_us = now_us + SILENCE_US;
    HASH_ADD(by_id, settle->by_id, query_id[0], strlen(question->query_id), question);
    if (!question->by_id.tbl) {
        settle->lost++;
        question_free(question);
        return;
    }
    HASH_ADD_KEYPTR(by_session, settle->by_session, question->session, strlen(question->session),
                    question);
    if (!question->by_session.tbl) {
        HASH_DELETE(by_id, settle->by_id, question);
        settle->lost++;
        question_free(question);
        return;
    }
    DL_APPEND(settle->latest, question);
    settle->count++;
}

void settle_ask(struct settle *settle, struct question *question, bool final)
{
    int64_t now_us = clock_monotonic_us();
    bool idle;
    (void)pthread_mutex_lock(&settle->lock);
    supersede(settle, question->session, now_us);
    if (!final) {
        idle = !settle->latest;
        if (settle->count >= LIMIT_OPEN_QUESTIONS)
            drop_one(settle);
        put(settle, question, now_us);
        if (idle)
            (void)pthread_cond_signal(&settle->wake);
    }
    (void)pthread_mutex_unlock(&settle->lock);
    if (final)
        settle->settled(settle->arg, question);
}

void settle_view(struct settle *settle, const char *session, const char *query_id)
{
    struct question *question;
    (void)pthread_mutex_lock(&settle->lock);
    HASH_FIND(by_id, settle->by_id, query_id, strlen(query_id), question);
    if (question && strcmp(question->session, session) == 0)
        take_out(settle, question);
    else
        question = NULL;
    (void)pthread_mutex_unlock(&settle->lock);
    if (question)
        settle->settled(settle->arg, question);
}

uint64_t settle_lost(struct settle *settle)
{
    uint64_t lost;
    (void)pthread_mutex_lock(&settle->lock);
    lost = settle->lost;
    (void)pthread_mutex_unlock(&settle->lock);
    return lost;
}

static void wait_for_work(struct settle *settle)
{
    const struct question *first = settle->latest ? settle->latest : settle->superseded;
    struct timespec until;
    if (!first) {
        (void)pthread_cond_wait(&settle->wake, &settle->lock);
        return;
    }
    until.tv_sec = first->due_us / 1000000;
    until.tv_nsec = first->due_us % 1000000 * 1000;
    (void)pthread_cond_timedwait(&settle->wake, &settle->lock, &until);
}

static void *run(void *arg)
{
    struct settle *settle = arg;
    (void)pthread_mutex_lock(&settle->lock);
    while (!settle->stopping) {
        struct question *due = take_due(settle, clock_monotonic_us());
        if (due) {
            (void)pthread_mutex_unlock(&settle->lock);
            hand_over(settle, due);
            (void)pthread_mutex_lock(&settle->lock);
        } else {
            wait_for_work(settle);
        }
    }
    (void)pthread_mutex_unlock(&settle->lock);
    return NULL;
}

enum status settle_start(settle_fn *settled, void *arg, struct settle **ret, struct error *err)
{
    struct settle *settle = mem_zero(1, sizeof *settle);
    pthread_condattr_t attributes;
    if (!settle)
        return error_memory(err);
    settle->settled = settled;
    settle->arg = arg;
    (void)pthread_mutex_init(&settle->lock, NULL);
    (void)pthread_condattr_init(&attributes);
    (void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&settle->wake, &attributes);
    (void)pthread_condattr_destroy(&attributes);
    if (pthread_create(&settle->thread, NULL, run, settle) != 0) {
        mem_free(settle);
        return error_set(err, STATUS_UNAVAILABLE, "the system gives no further thread");
    }
    *ret = settle;
    return STATUS_OK;
}

struct settle *settle_stop(struct settle *settle)
{
    if (!settle)
        return NULL;
    (void)pthread_mutex_lock(&settle->lock);
    settle->stopping = true;
    (void)pthread_cond_signal(&settle->wake);
    (void)pthread_mutex_unlock(&settle->lock);
    (void)pthread_join(settle->thread, NULL);
    hand_over(settle, take_due(settle, INT64_MAX));
    (void)pthread_cond_destroy(&settle->wake);
    (void)pthread_mutex_destroy(&settle->lock);
    return mem_free(settle);
}
