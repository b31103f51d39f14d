/* test_http.c: request targets, addresses and languages, as strangers send them. */
#include "unit.h"

#include "http/address.h"
#include "http/language.h"
#include "http/target.h"

#include <arpa/inet.h>
#include <string.h>

static void target_splits_path_and_fields(void **state)
{
    struct target target;
    (void)state;
    assert_int_equal(target_parse("/search?q=a+b%20c&lang=de&empty=&bare", &target, NULL), STATUS_OK);
    assert_string_equal(target.path, "/search");
    assert_string_equal(target_field(&target, "q"), "a b c");
    assert_string_equal(target_field(&target, "lang"), "de");
    assert_string_equal(target_field(&target, "empty"), "");
    assert_string_equal(target_field(&target, "bare"), "");
    assert_null(target_field(&target, "missing"));
    target_done(&target);
}

static void target_decodes_slashes_and_unicode_in_the_path(void **state)
{
    struct target target;
    (void)state;
    assert_int_equal(target_parse("/v1/articles/guides%2Fr%C3%A9sum%C3%A9%23x+y", &target, NULL), STATUS_OK);
    assert_string_equal(target.path, "/v1/articles/guides/r\xC3\xA9sum\xC3\xA9#x+y");
    target_done(&target);
}

static void target_takes_the_absolute_form(void **state)
{
    struct target target;
    (void)state;
    assert_int_equal(target_parse("http://help.example.com/a?b=c", &target, NULL), STATUS_OK);
    assert_string_equal(target.path, "/a");
    assert_string_equal(target_field(&target, "b"), "c");
    target_done(&target);
    assert_int_equal(target_parse("http://help.example.com", &target, NULL), STATUS_OK);
    assert_string_equal(target.path, "/");
    target_done(&target);
    assert_int_equal(target_parse("http://help.example.com?b=c", &target, NULL), STATUS_OK);
    assert_string_equal(target.path, "/");
    assert_string_equal(target_field(&target, "b"), "c");
    target_done(&target);
    assert_int_equal(target_parse("/redirect://x", &target, NULL), STATUS_OK);
    assert_string_equal(target.path, "/redirect://x");
    target_done(&target);
}

static void target_refuses_what_is_no_encoded_text(void **state)
{
    static const char *const bad[] = {"/%", "/%4", "/%zz", "/%00", "/a%C3", "/\xFF", "/?q=%", "/?q=%ff", "/?%=1",
                                      "/?q=%00", "/?q=%ED%A0%80"};
    struct target target;
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(target_parse(bad[i], &target, NULL), STATUS_INVALID);
}

static void target_bounds_the_fields(void **state)
{
    char text[4 + 2 * TARGET_FIELDS + 8] = "/?";
    struct target target;
    (void)state;
    for (int i = 0; i < TARGET_FIELDS; i++)
        strcat(text, i ? "&a" : "a");
    assert_int_equal(target_parse(text, &target, NULL), STATUS_OK);
    assert_int_equal(target.count, TARGET_FIELDS);
    target_done(&target);
    strcat(text, "&a");
    assert_int_equal(target_parse(text, &target, NULL), STATUS_INVALID);
}

static void form_is_split_like_a_query(void **state)
{
    struct target form;
    (void)state;
    assert_int_equal(target_parse_form("subject=a+b&body=1%0D%0A2", 25, &form, NULL), STATUS_OK);
    assert_string_equal(target_field(&form, "subject"), "a b");
    assert_string_equal(target_field(&form, "body"), "1\r\n2");
    target_done(&form);
    assert_int_equal(target_parse_form(NULL, 0, &form, NULL), STATUS_OK);
    assert_int_equal(form.count, 0);
    target_done(&form);
    assert_int_equal(target_parse_form("a=\0b", 4, &form, NULL), STATUS_INVALID);
}

static struct address address(const char *text)
{
    struct address ret;
    assert_true(address_parse(slice_of(text), &ret));
    return ret;
}

static void assert_address(const struct address *is, const char *text)
{
    char formatted[ADDRESS_TEXT_SIZE];
    address_format(is, formatted);
    assert_string_equal(formatted, text);
}

static void address_reads_both_families_with_and_without_port(void **state)
{
    static const char *const bad[] = {"", "1.2.3", "1.2.3.4.5", "unknown", "[::1", "::g", "256.1.1.1", "1.2.3.4/8"};
    struct address parsed;
    (void)state;
    parsed = address(" 192.0.2.1 ");
    assert_address(&parsed, "192.0.2.1");
    parsed = address("192.0.2.1:8080");
    assert_address(&parsed, "192.0.2.1");
    parsed = address("[2001:db8::1]:443");
    assert_address(&parsed, "2001:db8::1");
    parsed = address("2001:DB8::1");
    assert_address(&parsed, "2001:db8::1");
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(address_parse(slice_of(bad[i]), &parsed));
}

