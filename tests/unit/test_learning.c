/* test_learning.c: past tickets lift the articles that answered them. */
#include "collection.h"

#include "base/clock.h"

#define NOW_MS (INT64_C(20000) * MS_PER_DAY)

static void learn(struct collection *c, const char *ticket, const char *article, const char *agent, const char *text)
{
    struct index_learner_options options = {.folder = c->folder, .half_life_ms = 100 * MS_PER_DAY};
    struct index_link link = {.ticket = ticket,
                              .article = article,
                              .agent = agent,
                              .text = slice_of(text),
                              .default_lang = "en",
                              .at_ms = clock_now_ms()};
    struct index_learner *learner = NULL;
    struct error err = {0};
    assert_int_equal(index_learner_open(&options, &learner, &err), STATUS_OK);
    assert_int_equal(index_learner_add(learner, &link, &err), STATUS_OK);
    assert_int_equal(index_learner_commit(learner, NULL, &err), STATUS_OK);
    index_learner_close(learner);
    assert_int_equal(index_reader_refresh(c->reader, &err), STATUS_OK);
}

static enum status unlearn(struct collection *c, const char *ticket, const char *article)
{
    struct index_learner_options options = {.folder = c->folder, .half_life_ms = 100 * MS_PER_DAY};
    struct index_learner *learner = NULL;
    enum status status;
    assert_int_equal(index_learner_open(&options, &learner, NULL), STATUS_OK);
    status = index_learner_remove(learner, ticket, article, NULL);
    assert_int_equal(index_learner_commit(learner, NULL, NULL), STATUS_OK);
    index_learner_close(learner);
    assert_int_equal(index_reader_refresh(c->reader, NULL), STATUS_OK);
    return status;
}

/* Two articles, of which the first looks more like QUESTION. */
#define QUESTION "my screen stays black after the update"
static void open_pair(struct collection *c)
{
    clock_set_for_test(NOW_MS);
    collection_open(c);
    collection_put(c, "update", "Install the update", "How to update. The screen shows the progress.\n");
    collection_put(c, "driver", "Graphics driver", "Download the newest driver.\n");
    for (int i = 0; i < 30; i++) {
        char id[16], title[32];
        (void)snprintf(id, sizeof id, "other%d", i);
        (void)snprintf(title, sizeof title, "Topic number %d", i);
        collection_put(c, id, title, "Text about something else.\n");
    }
    collection_commit(c);
}

static double score_of(struct collection *c, const char *text, const char *id)
{
    struct index_query query = collection_query(text);
    struct index_results results;
    double score = 0;
    query.limit = 20;
    results = collection_ask(c, &query);
    for (size_t i = 0; i < results.count; i++)
        if (strcmp(results.hits[i].id, id) == 0)
            score = results.hits[i].score;
    index_results_done(&results);
    return score;
}

static void test_learning__three_links_lift_an_article_at_once(void **state)
{
    struct collection c;
    (void)state;
    open_pair(&c);
    assert_first(&c, QUESTION, "update");
    learn(&c, "1", "driver", "ann", "my screen is black since the update");
    learn(&c, "2", "driver", "bob", "after the update my screen stays black");
    learn(&c, "3", "driver", "cy", "the screen stays black after an update");
    assert_first(&c, QUESTION, "driver");
    /* Other questions are left alone. */
    assert_first(&c, "how do I install it", "update");
    collection_close(&c);
}

static void test_learning__can_be_taken_back(void **state)
{
    struct collection c;
    (void)state;
    open_pair(&c);
    double before = score_of(&c, QUESTION, "update");
    learn(&c, "1", "driver", "ann", "my screen is black since the update");
    learn(&c, "2", "driver", "bob", "after the update my screen stays black");
    learn(&c, "3", "driver", "cy", "the screen stays black after an update");
    assert_int_equal(unlearn(&c, "1", "driver"), STATUS_OK);
    assert_int_equal(unlearn(&c, "2", "driver"), STATUS_OK);
    assert_int_equal(unlearn(&c, "3", "driver"), STATUS_OK);
    assert_int_equal(unlearn(&c, "3", "driver"), STATUS_NOT_FOUND);
    assert_first(&c, QUESTION, "update");
    assert_true(score_of(&c, QUESTION, "update") == before);
    assert_true(score_of(&c, QUESTION, "driver") == 0);
    collection_close(&c);
}

static void test_learning__same_link_again_counts_once(void **state)
{
    struct collection c;
    double once;
    (void)state;
    open_pair(&c);
    learn(&c, "1", "driver", "ann", "black screen");
    once = score_of(&c, QUESTION, "driver");
    learn(&c, "1", "driver", "ann", "black screen");
    assert_true(score_of(&c, QUESTION, "driver") == once);
    collection_close(&c);
}

