/* sample.c: plays the population of measure/simulate.h over the articles there are. */
#include "app/eval/sample.h"

#include "app/eval/sample_desk.h"
#include "app/eval/sample_past.h"
#include "app/reindex.h"
#include "base/clock.h"
#include "base/str.h"
#include "measure/event_copy.h"
#include "measure/simulate.h"

#define SAMPLE_META "sample"
#define SAMPLE_COMPLETE "complete"
#define SAMPLE_BEGUN "begun"

enum { ARTICLES_MOST = 60, BATCH_EVENTS = 1000, EDITS = 2, EDITS_WORSE = 1 };

struct filling {
    struct service *service;
    struct simulate_article articles[ARTICLES_MOST];
    struct index_article kept[ARTICLES_MOST]; /* what `articles` borrows from */
    char *ids[ARTICLES_MOST];
    const char *versions[ARTICLES_MOST];
    size_t article_count;
    struct event batch[BATCH_EVENTS]; /* what they point to lies in `copies` */
    struct event *copies[BATCH_EVENTS];
    size_t batched, stored;
    struct sample_past past;
    struct sample_desk desk;
    enum status status;
    struct error *err;
};

static struct filling *filling_free(struct filling *filling)
{
    for (size_t i = 0; filling && i < filling->article_count; i++) {
        index_article_done(&filling->kept[i]);
        mem_free(filling->ids[i]);
    }
    for (size_t i = 0; filling && i < filling->batched; i++)
        mem_free(filling->copies[i]);
    if (filling)
        sample_desk_done(&filling->desk);
    return mem_free(filling);
}
DEFINE_CLEANUP(struct filling *, filling_free)

static bool take_id(void *arg, const struct index_summary *summary)
{
    struct filling *filling = arg;
    const char *lang = service_config(filling->service)->default_lang;
    char *id;
    if (strcmp(summary->lang, lang) != 0)
        return true;
    id = mem_strdup(summary->id);
    if (!id) {
        filling->status = error_memory(filling->err);
        return false;
    }
    filling->ids[filling->article_count++] = id;
    return filling->article_count < ARTICLES_MOST;
}

static enum status take_articles(struct filling *filling, struct index_reader *reader,
                                 struct error *err)
{
    static const struct index_list_filter filter = {.public_only = true};
    enum status status = index_list(reader, &filter, take_id, filling, err);
    if (!status)
        status = filling->status;
    for (size_t i = 0; !status && i < filling->article_count; i++) {
        status = index_get(reader, filling->ids[i], &filling->kept[i], err);
        if (!status) {
            const struct article *article = filling->kept[i].article;
            filling->versions[i] = article->version;
            filling->articles[i] =
                (struct simulate_article){article->id, article->title, article->lang,
                                          (const char *const *)article->questions};
        }
    }
    if (!status && filling->article_count == 0) {
        status = error_set(err, STATUS_NOT_FOUND, "there are no public articles to ask for");
        error_hint(err, "run `deflect index`");
    }
    return status;
}

static bool flush(struct filling *filling)
{
    filling->status = store_append(service_store(filling->service), filling->batch,
                                   filling->batched, NULL, filling->err);
    if (filling->status)
        return false;
    filling->stored += filling->batched;
    while (filling->batched)
        mem_free(filling->copies[--filling->batched]);
    return true;
}

static bool take_event(void *arg, const struct event *event)
{
    struct filling *filling = arg;
    struct event *copy = event_copy(event);
    if (!copy || !sample_desk_see(&filling->desk, event)) {
        mem_free(copy);
        filling->status = error_memory(filling->err);
        return false;
    }
    filling->copies[filling->batched] = copy;
    filling->batch[filling->batched++] = *copy;
    return filling->batched < BATCH_EVENTS || flush(filling);
}

/* The article's present version stands for the edited one. */
static bool take_edit(void *arg, const char *article, const char *version, int64_t at_ms)
{
    struct filling *filling = arg;
    (void)version;
    return sample_past_edit(&filling->past, article, at_ms);
}

