/* test_router.c: which route answers which method and path. */
#include "unit.h"

#include "http/router.h"

#include <string.h>

static const struct route table[] = {
    {.method = "GET", .path = "/"},
    {.method = "GET", .path = "/v1/articles"},
    {.method = "GET", .path = "/v1/articles/{id}"},
    {.method = "GET", .path = "/v1/suggest"},
    {.method = "POST", .path = "/v1/suggest"},
    {.method = "GET", .path = "/v1/reports/{kind}"},
    {.method = "GET", .path = "/v1/reports/articles/{id}"},
    {.method = "POST", .path = "/v1/agent/links"},
    {.method = "DELETE", .path = "/v1/agent/links"},
    {0},
};
static const struct route fallback = {.method = "GET", .path = "/{path}"};
static const struct router router = {.routes = table};
static const struct router router_with_fallback = {.routes = table, .fallback = &fallback};

static void assert_route(const struct router *of, const char *method, const char *path, const char *wanted,
                         const char *rest)
{
    struct router_match match;
    assert_int_equal(router_find(of, method, path, &match), ROUTER_FOUND);
    assert_string_equal(match.route->path, wanted);
    assert_string_equal(match.rest, rest);
}

static void finds_exact_paths_and_their_rest(void **state)
{
    (void)state;
    assert_route(&router, "GET", "/", "/", "");
    assert_route(&router, "GET", "/v1/articles", "/v1/articles", "");
    assert_route(&router, "GET", "/v1/articles/a/b/c", "/v1/articles/{id}", "a/b/c");
    assert_route(&router, "HEAD", "/v1/articles/x", "/v1/articles/{id}", "x");
    assert_route(&router, "POST", "/v1/suggest", "/v1/suggest", "");
}

static void prefers_the_longer_literal(void **state)
{
    (void)state;
    assert_route(&router, "GET", "/v1/reports/articles", "/v1/reports/{kind}", "articles");
    assert_route(&router, "GET", "/v1/reports/articles/a", "/v1/reports/articles/{id}", "a");
}

static void tells_no_path_from_no_method(void **state)
{
    struct router_match match;
    char allow[ROUTER_ALLOW_SIZE];
    (void)state;
    assert_int_equal(router_find(&router, "GET", "/nothing", &match), ROUTER_NO_PATH);
    assert_int_equal(router_find(&router, "GET", "", &match), ROUTER_NO_PATH);
    assert_int_equal(router_find(&router, "GET", "/v1/articles/", &match), ROUTER_NO_PATH);
    assert_int_equal(router_find(&router, "GET", "/v1/suggestx", &match), ROUTER_NO_PATH);
    assert_int_equal(router_find(&router, "PUT", "/v1/suggest", &match), ROUTER_NO_METHOD);
    router_allow(&router, "/v1/suggest", allow);
    assert_string_equal(allow, "OPTIONS, GET, HEAD, POST");
    assert_int_equal(router_find(&router, "HEAD", "/v1/agent/links", &match), ROUTER_NO_METHOD);
    router_allow(&router, "/v1/agent/links", allow);
    assert_string_equal(allow, "OPTIONS, POST, DELETE");
}

static void falls_back_for_reading_pages_only(void **state)
{
    struct router_match match;
    (void)state;
    assert_route(&router_with_fallback, "GET", "/old/page", "/{path}", "/old/page");
    assert_route(&router_with_fallback, "GET", "/v1/articles", "/v1/articles", "");
    assert_int_equal(router_find(&router_with_fallback, "GET", "/v1/nothing", &match), ROUTER_NO_PATH);
    assert_int_equal(router_find(&router_with_fallback, "POST", "/old/page", &match), ROUTER_NO_PATH);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_exact_paths_and_their_rest),
        cmocka_unit_test(prefers_the_longer_literal),
        cmocka_unit_test(tells_no_path_from_no_method),
        cmocka_unit_test(falls_back_for_reading_pages_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
