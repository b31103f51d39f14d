/* test_index.c: articles in, ranked passages out; through the index's face only. */
#include "collection.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

static void test_search__finds_by_title_and_by_text(void **state)
{
    struct collection c;
    (void)state;
    collection_open(&c);
    collection_put(&c, "reset", "Reset your password", "Click the link under the form.\n");
    collection_put(&c, "invoices", "Invoices", "We send a bill each month. Refunds take three days.\n");
    collection_put(&c, "hours", "Opening hours", "From nine to five.\n");
    collection_commit(&c);
    assert_first(&c, "how do I reset my password?", "reset");
    assert_first(&c, "refund", "invoices");
    assert_first(&c, "zebra", "");
    assert_first(&c, "", "");
    assert_first(&c, "?!...", "");
    collection_close(&c);
}

static void test_search__knows_former_names(void **state)
{
    struct collection c;
    char *former[] = {"/help/skipping-a-build/", "/guide/build-timeouts.html", "/old/limits/index", NULL};
    struct article_section section = {.heading = "", .anchor = "", .text = "What each key does.\n"};
    struct article article = collection_article("keys", "Every key", &section);
    (void)state;
    article.redirects = former;
    collection_open(&c);
    collection_put_article(&c, &article);
    collection_put(&c, "later", "What comes later", "Skipping a build, timeouts and limits of a build.\n");
    collection_commit(&c);
    assert_first(&c, "skipping a build", "keys");
    assert_first(&c, "build timeouts", "keys");
    assert_first(&c, "limits", "keys");
    assert_first(&c, "what comes later", "later");
    assert_first(&c, "html", ""); /* an ending is no name */
    collection_close(&c);
}

static void test_search__hit_tells_section_and_passage(void **state)
{
    struct collection c;
    struct article_section sections[] = {
        {.heading = "", .anchor = "", .text = "About accounts.\n"},
        {.heading = "By e-mail", .anchor = "by-e-mail", .level = 2, .text = "We send a <link> to your mailbox. Open it.\n"},
        {.heading = "By phone", .anchor = "by-phone", .level = 2, .text = "Call us.\n"}};
    struct article article = collection_article("access", "Regain access", sections);
    struct index_query query = collection_query("send link to mailbox");
    struct index_results results;
    (void)state;
    article.section_count = 3;
    article.category = "Account";
    collection_open(&c);
    collection_put_article(&c, &article);
    collection_commit(&c);
    results = collection_ask(&c, &query);
    assert_int_equal(results.count, 1);
    assert_string_equal(results.hits[0].section, "By e-mail");
    assert_string_equal(results.hits[0].anchor, "by-e-mail");
    assert_string_equal(results.hits[0].category, "Account");
    assert_non_null(strstr(results.hits[0].snippet, "<link>"));
    assert_non_null(strstr(results.hits[0].snippet_html, "&lt;<mark>link</mark>&gt;"));
    assert_null(strstr(results.hits[0].snippet_html, "<link>"));
    index_results_done(&results);
    collection_close(&c);
}

static void test_search__hides_what_is_not_for_the_asker(void **state)
{
    struct collection c;
    struct article article = collection_article("secret", "Refund override", NULL);
    struct index_query query = collection_query("refund");
    struct index_results results;
    (void)state;
    collection_open(&c);
    article.audience = ARTICLE_AGENTS;
    collection_put_article(&c, &article);
    article = collection_article("draft", "Refund draft", NULL);
    article.status = ARTICLE_DRAFT;
    collection_put_article(&c, &article);
    article = collection_article("old", "Refund archive", NULL);
    article.status = ARTICLE_ARCHIVED;
    collection_put_article(&c, &article);
    collection_commit(&c);
    assert_first(&c, "refund", "");
    query.agents = true;
    results = collection_ask(&c, &query);
    assert_int_equal(results.count, 1);
    assert_string_equal(results.hits[0].id, "secret");
    index_results_done(&results);
    collection_close(&c);
}

