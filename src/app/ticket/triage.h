/* triage.h: advice on how to treat a ticket, each point explained; the desk stays in charge.
 *
 * Pure functions: the ticket and what is like it go in, advice comes out. */
#ifndef DEFLECT_APP_TRIAGE_H
#define DEFLECT_APP_TRIAGE_H

#include "base/buf.h"
#include "base/json.h"
#include "store/ticket.h"

/* A past ticket like the one at hand. */
struct triage_case {
    const char *id, *subject, *category; /* borrowed; category NULL: none */
    double score;                        /* likeness, 0 to 1 */
    bool same_contact;
    int64_t created_ms;
};

/* The advice as the API's object: {"priority":{"score","points":[{"points","rule","word"?,"reason"}]},
 * "category":{"value","confidence"}|null, "duplicates":[{"ticket","subject","score"}]}. POINTS (config
 * `priority_points`, may be NULL) are entries "word=points" that add to or replace the built-in
 * ones, words of the text as well as tags; "@questions", "@long", "@48h" and "@5d" are what several questions, a long
 * description and age count. `rule` names why ("word", "tag", "questions", "long", "48h", "5d"), for other languages than
 * the `reason`'s. Owns: the caller; NULL: memory is short. */
json_t *triage_advise(const struct ticket *ticket, const struct triage_case *cases, size_t count,
                      char *const *points, int64_t now_ms);

#endif
