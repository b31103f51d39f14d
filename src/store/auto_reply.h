/* auto_reply.h: tickets to which the search had a sure answer when they came in, and what was done
 * with it.
 *
 * One row a ticket, for good: what was sent once is never sent again. The row goes with its ticket.
 */
#ifndef DEFLECT_STORE_AUTO_REPLY_H
#define DEFLECT_STORE_AUTO_REPLY_H

#include "store/store.h"

enum auto_reply_state {
    AUTO_REPLY_UNSENT,   /* only noted: the mode is off, or the draft was not to be sent */
    AUTO_REPLY_HELD_OUT, /* would have been sent; not, to compare */
    AUTO_REPLY_BEGUN,    /* about to be sent; after a crash nobody knows */
    AUTO_REPLY_SENT,
    AUTO_REPLY_FAILED,
};

struct auto_reply {
    const char *ticket;  /* as stored */
    const char *article; /* the answer */
    const char *code;    /* in the reply's link: tells it in what the desk sends back */
    enum auto_reply_state state;
    int64_t at_ms;
};

/* Notes REPLY, durably, unless the ticket has one. *RET_NEW tells whether it had none. Errors: as
 * store_append. */
enum status store_note_auto_reply(struct store *store, const struct auto_reply *reply,
                                  bool *ret_new, struct error *err);

/* Changes the state of a ticket's reply. Errors: as store_append. */
enum status store_set_auto_reply(struct store *store, const char *ticket,
                                 enum auto_reply_state state, struct error *err);

/* Every one of FROM_MS <= at < TO_MS, oldest first (of one ticket where TICKET is not NULL);
 * borrowed. EACH returns false to stop. */
typedef bool store_auto_reply_fn(void *arg, const struct auto_reply *reply);
enum status store_each_auto_reply(struct store *store, int64_t from_ms, int64_t to_ms,
                                  const char *ticket, store_auto_reply_fn *each, void *arg,
                                  struct error *err);

/* How many sure answers agents have judged, by answering the ticket with an article afterwards; and
 * with how many of these it was that article. */
struct auto_reply_judged {
    int64_t count, right;
};
enum status store_count_judged(struct store *store, struct auto_reply_judged *ret,
                               struct error *err);

#endif
