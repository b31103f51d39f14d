/* eval.c: runs an evaluation and tells its result. */
#include "app/eval/eval.h"

#include "app/eval/eval_files.h"
#include "app/eval/eval_measures.h"
#include "article/folder.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"
#include "index/index.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define GRADES_MOST 10000 /* judged articles of one query */

/* An evaluation under way. */
struct eval {
    const struct eval_options *options;
    char *folder; /* temporary */
    struct index_reader *reader;
    struct eval_judgements judgements;
    struct eval_result *result;
    FILE *run, *features;
};

/* ---- The index ---- */

static enum status make_folder(struct eval *eval, struct error *err)
{
    const char *parent = getenv("TMPDIR");
    eval->folder = mem_printf("%s/deflect-eval-XXXXXX", str_empty(parent) ? "/tmp" : parent);
    if (!eval->folder)
        return error_memory(err);
    if (!mkdtemp(eval->folder)) {
        enum status status = error_set_errno(err, STATUS_IO, errno, "cannot create %s", eval->folder);
        eval->folder = mem_free(eval->folder);
        return status;
    }
    return STATUS_OK;
}

/* Removes PATH and what is below it. */
static void remove_tree(const char *path)
{
    DIR *dir = opendir(path);
    struct dirent *entry;
    while (dir && (entry = readdir(dir))) {
        _cleanup_free_ char *below = file_join(path, entry->d_name);
        if (below && !str_equal(entry->d_name, ".") && !str_equal(entry->d_name, "..") && unlink(below) != 0)
            remove_tree(below);
    }
    if (dir)
        closedir(dir);
    (void)rmdir(path);
}

static enum status put_changes(struct index_writer *writer, const struct folder_changes *changes, struct error *err)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < changes->count; i++)
        if (changes->items[i].article)
            status = index_writer_put(writer, changes->items[i].article, clock_now_ms(), err);
    return status;
}

/* The folder hands its articles over in batches. */
static enum status put_folder(struct folder *folder, struct index_writer *writer, struct error *err)
{
    char *const further[] = {NULL}, *const *paths = NULL;
    enum status status = STATUS_OK;
    for (bool more = true; status == STATUS_OK && more; paths = further) {
        struct folder_changes changes = {0};
        status = folder_refresh(folder, paths, &changes, err);
        if (status == STATUS_OK)
            status = put_changes(writer, &changes, err);
        more = changes.more;
        folder_changes_done(&changes);
    }
    return status;
}

static enum status index_articles(struct eval *eval, struct error *err)
{
    struct folder_options folder_options = {.root = eval->options->articles,
                                            .default_lang = eval->options->default_lang,
                                            .languages = eval->options->languages};
    struct index_writer_options writer_options = {.folder = eval->folder};
    struct index_writer *writer = NULL;
    struct folder *folder = NULL;
    enum status status = folder_new(&folder_options, &folder, err);
    if (status == STATUS_OK)
        status = index_writer_open(&writer_options, &writer, err);
    if (status == STATUS_OK)
        status = put_folder(folder, writer, err);
    if (status == STATUS_OK)
        status = index_writer_commit(writer, &eval->result->articles, err);
    index_writer_close(writer);
    folder_free(folder);
    return status == STATUS_OK ? index_reader_open(eval->folder, &eval->reader, err) : status;
}

/* ---- History ---- */

/* Each line is a link by an agent of its own. */
static enum status learn_lines(struct eval *eval, struct index_learner *learner, const struct eval_lines *lines,
                               struct error *err)
{
    for (size_t i = 0; i < lines->count; i++) {
        const struct eval_line *line = &lines->items[i];
        _cleanup_free_ char *ticket = mem_printf("history:%zu", i), *id = NULL;
        struct index_link link = {.ticket = ticket,
                                  .article = line->article,
                                  .text = slice_of(line->text),
                                  .default_lang = eval->options->default_lang,
                                  .at_ms = clock_now_ms()};
        enum status status = ticket ? index_id_of_path(eval->reader, line->article, &id, err) : error_memory(err);
        if (status != STATUS_OK && status != STATUS_NOT_FOUND)
            return status;
        if (id)
            link.article = id;
        if (line->title)
            link.subject = slice_of(line->title);
        status = index_learner_add(learner, &link, err);
        if (status != STATUS_OK)
            return status;
    }
    return index_learner_commit(learner, &eval->result->history, err);
}

