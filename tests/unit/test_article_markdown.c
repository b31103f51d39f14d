/* test_article_markdown.c: Markdown as safe HTML; the golden files of tests/golden/article.
 *
 * UPDATE_GOLDEN=1 writes the golden files anew: look at the difference before you commit it. */
#include "unit.h"

#include "article/markdown.h"
#include "article/parse.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/str.h"

#include <dirent.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static struct buf out = BUF_INIT(LIMIT_ARTICLE_HTML);

static const char *html_with(const char *text, const struct markdown_options *options)
{
    buf_truncate(&out, 0);
    assert_int_equal(markdown_to_html(slice_of(text), options, &out, NULL), STATUS_OK);
    return buf_str(&out);
}

static const char *html(const char *text)
{
    return html_with(text, NULL);
}

static int tear_down(void **state)
{
    (void)state;
    buf_done(&out);
    return 0;
}

/* ---- Safety ---- */

static void test_html__never_has_a_dangerous_address(void **state)
{
    static const char *const texts[] = {
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](java&#10;script:alert(1))",
        "[x](&#1;javascript:alert(1))",
        "[x](<java\tscript:alert(1)>)",
        "[x]( javascript:alert(1))",
        "[x][r]\n\n[r]: vbscript:x",
        "<javascript:alert(1)>",
        "![x](data:image/svg+xml;base64,AAAA)",
        "[x](data:text/html,<script>)",
        "[x](file:///etc/passwd)",
        "[x](javascript&colon;alert(1))",
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
        const char *found = html(texts[i]);
        if (strstr(found, "href") || strstr(found, "src"))
            fail_msg("%s became %s", texts[i], found);
    }
    assert_string_equal(
        html("[x](mailto:a@b.c) [y](tel:+49) [z](#a) [w](/p?q=1&r)"),
        "<p><a href=\"mailto:a@b.c\">x</a> <a href=\"tel:+49\">y</a> <a href=\"#a\">z</a> "
        "<a href=\"/p?q=1&amp;r\">w</a></p>\n");
}

static void test_html__never_passes_html_through(void **state)
{
    static const char *const texts[] = {
        "<script>alert(1)</script>",     "a <script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",  "a <img src=x onerror=alert(1)>",
        "<b onclick=alert(1)>x</b>",     "<iframe src=//evil>",
        "<div\nonload=x>\n\ntext",       "<style>*{}</style>",

        "<a href=\"x\" onclick=y>z</a>", "<pre onclick=x>code</pre>",
        "<kbd style='x'>a</kbd>",        "<!-- <b> -->\n\n<?php x ?>\n\n<!X y>",
        "<![CDATA[ <b onclick=x> ]]>",
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
        const char *found = html(texts[i]);
        if (strstr(found, "onerror") || strstr(found, "onclick") || strstr(found, "onload") ||
            strstr(found, "<script") || strstr(found, "style") || strstr(found, "<i") ||
            strstr(found, "<svg") || strstr(found, "<a") || strstr(found, "<!") ||
            strstr(found, "<?"))
            fail_msg("%s became %s", texts[i], found);
    }
    assert_string_equal(html("a <a id='x\"><script>'></a> b"), "<p>a  b</p>\n");
}

static void test_html__balances_phrases(void **state)
{
    (void)state;
    assert_string_equal(html("<b>a <i>b</b> c</i>"), "<p><strong>a b</strong> c</p>\n");
    assert_string_equal(html("*a <kbd>b* c</kbd>"), "<p><em>a b</em> c</p>\n");
    assert_string_equal(html("x</b> <sub>y"), "<p>x y</p>\n");
    assert_string_equal(html("H<sub>2</sub>O <Kbd>A</KBD>"),
                        "<p>H<sub>2</sub>O <kbd>A</kbd></p>\n");
}

static void test_html__escapes_everything(void **state)
{
    (void)state;
    assert_string_equal(
        html("`<&\">` & < \"q\" ![a\"<b](x\"y.png \"t\")"),
        "<p><code>&lt;&amp;&quot;&gt;</code> &amp; &lt; &quot;q&quot; <img src=\"x%22y.png\" "
        "alt=\"a&quot;&lt;b\" loading=\"lazy\" decoding=\"async\"></p>\n");
    assert_string_equal(html("```a\"><b>\nx\n```"),
                        "<pre><code class=\"language-a&quot;&gt;&lt;b&gt;\">x\n</code></pre>\n");
    assert_string_equal(html("[a](/ü%20 \"t\\\"i\")"),
                        "<p><a href=\"/%C3%BC%20\" title=\"t&quot;i\">a</a></p>\n");
}

