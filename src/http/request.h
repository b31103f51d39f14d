/* request.h: one request as handlers see it, from its first line to its completion.
 *
 * Texts are decoded, free of NUL and well-formed UTF-8: anything else was refused before. All pointers are borrowed and
 * last until the request is completed. A request belongs to one thread at a time. */
#ifndef DEFLECT_HTTP_REQUEST_H
#define DEFLECT_HTTP_REQUEST_H

#include "app/suggest.h"
#include "base/buf.h"
#include "base/json.h"
#include "http/address.h"
#include "http/language.h"
#include "http/reply.h"
#include "http/router.h"
#include "http/target.h"

#include <microhttpd.h>
#include <stdatomic.h>

struct http_server;
struct http_settings;
struct metrics;

#define REQUEST_ID_SIZE 40

struct request {
    /* For handlers. */
    struct service *service;
    const struct http_settings *settings; /* config as parsed for requests, in force for all of this one */
    const struct route *route;            /* NULL: none was found */
    const char *method;
    const char *path;      /* "/articles/reset-password" */
    const char *rest;      /* what the route's {name} stands for; "" where it has none */
    struct token token;    /* of the sender; role ROLE_NONE where none or no valid one came */
    struct address client; /* real address: behind trusted proxies, whom they name */
    bool staff;            /* from config `staff_networks`, with a token, or marked by cookie */
    bool opted_out;        /* Sec-GPC or DNT */
    char id[REQUEST_ID_SIZE]; /* stands in the log and in X-Request-Id */
    struct reply reply;
    char lang[LANGUAGE_TAG_SIZE]; /* by request_lang */

    /* For the HTTP layer alone. */
    struct http_server *server;
    const struct router *router;
    struct metrics *metrics;
    struct MHD_Connection *connection;
    struct target target;
    char *bad_target;       /* why the target could not be read; NULL where `path` is also: memory was short */
    struct target form;     /* fields of a form body */
    struct buf body;
    size_t body_seen;       /* bytes that arrived, kept or not */
    size_t body_limit;
    uint64_t reply_bytes;
    bool begun, handled;    /* the headers were looked at; the handler ran, or the gate refused */
    bool put_off;           /* by request_suspend */
    bool suspended;         /* and nobody has ended that yet; guarded by the server */
    int64_t started_us;
    atomic_uint references;
    struct request *next, *previous; /* among the suspended; guarded by the server */
};

/* The query parameter NAME, decoded; of several the first. NULL: not given, or empty. */
const char *request_param(const struct request *request, const char *name);

/* The same, for a field of a form body (route body BODY_FORM). */
const char *request_form(const struct request *request, const char *name);

/* The header NAME (any case) as sent; NULL: none. Not decoded: may hold any bytes but NUL, CR and LF. */
const char *request_header(const struct request *request, const char *name);

/* The value of cookie NAME; empty slice: none. */
struct slice request_cookie(const struct request *request, const char *name);

/* All values of header NAME, joined by commas, in OUT. */
void request_header_all(const struct request *request, const char *name, struct buf *out);

/* A session id as the contract allows it: 1 to 128 of A-Za-z0-9._:- */
bool request_session_valid(struct slice session);

/* The visitor as the use cases want it, marked as staff or robot. SESSION NULL, or not valid: none. */
struct visitor request_visitor(const struct request *request, const char *session);

/* The body as a JSON object. Owns: the caller. Errors: INVALID naming line and column; UNPROCESSABLE: no object. */
enum status request_json(const struct request *request, json_t **ret, struct error *err);

/* Parameter NAME as a whole number of LOW to HIGH; FALLBACK where it was not given. Errors: UNPROCESSABLE. */
enum status request_number(const struct request *request, const char *name, int64_t low, int64_t high,
                           int64_t fallback, int64_t *ret, struct error *err);

/* Parameter `lang` as a language tag; *RET NULL where it was not given. Errors: UNPROCESSABLE. */
enum status request_lang(struct request *request, const char **ret, struct error *err);

/* The same for TEXT (NULL: not given) from elsewhere in the request. One tag a request is kept. */
enum status request_read_lang(struct request *request, const char *text, const char **ret, struct error *err);

/* Which of OFFERED (language tags, ended by NULL) suits the reader best: by parameter `lang`, then by Accept-Language
 * (RFC 4647 lookup: "de-CH" finds "de", and "pt" finds "pt-BR"); else FALLBACK. */
const char *request_negotiate(const struct request *request, const char *const *offered, const char *fallback);

/* Puts the answer off: the handler returns STATUS_OK, and whoever does the work calls request_finish exactly once, from
 * any thread. Until then nobody else touches the reply. */
void request_suspend(struct request *request);

/* Ends what request_suspend began: FILL (may be NULL) writes the reply on the calling thread unless the server gave
 * the request up while stopping. */
typedef void request_fill_fn(struct request *request, void *arg);
void request_finish(struct request *request, request_fill_fn *fill, void *arg);

#endif
