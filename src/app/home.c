/* home.c: public articles by category and those that helped most, each in the language that fits
 * best. */
#define HASH_NONFATAL_OOM 1
#include "app/home.h"

#include "app/answer.h"
#include "app/content.h"
#include "app/service_private.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/str.h"

#include <uthash.h>

enum { LANGUAGES_MOST = 32, CATEGORIES_MOST = 200, SHOWN = 6, HELPFUL_SHOWN = 6 };

/* How well an article's language fits the page's. */
enum fit { FIT_ANY = 1, FIT_DEFAULT, FIT_SAME, FIT_REGION };

/* The best of an article and its translations so far. */
struct choice {
    UT_hash_handle hh;
    enum fit fit; /* of its language */
    size_t order; /* place in the index's list */
    size_t rank;  /* place among what helped most; SIZE_MAX: it is not among them */
    char *id, *title, *summary, *category, *url;
    char key[];
};

struct page {
    char *lang;
    uint64_t revision;
    json_t *model;
};

struct home {
    pthread_mutex_t lock;
    struct page pages[LANGUAGES_MOST];
    size_t count;
    json_t *helpful; /* ids, most helpful first; NULL: not known yet */
};

enum status home_new(struct home **ret, struct error *err)
{
    struct home *home = mem_zero(1, sizeof *home);
    if (!home)
        return error_memory(err);
    (void)pthread_mutex_init(&home->lock, NULL);
    *ret = home;
    return STATUS_OK;
}

struct home *home_free(struct home *home)
{
    for (size_t i = 0; home && i < home->count; i++) {
        mem_free(home->pages[i].lang);
        json_decref(home->pages[i].model);
    }
    if (home) {
        json_decref(home->helpful);
        (void)pthread_mutex_destroy(&home->lock);
    }
    return mem_free(home);
}

/* ---- Choosing ---- */

struct choosing {
    const char *lang, *default_lang;
    const json_t *helpful; /* ids; NULL: none */
    struct choice *choices;
    size_t seen;
    bool failed;
};

static bool same_language(const char *a, const char *b)
{
    size_t length = strcspn(a, "-");
    return length == strcspn(b, "-") &&
           str_equal_ascii_case((struct slice){a, length}, (struct slice){b, length});
}

static enum fit language_fit(const struct choosing *choosing, const char *lang)
{
    if (str_equal_ascii_case(slice_of(lang), slice_of(choosing->lang)))
        return FIT_REGION;
    if (same_language(lang, choosing->lang))
        return FIT_SAME;
    if (same_language(lang, choosing->default_lang))
        return FIT_DEFAULT;
    return FIT_ANY;
}

static struct choice *choice_free(struct choice *choice)
{
    mem_free(choice->id);
    mem_free(choice->title);
    mem_free(choice->summary);
    mem_free(choice->category);
    mem_free(choice->url);
    return mem_free(choice);
}

static struct choice *choice_new(const struct index_summary *summary, enum fit fit, size_t order)
{
    size_t size = strlen(summary->translation_key) + 1;
    struct choice *choice = mem_zero(1, sizeof *choice + size);
    if (!choice)
        return NULL;
    memcpy(choice->key, summary->translation_key, size);
    choice->fit = fit;
    choice->order = order;
    choice->rank = SIZE_MAX;
    choice->id = mem_strdup(summary->id);
    choice->title = mem_strdup(summary->title);
    choice->summary = mem_strdup(summary->summary);
    choice->category = mem_strdup(summary->category);
    choice->url = summary->url ? mem_strdup(summary->url) : NULL;
    if (!choice->id || !choice->title || !choice->summary || !choice->category ||
        (summary->url && !choice->url))
        return choice_free(choice);
    return choice;
}

static size_t rank_of(const json_t *helpful, const char *id)
{
    size_t i;
    json_t *each;
    json_array_foreach(helpful, i, each)
    {
        if (str_equal(json_string_value(each), id))
            return i;
    }
    return SIZE_MAX;
}

/* Notes for CHOICE, which may be NULL, what a translation of it achieved. */
static void raise_rank(struct choice *choice, size_t rank)
{
    if (choice && rank < choice->rank)
        choice->rank = rank;
}

