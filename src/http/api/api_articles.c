/* api_articles.c: /v1/articles: the knowledge base for other programs and for the widget. */
#include "http/api/api.h"

#include "app/content.h"
#include "base/limits.h"

static enum status reply_revalidated(struct request *request, json_t *value, struct error *err)
{
    enum status status = reply_json(request, 200, value, err);
    if (status)
        return status;
    reply_cache(request, request->token.role == ROLE_NONE ? "public, no-cache" : "private, no-cache");
    reply_header(request, "Vary", "Authorization");
    reply_etag(request);
    return STATUS_OK;
}

enum status api_articles_list(struct request *request, struct error *err)
{
    const char *category = request_param(request, "category");
    const char *cursor = request_param(request, "cursor");
    const char *lang;
    json_t *list;
    enum status status = request_lang(request, &lang, err);
    if (!status)
        status = service_articles_json(request->service, lang, category, cursor, &list, err);
    return status ? status : reply_revalidated(request, list, err);
}

enum status api_articles_get(struct request *request, struct error *err)
{
    struct content_reader_rights rights = {.agents = request->token.role >= ROLE_AGENT};
    json_t *article;
    enum status status = service_article_json(request->service, request->rest, rights, &article, err);
    return status ? status : reply_revalidated(request, article, err);
}
