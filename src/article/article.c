/* article.c: one help article. */
#include "article/article.h"

#include "article/outline.h"
#include "base/str.h"

struct article *article_free(struct article *article)
{
    if (!article)
        return NULL;
    char *texts[] = {article->id,
                     article->path,
                     article->digest,
                     article->version,
                     article->title,
                     article->summary,
                     article->lang,
                     article->category,
                     article->owner,
                     article->url,
                     article->translation_key,
                     article->translation_of,
                     article->markdown};
    char **lists[] = {article->tags, article->questions, article->tests, article->redirects,
                      article->files};
    for (size_t i = 0; i < ARRAY_LENGTH(texts); i++)
        mem_free(texts[i]);
    for (size_t i = 0; i < ARRAY_LENGTH(lists); i++)
        strv_free(lists[i]);
    outline_sections_free(article->sections, article->section_count);
    return mem_free(article);
}

bool article_is_public(const struct article *article)
{
    return article->audience == ARTICLE_PUBLIC && article->status == ARTICLE_PUBLISHED;
}
