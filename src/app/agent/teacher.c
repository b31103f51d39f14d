/* teacher.c: a queue of changed links, and their way into the index. */
#include "app/agent/teacher.h"

#include "app/service_private.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/str.h"
#include "store/link.h"
#include "store/ticket.h"

#include <stdio.h>

enum { GATHER_MS = 100, LOCK_WAIT_MS = 10000 };

struct lesson {
    char *ticket, *article;
};

struct teacher {
    struct service *service;
    pthread_t thread;
    bool threaded, stopping;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct lesson *lessons;
    size_t count, capacity;
    bool all; /* teach everything anew */
};

static void lessons_free(struct lesson *lessons, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        mem_free(lessons[i].ticket);
        mem_free(lessons[i].article);
    }
    mem_free(lessons);
}

/* ---- Teaching ---- */

struct class {
    struct service *service;
    struct index_learner *learner;
    size_t taught;
    enum status status;
    struct error *err;
};

/* The customer's words are the link's own, else the ticket's. */
static enum status teach(struct class *class, const struct link *link, struct error *err)
{
    _cleanup_ticket_ struct ticket ticket = {.id = NULL};
    struct index_link lesson = {.ticket = link->ticket,
                                .article = link->article,
                                .agent = link->agent,
                                .text = slice_of(link->text),
                                .default_lang = service_config(class->service)->default_lang,
                                .at_ms = link->at_ms};
    enum status status = STATUS_OK;
    if (!link->text) {
        status = store_get_ticket(service_store(class->service), link->ticket, &ticket, err);
        lesson.subject = slice_of(ticket.subject);
        lesson.text = slice_of(ticket.body);
    }
    if (status == STATUS_NOT_FOUND || (!status && lesson.subject.length + lesson.text.length == 0))
        return STATUS_OK; /* nothing to learn from until the ticket comes */
    if (!status)
        status = index_learner_add(class->learner, &lesson, err);
    class->taught += !status;
    return status;
}

static bool teach_link(void *arg, const struct link *link)
{
    struct class *class = arg;
    class->status = teach(class, link, class->err);
    return class->status == STATUS_OK;
}

