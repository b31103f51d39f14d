/* forward.h: requests written on /contact, and their way to whoever answers them.
 *
 * A request is taken once it is on disk (outbox.h); the forwarder delivers it, by webhook or mail,
 * together with what the customer has read already. */
#ifndef DEFLECT_APP_FORWARD_H
#define DEFLECT_APP_FORWARD_H

#include "app/send/outbox.h"
#include "app/service.h"

#include <stdatomic.h>

/* A request as it came; texts unredacted, UTF-8. */
struct contact_request {
    const char *form; /* names the form that was filled in: sent twice, it is one request */
    const char *contact, *subject, *message;
    const char *session; /* NULL: not known */
    const char *lang;    /* of the page */
    const char *trapped; /* why it looks like spam; NULL: it does not */
};

/* True where CONFIG says where requests go. */
bool forward_enabled(const struct config *config);

/* Looks whether what CONFIG says about forwarding fits together. Errors: UNPROCESSABLE naming what
 * is missing. */
enum status forward_check(const struct config *config, struct error *err);

/* True for what can be answered: something@something without white space or controls. */
bool forward_contact_valid(const char *contact);

/* Takes REQUEST in; OK means that it is on disk. Errors: those of outbox_put. */
enum status service_take_request(struct service *service, const struct contact_request *request,
                                 struct error *err);

/* One attempt to deliver ITEM. Errors: UNAVAILABLE (the other side is down), DENIED and others
 * (this one is not taken as it is). STOP: see sender.h. */
enum status forward_deliver(struct service *service, const struct outbox_item *item,
                            const atomic_bool *stop, struct error *err);

#endif
