/* totals.c: people whose logs changed → parts → totals; and totals → figures. */
#include "app/report/totals.h"

#include "app/report/ledger.h"
#include "base/clock.h"
#include "base/str.h"
#include "measure/event_copy.h"
#include "measure/figures.h"
#include "measure/returning.h"
#include "store/totals.h"

#include <stdio.h>
#include <string.h>

#define ROLL_US 30000 /* of one roll: others wait meanwhile */
#define BLOCK_DAYS 16
#define PART_BYTES ((size_t)16 * 1024 * 1024)
#define TOTAL_BYTES ((size_t)1024 * 1024)
#define META_BASIS "totals_basis"
#define META_SINCE "totals_since"
#define FORMULA 1 /* to be raised when figures come to mean something else */

/* A roll under way. */
struct rolling {
    struct service *service;
    struct store_roll *roll;
    struct report_facts *facts;
    int64_t now_ms, window_ms;
    int64_t since;        /* the first day that is not frozen */
    struct ledger *part;  /* what the person at hand adds */
    struct ledger *moves; /* by what the totals move */
};

/* ---- One person's log ---- */

struct log {
    struct event **events;
    size_t count, capacity;
    bool failed;
};

static void log_done(struct log *log)
{
    for (size_t i = 0; i < log->count; i++)
        mem_free(log->events[i]);
    mem_free(log->events);
}
#define _cleanup_log_ _cleanup_(log_done)

static bool log_event_copy(void *arg, const struct event *event)
{
    struct log *log = arg;
    log->failed = mem_grow(&log->events, &log->capacity, log->count, sizeof(struct event *)) < 0 ||
                  !(log->events[log->count] = event_copy(event));
    log->count += !log->failed;
    return !log->failed;
}

/* Episodes on their way to figures, and when they will change by themselves. */
struct watch_due {
    struct figures *figures;
    int64_t now_ms, window_ms, due_ms;
};

static void be_due(struct watch_due *watch, int64_t at_ms)
{
    if (at_ms > watch->now_ms && (watch->due_ms < 0 || at_ms < watch->due_ms))
        watch->due_ms = at_ms;
}

static bool add_episode(void *arg, const struct episode *episode)
{
    struct watch_due *watch = arg;
    if (episode->open)
        be_due(watch, episode->last_ms + watch->window_ms);
    for (size_t i = 0; episode->counted && episode->contact && i < RETURNING_SPANS; i++)
        be_due(watch, episode->last_ms + returning_days[i] * MS_PER_DAY);
    return figures_add(watch->figures, episode);
}

static bool add_left_out(void *arg, int64_t first_ms, unsigned marks)
{
    struct watch_due *watch = arg;
    return figures_add_left_out(watch->figures, first_ms, marks);
}

static bool measure_log(struct rolling *rolling, const struct log *log, int64_t *ret_due_ms)
{
    _cleanup_(figures_freep) struct figures *figures =
        figures_new(rolling->now_ms, ledger_add_figure, rolling->part);
    struct watch_due watch = {figures, rolling->now_ms, rolling->window_ms, -1};
    const struct episodes_options options = {
        .window_ms = rolling->window_ms,
        .now_ms = rolling->now_ms,
        .article_lang = report_facts_lang,
        .article_lang_arg = rolling->facts,
        .each = add_episode,
        .left_out = add_left_out,
        .arg = &watch,
    };
    _cleanup_(episodes_freep) struct episodes *episodes = episodes_new(&options);
    bool done = figures && episodes;
    for (size_t i = 0; done && i < log->count; i++)
        done = episodes_note(episodes, log->events[i]);
    for (size_t i = 0; done && i < log->count; i++)
        done = episodes_add(episodes, log->events[i]);
    done = done && episodes_finish(episodes) && figures_finish(figures);
    *ret_due_ms = watch.due_ms;
    return done;
}

/* ---- Parts ---- */

