/* topics.c: requests as texts, grouped; counts by week and the spike test. */
#include "measure/topics.h"

#include "base/clock.h"
#include "base/digest.h"
#include "base/str.h"
#include "measure/clusters.h"
#include "measure/names.h"
#include "measure/phrases.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NONE SIZE_MAX
#define WEEK_MS (7 * MS_PER_DAY)
#define SPIKE_LEVEL 0.05
#define SPIKE_LEAST 5
#define SPIKE_FACTOR 2
#define SPIKE_WEEKS 3

/* One request. */
struct item {
    size_t text;                 /* number in clusters; its group after the end */
    size_t title, lang, article; /* numbers in names; NONE: none */
    int64_t at_ms;
    size_t order; /* so many requests were added before it */
    double likeness;
};

struct topics {
    struct topics_options options;
    struct clusters *clusters;
    struct names *names;    /* titles, languages, articles */
    struct names *sessions; /* of the requests taken from episodes */
    size_t
        *session_items; /* by number in sessions: the latest item; NONE: its ticket had no words */
    size_t session_capacity;
    struct item *items;
    size_t item_count, item_capacity;
    size_t requests; /* added, those without words too */
    struct topics_row *rows;
    size_t row_count;
};

struct topics *topics_new(const struct topics_options *options)
{
    _cleanup_(topics_freep) struct topics *topics = mem_zero(1, sizeof *topics);
    if (!topics || !(topics->clusters = clusters_new()) || !(topics->names = names_new()) ||
        !(topics->sessions = names_new()))
        return NULL;
    topics->options = *options;
    return steal_pointer(&topics);
}

struct topics *topics_free(struct topics *topics)
{
    if (!topics)
        return NULL;
    clusters_free(topics->clusters);
    names_free(topics->names);
    names_free(topics->sessions);
    mem_free(topics->session_items);
    mem_free(topics->items);
    mem_free(topics->rows);
    return mem_free(topics);
}

/* ---- Requests ---- */

static bool name(struct topics *topics, const char *text, size_t *ret)
{
    *ret = NONE;
    return str_empty(text) || names_add(topics->names, slice_of(text), ret);
}

/* Adds a request; *RET is its number, NONE where it has no words to go by. */
static bool add_request(struct topics *topics, const struct request_words *words, int64_t at_ms,
                        const char *article, size_t *ret)
{
    _cleanup_buf_ struct buf form = BUF_INIT(WORDING_BYTES);
    _cleanup_free_ char *text = request_text(words);
    _cleanup_free_ char *title = request_title(words);
    struct item item = {.at_ms = at_ms, .order = topics->requests++};
    *ret = NONE;
    if (!text || !title ||
        !topics->options.wording(topics->options.wording_arg, text, words->lang, &form))
        return false;
    if (form.length == 0)
        return true;
    if (mem_grow(&topics->items, &topics->item_capacity, topics->item_count, sizeof item) < 0 ||
        !clusters_add(topics->clusters, buf_str(&form), &item.text) ||
        !name(topics, title, &item.title) || !name(topics, words->lang, &item.lang) ||
        !name(topics, article, &item.article))
        return false;
    *ret = topics->item_count;
    topics->items[topics->item_count++] = item;
    return true;
}

static bool note_session(struct topics *topics, const char *session, size_t item)
{
    size_t number;
    const size_t known = names_count(topics->sessions);
    if (str_empty(session))
        return true;
    if (mem_grow(&topics->session_items, &topics->session_capacity, known,
                 sizeof *topics->session_items) < 0 ||
        !names_add(topics->sessions, slice_of(session), &number))
        return false;
    topics->session_items[number] = item;
    return true;
}

static bool in_period(const struct topics *topics, const char *lang, int64_t at_ms)
{
    return at_ms >= topics->options.from_ms && at_ms < topics->options.to_ms &&
           episodes_lang_fits(lang, topics->options.lang);
}

