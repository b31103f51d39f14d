/* test_languages.c: one knowledge base in many languages: inflected, misspelt, split, joined and compound words, with accents and without, and names. */
#include "collection.h"

/* Article LANG/TOPIC. */
static const struct shelf {
    const char *lang, *topic, *title, *text;
} shelf[] = {
    {"en", "password", "Reset your password", "Choose a new one in the settings.\n"},
    {"en", "invoice", "Download an invoice", "Every invoice is a PDF. The café serves coffee.\n"},
    {"en", "delivery", "Delivery times", "Parcels arrive within three days.\n"},
    {"en", "cancel", "Cancel your subscription", "You can terminate it at the end of a month.\n"},
    {"en", "codes", "Error messages", "0x80070005 means denied. ERR_CONNECTION_RESET means that the network failed.\n"},
    {"en", "dotnet", "Build .NET projects", "Use the newest version.\n"},
    {"en", "release", "What is new in v2.1", "Many things.\n"},
    {"en", "dns", "A record and other DNS entries", "Point the name at us.\n"},
    {"en", "login", "How to log in", "Enter your name.\n"},
    {"de", "password", "Passwort zurücksetzen", "Wählen Sie ein neues Kennwort in den Einstellungen.\n"},
    {"de", "invoice", "Belege herunterladen", "Jede Stromrechnung liegt als PDF bereit. Auch die Lieferadresse steht darauf.\n"},
    {"de", "delivery", "Lieferzeiten", "Pakete kommen innerhalb von drei Tagen an. Der Versand ist schnell.\n"},
    {"de", "cancel", "Abonnement kündigen", "Die Kündigungsfrist beträgt einen Monat.\n"},
    {"nl", "password", "Wachtwoord herstellen", "Kies een nieuw wachtwoord bij de instellingen.\n"},
    {"nl", "invoice", "Bewijzen downloaden", "Elke energiefactuur staat klaar als PDF.\n"},
    {"nl", "delivery", "Levertijden", "Pakketten komen binnen drie dagen aan.\n"},
    {"nl", "cancel", "Abonnement opzeggen", "De opzegtermijn is één maand.\n"},
    {"sv", "password", "Återställ lösenordet", "Välj ett nytt i inställningarna.\n"},
    {"sv", "invoice", "Hämta kvitton", "Varje elfaktura och pappersfaktura finns som PDF.\n"},
    {"sv", "delivery", "Leveranstider", "Paket kommer inom tre dagar.\n"},
    {"sv", "cancel", "Säg upp prenumerationen", "Uppsägningstiden är en månad.\n"},
    {"da", "password", "Nulstil adgangskoden", "Vælg en ny under indstillinger.\n"},
    {"da", "invoice", "Hent kvitteringer", "Hver telefonregning ligger som PDF.\n"},
    {"da", "delivery", "Leveringstider", "Pakker ankommer inden for tre dage.\n"},
    {"da", "cancel", "Opsig abonnementet", "Opsigelsesfristen er en måned.\n"},
    {"no", "password", "Tilbakestill passordet", "Velg et nytt i innstillingene.\n"},
    {"no", "invoice", "Last ned kvitteringer", "Hver strømregning ligger som PDF.\n"},
    {"no", "delivery", "Leveringstider", "Pakker kommer innen tre dager.\n"},
    {"no", "cancel", "Si opp abonnementet", "Oppsigelsestiden er en måned.\n"},
    {"fi", "password", "Salasanan vaihtaminen", "Valitse uusi asetuksissa.\n"},
    {"fi", "invoice", "Lataa tositteet", "Jokainen sähkölasku on PDF-tiedosto.\n"},
    {"fi", "delivery", "Toimitusajat", "Paketit saapuvat kolmessa päivässä.\n"},
    {"fi", "cancel", "Tilauksen peruuttaminen", "Irtisanomisaika on kuukausi.\n"},
    {"hu", "password", "Jelszó visszaállítása", "Válasszon újat a beállításokban.\n"},
    {"hu", "invoice", "Bizonylatok letöltése", "Minden villanyszámla PDF formátumú.\n"},
    {"hu", "delivery", "Szállítási idők", "A csomagok három napon belül megérkeznek.\n"},
    {"hu", "cancel", "Előfizetés lemondása", "A felmondási idő egy hónap.\n"},
    {"fr", "password", "Réinitialiser le mot de passe", "Choisissez-en un nouveau dans les réglages.\n"},
    {"fr", "invoice", "Télécharger une facture", "Chaque facture est un PDF.\n"},
    {"fr", "delivery", "Délais de livraison", "Les colis arrivent en trois jours.\n"},
    {"fr", "cancel", "Résilier l'abonnement", "Le préavis est d'un mois.\n"},
    {"es", "password", "Restablecer la contraseña", "Elija una nueva en los ajustes.\n"},
    {"es", "invoice", "Descargar una factura", "La facturación es mensual.\n"},
    {"es", "delivery", "Plazos de entrega", "Los paquetes llegan en tres días.\n"},
    {"es", "cancel", "Cancelar la suscripción", "El preaviso es de un mes.\n"},
    {"it", "password", "Reimpostare la parola d'accesso", "Sceglietene una nuova nelle impostazioni.\n"},
    {"it", "invoice", "Scaricare una fattura", "Ogni fattura è un PDF.\n"},
    {"it", "delivery", "Tempi di consegna", "I pacchi arrivano in tre giorni, perché è così.\n"},
    {"it", "cancel", "Disdire l'abbonamento", "Il preavviso è di un mese.\n"},
    {"pt", "password", "Redefinir a senha", "Escolha uma nova nas configurações.\n"},
    {"pt", "invoice", "Baixar uma fatura", "Cada fatura é um PDF.\n"},
    {"pt", "delivery", "Prazos de entrega", "As encomendas chegam em três dias.\n"},
    {"pt", "cancel", "Cancelar a assinatura", "O aviso prévio é de um mês.\n"},
    {"ru", "password", "Сбросить пароль", "Выберите новый в настройках.\n"},
    {"ru", "invoice", "Скачать квитанцию", "Каждая квитанция в формате PDF. Ещё есть чеки.\n"},
    {"ru", "delivery", "Сроки доставки", "Посылки приходят за три дня.\n"},
    {"ru", "cancel", "Отменить подписку", "Срок уведомления один месяц.\n"},
    {"tr", "password", "Şifreyi sıfırlama", "Ayarlardan yenisini seçin.\n"},
    {"tr", "invoice", "Fatura indirme", "Her fatura bir PDF dosyasıdır.\n"},
    {"tr", "delivery", "Teslimat süreleri", "Paketler üç günde gelir.\n"},
    {"tr", "cancel", "Aboneliği iptal etme", "Bildirim süresi bir aydır.\n"},
    {"ar", "password", "إعادة تعيين كلمة المرور", "اختر كلمة جديدة في الإعدادات.\n"},
    {"ar", "invoice", "تنزيل الفاتورة", "كل فاتورة ملف PDF.\n"},
    {"ar", "delivery", "مواعيد التوصيل", "تصل الطرود خلال ثلاثة أيام.\n"},
    {"ar", "cancel", "إلغاء الاشتراك", "مدة الإشعار شهر واحد.\n"},
    {"he", "password", "איפוס סיסמה", "בחרו סיסמה חדשה בהגדרות.\n"},
    {"he", "invoice", "הורדת חשבונית", "כל חשבונית היא קובץ PDF.\n"},
    {"he", "delivery", "זמני משלוח", "חבילות מגיעות תוך שלושה ימים.\n"},
    {"he", "cancel", "ביטול המנוי", "תקופת ההודעה היא חודש.\n"},
    {"zh", "password", "重置密码", "在设置中选择新的。\n"},
    {"zh", "invoice", "下载发票", "每张发票都是PDF文件。\n"},
    {"zh", "delivery", "送货时间", "包裹三天内到达。\n"},
    {"zh", "cancel", "取消订阅", "通知期为一个月。\n"},
    {"ja", "password", "パスワードの再設定", "設定で新しいものを選んでください。\n"},
    {"ja", "invoice", "請求書のダウンロード", "請求書はPDFです。\n"},
    {"ja", "delivery", "配達にかかる日数", "荷物は三日以内に届きます。\n"},
    {"ja", "cancel", "定期購読の解約", "予告期間は一か月です。\n"},
    {"ko", "password", "비밀번호 재설정", "설정에서 새로 고르세요.\n"},
    {"ko", "invoice", "청구서 내려받기", "모든 청구서는 PDF입니다.\n"},
    {"ko", "delivery", "배송 기간", "소포는 사흘 안에 도착합니다.\n"},
    {"ko", "cancel", "구독 취소", "통지 기간은 한 달입니다.\n"},
};

