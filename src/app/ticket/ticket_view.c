/* ticket_view.c: puts together what the desk shows of a ticket. */
#include "app/ticket/ticket_view.h"

#include "app/answer.h"
#include "app/service_private.h"
#include "app/ticket/ticket_ingest.h"
#include "app/ticket/ticket_topic.h"
#include "app/ticket/ticket_way.h"
#include "app/ticket/triage.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/str.h"
#include "store/link.h"

#include <math.h>

enum { SIMILAR_SHOWN = 6, SIMILAR_LOOKED_AT = 12 };

/* Less likeness than this is chance. */
static const double SIMILAR_LEAST = 0.25;

static void put_time(json_t *object, const char *field, int64_t time_ms)
{
    char text[CLOCK_TEXT_SIZE];
    if (time_ms < 0)
        return;
    clock_format(time_ms, text);
    (void)json_object_set_new(object, field, json_string(text));
}

/* ---- Articles by name ---- */

/* {"article","title","url"} of ID; an article that is gone keeps its id as title. With RULES also its language and
 * what paste.h says. */
static json_t *article_json(struct index_reader *reader, const char *id,
                            const struct paste_rules *rules)
{
    struct index_article stored = {0};
    _cleanup_buf_ struct buf url = BUF_INIT(LIMIT_QUERY);
    bool found = reader && index_get(reader, id, &stored, NULL) == STATUS_OK;
    const struct article *article = stored.article;
    json_t *object;
    answer_address(&url, id, found ? article->url : NULL, NULL);
    object = json_pack("{s:s, s:s, s:s}", "article", id, "title", found ? article->title : id,
                       "url", buf_str(&url));
    if (found && rules) {
        const struct paste_article source = {
            .id = id,
            .title = article->title,
            .url = article->url,
            .passage = article->summary,
            .audience = article->audience,
            .status = article->status,
            .updated_ms = stored.updated_ms,
            .reviewed_ms = article->reviewed_ms,
            .review_every_ms = article->review_every_ms};
        _cleanup_json_ json_t *paste = paste_json(&source, rules);
        (void)json_object_update(object, paste);
        (void)json_object_set_new(object, "lang", json_string(article->lang));
    }
    if (found)
        index_article_done(&stored);
    return object;
}

/* Adds the titles of the articles that the steps name. */
static void add_titles(struct index_reader *reader, json_t *steps)
{
    json_t *step;
    size_t i;
    json_array_foreach(steps, i, step)
    {
        const char *id = json_string_value(json_object_get(step, "article"));
        _cleanup_json_ json_t *article = id ? article_json(reader, id, NULL) : NULL;
        if (article)
            (void)json_object_update_missing(step, article);
    }
}

struct linked {
    struct index_reader *reader;
    struct paste_rules rules;
    json_t *list;
};

static bool add_link(void *arg, const struct link *link)
{
    struct linked *linked = arg;
    json_t *item = article_json(linked->reader, link->article, &linked->rules);
    if (link->agent)
        (void)json_object_set_new(item, "agent", json_string(link->agent));
    put_time(item, "at", link->at_ms);
    (void)json_array_append_new(linked->list, item);
    return true;
}

/* The articles that TICKET was answered with. */
static enum status links_of(struct service *service, struct index_reader *reader,
                            const char *ticket, json_t **ret, struct error *err)
{
    struct linked linked = {reader, paste_rules_now(service), json_array()};
    enum status status =
        store_each_link(service->store, INT64_MIN, NULL, ticket, add_link, &linked, err);
    *ret = linked.list;
    return status;
}

/* ---- Similar tickets ---- */

