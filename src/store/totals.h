/* totals.h: running totals of what the log adds up to, kept person by person.
 *
 * The store knows that something changed in a person's log (it notes it in the transaction of the
 * change), and keeps what that person added to the totals. What a person adds, and how a total is
 * written down, is the caller's: parts and totals are bytes to the store. A person is a contact
 * with all its sessions, or a session that names none.
 *
 * A roll is one write transaction in which some people's parts are worked out anew:
 *
 *     store_roll_begin
 *     while store_roll_next finds a person: store_roll_each_event, store_roll_part (what it added
 * so far), store_roll_total and store_roll_set_total (the difference), store_roll_set_part
 *     store_roll_end
 *
 * Others wait meanwhile, so a roll takes few people. */
#ifndef DEFLECT_STORE_TOTALS_H
#define DEFLECT_STORE_TOTALS_H

#include "base/buf.h"
#include "store/store.h"

struct store_roll;

struct store_person {
    bool contact; /* else a session */
    int64_t row;
};

/* Begins a roll. Owns: the caller, until store_roll_end. Errors: as store_append. */
enum status store_roll_begin(struct store *store, struct store_roll **ret, struct error *err);

/* Commits where STATUS is OK, else takes everything back; frees ROLL. Returns what became of it. */
enum status store_roll_end(struct store_roll *roll, enum status status, struct error *err);

/* The next person whose log changed, or whose part changes by itself at NOW_MS or before;
 * *RET_FOUND false: there is none. */
enum status store_roll_next(struct store_roll *roll, int64_t now_ms, struct store_person *ret,
                            bool *ret_found, struct error *err);

/* The person's events, in order (store.h). */
enum status store_roll_each_event(struct store_roll *roll, const struct store_person *person,
                                  store_event_fn *each, void *arg, struct error *err);

/* Appends to RET what store_roll_set_part put last; nothing where it never did. */
enum status store_roll_part(struct store_roll *roll, const struct store_person *person,
                            struct buf *ret, struct error *err);

/* DUE_MS: when the part changes by itself; -1: never. An empty PART is forgotten. */
enum status store_roll_set_part(struct store_roll *roll, const struct store_person *person,
                                struct slice part, int64_t due_ms, struct error *err);

/* The number of the cell called NAME, made when missing. */
enum status store_roll_cell(struct store_roll *roll, struct slice name, int64_t *ret,
                            struct error *err);

/* Which total: of a KIND (a small number, the caller's), on a DAY or over a block of days. */
struct store_total {
    int kind;
    bool block;
    int64_t day; /* or the block's number */
    int64_t cell;
};

/* Appends the total to RET; nothing where there is none. An empty one is forgotten when it is set.
 */
enum status store_roll_total(struct store_roll *roll, const struct store_total *total,
                             struct buf *ret, struct error *err);
enum status store_roll_set_total(struct store_roll *roll, const struct store_total *total,
                                 struct slice bytes, struct error *err);

/* Hands out every total of KIND on the days (or blocks) FROM <= day < TO, by day, outside of any
 * roll. What is handed out is borrowed. EACH returns false to stop. */
typedef bool store_total_fn(void *arg, int64_t day, struct slice cell, struct slice total);
enum status store_each_total(struct store *store, int kind, bool block, int64_t from, int64_t to,
                             store_total_fn *each, void *arg, struct error *err);

/* Forgets all parts and the totals of the day SINCE and later, so that every person is worked out
 * anew; the totals of blocks go too. Within a roll. */
enum status store_roll_reset(struct store_roll *roll, int64_t since, struct error *err);

/* Named values within a roll; as store_get_meta and store_set_meta. */
enum status store_roll_get_meta(struct store_roll *roll, const char *name, char **ret,
                                struct error *err);
enum status store_roll_set_meta(struct store_roll *roll, const char *name, const char *value,
                                struct error *err);

/* *RET: somebody's part is to be worked out anew at NOW_MS. */
enum status store_find_stale(struct store *store, int64_t now_ms, bool *ret, struct error *err);

#endif
