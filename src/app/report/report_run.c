/* report_run.c: what every kind of report needs: the log's episodes, words, titles. */
#include "app/report/report_kind.h"
#include "app/report/totals.h"
#include "app/service_private.h"
#include "measure/versions.h"

/* One pass over the log. */
struct pass {
    struct episodes *episodes;
    bool (*step)(struct episodes *episodes, const struct event *event);
    const atomic_bool *closing;
    bool failed;
};

static bool pass_event(void *arg, const struct event *event)
{
    struct pass *pass = arg;
    pass->failed = !pass->step(pass->episodes, event);
    return !pass->failed && !atomic_load_explicit(pass->closing, memory_order_relaxed);
}

/* Of the log, the period and so much on either side: an episode is seldom longer. */
#define MARGIN_WINDOWS 7

static enum status run_passes(const struct report_run *run, struct episodes *episodes,
                              struct error *err)
{
    const int64_t margin_ms = MARGIN_WINDOWS * service_config(run->service)->window_ms;
    struct store *store = service_store(run->service);
    struct pass passes[] = {{episodes, episodes_note, &run->service->closing, false},
                            {episodes, episodes_add, &run->service->closing, false}};
    for (size_t i = 0; i < ARRAY_LENGTH(passes); i++) {
        const enum status status =
            store_each_event(store, run->request->from_ms - margin_ms,
                             run->request->to_ms + margin_ms, pass_event, &passes[i], err);
        if (status != STATUS_OK)
            return status;
        if (passes[i].failed)
            return error_memory(err);
        if (atomic_load(passes[i].closing))
            return error_set(err, STATUS_UNAVAILABLE, "the server is stopping");
    }
    return episodes_finish(episodes) ? STATUS_OK : error_memory(err);
}

enum status report_recount(struct report_run *run, episode_fn *each, void *arg, struct error *err)
{
    const struct episodes_options options = {
        .window_ms = service_config(run->service)->window_ms,
        .now_ms = run->now_ms,
        .article_lang = report_facts_lang,
        .article_lang_arg = run->facts,
        .each = each,
        .arg = arg,
    };
    _cleanup_(episodes_freep) struct episodes *episodes = episodes_new(&options);
    return episodes ? run_passes(run, episodes, err) : error_memory(err);
}

enum status report_figures(struct report_run *run, const enum figure_kind *kinds, size_t count,
                           figure_fn *each, void *arg, struct error *err)
{
    const struct report_request *request = run->request;
    enum status status = totals_roll(run->service, run->facts, run->now_ms, NULL, err);
    /* A store that is read-only, or held up for long, still has its log. */
    if (status == STATUS_UNAVAILABLE || status == STATUS_LOCKED)
        return totals_recount(run->service, run->facts, run->now_ms, each, arg, err);
    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        /* What edits are compared over reaches beyond the period. */
        const int64_t more = kinds[i] == FIGURE_VIEWS ? VERSIONS_DAYS : 0;
        status = totals_each(run->service, kinds[i], figure_day(request->from_ms) - more,
                             figure_day(request->to_ms) + more, true, each, arg, err);
    }
    return status;
}

bool report_wording(void *arg, const char *text, const char *lang, struct buf *out)
{
    struct report_run *run = arg;
    return words_normal_form(run->words, slice_of(text),
                             lang ? lang : service_config(run->service)->default_lang, out,
                             NULL) == STATUS_OK;
}

const char *report_title(void *arg, const char *article)
{
    return report_facts_title(arg, article);
}

static void set_text(json_t *object, const char *key, const char *text)
{
    (void)json_object_set_new(object, key, text ? json_string(text) : json_null());
}

void report_set_nearest(struct report_run *run, struct index_reader *reader, const char *text,
                        const char *lang, const char *fallback, json_t *object)
{
    struct index_results results = {0};
    const struct index_query query = {.subject = slice_of(text),
                                      .lang = lang,
                                      .default_lang = service_config(run->service)->default_lang,
                                      .caution = atomic_load(&run->service->caution),
                                      .limit = 1};
    const char *article = fallback, *confidence = NULL;
    if (reader && index_search(reader, &query, &results, NULL) == STATUS_OK) {
        article = results.count > 0 ? results.hits[0].id : NULL;
        confidence = article ? index_confidence_name(results.hits[0].confidence) : NULL;
    }
    set_text(object, "nearest_article", article);
    set_text(object, "nearest_title", article ? report_facts_title(run->facts, article) : NULL);
    set_text(object, "nearest_confidence", confidence);
    index_results_done(&results);
}
