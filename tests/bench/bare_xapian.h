/* bare_xapian.h: the same texts and questions through Xapian's own TermGenerator and QueryParser, as a measure of what is possible. */
#ifndef DEFLECT_BENCH_BARE_XAPIAN_H
#define DEFLECT_BENCH_BARE_XAPIAN_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct bare;

/* A database in FOLDER, written with STEM_SOME and positions, as the documentation shows. NULL where it cannot be opened. */
struct bare *bare_create(const char *folder);
bool bare_add(struct bare *bare, const char *title, const char *text);
bool bare_finish(struct bare *bare);
struct bare *bare_close(struct bare *bare);

/* The numbers of the first MOST results for the words of TEXT joined by OR; PARTIAL: the last is a prefix (FLAG_PARTIAL). */
size_t bare_search(struct bare *bare, const char *text, bool partial, unsigned *documents, size_t most);

/* Compacts the database in FOLDER into INTO; false where that fails. */
bool bare_compact(const char *folder, const char *into);

#ifdef __cplusplus
}
#endif

#endif
