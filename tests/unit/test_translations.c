/* test_translations.c: an answer found in one language is shown in the reader's, whatever words its translation has. */
#include "collection.h"


/* Puts LANG/router, a translation of en/router, with a title and text that share no word with the English one. */
static void put_translation(struct collection *c, char *id, char *lang, enum article_status status,
                            enum article_audience audience)
{
    struct article_section sections[] = {
        {.heading = "", .anchor = "", .text = "Xa xb xc.\n"},
        {.heading = "Xd", .anchor = "xd", .level = 2, .text = "Xe xf xg.\n"}};
    struct article article = collection_article(id, "Xh xi", sections);
    article.section_count = 2;
    article.lang = lang;
    article.translation_key = "router";
    article.status = status;
    article.audience = audience;
    collection_put_article(c, &article);
}

static void open_english(struct collection *c)
{
    struct article_section sections[] = {
        {.heading = "", .anchor = "", .text = "About the device.\n"},
        {.heading = "By hand", .anchor = "by-hand", .level = 2, .text = "Pull the plug and count to ten.\n"}};
    struct article article = collection_article("router", "Router restart", sections);
    collection_open(c);
    article.section_count = 2;
    collection_put_article(c, &article);
}

/* The only result for TEXT asked in LANG is ID. */
static void assert_shown(struct collection *c, const char *text, const char *lang, bool agents, const char *id)
{
    struct index_query query = collection_query(text);
    struct index_results results;
    query.lang = lang;
    query.agents = agents;
    results = collection_ask(c, &query);
    assert_int_equal(results.count, 1);
    assert_string_equal(results.hits[0].id, id);
    index_results_done(&results);
}

static void test_translations__stand_in_for_the_article_that_was_found(void **state)
{
    struct collection c;
    struct index_query query = collection_query("pull the plug");
    struct index_results results;
    (void)state;
    open_english(&c);
    put_translation(&c, "de/router", "de", ARTICLE_PUBLISHED, ARTICLE_PUBLIC);
    collection_commit(&c);
    query.lang = "de";
    results = collection_ask(&c, &query);
    assert_int_equal(results.count, 1);
    assert_string_equal(results.hits[0].id, "de/router");
    assert_string_equal(results.hits[0].lang, "de");
    assert_string_equal(results.hits[0].title_html, "Xh xi");
    assert_string_equal(results.hits[0].anchor, "xd"); /* the same section of it */
    assert_string_equal(results.hits[0].snippet, "Xe xf xg.");
    index_results_done(&results);
    assert_shown(&c, "pull the plug", NULL, false, "router");
    assert_shown(&c, "pull the plug", "fr", false, "router");
    collection_close(&c);
}

static void test_translations__with_other_sections_begin_at_their_opening(void **state)
{
    struct collection c;
    struct article_section section = {.heading = "", .anchor = "", .text = "Xa xb.\n"};
    struct article article = collection_article("de/router", "Xh", &section);
    struct index_query query = collection_query("pull the plug");
    struct index_results results;
    (void)state;
    open_english(&c);
    article.lang = "de";
    article.translation_key = "router";
    collection_put_article(&c, &article);
    collection_commit(&c);
    query.lang = "de";
    results = collection_ask(&c, &query);
    assert_string_equal(results.hits[0].id, "de/router");
    assert_string_equal(results.hits[0].anchor, "");
    assert_string_equal(results.hits[0].snippet, "Xa xb.");
    index_results_done(&results);
    collection_close(&c);
}

static void test_translations__are_never_shown_to_whom_they_are_not_for(void **state)
{
    struct collection c;
    (void)state;
    open_english(&c);
    put_translation(&c, "de/draft", "de", ARTICLE_DRAFT, ARTICLE_PUBLIC);
    put_translation(&c, "fr/old", "fr", ARTICLE_ARCHIVED, ARTICLE_PUBLIC);
    put_translation(&c, "es/internal", "es", ARTICLE_PUBLISHED, ARTICLE_AGENTS);
    collection_commit(&c);
    assert_shown(&c, "plug", "de", false, "router");
    assert_shown(&c, "plug", "de", true, "router");
    assert_shown(&c, "plug", "fr", true, "router");
    assert_shown(&c, "plug", "es", false, "router");
    assert_shown(&c, "plug", "es", true, "es/internal");
    collection_close(&c);
}

static void test_translations__fall_back_from_region_to_language_to_the_usual_one(void **state)
{
    struct collection c;
    (void)state;
    open_english(&c);
    put_translation(&c, "fr/router", "fr", ARTICLE_PUBLISHED, ARTICLE_PUBLIC);
    put_translation(&c, "es-ar/router", "es-AR", ARTICLE_PUBLISHED, ARTICLE_PUBLIC);
    collection_commit(&c);
    assert_shown(&c, "plug", "es-MX", false, "es-ar/router");
    put_translation(&c, "es/router", "es", ARTICLE_PUBLISHED, ARTICLE_PUBLIC);
    collection_commit(&c);
    assert_shown(&c, "plug", "es-MX", false, "es/router");
    put_translation(&c, "es-mx/router", "es-MX", ARTICLE_PUBLISHED, ARTICLE_PUBLIC);
    collection_commit(&c);
    assert_shown(&c, "plug", "es-mx", false, "es-mx/router");
    assert_shown(&c, "plug", "es", false, "es/router");
    assert_shown(&c, "xe xf", "es-MX", false, "es-mx/router"); /* also among those that have the words */
    assert_shown(&c, "xe xf", "it", false, "router");          /* found in others: the usual language */
    collection_close(&c);
}

static void test_translations__need_no_direct_index(void **state)
{
    struct collection c;
    char command[128];
    (void)state;
    open_english(&c);
    put_translation(&c, "de/router", "de", ARTICLE_PUBLISHED, ARTICLE_PUBLIC);
    collection_commit(&c);
    c.reader = index_reader_close(c.reader);
    (void)snprintf(command, sizeof command, "find '%s' -name direct -delete", c.folder);
    assert_int_equal(system(command), 0);
    assert_int_equal(index_reader_open(c.folder, &c.reader, NULL), STATUS_OK);
    assert_shown(&c, "plug", "de", false, "de/router");
    assert_shown(&c, "plug", "it", false, "router");
    collection_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_translations__stand_in_for_the_article_that_was_found),
        cmocka_unit_test(test_translations__with_other_sections_begin_at_their_opening),
        cmocka_unit_test(test_translations__are_never_shown_to_whom_they_are_not_for),
        cmocka_unit_test(test_translations__fall_back_from_region_to_language_to_the_usual_one),
        cmocka_unit_test(test_translations__need_no_direct_index),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
