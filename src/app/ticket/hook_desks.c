/* hook_desks.c: what stands where in the JSON of each help desk.
 *
 * Forms as the vendors document them; where a desk's rule sends JSON of the admin's own making
 * (Zendesk triggers, Freshdesk), the template in the operator's article gives the generic form. */
#include "app/ticket/hook_fields.h"

#include "base/str.h"

/* The fields of POST /v1/tickets, with the desk's own names of states. */
bool hook_from_generic(struct hook_call *call)
{
    static const char *const same[] = {"id",       "session", "ref",  "contact", "channel",
                                       "subject", "body",    "category", "agent"};
    for (size_t i = 0; i < ARRAY_LENGTH(same); i++)
        hook_copy(call, same[i], call->payload, same[i]);
    hook_copy_time(call, "created", call->payload, "created");
    hook_copy_time(call, "updated", call->payload, "updated");
    hook_copy_time(call, "solved", call->payload, "solved");
    hook_copy_state(call, call->payload, "status");
    hook_copy_tags(call, hook_at(call->payload, "tags"), "name");
    if (json_is_array(hook_at(call->payload, "replies")))
        (void)json_object_set(call->ticket, "replies",
                              json_object_get(call->payload, "replies"));
    return true;
}

/* ---- Zendesk: event subscriptions, else a trigger's generic form ---- */

static void zendesk_event(struct hook_call *call, const json_t *detail)
{
    const json_t *event = hook_at(call->payload, "event");
    const json_t *comment = hook_at(event, "comment");
    if (hook_event_is(call->event, "ticket.merged"))
        hook_put(call, "status", "merged");
    else if (hook_event_is(call->event, "ticket.marked_as_spam"))
        hook_put(call, "status", "spam");
    else if (hook_event_is(call->event, "ticket.status_changed") && hook_at(event, "current"))
        hook_copy_state(call, event, "current");
    if (hook_event_is(call->event, "ticket.comment_added") && comment &&
        !json_is_false(hook_at(comment, "is_public")))
        hook_add_reply(call, json_is_true(hook_at(comment, "author.is_staff")),
                       hook_at(call->payload, "time"), hook_text(comment, "body"), false);
    hook_copy_tags(call, hook_at(detail, "tags"), "name");
}

bool hook_from_zendesk(struct hook_call *call)
{
    const json_t *detail = hook_at(call->payload, "detail");
    const char *type = hook_text(call->payload, "type");
    if (!type || !detail)
        return hook_from_generic(call);
    call->event = type;
    if (!strstr(type, ":ticket."))
        return false;
    hook_copy(call, "id", detail, "id");
    hook_copy(call, "subject", detail, "subject");
    hook_copy(call, "body", detail, "description");
    hook_copy(call, "channel", detail, "via.channel");
    hook_copy(call, "agent", detail, "assignee_id");
    hook_copy_time(call, "created", detail, "created_at");
    hook_copy_time(call, "updated", call->payload, "time");
    hook_copy_time(call, "updated", detail, "updated_at");
    hook_copy_state(call, detail, "status");
    zendesk_event(call, detail);
    return true;
}

/* ---- Freshdesk: the rule's own JSON; its simple form has longer names ---- */

bool hook_from_freshdesk(struct hook_call *call)
{
    const json_t *simple = hook_at(call->payload, "freshdesk_webhook");
    if (!simple)
        return hook_from_generic(call);
    hook_copy(call, "id", simple, "ticket_id");
    hook_copy(call, "subject", simple, "ticket_subject");
    hook_copy_html(call, "body", simple, "ticket_description");
    hook_copy(call, "contact", simple, "ticket_requester_email");
    hook_copy(call, "agent", simple, "ticket_agent_email");
    hook_copy(call, "channel", simple, "ticket_source");
    hook_copy_time(call, "created", simple, "ticket_created_at");
    hook_copy_state(call, simple, "ticket_status");
    if (!str_equal(hook_text(simple, "ticket_latest_public_comment_by"), "customer"))
        hook_add_reply(call, true, NULL, hook_text(simple, "ticket_latest_public_comment"), true);
    return true;
}

