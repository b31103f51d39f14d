/* insights.h: what the writers' pages share: the period and language asked for, reports, links, figures.
 *
 * The pages are rendered from the same reports that the API and the command line give; nothing is counted here. For
 * the files page_insights*.c and insights_*.c alone. */
#ifndef DEFLECT_HTTP_INSIGHTS_H
#define DEFLECT_HTTP_INSIGHTS_H

#include "app/report/report_set.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/str.h"
#include "http/pages/insights_words.h"
#include "http/pages/pages.h"

enum { INSIGHTS_ROWS = 15 /* of a table; its CSV has all */, INSIGHTS_ENOUGH = 30 /* closed requests, for a first figure */ };

/* What the reader of a page asked for. */
struct view {
    struct page page;
    const json_t *texts; /* of group "insights" */
    int64_t from_ms, to_ms;
    const char *lang; /* of the episodes; NULL: all */
    struct report_set reports;
};

/* ---- insights_view.c ---- */

/* Signs in where needed, reads the period, and sets what all pages have. *RET_READY false: the reply is made. End with
 * view_done, whatever came of it. */
enum status view_begin(struct request *request, struct view *view, bool *ret_ready, struct error *err);
void view_done(struct view *view);

/* Report KIND (of ARTICLE, NULL: of all) for FROM to TO, borrowed; NULL where there is none (an unknown article, a
 * failing store). */
json_t *view_report(struct view *view, const char *kind, const char *article, int64_t from_ms, int64_t to_ms);

/* "/insights/articles/ID?from=…&to=…": PATH with ID ("" for none), in the same period and language. Owns: the caller,
 * here and below. */
char *view_url(const struct view *view, const char *path, const char *id);

/* Text NAME with its placeholders replaced by VALUES, which is stolen. */
char *view_fill(const struct view *view, const char *name, json_t *values);

/* {"label","value","note","change"} of the text LABEL; VALUE (NULL: "–"), NOTE and CHANGE are stolen. */
json_t *view_figure(const struct view *view, const char *label, char *value, char *note, char *change);

/* The field NAME of OBJECT, borrowed; as a count; and setting it to TEXT (stolen; NULL: ""). */
json_t *view_field(const json_t *object, const char *name);
json_int_t view_count(const json_t *object, const char *name);
void view_set_text(json_t *object, const char *name, char *text);

/* The first MOST items of LIST. */
json_t *view_first(const json_t *list, size_t most);

/* ---- insights_figures.c ---- */

/* The four figures, each beside the period before; what no rate holds; and what all of it cannot say. */
void insights_set_figures(struct view *view, const json_t *deflection);

/* The chart's data and its table; days of the first four weeks are marked as new. */
void insights_set_trend(struct view *view, const json_t *deflection);

/* How requests came and what else there was: searches, channels, who came back, how often the search was rightly sure,
 * what was left out. */
void insights_set_beside(struct view *view, const json_t *deflection);

/* ---- insights_tables.c ---- */

/* The tables of articles, gaps, questions and topics; tickets in and out. */
void insights_set_tables(struct view *view);

/* Share of readers who wrote, allowing for chance, with its range; how long they read: of an articles row. */
char *insights_fails(const json_t *row);
char *insights_read_for(const json_t *row);

/* ---- insights_tasks.c ---- */

/* One task of app/report/tasks.h as the templates show it. */
json_t *insights_task(const struct view *view, const json_t *task);

/* At most five open tasks: the best of each kind first, then by tickets. */
void insights_set_today(struct view *view);

#endif
