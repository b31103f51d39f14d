/* test_redact.c: personal data goes, what a question is about stays, in linear time. */
#include "unit.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/str.h"
#include "text/redact.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HOSTILE_BYTES (64 * 1024)

static char *redacted(struct slice text)
{
    _cleanup_buf_ struct buf out = BUF_INIT(8 * HOSTILE_BYTES);
    redact_text(text, &out);
    return buf_take(&out);
}

/* "\n" of the file becomes a line's end. */
static char *unescaped(struct slice text)
{
    _cleanup_buf_ struct buf out = BUF_INIT(4096);
    for (size_t i = 0; i < text.length; i++) {
        bool end = text.ptr[i] == '\\' && i + 1 < text.length && text.ptr[i + 1] == 'n';
        buf_add_char(&out, end ? '\n' : text.ptr[i]);
        i += end;
    }
    return buf_take(&out);
}

/* Counts a line that comes out otherwise than expected, and shows it. */
static bool holds(struct slice line)
{
    struct slice input, expected;
    (void)slice_split(&line, '\t', &input);
    expected = line.length ? line : input;
    _cleanup_free_ char *given = unescaped(input), *wanted = unescaped(expected);
    _cleanup_free_ char *once = redacted(slice_of(given));
    _cleanup_free_ char *twice = redacted(slice_of(once));
    if (str_equal(once, wanted) && str_equal(twice, once))
        return true;
    print_error("given    %s\nexpected %s\nbecame   %s\nthen     %s\n\n", given, wanted, once,
                twice);
    return false;
}

static void test_redact__keeps_to_the_list(void **state)
{
    _cleanup_free_ char *path = mem_printf("%s/tests/golden/redact.txt", getenv("SRCDIR"));
    _cleanup_free_ char *text = NULL;
    size_t length, lines = 0, missed = 0;
    (void)state;
    assert_int_equal(file_read(path, 1 << 20, &text, &length, NULL), STATUS_OK);
    struct slice rest = {text, length}, line;
    while (rest.length && slice_split(&rest, '\n', &line)) {
        if (line.length == 0 || line.ptr[0] == '#')
            continue;
        lines++;
        missed += !holds(line);
    }
    assert_true(lines > 150);
    assert_int_equal(missed, 0);
}

static void test_redact__takes_any_bytes(void **state)
{
    static const char *const texts[] = {
        "",    "\xFF\xFE@\xC3", "a\xC3", "+", "(", "password:", "http://", "password is \xC3",
        "eyJ", "-----BEGIN ",   "DE89",  "@", "a@"};
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
        _cleanup_free_ char *once = redacted(slice_of(texts[i]));
        assert_string_equal(once, texts[i]);
    }
}

/* Microseconds for LENGTH bytes of PIECE, again and again. */
static int64_t cost_us(const char *piece, size_t length)
{
    _cleanup_free_ char *text = mem_alloc(length);
    size_t size = strlen(piece);
    assert_non_null(text);
    for (size_t i = 0; i < length; i++)
        text[i] = piece[i % size];
    int64_t start_us = clock_monotonic_us();
    _cleanup_free_ char *once = redacted((struct slice){text, length});
    assert_non_null(once);
    return clock_monotonic_us() - start_us;
}

/* Quadratic work would take minutes here, whatever the machine: the bound is generous. */
static void test_redact__is_linear_on_hostile_text(void **state)
{
    static const char *const pieces[] = {
        "1",
        "@",
        "a",
        "a@",
        "1 ",
        "0 ",
        "+1",
        "(1)",
        "a.",
        "-",
        "a-",
        "http://",
        "password ",
        "password:",
        "password is ",
        "a@a.aa",
        "eyJ.",
        "-----BEGIN ",
        "é",
        "パスワード",
        "DE89",
        "=",
        "https://a/?token=",
        "1-",
        "\"",
        "password:\"",
        "token:a",
        "sk_live_",
        "4111 ",
        "電話0 ",
        "phone 123456 ",
        "\xFF",
        "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz 123456 ",
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(pieces); i++) {
        int64_t us = cost_us(pieces[i], HOSTILE_BYTES);
        if (us > 5000000)
            fail_msg("64 KiB of \"%s\" take %lld ms", pieces[i], (long long)us / 1000);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_redact__keeps_to_the_list),
        cmocka_unit_test(test_redact__takes_any_bytes),
        cmocka_unit_test(test_redact__is_linear_on_hostile_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