/* ---- Zammad ---- */

static void zammad_article(struct hook_call *call, const json_t *ticket, const json_t *article)
{
    const char *body = hook_text(article, "body");
    const char *sender = hook_name(article, "sender");
    bool html = str_equal(hook_text(article, "content_type"), "text/html");
    bool agent = str_equal(sender, "Agent");
    json_int_t count = json_integer_value(hook_at(ticket, "article_count"));
    if (!body || json_is_true(hook_at(article, "internal")) || str_equal(sender, "System"))
        return;
    if (count > 1 || agent)
        hook_add_reply(call, agent, hook_at(article, "created_at"), body, html);
    else if (html)
        hook_copy_html(call, "body", article, "body");
    else
        hook_put(call, "body", body);
}

bool hook_from_zammad(struct hook_call *call)
{
    const json_t *ticket = hook_at(call->payload, "ticket");
    const json_t *article = hook_at(call->payload, "article");
    if (!ticket)
        return false;
    hook_copy(call, "id", ticket, "number");
    hook_copy(call, "subject", ticket, "title");
    hook_copy(call, "contact", ticket, "customer.email");
    hook_copy(call, "agent", ticket, "owner.email");
    hook_copy(call, "category", ticket, "group.name");
    hook_put(call, "channel", hook_name(article, "type"));
    hook_copy_time(call, "created", ticket, "created_at");
    hook_copy_time(call, "updated", ticket, "updated_at");
    hook_copy_time(call, "solved", ticket, "close_at");
    hook_copy_state(call, ticket, "state");
    hook_copy_tags(call, hook_at(ticket, "tags"), "name");
    zammad_article(call, ticket, article);
    return true;
}

/* ---- Chatwoot ---- */

static bool chatwoot_is(const json_t *message, const char *name, json_int_t number)
{
    const json_t *type = hook_at(message, "message_type");
    return json_is_integer(type) ? json_integer_value(type) == number
                                 : str_equal(json_string_value(type), name);
}

/* The first message of the customer is the request, what follows are replies. */
static void chatwoot_message(struct hook_call *call, const json_t *message)
{
    const char *content = hook_text(message, "content");
    bool incoming = chatwoot_is(message, "incoming", 0);
    if (!content || json_is_true(hook_at(message, "private")))
        return;
    if (incoming && !json_object_get(call->ticket, "body") &&
        hook_event_is(call->event, "conversation_created"))
        hook_put(call, "body", content);
    else if (incoming || chatwoot_is(message, "outgoing", 1))
        hook_add_reply(call, !incoming, hook_at(message, "created_at"), content, false);
}

bool hook_from_chatwoot(struct hook_call *call)
{
    const char *event = hook_text(call->payload, "event");
    bool is_message = event && str_starts(event, "message_");
    const json_t *conversation = is_message ? hook_at(call->payload, "conversation")
                                            : call->payload;
    const json_t *message;
    size_t i;
    if (!event || !hook_at(conversation, "id") ||
        (!is_message && !str_starts(event, "conversation_")))
        return false;
    call->event = event;
    hook_copy(call, "id", conversation, "id");
    hook_copy(call, "subject", conversation, "additional_attributes.mail_subject");
    hook_copy(call, "contact", conversation, "meta.sender.email");
    hook_copy(call, "agent", conversation, "meta.assignee.email");
    hook_copy(call, "channel", conversation, "channel");
    hook_copy_time(call, "created", conversation, "created_at");
    hook_copy_time(call, "updated", conversation, "timestamp");
    hook_copy_time(call, "updated", conversation, "updated_at");
    hook_copy_state(call, conversation, "status");
    hook_copy_tags(call, hook_at(conversation, "labels"), "title");
    if (is_message)
        chatwoot_message(call, call->payload);
    else
        json_array_foreach (hook_at(conversation, "messages"), i, message)
            chatwoot_message(call, message);
    return true;
}

/* ---- Help Scout, and FreeScout, which is much like it ---- */