static enum status learn_history(struct eval *eval, struct error *err)
{
    struct index_learner_options options = {.folder = eval->folder};
    struct index_learner *learner = NULL;
    struct eval_lines lines = {0};
    enum status status = eval_read_lines(eval->options->history, "article", &lines, err);
    if (status == STATUS_OK)
        status = index_learner_open(&options, &learner, err);
    if (status == STATUS_OK)
        status = learn_lines(eval, learner, &lines, err);
    index_learner_close(learner);
    eval_lines_done(&lines);
    return status == STATUS_OK ? index_reader_refresh(eval->reader, err) : status;
}

/* ---- One query ---- */

static int compare_query(const void *key, const void *item)
{
    return strcmp(key, ((const struct eval_judgement *)item)->query);
}

/* The judgements of QUERY, and how many. */
static const struct eval_judgement *judgements_of(const struct eval *eval, const char *query, size_t *ret_count)
{
    const struct eval_judgement *items = eval->judgements.items, *end = items + eval->judgements.count;
    const struct eval_judgement *found =
        eval->judgements.count ? bsearch(query, items, eval->judgements.count, sizeof *items, compare_query) : NULL;
    const struct eval_judgement *last = found;
    *ret_count = 0;
    while (found && found > items && str_equal(found[-1].query, query))
        found--;
    while (last && last < end && str_equal(last->query, query))
        last++;
    *ret_count = found ? (size_t)(last - found) : 0;
    return found;
}

/* Judgements may name an article by its file: from here on all name it by its id. */
static enum status resolve_articles(struct eval *eval, struct error *err)
{
    for (size_t i = 0; i < eval->judgements.count; i++) {
        struct eval_judgement *judgement = &eval->judgements.items[i];
        char *id;
        enum status status = index_id_of_path(eval->reader, judgement->article, &id, err);
        if (status == STATUS_NOT_FOUND)
            continue;
        if (status != STATUS_OK)
            return status;
        mem_free(judgement->article);
        judgement->article = id;
    }
    return STATUS_OK;
}

static int grade_of(const struct eval_judgement *judgements, size_t count, const char *id)
{
    for (size_t i = 0; i < count; i++)
        if (str_equal(judgements[i].article, id))
            return judgements[i].grade;
    return 0;
}

static enum status ask(struct eval *eval, const struct eval_line *line, struct index_results *ret, struct error *err)
{
    struct index_query query = {.default_lang = eval->options->default_lang,
                                .limit = INDEX_CANDIDATES,
                                .bare = true,
                                .caution = eval->options->caution,
                                .explain = eval->features != NULL};
    query.subject = slice_of(line->title ? line->title : line->text);
    if (line->title)
        query.body = slice_of(line->text);
    return index_search(eval->reader, &query, ret, err);
}

/* Scores are written so that they fall from line to line, as readers of a run sort by them. */
static void write_run(FILE *out, const char *query, const struct index_results *results)
{
    for (size_t i = 0; out && i < results->count; i++)
        fprintf(out, "%s Q0 %s %zu %.6f deflect\n", query, results->hits[i].id, i + 1,
                results->hits[i].score - 1e-6 * (double)i);
}

static void write_features(FILE *out, const char *query, const struct index_results *results, const int *grades)
{
    for (size_t i = 0; out && i < results->count; i++) {
        const json_t *features = json_object_get(results->hits[i].explain, "features");
        const char *key;
        json_t *value;
        fprintf(out, "{\"query\":\"%s\",\"article\":\"%s\",\"grade\":%d,\"x_score\":%.6g", query, results->hits[i].id,
                grades[i], results->hits[i].score);
        json_object_foreach((json_t *)features, key, value)
            fprintf(out, ",\"%s\":%.6g", key, json_number_value(value));
        json_object_foreach((json_t *)json_object_get(results->hits[i].explain, "past"), key, value)
            fprintf(out, ",\"x_%s\":%.6g", key, json_number_value(value));
        fputs("}\n", out);
    }
}

