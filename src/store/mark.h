/* mark.h: what writers decided about a task (app/report/tasks.h), and which alerts were sent. */
#ifndef DEFLECT_STORE_MARK_H
#define DEFLECT_STORE_MARK_H

#include "store/store.h"

enum mark_state { MARK_OPEN, MARK_TAKEN, MARK_POSTPONED, MARK_DISMISSED };

struct mark {
    const char *task; /* "fix:reset-password" */
    enum mark_state state;
    double tickets;    /* what the task was about when it was marked */
    const char *owner; /* who marked it; NULL: not known */
    int64_t at_ms;
};

/* "open", "taken", "postponed", "dismissed"; never NULL. */
const char *mark_state_name(enum mark_state state);
bool mark_state_parse(struct slice name, enum mark_state *ret);

/* Keeps MARK in place of the task's earlier one; MARK_OPEN forgets it. Errors: as store_append. */
enum status store_put_mark(struct store *store, const struct mark *mark, struct error *err);

/* Every mark, by task. Borrowed; false stops. */
typedef bool store_mark_fn(void *arg, const struct mark *mark);
enum status store_each_mark(struct store *store, store_mark_fn *each, void *arg,
                            struct error *err);

/* Whether ALERT ("spike:3731735e:2026-11-22") was sent; notes that it was. Those noted before
 * FORGET_MS are forgotten. Errors: as store_append. */
enum status store_alert_was_sent(struct store *store, const char *alert, bool *ret,
                                 struct error *err);
enum status store_note_alert(struct store *store, const char *alert, int64_t at_ms,
                             int64_t forget_ms, struct error *err);

#endif