static void test_search__shows_one_translation_the_best(void **state)
{
    struct collection c;
    struct article article = collection_article("en/router", "Router restart", NULL);
    struct index_query query = collection_query("router");
    struct index_results results;
    (void)state;
    collection_open(&c);
    article.translation_key = "router";
    collection_put_article(&c, &article);
    article.id = article.path = "de/router";
    article.lang = "de";
    article.title = "Router neu starten";
    collection_put_article(&c, &article);
    collection_commit(&c);
    query.lang = "de-CH";
    results = collection_ask(&c, &query);
    assert_int_equal(results.count, 1);
    assert_string_equal(results.hits[0].id, "de/router");
    index_results_done(&results);
    assert_first(&c, "router", "en/router");
    collection_close(&c);
}

static void test_search__every_prefix_answers(void **state)
{
    const char *text = "subscription";
    struct collection c;
    (void)state;
    collection_open(&c);
    collection_put(&c, "cancel", "Cancel your subscription", "Open the settings.\n");
    collection_put(&c, "other", "Billing", "Nothing.\n");
    collection_commit(&c);
    for (size_t length = 1; text[length]; length++) {
        struct index_query query = {
            .subject = {text, length}, .default_lang = "en", .as_typed = true, .limit = 5};
        struct index_results results = collection_ask(&c, &query);
        assert_int_equal(results.count, 1);
        assert_string_equal(results.hits[0].id, "cancel");
        index_results_done(&results);
    }
    collection_close(&c);
}

static void test_search__hostile_questions_are_survived(void **state)
{
    struct collection c;
    size_t size = 64 * 1024;
    char *text = malloc(size + 16);
    struct index_query query = {.default_lang = "en", .limit = 20};
    struct index_results results;
    size_t length = 0;
    (void)state;
    collection_open(&c);
    collection_put(&c, "a", "Word one", "Text.\n");
    collection_commit(&c);
    for (unsigned i = 0; length < size; i++)
        length += (size_t)sprintf(text + length, "w%u ", i);
    query.body = (struct slice){text, length};
    results = collection_ask(&c, &query);
    index_results_done(&results);
    memset(text, 'x', size);
    query.subject = (struct slice){text, size};
    results = collection_ask(&c, &query);
    index_results_done(&results);
    memset(text, 0xf1, size);
    results = collection_ask(&c, &query);
    index_results_done(&results);
    memset(text, '!', size);
    results = collection_ask(&c, &query);
    assert_int_equal(results.count, 0);
    index_results_done(&results);
    free(text);
    collection_close(&c);
}

static void test_index__keeps_articles_complete(void **state)
{
    struct collection c;
    char *tags[] = {"billing", "card", NULL}, *questions[] = {"charged twice?", NULL}, *redirects[] = {"/old", NULL};
    struct article_section section = {.heading = "H", .anchor = "h", .level = 2, .text = "T\n"};
    struct article article = collection_article("pay", "Payments", &section);
    struct index_article stored = {0};
    struct error err = {0};
    char *id = NULL;
    (void)state;
    article.tags = tags;
    article.questions = questions;
    article.redirects = redirects;
    article.path = "billing/pay.md";
    article.url = "https://example.com/pay";
    article.markdown = "## H\n\nT\n";
    article.has_order = true;
    article.order = 2.5;
    collection_open(&c);
    collection_put_article(&c, &article);
    collection_commit(&c);
    assert_int_equal(index_get(c.reader, "pay", &stored, &err), STATUS_OK);
    assert_string_equal(stored.article->title, "Payments");
    assert_string_equal(stored.article->tags[1], "card");
    assert_string_equal(stored.article->questions[0], "charged twice?");
    assert_string_equal(stored.article->url, "https://example.com/pay");
    assert_null(stored.article->owner);
    assert_string_equal(stored.article->markdown, "## H\n\nT\n");
    assert_string_equal(stored.article->sections[0].heading, "H");
    assert_true(stored.article->order == 2.5);
    assert_true(stored.article->updated_ms == -1);
    assert_true(stored.updated_ms == 1000);
    index_article_done(&stored);
    assert_int_equal(index_id_of_path(c.reader, "billing/pay.md", &id, &err), STATUS_OK);
    assert_string_equal(id, "pay");
    free(id);
    assert_int_equal(index_id_of_redirect(c.reader, "/old", &id, &err), STATUS_OK);
    assert_string_equal(id, "pay");
    free(id);
    assert_int_equal(index_get(c.reader, "nothing", &stored, &err), STATUS_NOT_FOUND);
    assert_first(&c, "charged twice", "pay");
    collection_close(&c);
}

