/* test_base.c: the foundation: buffers, text, time, digests, files. */
#include "unit.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/json.h"
#include "base/refstr.h"
#include "base/str.h"

#include <stdlib.h>
#include <unistd.h>

static void test_buf__stops_at_its_cap_and_says_so(void **state)
{
    _cleanup_buf_ struct buf buf = BUF_INIT(4);
    (void)state;
    buf_add_str(&buf, "abcd");
    assert_false(buf.failed);
    buf_add_char(&buf, 'e');
    assert_true(buf.failed);
    assert_string_equal(buf_str(&buf), "abcd");
    assert_null(buf_take(&buf));
}

static void test_buf__reserves_what_it_is_asked_for_and_no_more_than_its_cap(void **state)
{
    _cleanup_buf_ struct buf buf = BUF_INIT(100);
    char *room = buf_reserve(&buf, 40);
    (void)state;
    assert_non_null(room);
    assert_string_equal(buf_str(&buf), "");
    memcpy(room, "abc", 4);
    buf.length = 3;
    for (int i = 0; i < 37; i++)
        buf_add_char(&buf, 'x');
    assert_ptr_equal(buf.data, room); /* it was enough */
    assert_int_equal(buf.capacity, 41);
    assert_non_null(buf_reserve(&buf, 60));
    assert_memory_equal(buf_str(&buf), "abcxxx", 6);
    assert_null(buf_reserve(&buf, 61));
    assert_true(buf.failed);
}

static void test_buf__escapes_html_and_addresses(void **state)
{
    _cleanup_buf_ struct buf buf = BUF_INIT(100);
    (void)state;
    buf_add_html(&buf, (struct slice){NULL, 0});
    buf_add_html(&buf, slice_of("<a href=\"x\">'&"));
    assert_string_equal(buf_str(&buf), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;");
    buf_truncate(&buf, 0);
    buf_add_url(&buf, slice_of("a b/ü"), "/");
    assert_string_equal(buf_str(&buf), "a%20b/%C3%BC");
}

static void test_str__parses_numbers_whole_or_not_at_all(void **state)
{
    int64_t value = 7;
    double number = 0;
    (void)state;
    assert_true(str_to_int64(slice_of("-9223372036854775808"), &value));
    assert_true(value == INT64_MIN);
    assert_false(str_to_int64(slice_of("9223372036854775808"), &value));
    assert_false(str_to_int64(slice_of("1x"), &value));
    assert_false(str_to_int64(slice_of(""), &value));
    assert_false(str_to_int64(slice_of("-"), &value));
    assert_true(str_to_double(slice_of("0.25"), &number));
    assert_true(number == 0.25);
    assert_false(str_to_double(slice_of("nan"), &number));
    assert_false(str_to_double(slice_of("1 "), &number));
}

static void test_utf8__tells_well_formed_text(void **state)
{
    (void)state;
    assert_true(utf8_valid(slice_of("Grüße 日本 😀")));
    assert_false(utf8_valid(slice_of("\xC0\xAF")));         /* overlong */
    assert_false(utf8_valid(slice_of("\xED\xA0\x80")));     /* surrogate */
    assert_false(utf8_valid(slice_of("\xF4\x90\x80\x80"))); /* past the last code point */
    assert_false(utf8_valid(slice_of("a\xE2\x82")));        /* cut short */
    assert_false(utf8_valid((struct slice){"a\0b", 3}));
    assert_int_equal(utf8_cut(slice_of("aü"), 2), 1);
    assert_int_equal(utf8_count(slice_of("日本")), 2);
}

static void test_utf8__puts_and_reads_back_every_length(void **state)
{
    static const uint32_t points[] = {0x41, 0x7FF, 0x800, 0xFFFD, 0x10000, 0x10FFFF};
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(points); i++) {
        char bytes[4];
        size_t position = 0, length = utf8_put(points[i], bytes);
        assert_int_equal(utf8_next((struct slice){bytes, length}, &position), points[i]);
        assert_int_equal(position, length);
    }
}

static void test_str__finds_the_distance_of_words(void **state)
{
    (void)state;
    assert_int_equal(str_distance("listen", "lisetn", 3), 1);
    assert_int_equal(str_distance("holdout", "houldout", 3), 1);
    assert_int_equal(str_distance("a", "abcdef", 3), 4);
}

static void test_slice__splits_and_trims(void **state)
{
    struct slice rest = slice_of("a,,b"), part;
    (void)state;
    assert_true(slice_split(&rest, ',', &part) && slice_equal(part, slice_of("a")));
    assert_true(slice_split(&rest, ',', &part) && part.length == 0);
    assert_true(slice_split(&rest, ',', &part) && slice_equal(part, slice_of("b")));
    assert_false(slice_split(&rest, ',', &part));
    assert_true(slice_equal(slice_trim(slice_of(" \t x y \n")), slice_of("x y")));
}

static void test_clock__reads_and_writes_times(void **state)
{
    char text[CLOCK_TEXT_SIZE];
    int64_t time_ms = 0;
    (void)state;
    assert_true(clock_parse(slice_of("2026-11-22T03:05:03.25+01:00"), &time_ms));
    clock_format(time_ms, text);
    assert_string_equal(text, "2026-11-22T02:05:03.250Z");
    assert_true(clock_parse(slice_of("2024-02-29T00:00:00Z"), &time_ms));
    clock_format(time_ms, text);
    assert_string_equal(text, "2024-02-29T00:00:00Z");
    assert_false(clock_parse(slice_of("2026-02-29T00:00:00Z"), &time_ms));
    assert_false(clock_parse(slice_of("2026-11-22"), &time_ms));
    assert_true(clock_parse_loose(slice_of("2026-11-22 02:05"), &time_ms));
    assert_true(clock_parse_day(slice_of("2026-11-22"), &time_ms));
    assert_int_equal(time_ms % MS_PER_DAY, 0);
    assert_int_equal(clock_day_start(time_ms + 5), time_ms);
}

