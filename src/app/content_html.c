/* content_html.c: an article's HTML, its links resolved to addresses that work everywhere. */
#include "app/content.h"

#include "app/answer.h"
#include "article/folder.h"
#include "article/image.h"
#include "article/link.h"
#include "article/markdown.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/str.h"

/* What the links of one article are resolved with. */
struct rendering {
    struct service *service;
    struct index_reader *reader;
    const struct article *article;
};

static bool file_is_there(const struct rendering *rendering, const char *path)
{
    _cleanup_close_ int fd = -1;
    const char *mime;
    return folder_open_file(service_config(rendering->service)->articles, path, &fd, &mime, NULL) ==
           STATUS_OK;
}

static enum status find(void *arg, enum link_key kind, const char *key, char **ret_id,
                        struct error *err)
{
    struct rendering *rendering = arg;
    struct index_article found;
    enum status status;
    switch (kind) {
    case LINK_BY_PATH:
        return index_id_of_path(rendering->reader, key, ret_id, err);
    case LINK_BY_REDIRECT:
        return index_id_of_redirect(rendering->reader, key, ret_id, err);
    case LINK_BY_FILE:
        return file_is_there(rendering, key) ? STATUS_OK : STATUS_NOT_FOUND;
    case LINK_BY_ID:
        break;
    }
    status = index_get(rendering->reader, key, &found, err);
    if (status)
        return status;
    index_article_done(&found);
    *ret_id = mem_strdup(key);
    return *ret_id ? STATUS_OK : error_memory(err);
}

/* The address of the article that LINK names. A reader of a public article gets no link to one that
 * only agents may read. */
static enum status article_target(struct rendering *rendering, const struct link *link,
                                  struct markdown_target *ret, struct error *err)
{
    _cleanup_buf_ struct buf url = BUF_INIT(LIMIT_QUERY);
    const char *anchor = link->anchor, *known;
    struct index_article found;
    enum status status = index_get(rendering->reader, link->id, &found, err);
    if (status)
        return status == STATUS_NOT_FOUND ? STATUS_OK : status;
    if (article_is_public(found.article) || !article_is_public(rendering->article)) {
        known = anchor ? link_anchor(found.article->sections, found.article->section_count, anchor)
                       : NULL;
        if (!found.article->url)
            buf_add_str(&url, service_public_url(rendering->service));
        answer_address(&url, link->id, found.article->url, known ? known : anchor);
        ret->url = buf_take(&url);
        ret->title = mem_strdup(found.article->title);
        if (!ret->url || !ret->title)
            status = error_memory(err);
    }
    index_article_done(&found);
    return status;
}

static enum status file_target(struct rendering *rendering, enum markdown_target_kind kind,
                               const char *path, struct markdown_target *ret, struct error *err)
{
    _cleanup_buf_ struct buf url = BUF_INIT(LIMIT_QUERY);
    _cleanup_close_ int fd = -1;
    const char *mime;
    buf_printf(&url, "%s/files/", service_public_url(rendering->service));
    buf_add_url(&url, slice_of(path), "/");
    if (kind == MARKDOWN_IMAGE &&
        !folder_open_file(service_config(rendering->service)->articles, path, &fd, &mime, NULL))
        (void)image_size_of_file(fd, &ret->width, &ret->height);
    ret->url = buf_take(&url);
    return ret->url ? STATUS_OK : error_memory(err);
}

/* True where TARGET ("https://img.example.com/a.png") is of a host that config `image_hosts` names. */
static bool is_image_host(const struct rendering *rendering, struct slice target)
{
    static const char slashes[] = "//";
    const char *host = memmem(target.ptr, target.length, slashes, sizeof slashes - 1);
    size_t length = 0, left;
    if (!host)
        return false;
    host += sizeof slashes - 1;
    left = target.length - (size_t)(host - target.ptr);
    while (length < left && !strchr("/?#", host[length]))
        length++;
    for (char *const *one = service_config(rendering->service)->image_hosts; one && *one; one++)
        if (str_equal_ascii_case(slice_of(*one), (struct slice){host, length}))
            return true;
    return false;
}

static enum status external_target(const struct rendering *rendering,
                                   enum markdown_target_kind kind, struct slice target,
                                   struct markdown_target *ret, struct error *err)
{
    ret->external = true;
    ret->as_link = kind == MARKDOWN_IMAGE && !is_image_host(rendering, target);
    ret->url = mem_strndup(target.ptr, target.length);
    return ret->url ? STATUS_OK : error_memory(err);
}

static enum status page_target(const struct rendering *rendering, const char *path,
                               struct markdown_target *ret, struct error *err)
{
    ret->url = mem_printf("%s%s", service_public_url(rendering->service), path);
    return ret->url ? STATUS_OK : error_memory(err);
}

/* Where TARGET leads; nothing where nothing is there, so that its text stays without a link. */
static enum status resolve(void *arg, enum markdown_target_kind kind, struct slice target,
                           struct markdown_target *ret, struct error *err)
{
    struct rendering *rendering = arg;
    struct link link = {.kind = LINK_UNKNOWN};
    enum status status =
        link_resolve(rendering->article->path, target, find, rendering, &link, err);
    if (!status && link.kind == LINK_ARTICLE)
        status = article_target(rendering, &link, ret, err);
    else if (!status && link.kind == LINK_FILE)
        status = file_target(rendering, kind, link.path, ret, err);
    else if (!status && link.kind == LINK_PAGE)
        status = page_target(rendering, link.path, ret, err);
    else if (!status && link.kind == LINK_EXTERNAL)
        status = external_target(rendering, kind, target, ret, err);
    link_done(&link);
    return status;
}

enum status service_article_html(struct service *service, struct index_reader *reader,
                                 const struct article *article, struct buf *out, struct error *err)
{
    struct rendering rendering = {service, reader, article};
    struct markdown_options options = {.resolve = resolve,
                                       .resolve_arg = &rendering,
                                       .skip_title = article->title};
    return markdown_to_html(slice_of(article->markdown), &options, out, err);
}

static enum status is_linked(struct service *service, const char *path, struct error *err)
{
    struct index_reader *reader = NULL;
    enum status status = service_take_reader(service, &reader, err);
    if (status)
        return status;
    if (!index_file_is_public(reader, path))
        status = error_set(err, STATUS_NOT_FOUND, "there is no file %s", path);
    service_give_reader(service, reader);
    return status;
}

enum status service_open_file(struct service *service, const char *path, bool public_only,
                              int *ret_fd, const char **ret_mime, struct error *err)
{
    enum status status = public_only ? is_linked(service, path, err) : STATUS_OK;
    if (!status)
        status = folder_open_file(service_config(service)->articles, path, ret_fd, ret_mime, err);
    if (status == STATUS_DENIED) /* a type that is not served is as good as not there */
        return error_set(err, STATUS_NOT_FOUND, "there is no file %s", path);
    return status;
}
