/* report_articles.c: what each article did, and what its edits changed. */
#include "app/report/report_json.h"
#include "app/report/report_kind.h"
#include "app/report/report_words.h"
#include "store/link.h"

/* What the articles report reads from the log. */
struct article_figures {
    struct articles *articles;
    struct versions *versions;
    int64_t to_ms;
    bool failed;
};

static bool add_to_figures(void *arg, const struct figure *figure)
{
    struct article_figures *figures = arg;
    return articles_add(figures->articles, figure) && versions_add(figures->versions, figure);
}

static bool note_version(void *arg, const char *article, const char *version, int64_t at_ms)
{
    struct article_figures *figures = arg;
    figures->failed = !versions_note(figures->versions, article, version, at_ms);
    return !figures->failed;
}

static bool note_link(void *arg, const struct link *link)
{
    struct article_figures *figures = arg;
    if (link->at_ms >= figures->to_ms)
        return true;
    figures->failed = !articles_link(figures->articles, link->article, 1);
    return !figures->failed;
}

static enum status gather(struct report_run *run, struct article_figures *figures,
                          struct error *err)
{
    static const enum figure_kind kinds[] = {FIGURE_ARTICLE, FIGURE_VIEWS};
    struct store *store = service_store(run->service);
    enum status status = store_each_version(store, NULL, note_version, figures, err);
    if (status == STATUS_OK && !figures->failed)
        status = store_each_link(store, run->request->from_ms, NULL, NULL, note_link, figures, err);
    if (status == STATUS_OK && figures->failed)
        return error_memory(err);
    if (status == STATUS_OK)
        status = report_figures(run, kinds, versions_wanted(figures->versions) ? 2 : 1,
                                add_to_figures, figures, err);
    if (status != STATUS_OK)
        return status;
    return articles_finish(figures->articles) && versions_finish(figures->versions)
               ? STATUS_OK
               : error_memory(err);
}

static enum status build(struct report_run *run, json_t **ret, struct error *err)
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
    struct article_figures figures = {articles, versions, request->to_ms, false};
    if (!articles || !versions)
        return error_memory(err);
    const enum status status = gather(run, &figures, err);
    if (status == STATUS_OK)
        *ret = report_articles_json(articles, versions, request->from_ms, request->to_ms,
                                    report_title, run->facts);
    return status;
}

static const struct report_column columns[] = {
    {"article", NULL, COLUMN_TEXT},          {"title", "Article", COLUMN_TEXT},
    {"shown", "Shown", COLUMN_COUNT},        {"viewed", "Viewed", COLUMN_COUNT},
    {"failed", "Failed", COLUMN_COUNT},      {"failed_last", "Last", COLUMN_COUNT},
    {"solved", "Solved", COLUMN_COUNT},      {"up", "Up", COLUMN_COUNT},
    {"down", "Down", COLUMN_COUNT},          {"read_ms_median", "Read for", COLUMN_DURATION},
    {"linked", "Linked", COLUMN_COUNT},      {"fail_rate", NULL, COLUMN_RATE},
    {"shrunk_rate", "Fails", COLUMN_RATE},   {"excess_tickets", "Excess", COLUMN_NUMBER},
    {"contact_expected", NULL, COLUMN_FLAG}, {0},
};

const struct report_kind report_kind_articles = {
    .name = "articles",
    .title = "Articles",
    .rows = "rows",
    .build = build,
    .words = report_articles_words,
    .columns = columns,
};
