/* page_search.c: passages for a question, or the articles of a category. */
#include "http/pages/pages.h"

#include "app/content.h"
#include "base/limits.h"
#include "base/str.h"
#include "http/strings.h"

enum { RESULTS_SHOWN = 12, NEAREST = 5 };

static json_t *copy_of(const json_t *object, const char *field)
{
    return json_incref(json_object_get(object, field));
}

/* One result as the template shows it, from one of the API. */
static json_t *result_model(const struct page *page, json_t *result)
{
    static const char *const same[] = {"article", "url", "title_html", "snippet_html", "lang"};
    const char *category = json_string_value(json_object_get(result, "category"));
    const char *section = json_string_value(json_object_get(result, "section"));
    const char *lang = json_string_value(json_object_get(result, "lang"));
    bool both = !str_empty(category) && !str_empty(section);
    json_t *model = json_object();
    for (size_t i = 0; i < ARRAY_LENGTH(same); i++)
        (void)json_object_set_new(model, same[i], copy_of(result, same[i]));
    (void)json_object_set_new(model, "other_lang", json_boolean(lang && !str_starts(lang, page->lang)));
    (void)json_object_set_new(model, "place",
                              json_sprintf("%s%s%s", category ? category : "", both ? " › " : "",
                                           section ? section : ""));
    return model;
}

static enum status ask(struct page *page, const char *query, json_t **ret, struct error *err)
{
    const struct suggest_request question = {.subject = slice_of(query),
                                             .lang = page->lang,
                                             .limit = RESULTS_SHOWN,
                                             .place = PLACE_SEARCH,
                                             .final = true};
    _cleanup_buf_ struct buf answer = BUF_INIT(LIMIT_HTTP_RESPONSE);
    enum status status = service_suggest(page->request->service, &question, &answer, err);
    if (status != STATUS_OK)
        return status;
    return json_read((struct slice){buf_str(&answer), answer.length}, ret, err);
}

json_t *page_nearest(struct page *page, const char *text, size_t limit)
{
    _cleanup_json_ json_t *answer = NULL;
    json_t *nearest = json_array(), *result;
    size_t i;
    if (ask(page, text, &answer, NULL) != STATUS_OK)
        return nearest;
    json_array_foreach (json_object_get(answer, "results"), i, result)
        if (i < limit)
            (void)json_array_append_new(nearest, json_pack("{s:O, s:O}", "title", json_object_get(result, "title"),
                                                           "url", json_object_get(result, "url")));
    return nearest;
}

/* The first words of the question, for a second try where all of it found nothing. */
static char *shortened(const char *query)
{
    const char *space = strrchr(query, ' ');
    return space ? mem_strndup(query, (size_t)(space - query)) : mem_strdup("");
}

static void set_nothing(struct page *page, const char *query)
{
    _cleanup_free_ char *fewer = shortened(query);
    page_take_text(page, "heading", strings_format(page->texts, "search", "nothing", "query", query));
    page_set(page, "nothing", json_true());
    if (fewer && *fewer)
        page_set_list(page, "nearest", page_nearest(page, fewer, NEAREST));
}

static void set_found(struct page *page, const char *query, const json_t *answer)
{
    json_t *results = json_array(), *result;
    const char *corrected = json_string_value(json_object_get(answer, "corrected"));
    size_t i;
    json_array_foreach (json_object_get(answer, "results"), i, result)
        (void)json_array_append_new(results, result_model(page, result));
    page_take_text(page, "heading", strings_format(page->texts, "search", "title_query", "query", query));
    if (corrected)
        page_take_text(page, "count", strings_format(page->texts, "search", "corrected", "query", corrected));
    page_set(page, "query_id", copy_of(answer, "query_id"));
    page_set_list(page, "results", results);
}

static enum status show_query(struct page *page, const char *query, struct error *err)
{
    _cleanup_json_ json_t *answer = NULL;
    enum status status = ask(page, query, &answer, err);
    if (status != STATUS_OK)
        return status;
    page_set_text(page, "q", query);
    if (json_array_size(json_object_get(answer, "results")) > 0)
        set_found(page, query, answer);
    else
        set_nothing(page, query);
    page_set(page, "title", copy_of(page->model, "heading"));
    return STATUS_OK;
}

/* All articles of one category, page by page of the API's list. */
static enum status show_category(struct page *page, const char *category, struct error *err)
{
    json_t *results = json_array();
    _cleanup_free_ char *cursor = NULL;
    enum status status = STATUS_OK;
    do {
        _cleanup_json_ json_t *list = NULL;
        json_t *article;
        size_t i;
        status = service_articles_json(page->request->service, NULL, category, cursor, &list, err);
        cursor = mem_free(cursor);
        json_array_foreach (json_object_get(list, "articles"), i, article)
            (void)json_array_append_new(
                results, json_pack("{s:O, s:O, s:O}", "article", json_object_get(article, "id"), "title",
                                   json_object_get(article, "title"), "summary",
                                   json_object_get(article, "summary")));
        if (json_is_string(json_object_get(list, "next_cursor")))
            cursor = mem_strdup(json_string_value(json_object_get(list, "next_cursor")));
    } while (status == STATUS_OK && cursor);
    if (status == STATUS_OK && json_array_size(results) == 0)
        status = error_set(err, STATUS_NOT_FOUND, "there is no category of this name");
    page_set_text(page, "title", category);
    page_set_text(page, "heading", category);
    page_take_text(page, "count",
                   strings_plural(page->texts, page->lang, "search", "count", json_array_size(results)));
    page_set_list(page, "listed", results);
    return status;
}

enum status page_search(struct request *request, struct error *err)
{
    const char *query = request_param(request, "q"), *category = request_param(request, "category");
    _cleanup_page_ struct page page = {0};
    enum status status = page_begin(request, &page, err);
    if (status != STATUS_OK)
        return status;
    page_set(&page, "noindex", json_true());
    if (query && strlen(query) > LIMIT_QUERY)
        return error_set(err, STATUS_UNPROCESSABLE, "field q is over %d bytes", LIMIT_QUERY);
    if (query)
        status = show_query(&page, query, err);
    else if (category)
        status = show_category(&page, category, err);
    else
        page_set(&page, "title", copy_of(json_object_get(page.texts, "search"), "title"));
    if (!query && !category)
        page_set(&page, "heading", copy_of(page.model, "title"));
    return status == STATUS_OK ? page_reply(&page, 200, "search.html", err) : status;
}
