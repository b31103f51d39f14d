/* report_shelf.c: a short list under one lock. */
#include "app/report/report_shelf.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"

#include <pthread.h>

#define PLACES 32
#define SLOW_US 250000
#define LIFE_FACTOR 20
#define LIFE_MOST_US ((int64_t)15 * 60 * 1000000)

struct kept {
    char *key; /* NULL: an empty place */
    json_t *report;
    struct report_request request; /* texts point into `key` */
    int64_t made_us, life_us;
    bool wanted; /* asked for since it was old */
};

struct report_shelf {
    pthread_mutex_t lock;
    struct kept places[PLACES];
};

enum status report_shelf_new(struct report_shelf **ret, struct error *err)
{
    *ret = mem_zero(1, sizeof **ret);
    if (!*ret)
        return error_memory(err);
    (void)pthread_mutex_init(&(*ret)->lock, NULL);
    return STATUS_OK;
}

static void empty(struct kept *kept)
{
    mem_free(kept->key);
    json_decref(kept->report);
    *kept = (struct kept){0};
}

struct report_shelf *report_shelf_free(struct report_shelf *shelf)
{
    if (!shelf)
        return NULL;
    for (size_t i = 0; i < PLACES; i++)
        empty(&shelf->places[i]);
    (void)pthread_mutex_destroy(&shelf->lock);
    return mem_free(shelf);
}

/* ---- Places ---- */

/* Kind, article and language, each NUL-terminated. */
static char *make_key(const struct report_request *request)
{
    struct buf key = BUF_INIT(4096);
    const char *texts[] = {request->kind, request->article, request->lang};
    for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
        buf_add_str(&key, texts[i] ? texts[i] : "");
        buf_add_char(&key, '\0');
    }
    return buf_take(&key);
}

/* Lets the texts of REQUEST, where it has any, be those of KEY. */
static void point_to(struct report_request *request, const char *key)
{
    const char *article = key + strlen(key) + 1, *lang = article + strlen(article) + 1;
    request->kind = key;
    request->article = request->article ? article : NULL;
    request->lang = request->lang ? lang : NULL;
}

static bool same(const struct report_request *a, const struct report_request *b)
{
    return a->from_ms == b->from_ms && a->to_ms == b->to_ms && str_equal(a->kind, b->kind) &&
           str_equal(a->article, b->article) && str_equal(a->lang, b->lang);
}

/* The place of REQUEST; NULL: there is none. */
static struct kept *find(struct report_shelf *shelf, const struct report_request *request)
{
    for (size_t i = 0; i < PLACES; i++) {
        if (shelf->places[i].key && same(&shelf->places[i].request, request))
            return &shelf->places[i];
    }
    return NULL;
}

/* An empty place, or the one made longest ago. */
static struct kept *make_room(struct report_shelf *shelf)
{
    struct kept *oldest = &shelf->places[0];
    for (size_t i = 0; i < PLACES; i++) {
        if (!shelf->places[i].key)
            return &shelf->places[i];
        if (shelf->places[i].made_us < oldest->made_us)
            oldest = &shelf->places[i];
    }
    return oldest;
}

static bool is_old(const struct kept *kept)
{
    return clock_monotonic_us() - kept->made_us > kept->life_us;
}

/* ---- The face ---- */

json_t *report_shelf_take(struct report_shelf *shelf, const struct report_request *request)
{
    json_t *report = NULL;
    (void)pthread_mutex_lock(&shelf->lock);
    struct kept *kept = find(shelf, request);
    if (kept) {
        kept->wanted = kept->wanted || is_old(kept);
        report = json_incref(kept->report);
    }
    (void)pthread_mutex_unlock(&shelf->lock);
    return report;
}

bool report_shelf_put(struct report_shelf *shelf, const struct report_request *request,
                      json_t *report, int64_t took_us)
{
    char *key = took_us < SLOW_US ? NULL : make_key(request);
    (void)pthread_mutex_lock(&shelf->lock);
    struct kept *kept = find(shelf, request);
    if (kept || key) {
        kept = kept ? kept : make_room(shelf);
        empty(kept);
    }
    if (key) {
        const int64_t life_us = LIFE_FACTOR * took_us;
        *kept = (struct kept){.key = key,
                              .report = json_incref(report),
                              .request = *request,
                              .made_us = clock_monotonic_us(),
                              .life_us = life_us < LIFE_MOST_US ? life_us : LIFE_MOST_US};
        point_to(&kept->request, key);
    }
    (void)pthread_mutex_unlock(&shelf->lock);
    return took_us >= SLOW_US;
}

bool report_shelf_next(struct report_shelf *shelf, struct report_request *ret, char **ret_texts)
{
    bool found = false;
    (void)pthread_mutex_lock(&shelf->lock);
    for (size_t i = 0; !found && i < PLACES; i++) {
        struct kept *kept = &shelf->places[i];
        char *texts = kept->wanted ? make_key(&kept->request) : NULL;
        if (!texts)
            continue;
        kept->wanted = false;
        *ret = kept->request;
        point_to(ret, texts);
        *ret_texts = texts;
        found = true;
    }
    (void)pthread_mutex_unlock(&shelf->lock);
    return found;
}
