/* test_cache.c: what is kept, what makes room, and what a new revision makes worthless. */
#include "unit.h"

#include "app/cache.h"

#include <stdio.h>

static struct answer *make_answer(size_t bytes)
{
    struct index_results none = {.lang = (char *)"en"};
    struct answer *answer = NULL;
    assert_int_equal(answer_new(&none, NULL, &answer, NULL), STATUS_OK);
    answer->bytes = bytes;
    return answer;
}

static void put(struct cache *cache, uint64_t revision, const char *key, size_t bytes)
{
    struct answer *answer = make_answer(bytes);
    cache_put(cache, revision, slice_of(key), answer);
    answer_drop(answer);
}

static bool has(struct cache *cache, uint64_t revision, const char *key)
{
    struct answer *answer = cache_get(cache, revision, slice_of(key));
    answer_drop(answer);
    return answer != NULL;
}

static void test_keeps_by_key_and_revision(void **state)
{
    struct cache *cache = NULL;
    (void)state;
    assert_int_equal(cache_new(1 << 20, &cache, NULL), STATUS_OK);
    put(cache, 7, "one", 100);
    assert_true(has(cache, 7, "one"));
    assert_false(has(cache, 7, "two"));
    assert_false(has(cache, 8, "one"));
    put(cache, 8, "one", 100);
    assert_true(has(cache, 8, "one"));
    assert_int_equal(cache_count(cache).entries, 1);
    assert_int_equal(cache_count(cache).hits, 2);
    (void)cache_free(cache);
}

static void test_an_answer_lives_as_long_as_somebody_holds_it(void **state)
{
    struct cache *cache = NULL;
    struct answer *held;
    (void)state;
    assert_int_equal(cache_new(1 << 20, &cache, NULL), STATUS_OK);
    put(cache, 1, "one", 100);
    held = cache_get(cache, 1, SLICE_LITERAL("one"));
    (void)cache_free(cache);
    assert_string_equal(held->lang, "en");
    answer_drop(held);
}

static void test_stays_within_its_bytes_and_drops_the_least_used(void **state)
{
    enum { CAP = 16 * 8192, ENTRIES = 2000, BYTES = 1000 };
    struct cache *cache = NULL;
    char key[32];
    (void)state;
    assert_int_equal(cache_new(CAP, &cache, NULL), STATUS_OK);
    put(cache, 1, "favourite", BYTES);
    for (int i = 0; i < ENTRIES; i++) {
        (void)snprintf(key, sizeof key, "key %d", i);
        put(cache, 1, key, BYTES);
        assert_true(has(cache, 1, "favourite"));
    }
    assert_true(cache_count(cache).bytes <= CAP);
    assert_true(cache_count(cache).entries < ENTRIES);
    assert_true(has(cache, 1, key));
    assert_false(has(cache, 1, "key 0"));
    (void)cache_free(cache);
}

static void test_a_cache_of_nothing_keeps_nothing(void **state)
{
    struct cache *cache = NULL;
    (void)state;
    assert_int_equal(cache_new(0, &cache, NULL), STATUS_OK);
    put(cache, 1, "one", 100);
    assert_false(has(cache, 1, "one"));
    (void)cache_free(cache);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_keeps_by_key_and_revision),
        cmocka_unit_test(test_an_answer_lives_as_long_as_somebody_holds_it),
        cmocka_unit_test(test_stays_within_its_bytes_and_drops_the_least_used),
        cmocka_unit_test(test_a_cache_of_nothing_keeps_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
