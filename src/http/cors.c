/* cors.c: decides about cross-origin requests. */
#include "http/cors.h"

#include "base/str.h"

#include <ctype.h>
#include <string.h>

bool cors_origin_of(const char *url, char out[CORS_ORIGIN_SIZE])
{
    bool https = strncasecmp(url, "https://", 8) == 0;
    size_t scheme = https ? 8 : 7;
    const char *default_port = https ? ":443" : ":80";
    size_t length;
    if (!https && strncasecmp(url, "http://", 7) != 0)
        return false;
    length = scheme + strcspn(url + scheme, "/?#");
    if (length == scheme || length >= CORS_ORIGIN_SIZE || memchr(url, '@', length))
        return false;
    for (size_t i = 0; i < length; i++)
        out[i] = (char)tolower((unsigned char)url[i]);
    out[length] = '\0';
    if (str_ends(out, default_port))
        out[length - strlen(default_port)] = '\0';
    return true;
}

static bool is_own(const struct cors_rules *rules, const char *origin)
{
    char sent[CORS_ORIGIN_SIZE];
    return rules->own && cors_origin_of(origin, sent) && strcmp(sent, rules->own) == 0;
}

static bool is_listed(const struct cors_rules *rules, const char *origin)
{
    char sent[CORS_ORIGIN_SIZE];
    return cors_origin_of(origin, sent) && strv_contains(rules->origins, sent);
}

const char *cors_allow_origin(const struct cors_rules *rules, enum route_cors policy, const char *origin)
{
    if (!origin || policy == CORS_NONE)
        return NULL;
    if (is_own(rules, origin) || is_listed(rules, origin))
        return origin;
    if (policy == CORS_PUBLIC && strv_contains(rules->origins, "*"))
        return "*";
    return NULL;
}

/* True when ORIGIN names the HOST that was asked: the page came from here, whatever name it was reached by. */
static bool is_same_host(const char *origin, const char *host)
{
    const char *authority = strstr(origin, "://");
    return authority && host && strcasecmp(authority + 3, host) == 0;
}

bool cors_may_change(const struct cors_rules *rules, enum route_cors policy, const char *origin, const char *site,
                     const char *host)
{
    if (site && (strcmp(site, "same-origin") == 0 || strcmp(site, "none") == 0))
        return true;
    if (!origin)
        return !site;
    return is_same_host(origin, host) || is_own(rules, origin) || cors_allow_origin(rules, policy, origin);
}
