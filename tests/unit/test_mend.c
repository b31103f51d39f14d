/* test_mend.c: questions in other words than the articles': misspelt, split, joined, compound, half typed, in many languages. */
#include "collection.h"

static void fill(struct collection *c)
{
    collection_open(c);
    collection_put(c, "reset", "Reset your password", "Choose a new password in the settings.\n");
    collection_put(c, "signin", "How to log in", "Enter your name.\n");
    collection_put(c, "github", "Connect GitHub", "Authorize the application.\n");
    collection_put(c, "invoice", "Download an invoice", "Invoices are in the billing section. They mention remittance.\n");
    collection_put(c, "dotnet", "Build .NET projects", "Use the newest version.\n");
    collection_put(c, "release", "What is new in v2.1", "Many things.\n");
    collection_put(c, "codes", "Error codes", "0x80070005 means denied. ERR_CONNECTION_RESET means that the network failed.\n");
    collection_put(c, "dns", "A record and other DNS entries", "Point the name at us.\n");
    collection_commit(c);
}

static void test_mend__one_misspelt_word_is_corrected_and_told(void **state)
{
    struct collection c;
    struct index_query query = collection_query("How to reset my pasword, please?");
    struct index_results results;
    (void)state;
    fill(&c);
    results = collection_ask(&c, &query);
    assert_string_equal(results.hits[0].id, "reset");
    assert_string_equal(results.corrected, "How to reset my password, please?");
    assert_non_null(strstr(results.hits[0].title_html, "<mark>password</mark>"));
    index_results_done(&results);
    query = collection_query("How to reset my password");
    results = collection_ask(&c, &query);
    assert_null(results.corrected);
    index_results_done(&results);
    assert_first(&c, "invioce", "invoice");
    assert_first(&c, "remitance", "invoice");
    assert_first(&c, "dowmloda invoice", "invoice");
    collection_close(&c);
}

static void test_mend__removed_words_are_suggested_no_more(void **state)
{
    struct collection c;
    (void)state;
    fill(&c);
    assert_int_equal(index_writer_remove(c.writer, "invoice", NULL), STATUS_OK);
    collection_commit(&c);
    assert_first(&c, "invioce", "");
    collection_close(&c);
}

static void test_mend__split_and_joined_words_meet(void **state)
{
    struct collection c;
    (void)state;
    fill(&c);
    assert_first(&c, "login", "signin");
    assert_first(&c, "log-in", "signin");
    assert_first(&c, "log in", "signin");
    assert_first(&c, "git hub", "github");
    assert_first(&c, "GitHub", "github");
    collection_close(&c);
}

static void test_mend__names_with_digits_and_dots(void **state)
{
    struct collection c;
    (void)state;
    fill(&c);
    assert_first(&c, ".net", "dotnet");
    assert_first(&c, "V2.1", "release");
    assert_first(&c, "0x80070005", "codes");
    assert_first(&c, "80070005", "codes");
    assert_first(&c, "80070006", "");
    collection_put(&c, "plain", "Stop code c000021a", "Start again.\n");
    collection_commit(&c);
    assert_first(&c, "0xC000021A", "plain");
    assert_first(&c, "err_connection_reset", "codes");
    assert_first(&c, "A record", "dns");
    collection_close(&c);
}

static void test_mend__half_typed_words_of_a_text_are_completed(void **state)
{
    struct collection c;
    struct index_query query = collection_query("remitt");
    struct index_results results;
    (void)state;
    fill(&c);
    query.as_typed = true;
    results = collection_ask(&c, &query);
    assert_int_equal(results.count, 1);
    assert_string_equal(results.hits[0].id, "invoice");
    index_results_done(&results);
    collection_close(&c);
}

static void test_mend__right_first_result_stays_while_typing(void **state)
{
    const char *text = "reset password";
    struct collection c;
    (void)state;
    fill(&c);
    for (size_t length = 4; length <= strlen(text); length++) {
        struct index_query query = {.subject = {text, length}, .default_lang = "en", .as_typed = true, .limit = 3};
        struct index_results results = collection_ask(&c, &query);
        assert_true(results.count > 0);
        assert_string_equal(results.hits[0].id, "reset");
        index_results_done(&results);
    }
    collection_close(&c);
}

