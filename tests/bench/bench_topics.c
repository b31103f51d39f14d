/* bench_topics.c: how long it takes to group many texts, for gaps, topics and the audit.
 *
 * Texts of 8 to 40 words: three quarters of them a topic's own (500 topics, as frequent as 1/rank),
 * the others of the whole language (20,000 words, as frequent as 1/rank). Times are of the
 * processor; the ratio tells how four times as many texts fare.
 *
 * Usage: bench_topics [TEXTS]; 50,000 unless told. */
#include "base/mem.h"
#include "measure/clusters.h"
#include "measure/duplicates.h"
#include "measure/random.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define TOPICS 500
#define TOPIC_WORDS 12
#define LANGUAGE 20000
#define FORM_BYTES 1024

/* 0 <= x < COUNT, as frequent as about 1/(x + 1). */
static size_t zipf(struct random *random, size_t count)
{
    return (size_t)(exp(random_unit(random) * log((double)count + 1)) - 1);
}

static int compare_words(const void *a, const void *b)
{
    const unsigned x = *(const unsigned *)a, y = *(const unsigned *)b;
    return (x > y) - (x < y);
}

/* Words in order, each once, as a normal form has them. */
static void draw_form(struct random *random, char form[FORM_BYTES])
{
    unsigned words[40];
    const size_t count = 8 + random_below(random, 33), topic = zipf(random, TOPICS);
    size_t length = 0;
    for (size_t i = 0; i < count; i++)
        words[i] = random_chance(random, 0.75)
                       ? (unsigned)(LANGUAGE + topic * TOPIC_WORDS + zipf(random, TOPIC_WORDS))
                       : (unsigned)zipf(random, LANGUAGE);
    qsort(words, count, sizeof *words, compare_words);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || words[i] != words[i - 1])
            length += (size_t)snprintf(form + length, FORM_BYTES - length, "%sw%u",
                                       length ? " " : "", words[i]);
}

static double processor_seconds(void)
{
    struct timespec time;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static _Noreturn void give_up(void)
{
    (void)fprintf(stderr, "bench_topics: out of memory\n");
    exit(2);
}

static double measure_clusters(size_t texts, size_t *ret_groups)
{
    struct clusters *clusters = clusters_new();
    struct random random;
    char form[FORM_BYTES];
    size_t number;
    const double begun = processor_seconds();
    random_seed(&random, 1);
    for (size_t i = 0; clusters && i < texts; i++) {
        draw_form(&random, form);
        if (!clusters_add(clusters, form, &number))
            give_up();
    }
    if (!clusters || !clusters_finish(clusters))
        give_up();
    *ret_groups = clusters_count(clusters);
    clusters_free(clusters);
    return processor_seconds() - begun;
}

static double measure_duplicates(size_t texts)
{
    struct duplicates *duplicates = duplicates_new();
    struct random random;
    char form[FORM_BYTES];
    size_t number;
    const double begun = processor_seconds();
    random_seed(&random, 1);
    for (size_t i = 0; duplicates && i < texts; i++) {
        draw_form(&random, form);
        if (!duplicates_add(duplicates, form, &number))
            give_up();
    }
    if (!duplicates || !duplicates_finish(duplicates))
        give_up();
    duplicates_free(duplicates);
    return processor_seconds() - begun;
}

int main(int argc, char **argv)
{
    const size_t texts = argc > 1 ? strtoul(argv[1], NULL, 10) : 50000;
    size_t groups, fewer;
    const double quarter = measure_clusters(texts / 4, &fewer);
    const double all = measure_clusters(texts, &groups);
    printf("%zu texts in %zu groups: %.2f s of the processor (wanted: 10 at most), %.1f times a "
           "quarter of "
           "them\n",
           texts, groups, all, all / quarter);
    printf("near-duplicates among them: %.2f s, %.1f times a quarter of them\n",
           measure_duplicates(texts), measure_duplicates(texts) / measure_duplicates(texts / 4));
    return all > 10;
}
