/* settings.h: what requests need of the configuration, parsed once and never changed afterwards. */
#ifndef DEFLECT_HTTP_SETTINGS_H
#define DEFLECT_HTTP_SETTINGS_H

#include "app/config.h"
#include "http/address.h"
#include "http/cors.h"
#include "http/ratelimit.h"
#include "http/strings.h"

struct http_settings {
    const struct config *config; /* borrowed */
    char *public_url;            /* without a trailing '/' */
    bool secure;                 /* public_url is https */
    char own_origin[CORS_ORIGIN_SIZE];
    char **origins;
    struct cors_rules cors;
    struct network_list staff, trusted_proxies;
    struct ratelimit *ratelimit; /* NULL: off */
    char *page_policy;           /* Content-Security-Policy of pages */
    char *frame_policy;          /* of pages that config `frame_ancestors` may frame */
    struct strings *strings;     /* the pages' words, with the replacements of the articles' folder */
    struct http_settings *older; /* replaced by this one; requests may still use it */
};

/* Errors: UNPROCESSABLE naming the key and the value that is wrong, those of strings_load, OUT_OF_MEMORY, INTERNAL. Owns: the caller. */
enum status http_settings_new(const struct config *config, const char *public_url, struct http_settings **ret,
                              struct error *err);

/* Frees SETTINGS and the older ones that it replaced. Returns NULL. */
struct http_settings *http_settings_free(struct http_settings *settings);
static inline void http_settings_freep(struct http_settings **settings)
{
    *settings = http_settings_free(*settings);
}

#endif