/* One changed link: as the store has it now, or gone. */
static enum status teach_lesson(struct class *class, const struct lesson *lesson,
                                struct error *err)
{
    size_t before = class->taught;
    enum status status =
        store_each_link(service_store(class->service), INT64_MIN, lesson->article, lesson->ticket,
                        teach_link, class, err);
    if (status || class->status)
        return status ? status : class->status;
    if (class->taught > before)
        return STATUS_OK;
    status = index_learner_remove(class->learner, lesson->ticket, lesson->article, err);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static enum status open_class(struct teacher *teacher, bool reset, struct class *class,
                              struct error *err)
{
    const struct index_learner_options options = {.folder = teacher->service->index_folder,
                                                  .lock_wait_ms = LOCK_WAIT_MS,
                                                  .half_life_ms = service_config(teacher->service)->learning_half_life_ms,
                                                  .reset = reset};
    *class = (struct class){.service = teacher->service, .err = err};
    return index_learner_open(&options, &class->learner, err);
}

static enum status teach_all(struct teacher *teacher, struct error *err)
{
    struct class class;
    enum status status = open_class(teacher, true, &class, err);
    if (status)
        return status;
    status = store_each_link(service_store(teacher->service), INT64_MIN, NULL, NULL, teach_link,
                             &class, err);
    if (!status)
        status = class.status;
    if (!status)
        status = index_learner_commit(class.learner, NULL, err);
    (void)index_learner_close(class.learner);
    return status;
}

static enum status teach_lessons(struct teacher *teacher, const struct lesson *lessons,
                                 size_t count, struct error *err)
{
    struct class class;
    enum status status = open_class(teacher, false, &class, err);
    if (status == STATUS_INCOMPATIBLE || status == STATUS_CORRUPT)
        return teach_all(teacher, err);
    if (status)
        return status;
    for (size_t i = 0; i < count && !status; i++)
        status = teach_lesson(&class, &lessons[i], err);
    if (!status)
        status = index_learner_commit(class.learner, NULL, err);
    (void)index_learner_close(class.learner);
    return status;
}

/* Puts in order what many lessons have left. It may take seconds, so it comes when these are learned already. */
static enum status tidy(struct teacher *teacher, struct error *err)
{
    struct class class;
    enum status status = open_class(teacher, false, &class, err);
    if (status)
        return status;
    status = index_learner_tidy(class.learner, err);
    (void)index_learner_close(class.learner);
    return status;
}

enum status teacher_flush(struct teacher *teacher, struct error *err)
{
    struct lesson *lessons;
    size_t count;
    bool all;
    enum status status = STATUS_OK;
    pthread_mutex_lock(&teacher->lock);
    lessons = steal_pointer(&teacher->lessons);
    count = teacher->count;
    all = teacher->all;
    teacher->count = teacher->capacity = 0;
    teacher->all = false;
    pthread_mutex_unlock(&teacher->lock);
    if (all)
        status = teach_all(teacher, err);
    else if (count > 0)
        status = teach_lessons(teacher, lessons, count, err);
    lessons_free(lessons, count);
    if (!status)
        status = readers_look(teacher->service->readers, err);
    if (status == STATUS_NOT_FOUND)
        status = STATUS_OK; /* no article yet to look for */
    return !status && (all || count > 0) ? tidy(teacher, err) : status;
}

/* ---- Queue and thread ---- */

static void wait_ms(struct teacher *teacher, int64_t wait)
{
    struct timespec until;
    (void)clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += (long)(wait % MS_PER_SECOND) * 1000000;
    until.tv_sec += (time_t)(wait / MS_PER_SECOND) + until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    while (!teacher->stopping &&
           pthread_cond_timedwait(&teacher->changed, &teacher->lock, &until) == 0)
        ;
}

static bool count_link(void *arg, const struct link *link)
{
    (void)link;
    ++*(size_t *)arg;
    return true;
}

/* True where the search knows another number of links than the store, or what it knows is damaged: it has been
 * rebuilt, or the power went before it had learned the last ones. */
static bool has_forgotten(struct teacher *teacher)
{
    struct class class;
    size_t known = 0, kept = 0;
    if (store_each_link(service_store(teacher->service), INT64_MIN, NULL, NULL, count_link, &kept,
                        NULL))
        return false;
    if (kept == 0)
        return false;
    if (index_learner_check(teacher->service->index_folder, NULL) || open_class(teacher, false, &class, NULL))
        return true;
    (void)index_learner_commit(class.learner, &known, NULL);
    (void)index_learner_close(class.learner);
    return known != kept;
}

static void *run(void *arg)
{
    struct teacher *teacher = arg;
    struct error err;
    bool forgotten = has_forgotten(teacher);
    pthread_mutex_lock(&teacher->lock);
    teacher->all = teacher->all || forgotten;
    while (!teacher->stopping || teacher->count > 0) {
        while (!teacher->stopping && teacher->count == 0 && !teacher->all)
            pthread_cond_wait(&teacher->changed, &teacher->lock);
        wait_ms(teacher, GATHER_MS);
        pthread_mutex_unlock(&teacher->lock);
        if (teacher_flush(teacher, &err))
            log_error("links.not_learned", &err);
        pthread_mutex_lock(&teacher->lock);
    }
    pthread_mutex_unlock(&teacher->lock);
    return NULL;
}

enum status teacher_start(struct service *service, bool threaded, struct teacher **ret,
                          struct error *err)
{
    struct teacher *teacher = mem_zero(1, sizeof *teacher);
    if (!teacher)
        return error_memory(err);
    teacher->service = service;
    (void)pthread_mutex_init(&teacher->lock, NULL);
    (void)pthread_cond_init(&teacher->changed, NULL);
    if (threaded) {
        if (pthread_create(&teacher->thread, NULL, run, teacher)) {
            (void)teacher_stop(teacher);
            return error_set(err, STATUS_UNAVAILABLE, "no thread could be started");
        }
        teacher->threaded = true;
    }
    *ret = teacher;
    return STATUS_OK;
}

static enum status queue(struct teacher *teacher, const char *ticket, const char *article,
                         struct error *err)
{
    struct lesson lesson = {mem_strdup(ticket), mem_strdup(article)};
    if (!lesson.ticket || !lesson.article ||
        mem_grow(&teacher->lessons, &teacher->capacity, teacher->count, sizeof lesson)) {
        mem_free(lesson.ticket);
        mem_free(lesson.article);
        return error_memory(err);
    }
    teacher->lessons[teacher->count++] = lesson;
    return STATUS_OK;
}

enum status teacher_note(struct teacher *teacher, const char *ticket, const char *article,
                         struct error *err)
{
    enum status status = STATUS_OK;
    pthread_mutex_lock(&teacher->lock);
    if (teacher->count >= LIMIT_LESSONS)
        teacher->all = true;
    else
        status = queue(teacher, ticket, article, err);
    pthread_cond_signal(&teacher->changed);
    pthread_mutex_unlock(&teacher->lock);
    return status;
}

struct teacher *teacher_stop(struct teacher *teacher)
{
    if (!teacher)
        return NULL;
    pthread_mutex_lock(&teacher->lock);
    teacher->stopping = true;
    pthread_cond_signal(&teacher->changed);
    pthread_mutex_unlock(&teacher->lock);
    if (teacher->threaded)
        pthread_join(teacher->thread, NULL);
    lessons_free(teacher->lessons, teacher->count);
    (void)pthread_cond_destroy(&teacher->changed);
    (void)pthread_mutex_destroy(&teacher->lock);
    return mem_free(teacher);
}
