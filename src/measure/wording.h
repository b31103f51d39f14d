/* wording.h: how figures about texts come to their words, without knowing a language themselves. */
#ifndef DEFLECT_MEASURE_WORDING_H
#define DEFLECT_MEASURE_WORDING_H

#include "base/buf.h"

/* Appends the normal form of TEXT (text/words.h): stems in order of the alphabet, joined by spaces;
 * nothing where no word is left. LANG may be NULL. False when memory is short. */
typedef bool wording_fn(void *arg, const char *text, const char *lang, struct buf *out);

/* Longest normal form that is looked at, in bytes; what a person asks is far below. */
#define WORDING_BYTES 2048

#endif