static bool append_id(void *arg, const struct index_summary *summary)
{
    char *ids = arg;
    strcat(strcat(ids, summary->id), " ");
    return true;
}

static void test_index__lists_in_order(void **state)
{
    struct collection c;
    struct article article;
    struct index_list_filter filter = {0};
    char ids[100] = "";
    (void)state;
    collection_open(&c);
    article = collection_article("b", "Zeta", NULL);
    article.category = "One";
    article.has_order = true;
    article.order = 1;
    collection_put_article(&c, &article);
    article = collection_article("a", "Alpha", NULL);
    article.category = "One";
    collection_put_article(&c, &article);
    article = collection_article("c", "Beta", NULL);
    article.category = "Another";
    article.status = ARTICLE_DRAFT;
    collection_put_article(&c, &article);
    collection_commit(&c);
    assert_int_equal(index_list(c.reader, &filter, append_id, ids, NULL), STATUS_OK);
    assert_string_equal(ids, "c b a ");
    *ids = '\0';
    filter.public_only = true;
    assert_int_equal(index_list(c.reader, &filter, append_id, ids, NULL), STATUS_OK);
    assert_string_equal(ids, "b a ");
    *ids = '\0';
    filter = (struct index_list_filter){.after = "a", .limit = 1};
    assert_int_equal(index_list(c.reader, &filter, append_id, ids, NULL), STATUS_OK);
    assert_string_equal(ids, "b ");
    collection_close(&c);
}

static void test_index__changes_show_after_commit_and_refresh_only(void **state)
{
    struct collection c;
    uint64_t revision;
    (void)state;
    collection_open(&c);
    collection_put(&c, "a", "Apples", "Red.\n");
    collection_commit(&c);
    revision = index_reader_revision(c.reader);
    collection_put(&c, "a", "Bananas", "Yellow.\n");
    assert_int_equal(index_reader_refresh(c.reader, NULL), STATUS_OK);
    assert_first(&c, "apples", "a");
    collection_commit(&c);
    assert_true(index_reader_revision(c.reader) != revision);
    assert_first(&c, "apples", "");
    assert_first(&c, "bananas", "a");
    assert_int_equal(index_writer_remove(c.writer, "a", NULL), STATUS_OK);
    collection_commit(&c);
    assert_first(&c, "bananas", "");
    collection_close(&c);
}

static void test_index__writer_knows_what_it_has_put_before_the_commit(void **state)
{
    struct collection c;
    (void)state;
    collection_open(&c);
    assert_false(index_writer_has(c.writer, "a"));
    collection_put(&c, "a", "Apples", "Red.\n");
    assert_true(index_writer_has(c.writer, "a"));
    collection_commit(&c);
    assert_true(index_writer_has(c.writer, "a"));
    assert_false(index_writer_has(c.writer, "apples"));
    assert_int_equal(index_writer_remove(c.writer, "a", NULL), STATUS_OK);
    assert_false(index_writer_has(c.writer, "a"));
    collection_close(&c);
}

static void test_index__uncommitted_changes_are_dropped(void **state)
{
    struct collection c;
    struct index_writer_options options = {0};
    (void)state;
    collection_open(&c);
    collection_put(&c, "a", "Apples", "Red.\n");
    collection_commit(&c);
    collection_put(&c, "b", "Bananas", "Yellow.\n");
    c.writer = index_writer_close(c.writer);
    options.folder = c.folder;
    assert_int_equal(index_writer_open(&options, &c.writer, NULL), STATUS_OK);
    collection_commit(&c);
    assert_first(&c, "bananas", "");
    assert_first(&c, "apples", "a");
    collection_close(&c);
}

