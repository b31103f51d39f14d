/* test_duplicates.c: texts that are nearly the same, held to a comparison of all pairs. */
#include "unit.h"

#include "base/mem.h"
#include "measure/clusters.h"
#include "measure/duplicates.h"
#include "measure/random.h"

#include <stdio.h>
#include <string.h>

#define TEXTS 300
#define WORDS 40

/* A set of words as bits. */
static uint64_t draw_set(struct random *random, const uint64_t *before, size_t count)
{
    uint64_t set = 0;
    if (count > 0 && random_chance(random, 0.6)) { /* like an earlier one, but for some words */
        set = before[random_below(random, count)];
        for (size_t i = random_below(random, 4); i > 0; i--)
            set ^= UINT64_C(1) << random_below(random, WORDS);
        return set;
    }
    for (size_t i = 2 + random_below(random, 14); i > 0; i--)
        set |= UINT64_C(1) << random_below(random, WORDS);
    return set;
}

static void form_of(uint64_t set, char form[256])
{
    size_t length = 0;
    *form = '\0';
    for (int i = 0; i < WORDS; i++)
        if (set >> i & 1)
            length += (size_t)snprintf(form + length, 256 - length, "%sw%d", length ? " " : "", i);
}

/* |a ∩ b| / |a ∪ b| >= 0.8, each of four words or more */
static bool alike(uint64_t a, uint64_t b)
{
    return __builtin_popcountll(a) >= 4 && __builtin_popcountll(b) >= 4 &&
           5 * __builtin_popcountll(a & b) >= 4 * __builtin_popcountll(a | b);
}

static void finds_what_comparing_all_pairs_finds(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        _cleanup_(duplicates_freep) struct duplicates *duplicates = duplicates_new();
        uint64_t sets[TEXTS];
        size_t forms[TEXTS], near = 0;
        struct random random;
        random_seed(&random, seed);
        for (size_t i = 0; i < TEXTS; i++) {
            char form[256];
            sets[i] = draw_set(&random, sets, i);
            form_of(sets[i], form);
            assert_true(duplicates_add(duplicates, form, &forms[i]));
        }
        assert_true(duplicates_finish(duplicates));
        for (size_t i = 0; i < TEXTS; i++) {
            /* The first earlier one that is the first of its own group and like this one. */
            size_t expected = i;
            for (size_t k = 0; k < i && expected == i; k++)
                if (forms[k] == forms[i] ||
                    (duplicates_first(duplicates, forms[k]) == forms[k] && alike(sets[i], sets[k])))
                    expected = k;
            assert_int_equal(duplicates_first(duplicates, forms[i]),
                             forms[expected] == forms[i] && expected != i
                                 ? duplicates_first(duplicates, forms[expected])
                                 : forms[expected]);
            near += duplicates_first(duplicates, forms[i]) != forms[i];
        }
        assert_true(near > 20);
    }
}

static void short_and_empty_texts_are_only_ever_the_same(void **state)
{
    _cleanup_(duplicates_freep) struct duplicates *duplicates = duplicates_new();
    const char *const texts[] = {"", "a b c", "a b c", "a b", ""};
    const size_t expected[] = {0, 1, 1, 2, 0};
    size_t form;
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
        assert_true(duplicates_add(duplicates, texts[i], &form));
        assert_int_equal(form, expected[i]);
    }
    assert_true(duplicates_finish(duplicates));
    assert_int_equal(duplicates_forms(duplicates), 3);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(duplicates_first(duplicates, i), i);
}

static void survive_every_failed_allocation(void **state)
{
    bool done = false;
    (void)state;
    for (long n = 1; !done; n++) {
        size_t form;
        mem_fail_after(n);
        struct duplicates *duplicates = duplicates_new();
        done = duplicates && duplicates_add(duplicates, "a b c d", &form) &&
               duplicates_add(duplicates, "a b c d e", &form) && duplicates_finish(duplicates);
        duplicates_free(duplicates);
        mem_fail_after(0);
        assert_true(n < 1000);
    }
}

static void the_same_texts_make_the_same_clusters(void **state)
{
    size_t groups[2][TEXTS];
    (void)state;
    for (int run = 0; run < 2; run++) {
        _cleanup_(clusters_freep) struct clusters *clusters = clusters_new();
        struct random random;
        uint64_t sets[TEXTS];
        size_t numbers[TEXTS];
        random_seed(&random, 9);
        for (size_t i = 0; i < TEXTS; i++) {
            char form[256];
            sets[i] = draw_set(&random, sets, i);
            form_of(sets[i], form);
            assert_true(clusters_add(clusters, form, &numbers[i]));
        }
        assert_true(clusters_finish(clusters));
        for (size_t i = 0; i < TEXTS; i++)
            groups[run][i] = clusters_of(clusters, numbers[i]);
    }
    assert_memory_equal(groups[0], groups[1], sizeof groups[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_what_comparing_all_pairs_finds),
        cmocka_unit_test(short_and_empty_texts_are_only_ever_the_same),
        cmocka_unit_test(survive_every_failed_allocation),
        cmocka_unit_test(the_same_texts_make_the_same_clusters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
