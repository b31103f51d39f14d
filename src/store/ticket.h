/* ticket.h: requests as the help desk knows them: sent in by its hooks, imported, or answered.
 *
 * Texts are redacted before they reach the store, contacts are hashes. */
#ifndef DEFLECT_STORE_TICKET_H
#define DEFLECT_STORE_TICKET_H

#include "store/store.h"

enum ticket_status {
    TICKET_OPEN,
    TICKET_PENDING,
    TICKET_SOLVED,
    TICKET_CLOSED,
    TICKET_MERGED, /* this and the next count nowhere */
    TICKET_SPAM,
};

enum reply_by { REPLY_BY_AGENT, REPLY_BY_CUSTOMER };

struct ticket_reply {
    int64_t at_ms;
    enum reply_by by;
    char *text;
};

struct ticket {
    char *id;           /* the desk's own, or "desk:id" */
    char *session;      /* NULL: not known, as all texts below */
    char *ref;          /* what the widget put into the form */
    char *contact_hash; /* as store_contact_hash makes it */
    char *channel;      /* "form", "email", "phone", … */
    char *subject, *body, *category;
    char **tags;
    enum ticket_status status;
    int64_t created_ms;
    int64_t updated_ms; /* -1: not known */
    int64_t solved_ms;  /* -1: not */
    char *agent;
    bool imported; /* a past ticket from a file: it closes no episode */
    struct ticket_reply *replies;
    size_t reply_count;
};

/* Empties TICKET: frees what it owns. */
void ticket_done(struct ticket *ticket);
#define _cleanup_ticket_ _cleanup_(ticket_done)

/* "open", "pending", …; never NULL. */
const char *ticket_status_name(enum ticket_status status);
bool ticket_status_parse(struct slice name, enum ticket_status *ret);
const char *reply_by_name(enum reply_by by);
bool reply_by_parse(struct slice name, enum reply_by *ret);

/* Creates or updates COUNT tickets in one durable transaction; id and created_ms must be set. Of a
 * known ticket, what is NULL (no tags, -1) keeps its value, an older `updated_ms` than the known
 * one changes nothing but the replies; a reply replaces the one with its time and side. RET_NEW
 * (COUNT entries, may be NULL) tells which were not known. Errors: as store_append. */
enum status store_put_tickets(struct store *store, const struct ticket *tickets, size_t count,
                              bool *ret_new, struct error *err);

/* The ticket with its replies, by time. Owns: the caller, by ticket_done. Errors: NOT_FOUND. */
enum status store_get_ticket(struct store *store, const char *id, struct ticket *ret,
                             struct error *err);

/* Every ticket created in FROM_MS <= t < TO_MS, oldest first, or every one of a contact; without
 * its replies. The ticket is borrowed. EACH returns false to stop. */
typedef bool store_ticket_fn(void *arg, const struct ticket *ticket);
enum status store_each_ticket(struct store *store, int64_t from_ms, int64_t to_ms,
                              store_ticket_fn *each, void *arg, struct error *err);
enum status store_each_contact_ticket(struct store *store, const char *contact_hash,
                                      store_ticket_fn *each, void *arg, struct error *err);

/* Looks for, or notes, the delivery ID of DESK's hook; *RET_KNOWN is true where it was there before.
 * A delivery is noted once it has been taken in, so that a failed one may come again. Deliveries are
 * forgotten with the raw texts. */
enum status store_knows_delivery(struct store *store, const char *desk, const char *id,
                                 bool *ret_known, struct error *err);
enum status store_note_delivery(struct store *store, const char *desk, const char *id,
                                int64_t at_ms, bool *ret_known, struct error *err);

#endif
