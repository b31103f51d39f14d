/* versions.c: views and steps by article; spans, peers and differences at the end. */
#include "measure/versions.h"

#include "base/clock.h"
#include "measure/names.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define STEP_MS (24 * MS_PER_HOUR)
#define SPAN_MAX_MS (28 * MS_PER_DAY)
#define PEERS 10
#define TOO_WIDE 0.5

/* One episode's last view of an article. */
struct view {
    int64_t at_ms;
    bool failed, last, solved;
};

struct step {
    int64_t at_ms, last_ms; /* its first and last version */
    char version[40];
};

struct history {
    struct view *views;
    size_t view_count, view_capacity;
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
        mem_free(versions->histories[i].views);
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

/* ---- Views ---- */

static bool is_view(const struct event *event)
{
    return event->type == EVENT_VIEW && event->part == PART_ARTICLE && event->article;
}

/* True where nothing later in the episode views the same article. */
static bool last_of_its_article(const struct episode *episode, size_t index)
{
    for (size_t i = index + 1; i < episode->count; i++) {
        const struct event *event = episode->events[i];
        if (is_view(event) && strcmp(event->article, episode->events[index]->article) == 0)
            return false;
    }
    return true;
}

static bool names_solved(const struct episode *episode, const char *article)
{
    for (size_t i = 0; i < episode->count; i++) {
        const struct event *event = episode->events[i];
        if (event->type == EVENT_SOLVED && event->article && strcmp(event->article, article) == 0)
            return true;
    }
    return false;
}

bool versions_add(void *arg, const struct episode *episode)
{
    struct versions *versions = arg;
    const bool failed = episode->outcome == EPISODE_TICKET;
    bool last = failed;
    if (!episode->counted || episode->open ||
        !episodes_lang_fits(episode->lang, versions->options.lang))
        return true;
    for (size_t i = episode->count; i-- > 0;) {
        const struct event *event = episode->events[i];
        if (!is_view(event))
            continue;
        if (last_of_its_article(episode, i)) {
            struct history *history = history_of(versions, event->article);
            if (!history || mem_grow(&history->views, &history->view_capacity, history->view_count,
                                     sizeof *history->views) < 0)
                return false;
            history->views[history->view_count++] = (struct view){
                event->at_ms, failed, last,
                episode->outcome == EPISODE_SOLVED && names_solved(episode, event->article)};
        }
        last = false;
    }
    return true;
}

/* ---- Comparison ---- */

static int compare_views(const void *a, const void *b)
{
    const int64_t x = ((const struct view *)a)->at_ms, y = ((const struct view *)b)->at_ms;
    return (x > y) - (x < y);
}

/* Index of the first view at or after AT_MS. */
static size_t first_view(const struct history *history, int64_t at_ms)
{
    size_t low = 0, high = history->view_count;
    while (low < high) {
        const size_t middle = (low + high) / 2;
        if (history->views[middle].at_ms < at_ms)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static struct versions_side side_of(const struct history *history, int64_t from_ms, int64_t to_ms)
{
    struct versions_side side = {0};
    const size_t end = first_view(history, to_ms);
    for (size_t i = first_view(history, from_ms); i < end; i++) {
        side.viewed++;
        side.failed += history->views[i].failed;
        side.failed_last += history->views[i].last;
        side.solved += history->views[i].solved;
    }
    side.fail_rate = stats_wilson((struct tally){side.failed, side.viewed});
    return side;
}

static struct tally tally_of(const struct versions_side *side)
{
    return (struct tally){side->failed, side->viewed};
}

static bool edited_between(const struct history *history, int64_t from_ms, int64_t to_ms)
{
    /* The first step is the article's beginning; before it there was nothing to compare with. */
    for (size_t i = 0; i < history->step_count; i++) {
        if (history->steps[i].at_ms > from_ms && history->steps[i].at_ms < to_ms)
            return true;
    }
    return false;
}

/* The whole days, at most 28, that lie free on both sides of step INDEX. */
static int64_t span_of(const struct versions *versions, const struct history *history, size_t index)
{
    const struct step *step = &history->steps[index];
    int64_t after_end = versions->options.closed_ms, span = SPAN_MAX_MS;
    if (index + 1 < history->step_count && history->steps[index + 1].at_ms < after_end)
        after_end = history->steps[index + 1].at_ms;
    if (step->at_ms - history->steps[index - 1].at_ms < span)
        span = step->at_ms - history->steps[index - 1].at_ms;
    if (after_end - step->at_ms < span)
        span = after_end - step->at_ms;
    return span < MS_PER_DAY ? 0 : span / MS_PER_DAY * MS_PER_DAY;
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

/* Fills PEERS (one place for every article) with those that may be compared; returns how many. */
static size_t find_peers(const struct versions *versions, size_t number,
                         const struct versions_edit *edit, const struct prior *prior,
                         struct peer *peers)
{
    const int64_t from_ms = edit->at_ms - edit->span_ms, to_ms = edit->at_ms + edit->span_ms;
    size_t count = 0;
    for (size_t i = 0; i < names_count(versions->names); i++) {
        const struct history *history = &versions->histories[i];
        if (i == number || edited_between(history, from_ms, to_ms))
            continue;
        const struct versions_side before = side_of(history, from_ms, edit->at_ms);
        const struct versions_side after = side_of(history, edit->at_ms, to_ms);
        const struct estimate shrunk = stats_shrink(prior, tally_of(&before));
        if (shrunk.known && after.viewed > 0)
            peers[count++] = (struct peer){i, fabs(shrunk.value - edit->before.shrunk_rate.value),
                                           shrunk, tally_of(&after)};
    }
    qsort(peers, count, sizeof *peers, compare_peers);
    return count < PEERS ? count : PEERS;
}

/* The prior of all articles' readers between two times. TALLIES: one place for every article. */
static struct prior prior_of(const struct versions *versions, int64_t from_ms, int64_t to_ms,
                             struct tally *tallies)
{
    const size_t count = names_count(versions->names);
    for (size_t i = 0; i < count; i++) {
        const struct versions_side side = side_of(&versions->histories[i], from_ms, to_ms);
        tallies[i] = tally_of(&side);
    }
    return stats_prior(tallies, count);
}

static void compare(const struct versions *versions, size_t number, struct versions_edit *edit,
                    struct tally *tallies, struct peer *peers)
{
    const struct history *history = &versions->histories[number];
    const int64_t from_ms = edit->at_ms - edit->span_ms, to_ms = edit->at_ms + edit->span_ms;
    const struct prior before = prior_of(versions, from_ms, edit->at_ms, tallies);
    const struct prior after = prior_of(versions, edit->at_ms, to_ms, tallies);
    edit->before = side_of(history, from_ms, edit->at_ms);
    edit->after = side_of(history, edit->at_ms, to_ms);
    edit->before.shrunk_rate = stats_shrink(&before, tally_of(&edit->before));
    edit->after.shrunk_rate = stats_shrink(&after, tally_of(&edit->after));
    edit->change = stats_subtract(edit->after.fail_rate, edit->before.shrunk_rate);
    edit->others = find_peers(versions, number, edit, &before, peers);
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
        if (step->at_ms < versions->options.from_ms || step->at_ms >= versions->options.to_ms)
            continue;
        if (mem_grow(&versions->edits, &versions->edit_capacity, versions->edit_count,
                     sizeof *versions->edits) < 0)
            return false;
        struct versions_edit *edit = &versions->edits[versions->edit_count++];
        *edit = (struct versions_edit){
            .article = names_text(versions->names, number),
            .version = step->version,
            .at_ms = step->at_ms,
            .span_ms = span_of(versions, history, i),
            .too_early = true,
        };
        if (edit->span_ms > 0)
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
        if (history->view_count > 0)
            qsort(history->views, history->view_count, sizeof *history->views, compare_views);
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