static void test_index__rebuild_serves_the_old_until_the_commit(void **state)
{
    struct collection c;
    struct index_writer_options options = {.rebuild = true};
    (void)state;
    collection_open(&c);
    collection_put(&c, "a", "Apples", "Red.\n");
    collection_commit(&c);
    c.writer = index_writer_close(c.writer);
    options.folder = c.folder;
    assert_int_equal(index_writer_open(&options, &c.writer, NULL), STATUS_OK);
    collection_put(&c, "b", "Bananas", "Yellow.\n");
    assert_int_equal(index_reader_refresh(c.reader, NULL), STATUS_OK);
    assert_first(&c, "apples", "a");
    collection_commit(&c);
    assert_first(&c, "apples", "");
    assert_first(&c, "bananas", "b");
    /* The writer goes on with the new one. */
    collection_put(&c, "d", "Dates", "Brown.\n");
    collection_commit(&c);
    assert_first(&c, "dates", "d");
    collection_close(&c);
}

static void test_index__second_writer_is_refused(void **state)
{
    struct collection c;
    struct index_writer_options options = {.lock_wait_ms = 30};
    struct index_writer *second = NULL;
    struct error err = {0};
    (void)state;
    collection_open(&c);
    options.folder = c.folder;
    assert_int_equal(index_writer_open(&options, &second, &err), STATUS_LOCKED);
    assert_string_not_equal(err.hint, "");
    assert_null(second);
    collection_close(&c);
}

static bool note_known(void *arg, const char *path, const char *digest, const char *id, bool id_explicit)
{
    char *text = arg;
    sprintf(text + strlen(text), "%s %s %s %d;", path, digest, id, id_explicit);
    return true;
}

static void test_index__tells_what_it_knows(void **state)
{
    struct collection c;
    char known[100] = "";
    (void)state;
    collection_open(&c);
    collection_put(&c, "a", "Apples", "Red.\n");
    collection_commit(&c);
    assert_int_equal(index_writer_each_known(c.writer, note_known, known, NULL), STATUS_OK);
    assert_string_equal(known, "a d a 0;");
    collection_close(&c);
}

static void test_index__no_index_is_told(void **state)
{
    struct index_reader *reader = NULL;
    struct error err = {0};
    (void)state;
    assert_int_equal(index_reader_open("/tmp/deflect-no-such-folder", &reader, &err), STATUS_NOT_FOUND);
    assert_null(reader);
}

/* The path of the database's file NAME. */
static void database_file(const struct collection *c, const char *name, char path[512])
{
    DIR *dir = opendir(c->folder);
    struct dirent *entry;
    *path = '\0';
    while ((entry = readdir(dir)))
        if (strncmp(entry->d_name, "articles-", 9) == 0)
            (void)snprintf(path, 512, "%s/%s/%s", c->folder, entry->d_name, name);
    closedir(dir);
}

static void test_index__damage_is_noticed(void **state)
{
    struct collection c;
    struct error err = {0};
    char path[512];
    (void)state;
    collection_open(&c);
    for (int i = 0; i < 200; i++) {
        char id[16], title[64];
        (void)snprintf(id, sizeof id, "a%d", i);
        (void)snprintf(title, sizeof title, "Article about thing%d and more", i);
        collection_put(&c, id, title, "Some text that is the same for all of them.\n");
    }
    collection_commit(&c);
    assert_int_equal(index_reader_check(c.reader, &err), STATUS_OK);
    c.reader = index_reader_close(c.reader);
    c.writer = index_writer_close(c.writer);
    database_file(&c, "docdata.glass", path);
    int fd = open(path, O_RDWR);
    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, "0123456789abcdef", 16, 6000), 16);
    close(fd);
    if (index_reader_open(c.folder, &c.reader, &err) == STATUS_OK)
        assert_int_not_equal(index_reader_check(c.reader, &err), STATUS_OK);
    collection_close(&c);
}