/* A part is a list of entries: kind, day, length of the cell's name, the name, tallies. */
static void write_part(const struct rolling *rolling, struct buf *out)
{
    for (size_t i = 0; i < ledger_count(rolling->part); i++) {
        const struct ledger_entry *entry = ledger_at(rolling->part, i);
        if (entry->day < rolling->since)
            continue;
        varint_write(entry->kind, out);
        varint_write(entry->day, out);
        varint_write((int64_t)entry->cell.length, out);
        buf_add_slice(out, entry->cell);
        tallies_write(&entry->tallies, out);
    }
}

static bool move(struct rolling *rolling, const struct ledger_entry *entry, int64_t factor)
{
    return entry->day < rolling->since || ledger_add(rolling->moves, entry->kind, entry->day,
                                                     entry->cell, &entry->tallies, factor);
}

/* Takes what stands in PART out of the totals. */
static enum status take_out(struct rolling *rolling, struct slice part, struct error *err)
{
    while (part.length > 0) {
        _cleanup_tallies_ struct tallies tallies = {0};
        int64_t kind, day, length;
        if (!varint_read(&part, &kind) || !varint_read(&part, &day) ||
            !varint_read(&part, &length) || length < 0 || (uint64_t)length > part.length)
            return error_set(err, STATUS_CORRUPT, "a person's part in the totals is damaged");
        const struct slice cell = {part.ptr, (size_t)length};
        part = (struct slice){part.ptr + length, part.length - (size_t)length};
        if (!tallies_read(&part, &tallies))
            return error_set(err, STATUS_CORRUPT, "a person's part in the totals is damaged");
        const struct ledger_entry entry = {(int)kind, day, cell, tallies};
        if (!move(rolling, &entry, -1))
            return error_memory(err);
    }
    return STATUS_OK;
}

static enum status put_in(struct rolling *rolling, struct error *err)
{
    for (size_t i = 0; i < ledger_count(rolling->part); i++) {
        if (!move(rolling, ledger_at(rolling->part, i), 1))
            return error_memory(err);
    }
    return STATUS_OK;
}

static enum status roll_person(struct rolling *rolling, const struct store_person *person,
                               struct error *err)
{
    _cleanup_log_ struct log log = {0};
    _cleanup_buf_ struct buf before = BUF_INIT(PART_BYTES), after = BUF_INIT(PART_BYTES);
    int64_t due_ms = -1;
    enum status status = store_roll_part(rolling->roll, person, &before, err);
    if (!status)
        status = store_roll_each_event(rolling->roll, person, log_event_copy, &log, err);
    ledger_clear(rolling->part);
    if (!status && (log.failed || !measure_log(rolling, &log, &due_ms)))
        status = error_memory(err);
    if (status)
        return status;
    write_part(rolling, &after);
    const struct slice old = {before.data, before.length}, fresh = {after.data, after.length};
    if (after.failed)
        return error_memory(err);
    if (!slice_equal(old, fresh)) {
        if ((status = take_out(rolling, old, err)) || (status = put_in(rolling, err)))
            return status;
    }
    return store_roll_set_part(rolling->roll, person, fresh, due_ms, err);
}

/* ---- Totals ---- */

static enum status move_total(struct rolling *rolling, const struct store_total *total,
                              const struct tallies *by, struct error *err)
{
    _cleanup_buf_ struct buf bytes = BUF_INIT(TOTAL_BYTES);
    _cleanup_tallies_ struct tallies sum = {0};
    enum status status = store_roll_total(rolling->roll, total, &bytes, err);
    if (status)
        return status;
    struct slice rest = {bytes.data, bytes.length};
    if (rest.length > 0 && !tallies_read(&rest, &sum))
        return error_set(err, STATUS_CORRUPT, "a running total is damaged");
    if (!tallies_add(&sum, by->counts, by->reads, by->read_count, 1))
        return error_memory(err);
    buf_truncate(&bytes, 0);
    if (!tallies_empty(&sum))
        tallies_write(&sum, &bytes);
    if (bytes.failed)
        return error_memory(err);
    return store_roll_set_total(rolling->roll, total, (struct slice){bytes.data, bytes.length},
                                err);
}

static int64_t block_of(int64_t day)
{
    return day >= 0 ? day / BLOCK_DAYS : -((-day + BLOCK_DAYS - 1) / BLOCK_DAYS);
}

