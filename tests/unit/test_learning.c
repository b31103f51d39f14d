/* test_learning.c: past tickets lift the articles that answered them. */
#include "collection.h"

#include "base/clock.h"
#include "index/segment_file.h"

#include <math.h>
#include <unistd.h>

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

/* ---- Many tickets: what is new lies apart from what was there ---- */

#define MANY 5000 /* more than a commit makes one of */

static struct index_learner *open_learner(struct collection *c, bool reset)
{
    struct index_learner_options options = {.folder = c->folder, .half_life_ms = 100 * MS_PER_DAY, .reset = reset};
    struct index_learner *learner = NULL;
    assert_int_equal(index_learner_open(&options, &learner, NULL), STATUS_OK);
    return learner;
}

static void add(struct index_learner *learner, const char *ticket, const char *article, const char *text)
{
    struct index_link link = {.ticket = ticket,
                              .article = article,
                              .text = slice_of(text),
                              .lang = "en",
                              .default_lang = "en",
                              .at_ms = clock_now_ms()};
    assert_int_equal(index_learner_add(learner, &link, NULL), STATUS_OK);
}

/* Tickets about other articles, in words of their own and a few that all share. */
static void add_many(struct index_learner *learner)
{
    for (int i = 0; i < MANY; i++) {
        char ticket[16], article[16], text[64];
        (void)snprintf(ticket, sizeof ticket, "m%d", i);
        (void)snprintf(article, sizeof article, "other%d", i % 30);
        (void)snprintf(text, sizeof text, "what about topic q%dz and w%dx please", i % 700, i % 30);
        add(learner, ticket, article, text);
    }
}

static void finish(struct collection *c, struct index_learner *learner, size_t links)
{
    size_t known = 0;
    assert_int_equal(index_learner_commit(learner, &known, NULL), STATUS_OK);
    assert_int_equal(known, links);
    index_learner_close(learner);
    assert_int_equal(index_reader_refresh(c->reader, NULL), STATUS_OK);
    assert_int_equal(index_learner_check(c->folder, NULL), STATUS_OK);
}

static void learn_many(struct collection *c)
{
    struct index_learner *learner = open_learner(c, false);
    add_many(learner);
    finish(c, learner, MANY);
}

static void add_three(struct index_learner *learner)
{
    add(learner, "1", "driver", "my screen is black since the update");
    add(learner, "2", "driver", "after the update my screen stays black");
    add(learner, "3", "driver", "the screen stays black after an update");
}

static void test_learning__new_links_among_many_count_at_once_and_are_taken_back(void **state)
{
    struct collection c;
    struct index_learner *learner;
    double before;
    (void)state;
    open_pair(&c);
    learn_many(&c);
    assert_first(&c, QUESTION, "update");
    before = score_of(&c, QUESTION, "update");
    learner = open_learner(&c, false);
    add_three(learner);
    finish(&c, learner, MANY + 3);
    assert_first(&c, QUESTION, "driver");
    for (int i = 1; i <= 3; i++)
        assert_int_equal(unlearn(&c, (const char *[]){"1", "2", "3"}[i - 1], "driver"), STATUS_OK);
    assert_int_equal(unlearn(&c, "3", "driver"), STATUS_NOT_FOUND);
    assert_first(&c, QUESTION, "update");
    assert_true(score_of(&c, QUESTION, "update") == before);
    collection_close(&c);
}

/* Links taken back that lie in the large segment, one of them said anew, in words that ask for something else. */
static void test_learning__old_links_among_many_are_taken_back_and_replaced(void **state)
{
    struct collection c;
    struct index_learner *learner;
    (void)state;
    open_pair(&c);
    learner = open_learner(&c, false);
    add_three(learner);
    add_many(learner);
    finish(&c, learner, MANY + 3);
    assert_first(&c, QUESTION, "driver");
    for (int round = 0; round < 2; round++) {
        learner = open_learner(&c, false);
        assert_int_equal(index_learner_remove(learner, "1", "driver", NULL), round ? STATUS_NOT_FOUND : STATUS_OK);
        if (!round)
            assert_int_equal(index_learner_remove(learner, "2", "driver", NULL), STATUS_OK);
        add(learner, "3", "driver", "where is the newest gadget");
        assert_int_equal(index_learner_remove(learner, "m7", "other7", NULL), round ? STATUS_NOT_FOUND : STATUS_OK);
        finish(&c, learner, MANY);
    }
    assert_first(&c, QUESTION, "update");
    assert_first(&c, "newest gadget", "driver");
    learner = open_learner(&c, false);
    assert_int_equal(index_learner_tidy(learner, NULL), STATUS_OK);
    finish(&c, learner, MANY);
    assert_first(&c, QUESTION, "update");
    assert_first(&c, "newest gadget", "driver");
    collection_close(&c);
}