struct question_row {
    const char *lang, *question, *topic;
};

static void open_shelf(struct collection *c)
{
    collection_open(c);
    for (size_t i = 0; i < ARRAY_LENGTH(shelf); i++) {
        char id[32];
        (void)snprintf(id, sizeof id, "%s/%s", shelf[i].lang, shelf[i].topic);
        collection_put_lang(c, id, (char *)shelf[i].lang, (char *)shelf[i].title, (char *)shelf[i].text);
    }
    collection_commit(c);
}

/* Every question finds its article first, asked on a page of its language (TOLD) or on an English one. All failures are named. */
static void ask_all(const struct question_row *rows, size_t count, bool told)
{
    struct collection c;
    size_t missed = 0;
    open_shelf(&c);
    for (size_t i = 0; i < count; i++) {
        struct index_query query = collection_query(rows[i].question);
        struct index_results results;
        char id[32];
        (void)snprintf(id, sizeof id, "%s/%s", rows[i].lang, rows[i].topic);
        query.lang = told ? rows[i].lang : NULL;
        results = collection_ask(&c, &query);
        if (!results.count || strcmp(results.hits[0].id, id) != 0) {
            print_message("%s: \"%s\" finds %s (as \"%s\" in %s)\n", id, rows[i].question,
                          results.count ? results.hits[0].id : "nothing",
                          results.corrected ? results.corrected : rows[i].question, results.lang);
            missed++;
        }
        index_results_done(&results);
    }
    collection_close(&c);
    assert_int_equal(missed, 0);
}

