/* desk_post.h: how each help desk's API takes a reply to a ticket.
 *
 * Pure: makes the call, sends nothing. As the vendors document it: Zendesk "Update Ticket",
 * Freshdesk "Create a Reply", Zammad "Ticket Articles", Chatwoot "Create New Message", GitHub
 * "Create an issue comment"; `generic` takes JSON of ours. */
#ifndef DEFLECT_APP_DESK_POST_H
#define DEFLECT_APP_DESK_POST_H

#include "app/send/sender.h"
#include "base/json.h"

/* What is to be said, and where; all borrowed. */
struct desk_reply {
    const char *desk;      /* "zendesk" */
    const char *url;       /* of its API, without a trailing '/' */
    const char *token;     /* NULL: none */
    const char *ticket;    /* the desk's own id */
    const char *article;   /* that answers */
    const char *contact;   /* the customer's address; NULL: not known */
    const json_t *payload; /* what the desk's hook said */
    const char *text, *html;
};

struct desk_call {
    char *url, *body, *user, *password, *header; /* HEADER: the value of header_name */
    const char *method, *header_name;            /* static; NULL: none */
};
void desk_call_done(struct desk_call *call);
#define _cleanup_desk_call_ _cleanup_(desk_call_done)

/* True for a desk whose API is known here; *RET_TOKEN tells whether it wants a token. */
bool desk_post_known(const char *desk, bool *ret_token);

/* The names of these desks, for messages. Static. */
const char *desk_post_names(void);

/* Makes the call. Errors: UNPROCESSABLE (unknown desk, or the hook does not say what the API
 * wants), OUT_OF_MEMORY. */
enum status desk_post_make(const struct desk_reply *reply, struct desk_call *ret,
                           struct error *err);

#endif
