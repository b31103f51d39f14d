/* report.c: one table of the kinds of report; recount, then JSON, CSV or text. */
#include "app/report.h"

#include "app/report_facts.h"
#include "app/report_json.h"
#include "app/report_table.h"
#include "app/report_words.h"
#include "app/service_private.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/str.h"

#define DEFAULT_DAYS 30

/* A report under way. */
struct report_run {
    struct service *service;
    const struct report_request *request;
    struct report_facts *facts;
    int64_t now_ms;
};

typedef enum status report_build_fn(struct report_run *run, json_t **ret, struct error *err);

struct report_kind {
    const char *name;
    const char *title;
    const char *rows; /* the JSON key of the table's rows */
    report_build_fn *build;
    void (*words)(const json_t *report, struct buf *out);
    const struct report_column *columns;
};

/* ---- Events → episodes ---- */

struct pass {
    struct episodes *episodes;
    bool (*step)(struct episodes *episodes, const struct event *event);
    bool failed;
};

static bool pass_event(void *arg, const struct event *event)
{
    struct pass *pass = arg;
    pass->failed = !pass->step(pass->episodes, event);
    return !pass->failed;
}

/* Hands every episode of the log to EACH. */
static enum status recount(struct report_run *run, episode_fn *each, void *arg,
                           struct episodes_left_out *ret_left_out, struct error *err)
{
    const struct episodes_options options = {
        .window_ms = service_config(run->service)->window_ms,
        .now_ms = run->now_ms,
        .from_ms = run->request->from_ms,
        .to_ms = run->request->to_ms,
        .article_lang = report_facts_lang,
        .article_lang_arg = run->facts,
        .each = each,
        .arg = arg,
    };
    _cleanup_(episodes_freep) struct episodes *episodes = episodes_new(&options);
    struct pass passes[] = {{episodes, episodes_note, false}, {episodes, episodes_add, false}};
    if (!episodes)
        return error_memory(err);
    for (size_t i = 0; i < ARRAY_LENGTH(passes); i++) {
        const enum status status = store_each_event(service_store(run->service), 0, INT64_MAX,
                                                    pass_event, &passes[i], err);
        if (status != STATUS_OK)
            return status;
        if (passes[i].failed)
            return error_memory(err);
    }
    if (!episodes_finish(episodes))
        return error_memory(err);
    if (ret_left_out)
        *ret_left_out = episodes_left_out(episodes);
    return STATUS_OK;
}

/* ---- Kinds ---- */

static enum status build_deflection(struct report_run *run, json_t **ret, struct error *err)
{
    const struct report_request *request = run->request;
    const struct config *config = service_config(run->service);
    struct episodes_left_out left_out = {0};
    struct deflection d;
    if (!deflection_init(&d, request->from_ms, request->to_ms, request->lang))
        return error_memory(err);
    const enum status status = recount(run, deflection_add, &d, &left_out, err);
    if (status == STATUS_OK) {
        const double share = service_holdout(run->service);
        *ret = report_deflection_json(&d, share, config->min_lift, left_out);
    }
    deflection_done(&d);
    return status;
}

static const char *title_of(void *arg, const char *article)
{
    return report_facts_title(arg, article);
}

/* What the articles report reads from the log. */
struct article_figures {
    struct articles *articles;
    struct versions *versions;
    bool failed;
};

static bool add_to_figures(void *arg, const struct episode *episode)
{
    struct article_figures *figures = arg;
    return articles_add(figures->articles, episode) && versions_add(figures->versions, episode);
}

static bool note_version(void *arg, const char *article, const char *version, int64_t at_ms)
{
    struct article_figures *figures = arg;
    figures->failed = !versions_note(figures->versions, article, version, at_ms);
    return !figures->failed;
}

static enum status gather_articles(struct report_run *run, struct article_figures *figures,
                                   struct error *err)
{
    struct store *store = service_store(run->service);
    enum status status = store_each_version(store, NULL, note_version, figures, err);
    if (status == STATUS_OK && figures->failed)
        return error_memory(err);
    if (status == STATUS_OK)
        status = recount(run, add_to_figures, figures, NULL, err);
    if (status != STATUS_OK)
        return status;
    return articles_finish(figures->articles) && versions_finish(figures->versions)
               ? STATUS_OK
               : error_memory(err);
}

static enum status build_articles(struct report_run *run, json_t **ret, struct error *err)
{
    const struct report_request *request = run->request;
    const struct articles_options articles_options = {
        .from_ms = request->from_ms,
        .to_ms = request->to_ms,
        .lang = request->lang,
        .contact_expected = report_facts_contact_expected,
        .contact_expected_arg = run->facts,
    };
    const struct versions_options versions_options = {
        .from_ms = request->from_ms,
        .to_ms = request->to_ms,
        .closed_ms = run->now_ms - service_config(run->service)->window_ms,
        .lang = request->lang,
    };
    _cleanup_(articles_freep) struct articles *articles = articles_new(&articles_options);
    _cleanup_(versions_freep) struct versions *versions = versions_new(&versions_options);
    struct article_figures figures = {articles, versions, false};
    if (!articles || !versions)
        return error_memory(err);
    const enum status status = gather_articles(run, &figures, err);
    if (status == STATUS_OK)
        *ret = report_articles_json(articles, versions, request->from_ms, request->to_ms, title_of,
                                    run->facts);
    return status;
}

