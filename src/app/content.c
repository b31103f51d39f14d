/* content.c: articles as the API's JSON. */
#include "app/content.h"

#include "app/answer.h"
#include "app/home.h"
#include "app/service_private.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/str.h"
#include "store/link.h"

enum { PAGE_ARTICLES = 100 };

/* Adds KEY with VALUE (taken over); false when memory is short. */
static bool put(json_t *object, const char *key, json_t *value)
{
    return json_object_set_new(object, key, value) == 0;
}

static bool put_text(json_t *object, const char *key, const char *text)
{
    return put(object, key, text ? json_string(text) : json_null());
}

static bool put_time(json_t *object, const char *key, int64_t time_ms)
{
    char text[CLOCK_TEXT_SIZE];
    if (time_ms < 0)
        return put(object, key, json_null());
    clock_format(time_ms, text);
    return put_text(object, key, text);
}

/* Where ID is read: its own address, or on this server; ABSOLUTE: with the server's address. */
static bool put_url(json_t *object, struct service *service, const char *id, const char *own_url,
                    bool absolute)
{
    _cleanup_buf_ struct buf url = BUF_INIT(LIMIT_QUERY);
    if (absolute && !own_url)
        buf_add_str(&url, service_public_url(service));
    answer_address(&url, id, own_url, NULL);
    return !url.failed && put_text(object, "url", buf_str(&url));
}

static json_t *list_of(char *const *texts)
{
    json_t *list = json_array();
    for (; list && texts && *texts; texts++)
        if (json_array_append_new(list, json_string(*texts))) {
            json_decref(list);
            return NULL;
        }
    return list;
}

static json_t *sections_of(const struct article *article)
{
    _cleanup_json_ json_t *list = json_array();
    for (size_t i = 0; list && i < article->section_count; i++) {
        const struct article_section *section = &article->sections[i];
        if (json_array_append_new(list, json_pack("{s:s,s:s,s:i}", "heading", section->heading,
                                                  "anchor", section->anchor, "level",
                                                  section->level)))
            return NULL;
    }
    return steal_pointer(&list);
}

static bool may_see(const struct article *article, struct content_reader_rights rights)
{
    return article_is_public(article) || rights.agents;
}

static enum status get_article(struct service *service, struct index_reader *reader, const char *id,
                               struct content_reader_rights rights, struct index_article *ret,
                               struct error *err)
{
    enum status status = index_get(reader, id, ret, err);
    (void)service;
    if (status == STATUS_MODIFIED && !(status = index_reader_refresh(reader, err)))
        status = index_get(reader, id, ret, err);
    if (!status && !may_see(ret->article, rights)) {
        index_article_done(ret);
        status = STATUS_NOT_FOUND;
    }
    if (status == STATUS_NOT_FOUND)
        return error_set(err, status, "there is no article %s", id);
    return status;
}

static enum status article_json(struct service *service, struct index_reader *reader,
                                const struct index_article *found, json_t **ret, struct error *err)
{
    const struct article *article = found->article;
    _cleanup_buf_ struct buf html = BUF_INIT(LIMIT_ARTICLE_HTML);
    _cleanup_json_ json_t *object = json_object();
    enum status status = service_article_html(service, reader, article, &html, err);
    if (status)
        return status;
    if (!object || !put_text(object, "id", article->id) ||
        !put_text(object, "title", article->title) ||
        !put_text(object, "summary", article->summary) || !put_text(object, "lang", article->lang) ||
        !put_text(object, "category", article->category) ||
        !put(object, "tags", list_of(article->tags)) ||
        !put_url(object, service, article->id, article->url, true) ||
        !put_text(object, "path", article->path) ||
        !put_text(object, "audience", article_audience_name(article->audience)) ||
        !put_text(object, "status", article_status_name(article->status)) ||
        !put_text(object, "html", buf_str(&html)) ||
        !put(object, "sections", sections_of(article)) ||
        !put_time(object, "updated", found->updated_ms) ||
        !put_text(object, "version", article->version))
        return error_memory(err);
    *ret = steal_pointer(&object);
    return STATUS_OK;
}

/* For how many tickets agents sent the article, ever, and how many came back: nice to know, no reason to fail. */
static void put_sent(struct service *service, const char *id, json_t *object)
{
    struct link_counts counts;
    if (store_count_links(service_store(service), id, INT64_MIN, INT64_MAX, &counts, NULL) == STATUS_OK)
        (void)put(object, "sent", json_pack("{s:I, s:I}", "tickets", (json_int_t)counts.tickets, "returned",
                                            (json_int_t)counts.returned));
}

enum status service_article_json(struct service *service, const char *id,
                                 struct content_reader_rights rights, json_t **ret,
                                 struct error *err)
{
    struct index_reader *reader = NULL;
    struct index_article found;
    enum status status = service_take_reader(service, &reader, err);
    if (status)
        return status;
    status = get_article(service, reader, id, rights, &found, err);
    if (!status) {
        status = article_json(service, reader, &found, ret, err);
        if (!status && rights.agents)
            put_sent(service, id, *ret);
        index_article_done(&found);
    }
    service_give_reader(service, reader);
    return status;
}

/* How a list goes on. */
struct listing {
    struct service *service;
    json_t *rows;
    const char *leave_out; /* an id; NULL: none */
    char *last_id;         /* of a full page */
    bool failed;
};

