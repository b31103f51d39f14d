/* sample_desk.c: every ticket of a visit; and where no article answers it, another that no form saw. */
#include "app/eval/sample_desk.h"

#include "base/clock.h"
#include "base/digest.h"
#include "base/str.h"

enum {
    PHONE_EVERY = 4,   /* of the tickets that no form saw */
    REPLY_EVERY = 3,   /* tickets with an agent's answer kept */
    OPEN_EVERY = 40,   /* tickets that nobody solves */
    SOLVED_HOURS = 60, /* the longest that another takes */
    FIRST_NUMBER = 1001
};

static const char reply_text[] =
    "Thank you for writing. I have looked into it for you: open Settings, choose the entry of that "
    "name, and follow the steps there. Tell me if anything is in the way.";

void sample_desk_done(struct sample_desk *desk)
{
    for (size_t i = 0; i < desk->count; i++)
        ticket_done(&desk->tickets[i]);
    desk->tickets = mem_free(desk->tickets);
    desk->count = desk->capacity = 0;
}

static bool add_reply(struct ticket *ticket, int64_t at_ms)
{
    ticket->replies = mem_zero(1, sizeof *ticket->replies);
    if (!ticket->replies)
        return false;
    ticket->reply_count = 1;
    ticket->replies[0] =
        (struct ticket_reply){at_ms, REPLY_BY_AGENT, mem_strdup(reply_text)};
    return ticket->replies[0].text != NULL;
}

/* A ticket of EVENT's words; SESSION NULL: nobody knows whose visit it was. */
static bool add(struct sample_desk *desk, const struct event *event, const char *session,
                const char *channel, int64_t created_ms)
{
    const size_t number = desk->count;
    struct ticket *ticket;
    int64_t solved_ms;
    if (mem_grow(&desk->tickets, &desk->capacity, number, sizeof *ticket) < 0)
        return false;
    ticket = &desk->tickets[desk->count++];
    *ticket = (struct ticket){.id = mem_printf("%zu", number + FIRST_NUMBER),
                              .channel = mem_strdup(channel),
                              .subject = mem_strdup(event->subject ? event->subject : ""),
                              .session = session ? mem_strdup(session) : NULL,
                              .created_ms = created_ms,
                              .updated_ms = -1,
                              .solved_ms = -1,
                              .agent = mem_strdup(number % 2 ? "Maria" : "Jonas")};
    if (!ticket->id || !ticket->channel || !ticket->subject || !ticket->agent ||
        (session && !ticket->session))
        return false;
    solved_ms = created_ms + MS_PER_HOUR * (1 + (int64_t)(digest_fnv(slice_of(ticket->id)) % SOLVED_HOURS));
    if (number % OPEN_EVERY != 0 && solved_ms < desk->now_ms) {
        ticket->status = TICKET_SOLVED;
        ticket->solved_ms = solved_ms;
    }
    return number % REPLY_EVERY != 0 || add_reply(ticket, created_ms + MS_PER_HOUR);
}

/* True where QUESTION is asked of an article: agents would have answered a mail with it. */
static bool has_article(const struct sample_desk *desk, const char *question)
{
    for (size_t i = 0; i < desk->article_count; i++) {
        const char *const *asked = desk->articles[i].questions;
        if (str_equal(desk->articles[i].title, question))
            return true;
        for (; asked && *asked; asked++)
            if (str_equal(*asked, question))
                return true;
    }
    return false;
}

bool sample_desk_see(struct sample_desk *desk, const struct event *event)
{
    const size_t number = desk->count;
    if (event->type != EVENT_TICKET || event->marks != 0)
        return true;
    if (!add(desk, event, event->session, "form", event->at_ms))
        return false;
    return has_article(desk, event->subject) ||
           add(desk, event, NULL, number % PHONE_EVERY == 0 ? "phone" : "email",
               event->at_ms - MS_PER_HOUR);
}

enum status sample_desk_write(const struct sample_desk *desk, struct service *service,
                              struct error *err)
{
    return store_put_tickets(service_store(service), desk->tickets, desk->count, NULL, err);
}
