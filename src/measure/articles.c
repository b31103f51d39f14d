/* articles.c: one pass over each episode's events, then the rates. */
#include "measure/articles.h"

#include "base/mem.h"
#include "measure/names.h"

#include <stdlib.h>
#include <string.h>

struct record {
    struct articles_row row;
    int64_t *reads; /* visible time by episode */
    size_t read_count, read_capacity;
    /* What the episode at hand did with it; valid while `episode` is its number. */
    uint64_t episode;
    bool shown, viewed, solved, read;
    int64_t read_ms;
};

/* The last vote of one session on one article. */
struct vote {
    size_t article;
    enum event_value value;
    int64_t at_ms;
};

struct articles {
    struct articles_options options;
    struct names *names, *vote_names;
    struct record *records; /* by number in names, until they are sorted */
    size_t record_capacity;
    struct vote *votes; /* by number in vote_names */
    size_t vote_capacity;
    size_t *touched; /* articles of the episode at hand */
    size_t touched_count, touched_capacity;
    uint64_t episode;
    struct estimate base_rate;
    struct prior prior;
};

struct articles *articles_new(const struct articles_options *options)
{
    _cleanup_(articles_freep) struct articles *articles = mem_zero(1, sizeof *articles);
    if (!articles)
        return NULL;
    articles->options = *options;
    articles->names = names_new();
    articles->vote_names = names_new();
    return articles->names && articles->vote_names ? steal_pointer(&articles) : NULL;
}

struct articles *articles_free(struct articles *articles)
{
    if (!articles)
        return NULL;
    for (size_t i = 0; articles->names && i < names_count(articles->names); i++)
        mem_free(articles->records[i].reads);
    mem_free(articles->records);
    mem_free(articles->votes);
    mem_free(articles->touched);
    names_free(articles->names);
    names_free(articles->vote_names);
    return mem_free(articles);
}

/* The record of ARTICLE; NULL when memory is short. Valid until the next call. */
static struct record *record_of(struct articles *articles, const char *article)
{
    size_t number;
    const size_t known = names_count(articles->names);
    if (mem_grow(&articles->records, &articles->record_capacity, known, sizeof(struct record)) <
            0 ||
        !names_add(articles->names, slice_of(article), &number))
        return NULL;
    struct record *record = &articles->records[number];
    if (number == known)
        *record = (struct record){.row = {.article = names_text(articles->names, number)}};
    return record;
}

/* As record_of, and the record notes what this episode does. */
static struct record *touch(struct articles *articles, const char *article)
{
    struct record *record = record_of(articles, article);
    if (!record || record->episode == articles->episode)
        return record;
    if (mem_grow(&articles->touched, &articles->touched_capacity, articles->touched_count,
                 sizeof *articles->touched) < 0)
        return NULL;
    articles->touched[articles->touched_count++] = (size_t)(record - articles->records);
    record->episode = articles->episode;
    record->shown = record->viewed = record->solved = record->read = false;
    record->read_ms = 0;
    return record;
}

static bool add_shown(struct articles *articles, const struct event *event)
{
    if (event->place != PLACE_FORM || event->arm == ARM_HOLDOUT)
        return true;
    for (size_t i = 0; event->results && event->results[i]; i++) {
        struct record *record = touch(articles, event->results[i]);
        if (!record)
            return false;
        record->shown = true;
    }
    return true;
}

static bool add_vote(struct articles *articles, const struct event *event)
{
    size_t number;
    const size_t known = names_count(articles->vote_names);
    const struct record *record = record_of(articles, event->article);
    _cleanup_free_ char *key =
        mem_printf("%s\n%s", event->session ? event->session : "", event->article);
    if (!record || !key ||
        mem_grow(&articles->votes, &articles->vote_capacity, known, sizeof *articles->votes) < 0 ||
        !names_add(articles->vote_names, slice_of(key), &number))
        return false;
    struct vote *vote = &articles->votes[number];
    if (number == known || event->at_ms >= vote->at_ms)
        *vote = (struct vote){(size_t)(record - articles->records), event->value, event->at_ms};
    return true;
}

static bool add_event(struct articles *articles, const struct event *event)
{
    if (event->type == EVENT_SEARCH)
        return add_shown(articles, event);
    if (!event->article)
        return true;
    if (event->type == EVENT_VOTE)
        return add_vote(articles, event);
    struct record *record = touch(articles, event->article);
    if (!record)
        return false;
    if (event->type == EVENT_VIEW && event->part == PART_ARTICLE)
        record->viewed = true;
    if (event->type == EVENT_SOLVED)
        record->solved = true;
    if (event->type == EVENT_READ) {
        record->read = true;
        record->read_ms += event->ms;
    }
    return true;
}