static void add_measures(struct eval_result *sum, const struct eval_measures *one)
{
    sum->success_1 += one->success_1;
    sum->success_3 += one->success_3;
    sum->success_5 += one->success_5;
    sum->mrr_10 += one->mrr_10;
    sum->ndcg_10 += one->ndcg_10;
    sum->recall_10 += one->recall_10;
    sum->map += one->map;
}

static enum status measure(struct eval *eval, const struct eval_line *line, struct error *err)
{
    struct index_results results = {0};
    struct eval_measures measures;
    int ranked[INDEX_CANDIDATES], judged[GRADES_MOST];
    size_t count, relevant = 0;
    const struct eval_judgement *judgements = judgements_of(eval, line->id, &count);
    enum status status;
    for (size_t i = 0; i < count && relevant < GRADES_MOST; i++)
        if (judgements[i].grade > 0)
            judged[relevant++] = judgements[i].grade;
    if (!relevant) {
        eval->result->skipped++;
        return STATUS_OK;
    }
    status = ask(eval, line, &results, err);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < results.count; i++)
        ranked[i] = grade_of(judgements, count, results.hits[i].id);
    eval_measure(ranked, results.count, judged, relevant, &measures);
    add_measures(eval->result, &measures);
    eval->result->queries++;
    if (results.count) {
        struct eval_confidence *confidence = &eval->result->confidence[results.hits[0].confidence];
        confidence->shown++;
        confidence->right += ranked[0] > 0;
    }
    write_run(eval->run, line->id, &results);
    write_features(eval->features, line->id, &results, ranked);
    index_results_done(&results);
    return STATUS_OK;
}

static enum status measure_all(struct eval *eval, struct error *err)
{
    struct eval_lines queries = {0};
    struct eval_result *result = eval->result;
    enum status status = eval_read_lines(eval->options->queries, "id", &queries, err);
    for (size_t i = 0; status == STATUS_OK && i < queries.count; i++)
        status = measure(eval, &queries.items[i], err);
    eval_lines_done(&queries);
    if (result->queries) {
        double *const means[] = {&result->success_1, &result->success_3, &result->success_5, &result->mrr_10,
                                 &result->ndcg_10,   &result->recall_10, &result->map};
        for (size_t i = 0; i < ARRAY_LENGTH(means); i++)
            *means[i] /= (double)result->queries;
    }
    return status;
}

static enum status measure_no_answer(struct eval *eval, struct error *err)
{
    struct eval_lines queries = {0};
    enum status status = eval_read_lines(eval->options->no_answer, NULL, &queries, err);
    for (size_t i = 0; status == STATUS_OK && i < queries.count; i++) {
        struct index_results results = {0};
        int none[INDEX_CANDIDATES];
        for (size_t n = 0; n < INDEX_CANDIDATES; n++)
            none[n] = -1; /* tells these questions apart in the file of features */
        status = ask(eval, &queries.items[i], &results, err);
        if (status != STATUS_OK)
            break;
        eval->result->no_answer++;
        eval->result->no_answer_high += results.count && results.hits[0].confidence == CONFIDENCE_HIGH;
        write_features(eval->features, queries.items[i].id ? queries.items[i].id : "?", &results, none);
        index_results_done(&results);
    }
    eval_lines_done(&queries);
    return status;
}

/* ---- The whole ---- */

static enum status open_output(const char *path, FILE **ret, struct error *err)
{
    if (!path)
        return STATUS_OK;
    *ret = fopen(path, "we");
    return *ret ? STATUS_OK : error_set_errno(err, STATUS_IO, errno, "cannot write %s", path);
}

static enum status close_output(const char *path, FILE *out, enum status status, struct error *err)
{
    if (!out)
        return status;
    if (fclose(out) != 0 && status == STATUS_OK)
        return error_set_errno(err, STATUS_IO, errno, "cannot write %s", path);
    return status;
}

