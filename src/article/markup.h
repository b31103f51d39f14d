/* markup.h: reading one tag of HTML or JSX, and braces of JSX, out of text. */
#ifndef DEFLECT_ARTICLE_MARKUP_H
#define DEFLECT_ARTICLE_MARKUP_H

#include "base/slice.h"

#include <stdbool.h>

struct markup_tag {
    struct slice name; /* empty: a fragment, <> */
    bool closing, self_closing;
    struct slice attributes; /* what stands between name and end */
    size_t length;           /* from '<' to '>' */
};

/* Reads the tag at the start of TEXT ("<a href=…>", "</a>", "<Foo bar={…} />"). False where there
 * is none, which may take a look at all of TEXT. */
bool markup_read_tag(struct slice text, struct markup_tag *ret);

/* The value of the attribute NAME where it is a string that stands there as such, else {NULL, 0}.
 */
struct slice markup_attribute(struct slice attributes, const char *name);

/* The length of the balanced braces at the start of TEXT, strings and comments of JavaScript within
 * them skipped; 0 where they are not closed. */
size_t markup_braces(struct slice text);

/* The text of an expression that is one string ("{'a'}", "{" "}"), else {NULL, 0}. BRACES includes
 * the braces. */
struct slice markup_string_in_braces(struct slice braces);

/* True where NAME is WORD, whatever the case. */
bool markup_name_is(struct slice name, const char *word);

/* True where NAME is one of the NULL-terminated LIST, whatever the case. */
bool markup_name_in(struct slice name, const char *const *list);

#endif
