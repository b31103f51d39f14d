/* router.h: from method and path to the route that answers.
 *
 * A router is a table of routes. The product's own table stands in routes.c and nowhere else: dispatch, the command
 * `deflect routes` and the test of docs/openapi.yaml read it. Nothing here knows libmicrohttpd. */
#ifndef DEFLECT_HTTP_ROUTER_H
#define DEFLECT_HTTP_ROUTER_H

#include "base/error.h"
#include "store/store.h"

#include <stdbool.h>
#include <stddef.h>

struct request;

/* Answers REQUEST by filling its reply (http/reply.h). An error that it returns becomes problem+json, or the error page
 * where the route is a page. Threads: any of the server's; must not wait for anything slow. */
typedef enum status route_handler(struct request *request, struct error *err);

/* Whose pages' scripts may call the route (http/cors.h). */
enum route_cors {
    CORS_NONE,    /* this server's own pages only */
    CORS_ORIGINS, /* those of config `origins` too; pages of all may show it (images, scripts) */
    CORS_PUBLIC,  /* and everybody's, where config `origins` has "*" */
};

/* What a request may carry. */
enum route_body {
    BODY_NONE,
    BODY_JSON,         /* application/json */
    BODY_JSON_OR_TEXT, /* JSON, also labelled text/plain, as navigator.sendBeacon sends it */
    BODY_FORM,         /* application/x-www-form-urlencoded */
};

enum route_flag {
    ROUTE_PAGE = 1,       /* HTML for people: errors are pages too, `?staff=1` is heeded */
    ROUTE_UNLIMITED = 2,  /* stands under no rate limit */
    ROUTE_LARGE_BODY = 4, /* a body of up to LIMIT_HTTP_BODY_LARGE */
    ROUTE_FRAMEABLE = 8,  /* config `frame_ancestors` may frame it */
    ROUTE_METRICS = 16,   /* needs no token where config `metrics_public` says so */
};

struct route {
    const char *method; /* "GET" answers HEAD too */
    const char *path;   /* "/v1/articles/{id}": a {name} stands last and is the rest of the path, slashes included */
    route_handler *handler;
    const char *doc; /* one line for `deflect routes` */
    enum token_role role; /* least role needed; ROLE_NONE: nobody needs a token */
    enum route_cors cors;
    enum route_body body;
    unsigned flags; /* enum route_flag */
};

/* Fills the reply with a page that tells a person of ERR; STATUS is the HTTP status. */
typedef void route_error_page(struct request *request, unsigned status, const struct error *err);

struct router {
    const struct route *routes;   /* ended by a NULL path */
    const struct route *fallback; /* answers GET of what no route has, outside /v1/; NULL: 404 */
    route_error_page *error_page; /* NULL: problem+json for pages too */
};

enum router_outcome { ROUTER_FOUND, ROUTER_NO_PATH, ROUTER_NO_METHOD };

struct router_match {
    const struct route *route; /* FOUND: the route; NO_METHOD: one with this path */
    const char *rest;          /* what {name} stands for, "" where the route has none; points into the path */
};

/* Finds the route for METHOD and the decoded PATH; a route with more literal characters wins. */
enum router_outcome router_find(const struct router *router, const char *method, const char *path,
                                struct router_match *ret);

/* The methods that the path of MATCH answers, as the header Allow lists them ("GET, HEAD, OPTIONS"). */
#define ROUTER_ALLOW_SIZE 80
void router_allow(const struct router *router, const char *path, char allow[ROUTER_ALLOW_SIZE]);

/* The product's table. Static. */
const struct router *routes(void);

#endif
