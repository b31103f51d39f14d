/* test_gap_draft.c: the skeleton of a missing article, and where a Git host creates it. */
#include "unit.h"

#include "app/report/gap_draft.h"
#include "article/article.h"
#include "article/parse.h"

static void assert_address(const char *edit_url, const char *expected)
{
    _cleanup_buf_ struct buf out = BUF_INIT(1000);
    gap_draft_new_file_url(edit_url, "a b.md", "x&y", &out);
    assert_string_equal(buf_str(&out), expected);
}

static void test_new_file_url__is_the_git_hosts(void **state)
{
    (void)state;
    assert_address("https://github.com/o/r/edit/main/docs/{path}",
                   "https://github.com/o/r/new/main/docs?filename=a%20b.md&value=x%26y");
    assert_address("https://github.com/o/r/edit/main/{path}",
                   "https://github.com/o/r/new/main?filename=a%20b.md&value=x%26y");
    assert_address(
        "https://gitlab.example.com/g/r/-/edit/main/docs/{path}",
        "https://gitlab.example.com/g/r/-/new/main/docs?file_name=a%20b.md&content=x%26y");
    assert_address("https://codeberg.org/o/r/_edit/main/{path}",
                   "https://codeberg.org/o/r/_new/main?tree_path=a%20b.md&content=x%26y");
    assert_address("https://cms.example.com/pages?file={path}", "");
    assert_address("https://github.com/o/r", "");
}

static void test_markdown__is_an_article_that_stays_a_draft(void **state)
{
    static const char *const questions[] = {"say \"please\": yes", "back\\slash # no comment"};
    static const struct article_context context = {.path = "new.md", .default_lang = "en"};
    _cleanup_buf_ struct buf out = BUF_INIT(10000);
    _cleanup_(article_freep) struct article *article = NULL;
    struct article_problems problems = {0};
    (void)state;
    article_init();
    gap_draft_markdown(questions, 2, "pt-BR", &out);
    assert_int_equal(article_parse(slice_of(buf_str(&out)), &context, &article, &problems, NULL),
                     STATUS_OK);
    assert_int_equal(problems.count, 0);
    assert_string_equal(article->title, questions[0]);
    assert_string_equal(article->questions[1], questions[1]);
    assert_string_equal(article->lang, "pt-BR");
    assert_int_equal(article->status, ARTICLE_DRAFT);
    article_problems_done(&problems);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_new_file_url__is_the_git_hosts),
        cmocka_unit_test(test_markdown__is_an_article_that_stays_a_draft),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
