/* settle.h: questions that are still being typed, until each is settled or superseded.
 *
 * A question is settled when it was asked as final, when a `view` names it, or when its session
 * asked nothing more for 1.5 s; only then does it become a `search` event. What a session asked
 * before its latest question is kept for half a minute, should a view name it, and then forgotten.
 * The number of questions kept is bounded: under a flood the oldest are lost and counted.
 * Threads: any; a thread of its own watches the clock. */
#ifndef DEFLECT_APP_SETTLE_H
#define DEFLECT_APP_SETTLE_H

#include "app/answer.h"
#include "base/digest.h"

#include <utlist.h>

#include <uthash.h>

/* A question and what was shown for it. */
struct question {
    char query_id[DIGEST_ID_SIZE];
    char *session, *text;
    char *lang; /* as asked for; NULL: the answer's */
    struct answer *answer;       /* a reference of the question's own */
    int64_t asked_ms;
    enum event_place place;
    enum event_arm arm;
    double holdout;
    unsigned marks;
    /* of settle.c alone */
    int64_t due_us;              /* monotonic: settled, or forgotten when superseded */
    bool superseded;
    struct question *prev, *next;
    UT_hash_handle by_id, by_session;
};

/* Empties and frees QUESTION. Returns NULL. */
struct question *question_free(struct question *question);
DEFINE_CLEANUP(struct question *, question_free)

/* Called with each settled question, which is the callee's from then on; on the thread that settled
 * it. */
typedef void settle_fn(void *arg, struct question *question);

struct settle;
enum status settle_start(settle_fn *settled, void *arg, struct settle **ret, struct error *err);

/* Takes over QUESTION; the session's earlier one is superseded. FINAL: settled at once. */
void settle_ask(struct settle *settle, struct question *question, bool final);

/* A view of SESSION names QUERY_ID: that question is settled, if it still waits. */
void settle_view(struct settle *settle, const char *session, const char *query_id);

/* Questions lost so far because too many waited. */
uint64_t settle_lost(struct settle *settle);

/* Settles what waits, ends the thread, frees. Returns NULL. */
struct settle *settle_stop(struct settle *settle);

#endif
