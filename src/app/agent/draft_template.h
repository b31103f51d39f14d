/* draft_template.h: the words around the passage of a draft, in each language. */
#ifndef DEFLECT_APP_DRAFT_TEMPLATE_H
#define DEFLECT_APP_DRAFT_TEMPLATE_H

#include "base/error.h"

/* The template of LANG ("de", "pt-BR") with {passage} and {link} in it: the file
 * ARTICLES/_deflect/drafts/LANG.txt, else the built-in one, else English. Owns: the caller. Errors:
 * IO, OUT_OF_MEMORY. */
enum status draft_template(const char *articles, const char *lang, char **ret, struct error *err);

#endif
