/* page_error.c: moved addresses, and the page for what does not exist or goes wrong. */
#include "http/pages/pages.h"

#include "app/content.h"
#include "base/str.h"

enum { NEAREST = 5 };

/* The words of an address: "/guides/reset-password.html" → "guides reset password". */
static char *words_of_path(const char *path)
{
    char *words = mem_strdup(path);
    char *dot = words ? strrchr(words, '.') : NULL;
    if (dot && !strchr(dot, '/'))
        *dot = '\0';
    for (char *p = words; p && *p; p++)
        if (strchr("/-_.+", *p))
            *p = ' ';
    return words;
}

static enum status redirect_to(struct request *request, const char *id, struct error *err)
{
    _cleanup_buf_ struct buf target = BUF_INIT(4096);
    buf_add_str(&target, "/articles/");
    buf_add_url(&target, slice_of(id), "/");
    if (target.failed)
        return error_memory(err);
    return reply_redirect(request, 301, buf_str(&target), err);
}

/* The id that PATH would name without what people and other sites put behind one; NULL: the same. */
static char *without_ending(const char *path)
{
    static const char *const endings[] = {"/", ".md", ".mdx", ".html", "/index"};
    const char *id = str_starts(path, "/articles/") ? path + strlen("/articles/") : NULL;
    struct slice rest = slice_of(id ? id : "");
    for (size_t i = 0; i < ARRAY_LENGTH(endings); i++) {
        size_t length = strlen(endings[i]);
        if (rest.length > length && memcmp(rest.ptr + rest.length - length, endings[i], length) == 0)
            rest.length -= length;
    }
    return rest.length < strlen(id ? id : "") ? mem_strndup(rest.ptr, rest.length) : NULL;
}

static bool is_article(struct request *request, const char *id)
{
    const struct content_reader_rights public = {.agents = false};
    _cleanup_json_ json_t *article = NULL;
    return service_article_json(request->service, id, public, &article, NULL) == STATUS_OK;
}

enum status page_unknown(struct request *request, struct error *err)
{
    _cleanup_free_ char *id = NULL, *shorter = without_ending(request->path);
    if (service_redirect(request->service, request->path, &id, NULL) == STATUS_OK)
        return redirect_to(request, id, err);
    if (shorter && is_article(request, shorter))
        return redirect_to(request, shorter, err);
    return error_set(err, STATUS_NOT_FOUND, "there is no page at this address");
}

/* The group of words that tells of STATUS. */
static const char *words_for(unsigned status)
{
    if (status == 404)
        return "not_found";
    return status < 500 && status != 429 ? "refused" : "unavailable";
}

/* Sets heading, title and detail from the words called NAME. */
static void set_words(struct page *page, const char *name)
{
    const json_t *texts = json_object_get(page->texts, "error");
    _cleanup_free_ char *detail = mem_printf("%s_detail", name);
    page_set(page, "heading", json_incref(json_object_get(texts, name)));
    page_set(page, "title", json_incref(json_object_get(texts, name)));
    if (detail)
        page_set(page, "detail", json_incref(json_object_get(texts, detail)));
}

void page_of_error(struct request *request, unsigned status, const struct error *err)
{
    _cleanup_page_ struct page page = {0};
    _cleanup_free_ char *words = status == 404 ? words_of_path(request->path) : NULL;
    if (page_begin(request, &page, NULL) != STATUS_OK) {
        reply_problem(request, status, err ? err->message : NULL);
        return;
    }
    set_words(&page, words_for(status));
    page_set(&page, "noindex", json_true());
    if (words)
        page_set_list(&page, "nearest", page_nearest(&page, words, NEAREST));
    if (page_reply(&page, status, "error.html", NULL) != STATUS_OK)
        reply_problem(request, status, err ? err->message : NULL);
}