/* One knowledge base in ten languages, an article on passwords and one on invoices in each. */
static void test_mend__languages_side_by_side(void **state)
{
    static const struct {
        const char *lang, *title[2], *question[2];
    } rows[] = {
        {"de", {"Passwort zurücksetzen", "Stromrechnung verstehen"}, {"ich habe mein passwort vergessen", "rechnung"}},
        {"es", {"Restablecer la contraseña", "Facturación y pagos"}, {"cambiar contrasena", "facturacion"}},
        {"fr", {"Réinitialiser le mot de passe", "Vos factures"}, {"mot de passe oublié", "facture"}},
        {"it", {"Reimpostare la password", "Le fatture"}, {"reimpostazione della password", "fattura"}},
        {"pt", {"Redefinir a senha", "Faturas e pagamentos"}, {"esqueci minha senha", "fatura"}},
        {"nl", {"Wachtwoord herstellen", "Facturen bekijken"}, {"wachtwoorden", "factuur bekijken"}},
        {"sv", {"Återställ lösenordet", "Fakturor"}, {"losenord", "faktura"}},
        {"ru", {"Сбросить пароль", "Счета и оплата"}, {"сброс пароля", "счет"}},
        {"ja", {"パスワードの再設定", "請求書について"}, {"パスワード", "請求書"}},
        {"zh", {"重置密码", "发票和付款"}, {"忘记密码", "发票"}},
        {"ko", {"비밀번호 재설정", "청구서 보기"}, {"비밀번호를 잊었어요", "청구서"}},
        {"ar", {"إعادة تعيين كلمة المرور", "الفواتير"}, {"كلمة المرور", "الفواتير"}},
    };
    struct collection c;
    (void)state;
    collection_open(&c);
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        for (size_t k = 0; k < 2; k++) {
            char id[16];
            (void)snprintf(id, sizeof id, "%s/%zu", rows[i].lang, k);
            collection_put_lang(&c, id, (char *)rows[i].lang, (char *)rows[i].title[k], "…\n");
        }
    }
    collection_commit(&c);
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        for (size_t k = 0; k < 2; k++) {
            struct index_query query = collection_query(rows[i].question[k]);
            struct index_results results;
            char id[16];
            (void)snprintf(id, sizeof id, "%s/%zu", rows[i].lang, k);
            query.lang = rows[i].lang;
            results = collection_ask(&c, &query);
            if (!results.count || strcmp(results.hits[0].id, id) != 0)
                print_message("asked: %s\n", rows[i].question[k]);
            assert_true(results.count > 0);
            assert_string_equal(results.hits[0].id, id);
            index_results_done(&results);
        }
    }
    collection_close(&c);
}

static void test_mend__compounds_meet_their_parts(void **state)
{
    struct collection c;
    struct index_query query = collection_query("Rechnung für Strom");
    struct index_results results;
    (void)state;
    collection_open(&c);
    collection_put_lang(&c, "strom", "de", "Ihre Stromrechnung", "…\n");
    collection_put_lang(&c, "konto", "de", "Passwort zurücksetzen", "…\n");
    collection_commit(&c);
    query.lang = "de";
    results = collection_ask(&c, &query);
    assert_string_equal(results.hits[0].id, "strom");
    index_results_done(&results);
    query.subject = slice_of("Passwortzuruecksetzung");
    results = collection_ask(&c, &query);
    assert_int_equal(results.count, 1);
    assert_string_equal(results.hits[0].id, "konto");
    index_results_done(&results);
    collection_close(&c);
}

static void test_mend__synonyms_of_the_knowledge_base(void **state)
{
    char *first[] = {"gizmo", "flux capacitor", NULL}, **groups[] = {first, NULL};
    struct collection c;
    (void)state;
    collection_open(&c);
    collection_put(&c, "flux", "Replace the flux capacitor", "Unplug it first.\n");
    collection_put(&c, "other", "Opening hours", "Nine to five.\n");
    collection_commit(&c);
    assert_first(&c, "gizmo", "");
    assert_int_equal(index_writer_set_synonyms(c.writer, groups, NULL), STATUS_OK);
    collection_commit(&c);
    assert_first(&c, "gizmo", "flux");
    assert_first(&c, "cost of a thing called gizmo", "flux");
    assert_first(&c, "gizmos", "flux");
    collection_close(&c);
}

