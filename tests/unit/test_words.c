/* test_words.c: how text becomes words. */
#include "unit.h"

#include "text/words.h"

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

/* The stems of TEXT, joined by spaces. */
static void assert_stems(const char *text, const char *lang, const char *expected)
{
    _cleanup_word_list_ struct word_list list = {0};
    _cleanup_buf_ struct buf stems = BUF_INIT(10000);
    assert_int_equal(words_split(words, slice_of(text), lang, 1000, &list, NULL), STATUS_OK);
    for (size_t i = 0; i < list.count; i++) {
        if (i)
            buf_add_char(&stems, ' ');
        buf_add_slice(&stems, list.items[i].stem);
    }
    assert_string_equal(buf_str(&stems), expected);
}

/* A word of A and a word of B share a key. */
static bool meet(const char *a, const char *b, const char *lang)
{
    _cleanup_word_list_ struct word_list x = {0}, y = {0};
    assert_int_equal(words_split(words, slice_of(a), lang, 100, &x, NULL), STATUS_OK);
    assert_int_equal(words_split(words, slice_of(b), lang, 100, &y, NULL), STATUS_OK);
    for (size_t i = 0; i < x.count; i++)
        for (size_t j = 0; j < y.count; j++)
            for (size_t k = 0; k < x.items[i].key_count; k++)
                for (size_t l = 0; l < y.items[j].key_count; l++)
                    if (x.items[i].keys[k] == y.items[j].keys[l])
                        return true;
    return false;
}

static void test_words__stems_by_language(void **state)
{
    (void)state;
    assert_stems("Resetting your passwords", "en", "reset your password");
    assert_stems("Rechnungen", "de-AT", "rechnung");
    assert_stems("anything", "tlh", "anything");
}

static void test_words__accents_and_case_are_optional(void **state)
{
    (void)state;
    assert_true(meet("CONFIGURACIÓN", "configuracion", "es"));
    assert_true(meet("configuración", "configuraciones", "es"));
    assert_true(meet("Größe", "GROSSE", "de"));
    assert_true(meet("réservé", "reserve", "fr"));
    assert_true(meet("İstanbul", "istanbul", "tr"));
    assert_true(meet("Łódź", "lodz", "pl"));
}

static void test_words__names_keep_digits_dots_and_signs(void **state)
{
    (void)state;
    assert_true(meet("v2.1", "V2.1", "en"));
    assert_false(meet(".NET", "Java", "en"));
    assert_true(meet("0x80070005", "error 0X80070005!", "en"));
    assert_stems("C++ and C#", "en", "c++ and c#");
    assert_true(meet("ERR_CONNECTION_RESET", "err_connection_reset", "en"));
    assert_true(meet("ERR_CONNECTION_RESET", "connection", "en"));
}

static void test_words__hyphens_may_be_left_out(void **state)
{
    (void)state;
    assert_true(meet("log-in", "login", "en"));
    assert_true(meet("e-mail", "email", "en"));
    assert_true(meet("e-mail", "mail", "en"));
}

static void test_words__apostrophes(void **state)
{
    (void)state;
    assert_stems("the user's", "en", "the user");
    assert_true(meet("don’t", "dont", "en"));
    assert_true(meet("l'article", "article", "fr"));
}

static void test_words__scripts_without_spaces_are_read_in_pairs(void **state)
{
    (void)state;
    assert_true(meet("パスワードを忘れた", "パスワード", "ja"));
    assert_true(meet("退款政策", "退款", "zh"));
    assert_true(meet("退款政策", "策", "zh"));
    assert_true(meet("비밀번호를", "비밀번호", "ko"));
    assert_false(meet("退款", "密码", "zh"));
}

static void test_words__broken_text_is_survived(void **state)
{
    _cleanup_word_list_ struct word_list list = {0};
    char *long_word = malloc(10001);
    (void)state;
    assert_int_equal(words_split(words, slice_of("ok \xff\xc3( \xe2\x82 fine"), "en", 100, &list, NULL), STATUS_OK);
    assert_int_equal(list.count, 2);
    memset(long_word, 'a', 10000);
    long_word[10000] = '\0';
    assert_int_equal(words_split(words, slice_of(long_word), "en", 100, &list, NULL), STATUS_OK);
    assert_int_equal(list.count, 1);
    assert_int_equal(list.items[0].end, 10000);
    assert_int_equal(words_split(words, slice_of("a b c d"), "en", 2, &list, NULL), STATUS_OK);
    assert_int_equal(list.count, 2);
    free(long_word);
}

static void assert_normal(const char *text, const char *lang, const char *expected)
{
    _cleanup_buf_ struct buf out = BUF_INIT(1000);
    assert_int_equal(words_normal_form(words, slice_of(text), lang, &out, NULL), STATUS_OK);
    assert_string_equal(buf_str(&out), expected);
}

static void test_words__normal_form_joins_what_means_the_same(void **state)
{
    (void)state;
    assert_normal("Reset my password, please!", "en", "password reset");
    assert_normal("password reset", "en", "password reset");
    assert_normal("pasword reset", "en", "pasword reset");
    assert_normal("what is it", "en", "is it what");
    assert_normal("", "en", "");
}

static void test_words__languages(void **state)
{
    (void)state;
    assert_true(words_language_known("pt-BR"));
    assert_true(words_language_known("ja"));
    assert_false(words_language_known("xx"));
    assert_false(words_language_known(NULL));
    assert_string_equal(words_guess_language(words, slice_of("Wie kann ich mein Passwort zurücksetzen?"), "en"), "de");
    assert_string_equal(words_guess_language(words, slice_of("¿Cómo puedo cambiar mi contraseña?"), "en"), "es");
    assert_string_equal(words_guess_language(words, slice_of("パスワード"), "en"), "ja");
    assert_string_equal(words_guess_language(words, slice_of("invoice"), "fr"), "fr");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words__stems_by_language),
        cmocka_unit_test(test_words__accents_and_case_are_optional),
        cmocka_unit_test(test_words__names_keep_digits_dots_and_signs),
        cmocka_unit_test(test_words__hyphens_may_be_left_out),
        cmocka_unit_test(test_words__apostrophes),
        cmocka_unit_test(test_words__scripts_without_spaces_are_read_in_pairs),
        cmocka_unit_test(test_words__broken_text_is_survived),
        cmocka_unit_test(test_words__normal_form_joins_what_means_the_same),
        cmocka_unit_test(test_words__languages),
    };
    return cmocka_run_group_tests(tests, open_words, close_words);
}
