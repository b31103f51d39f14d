/* visitor.h: who sends a request: real address, token, staff, robot, opted out. */
#ifndef DEFLECT_HTTP_VISITOR_H
#define DEFLECT_HTTP_VISITOR_H

#include "http/request.h"

/* The cookie of a browser that belongs to the team: set by `?staff=1` on any page, removed by `?staff=0`. */
#define VISITOR_STAFF_COOKIE "deflect_staff"

/* Fills client, opted_out, staff and token. Errors: those of the store, the token left ROLE_NONE. */
enum status visitor_identify(struct request *request, struct error *err);

/* Sets or removes the staff cookie where a page was asked with `?staff=`. Call when the reply is complete. */
void visitor_mark_browser(struct request *request);

/* True when USER_AGENT (may be NULL) is that of a crawler, a link preview or a monitor which says so. Programs that
 * fetch on somebody's behalf (curl, an app's HTTP library, a browser without window) are not robots: integrations and
 * tests use them. */
bool visitor_is_robot(const char *user_agent);

#endif
