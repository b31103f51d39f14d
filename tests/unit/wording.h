/* wording.h: a normal form simple enough to follow by hand: lower-cased words in order of the
 * alphabet. */
#ifndef DEFLECT_TESTS_WORDING_H
#define DEFLECT_TESTS_WORDING_H

#include "base/buf.h"

/* A wording_fn (measure/wording.h). */
bool sorted_words(void *arg, const char *text, const char *lang, struct buf *out);

#endif
