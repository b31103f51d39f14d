/* test_template.c: filling templates: escaping, lists, scopes, partials, and what is wrong with a template. */
#include "unit.h"

#include "base/json.h"
#include "http/template.h"

static const struct {
    const char *name, *text;
} templates[] = {
    {"plain", "a {{name}} b"},
    {"raw", "{{{name}}}"},
    {"list", "{{#items}}[{{name}}{{^last}},{{/last}}]{{/items}}{{^items}}none{{/items}}"},
    {"dots", "{{a.b}} {{#words}}{{.}};{{/words}}"},
    {"nested", "{{#x}}{{#x}}in{{/x}}{{/x}}out"},
    {"outer", "<{{>plain}}>"},
    {"loop", "{{>loop}}"},
    {"open", "a {{#name}} b"},
    {"torn", "a {{name"},
    {"stray", "{{/name}}"},
    {"comment", "a{{! never shown }}b"},
};

static struct slice find(const char *name)
{
    for (size_t i = 0; i < ARRAY_LENGTH(templates); i++)
        if (strcmp(templates[i].name, name) == 0)
            return slice_of(templates[i].text);
    return (struct slice){NULL, 0};
}

static enum status fill(const char *name, const char *model_text, struct buf *out, struct error *err)
{
    _cleanup_json_ json_t *model = NULL;
    assert_int_equal(json_read(slice_of(model_text), &model, err), STATUS_OK);
    return template_render(find, name, model, out, err);
}

static void check(const char *name, const char *model, const char *expected)
{
    _cleanup_buf_ struct buf out = BUF_INIT(1000);
    struct error err;
    assert_int_equal(fill(name, model, &out, &err), STATUS_OK);
    assert_string_equal(buf_str(&out), expected);
}

static void test_template__escapes_unless_told_otherwise(void **state)
{
    (void)state;
    check("plain", "{\"name\":\"<b title='\\\"'>&\"}", "a &lt;b title=&#39;&quot;&#39;&gt;&amp; b");
    check("raw", "{\"name\":\"<b>\"}", "<b>");
    check("plain", "{\"name\":{}}", "a  b");
    check("plain", "{}", "a  b");
    check("plain", "{\"name\":12}", "a 12 b");
    check("comment", "{}", "ab");
}

static void test_template__repeats_lists_and_looks_outwards(void **state)
{
    (void)state;
    check("list", "{\"items\":[{\"name\":1},{\"name\":2,\"last\":true}]}", "[1,][2]");
    check("list", "{\"items\":[]}", "none");
    check("list", "{\"name\":\"o\",\"items\":[{}]}", "[o,]");
    check("dots", "{\"a\":{\"b\":\"c\"},\"words\":[\"x\",\"y\"]}", "c x;y;");
    check("nested", "{\"x\":true}", "inout");
    check("outer", "{\"name\":\"p\"}", "<a p b>");
}

static void test_template__says_what_is_wrong(void **state)
{
    static const struct {
        const char *name;
        enum status status;
    } cases[] = {{"loop", STATUS_INVALID},  {"open", STATUS_INVALID},     {"torn", STATUS_INVALID},
                 {"stray", STATUS_INVALID}, {"missing", STATUS_NOT_FOUND}};
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        _cleanup_buf_ struct buf out = BUF_INIT(1000);
        struct error err = {.status = STATUS_OK};
        assert_int_equal(fill(cases[i].name, "{\"name\":1}", &out, &err), cases[i].status);
        assert_true(err.message[0] != '\0');
    }
}

static void test_template__keeps_to_the_cap_of_its_output(void **state)
{
    _cleanup_buf_ struct buf out = BUF_INIT(3);
    struct error err;
    (void)state;
    assert_int_equal(fill("plain", "{\"name\":1}", &out, &err), STATUS_TOO_LARGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_template__escapes_unless_told_otherwise),
        cmocka_unit_test(test_template__repeats_lists_and_looks_outwards),
        cmocka_unit_test(test_template__says_what_is_wrong),
        cmocka_unit_test(test_template__keeps_to_the_cap_of_its_output),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
