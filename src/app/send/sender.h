/* sender.h: one message to another service: JSON by HTTP, or mail by SMTP; over libcurl.
 *
 * One attempt each; when to try again is the caller's business, and the status says whether it
 * makes sense. Certificates are verified, redirects are not followed, only http and https (smtp and
 * smtps) are spoken. The usual variables (https_proxy, no_proxy) of the environment count. Nothing
 * is logged here. Calls block; any thread may make them. */
#ifndef DEFLECT_APP_SENDER_H
#define DEFLECT_APP_SENDER_H

#include "app/send/mail.h"
#include "base/buf.h"
#include "base/error.h"

#include <stdatomic.h>
#include <stdint.h>

/* A header to send. Control characters are left out of the value. */
struct send_header {
    const char *name, *value;
};

/* A call by HTTP. What is zero or NULL is left out, or has its default. */
struct send_call {
    const char *url;    /* http:// or https:// */
    const char *method; /* "POST" */
    struct slice body;  /* JSON */
    const struct send_header *headers;
    size_t header_count;
    const char *user, *password; /* basic authentication */
    int64_t timeout_ms;          /* for all of it; default SEND_TIMEOUT_MS */
    const atomic_bool *stop;     /* given up within about a second once this is true */
};

#define SEND_TIMEOUT_MS 20000

struct send_answer {
    long status;     /* of HTTP; 0: none came */
    struct buf body; /* its first LIMIT_SEND_ANSWER bytes; free with send_answer_done */
};
void send_answer_done(struct send_answer *answer);
#define _cleanup_send_answer_ _cleanup_(send_answer_done)

/* Sends CALL; OK where the other side answered 2xx. ANSWER may be NULL; else it is filled whatever
 * the outcome. Errors: UNAVAILABLE (worth another try: no connection, time-out, 408, 425, 429, 5xx,
 * stop), DENIED (any other 3xx or 4xx: it will not be taken as it is), UNPROCESSABLE (not an
 * address that can be called), OUT_OF_MEMORY. */
enum status send_json(const struct send_call *call, struct send_answer *answer, struct error *err);

/* Where mail is handed in. */
struct send_mail_server {
    const char *url;             /* smtp://HOST[:PORT] or smtps://HOST[:PORT] */
    const char *user, *password; /* NULL: without signing in */
    int64_t timeout_ms;
    const atomic_bool *stop;
};

/* Hands MAIL in. With smtp:// the connection is encrypted where the server can; with a password it
 * must be, unless the server is this machine. Errors: as send_json; DENIED for what the server
 * refuses for good (5xx), UNPROCESSABLE also for a sender or receiver that is no address. */
enum status send_mail(const struct send_mail_server *server, const struct mail *mail,
                      struct error *err);

#endif
