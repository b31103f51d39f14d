/* lint.c: runs the articles' own `tests` over an index of them. */
#include "app/eval/lint.h"

#include "app/eval/scratch.h"
#include "base/clock.h"
#include "base/str.h"

enum { FOUND_AMONG = 3 };

/* A query that must find its article. */
struct expectation {
    char *path, *id, *lang, *query;
    bool agents;
};

struct run {
    const struct config *config;
    struct expectation *expectations;
    size_t count, capacity;
};

static void run_done(struct run *run)
{
    for (size_t i = 0; i < run->count; i++) {
        mem_free(run->expectations[i].path);
        mem_free(run->expectations[i].id);
        mem_free(run->expectations[i].lang);
        mem_free(run->expectations[i].query);
    }
    mem_free(run->expectations);
}

static enum status expect(struct run *run, const struct article *article, const char *query,
                          struct error *err)
{
    struct expectation *one;
    if (mem_grow(&run->expectations, &run->capacity, run->count, sizeof *run->expectations))
        return error_memory(err);
    one = &run->expectations[run->count++];
    *one = (struct expectation){.path = mem_strdup(article->path),
                                .id = mem_strdup(article->id),
                                .lang = mem_strdup(article->lang),
                                .query = mem_strdup(query),
                                .agents = article->audience == ARTICLE_AGENTS};
    return one->path && one->id && one->lang && one->query ? STATUS_OK : error_memory(err);
}

static enum status take_tests(void *arg, const struct article *article, struct error *err)
{
    enum status status = STATUS_OK;
    if (article->status != ARTICLE_PUBLISHED)
        return STATUS_OK;
    for (char *const *query = article->tests; !status && query && *query; query++)
        status = expect(arg, article, *query, err);
    return status;
}

static bool is_among(const struct index_results *results, const char *id)
{
    for (size_t i = 0; i < results->count; i++)
        if (strcmp(results->hits[i].id, id) == 0)
            return true;
    return false;
}

static enum status tell_miss(struct check_report *report, const struct expectation *one,
                             const struct index_results *results, struct error *err)
{
    const char *first = results->count ? results->hits[0].id : "nothing";
    _cleanup_free_ char *message =
        mem_printf("test \"%s\" does not find this article among the first %d; it finds %s first",
                   one->query, FOUND_AMONG, first);
    struct check_problem problem = {
        .path = one->path, .is_error = true, .kind = "test", .message = message};
    return message ? check_add(report, &problem, err) : error_memory(err);
}

static enum status try_one(const struct run *run, struct index_reader *reader,
                           const struct expectation *one, struct check_report *report,
                           struct error *err)
{
    struct index_query query = {.subject = slice_of(one->query),
                                .lang = one->lang,
                                .default_lang = run->config->default_lang,
                                .agents = one->agents,
                                .limit = FOUND_AMONG};
    struct index_results results = {.hits = NULL};
    enum status status = index_search(reader, &query, &results, err);
    if (!status && !is_among(&results, one->id))
        status = tell_miss(report, one, &results, err);
    index_results_done(&results);
    return status;
}

static enum status run_tests(struct run *run, struct check_report *report, struct error *err)
{
    struct folder_options options = {run->config->articles, run->config->default_lang,
                                     run->config->languages};
    struct scratch scratch;
    enum status status = scratch_index(&options, take_tests, run, &scratch, err);
    for (size_t i = 0; !status && i < run->count; i++)
        status = try_one(run, scratch.reader, &run->expectations[i], report, err);
    scratch_done(&scratch);
    return status;
}

enum status lint_articles(const struct config *config, struct check_report *ret, struct error *err)
{
    struct check_options options = {.root = config->articles,
                                    .default_lang = config->default_lang,
                                    .languages = config->languages,
                                    .now_ms = clock_now_ms(),
                                    .review_every_ms = config->review_every_ms};
    struct run run = {.config = config};
    enum status status = check_folder(&options, ret, err);
    if (!status)
        status = run_tests(&run, ret, err);
    if (!status)
        check_sort(ret);
    run_done(&run);
    return status;
}
