/* test_cors.c: which origins may read, and which may send. */
#include "unit.h"

#include "base/str.h"
#include "http/cors.h"

static char *listed[] = {"https://shop.example.com", "http://localhost:3000", NULL};
static char *anybody[] = {"*", NULL};
static const struct cors_rules rules = {"https://help.example.com", listed};
static const struct cors_rules open_rules = {"https://help.example.com", anybody};
static const struct cors_rules bare_rules = {"https://help.example.com", NULL};

static void origin_is_cut_out_of_an_address(void **state)
{
    char origin[CORS_ORIGIN_SIZE];
    (void)state;
    assert_true(cors_origin_of("https://Help.Example.com/path?x", origin));
    assert_string_equal(origin, "https://help.example.com");
    assert_true(cors_origin_of("https://help.example.com:443", origin));
    assert_string_equal(origin, "https://help.example.com");
    assert_true(cors_origin_of("http://127.0.0.1:8080", origin));
    assert_string_equal(origin, "http://127.0.0.1:8080");
    assert_false(cors_origin_of("null", origin));
    assert_false(cors_origin_of("", origin));
    assert_false(cors_origin_of("https://", origin));
    assert_false(cors_origin_of("ftp://example.com", origin));
    assert_false(cors_origin_of("https://good.example@evil.example", origin));
}

static void only_configured_origins_and_our_own_may_read(void **state)
{
    (void)state;
    assert_string_equal(cors_allow_origin(&rules, CORS_ORIGINS, "https://shop.example.com"),
                        "https://shop.example.com");
    assert_string_equal(cors_allow_origin(&rules, CORS_ORIGINS, "https://help.example.com"),
                        "https://help.example.com");
    assert_string_equal(cors_allow_origin(&rules, CORS_PUBLIC, "http://localhost:3000"), "http://localhost:3000");
    assert_null(cors_allow_origin(&rules, CORS_ORIGINS, "https://evil.example"));
    assert_null(cors_allow_origin(&rules, CORS_ORIGINS, "https://shop.example.com.evil.example"));
    assert_null(cors_allow_origin(&rules, CORS_ORIGINS, "http://shop.example.com"));
    assert_null(cors_allow_origin(&rules, CORS_ORIGINS, "https://shop.example.com:8443"));
    assert_null(cors_allow_origin(&rules, CORS_ORIGINS, "null"));
    assert_null(cors_allow_origin(&rules, CORS_ORIGINS, "*"));
    assert_null(cors_allow_origin(&rules, CORS_ORIGINS, NULL));
    assert_null(cors_allow_origin(&rules, CORS_NONE, "https://shop.example.com"));
    assert_null(cors_allow_origin(&bare_rules, CORS_PUBLIC, "https://shop.example.com"));
}

static void a_star_opens_public_routes_alone(void **state)
{
    (void)state;
    assert_string_equal(cors_allow_origin(&open_rules, CORS_PUBLIC, "https://any.example"), "*");
    assert_string_equal(cors_allow_origin(&open_rules, CORS_PUBLIC, "null"), "*");
    assert_null(cors_allow_origin(&open_rules, CORS_ORIGINS, "https://any.example"));
}

static void foreign_pages_may_not_send(void **state)
{
    (void)state;
    /* No browser's page at all. */
    assert_true(cors_may_change(&rules, CORS_ORIGINS, NULL, NULL, "help.example.com"));
    /* Our own page, by whatever name it was reached, or behind a proxy that changes Host. */
    assert_true(cors_may_change(&rules, CORS_ORIGINS, "http://localhost:8080", NULL, "localhost:8080"));
    assert_true(cors_may_change(&rules, CORS_NONE, "https://help.example.com", "same-origin", "backend:8080"));
    assert_true(cors_may_change(&rules, CORS_NONE, "https://help.example.com", NULL, "backend:8080"));
    /* Configured ones, where the route is for them. */
    assert_true(cors_may_change(&rules, CORS_ORIGINS, "https://shop.example.com", "cross-site", "help.example.com"));
    assert_false(cors_may_change(&rules, CORS_NONE, "https://shop.example.com", "cross-site", "help.example.com"));
    assert_false(cors_may_change(&rules, CORS_ORIGINS, "https://evil.example", NULL, "help.example.com"));
    assert_false(cors_may_change(&rules, CORS_ORIGINS, "null", "cross-site", "help.example.com"));
    assert_false(cors_may_change(&rules, CORS_ORIGINS, NULL, "cross-site", "help.example.com"));
    assert_false(cors_may_change(&open_rules, CORS_ORIGINS, "https://evil.example", NULL, "help.example.com"));
    assert_true(cors_may_change(&open_rules, CORS_PUBLIC, "https://any.example", NULL, "help.example.com"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(origin_is_cut_out_of_an_address),
        cmocka_unit_test(only_configured_origins_and_our_own_may_read),
        cmocka_unit_test(a_star_opens_public_routes_alone),
        cmocka_unit_test(foreign_pages_may_not_send),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