static enum status similar_item(struct service *service, struct index_reader *reader,
                                const struct similar_hit *hit, json_t *list, struct error *err)
{
    _cleanup_ticket_ struct ticket ticket = {.id = NULL};
    json_t *articles = NULL, *item;
    enum status status = store_get_ticket(service->store, hit->id, &ticket, err);
    if (status == STATUS_NOT_FOUND)
        return STATUS_OK;
    if (!status)
        status = links_of(service, reader, hit->id, &articles, err);
    if (status) {
        json_decref(articles);
        return status;
    }
    item = json_pack("{s:s, s:s*, s:s, s:f, s:o}", "ticket", ticket.id, "subject", ticket.subject,
                     "status", ticket_status_name(ticket.status), "score",
                     round(hit->score * 100) / 100, "articles", articles);
    put_time(item, "created", ticket.created_ms);
    put_time(item, "solved", ticket.solved_ms);
    return json_array_append_new(list, item) ? error_memory(err) : STATUS_OK;
}

static enum status similar_list(struct service *service, struct slice subject, struct slice body,
                                const char *except, json_t *list, struct error *err)
{
    struct similar *similar;
    struct similar_hit hits[SIMILAR_SHOWN];
    struct index_reader *reader = NULL;
    size_t count = 0;
    enum status status = desk_similar(service, &similar, err);
    if (!status)
        status = similar_find(similar, subject, body, except, SIMILAR_LEAST, SIMILAR_SHOWN, hits,
                              &count, err);
    if (status)
        return status;
    if (service_take_reader(service, &reader, NULL))
        reader = NULL; /* without an index the articles' ids must do */
    for (size_t i = 0; i < count && !status; i++)
        status = similar_item(service, reader, &hits[i], list, err);
    if (reader)
        service_give_reader(service, reader);
    similar_hits_done(hits, count);
    return status;
}

enum status service_similar_json(struct service *service, const char *id, struct slice text,
                                 json_t **ret, struct error *err)
{
    _cleanup_ticket_ struct ticket ticket = {.id = NULL};
    _cleanup_json_ json_t *answer = json_pack("{s:[]}", "tickets");
    enum status status = id ? service_find_ticket(service, id, &ticket, err) : STATUS_OK;
    if (!status && !answer)
        status = error_memory(err);
    if (status)
        return status;
    status = similar_list(service, id ? slice_of(ticket.subject) : text, slice_of(ticket.body),
                          ticket.id, json_object_get(answer, "tickets"), err);
    if (!status)
        *ret = steal_pointer(&answer);
    return status;
}

/* ---- Advice ---- */

static enum status advice(struct service *service, const struct ticket *ticket, json_t **ret,
                          struct error *err)
{
    struct similar *similar;
    struct similar_hit hits[SIMILAR_LOOKED_AT];
    struct ticket past[SIMILAR_LOOKED_AT] = {{.id = NULL}};
    struct triage_case cases[SIMILAR_LOOKED_AT];
    size_t count = 0, known = 0;
    enum status status = desk_similar(service, &similar, err);
    if (!status)
        status = similar_find(similar, slice_of(ticket->subject), slice_of(ticket->body), ticket->id,
                              SIMILAR_LEAST, SIMILAR_LOOKED_AT, hits, &count, err);
    for (size_t i = 0; i < count && !status; i++) {
        if (store_get_ticket(service->store, hits[i].id, &past[known], NULL))
            continue;
        cases[known] = (struct triage_case){
            past[known].id, past[known].subject, past[known].category, hits[i].score,
            ticket->contact_hash && str_equal(ticket->contact_hash, past[known].contact_hash),
            past[known].created_ms};
        known++;
    }
    if (!status)
        *ret = triage_advise(ticket, cases, known, service_config(service)->priority_points,
                             clock_now_ms());
    for (size_t i = 0; i < known; i++)
        ticket_done(&past[i]);
    similar_hits_done(hits, count);
    return status;
}

/* ---- The whole ---- */

static json_t *replies_json(const struct ticket *ticket)
{
    json_t *list = json_array();
    for (size_t i = 0; i < ticket->reply_count; i++) {
        json_t *reply = json_pack("{s:s, s:s}", "by", reply_by_name(ticket->replies[i].by), "text",
                                  ticket->replies[i].text ? ticket->replies[i].text : "");
        put_time(reply, "at", ticket->replies[i].at_ms);
        (void)json_array_append_new(list, reply);
    }
    return list;
}