/* The oldest thread of the customer is the request; Help Scout lists the newest first. */
static void scout_threads(struct hook_call *call, const json_t *threads)
{
    bool first = true;
    for (size_t i = json_array_size(threads); i > 0; i--) {
        const json_t *thread = json_array_get(threads, i - 1);
        const char *type = hook_text(thread, "type");
        bool agent = str_equal(type, "message") || str_equal(type, "reply");
        if (!agent && !str_equal(type, "customer"))
            continue;
        if (first && !agent)
            hook_copy_html(call, "body", thread, "body");
        else
            hook_add_reply(call, agent, hook_at(thread, "createdAt"), hook_text(thread, "body"),
                           true);
        first = false;
    }
}

bool hook_from_helpscout(struct hook_call *call)
{
    const json_t *threads = hook_at(call->payload, "_embedded.threads");
    if (*call->event && !hook_event_is(call->event, "convo.created convo.status convo.merged "
                                                    "convo.agent.reply.created convo.tags "
                                                    "convo.customer.reply.created "
                                                    "convo.assigned"))
        return false;
    hook_copy(call, "id", call->payload, "id");
    hook_copy(call, "subject", call->payload, "subject");
    hook_copy(call, "contact", call->payload, "customer.email");
    hook_copy(call, "contact", call->payload, "primaryCustomer.email");
    hook_copy(call, "agent", call->payload, "assignee.email");
    hook_copy(call, "channel", call->payload, "type");
    hook_copy_time(call, "created", call->payload, "createdAt");
    hook_copy_time(call, "updated", call->payload, "userUpdatedAt");
    hook_copy_time(call, "updated", call->payload, "updatedAt");
    hook_copy_time(call, "solved", call->payload, "closedAt");
    hook_copy_state(call, call->payload, "status");
    hook_copy_tags(call, hook_at(call->payload, "tags"), "tag");
    if (hook_event_is(call->event, "convo.merged"))
        hook_put(call, "status", "merged");
    hook_copy_html(call, "body", call->payload, "preview");
    scout_threads(call, threads ? threads : hook_at(call->payload, "threads"));
    return true;
}

bool hook_from_freescout(struct hook_call *call)
{
    return hook_from_helpscout(call);
}

/* ---- GitHub: issues and their comments ---- */

/* Who belongs to the repository answers as an agent. */
static bool github_is_team(const json_t *comment)
{
    const char *association = hook_text(comment, "author_association");
    return str_equal(association, "OWNER") || str_equal(association, "MEMBER") ||
           str_equal(association, "COLLABORATOR");
}

bool hook_from_github(struct hook_call *call)
{
    const json_t *issue = hook_at(call->payload, "issue");
    const json_t *comment = hook_at(call->payload, "comment");
    const char *repository = hook_text(call->payload, "repository.full_name");
    bool created = str_equal(hook_text(call->payload, "action"), "created");
    if (!issue || !repository || hook_at(issue, "pull_request") ||
        (strcmp(call->event, "issues") != 0 && strcmp(call->event, "issue_comment") != 0))
        return false;
    (void)json_object_set_new(
        call->ticket, "id",
        json_sprintf("%s#%lld", repository,
                     (long long)json_integer_value(hook_at(issue, "number"))));
    hook_copy(call, "subject", issue, "title");
    hook_copy(call, "body", issue, "body");
    hook_copy(call, "agent", issue, "assignee.login");
    hook_put(call, "channel", "github");
    hook_copy_time(call, "created", issue, "created_at");
    hook_copy_time(call, "updated", issue, "updated_at");
    hook_copy_time(call, "solved", issue, "closed_at");
    hook_copy_state(call, issue, "state");
    if (str_equal(hook_text(issue, "state_reason"), "duplicate"))
        hook_put(call, "status", "merged");
    hook_copy_tags(call, hook_at(issue, "labels"), "name");
    if (comment && created)
        hook_add_reply(call, github_is_team(comment), hook_at(comment, "created_at"),
                       hook_text(comment, "body"), false);
    return true;
}
