/* answer.h: the part of a suggest answer that does not depend on who asks, as finished JSON text.
 *
 * An answer is shared: by the cache, by requests that are being answered and by queries that wait
 * to be settled; it is never changed once made. Threads: any. */
#ifndef DEFLECT_APP_ANSWER_H
#define DEFLECT_APP_ANSWER_H

#include "app/agent/paste.h"
#include "base/buf.h"
#include "index/index.h"
#include "store/event.h"

#include <stdatomic.h>

struct answer {
    _Atomic unsigned references;
    char *head;       /* `"corrected":…,"lang":…` */
    size_t head_length;
    char *tail;       /* `"results":[…],"total":N` */
    size_t tail_length;
    char *lang;       /* of the question */
    enum event_confidence confidence; /* of the first result */
    char **articles;  /* ids shown, in order; NULL: none */
    size_t bytes;     /* memory taken, for the cache */
};

/* Makes the answer to RESULTS with one reference. For AGENTS (NULL: for customers) each result carries what paste.h
 * says. Owns: the caller, by answer_drop. */
enum status answer_new(const struct index_results *results, const struct paste_rules *agents,
                       struct answer **ret, struct error *err);

struct answer *answer_hold(struct answer *answer);
/* Gives one reference back; the last one frees. Returns NULL. */
struct answer *answer_drop(struct answer *answer);
DEFINE_CLEANUP(struct answer *, answer_drop)

/* Appends the whole JSON body. */
void answer_write(const struct answer *answer, const char *query_id, struct slice query,
                  enum event_arm arm, struct buf *out);

/* Appends `/articles/ID#ANCHOR` (percent-encoded), or the article's own address URL. */
void answer_address(struct buf *out, const char *id, const char *url, const char *anchor);

#endif
