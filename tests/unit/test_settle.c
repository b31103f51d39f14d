/* test_settle.c: which questions become events, and when. */
#include "unit.h"

#include "app/settle.h"
#include "base/limits.h"

#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

/* What was settled, in order. */
static struct {
    pthread_mutex_t lock;
    char ids[64][DIGEST_ID_SIZE];
    size_t count;
} settled = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void note(void *arg, struct question *question)
{
    (void)arg;
    (void)pthread_mutex_lock(&settled.lock);
    if (settled.count < 64)
        memcpy(settled.ids[settled.count], question->query_id, DIGEST_ID_SIZE);
    settled.count++;
    (void)pthread_mutex_unlock(&settled.lock);
    (void)question_free(question);
}

static size_t count(void)
{
    size_t n;
    (void)pthread_mutex_lock(&settled.lock);
    n = settled.count;
    (void)pthread_mutex_unlock(&settled.lock);
    return n;
}

static void ask(struct settle *settle, const char *session, const char *id, bool final)
{
    struct index_results none = {.lang = (char *)"en"};
    struct question *question = mem_zero(1, sizeof *question);
    assert_non_null(question);
    (void)snprintf(question->query_id, sizeof question->query_id, "%s", id);
    question->session = mem_strdup(session);
    question->text = mem_strdup("text");
    assert_int_equal(answer_new(&none, NULL, &question->answer, NULL), STATUS_OK);
    settle_ask(settle, question, final);
}

static struct settle *begin(void)
{
    struct settle *settle = NULL;
    settled.count = 0;
    assert_int_equal(settle_start(note, NULL, &settle, NULL), STATUS_OK);
    return settle;
}

static void test_a_final_question_is_settled_at_once(void **state)
{
    struct settle *settle = begin();
    (void)state;
    ask(settle, "s", "typed", false);
    ask(settle, "s", "final", true);
    assert_int_equal(count(), 1);
    assert_string_equal(settled.ids[0], "final");
    (void)settle_stop(settle);
    assert_int_equal(count(), 1);
}

static void test_silence_settles_the_last_question_of_each_session(void **state)
{
    struct settle *settle = begin();
    (void)state;
    ask(settle, "a", "a1", false);
    ask(settle, "a", "a2", false);
    ask(settle, "b", "b1", false);
    assert_int_equal(count(), 0);
    for (int i = 0; i < 1000 && count() < 2; i++)
        (void)usleep(10000);
    assert_int_equal(count(), 2);
    assert_string_equal(settled.ids[0], "a2");
    assert_string_equal(settled.ids[1], "b1");
    (void)settle_stop(settle);
    assert_int_equal(count(), 2);
}

static void test_a_view_settles_the_question_that_it_names(void **state)
{
    struct settle *settle = begin();
    (void)state;
    ask(settle, "a", "a1", false);
    ask(settle, "a", "a2", false);
    settle_view(settle, "b", "a1");
    assert_int_equal(count(), 0);
    settle_view(settle, "a", "a1");
    assert_int_equal(count(), 1);
    assert_string_equal(settled.ids[0], "a1");
    settle_view(settle, "a", "a1");
    assert_int_equal(count(), 1);
    (void)settle_stop(settle);
    assert_int_equal(count(), 2);
    assert_string_equal(settled.ids[1], "a2");
}

static void test_what_waits_at_the_end_is_settled(void **state)
{
    struct settle *settle = begin();
    (void)state;
    ask(settle, "a", "a1", false);
    ask(settle, "b", "b1", false);
    (void)settle_stop(settle);
    assert_int_equal(count(), 2);
}

static void test_a_flood_loses_the_oldest_and_counts_them(void **state)
{
    enum { EXTRA = 10 };
    struct settle *settle = begin();
    (void)state;
    for (int i = 0; i < LIMIT_OPEN_QUESTIONS + EXTRA; i++) {
        char session[32], id[DIGEST_ID_SIZE];
        (void)snprintf(session, sizeof session, "s%d", i);
        (void)snprintf(id, sizeof id, "q%d", i);
        ask(settle, session, id, false);
    }
    assert_true(settle_lost(settle) + count() >= EXTRA);
    settle_view(settle, "s0", "q0");
    (void)settle_stop(settle);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_final_question_is_settled_at_once),
        cmocka_unit_test(test_silence_settles_the_last_question_of_each_session),
        cmocka_unit_test(test_a_view_settles_the_question_that_it_names),
        cmocka_unit_test(test_what_waits_at_the_end_is_settled),
        cmocka_unit_test(test_a_flood_loses_the_oldest_and_counts_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
