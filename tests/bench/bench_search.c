/* bench_search.c: what the search costs, beside the bare minimum and beside peers, in one run over one made-up collection.
 *
 * usage: bench_search [ARTICLES [TICKETS]]   (20,000 and 100,000 where not given)
 *
 * The goals at the end are for 100,000 articles. Times are microseconds of processor time, p50 / p99; trust the ratios. `bare` is Xapian's own match of the same words in the same index, without ranking
 * or passages; `TermGenerator` and `FLAG_PARTIAL` are Xapian as its documentation shows it; FTS5 is SQLite's. */
#include "bare_xapian.h"
#include "knowledge.h"
#include "questions.h"

#include "base/clock.h"
#include "base/str.h"
#include "index/generation.h"
#include "index/index.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[] = "/tmp/deflect-bench-XXXXXX";
static size_t articles = 20000, tickets = 100000;
static struct questions questions;

/* ---- Filling ---- */

static void bare_put(void *arg, size_t number, const char *title, char *const texts[KNOWLEDGE_SECTIONS], const char *whole)
{
    (void)number;
    (void)texts;
    if (!bare_add(arg, title, whole))
        knowledge_stop("TermGenerator", NULL);
}

static void nothing(void *arg, size_t number, const char *title, char *const texts[KNOWLEDGE_SECTIONS], const char *whole)
{
    (void)arg;
    (void)number;
    (void)title;
    (void)texts;
    (void)whole;
}

static double learned_bytes(void)
{
    _cleanup_free_ char *path = generation_path(folder, GENERATION_LEARNED, 1);
    DIR *dir = opendir(path);
    struct dirent *entry;
    struct stat about;
    double sum = 0;
    while (dir && (entry = readdir(dir)))
        if (fstatat(dirfd(dir), entry->d_name, &about, 0) == 0 && S_ISREG(about.st_mode))
            sum += (double)about.st_size;
    if (dir)
        closedir(dir);
    return sum;
}

static void learn(void)
{
    struct index_learner_options options = {.folder = folder};
    struct index_learner *learner = NULL;
    double spent = knowledge_cpu_seconds();
    long before = knowledge_resident_kib();
    struct corpus corpus;
    struct error err;
    knowledge_corpus(articles, &corpus);
    if (index_learner_open(&options, &learner, &err) != STATUS_OK)
        knowledge_stop("learning", &err);
    for (size_t i = 0; i < tickets; i++) {
        _cleanup_buf_ struct buf text = BUF_INIT(4096);
        _cleanup_free_ char *id = mem_printf("t%zu", i);
        _cleanup_free_ char *article = mem_printf("article-%llu", (unsigned long long)corpus_random(&corpus, articles));
        struct index_link link = {.ticket = id, .article = article, .default_lang = "en", .lang = "en", .at_ms = clock_now_ms()};
        corpus_text(&corpus, 12, &text);
        link.text = slice_of(buf_str(&text));
        if (index_learner_add(learner, &link, &err) != STATUS_OK)
            knowledge_stop("learning", &err);
    }
    if (index_learner_commit(learner, NULL, &err) != STATUS_OK)
        knowledge_stop("learning", &err);
    spent = knowledge_cpu_seconds() - spent;
    printf("%-52s %9.0f   %.0f bytes on disk each, %.1f MB of memory\n", "past tickets learned per CPU-second",
           (double)tickets / spent, learned_bytes() / (double)tickets, (double)(knowledge_resident_kib() - before) / 1024);
    index_learner_close(learner);
    corpus_done(&corpus);
}

/* ---- Measuring ---- */

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

struct times {
    double values[QUESTIONS * 32];
    size_t count;
    double p50, p99;
};

static void note(struct times *times, double us)
{
    times->values[times->count++] = us;
}

static void sort(struct times *times)
{
    qsort(times->values, times->count, sizeof *times->values, compare_doubles);
    times->p50 = times->count ? times->values[times->count / 2] : 0;
    times->p99 = times->count ? times->values[times->count * 99 / 100] : 0;
}

static void tell(const char *name, const struct times *times, const struct times *beside)
{
    printf("%-52s %9.0f / %9.0f", name, times->p50, times->p99);
    if (beside)
        printf("   %.2f / %.2f x", times->p50 / beside->p50, times->p99 / beside->p99);
    putchar('\n');
}

