/* languages.c: which languages the public articles are written in. */
#include "app/languages.h"

#include "base/json.h"
#include "base/str.h"

#include <stdlib.h>

static bool note_language(void *arg, const struct index_summary *summary)
{
    char ***langs = arg;
    return strv_contains(*langs, summary->lang) || strv_append(langs, slice_of(summary->lang));
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

enum status service_languages_json(struct service *service, json_t **ret, struct error *err)
{
    const struct index_list_filter filter = {.public_only = true};
    struct index_reader *reader;
    _cleanup_strv_ char **langs = NULL;
    _cleanup_json_ json_t *list = json_array();
    enum status status = service_take_reader(service, &reader, err);
    if (status != STATUS_OK)
        return status;
    status = index_list(reader, &filter, note_language, &langs, err);
    service_give_reader(service, reader);
    if (status != STATUS_OK)
        return status;
    if (langs)
        qsort(langs, strv_length(langs), sizeof *langs, by_name);
    for (size_t i = 0; langs && langs[i]; i++)
        (void)json_array_append_new(list, json_string(langs[i]));
    if (!list)
        return error_memory(err);
    *ret = steal_pointer(&list);
    return STATUS_OK;
}
