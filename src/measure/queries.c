/* queries.c: counts by normal form, merged by spelling at the end. */
#include "measure/queries.h"

#include "base/str.h"
#include "measure/names.h"
#include "measure/searches.h"
#include "measure/spelling.h"

#include <stdlib.h>
#include <string.h>

/* One way to write a question, or one article that a question led to. */
struct detail {
    size_t group;       /* number in forms, later in groups */
    const char *text;   /* borrowed from the key */
    int64_t main, side; /* times written; or times opened and times shown first */
};

struct details {
    struct names *names; /* "GROUP\nTEXT" */
    struct detail *list; /* by number in names */
    size_t capacity;
};

struct queries {
    struct queries_options options;
    struct names *forms, *groups;         /* normal forms as written, and after spelling */
    struct queries_row *form_rows, *rows; /* by number in those */
    size_t form_capacity;
    struct details wordings, articles;
};

struct queries *queries_new(const struct queries_options *options)
{
    _cleanup_(queries_freep) struct queries *queries = mem_zero(1, sizeof *queries);
    if (!queries)
        return NULL;
    queries->options = *options;
    queries->forms = names_new();
    queries->groups = names_new();
    queries->wordings.names = names_new();
    queries->articles.names = names_new();
    if (!queries->forms || !queries->groups || !queries->wordings.names || !queries->articles.names)
        return NULL;
    return steal_pointer(&queries);
}

struct queries *queries_free(struct queries *queries)
{
    if (!queries)
        return NULL;
    names_free(queries->forms);
    names_free(queries->groups);
    names_free(queries->wordings.names);
    names_free(queries->articles.names);
    mem_free(queries->wordings.list);
    mem_free(queries->articles.list);
    mem_free(queries->form_rows);
    mem_free(queries->rows);
    return mem_free(queries);
}

static bool note_detail(struct details *details, size_t group, const char *text, int64_t main,
                        int64_t side)
{
    size_t number;
    const size_t known = names_count(details->names);
    _cleanup_free_ char *key = mem_printf("%zu\n%s", group, text);
    if (!key || mem_grow(&details->list, &details->capacity, known, sizeof *details->list) < 0 ||
        !names_add(details->names, slice_of(key), &number))
        return false;
    struct detail *detail = &details->list[number];
    if (number == known)
        *detail = (struct detail){.group = group,
                                  .text = strchr(names_text(details->names, number), '\n') + 1};
    detail->main += main;
    detail->side += side;
    return true;
}

/* The row of the search's normal form, in *RET its number; NULL when memory is short. */
static struct queries_row *row_of(struct queries *queries, const struct event *search, size_t *ret)
{
    _cleanup_buf_ struct buf form = BUF_INIT(WORDING_BYTES);
    const size_t known = names_count(queries->forms);
    if (!queries->options.wording(queries->options.wording_arg, search->query, search->lang,
                                  &form) ||
        mem_grow(&queries->form_rows, &queries->form_capacity, known, sizeof(struct queries_row)) <
            0)
        return NULL;
    /* Of stop words alone, or beyond the cap: the question itself. */
    const char *name = form.length > 0 && !form.failed ? buf_str(&form) : search->query;
    if (!names_add(queries->forms, slice_of(name), ret))
        return NULL;
    if (*ret == known)
        queries->form_rows[known] = (struct queries_row){.form = names_text(queries->forms, known)};
    return &queries->form_rows[*ret];
}

static bool add_search(struct queries *queries, const struct episode *episode, size_t index,
                       const struct event *view)
{
    const struct event *search = episode->events[index];
    size_t group;
    struct queries_row *row = row_of(queries, search, &group);
    if (!row)
        return false;
    row->count++;
    row->zero_results += search_empty(search);
    row->not_clicked += !search_held_out(search) && !search_empty(search) && !view;
    row->then_ticket += episode->outcome == EPISODE_TICKET;
    if (!note_detail(&queries->wordings, group, search->query, 1, 0))
        return false;
    if (view && view->article && !note_detail(&queries->articles, group, view->article, 1, 0))
        return false;
    return search_held_out(search) || search_empty(search) ||
           note_detail(&queries->articles, group, search->results[0], 0, 1);
}

/* True where the same session viewed the article of `after`, and the search at INDEX is its first
 * since. */
static bool asked_next(const struct queries *queries, const struct episode *episode, size_t index)
{
    const struct event *search = episode->events[index];
    for (size_t i = index; i-- > 0;) {
        const struct event *event = episode->events[i];
        if (!str_equal(event->session, search->session))
            continue;
        if (event->type == EVENT_SEARCH)
            return false;
        if (event->type == EVENT_VIEW && str_equal(event->article, queries->options.after))
            return true;
    }
    return false;
}

