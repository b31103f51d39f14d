/* suggest.h: a question in, ranked passages out as the JSON of the contract; cached, and logged when settled. */
#ifndef DEFLECT_APP_SUGGEST_H
#define DEFLECT_APP_SUGGEST_H

#include "app/service.h"
#include "base/buf.h"

/* Who asks: what the HTTP layer knows of a client. */
struct visitor {
    struct slice session;   /* valid or empty */
    unsigned marks;         /* enum event_mark */
    bool opted_out;         /* Sec-GPC or DNT */
};

struct suggest_request {
    struct slice subject, body; /* the question, or a ticket's two texts */
    const char *lang;           /* NULL: none given */
    size_t limit;               /* 1 to LIMIT_RESULTS */
    enum event_place place;
    bool final;
    bool agents;                /* agents' articles too; `ticket` below is for paste links */
    const char *ticket;
    bool explain;
    struct visitor visitor;
};

/* Appends the JSON body to OUT (capped by LIMIT_HTTP_RESPONSE). A session in the hold-out arm gets no results at place form.
 * The search event is queued, never waited for. Errors: UNAVAILABLE (no index yet), OUT_OF_MEMORY. */
enum status service_suggest(struct service *service, const struct suggest_request *request, struct buf *out,
                            struct error *err);

/* As above, but the results themselves (index/index.h) for the pages and the command line; not logged, not cached. */
enum status service_search(struct service *service, const struct suggest_request *request,
                           struct index_results *ret, struct error *err);

/* The share of hold-out in force now. */
double service_holdout(const struct service *service);

/* The arm of SESSION: keyed hash of the session against config `holdout` now in force. */
enum event_arm service_arm(struct service *service, struct slice session, double *ret_holdout);

#endif
