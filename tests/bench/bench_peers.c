/* bench_peers.c: the part of scripts/bench-peers that needs the product's own code.
 *
 * usage: bench_peers write ARTICLES FOLDER    writes the made-up knowledge base and questions about it:
 *            FOLDER/articles/article-N.md, FOLDER/texts.tsv (a line: number, title, text), FOLDER/short.txt, typed.txt, ticket.txt
 *        bench_peers own INDEX FOLDER SECONDS         asks the index in INDEX those questions
 *        bench_peers fts5 ARTICLES FOLDER SECONDS     asks SQLite's FTS5 the same
 *        bench_peers omega PROGRAM FOLDER SECONDS     runs Xapian Omega's CGI program for each, as a web server would
 *
 * SECONDS of processor time are spent on each kind of question. The latter three print a line for each question: engine, kind, microseconds of processor time. */
#include "knowledge.h"
#include "questions.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/str.h"
#include "index/generation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define TEXT_MOST (64 * 1024 * 1024)
#define TYPED_STEP 7          /* every so many beginnings of questions are asked; no divisor of what is typed of each */
#define ASKED_LEAST 20        /* questions, however long they take */
#define WARM_SHARE 0.2        /* of that time, uncounted, before */

static double budget_us;

/* ---- Writing ---- */

struct writing {
    const char *folder;
    FILE *texts;
};

static FILE *create(const char *folder, const char *name)
{
    _cleanup_free_ char *path = mem_printf("%s/%s", folder, name);
    FILE *file = fopen(path, "we");
    if (!file)
        knowledge_stop(path, NULL);
    return file;
}

static void finish(FILE *file)
{
    if (fclose(file) != 0)
        knowledge_stop("writing", NULL);
}

/* TEXT as one line. */
static void put_line(FILE *file, const char *text)
{
    for (; *text; text++)
        putc(*text == '\n' ? ' ' : *text, file);
}

static void write_article(void *arg, size_t number, const char *title, char *const texts[KNOWLEDGE_SECTIONS], const char *whole)
{
    struct writing *writing = arg;
    _cleanup_free_ char *name = mem_printf("articles/article-%zu.md", number);
    FILE *file = create(writing->folder, name);
    fprintf(file, "# %s\n", title);
    for (size_t s = 0; s < KNOWLEDGE_SECTIONS; s++)
        fprintf(file, "%s\n%s", s ? "\n\n## More about it\n" : "", texts[s]);
    finish(file);
    fprintf(writing->texts, "%zu\t%s\t", number + 1, title);
    put_line(writing->texts, whole);
    putc('\n', writing->texts);
}

static void write_questions(const char *folder, size_t articles)
{
    static struct questions questions;
    FILE *shorts = create(folder, "short.txt"), *typed = create(folder, "typed.txt"), *tickets = create(folder, "ticket.txt");
    const size_t asking = sizeof QUESTIONS_ASKING - 1;
    questions_make(articles, &questions);
    for (size_t i = 0, step = 0; i < questions.count; i++) {
        size_t length = strlen(questions.shorts[i]);
        fprintf(shorts, "%s\n", questions.shorts[i]);
        put_line(tickets, questions.tickets[i]);
        putc('\n', tickets);
        for (size_t l = asking + 1; l <= length && l <= asking + QUESTIONS_TYPED_MOST; l++)
            if (step++ % TYPED_STEP == 0)
                fprintf(typed, "%.*s\n", (int)l, questions.shorts[i]);
    }
    finish(shorts);
    finish(typed);
    finish(tickets);
}

static void write_all(const char *folder, size_t articles)
{
    _cleanup_free_ char *below = mem_printf("%s/articles", folder);
    struct writing writing = {.folder = folder, .texts = create(folder, "texts.tsv")};
    if (mkdir(below, 0755) != 0)
        knowledge_stop(below, NULL);
    knowledge_each(articles, write_article, &writing);
    finish(writing.texts);
    write_questions(folder, articles);
}

/* ---- Asking ---- */

struct engine {
    const char *name;
    struct index_reader *reader;
    struct database *database;
    struct words *words;
    struct questions_fts fts;
    const char *program;
};

enum kind { SHORT, TYPED, TICKET, KINDS };
static const char *const kinds[KINDS] = {"short", "typed", "ticket"};

typedef double ask_fn(struct engine *engine, enum kind kind, struct slice text);

static double ask_whole(struct engine *engine, enum kind kind, struct slice text)
{
    return questions_ask(engine->reader, text, (struct asking){.as_typed = kind == TYPED, .body = kind == TICKET}, NULL);
}

static double ask_bare(struct engine *engine, enum kind kind, struct slice text)
{
    return questions_ask_bare(engine->database, engine->words, text, kind == TYPED, NULL);
}

