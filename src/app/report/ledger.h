/* ledger.h: figures gathered by kind, day and cell: what a person adds, or by what totals move.
 *
 * A cell is what a figure counts beside its kind and day, written as bytes: language, article, or
 * an episode's properties. */
#ifndef DEFLECT_APP_LEDGER_H
#define DEFLECT_APP_LEDGER_H

#include "measure/tally_code.h"

struct ledger_entry {
    int kind; /* enum figure_kind */
    int64_t day;
    struct slice cell; /* borrowed from the ledger */
    struct tallies tallies;
};

struct ledger;

/* NULL when memory is short. Owns: the caller. */
struct ledger *ledger_new(void);
struct ledger *ledger_free(struct ledger *ledger);
static inline void ledger_freep(struct ledger **ledger)
{
    *ledger = ledger_free(*ledger);
}

/* A figure_fn: ARG is a struct ledger. */
bool ledger_add_figure(void *arg, const struct figure *figure);

/* Adds FACTOR times TALLIES. False when memory is short. */
bool ledger_add(struct ledger *ledger, int kind, int64_t day, struct slice cell,
                const struct tallies *tallies, int64_t factor) __attribute__((warn_unused_result));

/* Entries in order of their first addition; some may be empty. Borrowed until the next change. */
size_t ledger_count(const struct ledger *ledger);
const struct ledger_entry *ledger_at(const struct ledger *ledger, size_t index);
/* NULL where there is none. */
const struct ledger_entry *ledger_find(const struct ledger *ledger, int kind, int64_t day,
                                       struct slice cell);

/* Empties the ledger, for the next use. */
void ledger_clear(struct ledger *ledger);

/* The cell of FIGURE, appended to OUT; and a figure's fields from a cell: its texts are borrowed
 * from TEXTS, whose content is replaced. False where the cell is no such thing. */
void ledger_write_cell(const struct figure *figure, struct buf *out);
bool ledger_read_cell(struct slice cell, struct buf *texts, struct figure *figure)
    __attribute__((warn_unused_result));

#endif
