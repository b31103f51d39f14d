/* eval_files.c: reads the files of an evaluation. */
#include "app/eval/eval_files.h"

#include "base/file.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"

#include <stdlib.h>

#define FILE_MOST (256 * 1024 * 1024)

void eval_lines_done(struct eval_lines *lines)
{
    for (size_t i = 0; i < lines->count; i++) {
        mem_free(lines->items[i].id);
        mem_free(lines->items[i].text);
        mem_free(lines->items[i].title);
        mem_free(lines->items[i].article);
    }
    mem_free(lines->items);
    *lines = (struct eval_lines){0};
}

void eval_judgements_done(struct eval_judgements *judgements)
{
    for (size_t i = 0; i < judgements->count; i++) {
        mem_free(judgements->items[i].query);
        mem_free(judgements->items[i].article);
    }
    mem_free(judgements->items);
    *judgements = (struct eval_judgements){0};
}

/* The string at KEY as a fresh copy, NULL where there is none. */
static enum status copy_string(const json_t *object, const char *key, char **ret, struct error *err)
{
    struct slice text;
    enum status status = json_read_string(object, key, &text, err);
    if (status != STATUS_OK || !text.ptr)
        return status;
    *ret = mem_strndup(text.ptr, text.length);
    return *ret ? STATUS_OK : error_memory(err);
}

static enum status read_line(struct slice text, const char *key, struct eval_lines *lines, struct error *err)
{
    _cleanup_json_ json_t *object = NULL;
    struct eval_line *line;
    enum status status = json_read(text, &object, err);
    if (status != STATUS_OK)
        return status;
    if (mem_grow(&lines->items, &lines->capacity, lines->count, sizeof *lines->items) != 0)
        return error_memory(err);
    line = &lines->items[lines->count++];
    *line = (struct eval_line){0};
    status = copy_string(object, "id", &line->id, err);
    if (status == STATUS_OK)
        status = copy_string(object, "text", &line->text, err);
    if (status == STATUS_OK)
        status = copy_string(object, "title", &line->title, err);
    if (status == STATUS_OK)
        status = copy_string(object, "article", &line->article, err);
    if (status != STATUS_OK)
        return status;
    if (!line->text || (key && !(str_equal(key, "id") ? line->id : line->article)))
        return error_set(err, STATUS_INVALID, "\"%s\" is missing", line->text ? key : "text");
    return STATUS_OK;
}

enum status eval_read_lines(const char *file, const char *key, struct eval_lines *ret, struct error *err)
{
    _cleanup_free_ char *text = NULL;
    struct slice rest, line;
    size_t length, number = 0;
    enum status status = file_read(file, FILE_MOST, &text, &length, err);
    if (status != STATUS_OK)
        return status;
    rest = (struct slice){text, length};
    while (slice_split(&rest, '\n', &line)) {
        number++;
        line = slice_trim(line);
        if (!line.length)
            continue;
        status = read_line(line, key, ret, err);
        if (status != STATUS_OK)
            return error_wrap(err, status == STATUS_OUT_OF_MEMORY ? status : STATUS_INVALID, "%s:%zu", file, number);
    }
    return STATUS_OK;
}

static int compare_judgements(const void *a, const void *b)
{
    const struct eval_judgement *x = a, *y = b;
    return strcmp(x->query, y->query);
}

static enum status read_judgement(struct slice line, struct eval_judgements *ret, struct error *err)
{
    struct slice query, article, grade;
    struct eval_judgement *judgement;
    int64_t value;
    if (!slice_split(&line, '\t', &query) || !slice_split(&line, '\t', &article) || !slice_split(&line, '\t', &grade) ||
        !str_to_int64(slice_trim(grade), &value) || value < -100 || value > 100)
        return error_set(err, STATUS_INVALID, "expected: query, article and grade, parted by tabs");
    if (mem_grow(&ret->items, &ret->capacity, ret->count, sizeof *ret->items) != 0)
        return error_memory(err);
    judgement = &ret->items[ret->count++];
    *judgement = (struct eval_judgement){.query = mem_strndup(query.ptr, query.length),
                                         .article = mem_strndup(article.ptr, article.length),
                                         .grade = (int)value};
    return judgement->query && judgement->article ? STATUS_OK : error_memory(err);
}

enum status eval_read_judgements(const char *file, struct eval_judgements *ret, struct error *err)
{
    _cleanup_free_ char *text = NULL;
    struct slice rest, line;
    size_t length, number = 0;
    enum status status = file_read(file, FILE_MOST, &text, &length, err);
    if (status != STATUS_OK)
        return status;
    rest = (struct slice){text, length};
    while (slice_split(&rest, '\n', &line)) {
        number++;
        if (!slice_trim(line).length)
            continue;
        status = read_judgement(line, ret, err);
        if (status != STATUS_OK)
            return error_wrap(err, status, "%s:%zu", file, number);
    }
    if (ret->count)
        qsort(ret->items, ret->count, sizeof *ret->items, compare_judgements);
    return STATUS_OK;
}