static json_t *ticket_json(const struct ticket *ticket)
{
    json_t *object = json_pack("{s:s, s:s*, s:s*, s:s, s:s*, s:s*, s:s*}", "ticket", ticket->id,
                               "subject", ticket->subject, "body", ticket->body, "status",
                               ticket_status_name(ticket->status), "channel", ticket->channel,
                               "filed_as", ticket->category, "agent", ticket->agent);
    json_t *tags = json_array();
    for (char *const *tag = ticket->tags; tag && *tag; tag++)
        (void)json_array_append_new(tags, json_string(*tag));
    put_time(object, "created", ticket->created_ms);
    put_time(object, "updated", ticket->updated_ms);
    put_time(object, "solved", ticket->solved_ms);
    (void)json_object_set_new(object, "tags", tags);
    (void)json_object_set_new(object, "replies", replies_json(ticket));
    return object;
}

static bool take_visit(void *arg, const struct event *event)
{
    struct ticket *ticket = arg;
    if (event->type != EVENT_TICKET || event->withdrawn || ticket->session)
        return true;
    ticket->session = mem_strdup(event->session);
    ticket->subject = event->subject ? mem_strdup(event->subject) : NULL;
    ticket->body = event->body ? mem_strdup(event->body) : NULL;
    ticket->contact_hash = event->contact_hash ? mem_strdup(event->contact_hash) : NULL;
    ticket->created_ms = event->at_ms;
    return true;
}

/* The desk has not told of it, but the widget: the page named the ticket's id or its ref. */
static enum status find_visit(struct service *service, const char *id, struct ticket *ticket,
                              struct error *err)
{
    struct ticket visit = {.created_ms = -1, .updated_ms = -1, .solved_ms = -1};
    enum status status = store_each_ticket_event(service->store, id, take_visit, &visit, err);
    if (!status && !visit.session)
        status = store_each_ref_event(service->store, id, take_visit, &visit, err);
    if (!status && !visit.session)
        status = error_set(err, STATUS_NOT_FOUND, "there is no ticket %s", id);
    if (!status && !(visit.id = mem_strdup(id)))
        status = error_memory(err);
    if (status)
        ticket_done(&visit);
    else
        *ticket = visit;
    return status;
}

static enum status fill(struct service *service, const struct ticket *ticket, json_t *object,
                        struct error *err)
{
    struct index_reader *reader = NULL;
    json_t *way = NULL, *read = NULL, *links = NULL, *advised = NULL, *topic = NULL;
    enum status status = ticket_way(service, ticket, &way, &read, err);
    if (!status)
        status = advice(service, ticket, &advised, err);
    if (!status)
        status = ticket_topic(service, ticket, &topic, err);
    (void)json_object_set_new(advised, "topic", topic ? topic : json_null());
    if (service_take_reader(service, &reader, NULL))
        reader = NULL;
    if (!status)
        status = links_of(service, reader, ticket->id, &links, err);
    add_titles(reader, way);
    add_titles(reader, read);
    if (reader)
        service_give_reader(service, reader);
    (void)json_object_set_new(object, "way", way ? way : json_array());
    (void)json_object_set_new(object, "already_read", read ? read : json_array());
    (void)json_object_set_new(object, "links", links ? links : json_array());
    (void)json_object_set_new(object, "advice", advised ? advised : json_null());
    return status;
}

enum status service_ticket_json(struct service *service, const char *id, json_t **ret,
                                struct error *err)
{
    _cleanup_ticket_ struct ticket ticket = {.id = NULL};
    _cleanup_json_ json_t *object = NULL;
    enum status status = service_find_ticket(service, id, &ticket, err);
    if (status == STATUS_NOT_FOUND)
        status = find_visit(service, id, &ticket, err);
    if (!status && !(object = ticket_json(&ticket)))
        status = error_memory(err);
    if (!status)
        status = fill(service, &ticket, object, err);
    if (!status)
        *ret = steal_pointer(&object);
    return status;
}
