/* similar.h: which past tickets are like a text.
 *
 * Keeps of each ticket the set of its words' stems, in memory; a question is compared with all of
 * them, rare words counting more (inverse document frequency as in BM25, Robertson and Zaragoza
 * 2009). Texts themselves are not kept. Threads: any. */
#ifndef DEFLECT_APP_SIMILAR_H
#define DEFLECT_APP_SIMILAR_H

#include "base/error.h"
#include "base/slice.h"

#include <stddef.h>

struct similar;

/* DEFAULT_LANG (borrowed) is taken where a text does not tell its language. Owns: the caller.
 * Errors: OUT_OF_MEMORY. */
enum status similar_new(const char *default_lang, struct similar **ret, struct error *err);
struct similar *similar_free(struct similar *similar);

/* Adds the ticket ID, or replaces its words. The oldest is dropped beyond LIMIT_SIMILAR_TICKETS.
 * Errors: OUT_OF_MEMORY. */
enum status similar_put(struct similar *similar, const char *id, struct slice subject,
                        struct slice body, struct error *err);

/* Forgets the ticket; unknown ids are fine. */
void similar_remove(struct similar *similar, const char *id);

struct similar_hit {
    char *id;
    double score; /* 0 to 1: share of the question's weight that the ticket has, less for a long one */
};
void similar_hits_done(struct similar_hit *hits, size_t count);

/* Fills HITS (room for LIMIT) with the tickets most like the text, best first, those below
 * LEAST (0 to 1) and the ticket EXCEPT (may be NULL) left out. Errors: OUT_OF_MEMORY. */
enum status similar_find(struct similar *similar, struct slice subject, struct slice body,
                         const char *except, double least, size_t limit, struct similar_hit *hits,
                         size_t *ret_count, struct error *err);

#endif