static void test_languages__inflected_words_meet(void **state)
{
    static const struct question_row rows[] = {
        {"en", "resetting passwords", "password"},        {"en", "invoices", "invoice"},
        {"de", "Passwörter", "password"},                 {"de", "Abonnements", "cancel"},
        {"nl", "wachtwoorden", "password"},               {"nl", "abonnementen", "cancel"},
        {"sv", "lösenord", "password"},                   {"sv", "prenumerationer", "cancel"},
        {"da", "adgangskoder", "password"},               {"da", "abonnementer", "cancel"},
        {"no", "passordene", "password"},                 {"no", "abonnementer", "cancel"},
        {"fi", "salasanat", "password"},                  {"fi", "paketti", "delivery"},
        {"hu", "jelszót", "password"},                    {"hu", "előfizetést", "cancel"},
        {"fr", "factures", "invoice"},                    {"fr", "abonnements", "cancel"},
        {"es", "facturas", "invoice"},                    {"es", "suscripciones", "cancel"},
        {"it", "fatture", "invoice"},                     {"it", "abbonamenti", "cancel"},
        {"pt", "faturas", "invoice"},                     {"pt", "assinaturas", "cancel"},
        {"ru", "пароля", "password"},                     {"ru", "подписки", "cancel"},
        {"tr", "faturalar", "invoice"},                   {"tr", "paket", "delivery"},
        {"ar", "الفواتير فاتورة", "invoice"},             {"ar", "الاشتراكات", "cancel"},
    };
    (void)state;
    ask_all(rows, ARRAY_LENGTH(rows), true);
}

static void test_languages__accents_may_be_left_out_or_added(void **state)
{
    static const struct question_row rows[] = {
        {"de", "Abonnement kundigen", "cancel"},     {"de", "Passwort zuruecksetzen", "password"},
        {"de", "kuendigen", "cancel"},               {"nl", "een maand opzegtermijn", "cancel"},
        {"sv", "aterstall losenordet", "password"},  {"sv", "losenord", "password"},
        {"da", "vaelg", "password"},                 {"no", "stromregning", "invoice"},
        {"fi", "sahkolasku", "invoice"},             {"hu", "jelszo", "password"},
        {"hu", "elofizetes", "cancel"},              {"fr", "reinitialiser", "password"},
        {"fr", "délai", "delivery"},                 {"fr", "resilier l’abonnement", "cancel"},
        {"es", "contrasena", "password"},            {"es", "facturacion", "invoice"},
        {"es", "suscripcion", "cancel"},             {"it", "perche arrivano", "delivery"},
        {"pt", "configuracoes", "password"},         {"pt", "aviso previo", "cancel"},
        {"tr", "sifreyi sifirlama", "password"},     {"tr", "aboneligi", "cancel"},
        {"ru", "еще чеки", "invoice"},               {"en", "cafe", "invoice"},
        {"en", "reset your pässword", "password"},   {"ar", "كَلِمَةُ المُرُور", "password"},
        {"he", "סִיסְמָה", "password"},              {"fr", "TELECHARGER", "invoice"},
    };
    (void)state;
    ask_all(rows, ARRAY_LENGTH(rows), true);
}