/* What is learned bit by bit is worth what it is when learned in one go, and also when it was made one. */
static void test_learning__in_parts_and_in_one_go_come_to_the_same(void **state)
{
    struct collection c;
    struct index_learner *learner;
    double scores[3];
    (void)state;
    open_pair(&c);
    for (int round = 0; round < 2; round++) {
        learner = open_learner(&c, round == 1);
        add_many(learner);
        if (round == 0) {
            finish(&c, learner, MANY);
            for (int part = 0; part < 3; part++) {
                char ticket[8];
                learner = open_learner(&c, false);
                (void)snprintf(ticket, sizeof ticket, "%d", part);
                add(learner, ticket, "driver", "screen black after update");
                finish(&c, learner, (size_t)(MANY + 1 + part));
            }
            scores[0] = score_of(&c, QUESTION, "driver");
            learner = open_learner(&c, false);
            assert_int_equal(index_learner_tidy(learner, NULL), STATUS_OK);
        } else {
            for (int part = 0; part < 3; part++)
                add(learner, (const char *[]){"0", "1", "2"}[part], "driver", "screen black after update");
        }
        finish(&c, learner, MANY + 3);
        scores[round + 1] = score_of(&c, QUESTION, "driver");
    }
    assert_true(scores[0] > 0);
    assert_true(fabs(scores[0] - scores[2]) < 0.01 * scores[2]);
    assert_true(fabs(scores[1] - scores[2]) < 0.01 * scores[2]);
    collection_close(&c);
}

/* A writer that is stopped before its commit leaves nothing; what it left in the folder goes with the next one. */
static void test_learning__is_whole_where_a_writer_is_stopped(void **state)
{
    struct collection c;
    struct index_learner *learner;
    (void)state;
    open_pair(&c);
    learn(&c, "1", "driver", "ann", "my screen is black since the update");
    learner = open_learner(&c, true);
    add_many(learner);
    index_learner_close(learner);
    assert_int_equal(index_learner_check(c.folder, NULL), STATUS_OK);
    learner = open_learner(&c, false);
    finish(&c, learner, 1);
    collection_close(&c);
}

/* The file in which most of what was learned lies. */
static void find_segment(const struct collection *c, char *path, size_t size)
{
    char command[256];
    FILE *names;
    (void)snprintf(command, sizeof command, "ls -S %s/learned-*/segment-*", c->folder);
    names = popen(command, "r");
    assert_non_null(names);
    assert_non_null(fgets(path, (int)size, names));
    path[strcspn(path, "\n")] = '\0';
    (void)pclose(names);
}

/* Changes the byte at AT; false: the file is not so long. */
static bool flip_byte(const char *path, long at)
{
    unsigned char byte;
    FILE *file = fopen(path, "r+");
    bool found;
    assert_non_null(file);
    assert_int_equal(fseek(file, at, SEEK_SET), 0);
    found = fread(&byte, 1, 1, file) == 1;
    if (found) {
        byte ^= 0xa5;
        assert_int_equal(fseek(file, at, SEEK_SET), 0);
        assert_int_equal(fwrite(&byte, 1, 1, file), 1);
    }
    (void)fclose(file);
    return found;
}

/* A pair of articles and one past ticket, in the segment at PATH. */
static void open_with_segment(struct collection *c, char path[256])
{
    open_pair(c);
    learn(c, "1", "driver", "ann", "my screen is black since the update");
    find_segment(c, path, 256);
}

static void test_learning__a_front_of_nonsense_is_refused(void **state)
{
    struct collection c;
    char path[256];
    (void)state;
    open_with_segment(&c, path);
    for (long at = 0; at < 256; at++) {
        assert_true(flip_byte(path, at));
        if (at < (long)sizeof(struct segment_front))
            assert_int_equal(index_learner_check(c.folder, NULL), STATUS_CORRUPT);
        assert_true(flip_byte(path, at));
    }
    assert_int_equal(index_learner_check(c.folder, NULL), STATUS_OK);
    collection_close(&c);
}

static void test_learning__damage_is_found_and_does_no_harm(void **state)
{
    struct collection c;
    char path[256];
    (void)state;
    open_with_segment(&c, path);
    for (long at = 0; at < 4000; at += 97) {
        if (!flip_byte(path, at))
            break;
        index_reader_close(c.reader);
        assert_int_equal(index_reader_open(c.folder, &c.reader, NULL), STATUS_OK);
        assert_first(&c, "how do I install the update", "update");
    }
    assert_int_equal(index_learner_check(c.folder, NULL), STATUS_CORRUPT);
    assert_int_equal(truncate(path, 300), 0);
    index_reader_close(c.reader);
    assert_int_equal(index_reader_open(c.folder, &c.reader, NULL), STATUS_OK);
    assert_first(&c, QUESTION, "update");
    assert_int_equal(index_learner_check(c.folder, NULL), STATUS_CORRUPT);
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
        cmocka_unit_test(test_learning__new_links_among_many_count_at_once_and_are_taken_back),
        cmocka_unit_test(test_learning__old_links_among_many_are_taken_back_and_replaced),
        cmocka_unit_test(test_learning__in_parts_and_in_one_go_come_to_the_same),
        cmocka_unit_test(test_learning__is_whole_where_a_writer_is_stopped),
        cmocka_unit_test(test_learning__a_front_of_nonsense_is_refused),
        cmocka_unit_test(test_learning__damage_is_found_and_does_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