static const char *const words_of_twelve[12] = {"apples",  "bills",   "refunds", "doors", "parcels", "forks",
                                                "glasses", "horns", "invoices", "jars",    "kettles",  "lamps"};

/* Twelve articles that differ in one word, and a reader that has seen them. */
static void open_twelve(struct collection *c)
{
    collection_open(c);
    for (int i = 0; i < 12; i++) {
        char id[16], title[64];
        (void)snprintf(id, sizeof id, "a%d", i);
        (void)snprintf(title, sizeof title, "Article about %s", words_of_twelve[i]);
        collection_put(c, id, title, "Some text that is the same for all of them.\n");
    }
    collection_commit(c);
}

/* What is found, with score and passage, as one text. */
static char *found_as_text(struct collection *c, const char *question)
{
    struct index_query query = collection_query(question);
    struct index_results results = collection_ask(c, &query);
    char *text = mem_strdup("");
    for (size_t i = 0; i < results.count; i++) {
        char *longer = mem_printf("%s%s %.9f %s\n", text, results.hits[i].id, results.hits[i].score, results.hits[i].snippet_html);
        mem_free(text);
        text = longer;
    }
    index_results_done(&results);
    return text;
}

static void reopen(struct collection *c)
{
    struct index_writer_options options = {.folder = c->folder};
    struct error err = {0};
    c->reader = index_reader_close(c->reader);
    c->writer = index_writer_close(c->writer);
    assert_int_equal(index_writer_open(&options, &c->writer, &err), STATUS_OK);
    assert_int_equal(index_reader_open(c->folder, &c->reader, &err), STATUS_OK);
}

static void spoil(const struct collection *c, const char *name, off_t at, off_t length)
{
    char path[512], noise[64];
    int fd;
    memset(noise, 0xee, sizeof noise);
    database_file(c, name, path);
    fd = open(path, O_RDWR);
    assert_true(fd >= 0);
    if (length >= 0)
        assert_int_equal(ftruncate(fd, length), 0);
    assert_int_equal(pwrite(fd, noise, sizeof noise, at), sizeof noise);
    close(fd);
}

/* Whatever befalls the direct index, searches give the same, before and after a writer has made it anew. */
static void test_index__direct_index_can_be_lost(void **state)
{
    struct {
        const char *name;
        off_t at, length;
    } damages[] = {{"direct", 0, -1}, {"direct", 0, 10}, {"direct.1", 900, -1}, {"direct.1", 0, 64}};
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(damages); i++) {
        struct collection c;
        char *before, *after;
        open_twelve(&c);
        before = found_as_text(&c, "an article about refunds and parcels");
        c.reader = index_reader_close(c.reader);
        spoil(&c, damages[i].name, damages[i].at, damages[i].length);
        assert_int_equal(index_reader_open(c.folder, &c.reader, NULL), STATUS_OK);
        after = found_as_text(&c, "an article about refunds and parcels");
        assert_string_equal(after, before);
        mem_free(after);
        reopen(&c);
        after = found_as_text(&c, "an article about refunds and parcels");
        assert_string_equal(after, before);
        mem_free(after);
        mem_free(before);
        assert_int_equal(index_reader_check(c.reader, NULL), damages[i].at ? STATUS_CORRUPT : STATUS_OK);
        collection_close(&c);
    }
}

/* A commit that the direct index did not see, as after a crash between the two, is noticed by the next writer. */
static void test_index__direct_index_of_another_revision_is_made_anew(void **state)
{
    struct collection c;
    char path[512], kept[512], command[1100], *text;
    (void)state;
    open_twelve(&c);
    database_file(&c, "direct", path);
    (void)snprintf(kept, sizeof kept, "%.500s.kept", path);
    (void)snprintf(command, sizeof command, "cp '%s' '%s'", path, kept);
    assert_int_equal(system(command), 0);
    collection_put(&c, "a3", "Article about umbrellas", "Umbrellas keep you dry.\n");
    collection_commit(&c);
    c.reader = index_reader_close(c.reader);
    c.writer = index_writer_close(c.writer);
    assert_int_equal(rename(kept, path), 0);
    assert_int_equal(index_reader_open(c.folder, &c.reader, NULL), STATUS_OK);
    assert_first(&c, "umbrellas", "a3"); /* before there is a writer, too */
    reopen(&c);
    text = found_as_text(&c, "umbrellas");
    assert_non_null(strstr(text, "<mark>Umbrellas</mark> keep you dry."));
    mem_free(text);
    collection_close(&c);
}

