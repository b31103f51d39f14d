/* bench_edits.c: what changing articles costs, and what the index needs of memory and disk.
 *
 * usage: bench_edits [ARTICLES [SIZES...]]   (10,000; memory also at SIZES, 1,000 where not given)
 *
 * An edit is timed by the clock from the writer's opening until a reader finds the new word. Readers' times are of their own
 * processor time, as the machine may be busy with others: idle, and while another process makes ten edits a second. */
#include "bare_xapian.h"
#include "knowledge.h"

#include "base/mem.h"
#include "base/str.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define QUESTIONS 300
#define EDITS 50
#define ROUNDS 4
#define EDIT_EVERY_MS 100

static char questions[QUESTIONS][128];

static int64_t clock_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double at_share(double *values, size_t count, double share)
{
    qsort(values, count, sizeof *values, compare_doubles);
    return values[(size_t)((double)(count - 1) * share)];
}

static void make_questions(size_t articles)
{
    struct corpus corpus;
    knowledge_corpus(articles, &corpus);
    for (size_t i = 0; i < QUESTIONS; i++)
        (void)snprintf(questions[i], sizeof *questions, "how can I %s the %s %s", corpus_telling_word(&corpus),
                       corpus_telling_word(&corpus), corpus_telling_word(&corpus));
    corpus_done(&corpus);
}

static size_t ask(struct index_reader *reader, const char *text)
{
    struct index_query query = {.subject = slice_of(text), .default_lang = "en", .lang = "en", .limit = 10};
    struct index_results results;
    struct error err;
    size_t count;
    if (index_reader_refresh(reader, &err) != STATUS_OK || index_search(reader, &query, &results, &err) != STATUS_OK)
        knowledge_stop("search", &err);
    count = results.count;
    index_results_done(&results);
    return count;
}

/* Writes article NUMBER anew with WORD in its title and commits it. */
static void edit(const char *folder, struct corpus *corpus, size_t number, const char *word)
{
    struct index_writer_options options = {.folder = folder, .lock_wait_ms = 1000};
    struct index_writer *writer = NULL;
    _cleanup_buf_ struct buf title = BUF_INIT(4096), whole = BUF_INIT(1 << 20);
    char *texts[KNOWLEDGE_SECTIONS];
    struct error err;
    size_t count;
    corpus_title(corpus, &title);
    buf_printf(&title, " %s", word);
    for (size_t s = 0; s < KNOWLEDGE_SECTIONS; s++) {
        struct buf text = BUF_INIT(1 << 20);
        corpus_text(corpus, KNOWLEDGE_SECTION_WORDS, &text);
        buf_add_str(&whole, buf_str(&text));
        texts[s] = buf_take(&text);
    }
    if (index_writer_open(&options, &writer, &err) != STATUS_OK)
        knowledge_stop("opening", &err);
    knowledge_put(writer, number, buf_str(&title), texts, buf_str(&whole));
    if (index_writer_commit(writer, &count, &err) != STATUS_OK)
        knowledge_stop("commit", &err);
    index_writer_close(writer);
    for (size_t s = 0; s < KNOWLEDGE_SECTIONS; s++)
        mem_free(texts[s]);
}

static void measure_edits(const char *folder, size_t articles)
{
    double times[EDITS];
    struct index_reader *reader = NULL;
    struct corpus corpus;
    struct error err;
    knowledge_corpus(articles, &corpus);
    if (index_reader_open(folder, &reader, &err) != STATUS_OK)
        knowledge_stop("opening", &err);
    for (size_t i = 0; i < EDITS; i++) {
        char word[32];
        int64_t start = clock_us();
        (void)snprintf(word, sizeof word, "zq%zuxv", i);
        edit(folder, &corpus, (size_t)corpus_random(&corpus, articles), word);
        if (!ask(reader, word))
            knowledge_stop("an edit did not show", NULL);
        times[i] = (double)(clock_us() - start) / 1000;
    }
    printf("%-52s %9.1f / %9.1f ms   (median at most 50)\n", "edit until it is found, p50 / p99", at_share(times, EDITS, 0.5),
           at_share(times, EDITS, 0.99));
    index_reader_close(reader);
    corpus_done(&corpus);
}

