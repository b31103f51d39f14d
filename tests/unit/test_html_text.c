/* test_html_text.c: HTML of help desks and knowledge bases as plain text and Markdown. */
#include "unit.h"

#include "app/import/html_text.h"

static void expect(enum html_form form, const char *html, const char *text)
{
    _cleanup_buf_ struct buf out = BUF_INIT(100000);
    html_to_text(slice_of(html), form, &out);
    assert_false(out.failed);
    assert_string_equal(buf_str(&out), text);
}

static void test_markdown__keeps_headings_lists_and_emphasis(void **state)
{
    (void)state;
    expect(HTML_MARKDOWN,
           "<h2>Reset it</h2><p>Open <b>Settings </b>now.</p>"
           "<ol><li>Click <em>Reset</em></li><li>Wait<ul><li>a bit</li><li>more</li></ul></li></ol>",
           "## Reset it\n\nOpen **Settings** now.\n\n1. Click *Reset*\n2. Wait\n   - a bit\n   - "
           "more");
}

static void test_markdown__keeps_tables_and_code(void **state)
{
    (void)state;
    expect(HTML_MARKDOWN,
           "<table><thead><tr><th>Key</th><th>Does</th></tr></thead><tbody><tr><td>a|b</td>"
           "<td>one<br>two</td></tr></tbody></table>"
           "<pre><code class=\"language-sh\">ls -l\n  x &lt; y\n</code></pre>"
           "<p>Call <code>f(`x`)</code>.</p>",
           "| Key | Does |\n| --- | --- |\n| a\\|b | one two |\n\n```sh\nls -l\n  x < y\n```\n\n"
           "Call `` f(`x`) ``.");
}

static void test_markdown__links_and_images(void **state)
{
    (void)state;
    expect(HTML_MARKDOWN,
           "<p><a href=\"/hc/a (1)\">See <b>this</b></a> <img src=\"x.png\" alt=\"A [b]\"></p>",
           "[See **this**](/hc/a%20%281%29) ![A \\[b\\]](x.png)");
}

static void test_markdown__text_is_never_taken_for_markup(void **state)
{
    (void)state;
    expect(HTML_MARKDOWN, "<p># no heading *x* &lt;b&gt; a_b &amp;amp; 5</p><p>1. no list</p><p>- x</p>",
           "\\# no heading \\*x\\* \\<b> a\\_b \\&amp; 5\n\n1\\. no list\n\n\\- x");
}

static void test_markdown__a_line_behind_a_break_is_never_taken_for_markup(void **state)
{
    (void)state;
    expect(HTML_MARKDOWN, "<p>a<br>&gt; b<br>- c<br>2. d<br># e</p><ul><li>f<br>+ g</li></ul>",
           "a\\\n\\> b\\\n\\- c\\\n2\\. d\\\n\\# e\n\n- f\\\n  \\+ g");
}

static void test_markdown__breaks_at_the_ends_escape_nothing(void **state)
{
    (void)state;
    expect(HTML_MARKDOWN, "<p><br>a <b>b<br></b><a href=\"c\">d<br></a><br></p><h2>e<br>f</h2><p>In C:\\<br></p>",
           "a **b** [d](c)\n\n## e f\n\nIn C:\\\\");
    expect(HTML_MARKDOWN, "<table><tr><td>a<br></td></tr></table>", "| a |\n| --- |");
}

static void test_markdown__quotes_hold_blocks(void **state)
{
    (void)state;
    expect(HTML_MARKDOWN, "<p>a</p><blockquote><p>b</p><p>c<br>d</p></blockquote><p>e</p>",
           "a\n\n> b\n>\n> c\\\n> d\n\ne");
}

static void test_plain__has_no_markup(void **state)
{
    (void)state;
    expect(HTML_PLAIN,
           "<div>Hello,<br>see <a href=\"https://h.example/articles/x?via=1\">this</a> *now*"
           "<script>evil()</script></div><div>Bye</div>",
           "Hello,\nsee this (https://h.example/articles/x?via=1) *now*\n\nBye");
}

static void test_plain__text_without_tags_stays(void **state)
{
    (void)state;
    expect(HTML_PLAIN, "just text", "just text");
    expect(HTML_PLAIN, "  ", "");
}

static void test_plain__survives_what_is_no_html(void **state)
{
    _cleanup_buf_ struct buf html = BUF_INIT(100000);
    _cleanup_buf_ struct buf out = BUF_INIT(100000);
    (void)state;
    for (int i = 0; i < 5000; i++)
        buf_add_str(&html, "<div>");
    buf_add_str(&html, "deep</p></b>\xff <");
    html_to_text((struct slice){buf_str(&html), html.length}, HTML_PLAIN, &out);
    assert_true(out.length < 100);
}

static void test_markdown__hostile_code_lists_and_nesting_stay_an_article(void **state)
{
    _cleanup_buf_ struct buf html = BUF_INIT(100000);
    _cleanup_buf_ struct buf out = BUF_INIT(100000);
    (void)state;
    expect(HTML_MARKDOWN, "<pre><code class=\"language-c++ x\">a\n```\n~~~~\nb</code></pre>",
           "````c++\na\n```\n~~~~\nb\n````");
    expect(HTML_MARKDOWN, "<pre><code class=\"language-x\n# no\">a</code></pre>", "```x\na\n```");
    expect(HTML_MARKDOWN, "<ol start=9223372036854775807><li>a<li>b</ol>", "99999999. a\n100000000. b");
    expect(HTML_MARKDOWN, "<p>a <iframe src=\"https://v.example/1\n\n<b>\"></iframe></p>", "a <https://v.example/1%0A%0A%3Cb%3E>");
    for (int i = 0; i < 80; i++)
        buf_add_str(&html, "<blockquote><ul><li>");
    buf_add_str(&html, "x");
    html_to_text((struct slice){buf_str(&html), html.length}, HTML_MARKDOWN, &out);
    assert_false(out.failed);
    assert_true(out.length < 60); /* an article has at most LIMIT_ARTICLE_NESTING levels */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_markdown__keeps_headings_lists_and_emphasis),
        cmocka_unit_test(test_markdown__keeps_tables_and_code),
        cmocka_unit_test(test_markdown__links_and_images),
        cmocka_unit_test(test_markdown__text_is_never_taken_for_markup),
        cmocka_unit_test(test_markdown__a_line_behind_a_break_is_never_taken_for_markup),
        cmocka_unit_test(test_markdown__breaks_at_the_ends_escape_nothing),
        cmocka_unit_test(test_markdown__quotes_hold_blocks),
        cmocka_unit_test(test_markdown__hostile_code_lists_and_nesting_stay_an_article),
        cmocka_unit_test(test_plain__has_no_markup),
        cmocka_unit_test(test_plain__text_without_tags_stays),
        cmocka_unit_test(test_plain__survives_what_is_no_html),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
