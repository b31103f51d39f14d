/* link.h: what agents taught: this ticket was answered with this article. */
#ifndef DEFLECT_STORE_LINK_H
#define DEFLECT_STORE_LINK_H

#include "store/store.h"

struct link {
    const char *ticket; /* the desk's id; the ticket itself need not be known */
    const char *article;
    const char *agent; /* who linked it; NULL: not known */
    const char *text;  /* the customer's words, redacted; NULL: the ticket's own */
    int64_t at_ms;     /* when */
};

/* Notes LINK, durably; a ticket and an article have one link, and a second replaces its agent, text
 * and time where it names them. *RET_NEW (may be NULL) tells whether it was not there.
 * Errors: as store_append. */
enum status store_put_link(struct store *store, const struct link *link, bool *ret_new,
                           struct error *err);

/* Takes it back. Errors: NOT_FOUND, and as store_append. */
enum status store_delete_link(struct store *store, const char *ticket, const char *article,
                              struct error *err);

/* Every link made at or after SINCE_MS, oldest first (of one article where ARTICLE is not NULL; of
 * one ticket where TICKET is not NULL). The link is borrowed. EACH returns false to stop. */
typedef bool store_link_fn(void *arg, const struct link *link);
enum status store_each_link(struct store *store, int64_t since_ms, const char *article,
                            const char *ticket, store_link_fn *each, void *arg, struct error *err);

/* How many tickets ARTICLE was first sent for in FROM_MS <= t < TO_MS, and how many of these were opened again after
 * it and a solution. */
struct link_counts {
    int64_t tickets, returned;
};
enum status store_count_links(struct store *store, const char *article, int64_t from_ms,
                              int64_t to_ms, struct link_counts *ret, struct error *err);

#endif
