/* collection.h: a small index for tests: articles written as C literals, in a temporary folder. */
#ifndef DEFLECT_TESTS_COLLECTION_H
#define DEFLECT_TESTS_COLLECTION_H

#include "unit.h"

#include "base/mem.h"
#include "index/index.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct collection {
    char folder[64];
    struct index_writer *writer;
    struct index_reader *reader;
};

static inline void collection_open(struct collection *c)
{
    struct index_writer_options options = {.folder = c->folder};
    struct error err = {0};
    *c = (struct collection){.folder = "/tmp/deflect-test-XXXXXX"};
    assert_non_null(mkdtemp(c->folder));
    options.folder = c->folder;
    assert_int_equal(index_writer_open(&options, &c->writer, &err), STATUS_OK);
}

static inline void collection_close(struct collection *c)
{
    char command[128];
    index_reader_close(c->reader);
    index_writer_close(c->writer);
    (void)snprintf(command, sizeof command, "rm -rf '%s'", c->folder);
    assert_int_equal(system(command), 0);
}

/* A public English article with one section; change what a test needs changed. */
static inline struct article collection_article(char *id, char *title, struct article_section *section)
{
    return (struct article){.id = id,
                            .path = id,
                            .digest = "d",
                            .version = "v",
                            .title = title,
                            .title_given = true,
                            .summary = "",
                            .lang = "en",
                            .category = "",
                            .translation_key = id,
                            .updated_ms = -1,
                            .reviewed_ms = -1,
                            .review_every_ms = -1,
                            .markdown = "",
                            .sections = section,
                            .section_count = section ? 1 : 0};
}

static inline void collection_put_article(struct collection *c, const struct article *article)
{
    struct error err = {0};
    assert_int_equal(index_writer_put(c->writer, article, 1000, &err), STATUS_OK);
}

static inline void collection_put(struct collection *c, char *id, char *title, char *text)
{
    struct article_section section = {.heading = "", .anchor = "", .text = text};
    struct article article = collection_article(id, title, &section);
    collection_put_article(c, &article);
}

/* As above, in another language. */
static inline void collection_put_lang(struct collection *c, char *id, char *lang, char *title, char *text)
{
    struct article_section section = {.heading = "", .anchor = "", .text = text};
    struct article article = collection_article(id, title, &section);
    article.lang = lang;
    collection_put_article(c, &article);
}

static inline void collection_commit(struct collection *c)
{
    struct error err = {0};
    size_t count;
    assert_int_equal(index_writer_commit(c->writer, &count, &err), STATUS_OK);
    if (c->reader)
        assert_int_equal(index_reader_refresh(c->reader, &err), STATUS_OK);
    else
        assert_int_equal(index_reader_open(c->folder, &c->reader, &err), STATUS_OK);
}

static inline struct index_results collection_ask(struct collection *c, const struct index_query *query)
{
    struct index_results results;
    struct error err = {0};
    enum status status = index_search(c->reader, query, &results, &err);
    if (status != STATUS_OK)
        print_message("%s\n", err.message);
    assert_int_equal(status, STATUS_OK);
    return results;
}

static inline struct index_query collection_query(const char *text)
{
    return (struct index_query){.subject = slice_of(text), .default_lang = "en", .limit = 5};
}

/* The id of the first result for TEXT is ID ("" for no result). */
static inline void assert_first(struct collection *c, const char *text, const char *id)
{
    struct index_query query = collection_query(text);
    struct index_results results = collection_ask(c, &query);
    if (strcmp(results.count ? results.hits[0].id : "", id) != 0)
        print_message("asked: %s\n", text);
    assert_string_equal(results.count ? results.hits[0].id : "", id);
    index_results_done(&results);
}

#endif
