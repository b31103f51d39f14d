/* tasks.c: gathers tasks from reports, flags and reviews, and lays the writers' marks over them. */
#include "app/report/tasks.h"

#include "app/agent/flags.h"
#include "app/report/report.h"
#include "base/clock.h"
#include "base/str.h"
#include "store/mark.h"

#include <math.h>

#define POSTPONED_DAYS 28
#define REVIEWED_MOST 20 /* articles that are reviewed without being told to */
#define QUARTER_DAYS 91
#define GROWN_FACTOR 1.5
#define GROWN_LEAST 3

struct tasks {
    struct service *service;
    struct report_set *reports;
    int64_t now_ms, from_ms, to_ms;
    json_t *list;
};

static json_t *field(const json_t *object, const char *name)
{
    return json_object_get(object, name);
}

static double number(const json_t *object, const char *name)
{
    return json_number_value(field(object, name));
}

static const char *text(const json_t *object, const char *name)
{
    return json_string_value(field(object, name));
}

/* Adds a task; ID and ABOUT are stolen. ARTICLE: NULL where there is none yet. */
static void add(struct tasks *tasks, const char *kind, char *id, const char *title,
                const char *article, double tickets, json_t *about)
{
    (void)json_array_append_new(
        tasks->list,
        json_pack("{s:s?, s:s, s:s, s:s?, s:s?, s:f, s:o?}", "task", id, "kind", kind, "state",
                  mark_state_name(MARK_OPEN), "title", title, "article", article, "tickets",
                  tickets, "about", about));
    mem_free(id);
}

/* *RET is borrowed. */
static enum status read_report(const struct tasks *tasks, const char *kind, int64_t from_ms,
                               json_t **ret, struct error *err)
{
    const struct report_request request = {
        .kind = kind, .from_ms = from_ms, .to_ms = tasks->to_ms};
    return report_set_get(tasks->reports, &request, ret, err);
}

/* ---- Articles that fail, and edits that made it worse ---- */

static void add_edits(struct tasks *tasks, const json_t *row)
{
    const char *article = text(row, "article"), *title = text(row, "title");
    size_t i;
    json_t *edit;
    json_array_foreach(field(row, "versions"), i, edit)
    {
        const double low = number(field(edit, "difference"), "low");
        const char *at = text(edit, "at");
        if (!at || low <= 0 || json_is_true(field(edit, "too_early")))
            continue;
        add(tasks, "check", mem_printf("check:%s:%.10s", article, at), title, article,
            low * number(field(edit, "after"), "viewed"),
            json_pack("{s:s%, s:O?, s:O?}", "day", at, (size_t)10, "difference",
                      field(edit, "difference"), "viewed", field(field(edit, "after"), "viewed")));
    }
}

static enum status add_articles(struct tasks *tasks, struct error *err)
{
    json_t *report = NULL;
    const enum status status = read_report(tasks, "articles", tasks->from_ms, &report, err);
    const double base = number(field(report, "base_rate"), "value");
    size_t i;
    json_t *row;
    json_array_foreach(field(report, "rows"), i, row)
    {
        const double excess = number(row, "excess_tickets");
        const char *article = text(row, "article");
        add_edits(tasks, row);
        if (excess >= 1)
            add(tasks, "fix", mem_printf("fix:%s", article), text(row, "title"), article, excess,
                json_pack("{s:O?, s:O?, s:f}", "viewed", field(row, "viewed"), "failed",
                          field(row, "failed"), "usual", round(base * number(row, "viewed"))));
    }
    return status;
}

/* ---- Gaps ---- */

static enum status add_gaps(struct tasks *tasks, struct error *err)
{
    json_t *report = NULL;
    const enum status status = read_report(tasks, "gaps", tasks->from_ms, &report, err);
    size_t i;
    json_t *row;
    json_array_foreach(field(report, "rows"), i, row)
    {
        if (number(row, "tickets") < 1)
            continue;
        add(tasks, "write", mem_printf("write:%s", text(row, "gap")), text(row, "label"), NULL,
            number(row, "tickets"),
            json_pack("{s:O?, s:O?, s:O?, s:O?, s:O?}", "gap", field(row, "gap"), "asked",
                      field(row, "queries"), "tickets", field(row, "tickets"), "quotes",
                      field(row, "phrases"), "nearest_article", field(row, "nearest_article")));
    }
    return status;
}

/* ---- The articles there are: titles for flags, and reviews ---- */

struct shelf {
    struct tasks *tasks;
    json_t *titles;     /* by id */
    json_t *most_read;  /* views by id, of the articles most read in the last quarter */
};

