/* ticket.c: names and ownership of tickets. */
#include "store/ticket.h"

#include "base/str.h"

static const char *const status_names[] = {
    [TICKET_OPEN] = "open",     [TICKET_PENDING] = "pending", [TICKET_SOLVED] = "solved",
    [TICKET_CLOSED] = "closed", [TICKET_MERGED] = "merged",   [TICKET_SPAM] = "spam",
};
static const char *const by_names[] = {
    [REPLY_BY_AGENT] = "agent",
    [REPLY_BY_CUSTOMER] = "customer",
};

const char *ticket_status_name(enum ticket_status status)
{
    return status_names[status];
}

bool ticket_status_parse(struct slice name, enum ticket_status *ret)
{
    for (size_t i = 0; i < ARRAY_LENGTH(status_names); i++) {
        if (slice_equal(name, slice_of(status_names[i]))) {
            *ret = (enum ticket_status)i;
            return true;
        }
    }
    return false;
}

const char *reply_by_name(enum reply_by by)
{
    return by_names[by];
}

bool reply_by_parse(struct slice name, enum reply_by *ret)
{
    for (size_t i = 0; i < ARRAY_LENGTH(by_names); i++) {
        if (slice_equal(name, slice_of(by_names[i]))) {
            *ret = (enum reply_by)i;
            return true;
        }
    }
    return false;
}

void ticket_done(struct ticket *ticket)
{
    char **const texts[] = {
        &ticket->id,           &ticket->session,  &ticket->ref,
        &ticket->contact_hash, &ticket->channel,  &ticket->subject,
        &ticket->body,         &ticket->category, &ticket->agent,
    };
    for (size_t i = 0; i < ARRAY_LENGTH(texts); i++)
        *texts[i] = mem_free(*texts[i]);
    ticket->tags = strv_free(ticket->tags);
    for (size_t i = 0; i < ticket->reply_count; i++)
        (void)mem_free(ticket->replies[i].text);
    ticket->replies = mem_free(ticket->replies);
    ticket->reply_count = 0;
}
