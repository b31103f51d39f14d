/* ticket_ingest.c: a ticket's way from JSON to store, events, links and the memory of similar ones. */
#include "app/ticket/ticket_ingest.h"

#include "app/agent/link_learn.h"
#include "app/agent/reply_links.h"
#include "app/agent/teacher.h"
#include "app/send/auto_reply.h"
#include "app/service_private.h"
#include "app/ticket/hook_signature.h"
#include "app/ticket/ticket_event.h"
#include "app/ticket/ticket_read.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/str.h"

void ticket_outcome_done(struct ticket_outcome *outcome)
{
    outcome->id = mem_free(outcome->id);
}

/* The id without a known desk's prefix: "zendesk:4711" → "4711"; NULL where it has none. */
static const char *without_desk(const char *id)
{
    const char *colon = strchr(id, ':');
    size_t count;
    const struct hook_desk *desks = hook_desks(&count);
    for (size_t i = 0; colon && i < count; i++)
        if (slice_equal((struct slice){id, (size_t)(colon - id)}, slice_of(desks[i].name)))
            return colon + 1;
    return NULL;
}

enum status service_find_ticket(struct service *service, const char *id, struct ticket *ret,
                                struct error *err)
{
    const struct config *config = service_config(service);
    const char *plain = without_desk(id);
    enum status status = store_get_ticket(service_store(service), id, ret, err);
    if (status == STATUS_NOT_FOUND && plain)
        status = store_get_ticket(service_store(service), plain, ret, err);
    for (size_t i = 0; i < config->hook_count && status == STATUS_NOT_FOUND && !plain; i++) {
        _cleanup_free_ char *full = mem_printf("%s:%s", config->hooks[i].desk, id);
        if (!full)
            return error_memory(err);
        status = store_get_ticket(service_store(service), full, ret, err);
    }
    if (status == STATUS_NOT_FOUND)
        return error_set(err, STATUS_NOT_FOUND, "there is no ticket %s", id);
    return status;
}

/* Where several desks send, their ids may collide: each is kept with its desk's name. */
static enum status choose_id(struct service *service, const json_t *object, struct ticket *ticket,
                             struct error *err)
{
    const char *desk = json_string_value(json_object_get(object, "desk"));
    char *full;
    if (!desk || service_config(service)->hook_count < 2 || without_desk(ticket->id))
        return STATUS_OK;
    full = mem_printf("%s:%s", desk, ticket->id);
    if (!full)
        return error_memory(err);
    mem_free(ticket->id);
    ticket->id = full;
    return STATUS_OK;
}

/* As of when the report holds: what it says itself; of a desk that does not say, nothing newer than
 * what it tells of, so that a late "created" does not reopen what was solved since. */
static int64_t report_time(const struct ticket_report *report, enum ticket_origin origin,
                           int64_t now_ms)
{
    const struct ticket *ticket = &report->ticket;
    int64_t time_ms = ticket->created_ms;
    if (ticket->updated_ms >= 0)
        return ticket->updated_ms;
    if (origin == TICKET_NEW || origin == TICKET_CHANGE ||
        (origin == TICKET_HOOK && !report->has_created))
        return now_ms; /* without any time the order of arrival is all there is */
    if (ticket->solved_ms > time_ms)
        time_ms = ticket->solved_ms;
    for (size_t i = 0; i < ticket->reply_count; i++)
        if (ticket->replies[i].at_ms > time_ms)
            time_ms = ticket->replies[i].at_ms;
    if (origin == TICKET_HOOK && report->has_status && ticket->status != TICKET_OPEN &&
        ticket->solved_ms < 0)
        return now_ms > time_ms ? now_ms : time_ms;
    return time_ms;
}

/* Fills what the report leaves out from what is KNOWN (NULL: nothing is). */
static void complete(struct ticket_report *report, const struct ticket *known,
                     enum ticket_origin origin, int64_t now_ms)
{
    struct ticket *ticket = &report->ticket;
    if (!report->has_created)
        ticket->created_ms = known ? known->created_ms : now_ms;
    ticket->updated_ms = report_time(report, origin, now_ms);
    if (!report->has_status)
        ticket->status = known ? known->status : TICKET_OPEN;
    if (known && known->created_ms < ticket->created_ms)
        ticket->created_ms = known->created_ms;
    if (ticket->solved_ms < 0 &&
        (ticket->status == TICKET_SOLVED || ticket->status == TICKET_CLOSED))
        ticket->solved_ms = known && known->solved_ms >= 0 ? known->solved_ms : ticket->updated_ms;
    ticket->imported = origin == TICKET_FILE || (known && known->imported);
}

/* What is known of the ticket already. *RET_FOUND tells whether there is such a one. */
static enum status find_known(struct service *service, struct ticket *ticket,
                              enum ticket_origin origin, struct ticket *ret, bool *ret_found,
                              struct error *err)
{
    enum status status = origin == TICKET_CHANGE
                             ? service_find_ticket(service, ticket->id, ret, err)
                             : store_get_ticket(service_store(service), ticket->id, ret, err);
    *ret_found = status == STATUS_OK;
    if (status == STATUS_NOT_FOUND && origin != TICKET_CHANGE)
        return STATUS_OK;
    if (!status && !str_equal(ticket->id, ret->id)) {
        mem_free(ticket->id);
        ticket->id = mem_strdup(ret->id);
        if (!ticket->id)
            return error_memory(err);
    }
    return status;
}