static double ask_fts(struct engine *engine, enum kind kind, struct slice text)
{
    return questions_ask_fts(&engine->fts, text, kind == TYPED);
}

/* As somebody would who leaves out the stop words that all of these questions begin with. */
static double ask_fts_telling(struct engine *engine, enum kind kind, struct slice text)
{
    const size_t asking = kind == TICKET ? 0 : sizeof QUESTIONS_ASKING - 1;
    return questions_ask_fts(&engine->fts, (struct slice){text.ptr + asking, text.length - asking}, kind == TYPED);
}

/* The processor time of the whole process that answers: a CGI program is started for each request. */
static double ask_omega(struct engine *engine, enum kind kind, struct slice text)
{
    _cleanup_buf_ struct buf query = BUF_INIT(1 << 16);
    struct rusage usage;
    pid_t child;
    int status;
    buf_add_str(&query, "DB=omega&FMT=omega.html&HITSPERPAGE=10&DEFAULTOP=or&P=");
    buf_add_url(&query, text, "");
    if (kind == TYPED)
        buf_add_str(&query, "&PARTIAL=1");
    fflush(stdout);
    child = fork();
    if (child == 0) {
        (void)setenv("QUERY_STRING", buf_str(&query), 1);
        (void)setenv("REQUEST_METHOD", "GET", 1);
        if (freopen("/dev/null", "we", stdout))
            (void)execl(engine->program, engine->program, (char *)NULL);
        _exit(127);
    }
    if (child < 0 || wait4(child, &status, 0, &usage) != child || status != 0)
        knowledge_stop(engine->program, NULL);
    return 1e6 * (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

static void ask_kind(struct engine *engine, enum kind kind, ask_fn *ask, const char *folder)
{
    _cleanup_free_ char *path = mem_printf("%s/%s.txt", folder, kinds[kind]), *text = NULL;
    struct error err;
    for (int round = 0; round < 2; round++) { /* the first warms up */
        double spent = 0;
        size_t length, asked = 0;
        struct slice rest, line;
        text = mem_free(text);
        if (file_read(path, TEXT_MOST, &text, &length, &err) != STATUS_OK)
            knowledge_stop(path, &err);
        rest = (struct slice){text, length};
        while (slice_split(&rest, '\n', &line) && (round ? spent < budget_us || asked < ASKED_LEAST : spent < WARM_SHARE * budget_us)) {
            double us;
            if (!line.length)
                continue;
            us = ask(engine, kind, line);
            if (round)
                printf("%s %s %.0f\n", engine->name, kinds[kind], us);
            spent += us;
            asked++;
        }
    }
}

static void ask_all(struct engine *engine, const char *name, ask_fn *ask, const char *folder)
{
    engine->name = name;
    for (enum kind kind = 0; kind < KINDS; kind++)
        ask_kind(engine, kind, ask, folder);
}

static void ask_own(const char *index, const char *folder)
{
    _cleanup_free_ char *path = generation_path(index, GENERATION_ARTICLES, 1);
    struct engine engine = {0};
    struct error err;
    if (index_reader_open(index, &engine.reader, &err) != STATUS_OK || database_open(path, &engine.database, &err) != STATUS_OK ||
        words_new(&engine.words, &err) != STATUS_OK)
        knowledge_stop("opening", &err);
    ask_all(&engine, "bare", ask_bare, folder);
    ask_all(&engine, "whole", ask_whole, folder);
    words_free(engine.words);
    database_close(engine.database);
    index_reader_close(engine.reader);
}

static void ask_fts5(size_t articles, const char *folder)
{
    struct engine engine = {0};
    questions_fts_open(articles, &engine.fts);
    ask_all(&engine, "fts5", ask_fts, folder);
    ask_all(&engine, "fts5-telling", ask_fts_telling, folder);
    questions_fts_close(&engine.fts);
}

int main(int argc, char **argv)
{
    const char *what = argc > 3 ? argv[1] : "";
    int64_t articles = 0, seconds = 0;
    if (argc > 3)
        (void)str_to_int64(slice_of(argv[2]), &articles);
    if (argc > 4 && str_to_int64(slice_of(argv[4]), &seconds))
        budget_us = 1e6 * (double)seconds;
    if (articles >= 100 && str_equal(what, "write"))
        write_all(argv[3], (size_t)articles);
    else if (articles >= 100 && seconds > 0 && str_equal(what, "fts5"))
        ask_fts5((size_t)articles, argv[3]);
    else if (seconds > 0 && str_equal(what, "own"))
        ask_own(argv[2], argv[3]);
    else if (seconds > 0 && str_equal(what, "omega"))
        ask_all(&(struct engine){.program = argv[2]}, "omega", ask_omega, argv[3]);
    else
        knowledge_stop("its opening comment says how to use it", NULL);
    return 0;
}
