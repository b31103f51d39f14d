/* flag.h: what agents and writers ask of an article: missing, outdated, wrong, unclear. */
#ifndef DEFLECT_STORE_FLAG_H
#define DEFLECT_STORE_FLAG_H

#include "store/store.h"

enum flag_kind { FLAG_MISSING, FLAG_OUTDATED, FLAG_WRONG, FLAG_UNCLEAR };
enum flag_state { FLAG_OPEN, FLAG_TAKEN, FLAG_DONE };

struct flag {
    int64_t id; /* given by the store, from 1 */
    enum flag_kind kind;
    enum flag_state state;
    const char *article, *ticket, *note; /* each may be NULL */
    const char *agent;                   /* who raised it; NULL: not known */
    const char *owner;                   /* who took it; NULL: nobody */
    const char *answer;                  /* what became of it, in the owner's words; NULL: not told */
    int64_t created_ms, updated_ms;
};

/* "missing", … and "open", …; never NULL. */
const char *flag_kind_name(enum flag_kind kind);
bool flag_kind_parse(struct slice name, enum flag_kind *ret);
const char *flag_state_name(enum flag_state state);
bool flag_state_parse(struct slice name, enum flag_state *ret);

/* Adds FLAG (its id and times are not read); *RET_ID: its id. Errors: as store_append. */
enum status store_add_flag(struct store *store, const struct flag *flag, int64_t *ret_id,
                           struct error *err);

/* Sets state, owner and answer (NULL: keeps it). Errors: NOT_FOUND, and as store_append. */
enum status store_set_flag(struct store *store, int64_t id, enum flag_state state, const char *owner,
                           const char *answer, struct error *err);

/* Every flag, newest first; of one state where STATE is not NULL. Borrowed; false stops. */
typedef bool store_flag_fn(void *arg, const struct flag *flag);
enum status store_each_flag(struct store *store, const enum flag_state *state, store_flag_fn *each,
                            void *arg, struct error *err);

#endif