bool queries_add(void *arg, const struct episode *episode)
{
    struct queries *queries = arg;
    const struct queries_options *options = &queries->options;
    if (episode->first_ms < options->from_ms || episode->first_ms >= options->to_ms ||
        !episodes_lang_fits(episode->lang, options->lang))
        return true;
    for (size_t i = 0; i < episode->count; i++) {
        if (!search_counts(episode, i) || (options->after && !asked_next(queries, episode, i)))
            continue;
        const struct event *view = search_view(episode, i);
        if (options->article && (!view || !str_equal(view->article, options->article)))
            continue;
        if (!add_search(queries, episode, i, view))
            return false;
    }
    return true;
}

/* ---- The end: spelling, wordings, articles ---- */

static bool learn_spelling(const struct queries *queries, struct spelling *spelling)
{
    for (size_t i = 0; i < names_count(queries->forms); i++) {
        if (!spelling_learn(spelling, queries->form_rows[i].form, queries->form_rows[i].count))
            return false;
    }
    return spelling_finish(spelling);
}

/* The number in groups of each form. */
static bool find_groups(struct queries *queries, size_t *groups)
{
    _cleanup_(spelling_freep) struct spelling *spelling = spelling_new();
    if (!spelling || !learn_spelling(queries, spelling))
        return false;
    for (size_t i = 0; i < names_count(queries->forms); i++) {
        _cleanup_buf_ struct buf form = BUF_INIT(2 * WORDING_BYTES);
        if (!spelling_correct(spelling, queries->form_rows[i].form, &form) ||
            !names_add(queries->groups, slice_of(buf_str(&form)), &groups[i]))
            return false;
    }
    return true;
}

static void merge_rows(struct queries *queries, const size_t *groups)
{
    for (size_t i = 0; i < names_count(queries->forms); i++) {
        struct queries_row *row = &queries->rows[groups[i]];
        const struct queries_row *part = &queries->form_rows[i];
        row->form = names_text(queries->groups, groups[i]);
        row->count += part->count;
        row->zero_results += part->zero_results;
        row->not_clicked += part->not_clicked;
        row->then_ticket += part->then_ticket;
    }
}

/* By group, then text. */
static int compare_by_text(const void *a, const void *b)
{
    const struct detail *x = a, *y = b;
    if (x->group != y->group)
        return x->group < y->group ? -1 : 1;
    return strcmp(x->text, y->text);
}

/* By group, then the larger counts, then text. */
static int compare_by_count(const void *a, const void *b)
{
    const struct detail *x = a, *y = b;
    if (x->group != y->group)
        return x->group < y->group ? -1 : 1;
    if (x->main != y->main)
        return x->main > y->main ? -1 : 1;
    if (x->side != y->side)
        return x->side > y->side ? -1 : 1;
    return strcmp(x->text, y->text);
}

/* Moves the details to their groups, adds up those that meet there and sorts them. Returns how many
 * are left. */
static size_t settle_details(struct details *details, const size_t *groups)
{
    const size_t count = names_count(details->names);
    size_t used = 0;
    if (count == 0)
        return 0;
    for (size_t i = 0; i < count; i++)
        details->list[i].group = groups[details->list[i].group];
    qsort(details->list, count, sizeof *details->list, compare_by_text);
    for (size_t i = 1; i < count; i++) {
        struct detail *last = &details->list[used];
        if (compare_by_text(last, &details->list[i]) == 0) {
            last->main += details->list[i].main;
            last->side += details->list[i].side;
        } else {
            details->list[++used] = details->list[i];
        }
    }
    qsort(details->list, used + 1, sizeof *details->list, compare_by_count);
    return used + 1;
}

static void name_rows(struct queries *queries, const size_t *groups)
{
    const size_t wordings = settle_details(&queries->wordings, groups);
    const size_t articles = settle_details(&queries->articles, groups);
    for (size_t i = wordings; i-- > 0;)
        queries->rows[queries->wordings.list[i].group].query = queries->wordings.list[i].text;
    for (size_t i = 0, place = 0; i < articles; i++) {
        const struct detail *detail = &queries->articles.list[i];
        place = i > 0 && queries->articles.list[i - 1].group == detail->group ? place + 1 : 0;
        if (place < QUERIES_TOP)
            queries->rows[detail->group].top_articles[place] = detail->text;
    }
}

static int compare_rows(const void *a, const void *b)
{
    const struct queries_row *x = a, *y = b;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    return strcmp(x->query, y->query);
}

bool queries_finish(struct queries *queries)
{
    _cleanup_free_ size_t *groups = mem_zero(names_count(queries->forms), sizeof *groups);
    if (!groups || !find_groups(queries, groups))
        return false;
    const size_t count = names_count(queries->groups);
    queries->rows = mem_zero(count, sizeof *queries->rows);
    if (!queries->rows)
        return false;
    merge_rows(queries, groups);
    name_rows(queries, groups);
    if (count > 0)
        qsort(queries->rows, count, sizeof *queries->rows, compare_rows);
    return true;
}

size_t queries_count(const struct queries *queries)
{
    return names_count(queries->groups);
}

const struct queries_row *queries_row(const struct queries *queries, size_t index)
{
    return &queries->rows[index];
}
