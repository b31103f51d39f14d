/* article_source.h: articles in the JSON of other knowledge bases' APIs.
 *
 * Known by their fields: Zendesk's Help Center, Help Scout Docs, Freshdesk Solutions, Intercom
 * Articles, Zammad's knowledge base. */
#ifndef DEFLECT_APP_ARTICLE_SOURCE_H
#define DEFLECT_APP_ARTICLE_SOURCE_H

#include "base/json.h"

#include <stdbool.h>
#include <stdint.h>

/* An article as found there. Texts borrowed from the JSON; NULL: not known. */
struct source_article {
    const char *title, *html, *lang, *url, *category, *summary;
    const json_t *tags; /* an array of texts */
    int64_t updated_ms; /* -1: not known */
    int64_t up, down;   /* votes; -1: not known */
    bool draft;
};

/* Called with each article. False stops. */
typedef bool source_article_fn(void *arg, const struct source_article *article);

/* Finds names of categories, sections, folders and collections in PAGE and puts them into NAMES, an
 * object of id → name. Call for all pages first. */
void source_names(const json_t *page, json_t *names);

/* Calls EACH with every article of PAGE. */
void source_each(const json_t *page, const json_t *names, source_article_fn *each, void *arg);

#endif