/* What is wanted beside what was measured; both as a ratio. */
static void goal(const char *name, double measured, double most)
{
    printf("%-52s %9.3f   at most %.3f   %s\n", name, measured, most, measured <= most ? "met" : "MISSED");
}

/* In a process of its own, so that memory is the searches' alone. */
static void measure_memory(void)
{
    pid_t child;
    fflush(stdout);
    child = fork();
    if (child == 0) {
        struct index_reader *reader = NULL;
        long before = knowledge_resident_kib();
        if (index_reader_open(folder, &reader, NULL) != STATUS_OK)
            _exit(1);
        for (size_t i = 0; i < questions.count; i++) {
            (void)questions_ask(reader, slice_of(questions.shorts[i]), (struct asking){0}, NULL);
            (void)questions_ask(reader, slice_of(questions.tickets[i]), (struct asking){.body = true}, NULL);
        }
        printf("%-52s %9.1f MB on top of %.1f\n", "resident memory of a reader after all questions",
               (double)(knowledge_resident_kib() - before) / 1024, (double)before / 1024);
        fflush(stdout);
        _exit(0);
    }
    (void)waitpid(child, NULL, 0);
}

static void type_question(struct index_reader *reader, struct database *database, struct words *words, struct bare *bare,
                          struct slice typing, struct times *edge, struct times *typed, struct times *partial)
{
    unsigned documents[10];
    char text[128];
    int64_t start;
    note(edge, questions_ask_bare(database, words, typing, true, NULL));
    note(typed, questions_ask(reader, typing, (struct asking){.as_typed = true}, NULL));
    (void)snprintf(text, sizeof text, "%.*s", (int)typing.length, typing.ptr);
    start = knowledge_cpu_us();
    (void)bare_search(bare, text, true, documents, 10);
    note(partial, (double)(knowledge_cpu_us() - start));
}

