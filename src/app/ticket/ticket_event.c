/* ticket_event.c: matches tickets with visits, so that each request counts once. */
#include "app/ticket/ticket_event.h"

#include "app/suggest.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/str.h"

#include <stdio.h>

static const int64_t SAME_REQUEST_MS = 15 * MS_PER_MINUTE;

/* What an event of our own is called: it must be the same each time. */
static const char OWN_PREFIX[] = "desk.";
enum { OWN_ID_SIZE = sizeof OWN_PREFIX + 32 };

static void own_id(const char *ticket, char out[OWN_ID_SIZE])
{
    char digest[DIGEST_HEX_SIZE];
    digest_sha256_hex(slice_of(ticket), digest);
    (void)snprintf(out, OWN_ID_SIZE, "%s%.32s", OWN_PREFIX, digest);
}

void ticket_twin_done(struct ticket_twin *twin)
{
    mem_free(twin->session);
    mem_free(twin->event);
    *twin = (struct ticket_twin){.at_ms = 0};
}

struct hunt {
    struct service *service;
    const struct ticket *ticket;
    bool near_only; /* only events within 15 minutes of the ticket */
    struct ticket_twin *twin;
    enum status status;
    struct error *err;
};

static int64_t distance(int64_t a, int64_t b)
{
    return a > b ? a - b : b - a;
}

struct claim {
    const struct ticket *ticket;
    const char *session;
    int64_t at_ms;
    bool taken;
};

static bool look_for_claim(void *arg, const struct ticket *other)
{
    struct claim *claim = arg;
    claim->taken = !str_equal(other->id, claim->ticket->id) && other->session &&
                   str_equal(other->session, claim->session) &&
                   distance(other->created_ms, claim->at_ms) <= SAME_REQUEST_MS;
    return !claim->taken;
}

/* True where another ticket of the contact is this event's request already. */
static bool is_taken(struct hunt *hunt, const struct event *event)
{
    struct claim claim = {hunt->ticket, event->session, event->at_ms, false};
    if (event->ticket)
        return !str_equal(event->ticket, hunt->ticket->id);
    if (hunt->ticket->contact_hash && !hunt->status)
        hunt->status = store_each_contact_ticket(service_store(hunt->service),
                                                 hunt->ticket->contact_hash, look_for_claim,
                                                 &claim, hunt->err);
    return claim.taken;
}

static bool consider(void *arg, const struct event *event)
{
    struct hunt *hunt = arg;
    struct ticket_twin *twin = hunt->twin;
    int64_t away = distance(event->at_ms, hunt->ticket->created_ms);
    if (event->type != EVENT_TICKET || event->withdrawn || str_starts(event->id, OWN_PREFIX) ||
        (hunt->near_only && (away > SAME_REQUEST_MS || is_taken(hunt, event))))
        return hunt->status == STATUS_OK;
    if (twin->event && distance(twin->at_ms, hunt->ticket->created_ms) <= away)
        return true;
    ticket_twin_done(twin);
    *twin = (struct ticket_twin){mem_strdup(event->session), mem_strdup(event->id), event->at_ms};
    if (!twin->session || !twin->event)
        hunt->status = error_memory(hunt->err);
    return hunt->status == STATUS_OK;
}

enum status ticket_find_twin(struct service *service, const struct ticket *ticket,
                             struct ticket_twin *ret, struct error *err)
{
    struct store *store = service_store(service);
    struct hunt hunt = {service, ticket, false, ret, STATUS_OK, err};
    enum status status = store_each_ticket_event(store, ticket->id, consider, &hunt, err);
    if (!status && !ret->event && ticket->ref)
        status = store_each_ref_event(store, ticket->ref, consider, &hunt, err);
    hunt.near_only = true;
    if (!status && !ret->event && ticket->session)
        status = store_each_session_event(store, ticket->session, consider, &hunt, err);
    if (!status && !ret->event && ticket->contact_hash)
        status = store_each_contact_event(store, ticket->contact_hash, consider, &hunt, err);
    return status ? status : hunt.status;
}

static bool counts(const struct ticket *ticket)
{
    return !ticket->imported && ticket->status != TICKET_MERGED && ticket->status != TICKET_SPAM;
}

enum status ticket_write_event(struct service *service, const struct ticket *ticket,
                               const struct ticket_twin *twin, struct error *err)
{
    char own[OWN_ID_SIZE];
    struct event event = {.at_ms = ticket->created_ms,
                          .type = EVENT_TICKET,
                          .scroll = -1,
                          .withdrawn = !counts(ticket),
                          .contact_hash = ticket->contact_hash,
                          .ticket = ticket->id,
                          .ref = ticket->ref};
    own_id(ticket->id, own);
    if (ticket->imported || (twin->event && counts(ticket)) ||
        (!twin->event && !ticket->contact_hash && !ticket->session))
        return STATUS_OK;
    event.id = twin->event ? twin->event : own;
    event.session = twin->session ? twin->session : ticket->session ? ticket->session : own;
    event.arm = service_arm(service, slice_of(event.session), &event.holdout);
    return store_append(service_store(service), &event, 1, NULL, err);
}
