/* reply.h: the answer to a request, as a handler builds it; server.c hands it to libmicrohttpd.
 *
 * Security headers, X-Request-Id, CORS and Vary are added to every reply and are not a handler's business. A failed
 * allocation is remembered and turns the reply into a 503, so handlers need not check. */
#ifndef DEFLECT_HTTP_REPLY_H
#define DEFLECT_HTTP_REPLY_H

#include "base/buf.h"
#include "base/error.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct request;

enum { REPLY_HEADERS = 12 };

struct reply_header {
    const char *name; /* a literal */
    char *value;
};

struct reply {
    unsigned status;        /* HTTP status; 0: none yet */
    const char *mime;       /* a literal; NULL: no body */
    const char *cache;      /* Cache-Control, a literal; NULL: private, no-cache for pages, else no-store */
    const char *policy;     /* Content-Security-Policy, a literal; NULL: as the route has it */
    struct buf body;
    const void *fixed;      /* instead of BODY: bytes that last as long as the program */
    size_t fixed_length;
    int fd;                 /* instead of both: a file to send; -1: none */
    uint64_t fd_length;
    struct reply_header headers[REPLY_HEADERS];
    size_t header_count;
    bool vary_encoding;     /* the body depends on Accept-Encoding */
    bool failed;            /* memory was short, or the body too long */
};

void reply_init(struct reply *reply);
void reply_done(struct reply *reply);

/* Begins the body of the reply and gives the buffer that takes it. MIME is a literal, NULL for a reply without body.
 * Headers, cookies and Cache-Control that were set before stay. */
struct buf *reply_begin(struct request *request, unsigned status, const char *mime);

/* The whole reply in one call. VALUE is stolen (NULL: memory was short); HTML is stolen and left empty. */
enum status reply_json(struct request *request, unsigned status, json_t *value, struct error *err);
enum status reply_html(struct request *request, unsigned status, struct buf *html, struct error *err);
enum status reply_empty(struct request *request, unsigned status);

/* Bytes that last as long as the program, not copied. */
enum status reply_fixed(struct request *request, unsigned status, const char *mime, const void *bytes, size_t length);

/* The open file FD of LENGTH bytes; FD is the reply's from now on. */
enum status reply_file(struct request *request, const char *mime, int fd, uint64_t length);

/* Sends the browser to TARGET with STATUS 301, 302, 303, 307 or 308. TARGET must be a path of this server ("/search?q=…",
 * percent-encoded by the caller); "//host", "\", schemes and control characters are refused: no open redirect.
 * Errors: UNPROCESSABLE. */
enum status reply_redirect(struct request *request, unsigned status, const char *target, struct error *err);

/* Sends the browser to an address from the configuration or an article's `url` (http or https only), which visitors
 * cannot choose. */
enum status reply_redirect_out(struct request *request, unsigned status, const char *url, struct error *err);

/* Adds a header; NAME a literal, VALUE copied; CR, LF and other control characters are left out of it. */
void reply_header(struct request *request, const char *name, const char *value);

/* Cache-Control; VALUE a literal. */
void reply_cache(struct request *request, const char *value);

/* ETag from a digest of the body, and 304 without a body where If-None-Match has it. Call when the body is complete. */
void reply_etag(struct request *request);

/* ETAG given instead (without quotes). True where the client has it already: the reply is then a 304. */
bool reply_etag_is(struct request *request, const char *etag);

/* A cookie for this server's pages: HttpOnly, Path=/, SameSite=Lax, Secure where public_url is https. VALUE of cookie
 * characters only (letters, digits, "-._~"). MAX_AGE_S 0: until the browser closes; negative: remove it. */
void reply_cookie(struct request *request, const char *name, const char *value, int64_t max_age_s);

/* Replaces all that was begun, headers too, by an RFC 9457 problem. DETAIL says what to do; NULL: the title alone. */
void reply_problem(struct request *request, unsigned status, const char *detail);

/* The same for an error of the layers below: its message and hint (those of our own defects are logged, not shown); as a
 * page where the route is one. reply_error_as: with another HTTP status than that of the error. */
void reply_error(struct request *request, const struct error *err);
void reply_error_as(struct request *request, unsigned status, const struct error *err);

/* "Not Found" for 404; never NULL. */
const char *reply_status_title(unsigned status);

#endif