static void networks_hold_their_addresses_only(void **state)
{
    char *texts[] = {"10.0.0.0/8", "192.0.2.128/25", "2001:db8::/33", "203.0.113.7", NULL};
    static const char *const inside[] = {"10.255.0.1", "192.0.2.200", "2001:db8:7fff::1", "203.0.113.7"};
    static const char *const outside[] = {"11.0.0.1", "192.0.2.127", "2001:db8:8000::1", "203.0.113.8", "::1"};
    struct network_list list;
    (void)state;
    assert_int_equal(network_list_read(texts, "staff_networks", &list, NULL), STATUS_OK);
    for (size_t i = 0; i < sizeof inside / sizeof *inside; i++) {
        struct address one = address(inside[i]);
        assert_true(network_list_has(&list, &one));
    }
    for (size_t i = 0; i < sizeof outside / sizeof *outside; i++) {
        struct address one = address(outside[i]);
        assert_false(network_list_has(&list, &one));
    }
    network_list_done(&list);
}

static void networks_that_are_none_are_named(void **state)
{
    static char *bad[] = {"10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "example.com", "::/129", "1.2.3.4:80", ""};
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char *texts[] = {bad[i], NULL};
        struct network_list list;
        struct error err;
        assert_int_equal(network_list_read(texts, "trusted_proxies", &list, &err), STATUS_UNPROCESSABLE);
        assert_non_null(strstr(err.message, "trusted_proxies"));
        assert_non_null(strstr(err.message, bad[i]));
    }
}

static const char *client_of(const char *peer_text, const char *forwarded, char text[ADDRESS_TEXT_SIZE])
{
    char *texts[] = {"127.0.0.1", "10.0.0.0/8", NULL};
    struct network_list trusted;
    struct address peer = address(peer_text), client;
    assert_int_equal(network_list_read(texts, "trusted_proxies", &trusted, NULL), STATUS_OK);
    client = address_of_client(&peer, forwarded, &trusted);
    network_list_done(&trusted);
    address_format(&client, text);
    return text;
}

static void client_is_who_the_last_trusted_proxy_saw(void **state)
{
    char text[ADDRESS_TEXT_SIZE];
    (void)state;
    assert_string_equal(client_of("127.0.0.1", "203.0.113.9", text), "203.0.113.9");
    assert_string_equal(client_of("127.0.0.1", "203.0.113.9, 10.1.2.3", text), "203.0.113.9");
    /* What the visitor wrote himself, further left, does not count. */
    assert_string_equal(client_of("127.0.0.1", "1.1.1.1, 203.0.113.9", text), "203.0.113.9");
    assert_string_equal(client_of("203.0.113.5", "1.1.1.1", text), "203.0.113.5");
    assert_string_equal(client_of("127.0.0.1", NULL, text), "127.0.0.1");
    assert_string_equal(client_of("127.0.0.1", "", text), "127.0.0.1");
    assert_string_equal(client_of("127.0.0.1", "203.0.113.9, unknown", text), "127.0.0.1");
    assert_string_equal(client_of("127.0.0.1", "10.0.0.1, 10.0.0.2", text), "10.0.0.1");
}

static void languages_are_told_by_shape(void **state)
{
    static const char *const good[] = {"de", "pt-BR", "zh-Hant-TW", "EN", "sl-rozaj-biske-1994"};
    static const char *const bad[] = {"", "d", "de-", "-de", "de--at", "de.AT", "12", "de AT", "abcdefghi",
                                      "de-abcdefghi", "<script>", "aa-aaaaaaaa-aaaaaaaa-aaaaaaaa-aaaaaaaa"};
    char tag[LANGUAGE_TAG_SIZE];
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_true(language_tag_read(slice_of(good[i]), tag));
        assert_string_equal(tag, good[i]);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(language_tag_read(slice_of(bad[i]), tag));
    assert_true(language_tag_read(SLICE_LITERAL("pt_BR"), tag));
    assert_string_equal(tag, "pt-BR");
}

static void languages_are_negotiated_by_weight_and_kinship(void **state)
{
    static const char *const offered[] = {"en", "de", "pt-BR", NULL};
    static const struct {
        const char *accept, *wanted;
    } cases[] = {
        {"de-CH, en;q=0.8", "de"},   {"en;q=0.3, de;q=0.7", "de"}, {"fr, pt;q=0.5", "pt-BR"}, {"fr", NULL},
        {"", NULL},                  {NULL, NULL},                 {"*", NULL},               {"de;q=0", NULL},
        {"pt-PT", "pt-BR"},          {"DE", "de"},                 {"de;q=x, en", "en"},      {";;,,=", NULL},
        {"xx;q=1, en;q=0.1", "en"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *found = language_negotiate(cases[i].accept, offered);
        if (cases[i].wanted)
            assert_string_equal(found, cases[i].wanted);
        else
            assert_null(found);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(target_splits_path_and_fields),
        cmocka_unit_test(target_decodes_slashes_and_unicode_in_the_path),
        cmocka_unit_test(target_takes_the_absolute_form),
        cmocka_unit_test(target_refuses_what_is_no_encoded_text),
        cmocka_unit_test(target_bounds_the_fields),
        cmocka_unit_test(form_is_split_like_a_query),
        cmocka_unit_test(address_reads_both_families_with_and_without_port),
        cmocka_unit_test(networks_hold_their_addresses_only),
        cmocka_unit_test(networks_that_are_none_are_named),
        cmocka_unit_test(client_is_who_the_last_trusted_proxy_saw),
        cmocka_unit_test(languages_are_told_by_shape),
        cmocka_unit_test(languages_are_negotiated_by_weight_and_kinship),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