/* Many changes to few articles, so that words come and go: what is known of words is what the articles have. */
static void test_index__direct_index_follows_changes(void **state)
{
    struct collection c, fresh;
    char *text, *expected;
    (void)state;
    open_twelve(&c);
    for (int round = 0; round < 30; round++) {
        char title[64];
        (void)snprintf(title, sizeof title, "Passing thing%d of round%d", round, round);
        collection_put(&c, "a5", title, "Words that do not stay.\n");
        if (round % 3 == 0)
            assert_int_equal(index_writer_remove(c.writer, "a7", NULL), STATUS_OK);
        else if (round % 3 == 1)
            collection_put(&c, "a7", "Article about zeppelins", "Some text that is the same for all of them.\n");
        collection_commit(&c);
    }
    collection_put(&c, "a5", "Article about forks", "Some text that is the same for all of them.\n");
    collection_put(&c, "a7", "Article about horns", "Some text that is the same for all of them.\n");
    collection_commit(&c);
    open_twelve(&fresh);
    expected = found_as_text(&fresh, "article about horns, thing3 or zeppelins");
    text = found_as_text(&c, "article about horns, thing3 or zeppelins");
    assert_string_equal(text, expected);
    reopen(&c);
    mem_free(text);
    text = found_as_text(&c, "article about horns, thing3 or zeppelins");
    assert_string_equal(text, expected);
    assert_int_equal(index_reader_check(c.reader, NULL), STATUS_OK);
    mem_free(text);
    mem_free(expected);
    collection_close(&fresh);
    collection_close(&c);
}

static void test_index__related_leaves_out_itself(void **state)
{
    struct collection c;
    struct index_results results;
    (void)state;
    collection_open(&c);
    collection_put(&c, "a", "Reset your password", "x\n");
    collection_put(&c, "b", "Choose a good password", "x\n");
    collection_put(&c, "c", "Invoices", "x\n");
    collection_commit(&c);
    assert_int_equal(index_related(c.reader, "a", 3, &results, NULL), STATUS_OK);
    assert_int_equal(results.count, 1);
    assert_string_equal(results.hits[0].id, "b");
    index_results_done(&results);
    collection_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_search__finds_by_title_and_by_text),
        cmocka_unit_test(test_search__knows_former_names),
        cmocka_unit_test(test_search__hit_tells_section_and_passage),
        cmocka_unit_test(test_search__hides_what_is_not_for_the_asker),
        cmocka_unit_test(test_search__shows_one_translation_the_best),
        cmocka_unit_test(test_search__every_prefix_answers),
        cmocka_unit_test(test_search__hostile_questions_are_survived),
        cmocka_unit_test(test_index__keeps_articles_complete),
        cmocka_unit_test(test_index__lists_in_order),
        cmocka_unit_test(test_index__changes_show_after_commit_and_refresh_only),
        cmocka_unit_test(test_index__writer_knows_what_it_has_put_before_the_commit),
        cmocka_unit_test(test_index__uncommitted_changes_are_dropped),
        cmocka_unit_test(test_index__rebuild_serves_the_old_until_the_commit),
        cmocka_unit_test(test_index__second_writer_is_refused),
        cmocka_unit_test(test_index__tells_what_it_knows),
        cmocka_unit_test(test_index__no_index_is_told),
        cmocka_unit_test(test_index__damage_is_noticed),
        cmocka_unit_test(test_index__direct_index_can_be_lost),
        cmocka_unit_test(test_index__direct_index_of_another_revision_is_made_anew),
        cmocka_unit_test(test_index__direct_index_follows_changes),
        cmocka_unit_test(test_index__related_leaves_out_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
