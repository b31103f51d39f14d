/* versions.c: readers by day and steps by article; spans, peers and differences at the end. */
#include "measure/versions.h"

#include "base/clock.h"
#include "measure/names.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define STEP_MS (24 * MS_PER_HOUR)
#define SPAN_MAX_DAYS (VERSIONS_DAYS - 1)
#define PEERS 10
#define TOO_WIDE 0.5

/* Readers of an article on one day. */
struct readers {
    int64_t day, viewed, failed, failed_last, solved;
};

struct step {
    int64_t at_ms, last_ms; /* its first and last version */
    char version[40];
};

struct history {
    struct readers *days;
    size_t day_count, day_capacity;
    struct step *steps;
    size_t step_count, step_capacity;
};

struct versions {
    struct versions_options options;
    struct names *names;
    struct history *histories; /* by number in names */
    size_t history_capacity;
    struct versions_edit *edits;
    size_t edit_count, edit_capacity;
};

struct versions *versions_new(const struct versions_options *options)
{
    _cleanup_(versions_freep) struct versions *versions = mem_zero(1, sizeof *versions);
    if (!versions || !(versions->names = names_new()))
        return NULL;
    versions->options = *options;
    return steal_pointer(&versions);
}

struct versions *versions_free(struct versions *versions)
{
    if (!versions)
        return NULL;
    for (size_t i = 0; versions->names && i < names_count(versions->names); i++) {
        mem_free(versions->histories[i].days);
        mem_free(versions->histories[i].steps);
    }
    mem_free(versions->histories);
    mem_free(versions->edits);
    names_free(versions->names);
    return mem_free(versions);
}

/* NULL when memory is short. Valid until the next call. */
static struct history *history_of(struct versions *versions, const char *article)
{
    size_t number;
    const size_t known = names_count(versions->names);
    if (mem_grow(&versions->histories, &versions->history_capacity, known, sizeof(struct history)) <
            0 ||
        !names_add(versions->names, slice_of(article), &number))
        return NULL;
    if (number == known)
        versions->histories[number] = (struct history){0};
    return &versions->histories[number];
}

bool versions_note(struct versions *versions, const char *article, const char *version,
                   int64_t at_ms)
{
    struct history *history = history_of(versions, article);
    if (!history)
        return false;
    struct step *step = history->step_count > 0 ? &history->steps[history->step_count - 1] : NULL;
    if (!step || at_ms - step->last_ms >= STEP_MS) {
        if (mem_grow(&history->steps, &history->step_capacity, history->step_count, sizeof *step) <
            0)
            return false;
        step = &history->steps[history->step_count++];
        *step = (struct step){.at_ms = at_ms};
    }
    step->last_ms = at_ms;
    const size_t length = strnlen(version, sizeof step->version - 1);
    memcpy(step->version, version, length);
    step->version[length] = '\0';
    return true;
}

/* True where step INDEX of HISTORY is an edit of the period; the first step is the article's
 * beginning. */
static bool is_edit(const struct versions *versions, const struct history *history, size_t index)
{
    const int64_t at_ms = history->steps[index].at_ms;
    return index > 0 && at_ms >= versions->options.from_ms && at_ms < versions->options.to_ms;
}

bool versions_wanted(const struct versions *versions)
{
    for (size_t i = 0; i < names_count(versions->names); i++) {
        const struct history *history = &versions->histories[i];
        for (size_t k = 1; k < history->step_count; k++) {
            if (is_edit(versions, history, k))
                return true;
        }
    }
    return false;
}

bool versions_add(void *arg, const struct figure *figure)
{
    struct versions *versions = arg;
    const char *lang = *figure->lang ? figure->lang : NULL;
    if (figure->kind != FIGURE_VIEWS || !episodes_lang_fits(lang, versions->options.lang))
        return true;
    struct history *history = history_of(versions, figure->article);
    if (!history)
        return false;
    struct readers *last = history->day_count > 0 ? &history->days[history->day_count - 1] : NULL;
    if (!last || last->day != figure->day) {
        if (mem_grow(&history->days, &history->day_capacity, history->day_count, sizeof *last) < 0)
            return false;
        last = &history->days[history->day_count++];
        *last = (struct readers){.day = figure->day};
    }
    last->viewed += figure->counts[FIGURE_VIEWS_ALL];
    last->failed += figure->counts[FIGURE_VIEWS_FAILED];
    last->failed_last += figure->counts[FIGURE_VIEWS_FAILED_LAST];
    last->solved += figure->counts[FIGURE_VIEWS_SOLVED];
    return true;
}