static bool list_article(void *arg, const struct index_summary *summary)
{
    struct listing *listing = arg;
    json_t *row;
    if (json_array_size(listing->rows) == PAGE_ARTICLES) {
        listing->last_id = mem_strdup(json_string_value(json_object_get(
            json_array_get(listing->rows, PAGE_ARTICLES - 1), "id")));
        listing->failed = !listing->last_id;
        return false;
    }
    row = json_pack("{s:s,s:s,s:s,s:s,s:s}", "id", summary->id, "title", summary->title, "summary",
                    summary->summary, "lang", summary->lang, "category", summary->category);
    listing->failed = !row || !put_time(row, "updated", summary->updated_ms) ||
                      !put_url(row, listing->service, summary->id, summary->url, true) ||
                      json_array_append(listing->rows, row) != 0;
    json_decref(row);
    return !listing->failed;
}

/* Runs the list, once more where commits overtook the reader. */
static enum status run_list(struct service *service, const struct index_list_filter *filter,
                            index_summary_fn *each, struct listing *listing, struct error *err)
{
    struct index_reader *reader = NULL;
    enum status status = service_take_reader(service, &reader, err);
    if (status)
        return status;
    status = index_list(reader, filter, each, listing, err);
    if (status == STATUS_MODIFIED && !(status = index_reader_refresh(reader, err))) {
        (void)json_array_clear(listing->rows);
        status = index_list(reader, filter, each, listing, err);
    }
    service_give_reader(service, reader);
    return !status && listing->failed ? error_memory(err) : status;
}

enum status service_articles_json(struct service *service, const char *lang, const char *category,
                                  const char *cursor, json_t **ret, struct error *err)
{
    struct listing listing = {.service = service, .rows = json_array()};
    struct index_list_filter filter = {.lang = lang, .category = category, .public_only = true,
                                       .after = cursor ? cursor : "", .limit = PAGE_ARTICLES + 1};
    enum status status = listing.rows ? run_list(service, &filter, list_article, &listing, err)
                                      : error_memory(err);
    if (status)
        json_decref(listing.rows);
    else if (!(*ret = json_pack("{s:o,s:s?}", "articles", listing.rows, "next_cursor",
                                listing.last_id)))
        status = error_memory(err);
    mem_free(listing.last_id);
    return status;
}

static bool list_translation(void *arg, const struct index_summary *summary)
{
    struct listing *listing = arg;
    json_t *row;
    if (strcmp(summary->id, listing->leave_out) == 0)
        return true;
    row = json_pack("{s:s,s:s,s:s}", "id", summary->id, "lang", summary->lang, "title",
                    summary->title);
    listing->failed = !row || !put_url(row, listing->service, summary->id, summary->url, false) ||
                      json_array_append(listing->rows, row) != 0;
    json_decref(row);
    return !listing->failed;
}

enum status service_translations_json(struct service *service, const char *id, json_t **ret,
                                      struct error *err)
{
    struct listing listing = {.service = service, .leave_out = id};
    struct index_list_filter filter = {.public_only = true};
    struct index_reader *reader = NULL;
    struct index_article found;
    enum status status = service_take_reader(service, &reader, err);
    if (status)
        return status;
    status = get_article(service, reader, id, (struct content_reader_rights){.agents = true},
                         &found, err);
    service_give_reader(service, reader);
    if (status)
        return status;
    filter.translation_key = found.article->translation_key;
    listing.rows = json_array();
    status = listing.rows ? run_list(service, &filter, list_translation, &listing, err)
                          : error_memory(err);
    index_article_done(&found);
    if (status)
        json_decref(listing.rows);
    else
        *ret = listing.rows;
    return status;
}

static enum status related_rows(struct service *service, const struct index_results *related,
                                json_t **ret, struct error *err)
{
    _cleanup_json_ json_t *rows = json_array();
    for (size_t i = 0; rows && i < related->count; i++) {
        const struct index_hit *hit = &related->hits[i];
        _cleanup_json_ json_t *row =
            json_pack("{s:s,s:s,s:s}", "id", hit->id, "title", hit->title, "lang", hit->lang);
        if (!row || !put_url(row, service, hit->id, hit->url, false) ||
            json_array_append(rows, row))
            return error_memory(err);
    }
    if (!rows)
        return error_memory(err);
    *ret = steal_pointer(&rows);
    return STATUS_OK;
}

enum status service_related_json(struct service *service, const char *id, size_t limit,
                                 json_t **ret, struct error *err)
{
    struct index_results related = {.hits = NULL};
    struct index_reader *reader = NULL;
    enum status status = service_take_reader(service, &reader, err);
    if (status)
        return status;
    status = index_related(reader, id, limit, &related, err);
    if (status == STATUS_MODIFIED && !(status = index_reader_refresh(reader, err)))
        status = index_related(reader, id, limit, &related, err);
    service_give_reader(service, reader);
    if (!status)
        status = related_rows(service, &related, ret, err);
    index_results_done(&related);
    return status;
}

enum status service_redirect(struct service *service, const char *path, char **ret_id,
                             struct error *err)
{
    struct index_reader *reader = NULL;
    struct index_article found;
    _cleanup_free_ char *id = NULL;
    enum status status = service_take_reader(service, &reader, err);
    if (status)
        return status;
    status = index_id_of_redirect(reader, path, &id, err);
    if (!status) /* what a reader may not see must not be told from what is not there */
        status = get_article(service, reader, id, (struct content_reader_rights){.agents = false},
                             &found, err);
    if (!status) {
        index_article_done(&found);
        *ret_id = steal_pointer(&id);
    }
    service_give_reader(service, reader);
    return status;
}

enum status service_home_json(struct service *service, const char *lang, json_t **ret,
                              struct error *err)
{
    return home_json(service->home, service, lang, ret, err);
}