bool topics_add(void *arg, const struct episode *episode)
{
    struct topics *topics = arg;
    for (size_t i = 0; i < episode->count; i++) {
        const struct event *event = episode->events[i];
        struct request_words words;
        size_t item;
        if (event->type != EVENT_TICKET || !in_period(topics, episode->lang, event->at_ms) ||
            !request_words_of(episode, event, &words))
            continue;
        if (!add_request(topics, &words, event->at_ms, NULL, &item) ||
            (item != NONE && !note_session(topics, event->session, item)))
            return false;
    }
    return true;
}

bool topics_add_ticket(struct topics *topics, const char *session,
                       const struct request_words *words, int64_t at_ms, const char *article)
{
    size_t number;
    if (session && names_find(topics->sessions, slice_of(session), &number))
        return name(topics, article, &topics->items[topics->session_items[number]].article);
    return !in_period(topics, words->lang, at_ms) ||
           add_request(topics, words, at_ms, article, &number);
}

/* ---- Tests ---- */

double topics_spike_p(int64_t topic_last, int64_t topic_all, int64_t last, int64_t all)
{
    if (topic_last == 0)
        return 1;
    return gsl_cdf_hypergeometric_Q((unsigned)(topic_last - 1), (unsigned)topic_all,
                                    (unsigned)(all - topic_all), (unsigned)last);
}

/* True where the topic grew at least SPIKE_FACTOR times as much as all others together. */
static bool outgrew(const struct topics_row *row, int64_t last, int64_t all)
{
    const double topic_before = (double)(row->tickets - row->last_week);
    const double others_last = (double)(last - row->last_week);
    const double others_before = (double)(all - last) - topic_before;
    return (double)row->last_week * others_before >= SPIKE_FACTOR * topic_before * others_last;
}

struct estimate topics_change(int64_t before, int64_t after)
{
    const struct estimate part = stats_wilson((struct tally){after, before + after});
    if (!part.known || before == 0)
        return (struct estimate){0};
    return (struct estimate){
        .known = true,
        .value = part.value / (1 - part.value) - 1,
        .low = part.low / (1 - part.low) - 1,
        .high = part.high < 1 ? part.high / (1 - part.high) - 1 : INFINITY,
    };
}

static void test_spikes(struct topics *topics)
{
    const int64_t all = (int64_t)topics->item_count;
    int64_t last = 0;
    size_t tested = 0;
    if (topics->options.to_ms - topics->options.from_ms < SPIKE_WEEKS * WEEK_MS)
        return;
    for (size_t i = 0; i < topics->row_count; i++) {
        last += topics->rows[i].last_week;
        tested += topics->rows[i].tickets >= SPIKE_LEAST;
    }
    for (size_t i = 0; i < topics->row_count; i++) {
        struct topics_row *row = &topics->rows[i];
        if (row->tickets < SPIKE_LEAST)
            continue;
        row->spike_p = topics_spike_p(row->last_week, row->tickets, last, all);
        row->spike = row->spike_p < SPIKE_LEVEL / (double)tested && row->last_week >= SPIKE_LEAST &&
                     outgrew(row, last, all);
    }
}

/* ---- Groups ---- */

static int compare_items(const void *a, const void *b)
{
    const struct item *x = a, *y = b;
    if (x->text != y->text)
        return x->text < y->text ? -1 : 1;
    if (x->at_ms != y->at_ms)
        return x->at_ms < y->at_ms ? -1 : 1;
    return (x->title > y->title) - (x->title < y->title);
}

static int64_t count_between(const struct item *items, size_t count, int64_t from_ms, int64_t to_ms)
{
    int64_t found = 0;
    for (size_t i = 0; i < count; i++)
        found += items[i].at_ms >= from_ms && items[i].at_ms < to_ms;
    return found;
}

static void count_row(const struct topics *topics, const struct item *items, size_t count,
                      struct topics_row *row)
{
    const int64_t to_ms = topics->options.to_ms;
    row->tickets = (int64_t)count;
    row->share = stats_wilson((struct tally){row->tickets, (int64_t)topics->item_count});
    row->last_week = count_between(items, count, to_ms - WEEK_MS, to_ms);
    row->week_before = count_between(items, count, to_ms - 2 * WEEK_MS, to_ms - WEEK_MS);
    row->change = topics_change(row->week_before, row->last_week);
    row->spike_p = 1;
}

