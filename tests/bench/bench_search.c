/* bench_search.c: what the search costs, beside the bare minimum and beside peers, in one run over one made-up collection.
 *
 * usage: bench_search [ARTICLES [TICKETS]]   (20,000 and 100,000 where not given)
 *
 * The goals at the end are for 100,000 articles. Times are microseconds of processor time, p50 / p99; trust the ratios. `bare` is Xapian's own match of the same words in the same index, without ranking
 * or passages; `TermGenerator` and `FLAG_PARTIAL` are Xapian as its documentation shows it; FTS5 is SQLite's. */
#include "bare_xapian.h"
#include "knowledge.h"

#include "base/clock.h"
#include "base/str.h"
#include "index/database.h"
#include "index/generation.h"
#include "index/index.h"
#include "index/terms.h"
#include "text/words.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define QUESTIONS 300

static char folder[] = "/tmp/deflect-bench-XXXXXX";
static size_t articles = 20000, tickets = 100000;
static char short_questions[QUESTIONS][128], long_tickets[QUESTIONS][4096];

/* ---- Filling ---- */

static void bare_put(void *arg, size_t number, const char *title, char *const texts[KNOWLEDGE_SECTIONS], const char *whole)
{
    (void)number;
    (void)texts;
    if (!bare_add(arg, title, whole))
        knowledge_stop("TermGenerator", NULL);
}

static void fts_put(void *arg, size_t number, const char *title, char *const texts[KNOWLEDGE_SECTIONS], const char *whole)
{
    sqlite3_stmt *insert = arg;
    (void)number;
    (void)texts;
    sqlite3_bind_text(insert, 1, title, -1, SQLITE_STATIC);
    sqlite3_bind_text(insert, 2, whole, -1, SQLITE_STATIC);
    sqlite3_step(insert);
    sqlite3_reset(insert);
}

static void nothing(void *arg, size_t number, const char *title, char *const texts[KNOWLEDGE_SECTIONS], const char *whole)
{
    (void)arg;
    (void)number;
    (void)title;
    (void)texts;
    (void)whole;
}

static void learn(void)
{
    struct index_learner_options options = {.folder = folder};
    struct index_learner *learner = NULL;
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
    index_learner_close(learner);
    corpus_done(&corpus);
}

