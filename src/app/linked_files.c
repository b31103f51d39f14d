/* linked_files.c: the files behind an article's links. */
#include "app/linked_files.h"

#include "article/folder.h"
#include "article/link.h"
#include "article/markdown.h"
#include "base/str.h"

struct search {
    struct article *article;
    enum status status;
    struct error *err;
};

/* Every file of a served type counts as there: whether it is, shows when it is asked for. */
static enum status find_file(void *arg, enum link_key kind, const char *key, char **ret_id,
                             struct error *err)
{
    (void)arg;
    (void)err;
    *ret_id = NULL;
    return kind == LINK_BY_FILE && folder_mime(key) ? STATUS_OK : STATUS_NOT_FOUND;
}

static bool take_link(void *arg, enum markdown_target_kind kind, struct slice target, size_t line)
{
    struct search *search = arg;
    struct link link = {.kind = LINK_UNKNOWN};
    (void)kind;
    (void)line;
    search->status =
        link_resolve(search->article->path, target, find_file, NULL, &link, search->err);
    if (!search->status && link.kind == LINK_FILE &&
        !strv_contains(search->article->files, link.path) &&
        !strv_append(&search->article->files, slice_of(link.path)))
        search->status = error_memory(search->err);
    link_done(&link);
    return search->status == STATUS_OK;
}

enum status linked_files_find(struct article *article, struct error *err)
{
    struct search search = {.article = article, .err = err};
    enum status status =
        markdown_each_link(slice_of(article->markdown), take_link, &search, err);
    return status ? status : search.status;
}