/* Gives the articles a past, the team a voice and the help desk its tickets, and brings the index up to that. */
static enum status dress(struct filling *filling, struct error *err)
{
    struct reindex_counts counts;
    enum status status = sample_past_write(&filling->past, filling->service, filling->articles,
                                           filling->versions, filling->article_count, err);
    if (!status)
        status = sample_desk_write(&filling->desk, filling->service, err);
    return status ? status : service_reindex(filling->service, true, NULL, &counts, err);
}

static enum status play(struct filling *filling, const struct sample_options *options,
                        struct error *err)
{
    int64_t from_ms = clock_day_start(clock_now_ms()) - options->days * MS_PER_DAY;
    struct simulate_options simulation = simulate_defaults(options->seed, from_ms);
    filling->desk.articles = filling->articles;
    filling->desk.article_count = filling->article_count;
    const char *wrong = NULL;
    simulation.days = options->days;
    simulation.visits_per_day = options->visits_per_day;
    simulation.holdout = options->holdout;
    simulation.articles = filling->articles;
    simulation.article_count = filling->article_count;
    simulation.edits = options->days >= SAMPLE_EDIT_DAYS ? EDITS : 0;
    simulation.edits_worse = simulation.edits ? EDITS_WORSE : 0;
    if (!simulate_options_valid(&simulation, &wrong))
        return error_set(err, STATUS_UNPROCESSABLE, "%s is out of its range", wrong);
    if (simulate_run(&simulation, take_event, take_edit, filling, NULL) && flush(filling))
        return STATUS_OK;
    return filling->status ? filling->status : error_memory(err);
}

static bool see_event(void *arg, const struct event *event)
{
    (void)event;
    *(bool *)arg = true;
    return false;
}

/* Tells whether the store is filled already, and refuses one that holds anything real. */
static enum status look_at_store(struct store *store, bool *ret_complete, struct error *err)
{
    _cleanup_free_ char *state = NULL;
    bool any = false;
    enum status status = store_get_meta(store, SAMPLE_META, &state, err);
    *ret_complete = str_equal(state, SAMPLE_COMPLETE);
    if (status || state)
        return status;
    status = store_each_event(store, 0, INT64_MAX, see_event, &any, err);
    if (!status && any) {
        status = error_set(err, STATUS_EXISTS, "the data folder holds real events");
        error_hint(err, "name another data folder (--data DIR) for the sample");
    }
    return status;
}

static enum status fill(struct service *service, const struct sample_options *options,
                        size_t *ret_count, struct error *err)
{
    _cleanup_(filling_freep) struct filling *filling = mem_zero(1, sizeof *filling);
    struct store *store = service_store(service);
    struct index_reader *reader = NULL;
    enum status status;
    if (!filling)
        return error_memory(err);
    filling->service = service;
    filling->err = err;
    filling->desk.now_ms = clock_now_ms();
    status = service_take_reader(service, &reader, err);
    if (status == STATUS_NOT_FOUND) {
        (void)error_set(err, status, "there is no index yet, and so no articles to ask for");
        error_hint(err, "run `deflect index`");
    }
    if (!status)
        status = take_articles(filling, reader, err);
    service_give_reader(service, reader);
    if (!status)
        status = store_set_meta(store, SAMPLE_META, SAMPLE_BEGUN, err);
    if (!status)
        status = play(filling, options, err);
    if (!status)
        status = dress(filling, err);
    if (!status)
        status = store_set_meta(store, SAMPLE_META, SAMPLE_COMPLETE, err);
    *ret_count = filling->stored;
    return status;
}

enum status service_add_sample(struct service *service, const struct sample_options *options,
                               size_t *ret_count, struct error *err)
{
    bool complete = false;
    enum status status = look_at_store(service_store(service), &complete, err);
    *ret_count = 0;
    if (status || complete)
        return status;
    return fill(service, options, ret_count, err);
}

bool service_has_sample(struct service *service)
{
    _cleanup_free_ char *state = NULL;
    return store_get_meta(service_store(service), SAMPLE_META, &state, NULL) == STATUS_OK && state;
}
