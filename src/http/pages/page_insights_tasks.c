/* page_insights_tasks.c: everything there is to do, and what writers decided about it; works without JavaScript. */
#include "http/pages/insights.h"

#include "app/report/tasks.h"
#include "http/session.h"

/* Sets list STATE of those tasks that are in it. */
static void set_state(struct view *view, const json_t *tasks, const char *state)
{
    json_t *list = json_array(), *task;
    size_t i;
    json_array_foreach (tasks, i, task)
        if (str_equal(json_string_value(view_field(task, "state")), state))
            (void)json_array_append_new(list, insights_task(view, task));
    page_set_list(&view->page, state, list);
}

enum status page_insights_tasks(struct request *request, struct error *err)
{
    static const char *const states[] = {"open", "taken", "postponed", "dismissed"};
    struct view view = {0};
    bool ready;
    enum status status = view_begin(request, &view, &ready, err);
    if (!status && ready) {
        _cleanup_json_ json_t *answer = NULL;
        status = tasks_from_reports(&view.reports, NULL, &answer, err);
        page_set(&view.page, "title", json_incref(view_field(view.texts, "tasks")));
        page_set_text(&view.page, "back", "/insights/tasks");
        for (size_t i = 0; !status && i < ARRAY_LENGTH(states); i++)
            set_state(&view, view_field(answer, "tasks"), states[i]);
        if (!status)
            status = page_reply(&view.page, 200, "insights_tasks.html", err);
    }
    view_done(&view);
    return status;
}

/* Where to go on: to what is copied for the product team, else to where the decision was made. */
static const char *destination(const char *state, const char *back)
{
    if (str_equal(state, "dismissed"))
        return "/insights/tasks#dismissed";
    return back && (str_equal(back, "/insights") || str_starts(back, "/insights?") ||
                    str_equal(back, "/insights/tasks"))
               ? back
               : "/insights";
}

enum status page_insights_tasks_sent(struct request *request, struct error *err)
{
    const char *task = request_form(request, "task"), *state = request_form(request, "state");
    _cleanup_json_ json_t *object = json_pack("{s:s?, s:s?}", "state", state, "answer", request_form(request, "answer")),
                          *marked = NULL;
    const char *who;
    bool ready;
    enum status status = STATUS_OK;
    /* A form has no header for the CSRF token, so that the cookie was not heeded yet. */
    if (session_csrf_valid(request, request_form(request, "csrf")))
        status = session_find(request, &request->token, err);
    if (!status)
        status = page_need_role(request, ROLE_WRITER, &ready, err);
    if (status || !ready)
        return status;
    who = *request->token.name ? request->token.name : request->token.id;
    status = service_mark_task(request->service, task ? task : "", object, who, &marked, err);
    /* What is not to be done any more needs no decision. */
    if (status && status != STATUS_NOT_FOUND)
        return status;
    return reply_redirect(request, 303, destination(state, request_form(request, "back")), err);
}
