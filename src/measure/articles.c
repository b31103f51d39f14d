/* articles.c: one pass over each episode's events, then the rates. */
#include "measure/articles.h"

#include "base/mem.h"
#include "measure/names.h"

#include <stdlib.h>
#include <string.h>

struct record {
    struct articles_row row;
    struct figure_read *reads; /* visible time by episode, in order */
    size_t read_count;
};

struct articles {
    struct articles_options options;
    struct names *names;
    struct record *records; /* by number in names, until they are sorted */
    size_t record_capacity;
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
    return articles->names ? steal_pointer(&articles) : NULL;
}

struct articles *articles_free(struct articles *articles)
{
    if (!articles)
        return NULL;
    for (size_t i = 0; articles->names && i < names_count(articles->names); i++)
        mem_free(articles->records[i].reads);
    mem_free(articles->records);
    names_free(articles->names);
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

/* Merges the figure's reads into the record's; both are in order of time. */
static bool add_reads(struct record *record, const struct figure *figure)
{
    const struct figure_read *a = record->reads, *b = figure->reads;
    const struct figure_read *const a_end = a + record->read_count, *const b_end =
                                                                        b + figure->read_count;
    size_t count = 0;
    if (figure->read_count == 0)
        return true;
    struct figure_read *merged =
        mem_alloc((record->read_count + figure->read_count) * sizeof *merged);
    if (!merged)
        return false;
    while (a < a_end || b < b_end) {
        const bool from_a = b == b_end || (a < a_end && a->ms <= b->ms);
        const struct figure_read *next = from_a ? a++ : b++;
        if (count > 0 && merged[count - 1].ms == next->ms)
            merged[count - 1].count += next->count;
        else
            merged[count++] = *next;
    }
    mem_free(record->reads);
    record->reads = merged;
    record->read_count = count;
    return true;
}

bool articles_add(void *arg, const struct figure *figure)
{
    struct articles *articles = arg;
    const struct articles_options *options = &articles->options;
    if (figure->kind != FIGURE_ARTICLE ||
        !figure_fits(figure, options->from_ms, options->to_ms, options->lang))
        return true;
    struct record *record = record_of(articles, figure->article);
    if (!record)
        return false;
    struct articles_row *row = &record->row;
    row->shown += figure->counts[FIGURE_SHOWN];
    row->viewed += figure->counts[FIGURE_VIEWED];
    row->failed += figure->counts[FIGURE_FAILED];
    row->failed_last += figure->counts[FIGURE_FAILED_LAST];
    row->solved += figure->counts[FIGURE_SOLVED];
    row->up += figure->counts[FIGURE_UP];
    row->down += figure->counts[FIGURE_DOWN];
    return add_reads(record, figure);
}

bool articles_link(struct articles *articles, const char *article, int64_t count)
{
    struct record *record = record_of(articles, article);
    if (record)
        record->row.linked += count;
    return record != NULL;
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

/* The INDEXth of all in order of time. */
static double read_at(const struct figure_read *reads, int64_t index)
{
    while (index >= reads->count)
        index -= reads++->count;
    return (double)reads->ms;
}

/* The mean of the middle two of an even number; -1 for none. */
static double median_of(const struct figure_read *reads, size_t count)
{
    int64_t total = 0;
    if (count == 0)
        return -1;
    for (size_t i = 0; i < count; i++)
        total += reads[i].count;
    return (read_at(reads, (total - 1) / 2) + read_at(reads, total / 2)) / 2;
}

static void find_rates(const struct articles *articles, struct record *record)
{
    struct articles_row *row = &record->row;
    const struct tally tally = {row->failed, row->viewed};
    row->read_ms_median = median_of(record->reads, record->read_count);
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
