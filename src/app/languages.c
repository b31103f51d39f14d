/* languages.c: which languages the public articles are written in. */
#include "app/languages.h"

#include "app/service_private.h"
#include "base/json.h"
#include "base/str.h"

#include <stdlib.h>

struct languages {
    pthread_mutex_t lock; /* guards what follows */
    json_t *list;         /* NULL: not known yet */
    uint64_t revision;    /* of the index that it was made of */
    bool making;
};

enum status languages_new(struct languages **ret, struct error *err)
{
    struct languages *languages = mem_zero(1, sizeof *languages);
    if (!languages)
        return error_memory(err);
    (void)pthread_mutex_init(&languages->lock, NULL);
    *ret = languages;
    return STATUS_OK;
}

struct languages *languages_free(struct languages *languages)
{
    if (languages) {
        json_decref(languages->list);
        (void)pthread_mutex_destroy(&languages->lock);
    }
    return mem_free(languages);
}

/* ---- Making out ---- */

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static enum status make_list(char **langs, json_t **ret, struct error *err)
{
    _cleanup_json_ json_t *list = json_array();
    bool failed = !list;
    if (langs)
        qsort(langs, strv_length(langs), sizeof *langs, by_name);
    for (size_t i = 0; langs && langs[i] && !failed; i++)
        failed = json_array_append_new(list, json_string(langs[i])) != 0;
    if (failed)
        return error_memory(err);
    *ret = steal_pointer(&list);
    return STATUS_OK;
}

static enum status make_out(struct service *service, json_t **ret, struct error *err)
{
    struct index_reader *reader;
    _cleanup_strv_ char **langs = NULL;
    enum status status = service_take_reader(service, &reader, err);
    if (status != STATUS_OK)
        return status;
    status = index_languages(reader, &langs, err);
    if (status == STATUS_MODIFIED && !(status = index_reader_refresh(reader, err)))
        status = index_languages(reader, &langs, err);
    service_give_reader(service, reader);
    return status == STATUS_OK ? make_list(langs, ret, err) : status;
}

/* ---- Keeping ---- */

/* A copy of the list; NULL: the caller is to make it out, and to call keep. */
static json_t *copy_kept(struct languages *languages, uint64_t revision)
{
    json_t *copy = NULL;
    (void)pthread_mutex_lock(&languages->lock);
    if (languages->list && (languages->making || languages->revision == revision))
        copy = json_deep_copy(languages->list);
    else
        languages->making = true;
    (void)pthread_mutex_unlock(&languages->lock);
    return copy;
}

/* LIST may be NULL, where it could not be made. */
static void keep(struct languages *languages, uint64_t revision, const json_t *list)
{
    json_t *copy = list ? json_deep_copy(list) : NULL;
    (void)pthread_mutex_lock(&languages->lock);
    languages->making = false;
    if (copy) {
        json_decref(languages->list);
        languages->list = copy;
        languages->revision = revision;
    }
    (void)pthread_mutex_unlock(&languages->lock);
}

enum status service_languages_json(struct service *service, json_t **ret, struct error *err)
{
    uint64_t revision = service_revision(service);
    enum status status;
    if ((*ret = copy_kept(service->languages, revision)))
        return STATUS_OK;
    status = make_out(service, ret, err);
    keep(service->languages, revision, status == STATUS_OK ? *ret : NULL);
    return status;
}