/* The lift of an article that COUNT tickets were linked to, each by an agent of its own or all by one. */
static double lift(size_t count, bool one_agent)
{
    struct collection c;
    double score;
    open_pair(&c);
    learn(&c, "rival", "update", "zoe", "screen black again");
    for (size_t i = 0; i < count; i++) {
        char ticket[16], agent[16];
        (void)snprintf(ticket, sizeof ticket, "t%zu", i);
        (void)snprintf(agent, sizeof agent, "a%zu", i);
        learn(&c, ticket, "driver", one_agent ? "ann" : agent, "black screen");
    }
    score = score_of(&c, QUESTION, "driver");
    collection_close(&c);
    return score;
}

static void test_learning__one_agent_cannot_capture_an_article(void **state)
{
    (void)state;
    assert_true(lift(5, true) == lift(5, false));
    assert_true(lift(15, true) < lift(15, false));
    assert_true(lift(5, true) > lift(1, true));
}

static void test_learning__ages(void **state)
{
    struct collection c;
    double fresh;
    (void)state;
    open_pair(&c);
    for (int i = 0; i < 3; i++)
        learn(&c, (const char *[]){"1", "2", "3"}[i], "driver", NULL, "black screen");
    fresh = score_of(&c, QUESTION, "driver");
    clock_set_for_test(NOW_MS + 300 * MS_PER_DAY);
    assert_true(score_of(&c, QUESTION, "driver") < fresh);
    assert_true(score_of(&c, QUESTION, "driver") > 0);
    collection_close(&c);
}

/* What was counted with one half-life cannot be counted on with another. */
static void test_learning__asks_for_a_new_start_when_the_half_life_changes(void **state)
{
    struct collection c;
    struct index_learner_options options = {.half_life_ms = 50 * MS_PER_DAY};
    struct index_learner *learner = NULL;
    (void)state;
    open_pair(&c);
    learn(&c, "1", "driver", "ann", "black screen");
    options.folder = c.folder;
    assert_int_equal(index_learner_open(&options, &learner, NULL), STATUS_INCOMPATIBLE);
    options.reset = true;
    assert_int_equal(index_learner_open(&options, &learner, NULL), STATUS_OK);
    index_learner_close(learner);
    collection_close(&c);
}

static void test_learning__never_lifts_what_is_hidden_or_gone(void **state)
{
    struct collection c;
    struct article article = collection_article("draft", "Hidden", NULL);
    (void)state;
    open_pair(&c);
    article.status = ARTICLE_DRAFT;
    collection_put_article(&c, &article);
    collection_commit(&c);
    for (int i = 0; i < 5; i++) {
        char ticket[16];
        (void)snprintf(ticket, sizeof ticket, "t%d", i);
        learn(&c, ticket, "draft", ticket, QUESTION);
        learn(&c, ticket, "no-such-article", ticket, QUESTION);
    }
    assert_true(score_of(&c, QUESTION, "draft") == 0);
    assert_first(&c, QUESTION, "update");
    collection_close(&c);
}

static void test_learning__outlives_a_rebuild_and_can_be_reset(void **state)
{
    struct collection c;
    struct index_writer_options options = {.rebuild = true};
    struct index_learner_options learner_options = {.reset = true};
    struct index_learner *learner = NULL;
    uint64_t revision;
    (void)state;
    open_pair(&c);
    learn(&c, "1", "driver", "ann", "my screen is black since the update");
    learn(&c, "2", "driver", "bob", "after the update my screen stays black");
    learn(&c, "3", "driver", "cy", "the screen stays black after an update");
    c.writer = index_writer_close(c.writer);
    options.folder = learner_options.folder = c.folder;
    assert_int_equal(index_writer_open(&options, &c.writer, NULL), STATUS_OK);
    collection_put(&c, "update", "Install the update", "How to update. The screen shows the progress.\n");
    collection_put(&c, "driver", "Graphics driver", "Download the newest driver.\n");
    collection_commit(&c);
    assert_first(&c, QUESTION, "driver");
    revision = index_reader_revision(c.reader);
    assert_int_equal(index_learner_open(&learner_options, &learner, NULL), STATUS_OK);
    assert_int_equal(index_learner_commit(learner, NULL, NULL), STATUS_OK);
    index_learner_close(learner);
    assert_int_equal(index_reader_refresh(c.reader, NULL), STATUS_OK);
    assert_true(index_reader_revision(c.reader) != revision);
    assert_first(&c, QUESTION, "update");
    collection_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_learning__three_links_lift_an_article_at_once),
        cmocka_unit_test(test_learning__can_be_taken_back),
        cmocka_unit_test(test_learning__same_link_again_counts_once),
        cmocka_unit_test(test_learning__one_agent_cannot_capture_an_article),
        cmocka_unit_test(test_learning__ages),
        cmocka_unit_test(test_learning__asks_for_a_new_start_when_the_half_life_changes),
        cmocka_unit_test(test_learning__never_lifts_what_is_hidden_or_gone),
        cmocka_unit_test(test_learning__outlives_a_rebuild_and_can_be_reset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
