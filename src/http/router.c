/* router.c: finds routes in a table. The table is short, so it is walked. */
#include "http/router.h"

#include "base/str.h"

#include <string.h>

/* How PATH fits PATTERN: the count of literal characters that agree, 0 where it does not fit. *REST: what {name} is. */
static size_t fit(const char *pattern, const char *path, const char **rest)
{
    size_t literal = 0;
    while (pattern[literal] && pattern[literal] != '{' && pattern[literal] == path[literal])
        literal++;
    if (pattern[literal] == '{' ? !path[literal] : pattern[literal] || path[literal])
        return 0;
    *rest = path + literal;
    return literal;
}

static bool answers(const struct route *route, const char *method)
{
    return strcmp(route->method, method) == 0 ||
           (strcmp(route->method, "GET") == 0 && strcmp(method, "HEAD") == 0);
}

static bool is_read(const char *method)
{
    return strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0;
}

enum router_outcome router_find(const struct router *router, const char *method, const char *path,
                                struct router_match *ret)
{
    size_t best = 0;
    enum router_outcome outcome = ROUTER_NO_PATH;
    *ret = (struct router_match){NULL, ""};
    for (const struct route *route = router->routes; route->path; route++) {
        const char *rest = "";
        size_t literal = fit(route->path, path, &rest);
        bool found = literal && answers(route, method);
        if (literal > best || (literal == best && found && outcome == ROUTER_NO_METHOD)) {
            *ret = (struct router_match){route, rest};
            outcome = found ? ROUTER_FOUND : ROUTER_NO_METHOD;
            best = literal;
        }
    }
    if (outcome == ROUTER_NO_PATH && router->fallback && is_read(method) && !str_starts(path, "/v1/")) {
        *ret = (struct router_match){router->fallback, path};
        return ROUTER_FOUND;
    }
    return outcome;
}

static void add_method(char allow[ROUTER_ALLOW_SIZE], const char *method)
{
    size_t length = strlen(allow);
    size_t more = strlen(method) + 2;
    if (length + more >= ROUTER_ALLOW_SIZE)
        return;
    memcpy(allow + length, ", ", 2);
    memcpy(allow + length + 2, method, more - 1);
}

void router_allow(const struct router *router, const char *path, char allow[ROUTER_ALLOW_SIZE])
{
    size_t best = 0;
    const char *rest;
    for (const struct route *route = router->routes; route->path; route++) {
        size_t literal = fit(route->path, path, &rest);
        if (literal > best)
            best = literal;
    }
    memcpy(allow, "OPTIONS", sizeof "OPTIONS");
    for (const struct route *route = router->routes; route->path && best; route++) {
        if (fit(route->path, path, &rest) != best)
            continue;
        add_method(allow, route->method);
        if (strcmp(route->method, "GET") == 0)
            add_method(allow, "HEAD");
    }
}