static bool choose(void *arg, const struct index_summary *summary)
{
    struct choosing *choosing = arg;
    enum fit fit = language_fit(choosing, summary->lang);
    size_t rank = rank_of(choosing->helpful, summary->id);
    struct choice *before, *choice;
    HASH_FIND_STR(choosing->choices, summary->translation_key, before);
    raise_rank(before, rank);
    if (before && before->fit >= fit)
        return true;
    choice = choice_new(summary, fit, before ? before->order : choosing->seen++);
    raise_rank(choice, before ? before->rank : rank);
    if (before) {
        HASH_DEL(choosing->choices, before);
        (void)choice_free(before);
    }
    if (choice) {
        HASH_ADD_STR(choosing->choices, key, choice);
        if (!choice->hh.tbl)
            choice = choice_free(choice);
    }
    choosing->failed = !choice;
    return !choosing->failed;
}

static int by_order(const struct choice *a, const struct choice *b)
{
    return (a->order > b->order) - (a->order < b->order);
}

/* ---- Composing ---- */

static json_t *find_category(json_t *categories, const char *name)
{
    size_t i;
    json_t *category;
    json_array_foreach(categories, i, category)
    {
        if (str_equal(json_string_value(json_object_get(category, "name")), name))
            return category;
    }
    if (json_array_size(categories) >= CATEGORIES_MOST)
        return NULL;
    category = json_pack("{s:s,s:[],s:i,s:b}", "name", name, "articles", "more", 0, "foreign", true);
    if (category && json_array_append_new(categories, category) == 0)
        return category;
    return NULL;
}

static bool add_choice(json_t *categories, const struct choice *choice)
{
    _cleanup_buf_ struct buf url = BUF_INIT(LIMIT_QUERY);
    json_t *category = find_category(categories, choice->category), *articles;
    if (!category)
        return json_array_size(categories) >= CATEGORIES_MOST;
    if (choice->fit >= FIT_SAME && json_object_set_new(category, "foreign", json_false()) < 0)
        return false;
    articles = json_object_get(category, "articles");
    if (json_array_size(articles) >= SHOWN) {
        json_t *more = json_object_get(category, "more");
        return json_integer_set(more, json_integer_value(more) + 1) == 0;
    }
    answer_address(&url, choice->id, choice->url, NULL);
    return json_array_append_new(articles, json_pack("{s:s,s:s,s:s,s:s}", "id", choice->id, "title",
                                                     choice->title, "summary", choice->summary,
                                                     "url", buf_str(&url))) == 0;
}

static int by_rank(const struct choice *a, const struct choice *b)
{
    return (a->rank > b->rank) - (a->rank < b->rank);
}

static bool add_helpful(json_t *helpful, const struct choice *choice)
{
    _cleanup_buf_ struct buf url = BUF_INIT(LIMIT_QUERY);
    if (choice->rank == SIZE_MAX || choice->fit < FIT_SAME ||
        json_array_size(helpful) >= HELPFUL_SHOWN)
        return true;
    answer_address(&url, choice->id, choice->url, NULL);
    return json_array_append_new(helpful, json_pack("{s:s,s:s}", "title", choice->title, "url",
                                                    buf_str(&url))) == 0;
}

static enum status list_all(struct service *service, struct choosing *choosing, struct error *err)
{
    static const struct index_list_filter filter = {.public_only = true};
    struct index_reader *reader = NULL;
    enum status status = service_take_reader(service, &reader, err);
    if (status)
        return status;
    status = index_list(reader, &filter, choose, choosing, err);
    if (status == STATUS_MODIFIED && !(status = index_reader_refresh(reader, err)))
        status = index_list(reader, &filter, choose, choosing, err);
    service_give_reader(service, reader);
    return !status && choosing->failed ? error_memory(err) : status;
}

static void free_choices(struct choosing *choosing)
{
    struct choice *choice, *next;
    HASH_ITER(hh, choosing->choices, choice, next)
    {
        HASH_DEL(choosing->choices, choice);
        (void)choice_free(choice);
    }
}