static const struct report_column deflection_columns[] = {
    {"day", "Day", COLUMN_TEXT},
    {"ticket", "Ticket", COLUMN_COUNT},
    {"solved", "Solved", COLUMN_COUNT},
    {"read", "Read", COLUMN_COUNT},
    {"left", "Left", COLUMN_COUNT},
    {"open", "Open", COLUMN_COUNT},
    {"closed", NULL, COLUMN_COUNT},
    {"confirmed_rate", "Confirmed", COLUMN_RATE},
    {"potential_rate", "Potential", COLUMN_RATE},
    {0},
};

static const struct report_column articles_columns[] = {
    {"article", NULL, COLUMN_TEXT},          {"title", "Article", COLUMN_TEXT},
    {"shown", "Shown", COLUMN_COUNT},        {"viewed", "Viewed", COLUMN_COUNT},
    {"failed", "Failed", COLUMN_COUNT},      {"failed_last", "Last", COLUMN_COUNT},
    {"solved", "Solved", COLUMN_COUNT},      {"up", "Up", COLUMN_COUNT},
    {"down", "Down", COLUMN_COUNT},          {"read_ms_median", "Read for", COLUMN_DURATION},
    {"linked", "Linked", COLUMN_COUNT},      {"fail_rate", NULL, COLUMN_RATE},
    {"shrunk_rate", "Fails", COLUMN_RATE},   {"excess_tickets", "Excess", COLUMN_NUMBER},
    {"contact_expected", NULL, COLUMN_FLAG}, {0},
};

static const struct report_kind kinds[] = {
    {"deflection", "Deflection", "days", build_deflection, report_deflection_words,
     deflection_columns},
    {"articles", "Articles", "rows", build_articles, report_articles_words, articles_columns},
};

/* ---- The face ---- */

bool report_format_parse(const char *name, enum report_format *ret)
{
    static const char *const names[] = {
        [REPORT_JSON] = "json", [REPORT_CSV] = "csv", [REPORT_TEXT] = "text"};
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
        if (str_equal(name, names[i])) {
            *ret = (enum report_format)i;
            return true;
        }
    }
    return false;
}

void report_default_range(int64_t now_ms, int64_t *ret_from_ms, int64_t *ret_to_ms)
{
    *ret_to_ms = clock_day_start(now_ms) + MS_PER_DAY;
    *ret_from_ms = *ret_to_ms - DEFAULT_DAYS * MS_PER_DAY;
}

static enum status find_kind(const char *name, const struct report_kind **ret, struct error *err)
{
    _cleanup_buf_ struct buf known = BUF_INIT(1000);
    for (size_t i = 0; i < ARRAY_LENGTH(kinds); i++) {
        if (str_equal(kinds[i].name, name)) {
            *ret = &kinds[i];
            return STATUS_OK;
        }
        buf_printf(&known, "%s%s", i > 0 ? ", " : "", kinds[i].name);
    }
    (void)error_set(err, STATUS_NOT_FOUND, "there is no report '%s'", name ? name : "");
    error_hint(err, "reports: %s", buf_str(&known));
    return STATUS_NOT_FOUND;
}

static enum status check_range(const struct report_request *request, struct error *err)
{
    if (request->from_ms != clock_day_start(request->from_ms) ||
        request->to_ms != clock_day_start(request->to_ms))
        return error_set(err, STATUS_UNPROCESSABLE,
                         "from and to must be whole UTC days (YYYY-MM-DD)");
    if (request->to_ms <= request->from_ms)
        return error_set(err, STATUS_UNPROCESSABLE,
                         "to must be a later day than from (it is exclusive)");
    if (request->to_ms - request->from_ms > LIMIT_REPORT_DAYS * MS_PER_DAY)
        return error_set(err, STATUS_UNPROCESSABLE, "from and to may span at most %d days",
                         LIMIT_REPORT_DAYS);
    return STATUS_OK;
}

static void write_text(const struct report_kind *kind, const struct report_request *request,
                       const json_t *report, struct buf *out)
{
    char first[CLOCK_TEXT_SIZE], last[CLOCK_TEXT_SIZE];
    clock_format_day(request->from_ms, first);
    clock_format_day(request->to_ms - MS_PER_DAY, last);
    buf_printf(out, "%s, %s to %s (UTC)%s%s\n\n", kind->title, first, last,
               request->lang ? ", language " : "", request->lang ? request->lang : "");
    kind->words(report, out);
    buf_add_char(out, '\n');
    report_table_text(json_object_get(report, kind->rows), kind->columns, out);
}

static void write_json(const json_t *report, struct buf *out)
{
    _cleanup_free_ char *text = json_dumps(report, JSON_COMPACT | JSON_REAL_PRECISION(9));
    if (text)
        buf_add_str(out, text);
    else
        out->failed = true;
}

enum status service_report(struct service *service, const struct report_request *request,
                           struct buf *out, struct error *err)
{
    struct report_run run = {.service = service, .request = request, .now_ms = clock_now_ms()};
    const struct report_kind *kind = NULL;
    _cleanup_(report_facts_freep) struct report_facts *facts = NULL;
    _cleanup_json_ json_t *report = NULL;
    enum status status;
    if ((status = find_kind(request->kind, &kind, err)) != STATUS_OK ||
        (status = check_range(request, err)) != STATUS_OK ||
        (status = report_facts_load(service, &facts, err)) != STATUS_OK)
        return status;
    run.facts = facts;
    if ((status = kind->build(&run, &report, err)) != STATUS_OK)
        return status;
    if (!report)
        return error_memory(err);
    if (request->format == REPORT_JSON)
        write_json(report, out);
    else if (request->format == REPORT_CSV)
        report_table_csv(json_object_get(report, kind->rows), kind->columns, out);
    else
        write_text(kind, request, report, out);
    return out->failed ? error_memory(err) : STATUS_OK;
}
