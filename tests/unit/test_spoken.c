/* test_spoken.c: which languages the articles are written in, as every page has to know. */
#include "unit.h"

#include "app/languages.h"
#include "app/reindex.h"
#include "article/parse.h"
#include "base/file.h"
#include "base/json.h"
#include "service_fixture.h"

#include <stdio.h>
#include <time.h>

enum { ARTICLES = 600, PAGES = 60 };

static void write_article(const struct fixture *fixture, const char *name, const char *lang, const char *status)
{
    char path[160], text[160];
    struct error err;
    int length = snprintf(text, sizeof text, "---\ntitle: %s\nlang: %s\nstatus: %s\n---\nText.\n", name, lang, status);
    (void)snprintf(path, sizeof path, "%s/%s.md", fixture->articles, name);
    assert_int_equal(file_write(path, text, (size_t)length, 0644, &err), STATUS_OK);
}

static void reindex(const struct fixture *fixture)
{
    struct reindex_counts counts;
    struct error err;
    assert_int_equal(service_reindex(fixture->service, false, NULL, &counts, &err), STATUS_OK);
}

static void assert_spoken(const struct fixture *fixture, const char *wanted)
{
    _cleanup_json_ json_t *spoken = NULL;
    struct error err;
    assert_int_equal(service_languages_json(fixture->service, &spoken, &err), STATUS_OK);
    _cleanup_free_ char *text = json_dumps(spoken, JSON_COMPACT);
    assert_string_equal(text, wanted);
}

static void languages_are_those_of_public_articles(void **state)
{
    struct fixture fixture;
    (void)state;
    open_fixture(&fixture);
    write_article(&fixture, "one", "en", "published");
    write_article(&fixture, "two", "de", "published");
    write_article(&fixture, "three", "fr", "draft");
    reindex(&fixture);
    assert_spoken(&fixture, "[\"de\",\"en\"]");
    assert_spoken(&fixture, "[\"de\",\"en\"]");
    write_article(&fixture, "three", "fr", "published");
    reindex(&fixture);
    assert_spoken(&fixture, "[\"de\",\"en\",\"fr\"]");
    close_fixture(&fixture);
}

static double cpu_s(void)
{
    struct timespec now;
    assert_int_equal(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now), 0);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* All pages say the languages at their foot: were each to look through the articles, a large knowledge base could show none. */
static void only_the_first_page_looks_through_the_articles(void **state)
{
    struct fixture fixture;
    double start, first, others;
    (void)state;
    open_fixture(&fixture);
    for (int i = 0; i < ARTICLES; i++) {
        char name[16];
        (void)snprintf(name, sizeof name, "a%d", i);
        write_article(&fixture, name, "en", "published");
    }
    reindex(&fixture);
    start = cpu_s();
    assert_spoken(&fixture, "[\"en\"]");
    first = cpu_s() - start;
    start = cpu_s();
    for (int i = 0; i < PAGES; i++)
        assert_spoken(&fixture, "[\"en\"]");
    others = cpu_s() - start;
    assert_true(others < PAGES / 4.0 * first);
    close_fixture(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(languages_are_those_of_public_articles),
        cmocka_unit_test(only_the_first_page_looks_through_the_articles),
    };
    article_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
