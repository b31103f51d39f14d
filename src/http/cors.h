/* cors.h: which other sites' pages may call (https://fetch.spec.whatwg.org/#http-cors-protocol), and from where a
 * request may change something. Pure decisions; server.c turns them into headers. */
#ifndef DEFLECT_HTTP_CORS_H
#define DEFLECT_HTTP_CORS_H

#include "http/router.h"

/* Whose origins are allowed, each in the normal form of cors_origin_of. Strings are borrowed. */
struct cors_rules {
    const char *own;      /* that of public_url */
    char *const *origins; /* those of config `origins`; may hold "*" */
};

/* What Access-Control-Allow-Origin says to ORIGIN (as sent; NULL: none was) on a route of POLICY: ORIGIN itself, "*",
 * or NULL for no CORS headers. */
const char *cors_allow_origin(const struct cors_rules *rules, enum route_cors policy, const char *origin);

/* True where a request that changes something may come from there: from no browser's page (no ORIGIN, no SITE), from
 * this server's own (header Sec-Fetch-Site SITE, or ORIGIN naming HOST), or from an allowed origin. */
bool cors_may_change(const struct cors_rules *rules, enum route_cors policy, const char *origin, const char *site,
                     const char *host);

/* The origin of URL ("https://help.example.com:8443"), without its path, lower-cased and without a default port, into
 * OUT; false where URL is none of http or https or does not fit. */
#define CORS_ORIGIN_SIZE 280
bool cors_origin_of(const char *url, char out[CORS_ORIGIN_SIZE]);

#endif
