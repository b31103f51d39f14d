/* test_passage.c: the part of a section that answers. */
#include "unit.h"

#include "base/limits.h"
#include "index/passage.h"

#include <stdlib.h>
#include <string.h>

static struct words *words;

static int open_words(void **state)
{
    (void)state;
    return words_new(&words, NULL) == STATUS_OK ? 0 : -1;
}

static int close_words(void **state)
{
    (void)state;
    words = words_free(words);
    return 0;
}

static uint32_t one(void *arg, uint32_t key)
{
    (void)arg;
    (void)key;
    return 1;
}

/* The passage of TEXT for what was ASKED, or TYPED so far, as HTML (owned by the caller). */
static char *passage_typed(const char *asked, bool typed, const char *text)
{
    struct question_context context = {.words = words, .frequency = one, .articles = 10};
    struct index_query query = {.subject = slice_of(asked), .default_lang = "en", .as_typed = typed};
    _cleanup_buf_ struct buf plain = BUF_INIT(100000);
    struct buf html = BUF_INIT(100000);
    struct question question;
    assert_int_equal(question_read(&context, &query, &question, NULL), STATUS_OK);
    assert_int_equal(passage_find(words, &question, slice_of(text), "en", &plain, &html, NULL), STATUS_OK);
    question_done(&question);
    return buf_take(&html);
}

static char *passage(const char *asked, const char *text)
{
    return passage_typed(asked, false, text);
}

static const char filler[] = "This sentence talks about something else entirely and only fills the room that there is. ";

static void test_passage__is_the_sentence_that_answers(void **state)
{
    _cleanup_buf_ struct buf text = BUF_INIT(10000);
    _cleanup_free_ char *html = NULL;
    (void)state;
    for (int i = 0; i < 10; i++)
        buf_add_str(&text, filler);
    buf_add_str(&text, "Refunds reach your card within three days. ");
    for (int i = 0; i < 10; i++)
        buf_add_str(&text, filler);
    html = passage("when does the refund reach my card", buf_str(&text));
    assert_non_null(strstr(html, "<mark>Refunds</mark> <mark>reach</mark> your <mark>card</mark> within three days."));
    assert_true(strlen(html) < 500);
    assert_true(html[0] == 'T' || html[0] == '<');
    assert_true(html[strlen(html) - 1] == '.');
}

static void test_passage__keeps_steps_together(void **state)
{
    _cleanup_free_ char *html = passage("export", "Before you begin, read this.\n1. Open the menu.\n2. Choose Export.\n"
                                                  "3. Pick a folder.\n4. Done.\n");
    (void)state;
    assert_non_null(strstr(html, "1. Open the menu.\n2. Choose <mark>Export</mark>.\n3. Pick a folder.\n4. Done."));
}

static void test_passage__escapes(void **state)
{
    _cleanup_free_ char *html = passage("script", "Never write <script>alert('x & y')</script> here.\n");
    (void)state;
    assert_string_equal(html, "Never write &lt;<mark>script</mark>&gt;alert(&#39;x &amp; y&#39;)&lt;/<mark>script</mark>&gt; "
                              "here.");
}

static void test_passage__cuts_what_has_no_sentences(void **state)
{
    _cleanup_buf_ struct buf text = BUF_INIT(100000);
    _cleanup_free_ char *html = NULL;
    (void)state;
    for (int i = 0; i < 300; i++)
        buf_add_str(&text, "word ");
    buf_add_str(&text, "needle ");
    for (int i = 0; i < 300; i++)
        buf_add_str(&text, "word ");
    html = passage("needle", buf_str(&text));
    assert_int_equal(strncmp(html, "… word word word word word <mark>needle</mark> word", 53), 0);
    assert_true(strlen(html) < 500);
}

/* Twice, as the second time every word was met before. */
static void test_passage__marks_what_begins_with_a_half_typed_word(void **state)
{
    const char *marked = "<mark>Export</mark> or <mark>EXPO</mark>, <mark>éxport</mark>, but no expat, ex or depot.";
    (void)state;
    for (int i = 0; i < 2; i++) {
        _cleanup_free_ char *html = passage_typed("expo", true, "Export or EXPO, éxport, but no expat, ex or depot.\n");
        assert_string_equal(html, marked);
    }
}

static void test_passage__without_a_match_is_the_beginning(void **state)
{
    _cleanup_free_ char *html = passage("zebra", "First. Second.\n");
    (void)state;
    assert_string_equal(html, "First. Second.");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_passage__is_the_sentence_that_answers),
        cmocka_unit_test(test_passage__keeps_steps_together),
        cmocka_unit_test(test_passage__escapes),
        cmocka_unit_test(test_passage__cuts_what_has_no_sentences),
        cmocka_unit_test(test_passage__marks_what_begins_with_a_half_typed_word),
        cmocka_unit_test(test_passage__without_a_match_is_the_beginning),
    };
    return cmocka_run_group_tests(tests, open_words, close_words);
}