/* Puts the choices into the two lists, each in its order. */
static bool list_choices(struct choosing *choosing, json_t *categories, json_t *helpful)
{
    struct choice *choice, *next;
    bool listed = true;
    HASH_SORT(choosing->choices, by_order);
    HASH_ITER(hh, choosing->choices, choice, next)
    listed = listed && add_choice(categories, choice);
    HASH_SORT(choosing->choices, by_rank);
    HASH_ITER(hh, choosing->choices, choice, next)
    listed = listed && add_helpful(helpful, choice);
    return listed;
}

static enum status compose(struct service *service, const char *lang, const json_t *praised,
                           json_t **ret, struct error *err)
{
    struct choosing choosing = {.lang = lang,
                                .default_lang = service_config(service)->default_lang,
                                .helpful = praised};
    _cleanup_json_ json_t *categories = json_array(), *helpful = json_array();
    enum status status =
        categories && helpful ? list_all(service, &choosing, err) : error_memory(err);
    if (!status && !list_choices(&choosing, categories, helpful))
        status = error_memory(err);
    free_choices(&choosing);
    if (!status && !(*ret = json_pack("{s:O,s:O}", "categories", categories, "helpful", helpful)))
        status = error_memory(err);
    return status;
}

/* ---- Keeping ---- */

static struct page *find_page(struct home *home, const char *lang)
{
    for (size_t i = 0; i < home->count; i++)
        if (strcmp(home->pages[i].lang, lang) == 0)
            return &home->pages[i];
    return NULL;
}

/* Keeps MODEL; where memory is short, languages are too many, or another list of what helped has
 * come meanwhile, it does not. */
static void keep(struct home *home, const char *lang, uint64_t revision, const json_t *helpful,
                 json_t *model)
{
    struct page *page;
    (void)pthread_mutex_lock(&home->lock);
    if (home->helpful != helpful) {
        (void)pthread_mutex_unlock(&home->lock);
        return;
    }
    page = find_page(home, lang);
    if (!page && home->count < LANGUAGES_MOST) {
        char *copy = mem_strdup(lang);
        if (copy) {
            page = &home->pages[home->count++];
            page->lang = copy;
        }
    }
    if (page) {
        json_decref(page->model);
        page->model = json_incref(model);
        page->revision = revision;
    }
    (void)pthread_mutex_unlock(&home->lock);
}

/* A copy of the page; NULL: it is to be composed with the list *RET_HELPFUL, whose reference the
 * caller owns. */
static json_t *copy_kept(struct home *home, const char *lang, uint64_t revision,
                         json_t **ret_helpful)
{
    json_t *copy = NULL;
    struct page *page;
    (void)pthread_mutex_lock(&home->lock);
    page = find_page(home, lang);
    if (page && page->model && page->revision == revision)
        copy = json_deep_copy(page->model);
    *ret_helpful = json_incref(home->helpful);
    (void)pthread_mutex_unlock(&home->lock);
    return copy;
}

void home_set_helpful(struct home *home, json_t *ids)
{
    (void)pthread_mutex_lock(&home->lock);
    if (json_equal(home->helpful, ids)) {
        json_decref(ids);
    } else {
        json_decref(home->helpful);
        home->helpful = ids;
        for (size_t i = 0; i < home->count; i++) {
            json_decref(home->pages[i].model);
            home->pages[i].model = NULL;
        }
    }
    (void)pthread_mutex_unlock(&home->lock);
}

enum status home_json(struct home *home, struct service *service, const char *lang, json_t **ret,
                      struct error *err)
{
    _cleanup_json_ json_t *model = NULL, *helpful = NULL;
    uint64_t revision = service_revision(service);
    enum status status;
    *ret = copy_kept(home, lang, revision, &helpful);
    if (*ret)
        return STATUS_OK;
    status = compose(service, lang, helpful, &model, err);
    if (status)
        return status;
    *ret = json_deep_copy(model);
    keep(home, lang, revision, helpful, model);
    return *ret ? STATUS_OK : error_memory(err);
}