static enum status move_totals(struct rolling *rolling, struct error *err)
{
    for (size_t i = 0; i < ledger_count(rolling->moves); i++) {
        const struct ledger_entry *entry = ledger_at(rolling->moves, i);
        struct store_total total = {.kind = entry->kind, .day = entry->day};
        if (tallies_empty(&entry->tallies))
            continue;
        enum status status = store_roll_cell(rolling->roll, entry->cell, &total.cell, err);
        if (!status)
            status = move_total(rolling, &total, &entry->tallies, err);
        if (!status && entry->kind == FIGURE_ARTICLE) {
            total.block = true;
            total.day = block_of(entry->day);
            status = move_total(rolling, &total, &entry->tallies, err);
        }
        if (status)
            return status;
    }
    return STATUS_OK;
}

/* ---- Rolls ---- */

/* Where the window or the formulas changed, everybody is worked out anew. */
static enum status check_basis(struct rolling *rolling, struct error *err)
{
    _cleanup_free_ char *known = NULL, *since = NULL;
    _cleanup_free_ char *basis = mem_printf("%d %lld", FORMULA, (long long)rolling->window_ms);
    if (!basis)
        return error_memory(err);
    enum status status = store_roll_get_meta(rolling->roll, META_BASIS, &known, err);
    if (!status)
        status = store_roll_get_meta(rolling->roll, META_SINCE, &since, err);
    rolling->since = INT64_MIN;
    if (!status && since)
        (void)str_to_int64(slice_of(since), &rolling->since);
    if (status || str_equal(known, basis))
        return status;
    if (known)
        status = store_roll_reset(rolling->roll, rolling->since, err);
    return status ? status : store_roll_set_meta(rolling->roll, META_BASIS, basis, err);
}

static enum status roll_people(struct rolling *rolling, bool *ret_more, struct error *err)
{
    const int64_t end_us = clock_monotonic_us() + ROLL_US;
    enum status status = STATUS_OK;
    *ret_more = true;
    ledger_clear(rolling->moves);
    while (!status && *ret_more && clock_monotonic_us() < end_us) {
        struct store_person person;
        status = store_roll_next(rolling->roll, rolling->now_ms, &person, ret_more, err);
        if (!status && *ret_more)
            status = roll_person(rolling, &person, err);
    }
    return status ? status : move_totals(rolling, err);
}

/* One transaction. */
static enum status roll_some(struct rolling *rolling, bool *ret_more, struct error *err)
{
    enum status status = store_roll_begin(service_store(rolling->service), &rolling->roll, err);
    if (status)
        return status;
    status = check_basis(rolling, err);
    if (!status)
        status = roll_people(rolling, ret_more, err);
    return store_roll_end(rolling->roll, status, err);
}

/* True where a roll has something to do. */
static enum status must_roll(struct service *service, int64_t now_ms, int64_t window_ms, bool *ret,
                             struct error *err)
{
    _cleanup_free_ char *known = NULL;
    _cleanup_free_ char *basis = mem_printf("%d %lld", FORMULA, (long long)window_ms);
    if (!basis)
        return error_memory(err);
    enum status status = store_get_meta(service_store(service), META_BASIS, &known, err);
    if (!status)
        status = store_find_stale(service_store(service), now_ms, ret, err);
    *ret = *ret || !str_equal(known, basis);
    return status;
}

enum status totals_roll(struct service *service, struct report_facts *facts, int64_t now_ms,
                        const atomic_bool *stop, struct error *err)
{
    _cleanup_(report_facts_freep) struct report_facts *own_facts = NULL;
    const int64_t window_ms = service_config(service)->window_ms;
    bool more = false;
    enum status status = must_roll(service, now_ms, window_ms, &more, err);
    if (!status && more && !facts)
        status = report_facts_load(service, &own_facts, err);
    if (status || !more)
        return status;
    _cleanup_(ledger_freep) struct ledger *part = ledger_new();
    _cleanup_(ledger_freep) struct ledger *moves = ledger_new();
    struct rolling rolling = {.service = service,
                              .facts = facts ? facts : own_facts,
                              .now_ms = now_ms,
                              .window_ms = window_ms,
                              .part = part,
                              .moves = moves};
    if (!part || !moves)
        return error_memory(err);
    while (!status && more && !(stop && atomic_load(stop)))
        status = roll_some(&rolling, &more, err);
    return status;
}

