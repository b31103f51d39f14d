/* replier.c: a queue in memory: what a crash takes is not sent again, as it may have been. */
#include "app/send/replier.h"

#include "app/service_private.h"
#include "base/limits.h"
#include "base/log.h"
#include "store/auto_reply.h"

struct job {
    struct desk_call call;
    const char *desk;
    char *ticket;
    struct job *next;
};

struct replier {
    struct service *service;
    pthread_t thread;
    pthread_mutex_t lock; /* guards all below */
    pthread_cond_t wake;
    atomic_bool stopping;
    struct job *first, **last;
    size_t waiting;
};

static void job_free(struct job *job)
{
    desk_call_done(&job->call);
    mem_free(job->ticket);
    mem_free(job);
}

static void note(struct replier *replier, const struct job *job, enum auto_reply_state state,
                 const char *reason)
{
    struct error err;
    log_event(state == AUTO_REPLY_SENT ? LOG_LEVEL_INFO : LOG_LEVEL_WARNING,
              state == AUTO_REPLY_SENT ? "auto_reply.sent" : "auto_reply.failed", "desk", job->desk,
              "ticket", job->ticket, "reason", reason, NULL);
    if (store_set_auto_reply(replier->service->store, job->ticket, state, &err))
        log_error("auto_reply.unnoted", &err);
}

static void send(struct replier *replier, const struct job *job)
{
    const struct desk_call *call = &job->call;
    const struct send_header header = {call->header_name, call->header};
    const struct send_call sent = {.url = call->url,
                                   .method = call->method,
                                   .body = slice_of(call->body),
                                   .headers = &header,
                                   .header_count = call->header ? 1 : 0,
                                   .user = call->user,
                                   .password = call->password,
                                   .stop = &replier->stopping};
    struct error err;
    if (send_json(&sent, NULL, &err))
        note(replier, job, AUTO_REPLY_FAILED, err.message);
    else
        note(replier, job, AUTO_REPLY_SENT, NULL);
}

/* Takes the next job out, waiting for one; NULL: the end. */
static struct job *take(struct replier *replier)
{
    struct job *job;
    (void)pthread_mutex_lock(&replier->lock);
    while (!replier->first && !atomic_load(&replier->stopping))
        (void)pthread_cond_wait(&replier->wake, &replier->lock);
    job = atomic_load(&replier->stopping) ? NULL : replier->first;
    if (job) {
        replier->first = job->next;
        replier->waiting--;
        if (!replier->first)
            replier->last = &replier->first;
    }
    (void)pthread_mutex_unlock(&replier->lock);
    return job;
}

static void *run(void *arg)
{
    struct replier *replier = arg;
    struct job *job;
    while ((job = take(replier))) {
        send(replier, job);
        job_free(job);
    }
    return NULL;
}

enum status replier_start(struct service *service, struct replier **ret, struct error *err)
{
    struct replier *replier = mem_zero(1, sizeof *replier);
    if (!replier)
        return error_memory(err);
    replier->service = service;
    replier->last = &replier->first;
    (void)pthread_mutex_init(&replier->lock, NULL);
    (void)pthread_cond_init(&replier->wake, NULL);
    if (pthread_create(&replier->thread, NULL, run, replier) != 0) {
        mem_free(replier);
        return error_set(err, STATUS_UNAVAILABLE, "the system gives no further thread");
    }
    *ret = replier;
    return STATUS_OK;
}

struct replier *replier_stop(struct replier *replier)
{
    if (!replier)
        return NULL;
    (void)pthread_mutex_lock(&replier->lock);
    atomic_store(&replier->stopping, true);
    (void)pthread_cond_signal(&replier->wake);
    (void)pthread_mutex_unlock(&replier->lock);
    (void)pthread_join(replier->thread, NULL);
    while (replier->first) {
        struct job *job = replier->first;
        replier->first = job->next;
        note(replier, job, AUTO_REPLY_FAILED, "the server was stopped");
        job_free(job);
    }
    (void)pthread_cond_destroy(&replier->wake);
    (void)pthread_mutex_destroy(&replier->lock);
    return mem_free(replier);
}

enum status replier_send(struct replier *replier, const char *desk, const char *id,
                         struct desk_call *call, struct error *err)
{
    struct job *job = mem_zero(1, sizeof *job);
    enum status status = STATUS_OK;
    if (!job || !(job->ticket = mem_strdup(id))) {
        mem_free(job);
        desk_call_done(call);
        return error_memory(err);
    }
    job->call = *call;
    job->desk = desk;
    *call = (struct desk_call){.url = NULL};
    (void)pthread_mutex_lock(&replier->lock);
    if (replier->waiting >= LIMIT_AUTO_REPLIES) {
        status = error_set(err, STATUS_UNAVAILABLE, "%d automatic replies wait already",
                           LIMIT_AUTO_REPLIES);
    } else {
        *replier->last = job;
        replier->last = &job->next;
        replier->waiting++;
        (void)pthread_cond_signal(&replier->wake);
    }
    (void)pthread_mutex_unlock(&replier->lock);
    if (status)
        job_free(job);
    return status;
}
