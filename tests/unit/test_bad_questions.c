/* test_bad_questions.c: questions that nobody asks in good faith are answered, within the caps. */
#include "collection.h"

#include "base/limits.h"
#include "index/question.h"

#define HUGE_TEXT (64 * 1024)

static void open_shelf(struct collection *c)
{
    collection_open(c);
    collection_put(c, "invoice", "Download an invoice", "Invoices are in the billing section.\n");
    collection_put_lang(c, "rechnung", "de", "Rechnung herunterladen", "Unter Einstellungen.\n");
    collection_put_lang(c, "fapiao", "zh", "下载发票", "在设置中。\n");
    collection_commit(c);
}

/* Asks TEXT as a question, as one half typed, and as a ticket's text, in three languages. Returns how many answers there were. */
static size_t ask(struct collection *c, struct slice text)
{
    static const char *const langs[] = {"en", "de", "zh"};
    size_t found = 0;
    for (size_t i = 0; i < 3 * ARRAY_LENGTH(langs); i++) {
        struct index_query query = {.lang = langs[i / 3], .default_lang = "en", .limit = LIMIT_RESULTS};
        struct index_results results;
        *(i % 3 == 2 ? &query.body : &query.subject) = text;
        query.as_typed = i % 3 == 1;
        results = collection_ask(c, &query);
        found += results.count;
        for (size_t r = 0; r < results.count; r++)
            assert_true(strlen(results.hits[r].snippet) < 4096);
        index_results_done(&results);
    }
    return found;
}

/* UNIT again and again until SIZE bytes are full; fresh. */
static char *repeat(const char *unit, size_t size)
{
    char *text = malloc(size + 1);
    size_t length = strlen(unit);
    assert_non_null(text);
    for (size_t i = 0; i < size; i++)
        text[i] = unit[i % length];
    text[size] = '\0';
    return text;
}

static void test_bad_questions__huge_ones_are_cut(void **state)
{
    static const char *const units[] = {"invoice ", "billing invoice\n", "发票", "a", "Rechnungsadressenänderungs", "ab-", "x.y_"};
    struct collection c;
    (void)state;
    open_shelf(&c);
    for (size_t i = 0; i < ARRAY_LENGTH(units); i++) {
        char *text = repeat(units[i], HUGE_TEXT);
        size_t found = ask(&c, slice_of(text));
        assert_true(i > 2 || found >= 9);
        free(text);
    }
    collection_close(&c);
}

static void test_bad_questions__one_endless_word_finds_nothing(void **state)
{
    struct collection c;
    char *word = repeat("qwertyuiopz", 10000);
    (void)state;
    open_shelf(&c);
    assert_int_equal(ask(&c, slice_of(word)), 0);
    free(word);
    collection_close(&c);
}

static void test_bad_questions__nothing_but_marks_find_nothing(void **state)
{
    static const char *const texts[] = {"???", "!!! ... ---", "\"", "\\", "(){}[]<>", "…“”¿", "\n\t  ", "'", "🙂🙃", ".-_", "\u200f\u202b", "@#$%^&*"};
    struct collection c;
    (void)state;
    open_shelf(&c);
    for (size_t i = 0; i < ARRAY_LENGTH(texts); i++)
        assert_int_equal(ask(&c, slice_of(texts[i])), 0);
    collection_close(&c);
}

static void test_bad_questions__broken_utf_8_costs_only_itself(void **state)
{
    static const char *const texts[] = {"invoice \xff\xfe", "\xc3 invoice", "invoice \xe4\xbd", "\xf0\x9f invoice", "invoice \xed\xa0\x80",
                                        "\xc0\xaf invoice", "invoice \xf8\x88\x80\x80\x80"};
    struct collection c;
    (void)state;
    open_shelf(&c);
    for (size_t i = 0; i < ARRAY_LENGTH(texts); i++)
        assert_first(&c, texts[i], "invoice");
    assert_int_equal(ask(&c, (struct slice){"\xff\xfe\x80\xc3", 4}), 0);
    collection_close(&c);
}

static void test_bad_questions__ten_thousand_words_are_looked_at_up_to_the_cap(void **state)
{
    struct collection c;
    size_t size = 10000 * 8, length = 0;
    char *text = malloc(size + 16);
    (void)state;
    assert_non_null(text);
    for (int i = 0; i < 10000; i++) {
        for (int digit = 0, n = i; digit < 5; digit++, n /= 10)
            text[length++] = (char)('a' + n % 10);
        text[length++] = ' ';
    }
    memcpy(text + length, "invoice", 8);
    open_shelf(&c);
    assert_int_equal(ask(&c, slice_of(text)), 0); /* what is behind the cap is not asked for */
    memcpy(text, "invoice ", 8);
    assert_true(ask(&c, slice_of(text)) > 0);
    free(text);
    collection_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bad_questions__huge_ones_are_cut),
        cmocka_unit_test(test_bad_questions__one_endless_word_finds_nothing),
        cmocka_unit_test(test_bad_questions__nothing_but_marks_find_nothing),
        cmocka_unit_test(test_bad_questions__broken_utf_8_costs_only_itself),
        cmocka_unit_test(test_bad_questions__ten_thousand_words_are_looked_at_up_to_the_cap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