static enum status run(struct eval *eval, struct error *err)
{
    enum status status = make_folder(eval, err);
    if (status == STATUS_OK)
        status = eval_read_judgements(eval->options->qrels, &eval->judgements, err);
    if (status == STATUS_OK)
        status = index_articles(eval, err);
    if (status == STATUS_OK)
        status = resolve_articles(eval, err);
    if (status == STATUS_OK && eval->options->history)
        status = learn_history(eval, err);
    if (status == STATUS_OK)
        status = open_output(eval->options->run, &eval->run, err);
    if (status == STATUS_OK)
        status = open_output(eval->options->features, &eval->features, err);
    if (status == STATUS_OK)
        status = measure_all(eval, err);
    if (status == STATUS_OK && eval->options->no_answer)
        status = measure_no_answer(eval, err);
    status = close_output(eval->options->run, eval->run, status, err);
    return close_output(eval->options->features, eval->features, status, err);
}

enum status eval_run(const struct eval_options *options, struct eval_result *ret, struct error *err)
{
    struct eval eval = {.options = options, .result = ret};
    enum status status;
    *ret = (struct eval_result){.caution = options->caution};
    status = run(&eval, err);
    index_reader_close(eval.reader);
    eval_judgements_done(&eval.judgements);
    if (eval.folder)
        remove_tree(eval.folder);
    mem_free(eval.folder);
    return status;
}

/* ---- Telling ---- */

/* The levels of confidence, surest first. */
static const enum index_confidence levels[] = {CONFIDENCE_HIGH, CONFIDENCE_MEDIUM, CONFIDENCE_LOW};

static double share(size_t part, size_t whole)
{
    return whole ? (double)part / (double)whole : 0;
}

void eval_text(const struct eval_result *result, struct buf *out)
{
    const struct {
        const char *name;
        double value;
    } rows[] = {{"success_1", result->success_1}, {"success_3", result->success_3}, {"success_5", result->success_5},
                {"mrr_10", result->mrr_10},       {"ndcg_10", result->ndcg_10},     {"recall_10", result->recall_10},
                {"map", result->map}};
    buf_printf(out, "%-12s %zu\n%-12s %zu\n", "articles", result->articles, "queries", result->queries);
    if (result->history)
        buf_printf(out, "%-12s %zu\n", "history", result->history);
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++)
        buf_printf(out, "%-12s %.4f\n", rows[i].name, rows[i].value);
    if (result->caution)
        buf_printf(out, "%-12s from a chance of %.2f, raised because fewer than 80 %% were right here\n", "high is",
                   index_high_chance(result->caution));
    for (size_t i = 0; i < ARRAY_LENGTH(levels); i++) {
        const struct eval_confidence *level = &result->confidence[levels[i]];
        buf_printf(out, "%-12s share %.4f", index_confidence_name(levels[i]), share(level->shown, result->queries));
        if (level->shown)
            buf_printf(out, "  precision %.4f", share(level->right, level->shown));
        buf_add_char(out, '\n');
    }
    if (result->no_answer)
        buf_printf(out, "%-12s %zu questions, %.4f answered with high\n", "no_answer", result->no_answer,
                   share(result->no_answer_high, result->no_answer));
}

json_t *eval_json(const struct eval_result *result)
{
    json_t *confidence = json_object();
    json_t *whole = json_pack("{s:I, s:I, s:I, s:f, s:f, s:f, s:f, s:f, s:f, s:f}", "articles",
                              (json_int_t)result->articles, "queries", (json_int_t)result->queries, "history",
                              (json_int_t)result->history, "success_1", result->success_1, "success_3", result->success_3,
                              "success_5", result->success_5, "mrr_10", result->mrr_10, "ndcg_10", result->ndcg_10,
                              "recall_10", result->recall_10, "map", result->map);
    for (size_t i = 0; i < ARRAY_LENGTH(levels); i++) {
        const struct eval_confidence *level = &result->confidence[levels[i]];
        json_t *precision = level->shown ? json_real(share(level->right, level->shown)) : json_null();
        json_object_set_new(confidence, index_confidence_name(levels[i]),
                            json_pack("{s:f, s:o}", "share", share(level->shown, result->queries), "precision", precision));
    }
    json_object_set_new(whole, "confidence", confidence);
    json_object_set_new(whole, "high_from", json_real(index_high_chance(result->caution)));
    if (result->no_answer)
        json_object_set_new(whole, "no_answer",
                            json_pack("{s:I, s:f}", "queries", (json_int_t)result->no_answer, "high",
                                      share(result->no_answer_high, result->no_answer)));
    return whole;
}