/* ---- Totals → figures ---- */

struct reading_totals {
    enum figure_kind kind;
    bool block;
    figure_fn *each;
    void *arg;
    struct buf texts;
    bool failed, damaged;
};

static bool read_total(void *arg, int64_t day, struct slice cell, struct slice total)
{
    struct reading_totals *reading = arg;
    _cleanup_tallies_ struct tallies tallies = {0};
    struct figure figure = {.kind = reading->kind, .day = reading->block ? day * BLOCK_DAYS : day};
    reading->damaged =
        !tallies_read(&total, &tallies) || !ledger_read_cell(cell, &reading->texts, &figure);
    if (reading->damaged)
        return false;
    memcpy(figure.counts, tallies.counts, sizeof figure.counts);
    figure.reads = tallies.reads;
    figure.read_count = tallies.read_count;
    reading->failed = !reading->each(reading->arg, &figure);
    return !reading->failed;
}

static enum status read_totals(struct service *service, struct reading_totals *reading, bool block,
                               int64_t from, int64_t to, struct error *err)
{
    reading->block = block;
    if (from >= to)
        return STATUS_OK;
    const enum status status = store_each_total(service_store(service), (int)reading->kind, block,
                                                from, to, read_total, reading, err);
    if (!status && reading->damaged)
        return error_set(err, STATUS_CORRUPT, "a running total is damaged");
    return !status && reading->failed ? error_memory(err) : status;
}

/* The first day that is not frozen; INT64_MIN: none is. */
static enum status read_since(struct service *service, int64_t *ret, struct error *err)
{
    _cleanup_free_ char *text = NULL;
    const enum status status = store_get_meta(service_store(service), META_SINCE, &text, err);
    *ret = INT64_MIN;
    if (!status && text)
        (void)str_to_int64(slice_of(text), ret);
    return status;
}

enum status totals_each(struct service *service, enum figure_kind kind, int64_t from, int64_t to,
                        bool blocks, figure_fn *each, void *arg, struct error *err)
{
    struct reading_totals reading = {
        .kind = kind, .each = each, .arg = arg, .texts = BUF_INIT(4096)};
    int64_t since;
    enum status status = read_since(service, &since, err);
    /* The whole blocks of the range, and the days on either side; blocks of frozen days may be
     * missing. */
    int64_t first = block_of(from + BLOCK_DAYS - 1), last = block_of(to);
    if (since != INT64_MIN && first <= block_of(since))
        first = block_of(since) + 1;
    const bool whole = !blocks || kind != FIGURE_ARTICLE || first >= last;
    if (!status)
        status = read_totals(service, &reading, false, from, whole ? to : first * BLOCK_DAYS, err);
    if (!status && !whole)
        status = read_totals(service, &reading, true, first, last, err);
    if (!status && !whole)
        status = read_totals(service, &reading, false, last * BLOCK_DAYS, to, err);
    buf_done(&reading.texts);
    return status;
}

/* ---- Retention ---- */

enum status totals_freeze(struct service *service, int64_t before_ms, const atomic_bool *stop,
                          struct error *err)
{
    struct store_roll *roll = NULL;
    char text[24];
    int64_t since;
    /* The day after: some of that day's episodes lose their beginning. */
    const int64_t day = figure_day(before_ms) + 1;
    enum status status = totals_roll(service, NULL, clock_now_ms(), stop, err);
    if (!status)
        status = read_since(service, &since, err);
    if (status || day <= since || (stop && atomic_load(stop)))
        return status;
    status = store_roll_begin(service_store(service), &roll, err);
    if (status)
        return status;
    (void)snprintf(text, sizeof text, "%lld", (long long)day);
    status = store_roll_set_meta(roll, META_SINCE, text, err);
    return store_roll_end(roll, status, err);
}

