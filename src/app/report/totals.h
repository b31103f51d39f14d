/* totals.h: the running totals from which reports are read, whatever the length of the log.
 *
 * What one person (a contact with its sessions, or a session) adds to the figures is worked out
 * from that person's events alone, and kept as its part. When something of it changes, the part is
 * worked out anew and the totals move by the difference: so late, repeated, withdrawn and erased
 * events need no special care. Totals are kept by UTC day, those of articles also by blocks of 16
 * days.
 *
 * From retention on, what lies before is frozen: its totals stay, nobody's part in them is known
 * any more. */
#ifndef DEFLECT_APP_TOTALS_H
#define DEFLECT_APP_TOTALS_H

#include "app/report/report_facts.h"
#include "measure/figure.h"

#include <stdatomic.h>

/* Brings the totals up to NOW_MS; a few people at a time, so that others may write in between.
 * FACTS: the articles, for languages; NULL: they are read when needed. Ends early, which is no
 * error, once *STOP is true; NULL: never. Errors: as store_append. */
enum status totals_roll(struct service *service, struct report_facts *facts, int64_t now_ms,
                        const atomic_bool *stop, struct error *err);

/* Hands the totals of KIND from the day FROM to before the day TO (UTC days since 1970) to EACH.
 * BLOCKS: a figure's day may be any of the range, which is quicker. */
enum status totals_each(struct service *service, enum figure_kind kind, int64_t from, int64_t to,
                        bool blocks, figure_fn *each, void *arg, struct error *err);

/* Brings the totals up to date and then freezes those of the days before BEFORE_MS, whose events
 * are about to be removed. */
enum status totals_freeze(struct service *service, int64_t before_ms, const atomic_bool *stop,
                          struct error *err);

/* Has everybody's part worked out anew. */
enum status totals_rebuild(struct service *service, struct error *err);

/* Hands the figures of the raw log as it is now to EACH: the oracle of the totals. FACTS: the
 * articles. */
enum status totals_recount(struct service *service, struct report_facts *facts, int64_t now_ms,
                           figure_fn *each, void *arg, struct error *err);

/* Counts the raw log anew and compares: *RET_DIFFERENCES figures (day, kind and cell) differ from
 * the totals, of *RET_FIGURES. For `doctor --recount`. */
enum status totals_compare(struct service *service, size_t *ret_figures, size_t *ret_differences,
                           struct error *err);

#endif
