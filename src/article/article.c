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

const char *article_audience_name(enum article_audience audience)
{
    return audience == ARTICLE_PUBLIC ? "public" : "agents";
}

const char *article_status_name(enum article_status status)
{
    static const char *const names[] = {"published", "draft", "archived"};
    return names[status];
}

int64_t article_review_due_ms(int64_t reviewed_ms, int64_t review_every_ms, int64_t updated_ms, int64_t default_ms)
{
    int64_t every_ms = review_every_ms >= 0 ? review_every_ms : default_ms;
    int64_t last_ms = reviewed_ms < 0 && review_every_ms >= 0 ? updated_ms : reviewed_ms;
    return every_ms < 0 || last_ms < 0 ? -1 : last_ms + every_ms;
}
