/* place.h: what the path of a file says about an article: id, language, category, translations.
 *
 * Paths are relative to the articles folder, with '/' between folders. */
#ifndef DEFLECT_ARTICLE_PLACE_H
#define DEFLECT_ARTICLE_PLACE_H

#include "base/buf.h"
#include "base/slice.h"

#include <stdbool.h>

/* True for .md, .markdown and .mdx, whatever the case. */
bool place_is_article(const char *path);
bool place_is_mdx(const char *path);

/* PATH without its extension, and without a last part that stands for its folder (index, _index,
 * README); such a file at the top keeps its name. Borrowed from PATH. */
struct slice place_stem(const char *path);

/* The first folder of PATH where it names a language, else {NULL, 0}. LANGUAGES: those that count
 * (a region may follow); NULL: all that the index knows (text/words.h). Borrowed from PATH. */
struct slice place_language_folder(const char *path, char *const *languages);

/* BCP 47 in its usual spelling ("pt_br" → "pt-BR", "ZH-hant" → "zh-Hant"); *RET is NULL where TEXT
 * is no such tag. False when memory is short. Owns: the caller. */
bool place_language_tag(struct slice text, char **ret);

/* The following are fresh strings, NULL when memory is short. LANGUAGE is what
 * place_language_folder said. */
char *place_id(const char *path);
char *place_category(const char *path, struct slice language); /* "" at the top */
char *place_translation_key(const char *path,
                            struct slice language); /* the id below the language folder */
char *place_title(const char *path);

/* Appends PATH to OUT without ".", ".." and empty parts, and without '/' at its ends; where it has
 * no leading '/' it starts in the folder of the file FROM. False when it leads above the root (OUT
 * is then as before). */
bool place_join(const char *from, struct slice path, struct buf *out);

/* Appends TEXT with %XX decoded. False where that gives no UTF-8, or a control character (OUT is
 * then as before). */
bool place_decode(struct slice text, struct buf *out);

#endif