/* ---- Shape ---- */

static void test_html__gives_headings_their_anchors(void **state)
{
    const struct markdown_options skip = {.skip_title = "Title"};
    (void)state;
    assert_string_equal(
        html("# Title\n## A b\n## A b\n## C {#own}\n"),
        "<h1 id=\"title\">Title</h1>\n<h2 id=\"a-b\">A b</h2>\n<h2 id=\"a-b-1\">A b</h2>\n"
        "<h2 id=\"own\">C</h2>\n");
    assert_string_equal(html_with("# Title\n\nText\n\n## Title", &skip),
                        "<span id=\"title\"></span>\n<p>Text</p>\n<h2 id=\"title-1\">Title</h2>\n");
    assert_string_equal(html_with("# Other\n", &skip), "<h1 id=\"other\">Other</h1>\n");
    assert_string_equal(html("#\n\ntext"), "<h1 id=\"section\"></h1>\n<p>text</p>\n");
}

static void test_html__wraps_tables(void **state)
{
    (void)state;
    assert_string_equal(
        html("|a|b|c|\n|:-|:-:|-:|\n|1|2|\n"),
        "<div class=\"table\" tabindex=\"0\"><table>\n<thead>\n<tr><th class=\"left\">a</th>"
        "<th class=\"center\">b</th><th class=\"right\">c</th></tr>\n</thead>\n<tbody>\n<tr>"
        "<td class=\"left\">1</td><td class=\"center\">2</td><td "
        "class=\"right\"></td></tr>\n</tbody>\n"
        "</table></div>\n");
    assert_string_equal(
        html("|a|\n|-|"),
        "<div class=\"table\" tabindex=\"0\"><table>\n<thead>\n<tr><th>a</th></tr>\n"
        "</thead>\n</table></div>\n");
}

static void test_html__renders_lists_and_quotes(void **state)
{
    (void)state;
    assert_string_equal(
        html("3. a\n4. b\n\n- [ ] t\n- [x] d\n\n-\n"),
        "<ol start=\"3\">\n<li>a</li>\n<li>b</li>\n</ol>\n<ul>\n<li class=\"task\"><input "
        "type=\"checkbox\" disabled> \n<p>t</p>\n</li>\n<li class=\"task\"><input "
        "type=\"checkbox\" "
        "disabled "
        "checked> \n<p>d</p>\n</li>\n<li></li>\n</ul>\n");
    assert_string_equal(
        html("> [!warning]\n> Mind.\n\n> plain\n"),
        "<blockquote class=\"alert alert-warning\">\n<p>Mind.</p>\n</blockquote>\n<blockquote>\n"
        "<p>plain</p>\n</blockquote>\n");
}

/* ---- Targets ---- */

static enum status resolve(void *arg, enum markdown_target_kind kind, struct slice target,
                           struct markdown_target *ret, struct error *err)
{
    (void)arg;
    if (slice_equal(target, SLICE_LITERAL("fail")))
        return error_set(err, STATUS_IO, "as asked");
    if (slice_equal(target, SLICE_LITERAL("nowhere")))
        return STATUS_OK;
    ret->url = mem_printf("https://h.example/%.*s", (int)target.length, target.ptr);
    ret->title = mem_strdup("Its title");
    ret->width = kind == MARKDOWN_IMAGE ? 640 : 0;
    ret->height = kind == MARKDOWN_IMAGE ? 480 : 0;
    ret->as_link = slice_equal(target, SLICE_LITERAL("far.png"));
    ret->external = ret->as_link;
    if (slice_equal(target, SLICE_LITERAL("evil"))) {
        mem_free(ret->url);
        ret->url = mem_strdup("javascript:alert(1)");
    }
    return STATUS_OK;
}