/* The 99th percentile of QUESTIONS asked ROUNDS times. */
static double readers_p99(const char *folder)
{
    static double times[QUESTIONS * ROUNDS];
    struct index_reader *reader = NULL;
    struct error err;
    if (index_reader_open(folder, &reader, &err) != STATUS_OK)
        knowledge_stop("opening", &err);
    for (size_t i = 0; i < QUESTIONS; i++)
        (void)ask(reader, questions[i]); /* warms up */
    for (size_t i = 0; i < ARRAY_LENGTH(times); i++) {
        int64_t start = knowledge_cpu_us();
        struct timespec pause = {0, 2000000};
        (void)ask(reader, questions[i % QUESTIONS]);
        times[i] = (double)(knowledge_cpu_us() - start);
        nanosleep(&pause, NULL);
    }
    index_reader_close(reader);
    return at_share(times, ARRAY_LENGTH(times), 0.99);
}

static void edit_on(const char *folder, size_t articles)
{
    struct corpus corpus;
    knowledge_corpus(articles, &corpus);
    for (;;) {
        struct timespec pause = {0, EDIT_EVERY_MS * 1000000};
        edit(folder, &corpus, (size_t)corpus_random(&corpus, articles), "busy");
        nanosleep(&pause, NULL);
    }
}

static void measure_readers(const char *folder, size_t articles)
{
    double idle = readers_p99(folder), busy;
    pid_t child;
    fflush(stdout);
    child = fork();
    if (child == 0)
        edit_on(folder, articles);
    busy = readers_p99(folder);
    (void)kill(child, SIGKILL);
    (void)waitpid(child, NULL, 0);
    printf("%-52s %9.0f / %9.0f us  %.2f x   (at most 1.25)\n", "readers' p99, ten edits a second / idle", busy, idle, busy / idle);
}

/* In a process of its own, so that memory is the searches' alone. */
static void measure_memory(const char *folder, size_t articles)
{
    pid_t child;
    fflush(stdout);
    child = fork();
    if (child == 0) {
        long before = knowledge_resident_kib();
        struct index_reader *reader = NULL;
        struct error err;
        if (index_reader_open(folder, &reader, &err) != STATUS_OK)
            knowledge_stop("opening", &err);
        for (size_t i = 0; i < QUESTIONS; i++)
            (void)ask(reader, questions[i]);
        printf("resident after %d questions, %7zu articles %17.1f MB more than the %.1f before\n", QUESTIONS, articles,
               (double)(knowledge_resident_kib() - before) / 1024, (double)before / 1024);
        fflush(stdout);
        _exit(0);
    }
    (void)waitpid(child, NULL, 0);
}

static double file_bytes(const char *folder, const char *name)
{
    _cleanup_free_ char *path = mem_printf("%s/%s", folder, name);
    struct stat about;
    return path && stat(path, &about) == 0 ? (double)about.st_size : 0;
}

static double tables_bytes(const char *folder)
{
    return file_bytes(folder, "docdata.glass") + file_bytes(folder, "postlist.glass") + file_bytes(folder, "spelling.glass") +
           file_bytes(folder, "termlist.glass");
}

static void measure_size(const char *folder, size_t text_bytes)
{
    _cleanup_free_ char *database = mem_printf("%s/articles-1", folder), *compact = mem_printf("%s/compact", folder);
    double direct = file_bytes(database, "direct") + file_bytes(database, "direct.1"), text = (double)text_bytes;
    if (!bare_compact(database, compact))
        knowledge_stop("compacting", NULL);
    printf("%-52s %9.2f x the text, of it the direct index %.2f (at most 3.5 compacted)\n", "index on disk",
           (tables_bytes(database) + direct) / text, direct / text);
    printf("%-52s %9.2f x the text\n", "index on disk, compacted", (tables_bytes(compact) + direct) / text);
}

static void measure(size_t articles, bool all)
{
    char folder[] = "/tmp/deflect-bench-XXXXXX", command[128];
    size_t text_bytes;
    if (!mkdtemp(folder))
        knowledge_stop("starting", NULL);
    text_bytes = knowledge_fill(folder, articles);
    measure_memory(folder, articles);
    if (all) {
        measure_size(folder, text_bytes);
        measure_edits(folder, articles);
        measure_readers(folder, articles);
    }
    (void)snprintf(command, sizeof command, "rm -rf '%s'", folder);
    if (system(command) != 0)
        knowledge_stop("tidying up", NULL);
}

int main(int argc, char **argv)
{
    static const size_t sizes[] = {1000};
    size_t articles = 10000;
    int64_t value;
    if (argc > 1 && str_to_int64(slice_of(argv[1]), &value) && value >= 100)
        articles = (size_t)value;
    make_questions(articles);
    for (int i = 2; i < argc; i++)
        if (str_to_int64(slice_of(argv[i]), &value) && value >= 100)
            measure((size_t)value, false);
    for (size_t i = 0; argc < 3 && i < ARRAY_LENGTH(sizes); i++)
        measure(sizes[i], false);
    measure(articles, true);
    return 0;
}
