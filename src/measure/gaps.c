/* gaps.c: collects unanswered texts, groups them, tells each group's size, cost, trend and words.
 */
#include "measure/gaps.h"

#include "base/digest.h"
#include "base/str.h"
#include "measure/clusters.h"
#include "measure/names.h"
#include "measure/phrases.h"
#include "measure/request.h"
#include "measure/searches.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NONE SIZE_MAX
#define ANSWERED_SHARE 3 /* a group of which one in so many was answered is no gap */

/* One unanswered text. */
struct item {
    size_t text;    /* number in clusters; its group after the end */
    size_t wording; /* number in names */
    size_t lang;    /* number in names, NONE: not known */
    size_t shown;   /* article shown first, number in names, NONE: none */
    uint64_t episode;
    int64_t at_ms;
    double likeness; /* to its group's centroid */
    bool ticket, empty, answered;
};

struct gaps {
    struct gaps_options options;
    struct clusters *clusters;
    struct names *names;    /* wordings, languages, articles */
    struct names *sessions; /* of tickets that were seen */
    struct item *items;
    size_t item_count, item_capacity;
    uint64_t episode;
    struct gaps_row *rows;
    size_t row_count;
};

struct gaps *gaps_new(const struct gaps_options *options)
{
    _cleanup_(gaps_freep) struct gaps *gaps = mem_zero(1, sizeof *gaps);
    if (!gaps || !(gaps->clusters = clusters_new()) || !(gaps->names = names_new()) ||
        !(gaps->sessions = names_new()))
        return NULL;
    gaps->options = *options;
    return steal_pointer(&gaps);
}

struct gaps *gaps_free(struct gaps *gaps)
{
    if (!gaps)
        return NULL;
    clusters_free(gaps->clusters);
    names_free(gaps->names);
    names_free(gaps->sessions);
    mem_free(gaps->items);
    mem_free(gaps->rows);
    return mem_free(gaps);
}

/* ---- Texts ---- */

static bool name(struct gaps *gaps, const char *text, size_t *ret)
{
    *ret = NONE;
    return !text || names_add(gaps->names, slice_of(text), ret);
}

/* Adds an item whose place in the groups TEXT decides and which is shown as WORDING. */
static bool add_item(struct gaps *gaps, const char *text, const char *wording, const char *lang,
                     struct item item)
{
    _cleanup_buf_ struct buf form = BUF_INIT(WORDING_BYTES);
    if (!gaps->options.wording(gaps->options.wording_arg, text, lang, &form))
        return false;
    if (form.length == 0)
        return true; /* of stop words alone: nothing to write an article about */
    if (mem_grow(&gaps->items, &gaps->item_capacity, gaps->item_count, sizeof item) < 0 ||
        !clusters_add(gaps->clusters, buf_str(&form), &item.text) ||
        !name(gaps, wording, &item.wording) || !name(gaps, lang, &item.lang))
        return false;
    item.episode = gaps->episode;
    gaps->items[gaps->item_count++] = item;
    return true;
}

static bool add_search(struct gaps *gaps, const struct event *search, bool answered)
{
    struct item item = {
        .at_ms = search->at_ms, .empty = search_empty(search), .answered = answered};
    return name(gaps, item.empty ? NULL : search->results[0], &item.shown) &&
           add_item(gaps, search->query, search->query, search->lang, item);
}

static bool add_request(struct gaps *gaps, const struct request_words *words, int64_t at_ms)
{
    const struct item item = {.at_ms = at_ms, .ticket = true, .shown = NONE};
    _cleanup_free_ char *text = request_text(words);
    _cleanup_free_ char *title = request_title(words);
    return text && title && add_item(gaps, text, title, words->lang, item);
}

static bool add_ticket(struct gaps *gaps, const struct episode *episode, const struct event *ticket)
{
    struct request_words words;
    return !request_words_of(episode, ticket, &words) || add_request(gaps, &words, ticket->at_ms);
}

static bool viewed(const struct episode *episode)
{
    for (size_t i = 0; i < episode->count; i++) {
        if (episode->events[i]->type == EVENT_VIEW)
            return true;
    }
    return false;
}

static bool note_session(struct gaps *gaps, const struct event *ticket)
{
    size_t number;
    return str_empty(ticket->session) ||
           names_add(gaps->sessions, slice_of(ticket->session), &number);
}

bool gaps_add(void *arg, const struct episode *episode)
{
    struct gaps *gaps = arg;
    const bool unread = !viewed(episode);
    if (episode->first_ms < gaps->options.from_ms || episode->first_ms >= gaps->options.to_ms ||
        !episodes_lang_fits(episode->lang, gaps->options.lang))
        return true;
    gaps->episode++;
    for (size_t i = 0; i < episode->count; i++) {
        const struct event *event = episode->events[i];
        if (search_counts(episode, i) && !search_held_out(event)) {
            const bool opened = search_view(episode, i) != NULL;
            const bool answered = episode->outcome == EPISODE_SOLVED ||
                                  (opened && episode->outcome != EPISODE_TICKET);
            /* Opened and then a ticket: the article's failure, not a gap. */
            if ((answered || !opened) && !add_search(gaps, event, answered))
                return false;
        }
        if (event->type == EVENT_TICKET && !note_session(gaps, event))
            return false;
        if (event->type == EVENT_TICKET && unread && episode->arm == ARM_SUGGEST &&
            !add_ticket(gaps, episode, event))
            return false;
    }
    return true;
}

bool gaps_add_ticket(struct gaps *gaps, const char *session, const char *subject, const char *body,
                     const char *lang, int64_t at_ms)
{
    size_t number;
    if (at_ms < gaps->options.from_ms || at_ms >= gaps->options.to_ms ||
        !episodes_lang_fits(lang, gaps->options.lang) ||
        (session && names_find(gaps->sessions, slice_of(session), &number)))
        return true;
    gaps->episode++;
    return add_request(gaps, &(struct request_words){subject, body, lang}, at_ms);
}