static bool see_article(void *arg, const struct index_summary *article)
{
    struct shelf *shelf = arg;
    const struct tasks *tasks = shelf->tasks;
    const json_t *viewed = field(shelf->most_read, article->id);
    const int64_t last_ms =
        article->reviewed_ms >= 0 ? article->reviewed_ms : article->updated_ms;
    int64_t every_ms = article->review_every_ms >= 0
                           ? article->review_every_ms
                           : service_config(tasks->service)->review_every_ms;
    char day[CLOCK_TEXT_SIZE];
    (void)json_object_set_new(shelf->titles, article->id, json_string(article->title));
    if (every_ms < 0 && viewed)
        every_ms = QUARTER_DAYS * MS_PER_DAY;
    if (every_ms < 0 || last_ms < 0 || last_ms + every_ms >= tasks->now_ms ||
        article->status != ARTICLE_PUBLISHED)
        return true;
    clock_format_day(last_ms, day);
    add(shelf->tasks, "review", mem_printf("review:%s:%s", article->id, day), article->title,
        article->id, 0,
        json_pack("{s:s, s:I, s:s?}", "last", day, "viewed",
                  (json_int_t)json_integer_value(viewed), "owner", article->owner));
    return true;
}

/* *RET: views by id, of the REVIEWED_MOST articles most often read in the last quarter. */
static enum status find_most_read(const struct tasks *tasks, json_t **ret, struct error *err)
{
    json_t *report = NULL;
    const enum status status =
        read_report(tasks, "articles", tasks->to_ms - QUARTER_DAYS * MS_PER_DAY, &report, err);
    json_t *most = json_object();
    for (int n = 0; n < REVIEWED_MOST; n++) {
        const json_t *best = NULL;
        size_t i;
        json_t *row;
        json_array_foreach(field(report, "rows"), i, row)
        {
            if (number(row, "viewed") > (best ? number(best, "viewed") : 0) &&
                !field(most, text(row, "article")))
                best = row;
        }
        if (best)
            (void)json_object_set(most, text(best, "article"), field(best, "viewed"));
    }
    *ret = most;
    return status;
}

static bool see_flag(void *arg, const struct flag *flag)
{
    struct shelf *shelf = arg;
    const char *title = flag->article ? text(shelf->titles, flag->article) : NULL;
    char day[CLOCK_TEXT_SIZE];
    if (flag->state == FLAG_DONE)
        return true;
    if (!title)
        title = flag->article ? flag->article : flag->note;
    clock_format_day(flag->created_ms, day);
    add(shelf->tasks, "flag", mem_printf("flag:%lld", (long long)flag->id), title ? title : "–",
        flag->article, 1,
        json_pack("{s:s, s:s?, s:s?, s:s?, s:s}", "kind", flag_kind_name(flag->kind), "note",
                  flag->note, "ticket", flag->ticket, "agent", flag->agent, "day", day));
    return true;
}

static enum status add_from_shelf(struct tasks *tasks, struct error *err)
{
    _cleanup_json_ json_t *titles = json_object(), *most_read = NULL;
    const struct index_list_filter everything = {0};
    struct index_reader *reader = NULL;
    enum status status = find_most_read(tasks, &most_read, err);
    struct shelf shelf = {tasks, titles, most_read};
    if (status != STATUS_OK)
        return status;
    /* Without an index there are no articles to review. */
    if (service_take_reader(tasks->service, &reader, NULL) == STATUS_OK) {
        status = index_list(reader, &everything, see_article, &shelf, err);
        service_give_reader(tasks->service, reader);
    }
    return status != STATUS_OK
               ? status
               : store_each_flag(service_store(tasks->service), NULL, see_flag, &shelf, err);
}

/* ---- Marks ---- */

static json_t *find(const json_t *list, const char *task)
{
    size_t i;
    json_t *one;
    json_array_foreach(list, i, one)
    {
        if (str_equal(text(one, "task"), task))
            return one;
    }
    return NULL;
}

/* True where MARK hides the task, which is about TICKETS now. */
static bool holds(const struct mark *mark, double tickets, int64_t now_ms)
{
    const bool grown =
        tickets >= GROWN_FACTOR * mark->tickets && tickets >= mark->tickets + GROWN_LEAST;
    if (mark->state == MARK_TAKEN)
        return true;
    if (mark->state == MARK_POSTPONED && now_ms >= mark->at_ms + POSTPONED_DAYS * MS_PER_DAY)
        return false;
    return !grown;
}

static bool apply_mark(void *arg, const struct mark *mark)
{
    struct tasks *tasks = arg;
    json_t *task = find(tasks->list, mark->task);
    char at[CLOCK_TEXT_SIZE], until[CLOCK_TEXT_SIZE];
    if (!task || !holds(mark, number(task, "tickets"), tasks->now_ms))
        return true;
    clock_format(mark->at_ms, at);
    clock_format_day(mark->at_ms + POSTPONED_DAYS * MS_PER_DAY, until);
    (void)json_object_set_new(task, "state", json_string(mark_state_name(mark->state)));
    (void)json_object_set_new(task, "marked", json_string(at));
    if (mark->owner)
        (void)json_object_set_new(task, "owner", json_string(mark->owner));
    if (mark->state == MARK_POSTPONED)
        (void)json_object_set_new(task, "until", json_string(until));
    return true;
}

/* ---- All of it ---- */

