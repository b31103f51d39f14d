/* strings.h: the words of the pages in each language.
 *
 * One JSON file a language is compiled in (web/strings/en.json, …); a file of the same name in the folder
 * `_deflect/strings` of the articles replaces single texts ("du" for "Sie", a company's own words); its object "widget"
 * those of the widget. What a language lacks stands in English. */
#ifndef DEFLECT_HTTP_STRINGS_H
#define DEFLECT_HTTP_STRINGS_H

#include "base/buf.h"
#include "base/error.h"

#include <jansson.h>
#include <stdint.h>

struct strings;

/* Loads every language, with the replacements below ARTICLES (may be missing; a broken file is an error that names
 * it). Owns: the caller frees with strings_free. Errors: INVALID, IO, OUT_OF_MEMORY. */
enum status strings_load(const char *articles, struct strings **ret, struct error *err);
struct strings *strings_free(struct strings *strings);

/* The language of the pages nearest to LANG (BCP 47, NULL allowed): "de-AT" → "de"; FALLBACK, then "en", where there
 * is none. Borrowed. Threads: any, here and below. */
const char *strings_language(const struct strings *strings, const char *lang, const char *fallback);

/* All texts of LANG (as strings_language gave it), as one object for templates. Borrowed. */
json_t *strings_texts(const struct strings *strings, const char *lang);

/* The languages there are: an object of tag → texts. Borrowed. */
json_t *strings_languages(const struct strings *strings);

/* The text at GROUP.NAME with {PLACEHOLDER} replaced by VALUE. Owns: the caller; NULL when memory is short. */
char *strings_format(const json_t *texts, const char *group, const char *name, const char *placeholder,
                     const char *value);

/* The text at GROUP.NAME for COUNT things ("one", "other" by the language's rule), {count} replaced. */
char *strings_plural(const json_t *texts, const char *lang, const char *group, const char *name, size_t count);

/* The UTC day of TIME_MS as people write it ("3 November 2026"). Owns: the caller; NULL when memory is short. */
char *strings_date(const json_t *texts, int64_t time_ms);

#endif