/* ---- Groups ---- */

static int compare_items(const void *a, const void *b)
{
    const struct item *x = a, *y = b;
    if (x->text != y->text)
        return x->text < y->text ? -1 : 1;
    if (x->episode != y->episode)
        return x->episode < y->episode ? -1 : 1;
    if (x->answered != y->answered)
        return y->answered - x->answered;
    return y->ticket - x->ticket;
}

/* ITEMS of one group, by episode, answered ones first, then tickets: who asked twice and was
 * answered once was answered. */
static void count_group(const struct gaps *gaps, const struct item *items, size_t count,
                        struct gaps_row *row)
{
    const int64_t middle_ms =
        gaps->options.from_ms + (gaps->options.to_ms - gaps->options.from_ms) / 2;
    bool answered = false;
    for (size_t i = 0; i < count; i++) {
        const struct item *item = &items[i];
        const bool first = i == 0 || items[i - 1].episode != item->episode;
        answered = first ? item->answered : answered;
        row->answered += first && answered;
        if (answered)
            continue;
        row->episodes += first;
        row->tickets += first && item->ticket;
        row->earlier += first && item->at_ms < middle_ms;
        row->later += first && item->at_ms >= middle_ms;
        row->queries += !item->ticket;
        row->zero_results += item->empty;
        row->not_clicked += !item->ticket && !item->empty;
    }
}

static void name_group(const struct gaps *gaps, const struct item *items, size_t count,
                       struct phrase *phrases, struct gaps_row *row)
{
    size_t worded = 0, shown = 0;
    for (size_t i = 0; i < count; i++) {
        if (!items[i].answered)
            phrases[worded++] =
                (struct phrase){names_text(gaps->names, items[i].wording), items[i].wording,
                                items[i].lang, 1, items[i].likeness};
    }
    const size_t wordings = phrases_rank(phrases, worded);
    for (size_t i = 0; i < GAPS_PHRASES && i < wordings; i++) {
        row->phrases[i] = phrases[i].text;
        row->phrase_counts[i] = phrases[i].count;
    }
    row->label = row->phrases[0];
    row->lang = phrases[0].note == NONE ? NULL : names_text(gaps->names, phrases[0].note);
    for (size_t i = 0; i < count; i++) {
        if (items[i].shown != NONE)
            phrases[shown++] = (struct phrase){names_text(gaps->names, items[i].shown),
                                               items[i].shown, NONE, 1, 0};
    }
    if (phrases_rank(phrases, shown) > 0)
        row->nearest = phrases[0].text;
}

static bool identify(const struct gaps *gaps, struct gaps_row *row)
{
    _cleanup_buf_ struct buf form = BUF_INIT(WORDING_BYTES);
    if (!gaps->options.wording(gaps->options.wording_arg, row->label, row->lang, &form))
        return false;
    (void)snprintf(
        row->id, sizeof row->id, "%08x",
        (unsigned)(digest_fnv((struct slice){buf_str(&form), form.length}) & UINT32_MAX));
    return true;
}

static int compare_rows(const void *a, const void *b)
{
    const struct gaps_row *x = a, *y = b;
    if (x->tickets != y->tickets)
        return x->tickets > y->tickets ? -1 : 1;
    if (x->episodes != y->episodes)
        return x->episodes > y->episodes ? -1 : 1;
    return strcmp(x->label, y->label);
}

/* The rows of the items, which are sorted by group; OPTIONS has one place an item. */
static bool make_rows(struct gaps *gaps, struct phrase *phrases)
{
    for (size_t from = 0, to; from < gaps->item_count; from = to) {
        const size_t group = gaps->items[from].text;
        struct gaps_row *row = &gaps->rows[gaps->row_count];
        for (to = from; to < gaps->item_count && gaps->items[to].text == group; to++)
            ;
        *row = (struct gaps_row){0};
        count_group(gaps, gaps->items + from, to - from, row);
        if (row->episodes == 0 || ANSWERED_SHARE * row->answered >= row->episodes + row->answered)
            continue;
        gaps->row_count++;
        name_group(gaps, gaps->items + from, to - from, phrases, row);
        for (size_t i = 0; i < GAPS_WORDS; i++)
            row->words[i] = clusters_word(gaps->clusters, group, i);
        if (!identify(gaps, row))
            return false;
    }
    if (gaps->row_count > 0)
        qsort(gaps->rows, gaps->row_count, sizeof *gaps->rows, compare_rows);
    return true;
}

bool gaps_finish(struct gaps *gaps)
{
    if (!clusters_finish(gaps->clusters))
        return false;
    gaps->rows = mem_zero(clusters_count(gaps->clusters), sizeof *gaps->rows);
    _cleanup_free_ struct phrase *phrases = mem_zero(gaps->item_count, sizeof *phrases);
    if (!gaps->rows || !phrases)
        return false;
    for (size_t i = 0; i < gaps->item_count; i++) {
        struct item *item = &gaps->items[i];
        item->likeness = clusters_likeness(gaps->clusters, item->text);
        item->text = clusters_of(gaps->clusters, item->text);
    }
    if (gaps->item_count > 0)
        qsort(gaps->items, gaps->item_count, sizeof *gaps->items, compare_items);
    return make_rows(gaps, phrases);
}

size_t gaps_count(const struct gaps *gaps)
{
    return gaps->row_count;
}

const struct gaps_row *gaps_row(const struct gaps *gaps, size_t index)
{
    return &gaps->rows[index];
}