static int by_tickets(const void *a, const void *b)
{
    const json_t *one = *(json_t *const *)a, *other = *(json_t *const *)b;
    const double x = number(one, "tickets"), y = number(other, "tickets");
    if (x != y)
        return x < y ? 1 : -1;
    return strcmp(text(one, "task"), text(other, "task"));
}

/* The tasks of LIST in STATE (NULL: any), sorted. NULL: memory is short. */
static json_t *sorted(const json_t *list, const char *state)
{
    const size_t all = json_array_size(list);
    _cleanup_free_ json_t **order = mem_zero(all + 1, sizeof(json_t *));
    json_t *result = json_array();
    size_t count = 0;
    if (!order)
        return NULL;
    for (size_t i = 0; i < all; i++) {
        json_t *task = json_array_get(list, i);
        if (text(task, "task") && (!state || str_equal(text(task, "state"), state)))
            order[count++] = task;
    }
    qsort(order, count, sizeof *order, by_tickets);
    for (size_t i = 0; i < count; i++)
        (void)json_array_append(result, order[i]);
    return result;
}

/* Every task there is, marks included, into tasks->list. */
static enum status gather(struct tasks *tasks, struct error *err)
{
    enum status status;
    report_default_range(tasks->now_ms, &tasks->from_ms, &tasks->to_ms);
    if ((status = add_articles(tasks, err)) != STATUS_OK ||
        (status = add_gaps(tasks, err)) != STATUS_OK ||
        (status = add_from_shelf(tasks, err)) != STATUS_OK)
        return status;
    return store_each_mark(service_store(tasks->service), apply_mark, tasks, err);
}

static enum status read_state(const char *name, enum mark_state *ret, struct error *err)
{
    if (name && mark_state_parse(slice_of(name), ret))
        return STATUS_OK;
    return error_set(err, STATUS_UNPROCESSABLE,
                     "state must be open, taken, postponed or dismissed");
}

enum status tasks_from_reports(struct report_set *reports, const char *state, json_t **ret,
                               struct error *err)
{
    _cleanup_json_ json_t *list = json_array();
    struct tasks tasks = {.service = reports->service,
                          .reports = reports,
                          .now_ms = clock_now_ms(),
                          .list = list};
    enum mark_state wanted;
    char from[CLOCK_TEXT_SIZE], to[CLOCK_TEXT_SIZE];
    enum status status = state ? read_state(state, &wanted, err) : STATUS_OK;
    if (status == STATUS_OK)
        status = gather(&tasks, err);
    if (status != STATUS_OK)
        return status;
    clock_format_day(tasks.from_ms, from);
    clock_format_day(tasks.to_ms, to);
    *ret = json_pack("{s:s, s:s, s:o}", "from", from, "to", to, "tasks", sorted(list, state));
    return *ret ? STATUS_OK : error_memory(err);
}

enum status service_tasks_json(struct service *service, const char *state, json_t **ret,
                               struct error *err)
{
    _cleanup_report_set_ struct report_set reports = REPORT_SET_INIT(service);
    return tasks_from_reports(&reports, state, ret, err);
}

/* What agents see of a flag follows what writers do with it. */
static enum status tell_flag(struct service *service, const char *task, enum mark_state state,
                             const char *who, const json_t *object, struct error *err)
{
    int64_t id;
    if (!str_starts(task, "flag:") || state == MARK_POSTPONED ||
        !str_to_int64(slice_of(task + strlen("flag:")), &id))
        return STATUS_OK;
    return flags_set(service, id,
                     state == MARK_TAKEN       ? FLAG_TAKEN
                     : state == MARK_DISMISSED ? FLAG_DONE
                                               : FLAG_OPEN,
                     who, object, err);
}

enum status service_mark_task(struct service *service, const char *task, const json_t *object,
                              const char *who, json_t **ret, struct error *err)
{
    _cleanup_json_ json_t *list = json_array();
    _cleanup_report_set_ struct report_set reports = REPORT_SET_INIT(service);
    struct tasks tasks = {
        .service = service, .reports = &reports, .now_ms = clock_now_ms(), .list = list};
    struct mark mark = {.task = task, .owner = who, .at_ms = tasks.now_ms};
    json_t *known = NULL;
    enum status status = read_state(text(object, "state"), &mark.state, err);
    if (status == STATUS_OK)
        status = gather(&tasks, err);
    if (status == STATUS_OK && !(known = find(list, task)))
        status = error_set(err, STATUS_NOT_FOUND, "there is no task %s now", task);
    if (status != STATUS_OK)
        return status;
    mark.tickets = number(known, "tickets");
    status = store_put_mark(service_store(service), &mark, err);
    if (status == STATUS_OK)
        status = tell_flag(service, task, mark.state, who, object, err);
    if (status != STATUS_OK)
        return status;
    for (const char *const *name = (const char *const[]){"owner", "until", "marked", NULL}; *name;
         name++)
        (void)json_object_del(known, *name);
    (void)json_object_set_new(known, "state", json_string(mark_state_name(MARK_OPEN)));
    if (mark.state != MARK_OPEN)
        (void)apply_mark(&tasks, &mark);
    *ret = json_incref(known);
    return STATUS_OK;
}
