/* insights_tasks.c: tasks of app/report/tasks.h in words: what to do, why, and what the figure cannot tell. */
#include "http/pages/insights.h"

#include "app/report/tasks.h"

enum { TODAY_ITEMS = 5 };

static const char *text(const json_t *object, const char *name)
{
    return json_string_value(view_field(object, name));
}

/* ---- One task ---- */

/* Where the task leads: to the gap's own page, or the article's; NULL where there is neither. */
static char *task_url(const struct view *view, const json_t *task)
{
    const char *article = text(task, "article"), *gap = text(view_field(task, "about"), "gap");
    if (gap)
        return mem_printf("/insights/gaps/%s", gap); /* of the last 30 days, as tasks are */
    return article ? view_url(view, "/insights/articles/", article) : NULL;
}

/* Why: text KIND_why, or of a flag by what was said, filled with what the task is about. */
static char *task_why(const struct view *view, const json_t *task)
{
    const json_t *about = view_field(task, "about");
    const char *kind = text(task, "kind"), *said = text(about, "kind"), *agent = text(about, "agent");
    _cleanup_free_ char *name = NULL;
    _cleanup_json_ json_t *values = json_copy((json_t *)about);
    if (!str_equal(kind, "flag")) {
        name = mem_printf("%s_why%s", kind, str_equal(kind, "review") && view_count(about, "viewed") ? "_read" : "");
        return name ? insights_fill(view->texts, name, values) : NULL;
    }
    (void)json_object_set(values, "said", view_field(view_field(view->page.texts, "desk"), said));
    (void)json_object_set_new(values, "agent", json_string(agent ? agent : "–"));
    return insights_fill(view->texts, text(about, "note") ? "flag_why_note" : "flag_why", values);
}

/* What a writer hands to the product team: counts and the customers' own words. */
static char *copy_for_others(const json_t *task, const char *why)
{
    _cleanup_buf_ struct buf out = BUF_INIT(LIMIT_BODY_TEXT);
    char from[CLOCK_TEXT_SIZE], to[CLOCK_TEXT_SIZE];
    int64_t from_ms, to_ms;
    json_t *quote;
    size_t i;
    report_default_range(clock_now_ms(), &from_ms, &to_ms);
    clock_format_day(from_ms, from);
    clock_format_day(to_ms - MS_PER_DAY, to);
    buf_printf(&out, "%s\n%s (%s – %s)\n", text(task, "title"), why ? why : "", from, to);
    json_array_foreach (view_field(view_field(task, "about"), "quotes"), i, quote)
        buf_printf(&out, "“%s”\n", json_string_value(quote));
    return buf_take(&out);
}

/* "taken by Kim", "put off until 2026-12-20" */
static char *decision(const struct view *view, const json_t *task)
{
    _cleanup_free_ char *name = mem_printf("was_%s", text(task, "state"));
    const char *owner = text(task, "owner"), *until = text(task, "until");
    return name ? view_fill(view, name,
                            json_pack("{s:s, s:s}", "owner", owner ? owner : "–", "until", until ? until : ""))
                : NULL;
}

json_t *insights_task(const struct view *view, const json_t *task)
{
    const char *kind = text(task, "kind");
    const bool open = str_equal(text(task, "state"), "open");
    _cleanup_free_ char *limit = mem_printf("%s_limit", kind);
    json_t *model = json_pack("{s:O?, s:s, s:O?, s:O?, s:O?}", "task", view_field(task, "task"), "kind", kind, "label",
                              view_field(view->texts, kind), "title", view_field(task, "title"), "limit",
                              view_field(view->texts, limit ? limit : ""));
    char *url = task_url(view, task), *why = task_why(view, task);
    (void)json_object_set_new(model, "copy", json_null());
    if (str_equal(text(task, "state"), "dismissed"))
        view_set_text(model, "copy", copy_for_others(task, why));
    (void)json_object_set_new(model, "draft", json_boolean(str_equal(kind, "write")));
    if (url)
        view_set_text(model, "url", url);
    view_set_text(model, "why", why);
    (void)json_object_set_new(model, "open", json_boolean(open));
    (void)json_object_set_new(model, "flag", json_boolean(str_equal(kind, "flag")));
    (void)json_object_set_new(model, "elsewhere", json_boolean(str_equal(kind, "fix") || str_equal(kind, "write")));
    if (!open)
        view_set_text(model, "decision", decision(view, task));
    return model;
}

/* ---- Today ---- */

static bool has_kind(const json_t *list, const char *kind)
{
    json_t *one;
    size_t i;
    json_array_foreach (list, i, one)
        if (str_equal(text(one, "kind"), kind))
            return true;
    return false;
}

/* The first task of TASKS (by tickets) that is not in CHOSEN; of a kind not in it where NEW_KIND. */
static json_t *next_task(const json_t *tasks, const json_t *chosen, bool new_kind)
{
    json_t *task, *other;
    size_t i, j;
    json_array_foreach (tasks, i, task) {
        bool taken = new_kind && has_kind(chosen, text(task, "kind"));
        json_array_foreach (chosen, j, other)
            taken = taken || other == task;
        if (!taken)
            return task;
    }
    return NULL;
}

void insights_set_today(struct view *view)
{
    _cleanup_json_ json_t *answer = NULL, *chosen = json_array();
    json_t *today = json_array(), *task;
    const json_t *tasks;
    size_t i;
    if (tasks_from_reports(&view->reports, "open", &answer, NULL) != STATUS_OK)
        answer = json_object();
    tasks = view_field(answer, "tasks");
    while (json_array_size(chosen) < TODAY_ITEMS &&
           ((task = next_task(tasks, chosen, true)) || (task = next_task(tasks, chosen, false))))
        (void)json_array_append(chosen, task);
    json_array_foreach (tasks, i, task)
        for (size_t j = 0; j < json_array_size(chosen); j++)
            if (json_array_get(chosen, j) == task)
                (void)json_array_append_new(today, insights_task(view, task));
    page_set_list(&view->page, "today", today);
    page_take_text(&view->page, "all_tasks",
                   view_fill(view, "all_tasks", json_pack("{s:i}", "count", (int)json_array_size(tasks))));
}