static void test_languages__one_or_two_typing_errors_are_forgiven(void **state)
{
    static const struct question_row rows[] = {
        {"en", "pasword", "password"},          {"en", "subscribtion", "cancel"},      {"en", "subcsripton", "cancel"},
        {"de", "Paswort", "password"},          {"de", "Abonement", "cancel"},         {"de", "Einstelungne", "password"},
        {"nl", "wachtwoort", "password"},       {"nl", "abonement", "cancel"},         {"nl", "instelingne", "password"},
        {"sv", "prenumeratoinen", "cancel"},    {"sv", "instälningarnaa", "password"}, {"da", "adgangskodne", "password"},
        {"da", "abonementett", "cancel"},       {"no", "pasordet", "password"},        {"fi", "salasaman", "password"},
        {"hu", "előfizetsé", "cancel"},         {"fr", "abonnemant", "cancel"},        {"fr", "réinitializer", "password"},
        {"es", "contraseñs", "password"},       {"es", "suscrpicion", "cancel"},       {"it", "fattturra", "invoice"},
        {"it", "abbonamnto", "cancel"},         {"pt", "asinatura", "cancel"},         {"pt", "configuraçoess", "password"},
        {"ru", "парроль", "password"},          {"ru", "квитанцыю", "invoice"},        {"tr", "teslimta", "delivery"},
        {"he", "סיסממה", "password"},           {"ar", "الفاتوررة", "invoice"},
    };
    (void)state;
    ask_all(rows, ARRAY_LENGTH(rows), true);
}

static void test_languages__split_and_joined_words_meet(void **state)
{
    static const struct question_row rows[] = {
        {"en", "login", "login"},              {"en", "log-in", "login"},           {"en", "pass word", "password"},
        {"de", "Pass wort", "password"},       {"de", "Liefer zeiten", "delivery"}, {"nl", "wacht woord", "password"},
        {"nl", "lever tijden", "delivery"},    {"sv", "leverans tider", "delivery"}, {"da", "adgangs koden", "password"},
        {"no", "pass ordet", "password"},      {"fi", "sala sanan", "password"},    {"hu", "jel szó", "password"},
        {"fr", "motdepasse", "password"},      {"es", "contra seña", "password"},   {"it", "parola d’accesso", "password"},
        {"ru", "под писку", "cancel"},
    };
    (void)state;
    ask_all(rows, ARRAY_LENGTH(rows), true);
}

static void test_languages__names_with_digits_and_dots(void **state)
{
    static const struct question_row rows[] = {
        {"en", "0x80070005", "codes"},       {"en", "error 0X80070005!", "codes"},   {"en", "ERR_CONNECTION_RESET", "codes"},
        {"en", "err connection reset", "codes"}, {"en", "err-connection-reset", "codes"}, {"en", "v2.1", "release"},
        {"en", "V2.1?", "release"},          {"en", ".NET", "dotnet"},               {"en", "how to use .net", "dotnet"},
        {"en", "A record", "dns"},           {"en", "what is an a record", "dns"},   {"en", "(v2.1)", "release"},
    };
    (void)state;
    ask_all(rows, ARRAY_LENGTH(rows), true);
}

/* In titles and in running text, both ways. */
static void test_languages__compounds_meet_their_parts(void **state)
{
    static const struct question_row rows[] = {
        {"de", "Rechnung", "invoice"},        {"de", "Adresse", "invoice"},         {"de", "Kündigung", "cancel"},
        {"de", "Zeiten", "delivery"},         {"de", "Paketversand", "delivery"},   {"de", "Passwortänderung", "password"},
        {"nl", "energie", "invoice"},         {"nl", "termijn", "cancel"},          {"nl", "wachtwoordherstel", "password"},
        {"sv", "faktura", "invoice"},         {"sv", "leverans", "delivery"},       {"sv", "lösenordsåterställning", "password"},
        {"da", "regning", "invoice"},         {"da", "levering", "delivery"},       {"da", "frist", "cancel"},
        {"no", "regning", "invoice"},         {"no", "levering", "delivery"},       {"no", "passordbytte", "password"},
        {"fi", "lasku", "invoice"},           {"fi", "toimitus", "delivery"},       {"hu", "számla", "invoice"},
    };
    (void)state;
    ask_all(rows, ARRAY_LENGTH(rows), true);
}

