/* article_import.h: another knowledge base's articles as Markdown files with front matter. */
#ifndef DEFLECT_APP_ARTICLE_IMPORT_H
#define DEFLECT_APP_ARTICLE_IMPORT_H

#include "app/import/article_source.h"
#include "base/buf.h"

/* Appends ARTICLE as a file: front matter (title, category, tags, updated, status, redirects from the old
 * address, votes) and its text. Errors: OUT.failed. */
void article_import_markdown(const struct source_article *article, struct buf *out);

/* Appends where the file belongs: "account/reset-your-password.md", with a language's folder first
 * where the article's differs from DEFAULT_LANG. */
void article_import_path(const struct source_article *article, const char *default_lang,
                         struct buf *out);

#endif
