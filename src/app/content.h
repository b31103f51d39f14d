/* content.h: articles as readers get them: JSON of the API, and models for the pages. */
#ifndef DEFLECT_APP_CONTENT_H
#define DEFLECT_APP_CONTENT_H

#include "app/service.h"
#include "base/buf.h"

struct content_reader_rights {
    bool agents; /* a token of role agent or higher: agents' articles and drafts too */
};

/* The article ID as the API's JSON object (id, title, lang, category, html, sections, updated, version, …), all addresses absolute.
 * Errors: NOT_FOUND (also for what the reader may not see). Owns: the caller. */
enum status service_article_json(struct service *service, const char *id, struct content_reader_rights rights,
                                 json_t **ret, struct error *err);

/* One page of the list as the API's JSON object. CURSOR NULL: the first. */
enum status service_articles_json(struct service *service, const char *lang, const char *category,
                                  const char *cursor, json_t **ret, struct error *err);

/* Safe HTML of ARTICLE with its links resolved and made absolute. */
enum status service_article_html(struct service *service, struct index_reader *reader,
                                 const struct article *article, struct buf *out, struct error *err);

/* The home page's model in language LANG: {"categories":[{"name","articles":[{"id","title","summary","url"}],"more":N,
 * "foreign"}],"helpful":[{"title","url"}]}; foreign: none of the category's articles is in that language; helpful: what
 * helped most within 30 days. */
enum status service_home_json(struct service *service, const char *lang, json_t **ret, struct error *err);

/* Articles like ID: [{"title","url"}]. And its translations: [{"lang","url","title"}]. */
enum status service_related_json(struct service *service, const char *id, size_t limit, json_t **ret,
                                 struct error *err);
enum status service_translations_json(struct service *service, const char *id, json_t **ret, struct error *err);

/* The article that PATH ("/old/page") was redirected to. Errors: NOT_FOUND. Owns: the caller. */
enum status service_redirect(struct service *service, const char *path, char **ret_id, struct error *err);

/* Opens a file that an article links (below /files/). PUBLIC_ONLY: only those that public, published articles link. */
enum status service_open_file(struct service *service, const char *path, bool public_only, int *ret_fd,
                              const char **ret_mime, struct error *err);

#endif