static void test_languages__scripts_without_spaces(void **state)
{
    static const struct question_row rows[] = {
        {"zh", "我忘记了密码", "password"},   {"zh", "发票", "invoice"},        {"zh", "怎么取消", "cancel"},
        {"zh", "包裹什么时候到", "delivery"}, {"ja", "パスワードを忘れた", "password"}, {"ja", "請求書がほしい", "invoice"},
        {"ja", "ﾊﾟｽﾜｰﾄﾞ", "password"},        {"ja", "解約したい", "cancel"},   {"ja", "荷物はいつ届く", "delivery"},
        {"ko", "비밀번호를 잊었어요", "password"}, {"ko", "청구서를 주세요", "invoice"}, {"ko", "구독을 취소하고 싶어요", "cancel"},
        {"ko", "배송이 늦어요", "delivery"},  {"zh", "下载PDF发票", "invoice"},
    };
    (void)state;
    ask_all(rows, ARRAY_LENGTH(rows), true);
    ask_all(rows, ARRAY_LENGTH(rows), false);
}

static void test_languages__right_to_left(void **state)
{
    static const struct question_row rows[] = {
        {"ar", "نسيت كلمة المرور", "password"}, {"ar", "أين فاتورتي", "invoice"},   {"ar", "متى تصل الطرود؟", "delivery"},
        {"ar", "\u202bإلغاء الاشتراك\u202c", "cancel"}, {"he", "שכחתי את הסיסמה", "password"}, {"he", "איפה החשבונית", "invoice"},
        {"he", "\u200fמתי מגיעות החבילות?", "delivery"}, {"he", "לבטל את המנוי", "cancel"},
    };
    (void)state;
    ask_all(rows, ARRAY_LENGTH(rows), true);
    ask_all(rows, ARRAY_LENGTH(rows), false);
}

/* On an English page, told by nothing but the words. */
static void test_languages__question_tells_its_language(void **state)
{
    static const struct question_row rows[] = {
        {"de", "Wie kann ich mein Abonnement kündigen?", "cancel"},
        {"nl", "Hoe kan ik mijn abonnement opzeggen?", "cancel"},
        {"fr", "Comment puis-je résilier mon abonnement ?", "cancel"},
        {"es", "¿Cómo puedo cancelar mi suscripción?", "cancel"},
        {"it", "Come posso disdire il mio abbonamento?", "cancel"},
        {"pt", "Como posso cancelar a minha assinatura?", "cancel"},
        {"sv", "Hur kan jag säga upp min prenumeration?", "cancel"},
        {"ru", "Как я могу отменить мою подписку?", "cancel"},
        {"hu", "Hogyan tudom lemondani az előfizetést?", "cancel"},
        {"en", "How can I cancel my subscription?", "cancel"},
        {"en", "How can I cancel my Ω subscription?", "cancel"},
    };
    (void)state;
    ask_all(rows, ARRAY_LENGTH(rows), false);
}

/* The language of the page is a preference, and an article in another is better than none. */
static void test_languages__page_decides_between_equals_and_hides_nothing(void **state)
{
    struct collection c;
    struct index_query query = collection_query("PDF");
    struct index_results results;
    (void)state;
    open_shelf(&c);
    query.lang = "nl";
    results = collection_ask(&c, &query);
    assert_string_equal(results.hits[0].id, "nl/invoice");
    index_results_done(&results);
    query.subject = slice_of("0x80070005");
    results = collection_ask(&c, &query);
    assert_string_equal(results.hits[0].id, "en/codes");
    index_results_done(&results);
    query.lang = "pt-BR";
    query.subject = slice_of("abonnement");
    results = collection_ask(&c, &query);
    assert_true(results.count >= 3);
    index_results_done(&results);
    collection_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_languages__inflected_words_meet),
        cmocka_unit_test(test_languages__accents_may_be_left_out_or_added),
        cmocka_unit_test(test_languages__one_or_two_typing_errors_are_forgiven),
        cmocka_unit_test(test_languages__split_and_joined_words_meet),
        cmocka_unit_test(test_languages__names_with_digits_and_dots),
        cmocka_unit_test(test_languages__compounds_meet_their_parts),
        cmocka_unit_test(test_languages__scripts_without_spaces),
        cmocka_unit_test(test_languages__right_to_left),
        cmocka_unit_test(test_languages__question_tells_its_language),
        cmocka_unit_test(test_languages__page_decides_between_equals_and_hides_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
