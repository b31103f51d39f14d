/* test_csv.c: fields in and out. */
#include "unit.h"

#include "base/csv.h"
#include "base/str.h"

static void test_fields_are_quoted_where_they_must_be(void **state)
{
    _cleanup_buf_ struct buf out = BUF_INIT(1000);
    static const char *const texts[] = {"plain", "a,b", "say \"hi\"", "two\nlines", "=1+1", "-5", ""};
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
        if (i)
            buf_add_char(&out, '|');
        csv_add(&out, slice_of(texts[i]));
    }
    assert_string_equal(buf_str(&out),
                        "plain|\"a,b\"|\"say \"\"hi\"\"\"|\"two\nlines\"|'=1+1|'-5|");
}

static void test_records_are_split_and_lines_counted(void **state)
{
    struct slice rest = SLICE_LITERAL("a,\"b\"\"c\",\r\n\n\"x\ny\",2,3\nlast");
    _cleanup_strv_ char **record = NULL;
    size_t line = 0;
    (void)state;
    assert_int_equal(csv_next(&rest, ',', &line, &record, NULL), STATUS_OK);
    assert_int_equal(strv_length(record), 3);
    assert_string_equal(record[1], "b\"c");
    assert_string_equal(record[2], "");
    assert_int_equal(line, 1);
    assert_int_equal(csv_next(&rest, ',', &line, &record, NULL), STATUS_OK);
    assert_string_equal(record[0], "x\ny");
    assert_int_equal(line, 4);
    assert_int_equal(csv_next(&rest, ',', &line, &record, NULL), STATUS_OK);
    assert_string_equal(record[0], "last");
    assert_null(record[1]);
    assert_int_equal(csv_next(&rest, ',', &line, &record, NULL), STATUS_OK);
    assert_null(record);
}

static void test_an_open_quote_is_named_with_its_line(void **state)
{
    struct slice rest = SLICE_LITERAL("a\n\"open\n\n");
    _cleanup_strv_ char **record = NULL;
    size_t line = 0;
    struct error err;
    (void)state;
    assert_int_equal(csv_next(&rest, ',', &line, &record, &err), STATUS_OK);
    assert_int_equal(csv_next(&rest, ',', &line, &record, &err), STATUS_INVALID);
    assert_non_null(strstr(err.message, "line 2"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fields_are_quoted_where_they_must_be),
        cmocka_unit_test(test_records_are_split_and_lines_counted),
        cmocka_unit_test(test_an_open_quote_is_named_with_its_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
