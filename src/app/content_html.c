/* content_html.c: an article's HTML, its links resolved to addresses. */
#include "app/content.h"

#include "article/markdown.h"

enum status service_article_html(struct service *service, struct index_reader *reader,
                                 const struct article *article, struct buf *out, struct error *err)
{
    struct markdown_options options = {.skip_title = article->title};
    (void)service;
    (void)reader;
    return markdown_to_html(slice_of(article->markdown), &options, out, err);
}