static void test_html__asks_the_resolver(void **state)
{
    const struct markdown_options options = {.resolve = resolve};
    struct error err;
    (void)state;
    assert_string_equal(
        html_with("[a *b*](c.md) ![p](p.png) [gone](nowhere) ![gone](nowhere) [evil](evil)",
                  &options),
        "<p><a href=\"https://h.example/c.md\">a <em>b</em></a> <img "
        "src=\"https://h.example/p.png\" "
        "alt=\"p\" width=\"640\" height=\"480\" loading=\"lazy\" decoding=\"async\"> gone gone "
        "evil</p>\n");
    assert_string_equal(
        html_with("![far](far.png) [![in](far.png)](c.md) [](c.md) [AUTOTITLE](c.md)", &options),
        "<p><a href=\"https://h.example/far.png\" rel=\"noopener\">far</a> <a "
        "href=\"https://h.example/c.md\">"
        "in</a> <a href=\"https://h.example/c.md\">Its title</a> <a "
        "href=\"https://h.example/c.md\">Its title"
        "</a></p>\n");
    buf_truncate(&out, 0);
    assert_int_equal(markdown_to_html(slice_of("[a](fail)"), &options, &out, &err), STATUS_IO);
    assert_string_equal(err.message, "as asked");
}

static bool note_link(void *arg, enum markdown_target_kind kind, struct slice target, size_t line)
{
    buf_printf(arg, "%c%.*s:%zu ", kind == MARKDOWN_IMAGE ? '!' : '@', (int)target.length,
               target.ptr, line);
    return true;
}

static bool note_anchor(void *arg, struct slice anchor)
{
    buf_printf(arg, "%.*s ", (int)anchor.length, anchor.ptr);
    return true;
}

static void test_each_link__tells_the_line(void **state)
{
    (void)state;
    buf_truncate(&out, 0);
    assert_int_equal(
        markdown_each_link(slice_of("# [a](b)\n\ntext\n![c](d) and\n[e](f)\n\n- x\n- [g][r]\n\n"
                                    "|h|\n|-|\n|[i](j)|\n\n[r]: k\n"),
                           note_link, &out, NULL),
        STATUS_OK);
    assert_string_equal(buf_str(&out), "@b:1 !d:4 @f:5 @k:8 @j:12 ");
    buf_truncate(&out, 0);
    assert_int_equal(markdown_each_anchor(slice_of("# A\n\n<a id=\"b\"></a>\n\n## C {#d}\n"),
                                          note_anchor, &out, NULL),
                     STATUS_OK);
    assert_string_equal(buf_str(&out), "a d b ");
}

/* ---- Limits ---- */

static void test_html__stops_at_its_cap(void **state)
{
    _cleanup_buf_ struct buf small = BUF_INIT(100);
    struct error err;
    (void)state;
    assert_int_equal(
        markdown_to_html(
            slice_of(
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n\n"
                "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\n"),
            NULL, &small, &err),
        STATUS_TOO_LARGE);
}

static void test_html__survives_lack_of_memory(void **state)
{
    const struct markdown_options options = {.resolve = resolve, .skip_title = "T"};
    enum status status = STATUS_OUT_OF_MEMORY;
    long count = 1;
    (void)state;
    for (; status == STATUS_OUT_OF_MEMORY; count++) {
        buf_done(&out);
        mem_fail_after(count);
        status = markdown_to_html(slice_of("# T\n\n[a](b) ![c](d)\n\n## H\n\n|a|\n|-|\n"), &options,
                                  &out, NULL);
        mem_fail_after(0);
    }
    assert_int_equal(status, STATUS_OK);
    assert_true(count > 8);
}

/* ---- Threads ---- */

#define THREADED_TEXT "# T\n\n~~a~~ www.example.com <kbd>b</kbd>\n\n|x|\n|-|\n|~~y~~|\n\n- [x] z\n"

static void *render_often(void *arg)
{
    for (int i = 0; i < 100; i++) {
        _cleanup_buf_ struct buf own = BUF_INIT(LIMIT_ARTICLE_HTML);
        if (markdown_to_html(SLICE_LITERAL(THREADED_TEXT), NULL, &own, NULL) != STATUS_OK ||
            !str_equal(buf_str(&own), buf_str(&out)))
            return arg; /* something: the test fails */
    }
    return NULL;
}

