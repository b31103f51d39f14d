/* upkeep.c: retention, hold-out, alerts and what helped most once at the start, then every hour; the
 * running totals every minute. */
#include "app/upkeep.h"

#include "app/helpful.h"
#include "app/home.h"
#include "app/report/alerts.h"
#include "app/report/caution.h"
#include "app/report/report.h"
#include "app/report/totals.h"
#include "app/service_private.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/log.h"

#include <stdio.h>

enum { EVERY_S = 60, TURNS_AN_HOUR = 60 };

struct upkeep {
    struct service *service;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    atomic_bool stopping;
};

static void apply_retention(struct upkeep *upkeep)
{
    struct service *service = upkeep->service;
    const struct config *config = service_config(service);
    int64_t now_ms = clock_now_ms(), removed = 0;
    char count[24];
    struct error err;
    /* Events that are not yet in the frozen totals must stay. */
    enum status status =
        totals_freeze(service, now_ms - config->retention_ms, &upkeep->stopping, &err);
    if (!status && atomic_load(&upkeep->stopping))
        return;
    if (!status)
        status = store_apply_retention(service->store, now_ms - config->retention_text_ms,
                                       now_ms - config->retention_ms, &removed, &err);
    if (status) {
        log_error("retention.failed", &err);
        return;
    }
    (void)snprintf(count, sizeof count, "%lld", (long long)removed);
    if (removed)
        log_event(LOG_LEVEL_INFO, "retention.applied", "#removed", count, NULL);
}

/* Asks the report over all that is kept whether the hold-out has told what it was for. */
static enum status holdout_can_tell(struct service *service, bool *ret, struct error *err)
{
    _cleanup_json_ json_t *report = NULL;
    struct report_request request = {.kind = "deflection"};
    int64_t days = service_config(service)->retention_ms / MS_PER_DAY;
    enum status status;
    request.to_ms = clock_day_start(clock_now_ms()) + MS_PER_DAY;
    request.from_ms =
        request.to_ms - MS_PER_DAY * (days < LIMIT_REPORT_DAYS ? days : LIMIT_REPORT_DAYS);
    status = service_report_value(service, &request, &report, err);
    if (!status)
        *ret = json_is_true(json_object_get(json_object_get(report, "holdout"), "enough"));
    return status;
}

/* Without a date in the configuration, the hold-out ends when the sample can tell. */
static void end_holdout(struct service *service)
{
    const struct config *config = service_config(service);
    bool enough = false;
    struct error err;
    if (config->holdout <= 0 || config->holdout_until_ms >= 0)
        return;
    if (holdout_can_tell(service, &enough, &err)) {
        log_error("holdout.unknown", &err);
        return;
    }
    if (enough && !atomic_exchange(&service->holdout_over, true))
        log_event(LOG_LEVEL_INFO, "holdout.over", "reason", "the sample can tell", NULL);
}

/* So that a report finds little left to do. */
static void roll_totals(struct upkeep *upkeep)
{
    struct error err;
    if (totals_roll(upkeep->service, NULL, clock_now_ms(), &upkeep->stopping, &err))
        log_error("totals.failed", &err);
}

/* Reports that were handed out although they were old. */
static void refresh_reports(struct upkeep *upkeep)
{
    bool more = true;
    struct error err;
    while (more && !atomic_load(&upkeep->stopping)) {
        if (report_refresh(upkeep->service, &more, &err)) {
            if (!atomic_load(&upkeep->service->closing))
                log_error("report.failed", &err);
            return;
        }
    }
}

/* Nobody is to wait for what is read from the log itself. */
static void prepare_reports(struct service *service)
{
    struct error err;
    if (report_prepare(service, &err) && !atomic_load(&service->closing))
        log_error("report.failed", &err);
}

static void list_helpful(struct service *service)
{
    json_t *ids = NULL;
    struct error err;
    if (helpful_articles(service, &ids, &err))
        log_error("helpful.unknown", &err);
    else
        home_set_helpful(service->home, ids);
}

/* Each is told once; what could not be sent is tried again in an hour. */
static void send_alerts(struct upkeep *upkeep)
{
    char text[24];
    size_t count = 0;
    struct error err;
    if (service_send_alerts(upkeep->service, &upkeep->stopping, &count, &err) &&
        !atomic_load(&upkeep->service->closing))
        log_error("alerts.failed", &err);
    (void)snprintf(text, sizeof text, "%zu", count);
    if (count)
        log_event(LOG_LEVEL_INFO, "alerts.sent", "#count", text, NULL);
}

/* Looks at most once a day (app/report/caution.h). */
static void review_confidence(struct service *service)
{
    struct error err;
    if (caution_review(service, clock_now_ms(), &err) && !atomic_load(&service->closing))
        log_error("confidence.unknown", &err);
}

static void *run(void *arg)
{
    struct upkeep *upkeep = arg;
    int turn = 0;
    (void)pthread_mutex_lock(&upkeep->lock);
    while (!upkeep->stopping) {
        struct timespec until;
        (void)pthread_mutex_unlock(&upkeep->lock);
        roll_totals(upkeep);
        refresh_reports(upkeep);
        if (turn++ % TURNS_AN_HOUR == 0) {
            apply_retention(upkeep);
            end_holdout(upkeep->service);
            list_helpful(upkeep->service);
            review_confidence(upkeep->service);
            prepare_reports(upkeep->service);
            send_alerts(upkeep);
        }
        (void)pthread_mutex_lock(&upkeep->lock);
        (void)clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_sec += EVERY_S;
        if (!upkeep->stopping)
            (void)pthread_cond_timedwait(&upkeep->wake, &upkeep->lock, &until);
    }
    (void)pthread_mutex_unlock(&upkeep->lock);
    return NULL;
}

enum status upkeep_start(struct service *service, struct upkeep **ret, struct error *err)
{
    struct upkeep *upkeep = mem_zero(1, sizeof *upkeep);
    pthread_condattr_t attributes;
    if (!upkeep)
        return error_memory(err);
    upkeep->service = service;
    (void)pthread_mutex_init(&upkeep->lock, NULL);
    (void)pthread_condattr_init(&attributes);
    (void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&upkeep->wake, &attributes);
    (void)pthread_condattr_destroy(&attributes);
    if (pthread_create(&upkeep->thread, NULL, run, upkeep) != 0) {
        mem_free(upkeep);
        return error_set(err, STATUS_UNAVAILABLE, "the system gives no further thread");
    }
    *ret = upkeep;
    return STATUS_OK;
}

struct upkeep *upkeep_stop(struct upkeep *upkeep)
{
    if (!upkeep)
        return NULL;
    atomic_store(&upkeep->stopping, true);
    (void)pthread_mutex_lock(&upkeep->lock);
    (void)pthread_cond_signal(&upkeep->wake);
    (void)pthread_mutex_unlock(&upkeep->lock);
    (void)pthread_join(upkeep->thread, NULL);
    (void)pthread_cond_destroy(&upkeep->wake);
    (void)pthread_mutex_destroy(&upkeep->lock);
    return mem_free(upkeep);
}