static void measure(struct bare *bare, struct questions_fts *peer)
{
    static struct times bare_short, hits_short, whole_short, fts, fts_telling, edge, typed, partial, naive, ticket, learned;
    _cleanup_free_ char *path = generation_path(folder, GENERATION_ARTICLES, 1);
    struct times *const all[] = {&bare_short, &hits_short, &whole_short, &fts, &fts_telling, &edge, &typed, &partial, &naive, &ticket};
    struct index_reader *reader = NULL;
    struct database *database = NULL;
    struct words *words = NULL;
    struct error err;
    size_t right = 0, naive_right = 0;
    if (index_reader_open(folder, &reader, &err) != STATUS_OK || database_open(path, &database, &err) != STATUS_OK ||
        words_new(&words, &err) != STATUS_OK)
        knowledge_stop("opening", &err);
    for (int round = 0; round < 2; round++) { /* the first warms up */
        bare_short.count = hits_short.count = whole_short.count = fts.count = fts_telling.count = edge.count = typed.count = partial.count = 0;
        naive.count = ticket.count = right = naive_right = 0;
        for (size_t i = 0; i < questions.count; i++) {
            struct slice question = slice_of(questions.shorts[i]), ticket_text = slice_of(questions.tickets[i]);
            const size_t asking = sizeof QUESTIONS_ASKING - 1;
            uint32_t document;
            char first[32], about[32];
            note(&bare_short, questions_ask_bare(database, words, question, false, NULL));
            note(&hits_short, questions_ask(reader, question, (struct asking){.bare = true}, NULL));
            note(&whole_short, questions_ask(reader, question, (struct asking){0}, NULL));
            if (round && i % 10 == 0) {
                note(&fts, questions_ask_fts(peer, question, false));
                note(&fts_telling, questions_ask_fts(peer, (struct slice){question.ptr + asking, question.length - asking}, false));
            }
            for (size_t l = asking + 1; l <= question.length && l <= asking + QUESTIONS_TYPED_MOST; l++)
                type_question(reader, database, words, bare, (struct slice){question.ptr, l}, &edge, &typed, &partial);
            note(&naive, questions_ask_bare(database, words, ticket_text, false, &document));
            note(&ticket, questions_ask(reader, ticket_text, (struct asking){.body = true, .bare = true}, first));
            (void)snprintf(about, sizeof about, "article-%zu", questions.abouts[i]);
            right += str_equal(first, about);
            (void)snprintf(first, sizeof first, "article-%u", document - 1);
            naive_right += str_equal(first, about);
        }
    }
    for (size_t i = 0; i < ARRAY_LENGTH(all); i++)
        sort(all[i]);
    tell("short question, bare match, 10", &bare_short, NULL);
    tell("short question, ranked", &hits_short, &bare_short);
    tell("short question, ranked, with passages", &whole_short, &bare_short);
    tell("short question, SQLite FTS5", &fts, &whole_short);
    tell("... without its stop words", &fts_telling, &whole_short);
    tell("as typed, bare edge n-grams", &edge, NULL);
    tell("as typed, whole", &typed, &edge);
    tell("as typed, FLAG_PARTIAL", &partial, &typed);
    tell("ticket, OR of every word", &naive, NULL);
    tell("ticket, ranked", &ticket, &naive);
    printf("%-52s %9.3f, OR of every word %.3f\n", "ticket: first result is the article it is about",
           (double)right / (double)questions.count, (double)naive_right / (double)questions.count);
    if (tickets) {
        learn();
        if (index_reader_refresh(reader, &err) != STATUS_OK)
            knowledge_stop("refresh", &err);
        for (int round = 0; round < 2; round++) {
            learned.count = 0;
            for (size_t i = 0; i < questions.count; i++)
                note(&learned, questions_ask(reader, slice_of(questions.shorts[i]), (struct asking){0}, NULL));
        }
        sort(&learned);
        tell("short question, whole, with past tickets", &learned, &whole_short);
    }
    goal("ranking beside the bare match, p50", hits_short.p50 / bare_short.p50, 1.5);
    goal("passages beside the ranked search, p50", whole_short.p50 / hits_short.p50 - 1, 0.2);
    goal("as typed beside bare edge n-grams, p99", typed.p99 / edge.p99, 2);
    goal("as typed beside FLAG_PARTIAL, p99", typed.p99 / partial.p99, 0.1);
    goal("ticket beside an OR of every word, p99", ticket.p99 / naive.p99, 1.0 / 12);
    goal("bare match beside SQLite FTS5, p50", bare_short.p50 / fts.p50, 1.0 / 50);
    goal("whole search beside SQLite FTS5, p50", whole_short.p50 / fts.p50, 1.0 / 30);
    if (tickets)
        goal("past tickets on top of the whole search, p50", learned.p50 / whole_short.p50 - 1, 0.5);
    words_free(words);
    database_close(database);
    index_reader_close(reader);
}

int main(int argc, char **argv)
{
    _cleanup_free_ char *bare_folder = NULL;
    char command[128];
    struct questions_fts fts;
    struct bare *bare;
    double own, other, making;
    size_t text_bytes;
    int64_t value;
    if (argc > 1 && str_to_int64(slice_of(argv[1]), &value) && value >= 100)
        articles = (size_t)value;
    if (argc > 2 && str_to_int64(slice_of(argv[2]), &value) && value >= 0)
        tickets = (size_t)value;
    if (!mkdtemp(folder))
        knowledge_stop("starting", NULL);
    bare_folder = mem_printf("%s/bare", folder);
    making = knowledge_cpu_seconds();
    knowledge_each(articles, nothing, NULL);
    making = knowledge_cpu_seconds() - making;
    own = knowledge_cpu_seconds();
    text_bytes = knowledge_fill(folder, articles);
    own = knowledge_cpu_seconds() - own - making;
    bare = bare_create(bare_folder);
    other = knowledge_cpu_seconds();
    knowledge_each(articles, bare_put, bare);
    if (!bare || !bare_finish(bare))
        knowledge_stop("TermGenerator", NULL);
    other = knowledge_cpu_seconds() - other - making;
    printf("%zu articles, %.0f MB of text, %zu past tickets\n", articles, (double)text_bytes / 1e6, tickets);
    printf("%-52s %9.0f   %.2f x TermGenerator (%.0f)\n", "articles indexed per CPU-second", (double)articles / own, other / own,
           (double)articles / other);
    questions_fts_open(articles, &fts);
    questions_make(articles, &questions);
    measure_memory();
    measure(bare, &fts);
    questions_fts_close(&fts);
    bare_close(bare);
    (void)snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command) == 0 ? 0 : 1;
}