static void test_html__is_the_same_in_several_threads(void **state)
{
    pthread_t threads[4];
    (void)state;
    (void)html(THREADED_TEXT);
    for (size_t i = 0; i < ARRAY_LENGTH(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, render_often, threads), 0);
    for (size_t i = 0; i < ARRAY_LENGTH(threads); i++) {
        void *wrong = NULL;
        assert_int_equal(pthread_join(threads[i], &wrong), 0);
        assert_null(wrong);
    }
}

/* ---- Golden files ---- */

static void add_text(struct buf *text, const struct article *article)
{
    buf_printf(text, "title: %s\nsummary: %s\n", article->title, article->summary);
    for (size_t i = 0; i < article->section_count; i++) {
        const struct article_section *section = &article->sections[i];
        buf_printf(text, "\n%.*s %s #%s\n%s", section->level, "######", section->heading,
                   section->anchor, section->text);
    }
}

static void compare(const char *path, const struct buf *found)
{
    _cleanup_free_ char *expected = NULL;
    size_t length;
    if (getenv("UPDATE_GOLDEN"))
        assert_int_equal(file_write(path, found->data, found->length, 0644, NULL), STATUS_OK);
    assert_int_equal(file_read(path, LIMIT_ARTICLE_HTML, &expected, &length, NULL), STATUS_OK);
    if (!str_equal(expected, buf_str(found)))
        print_error("%s differs\n", path);
    assert_string_equal(buf_str(found), expected);
}

static void check_golden(const char *folder, const char *name)
{
    const struct article_context context = {.path = name, .default_lang = "en"};
    struct article_problems problems = {0};
    _cleanup_(article_freep) struct article *article = NULL;
    _cleanup_free_ char *path = file_join(folder, name), *bytes = NULL;
    _cleanup_free_ char *html_path = mem_printf("%s.html", path),
                        *text_path = mem_printf("%s.txt", path);
    _cleanup_buf_ struct buf text = BUF_INIT(LIMIT_ARTICLE_FILE * 4);
    size_t length;
    assert_int_equal(file_read(path, LIMIT_ARTICLE_FILE, &bytes, &length, NULL), STATUS_OK);
    assert_int_equal(
        article_parse((struct slice){bytes, length}, &context, &article, &problems, NULL),
        STATUS_OK);
    article_problems_done(&problems);
    const struct markdown_options options = {.skip_title = article->title};
    (void)html_with(article->markdown, &options);
    compare(html_path, &out);
    add_text(&text, article);
    compare(text_path, &text);
}

static void test_golden__files_stay_as_they_are(void **state)
{
    const char *source = getenv("SRCDIR");
    _cleanup_free_ char *folder = file_join(source ? source : "..", "tests/golden/article");
    DIR *dir = opendir(folder);
    size_t count = 0;
    (void)state;
    assert_non_null(dir);
    for (const struct dirent *found; (found = readdir(dir));) {
        if (!str_ends(found->d_name, ".md") && !str_ends(found->d_name, ".mdx"))
            continue;
        check_golden(folder, found->d_name);
        count++;
    }
    closedir(dir);
    assert_true(count >= 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_html__never_has_a_dangerous_address, tear_down),
        cmocka_unit_test_teardown(test_html__never_passes_html_through, tear_down),
        cmocka_unit_test_teardown(test_html__balances_phrases, tear_down),
        cmocka_unit_test_teardown(test_html__escapes_everything, tear_down),
        cmocka_unit_test_teardown(test_html__gives_headings_their_anchors, tear_down),
        cmocka_unit_test_teardown(test_html__wraps_tables, tear_down),
        cmocka_unit_test_teardown(test_html__renders_lists_and_quotes, tear_down),
        cmocka_unit_test_teardown(test_html__asks_the_resolver, tear_down),
        cmocka_unit_test_teardown(test_each_link__tells_the_line, tear_down),
        cmocka_unit_test_teardown(test_html__stops_at_its_cap, tear_down),
        cmocka_unit_test_teardown(test_html__survives_lack_of_memory, tear_down),
        cmocka_unit_test_teardown(test_html__is_the_same_in_several_threads, tear_down),
        cmocka_unit_test_teardown(test_golden__files_stay_as_they_are, tear_down),
    };
    article_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
