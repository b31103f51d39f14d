/* language.h: language tags (BCP 47) that readers ask for, and which of those on offer suits them. Pure. */
#ifndef DEFLECT_HTTP_LANGUAGE_H
#define DEFLECT_HTTP_LANGUAGE_H

#include "base/slice.h"

#include <stdbool.h>

#define LANGUAGE_TAG_SIZE 36

/* Copies TAG into OUT where it has the shape of a language tag: letters, then "-" and further letters or digits. "_"
 * is taken for "-", since pages write "pt_BR" too. False, OUT untouched, for anything else. */
bool language_tag_read(struct slice tag, char out[LANGUAGE_TAG_SIZE]);

/* Which of OFFERED (ended by NULL) fits WISH: the same, else a shorter form of it ("de-CH" finds "de"), else another
 * form of its language ("pt" finds "pt-BR"); NULL: none. */
const char *language_lookup(struct slice wish, const char *const *offered);

/* The same for the header Accept-Language ("de-CH, fr;q=0.8"; may be NULL), its wishes by weight, then order. */
const char *language_negotiate(const char *accept, const char *const *offered);

#endif
