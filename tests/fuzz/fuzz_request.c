/* fuzz_request.c: what a stranger's request is made of: target, cookies, forwarded addresses, languages, origin, user
 * agent, form body; a line each.
 *
 * What must hold: decoded texts are UTF-8 without NUL, what points into a text lies in it, no origin is allowed but
 * those of the configuration, and an address is the same after a way out and in again. */
#include "base/str.h"
#include "http/address.h"
#include "http/cors.h"
#include "http/language.h"
#include "http/target.h"
#include "http/visitor.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void check_target(const struct target *target)
{
    require(utf8_valid(slice_of(target->path)) && target->count <= TARGET_FIELDS);
    for (size_t i = 0; i < target->count; i++) {
        require(utf8_valid(slice_of(target->fields[i].name)));
        require(utf8_valid(slice_of(target->fields[i].value)));
        require(target_field(target, target->fields[i].name) != NULL);
    }
}

static void check_route(const char *method, const char *path)
{
    struct router_match match;
    char allow[ROUTER_ALLOW_SIZE];
    enum router_outcome outcome = router_find(routes(), method, path, &match);
    if (outcome == ROUTER_NO_PATH || match.route == routes()->fallback)
        return;
    router_allow(routes(), path, allow);
    require(match.route && (outcome == ROUTER_NO_METHOD) == (strstr(allow, method) == NULL));
    if (outcome == ROUTER_FOUND && *match.rest)
        require(match.rest >= path && match.rest < path + strlen(path));
}

static void check_request_line(const char *text)
{
    static const char *const methods[] = {"GET", "HEAD", "POST", "PATCH", "DELETE"};
    struct target target;
    if (target_parse(text, &target, NULL))
        return;
    check_target(&target);
    for (size_t i = 0; i < ARRAY_LENGTH(methods); i++)
        check_route(methods[i], target.path);
    target_done(&target);
}

static void check_cookie(const char *header)
{
    struct slice value = target_cookie(header, "deflect_session");
    if (value.ptr)
        require(value.ptr >= header && value.ptr + value.length <= header + strlen(header));
}

static void check_forwarded(const char *header)
{
    static struct network_list trusted;
    char *nets[] = {"127.0.0.0/8", "2001:db8::/32", NULL};
    struct address peer, client, again;
    char text[ADDRESS_TEXT_SIZE];
    if (!trusted.count)
        require(network_list_read(nets, "trusted_proxies", &trusted, NULL) == STATUS_OK);
    require(address_parse(SLICE_LITERAL("203.0.113.7"), &peer));
    client = address_of_client(&peer, header, &trusted);
    require(memcmp(&client, &peer, sizeof peer) == 0); /* nobody trusted said it */
    require(address_parse(SLICE_LITERAL("127.0.0.1"), &peer));
    client = address_of_client(&peer, header, &trusted);
    address_format(&client, text);
    require(address_parse(slice_of(text), &again) && memcmp(&client, &again, sizeof client) == 0);
}

static void check_languages(const char *header)
{
    static const char *const offered[] = {"en", "de", "pt-BR", "ja", NULL};
    const char *found = language_negotiate(header, offered);
    char tag[LANGUAGE_TAG_SIZE];
    require(!found || strv_contains((char *const *)offered, found));
    if (language_tag_read(slice_of(header), tag))
        require(strlen(tag) < LANGUAGE_TAG_SIZE);
}

static void check_origin(const char *header)
{
    char *origins[] = {"https://shop.example", NULL};
    const struct cors_rules rules = {.own = "https://help.example", .origins = origins};
    char origin[CORS_ORIGIN_SIZE];
    const char *allowed = cors_allow_origin(&rules, CORS_ORIGINS, header);
    require(!cors_allow_origin(&rules, CORS_NONE, header));
    if (allowed)
        require(cors_origin_of(header, origin) &&
                (str_equal(origin, rules.own) || str_equal(origin, origins[0])));
    else
        require(!cors_may_change(&rules, CORS_ORIGINS, header, "cross-site", "help.example") ||
                str_ends(header, "://help.example") || strcasestr(header, "://help.example"));
}

static void check_form(struct slice body)
{
    struct target form;
    if (target_parse_form(body.ptr, body.length, &form, NULL))
        return;
    check_target(&form);
    target_done(&form);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const checks[])(const char *) = {
        check_request_line, check_cookie, check_forwarded, check_languages, check_origin,
    };
    struct slice rest = {(const char *)data, size}, line;
    for (size_t i = 0; i < ARRAY_LENGTH(checks) && slice_split(&rest, '\n', &line); i++) {
        _cleanup_free_ char *text = mem_strndup(line.length ? line.ptr : "", line.length);
        checks[i](text);
        (void)visitor_is_robot(text);
    }
    if (rest.ptr)
        check_form(rest);
    return 0;
}
