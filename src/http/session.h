/* session.h: a browser that is signed in to desk or insights.
 *
 * The cookie names a token and an end, signed with the server's key; nothing is kept in memory, so a
 * restart signs nobody out, and revoking the token ends all its sessions at once. A request that
 * changes something must also carry the session's CSRF token, which only our own pages know. */
#ifndef DEFLECT_HTTP_SESSION_H
#define DEFLECT_HTTP_SESSION_H

#include "base/digest.h"
#include "http/request.h"

#define SESSION_COOKIE "deflect_session"
#define SESSION_CSRF_HEADER "X-CSRF-Token"
#define SESSION_CSRF_SIZE DIGEST_HEX_SIZE

/* Signs the browser in as TOKEN for 14 days (or until the token expires), and marks it as staff. */
enum status session_begin(struct request *request, const struct token *token, struct error *err);

/* Signs the browser out. */
void session_end(struct request *request);

/* The token that the cookie stands for, still valid now. *RET has ROLE_NONE where there is none.
 * Errors: those of the store. */
enum status session_find(const struct request *request, struct token *ret, struct error *err);

/* What a request that changes something must send back, into OUT; "" without a cookie. */
void session_csrf(const struct request *request, char out[SESSION_CSRF_SIZE]);

/* True when GIVEN (may be NULL) is that. Constant time. */
bool session_csrf_valid(const struct request *request, const char *given);

/* Fills request->token from the cookie, for requests without an Authorization header: for reading
 * always, for changing only with the CSRF header. Errors: those of the store. */
enum status session_identify(struct request *request, struct error *err);

#endif