/* ---- Comparison ---- */

static int compare_days(const void *a, const void *b)
{
    const struct readers *x = a, *y = b;
    return (x->day > y->day) - (x->day < y->day);
}

/* Index of the first entry on or after DAY. */
static size_t first_entry(const struct history *history, int64_t day)
{
    size_t low = 0, high = history->day_count;
    while (low < high) {
        const size_t middle = (low + high) / 2;
        if (history->days[middle].day < day)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The readers of the days FROM <= day < TO. */
static struct versions_side side_of(const struct history *history, int64_t from, int64_t to)
{
    struct versions_side side = {0};
    const size_t end = first_entry(history, to);
    for (size_t i = first_entry(history, from); i < end; i++) {
        side.viewed += history->days[i].viewed;
        side.failed += history->days[i].failed;
        side.failed_last += history->days[i].failed_last;
        side.solved += history->days[i].solved;
    }
    side.fail_rate = stats_wilson((struct tally){side.failed, side.viewed});
    return side;
}

static struct tally tally_of(const struct versions_side *side)
{
    return (struct tally){side->failed, side->viewed};
}

/* True where a step falls on one of the days FROM <= day <= TO. */
static bool edited_between(const struct history *history, int64_t from, int64_t to)
{
    for (size_t i = 0; i < history->step_count; i++) {
        const int64_t day = figure_day(history->steps[i].at_ms);
        if (day >= from && day <= to)
            return true;
    }
    return false;
}

/* The days, at most 28, that lie free on both sides of step INDEX. */
static int64_t span_of(const struct versions *versions, const struct history *history, size_t index)
{
    const int64_t day = figure_day(history->steps[index].at_ms);
    const int64_t before = day - figure_day(history->steps[index - 1].at_ms) - 1;
    int64_t after = figure_day(versions->options.closed_ms) - day - 1;
    if (index + 1 < history->step_count) {
        const int64_t next = figure_day(history->steps[index + 1].at_ms) - day - 1;
        after = next < after ? next : after;
    }
    const int64_t free = before < after ? before : after;
    return free < 0 ? 0 : free < SPAN_MAX_DAYS ? free : SPAN_MAX_DAYS;
}

/* An unedited article beside the edited one. */
struct peer {
    size_t number;
    double distance; /* of the shrunk rates before */
    struct estimate before;
    struct tally after;
};

static int compare_peers(const void *a, const void *b)
{
    const struct peer *x = a, *y = b;
    if (x->distance != y->distance)
        return x->distance < y->distance ? -1 : 1;
    return (x->number > y->number) - (x->number < y->number);
}

/* The change of PEERS, each weighted by its readers after. */
static struct estimate change_of(const struct peer *peers, size_t count)
{
    struct tally after = {0};
    double value = 0, below = 0, above = 0;
    for (size_t i = 0; i < count; i++) {
        const double weight = (double)peers[i].after.n;
        after.hits += peers[i].after.hits;
        after.n += peers[i].after.n;
        value += weight * peers[i].before.value;
        below += pow(weight * (peers[i].before.value - peers[i].before.low), 2);
        above += pow(weight * (peers[i].before.high - peers[i].before.value), 2);
    }
    if (after.n == 0)
        return (struct estimate){0};
    const double n = (double)after.n;
    const struct estimate before = {true, value / n, (value - sqrt(below)) / n,
                                    (value + sqrt(above)) / n};
    return stats_subtract(stats_wilson(after), before);
}

/* What one edit is compared over. */
struct span {
    size_t number;               /* of the edited article */
    int64_t before, edit, after; /* the days before <= day < edit, and edit < day < after */
};

static struct versions_side side_before(const struct history *history, const struct span *span)
{
    return side_of(history, span->before, span->edit);
}

static struct versions_side side_after(const struct history *history, const struct span *span)
{
    return side_of(history, span->edit + 1, span->after);
}

/* Fills PEERS (one place for every article) with those that may be compared; returns how many are
 * taken. RATE: the edited article's, shrunk. */
static size_t find_peers(const struct versions *versions, const struct span *span, double rate,
                         const struct prior *prior, struct peer *peers)
{
    size_t count = 0;
    for (size_t i = 0; i < names_count(versions->names); i++) {
        const struct history *history = &versions->histories[i];
        if (i == span->number || edited_between(history, span->before, span->after - 1))
            continue;
        const struct versions_side before = side_before(history, span);
        const struct versions_side after = side_after(history, span);
        const struct estimate shrunk = stats_shrink(prior, tally_of(&before));
        if (shrunk.known && after.viewed > 0)
            peers[count++] = (struct peer){i, fabs(shrunk.value - rate), shrunk, tally_of(&after)};
    }
    if (count > 0)
        qsort(peers, count, sizeof *peers, compare_peers);
    return count < PEERS ? count : PEERS;
}

typedef struct versions_side side_fn(const struct history *history, const struct span *span);

/* The prior of all articles' readers on one side. TALLIES: one place for every article. */
static struct prior prior_of(const struct versions *versions, const struct span *span,
                             side_fn *side, struct tally *tallies)
{
    const size_t count = names_count(versions->names);
    for (size_t i = 0; i < count; i++) {
        const struct versions_side readers = side(&versions->histories[i], span);
        tallies[i] = tally_of(&readers);
    }
    return stats_prior(tallies, count);
}

static void compare(const struct versions *versions, size_t number, struct versions_edit *edit,
                    struct tally *tallies, struct peer *peers)
{
    const struct history *history = &versions->histories[number];
    const int64_t day = figure_day(edit->at_ms);
    const struct span span = {number, day - edit->span_days, day, day + edit->span_days + 1};
    const struct prior before = prior_of(versions, &span, side_before, tallies);
    const struct prior after = prior_of(versions, &span, side_after, tallies);
    edit->before = side_before(history, &span);
    edit->after = side_after(history, &span);
    edit->before.shrunk_rate = stats_shrink(&before, tally_of(&edit->before));
    edit->after.shrunk_rate = stats_shrink(&after, tally_of(&edit->after));
    edit->change = stats_subtract(edit->after.fail_rate, edit->before.shrunk_rate);
    edit->others = find_peers(versions, &span, edit->before.shrunk_rate.value, &before, peers);
    edit->others_change = change_of(peers, edit->others);
    edit->difference = stats_subtract(edit->change, edit->others_change);
    edit->too_early =
        !edit->difference.known || edit->difference.high - edit->difference.low > TOO_WIDE;
}

static bool compare_steps(struct versions *versions, size_t number, struct tally *tallies,
                          struct peer *peers)
{
    const struct history *history = &versions->histories[number];
    for (size_t i = 1; i < history->step_count; i++) {
        const struct step *step = &history->steps[i];
        if (!is_edit(versions, history, i))
            continue;
        if (mem_grow(&versions->edits, &versions->edit_capacity, versions->edit_count,
                     sizeof *versions->edits) < 0)
            return false;
        struct versions_edit *edit = &versions->edits[versions->edit_count++];
        *edit = (struct versions_edit){
            .article = names_text(versions->names, number),
            .version = step->version,
            .at_ms = step->at_ms,
            .span_days = span_of(versions, history, i),
            .too_early = true,
        };
        if (edit->span_days > 0)
            compare(versions, number, edit, tallies, peers);
    }
    return true;
}

bool versions_finish(struct versions *versions)
{
    const size_t count = names_count(versions->names);
    _cleanup_free_ struct tally *tallies = mem_zero(count, sizeof *tallies);
    _cleanup_free_ struct peer *peers = mem_zero(count, sizeof *peers);
    if (!tallies || !peers)
        return false;
    for (size_t i = 0; i < count; i++) {
        struct history *history = &versions->histories[i];
        if (history->day_count > 0)
            qsort(history->days, history->day_count, sizeof *history->days, compare_days);
    }
    for (size_t i = 0; i < count; i++) {
        if (!compare_steps(versions, i, tallies, peers))
            return false;
    }
    return true;
}

size_t versions_count(const struct versions *versions)
{
    return versions->edit_count;
}

const struct versions_edit *versions_edit(const struct versions *versions, size_t index)
{
    return &versions->edits[index];
}