/* What the episode did with one article goes into its row. */
static bool count_record(struct record *record, enum episode_outcome outcome)
{
    struct articles_row *row = &record->row;
    row->shown += record->shown;
    row->viewed += record->viewed;
    row->failed += record->viewed && outcome == EPISODE_TICKET;
    row->solved += record->viewed && record->solved && outcome == EPISODE_SOLVED;
    if (!record->read)
        return true;
    if (mem_grow(&record->reads, &record->read_capacity, record->read_count,
                 sizeof *record->reads) < 0)
        return false;
    record->reads[record->read_count++] = record->read_ms;
    return true;
}

static const char *last_viewed(const struct episode *episode)
{
    for (size_t i = episode->count; i-- > 0;) {
        const struct event *event = episode->events[i];
        if (event->type == EVENT_VIEW && event->part == PART_ARTICLE && event->article)
            return event->article;
    }
    return NULL;
}

bool articles_add(void *arg, const struct episode *episode)
{
    struct articles *articles = arg;
    const struct articles_options *options = &articles->options;
    if (!episode->counted || episode->open || episode->first_ms < options->from_ms ||
        episode->first_ms >= options->to_ms || !episodes_lang_fits(episode->lang, options->lang))
        return true;
    articles->episode++;
    articles->touched_count = 0;
    for (size_t i = 0; i < episode->count; i++) {
        if (!add_event(articles, episode->events[i]))
            return false;
    }
    for (size_t i = 0; i < articles->touched_count; i++) {
        if (!count_record(&articles->records[articles->touched[i]], episode->outcome))
            return false;
    }
    const char *last = last_viewed(episode);
    size_t number;
    if (last && episode->outcome == EPISODE_TICKET &&
        names_find(articles->names, slice_of(last), &number))
        articles->records[number].row.failed_last++;
    return true;
}

bool articles_link(struct articles *articles, const char *article, int64_t count)
{
    struct record *record = record_of(articles, article);
    if (record)
        record->row.linked += count;
    return record != NULL;
}

static void count_votes(struct articles *articles)
{
    for (size_t i = 0; i < names_count(articles->vote_names); i++) {
        struct articles_row *row = &articles->records[articles->votes[i].article].row;
        row->up += articles->votes[i].value == VALUE_UP;
        row->down += articles->votes[i].value == VALUE_DOWN;
    }
}

/* The prior and the base rate, from the rows in which a ticket is a failure. */
static bool find_base(struct articles *articles)
{
    const size_t count = names_count(articles->names);
    size_t used = 0;
    struct tally all = {0};
    _cleanup_free_ struct tally *tallies = mem_zero(count, sizeof *tallies);
    if (!tallies)
        return false;
    for (size_t i = 0; i < count; i++) {
        const struct articles_row *row = &articles->records[i].row;
        if (row->contact_expected)
            continue;
        tallies[used++] = (struct tally){row->failed, row->viewed};
        all.hits += row->failed;
        all.n += row->viewed;
    }
    articles->prior = stats_prior(tallies, used);
    articles->base_rate = stats_wilson(all);
    return true;
}

static void find_rates(const struct articles *articles, struct record *record)
{
    struct articles_row *row = &record->row;
    const struct tally tally = {row->failed, row->viewed};
    row->read_ms_median = stats_median(record->reads, record->read_count);
    row->fail_rate = stats_wilson(tally);
    row->shrunk_rate = stats_shrink(&articles->prior, tally);
    if (!row->contact_expected && row->shrunk_rate.known)
        row->excess_tickets =
            (double)row->viewed * (row->shrunk_rate.value - articles->base_rate.value);
}

static int compare_records(const void *a, const void *b)
{
    const struct articles_row *x = &((const struct record *)a)->row,
                              *y = &((const struct record *)b)->row;
    if (x->excess_tickets != y->excess_tickets)
        return x->excess_tickets > y->excess_tickets ? -1 : 1;
    if (x->viewed != y->viewed)
        return x->viewed > y->viewed ? -1 : 1;
    return strcmp(x->article, y->article);
}

bool articles_finish(struct articles *articles)
{
    const struct articles_options *options = &articles->options;
    const size_t count = names_count(articles->names);
    for (size_t i = 0; options->contact_expected && i < count; i++) {
        struct articles_row *row = &articles->records[i].row;
        row->contact_expected =
            options->contact_expected(options->contact_expected_arg, row->article);
    }
    count_votes(articles);
    if (!find_base(articles))
        return false;
    for (size_t i = 0; i < count; i++)
        find_rates(articles, &articles->records[i]);
    if (count > 0)
        qsort(articles->records, count, sizeof *articles->records, compare_records);
    return true;
}

size_t articles_count(const struct articles *articles)
{
    return names_count(articles->names);
}

const struct articles_row *articles_row(const struct articles *articles, size_t index)
{
    return &articles->records[index].row;
}

struct estimate articles_base_rate(const struct articles *articles)
{
    return articles->base_rate;
}

struct prior articles_prior(const struct articles *articles)
{
    return articles->prior;
}