/* PHRASES has a place for each item. */
static void name_row(const struct topics *topics, const struct item *items, size_t count,
                     struct phrase *phrases, struct topics_row *row)
{
    size_t used = 0;
    for (size_t i = 0; i < count; i++)
        phrases[i] = (struct phrase){names_text(topics->names, items[i].title), items[i].title,
                                     items[i].lang, 1, items[i].likeness};
    used = phrases_rank(phrases, count);
    for (size_t i = 0; i < TOPICS_PHRASES && i < used; i++)
        row->phrases[i] = phrases[i].text;
    row->label = row->phrases[0];
    row->lang = phrases[0].note == NONE ? NULL : names_text(topics->names, phrases[0].note);
    used = 0;
    for (size_t i = 0; i < count; i++) {
        if (items[i].article != NONE)
            phrases[used++] = (struct phrase){names_text(topics->names, items[i].article),
                                              items[i].article, NONE, 1, 0};
    }
    row->linked = (int64_t)used;
    if (phrases_rank(phrases, used) > 0)
        row->linked_article = phrases[0].text;
}

static bool identify(const struct topics *topics, struct topics_row *row)
{
    _cleanup_buf_ struct buf form = BUF_INIT(WORDING_BYTES);
    if (!topics->options.wording(topics->options.wording_arg, row->label, row->lang, &form))
        return false;
    (void)snprintf(
        row->id, sizeof row->id, "%08x",
        (unsigned)(digest_fnv((struct slice){buf_str(&form), form.length}) & UINT32_MAX));
    return true;
}

static bool make_rows(struct topics *topics, struct phrase *phrases)
{
    for (size_t from = 0, to; from < topics->item_count; from = to) {
        const size_t group = topics->items[from].text;
        struct topics_row *row = &topics->rows[topics->row_count++];
        for (to = from; to < topics->item_count && topics->items[to].text == group; to++)
            ;
        row->first = from;
        count_row(topics, topics->items + from, to - from, row);
        name_row(topics, topics->items + from, to - from, phrases, row);
        for (size_t i = 0; i < TOPICS_WORDS; i++)
            row->words[i] = clusters_word(topics->clusters, group, i);
        if (!identify(topics, row))
            return false;
    }
    return true;
}

static int compare_rows(const void *a, const void *b)
{
    const struct topics_row *x = a, *y = b;
    if (x->tickets != y->tickets)
        return x->tickets > y->tickets ? -1 : 1;
    return strcmp(x->label, y->label);
}

bool topics_finish(struct topics *topics)
{
    if (!clusters_finish(topics->clusters))
        return false;
    topics->rows = mem_zero(clusters_count(topics->clusters), sizeof *topics->rows);
    _cleanup_free_ struct phrase *phrases = mem_zero(topics->item_count, sizeof *phrases);
    if (!topics->rows || !phrases)
        return false;
    for (size_t i = 0; i < topics->item_count; i++) {
        struct item *item = &topics->items[i];
        item->likeness = clusters_likeness(topics->clusters, item->text);
        item->text = clusters_of(topics->clusters, item->text);
    }
    if (topics->item_count > 0)
        qsort(topics->items, topics->item_count, sizeof *topics->items, compare_items);
    if (!make_rows(topics, phrases))
        return false;
    test_spikes(topics);
    if (topics->row_count > 0)
        qsort(topics->rows, topics->row_count, sizeof *topics->rows, compare_rows);
    return true;
}

size_t topics_count(const struct topics *topics)
{
    return topics->row_count;
}

const struct topics_row *topics_row(const struct topics *topics, size_t index)
{
    return &topics->rows[index];
}

int64_t topics_tickets(const struct topics *topics)
{
    return (int64_t)topics->item_count;
}

int64_t topics_between(const struct topics *topics, size_t index, int64_t from_ms, int64_t to_ms)
{
    const struct topics_row *row = &topics->rows[index];
    return count_between(topics->items + row->first, (size_t)row->tickets, from_ms, to_ms);
}

size_t topics_member(const struct topics *topics, size_t index, size_t member)
{
    return topics->items[topics->rows[index].first + member].order;
}