/* The articles in the agent's replies are links. */
static enum status take_links(struct service *service, const struct ticket_report *report,
                              const char *agent, size_t *ret_count, struct error *err)
{
    const struct ticket *ticket = &report->ticket;
    _cleanup_strv_ char **articles = NULL;
    struct link link = {.ticket = ticket->id,
                        .agent = ticket->agent ? ticket->agent : agent,
                        .at_ms = ticket->created_ms};
    enum status status = reply_links(service, slice_of(report->spoken), &articles, err);
    for (size_t i = 0; i < ticket->reply_count; i++)
        if (ticket->replies[i].by == REPLY_BY_AGENT && ticket->replies[i].at_ms > link.at_ms)
            link.at_ms = ticket->replies[i].at_ms;
    for (; !status && articles && articles[*ret_count]; ++*ret_count) {
        link.article = articles[*ret_count];
        status = service_add_link(service, &link, NULL, err);
    }
    return status;
}

struct renewal {
    struct teacher *teacher;
    enum status status;
    struct error *err;
};

static bool renew_link(void *arg, const struct link *link)
{
    struct renewal *renewal = arg;
    renewal->status = teacher_note(renewal->teacher, link->ticket, link->article, renewal->err);
    return renewal->status == STATUS_OK;
}

/* Links that came before their ticket can be learned now that the customer's words are known. */
static enum status renew_links(struct service *service, const char *ticket, struct error *err)
{
    struct renewal renewal = {service->teacher, STATUS_OK, err};
    enum status status = store_each_link(service->store, INT64_MIN, NULL, ticket, renew_link,
                                         &renewal, err);
    return status ? status : renewal.status;
}

/* Everything that follows from the ticket being stored. */
static enum status follow(struct service *service, const struct ticket_report *report,
                          const struct ticket_twin *twin, const char *agent,
                          struct ticket_outcome *outcome, struct error *err)
{
    _cleanup_ticket_ struct ticket stored = {.id = NULL};
    enum status status =
        store_get_ticket(service_store(service), report->ticket.id, &stored, err);
    if (!status)
        status = ticket_write_event(service, &stored, twin, err);
    if (!status)
        status = desk_note_ticket(service, &stored, err);
    if (!status && outcome->created)
        status = renew_links(service, stored.id, err);
    if (!status && report->spoken && stored.status != TICKET_SPAM)
        status = take_links(service, report, agent, &outcome->links, err);
    return status;
}

static enum status take(struct service *service, struct ticket_report *report,
                        enum ticket_origin origin, const char *agent,
                        struct ticket_outcome *outcome, struct error *err)
{
    _cleanup_ticket_ struct ticket known = {.id = NULL};
    _cleanup_ticket_twin_ struct ticket_twin twin = {.at_ms = 0};
    struct ticket *ticket = &report->ticket;
    bool found = false;
    enum status status = find_known(service, ticket, origin, &known, &found, err);
    if (status)
        return status;
    complete(report, found ? &known : NULL, origin, clock_now_ms());
    if (!ticket->imported)
        status = ticket_find_twin(service, ticket, &twin, err);
    if (!status && twin.session && !ticket->session &&
        !(ticket->session = mem_strdup(twin.session)))
        status = error_memory(err);
    if (!status)
        status = store_put_tickets(service_store(service), ticket, 1, NULL, err);
    outcome->created = !found;
    return status ? status : follow(service, report, &twin, agent, outcome, err);
}

static enum status read_once(struct service *service, const json_t *object,
                             enum ticket_origin origin, struct ticket_report *ret,
                             struct error *err)
{
    bool whole = origin == TICKET_NEW;
    enum status status = ticket_read(service_store(service), object, whole, ret, err);
    return status ? status : choose_id(service, object, &ret->ticket, err);
}

/* Reads OBJECT; again without our own reply, where the desk sends that back. */
static enum status read_report(struct service *service, const json_t *object,
                               enum ticket_origin origin, struct ticket_report *ret,
                               struct error *err)
{
    _cleanup_json_ json_t *others = NULL;
    enum status status = read_once(service, object, origin, ret, err);
    if (!status)
        status = auto_reply_discount(service, ret->ticket.id, object, &others, err);
    if (status || !others)
        return status;
    ticket_report_done(ret);
    *ret = (struct ticket_report){.spoken = NULL};
    return read_once(service, others, origin, ret, err);
}

enum status service_take_ticket(struct service *service, const json_t *object,
                                enum ticket_origin origin, const char *agent,
                                struct ticket_outcome *ret, struct error *err)
{
    _cleanup_ticket_report_ struct ticket_report report = {.spoken = NULL};
    struct ticket_outcome outcome = {.id = NULL};
    enum status status = read_report(service, object, origin, &report, err);
    if (!status)
        status = take(service, &report, origin, agent, &outcome, err);
    if (!status && !(outcome.id = mem_strdup(report.ticket.id)))
        status = error_memory(err);
    if (!status)
        *ret = outcome;
    return status;
}