enum status totals_rebuild(struct service *service, struct error *err)
{
    const enum status status = store_set_meta(service_store(service), META_BASIS, "0", err);
    return status ? status : totals_roll(service, NULL, clock_now_ms(), NULL, err);
}

/* ---- Proof ---- */

/* One pass over the raw log. */
struct pass {
    struct episodes *episodes;
    bool (*step)(struct episodes *episodes, const struct event *event);
    bool failed;
};

static bool pass_event(void *arg, const struct event *event)
{
    struct pass *pass = arg;
    pass->failed = !pass->step(pass->episodes, event);
    return !pass->failed;
}

enum status totals_recount(struct service *service, struct report_facts *facts, int64_t now_ms,
                           figure_fn *each, void *arg, struct error *err)
{
    _cleanup_(figures_freep) struct figures *figures = figures_new(now_ms, each, arg);
    const struct episodes_options options = {
        .window_ms = service_config(service)->window_ms,
        .now_ms = now_ms,
        .article_lang = report_facts_lang,
        .article_lang_arg = facts,
        .each = figures_add,
        .left_out = figures_add_left_out,
        .arg = figures,
    };
    _cleanup_(episodes_freep) struct episodes *episodes = episodes_new(&options);
    struct pass passes[] = {{episodes, episodes_note, false}, {episodes, episodes_add, false}};
    if (!figures || !episodes)
        return error_memory(err);
    for (size_t i = 0; i < ARRAY_LENGTH(passes); i++) {
        const enum status status =
            store_each_event(service_store(service), 0, INT64_MAX, pass_event, &passes[i], err);
        if (status)
            return status;
        if (passes[i].failed)
            return error_memory(err);
    }
    return episodes_finish(episodes) && figures_finish(figures) ? STATUS_OK : error_memory(err);
}

/* Entries of A that B does not hold alike; reading times are compared by their number, as large
 * totals round them. */
static size_t count_differences(const struct ledger *a, const struct ledger *b, int64_t since,
                                size_t *ret_figures)
{
    size_t differences = 0;
    for (size_t i = 0; i < ledger_count(a); i++) {
        const struct ledger_entry *entry = ledger_at(a, i);
        const struct ledger_entry *other = ledger_find(b, entry->kind, entry->day, entry->cell);
        if (entry->day < since || tallies_empty(&entry->tallies))
            continue;
        (*ret_figures)++;
        differences += !other || !tallies_alike(&entry->tallies, &other->tallies);
    }
    return differences;
}

enum status totals_compare(struct service *service, size_t *ret_figures, size_t *ret_differences,
                           struct error *err)
{
    _cleanup_(ledger_freep) struct ledger *counted = ledger_new();
    _cleanup_(ledger_freep) struct ledger *kept = ledger_new();
    _cleanup_(report_facts_freep) struct report_facts *facts = NULL;
    const int64_t now_ms = clock_now_ms();
    int64_t since;
    if (!counted || !kept)
        return error_memory(err);
    enum status status = report_facts_load(service, &facts, err);
    if (!status)
        status = totals_roll(service, facts, now_ms, NULL, err);
    if (!status)
        status = read_since(service, &since, err);
    for (int kind = 0; !status && kind < FIGURE_KINDS; kind++)
        status = totals_each(service, (enum figure_kind)kind, INT32_MIN, INT32_MAX, false,
                             ledger_add_figure, kept, err);
    if (!status)
        status = totals_recount(service, facts, now_ms, ledger_add_figure, counted, err);
    if (status)
        return status;
    *ret_figures = 0;
    *ret_differences = count_differences(counted, kept, since, ret_figures);
    /* What is only in the totals; what differs was counted above. */
    for (size_t i = 0; i < ledger_count(kept); i++) {
        const struct ledger_entry *entry = ledger_at(kept, i);
        *ret_differences += entry->day >= since && !tallies_empty(&entry->tallies) &&
                            !ledger_find(counted, entry->kind, entry->day, entry->cell);
    }
    return STATUS_OK;
}
