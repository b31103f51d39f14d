/* caution.c: counts from the log, a small state in the store. */
#include "app/report/caution.h"

#include "app/report/report_json.h"
#include "app/report/report_tickets.h"
#include "app/service_private.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "measure/judged.h"

#include <stdio.h>

#define META "confidence"
#define SPAN_MS (90 * MS_PER_DAY)
#define EVERY_MS (23 * MS_PER_HOUR)

/* What is kept: from when on is counted, and what was found last. */
struct state {
    int steps;
    int64_t since_ms, as_of_ms; /* 0: from the beginning; never */
    struct judged_counts counts;
};

static const struct {
    const char *name;
    size_t offset;
} fields[] = {
    {"since_ms", offsetof(struct state, since_ms)},
    {"as_of_ms", offsetof(struct state, as_of_ms)},
    {"shown", offsetof(struct state, counts.shown)},
    {"confirmed", offsetof(struct state, counts.confirmed)},
    {"voted_down", offsetof(struct state, counts.voted_down)},
    {"linked_same", offsetof(struct state, counts.linked_same)},
    {"linked_other", offsetof(struct state, counts.linked_other)},
};

static int64_t *field_of(struct state *state, size_t i)
{
    return (int64_t *)(void *)((char *)state + fields[i].offset);
}

static enum status read_state(struct store *store, struct state *ret, struct error *err)
{
    _cleanup_free_ char *text = NULL;
    _cleanup_json_ json_t *object = NULL;
    enum status status = store_get_meta(store, META, &text, err);
    *ret = (struct state){0};
    if (status || !text || json_read(slice_of(text), &object, NULL) != STATUS_OK)
        return status;
    const json_int_t steps = json_integer_value(json_object_get(object, "steps"));
    ret->steps = steps < 0 ? 0 : steps > INDEX_CAUTION_MOST ? INDEX_CAUTION_MOST : (int)steps;
    for (size_t i = 0; i < ARRAY_LENGTH(fields); i++)
        *field_of(ret, i) = json_integer_value(json_object_get(object, fields[i].name));
    return STATUS_OK;
}

static enum status write_state(struct store *store, struct state *state, struct error *err)
{
    _cleanup_json_ json_t *object = json_pack("{s:i}", "steps", state->steps);
    for (size_t i = 0; i < ARRAY_LENGTH(fields); i++)
        (void)json_object_set_new(object, fields[i].name, json_integer(*field_of(state, i)));
    _cleanup_free_ char *text = object ? json_text(object) : NULL;
    return text ? store_set_meta(store, META, text, err) : error_memory(err);
}

enum status caution_load(struct service *service, struct error *err)
{
    struct state state;
    enum status status = read_state(service->store, &state, err);
    atomic_store(&service->caution, state.steps);
    return status;
}

/* ---- Counting ---- */

struct count {
    struct judged *judged;
    const atomic_bool *closing;
    bool failed;
};

static bool count_event(void *arg, const struct event *event)
{
    struct count *count = arg;
    count->failed = !judged_add(count->judged, event);
    return !count->failed && !atomic_load_explicit(count->closing, memory_order_relaxed);
}

static bool count_ticket(void *arg, const struct ticket *ticket, const char *article)
{
    struct count *count = arg;
    if (ticket->session && article)
        judged_add_link(count->judged, ticket->session, article);
    return true;
}

static enum status count_judged(struct service *service, int64_t from_ms, int64_t to_ms,
                                struct judged_counts *ret, struct error *err)
{
    _cleanup_(judged_freep) struct judged *judged = judged_new();
    struct count count = {.judged = judged, .closing = &service->closing};
    enum status status =
        judged ? store_each_event(service->store, from_ms, to_ms, count_event, &count, err)
               : error_memory(err);
    if (!status && count.failed)
        status = error_memory(err);
    if (!status && atomic_load(&service->closing))
        status = error_set(err, STATUS_UNAVAILABLE, "the server is stopping");
    if (!status)
        status = report_each_ticket(service, from_ms, to_ms, count_ticket, &count, NULL, err);
    if (!status)
        *ret = judged_count(judged);
    return status;
}

static void tell_move(const struct state *state, struct tally right)
{
    char threshold[16], text[64];
    (void)snprintf(threshold, sizeof threshold, "%.2f", index_high_chance(state->steps));
    (void)snprintf(text, sizeof text, "%lld of %lld right", (long long)right.hits,
                   (long long)right.n);
    log_event(LOG_LEVEL_WARNING, "confidence.threshold", "#high_from", threshold, "judged", text,
              NULL);
}

enum status caution_review(struct service *service, int64_t now_ms, struct error *err)
{
    struct state state;
    enum status status = read_state(service->store, &state, err);
    if (status || (state.as_of_ms > now_ms - EVERY_MS && state.as_of_ms <= now_ms))
        return status;
    const int64_t from_ms = state.since_ms > now_ms - SPAN_MS ? state.since_ms : now_ms - SPAN_MS;
    status = count_judged(service, from_ms, now_ms, &state.counts, err);
    if (status)
        return status;
    const struct tally right = judged_right(&state.counts);
    const int steps = state.steps + judged_verdict(right);
    state.as_of_ms = now_ms;
    if (steps != state.steps && steps >= 0 && steps <= INDEX_CAUTION_MOST) {
        state.steps = steps;
        state.since_ms = now_ms;
        tell_move(&state, right);
    }
    status = write_state(service->store, &state, err);
    if (!status)
        atomic_store(&service->caution, state.steps);
    return status;
}

/* ---- Telling ---- */

static json_t *time_json(int64_t time_ms)
{
    char text[CLOCK_TEXT_SIZE];
    if (time_ms <= 0)
        return json_null();
    clock_format(time_ms, text);
    return json_string(text);
}

enum status caution_json(struct store *store, json_t **ret, struct error *err)
{
    struct state state;
    enum status status = read_state(store, &state, err);
    *ret = NULL;
    if (status || state.as_of_ms == 0)
        return status;
    const struct judged_counts *counts = &state.counts;
    const struct tally right = judged_right(counts);
    *ret = json_pack(
        "{s:f, s:i, s:o, s:o, s:I, s:o, s:o, s:I, s:o}", "threshold",
        index_high_chance(state.steps), "raised", state.steps, "since", time_json(state.since_ms),
        "as_of", time_json(state.as_of_ms), "shown", (json_int_t)counts->shown, "confirmed",
        report_estimate_json(stats_wilson((struct tally){counts->confirmed, counts->shown})),
        "linked_other",
        report_estimate_json(stats_wilson((struct tally){counts->linked_other, counts->shown})),
        "judged", (json_int_t)right.n, "right", report_estimate_json(stats_wilson(right)));
    return *ret ? STATUS_OK : error_memory(err);
}

int caution_steps(const json_t *caution)
{
    return (int)json_integer_value(json_object_get(caution, "raised"));
}