static void test_clock__reads_durations(void **state)
{
    int64_t ms = 0;
    (void)state;
    assert_true(clock_parse_duration(slice_of("24h"), &ms) && ms == MS_PER_DAY);
    assert_true(clock_parse_duration(slice_of("90d"), &ms) && ms == 90 * MS_PER_DAY);
    assert_false(clock_parse_duration(slice_of("90"), &ms));
    assert_false(clock_parse_duration(slice_of("h"), &ms));
}

static void test_digest__gives_known_values(void **state)
{
    char hex[DIGEST_HEX_SIZE];
    unsigned char mac[DIGEST_BYTES];
    (void)state;
    digest_sha256_hex(slice_of("abc"), hex);
    assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    digest_hmac_sha256(slice_of("It's a Secret to Everybody"), slice_of("Hello, World!"), mac);
    digest_hex(mac, sizeof mac, hex);
    assert_string_equal(hex, "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17");
}

static void test_digest__reads_what_it_writes_and_nothing_else(void **state)
{
    unsigned char bytes[3];
    (void)state;
    assert_true(digest_from_hex("00a1ff", bytes, sizeof bytes));
    assert_memory_equal(bytes, "\0\xa1\xff", sizeof bytes);
    const char *const others[] = {"", "00a1f", "00a1ff0", "00a1ff00", "00a1fg", " 0a1ff", "0 a1f "};
    for (size_t i = 0; i < ARRAY_LENGTH(others); i++)
        assert_false(digest_from_hex(others[i], bytes, sizeof bytes));
}

static void test_refstr__lives_until_the_last_reference_is_given_back(void **state)
{
    char text[] = "text";
    (void)state;
    const char *first = refstr_new(text);
    text[0] = 'n';
    const char *second = refstr_ref(first);
    assert_ptr_equal(first, second);
    assert_null(refstr_unref(first));
    assert_string_equal(second, "text"); /* under the sanitizer: not freed yet, and not leaked below */
    assert_null(refstr_unref(second));
    assert_null(refstr_ref(NULL));
    assert_null(refstr_unref(NULL));
    mem_fail_after(1);
    assert_null(refstr_new("text"));
    mem_fail_after(0);
}

static void test_file__writes_whole_and_reads_back_under_a_cap(void **state)
{
    char folder[] = "/tmp/deflect-test-XXXXXX";
    _cleanup_free_ char *path = NULL, *text = NULL;
    size_t length;
    struct error err;
    (void)state;
    assert_non_null(mkdtemp(folder));
    path = file_join(folder, "x");
    assert_int_equal(file_write(path, "hello", 5, 0600, &err), STATUS_OK);
    assert_int_equal(file_read(path, 5, &text, &length, &err), STATUS_OK);
    assert_string_equal(text, "hello");
    text = mem_free(text);
    assert_int_equal(file_read(path, 4, &text, &length, &err), STATUS_TOO_LARGE);
    assert_int_equal(file_read("/nowhere/x", 4, &text, &length, &err), STATUS_NOT_FOUND);
    assert_non_null(strstr(err.message, "/nowhere/x"));
    (void)unlink(path);
    (void)rmdir(folder);
}

static void test_json__names_the_place_of_a_mistake(void **state)
{
    _cleanup_json_ json_t *value = NULL;
    struct error err;
    struct slice text;
    (void)state;
    assert_int_equal(json_read(slice_of("{\"a\":\n!}"), &value, &err), STATUS_INVALID);
    assert_non_null(strstr(err.message, "line 2"));
    assert_int_equal(json_read(slice_of("{\"a\":1}"), &value, &err), STATUS_OK);
    assert_int_equal(json_read_string(value, "a", &text, &err), STATUS_UNPROCESSABLE);
    assert_int_equal(json_read_string(value, "b", &text, &err), STATUS_OK);
    assert_null(text.ptr);
}

static void test_mem__fails_the_allocation_that_was_named(void **state)
{
    char **list = NULL;
    (void)state;
    mem_fail_after(2);
    assert_false(strv_append(&list, slice_of("x")));
    mem_fail_after(0);
    assert_null(list);
    assert_true(strv_append(&list, slice_of("x")));
    assert_true(strv_contains(list, "x"));
    strv_free(list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_buf__stops_at_its_cap_and_says_so),
        cmocka_unit_test(test_buf__reserves_what_it_is_asked_for_and_no_more_than_its_cap),
        cmocka_unit_test(test_buf__escapes_html_and_addresses),
        cmocka_unit_test(test_str__parses_numbers_whole_or_not_at_all),
        cmocka_unit_test(test_utf8__tells_well_formed_text),
        cmocka_unit_test(test_utf8__puts_and_reads_back_every_length),
        cmocka_unit_test(test_str__finds_the_distance_of_words),
        cmocka_unit_test(test_slice__splits_and_trims),
        cmocka_unit_test(test_clock__reads_and_writes_times),
        cmocka_unit_test(test_clock__reads_durations),
        cmocka_unit_test(test_digest__gives_known_values),
        cmocka_unit_test(test_digest__reads_what_it_writes_and_nothing_else),
        cmocka_unit_test(test_refstr__lives_until_the_last_reference_is_given_back),
        cmocka_unit_test(test_file__writes_whole_and_reads_back_under_a_cap),
        cmocka_unit_test(test_json__names_the_place_of_a_mistake),
        cmocka_unit_test(test_mem__fails_the_allocation_that_was_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