/* Questions of words of one title among stop words, and tickets of 50 to 300 words about it. */
static size_t question_place;
static void note_question(void *arg, size_t number, const char *title, char *const texts[KNOWLEDGE_SECTIONS], const char *whole)
{
    struct corpus *corpus = arg;
    size_t step = articles / QUESTIONS ? articles / QUESTIONS : 1;
    _cleanup_buf_ struct buf noise = BUF_INIT(1 << 16);
    struct slice rest = slice_of(title), word;
    char *question = short_questions[question_place];
    (void)texts;
    if (number % step || question_place >= QUESTIONS)
        return;
    (void)snprintf(question, sizeof *short_questions, "how can I");
    for (size_t i = 0; i < 3 && slice_split(&rest, ' ', &word); i++)
        (void)snprintf(question + strlen(question), sizeof *short_questions - strlen(question), " %.*s", (int)word.length, word.ptr);
    corpus_text(corpus, 30 + corpus_random(corpus, 150), &noise);
    (void)snprintf(long_tickets[question_place], sizeof *long_tickets, "%s. %.*s %s", title,
                   (int)utf8_cut(slice_of(whole), 600), whole, buf_str(&noise));
    question_place++;
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

static void ask(struct index_reader *reader, const char *text, size_t length, bool as_typed, bool body, bool bare_hits,
                struct times *times, char *first)
{
    struct index_query query = {.default_lang = "en", .lang = "en", .limit = 10, .as_typed = as_typed, .bare = bare_hits};
    struct index_results results;
    struct error err;
    int64_t start = knowledge_cpu_us();
    *(body ? &query.body : &query.subject) = (struct slice){text, length};
    if (index_search(reader, &query, &results, &err) != STATUS_OK)
        knowledge_stop("search", &err);
    times->values[times->count++] = (double)(knowledge_cpu_us() - start);
    if (first)
        (void)snprintf(first, 32, "%s", results.count ? results.hits[0].id : "");
    index_results_done(&results);
}

/* Xapian's own match of the words (or, PREFIX, of the last word's beginning) in the same index. */
static void ask_bare(struct database *database, struct words *words, const char *text, size_t length, bool prefix,
                     struct times *times, uint32_t *first)
{
    _cleanup_word_list_ struct word_list list = {0};
    struct match_term terms[1024];
    struct match_query query = {.terms = terms, .most = 10};
    struct match matches[10];
    struct term edge;
    struct error err;
    size_t count, total;
    int64_t start = knowledge_cpu_us();
    if (words_split(words, (struct slice){text, length}, "en", 1000, &list, &err) != STATUS_OK)
        knowledge_stop("words", &err);
    for (size_t i = 0; i < list.count; i++) {
        if (list.items[i].stop && !(prefix && i + 1 == list.count))
            continue;
        terms[query.count++] = (struct match_term){.key = list.items[i].keys[0], .weight = 1};
        if (prefix && i + 1 == list.count) {
            edge = term_make(TERM_EDGE, list.items[i].surface);
            terms[query.count - 1].term = term_slice(&edge);
        }
    }
    if (database_match(database, &query, matches, &count, &total, &err) != STATUS_OK)
        knowledge_stop("match", &err);
    times->values[times->count++] = (double)(knowledge_cpu_us() - start);
    if (first)
        *first = count ? matches[0].document : 0;
}

static void ask_fts(sqlite3_stmt *select, const char *text, struct times *times)
{
    char expression[512] = "";
    struct slice rest = slice_of(text), word;
    int64_t start;
    while (slice_split(&rest, ' ', &word))
        (void)snprintf(expression + strlen(expression), sizeof expression - strlen(expression), "%s\"%.*s\"",
                       *expression ? " OR " : "", (int)word.length, word.ptr);
    start = knowledge_cpu_us();
    sqlite3_bind_text(select, 1, expression, -1, SQLITE_STATIC);
    while (sqlite3_step(select) == SQLITE_ROW)
        ;
    sqlite3_reset(select);
    times->values[times->count++] = (double)(knowledge_cpu_us() - start);
}

/* In a process of its own, so that memory is the searches' alone. */
static void measure_memory(void)
{
    pid_t child;
    fflush(stdout);
    child = fork();
    if (child == 0) {
        struct index_reader *reader = NULL;
        struct times *times = calloc(1, sizeof *times);
        long before = knowledge_resident_kib();
        if (!times || index_reader_open(folder, &reader, NULL) != STATUS_OK)
            _exit(1);
        for (size_t i = 0; i < question_place; i++) {
            ask(reader, short_questions[i], strlen(short_questions[i]), false, false, false, times, NULL);
            ask(reader, long_tickets[i], strlen(long_tickets[i]), false, true, false, times, NULL);
        }
        printf("%-52s %9.1f MB on top of %.1f\n", "resident memory of a reader after all questions",
               (double)(knowledge_resident_kib() - before) / 1024, (double)before / 1024);
        fflush(stdout);
        _exit(0);
    }
    (void)waitpid(child, NULL, 0);
}

static void measure(struct bare *bare, sqlite3_stmt *select)
{
    static struct times bare_short, hits_short, whole_short, fts, edge, typed, partial, naive, ticket, learned;
    _cleanup_free_ char *path = generation_path(folder, GENERATION_ARTICLES, 1);
    struct times *const all[] = {&bare_short, &hits_short, &whole_short, &fts, &edge, &typed, &partial, &naive, &ticket};
    struct index_reader *reader = NULL;
    struct database *database = NULL;
    struct words *words = NULL;
    struct error err;
    size_t right = 0, naive_right = 0;
    if (index_reader_open(folder, &reader, &err) != STATUS_OK || database_open(path, &database, &err) != STATUS_OK ||
        words_new(&words, &err) != STATUS_OK)
        knowledge_stop("opening", &err);
    for (int round = 0; round < 2; round++) { /* the first warms up */
        bare_short.count = hits_short.count = whole_short.count = fts.count = edge.count = typed.count = partial.count = 0;
        naive.count = ticket.count = right = naive_right = 0;
        for (size_t i = 0; i < question_place; i++) {
            const char *question = short_questions[i];
            size_t length = strlen(question);
            unsigned documents[10];
            uint32_t document;
            char first[32], about[32];
            ask_bare(database, words, question, length, false, &bare_short, NULL);
            ask(reader, question, length, false, false, true, &hits_short, NULL);
            ask(reader, question, length, false, false, false, &whole_short, NULL);
            if (round && i % 10 == 0)
                ask_fts(select, question + 10, &fts);
            for (size_t l = 11; l <= length && l < 27; l++) {
                char typing[128];
                int64_t start;
                (void)snprintf(typing, sizeof typing, "%.*s", (int)l, question);
                ask_bare(database, words, typing, l, true, &edge, NULL);
                ask(reader, typing, l, true, false, false, &typed, NULL);
                start = knowledge_cpu_us();
                (void)bare_search(bare, typing, true, documents, 10);
                partial.values[partial.count++] = (double)(knowledge_cpu_us() - start);
            }
            ask_bare(database, words, long_tickets[i], strlen(long_tickets[i]), false, &naive, &document);
            ask(reader, long_tickets[i], strlen(long_tickets[i]), false, true, true, &ticket, first);
            (void)snprintf(about, sizeof about, "article-%zu", i * (articles / QUESTIONS ? articles / QUESTIONS : 1));
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
    tell("as typed, bare edge n-grams", &edge, NULL);
    tell("as typed, whole", &typed, &edge);
    tell("as typed, FLAG_PARTIAL", &partial, &typed);
    tell("ticket, OR of every word", &naive, NULL);
    tell("ticket, ranked", &ticket, &naive);
    printf("%-52s %9.3f, OR of every word %.3f\n", "ticket: first result is the article it is about",
           (double)right / (double)question_place, (double)naive_right / (double)question_place);
    if (tickets) {
        learn();
        if (index_reader_refresh(reader, &err) != STATUS_OK)
            knowledge_stop("refresh", &err);
        for (int round = 0; round < 2; round++) {
            learned.count = 0;
            for (size_t i = 0; i < question_place; i++)
                ask(reader, short_questions[i], strlen(short_questions[i]), false, false, false, &learned, NULL);
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
    struct corpus corpus;
    struct bare *bare;
    sqlite3 *sqlite = NULL;
    sqlite3_stmt *insert = NULL, *select = NULL;
    double own, other, making;
    size_t text_bytes;
    int64_t value;
    if (argc > 1 && str_to_int64(slice_of(argv[1]), &value) && value >= 100)
        articles = (size_t)value;
    if (argc > 2 && str_to_int64(slice_of(argv[2]), &value) && value >= 0)
        tickets = (size_t)value;
    if (!mkdtemp(folder) || !corpus_init(&corpus, 20000, 7))
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
    sqlite3_open(":memory:", &sqlite);
    sqlite3_exec(sqlite, "CREATE VIRTUAL TABLE f USING fts5(title, body, tokenize='porter'); BEGIN", NULL, NULL, NULL);
    sqlite3_prepare_v2(sqlite, "INSERT INTO f VALUES (?, ?)", -1, &insert, NULL);
    knowledge_each(articles, fts_put, insert);
    sqlite3_exec(sqlite, "COMMIT", NULL, NULL, NULL);
    sqlite3_prepare_v2(sqlite, "SELECT rowid FROM f WHERE f MATCH ? ORDER BY bm25(f, 5, 1) LIMIT 10", -1, &select, NULL);
    knowledge_each(articles, note_question, &corpus);
    measure_memory();
    measure(bare, select);
    sqlite3_finalize(insert);
    sqlite3_finalize(select);
    sqlite3_close(sqlite);
    bare_close(bare);
    corpus_done(&corpus);
    (void)snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command) == 0 ? 0 : 1;
}
