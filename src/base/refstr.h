/* refstr.h: reference-counted texts, for one that several tables keep: it is stored once.
 *
 * A refstr is a `const char *` that is read like any other and never changes. Its count stands
 * before its first byte, so only what refstr_new gave may be given to refstr_ref and refstr_unref.
 * Threads: one at a time for all who share a text, as the count is a plain number. */
#ifndef DEFLECT_BASE_REFSTR_H
#define DEFLECT_BASE_REFSTR_H

/* A copy of TEXT with one reference, the caller's. NULL when memory is short. */
const char *refstr_new(const char *text) __attribute__((warn_unused_result));

/* One more reference to TEXT (NULL: none), which it returns. Cannot fail. */
const char *refstr_ref(const char *text) __attribute__((warn_unused_result));

/* Gives a reference to TEXT (NULL: none) back; the last one frees it. Returns NULL. */
const char *refstr_unref(const char *text);

#endif