/* Of a word that many articles have its synonyms bring no candidates; of one that none has they must. */
static void test_mend__a_word_that_nobody_wrote_is_found_by_its_common_synonym(void **state)
{
    struct collection c;
    (void)state;
    collection_open(&c);
    for (int i = 0; i < 1100; i++) {
        char id[16];
        (void)snprintf(id, sizeof id, "i%d", i);
        collection_put(&c, id, "Invoice", "See below.\n");
    }
    collection_put(&c, "late", "Late invoice", "Wait a day.\n");
    collection_commit(&c);
    assert_first(&c, "late bill", "late");
    assert_first(&c, "bill", "i0");
    collection_close(&c);
}

static void test_mend__stop_words_of_a_phrase_stand_for_nothing(void **state)
{
    char *first[] = {"gizmo", "in the works", NULL}, **groups[] = {first, NULL};
    struct index_query query = collection_query("gizmo");
    struct index_results results;
    struct collection c;
    (void)state;
    collection_open(&c);
    collection_put(&c, "winter", "In the winter", "It is cold.\n");
    collection_put(&c, "works", "What is in the works", "A lot.\n");
    assert_int_equal(index_writer_set_synonyms(c.writer, groups, NULL), STATUS_OK);
    collection_commit(&c);
    results = collection_ask(&c, &query);
    assert_int_equal(results.count, 1);
    assert_string_equal(results.hits[0].id, "works");
    index_results_done(&results);
    collection_close(&c);
}

static void test_mend__everyday_synonyms_of_each_language(void **state)
{
    static const struct {
        char *lang, *title, *asked;
    } cases[] = {
        {"en", "Sending parcels", "my package was sent"},
        {"en", "Colours", "color"},
        {"de", "Bestellung bezahlen", "welche Zahlung für den Kauf"},
        {"es", "Borrar la cuenta", "eliminar mi perfil"},
        {"fr", "Remboursement d'un achat", "se faire rembourser une commande"},
        {"it", "Spedizione del pacco", "tempi di consegna"},
        {"nl", "Abonnement opzeggen", "contract annuleren"},
        {"pt", "Apagar a conta", "como excluir o perfil"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct collection c;
        struct index_query query = collection_query(cases[i].asked);
        struct index_results results;
        collection_open(&c);
        collection_put_lang(&c, "right", cases[i].lang, cases[i].title, "…\n");
        collection_put_lang(&c, "other", cases[i].lang, "3 x 7", "…\n");
        collection_commit(&c);
        query.lang = cases[i].lang;
        results = collection_ask(&c, &query);
        if (results.count != 1)
            print_message("asked: %s\n", cases[i].asked);
        assert_int_equal(results.count, 1);
        assert_string_equal(results.hits[0].id, "right");
        index_results_done(&results);
        collection_close(&c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mend__one_misspelt_word_is_corrected_and_told),
        cmocka_unit_test(test_mend__removed_words_are_suggested_no_more),
        cmocka_unit_test(test_mend__split_and_joined_words_meet),
        cmocka_unit_test(test_mend__names_with_digits_and_dots),
        cmocka_unit_test(test_mend__half_typed_words_of_a_text_are_completed),
        cmocka_unit_test(test_mend__right_first_result_stays_while_typing),
        cmocka_unit_test(test_mend__languages_side_by_side),
        cmocka_unit_test(test_mend__compounds_meet_their_parts),
        cmocka_unit_test(test_mend__synonyms_of_the_knowledge_base),
        cmocka_unit_test(test_mend__a_word_that_nobody_wrote_is_found_by_its_common_synonym),
        cmocka_unit_test(test_mend__stop_words_of_a_phrase_stand_for_nothing),
        cmocka_unit_test(test_mend__everyday_synonyms_of_each_language),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
