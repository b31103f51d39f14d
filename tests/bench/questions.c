/* questions.c: makes questions and asks them. */
#include "questions.h"

#include "knowledge.h"

#include "base/mem.h"
#include "base/str.h"
#include "index/terms.h"

#include <stdio.h>
#include <string.h>

/* ---- Making ---- */

struct making {
    struct questions *questions;
    struct corpus corpus; /* of words around a ticket's */
    size_t step;
};

static void note_question(void *arg, size_t number, const char *title, char *const texts[KNOWLEDGE_SECTIONS], const char *whole)
{
    struct making *making = arg;
    struct questions *questions = making->questions;
    _cleanup_buf_ struct buf noise = BUF_INIT(1 << 16);
    struct slice rest = slice_of(title), word;
    char *question = questions->shorts[questions->count], *ticket = questions->tickets[questions->count];
    (void)texts;
    if (number % making->step || questions->count >= QUESTIONS)
        return;
    (void)snprintf(question, sizeof *questions->shorts, "%.*s", (int)sizeof QUESTIONS_ASKING - 2, QUESTIONS_ASKING);
    for (size_t i = 0; i < 3 && slice_split(&rest, ' ', &word); i++)
        (void)snprintf(question + strlen(question), sizeof *questions->shorts - strlen(question), " %.*s", (int)word.length,
                       word.ptr);
    corpus_text(&making->corpus, 30 + corpus_random(&making->corpus, 150), &noise);
    (void)snprintf(ticket, sizeof *questions->tickets, "%s. %.*s %s", title, (int)utf8_cut(slice_of(whole), 600), whole,
                   buf_str(&noise));
    questions->abouts[questions->count++] = number;
}

void questions_make(size_t articles, struct questions *ret)
{
    struct making making = {.questions = ret, .step = articles / QUESTIONS ? articles / QUESTIONS : 1};
    if (!corpus_init(&making.corpus, 20000, 7))
        knowledge_stop("memory", NULL);
    ret->count = 0;
    knowledge_each(articles, note_question, &making);
    corpus_done(&making.corpus);
}

/* ---- Asking ---- */

double questions_ask(struct index_reader *reader, struct slice text, struct asking asking, char first[32])
{
    struct index_query query = {
        .default_lang = "en", .lang = "en", .limit = 10, .as_typed = asking.as_typed, .bare = asking.bare};
    struct index_results results;
    struct error err;
    int64_t start = knowledge_cpu_us(), end;
    *(asking.body ? &query.body : &query.subject) = text;
    if (index_search(reader, &query, &results, &err) != STATUS_OK)
        knowledge_stop("search", &err);
    end = knowledge_cpu_us();
    if (first)
        (void)snprintf(first, 32, "%s", results.count ? results.hits[0].id : "");
    index_results_done(&results);
    return (double)(end - start);
}

double questions_ask_bare(struct database *database, struct words *words, struct slice text, bool as_typed, uint32_t *first)
{
    _cleanup_word_list_ struct word_list list = {0};
    struct match_term terms[1024];
    struct match_query query = {.terms = terms, .most = 10};
    struct match matches[10];
    struct term edge;
    struct error err;
    size_t count, total;
    int64_t start = knowledge_cpu_us();
    if (words_split(words, text, "en", 1000, &list, &err) != STATUS_OK)
        knowledge_stop("words", &err);
    for (size_t i = 0; i < list.count; i++) {
        bool beginning = as_typed && i + 1 == list.count;
        if (list.items[i].stop && !beginning)
            continue;
        terms[query.count++] = (struct match_term){.key = list.items[i].keys[0], .weight = 1};
        if (beginning) {
            edge = term_make(TERM_EDGE, list.items[i].surface);
            terms[query.count - 1].term = term_slice(&edge);
        }
    }
    if (database_match(database, &query, matches, &count, &total, &err) != STATUS_OK)
        knowledge_stop("match", &err);
    if (first)
        *first = count ? matches[0].document : 0;
    return (double)(knowledge_cpu_us() - start);
}

/* ---- FTS5 ---- */

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

void questions_fts_open(size_t articles, struct questions_fts *ret)
{
    sqlite3_stmt *insert = NULL;
    if (sqlite3_open(":memory:", &ret->sqlite) != SQLITE_OK ||
        sqlite3_exec(ret->sqlite, "CREATE VIRTUAL TABLE f USING fts5(title, body, tokenize='porter'); BEGIN", NULL, NULL, NULL) !=
            SQLITE_OK ||
        sqlite3_prepare_v2(ret->sqlite, "INSERT INTO f VALUES (?, ?)", -1, &insert, NULL) != SQLITE_OK)
        knowledge_stop("FTS5", NULL);
    knowledge_each(articles, fts_put, insert);
    sqlite3_finalize(insert);
    if (sqlite3_exec(ret->sqlite, "COMMIT", NULL, NULL, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(ret->sqlite, "SELECT rowid FROM f WHERE f MATCH ? ORDER BY bm25(f, 5, 1) LIMIT 10", -1, &ret->select,
                           NULL) != SQLITE_OK)
        knowledge_stop("FTS5", NULL);
}

void questions_fts_close(struct questions_fts *fts)
{
    sqlite3_finalize(fts->select);
    sqlite3_close(fts->sqlite);
}

double questions_ask_fts(struct questions_fts *fts, struct slice text, bool as_typed)
{
    _cleanup_buf_ struct buf expression = BUF_INIT(1 << 16);
    struct slice rest = text, word;
    int64_t start;
    while (slice_split(&rest, ' ', &word)) {
        if (!word.length)
            continue;
        buf_add_str(&expression, expression.length ? " OR \"" : "\"");
        buf_add_slice(&expression, word);
        buf_add_char(&expression, '"');
    }
    if (as_typed)
        buf_add_char(&expression, '*');
    start = knowledge_cpu_us();
    sqlite3_bind_text(fts->select, 1, buf_str(&expression), -1, SQLITE_STATIC);
    while (sqlite3_step(fts->select) == SQLITE_ROW)
        ;
    sqlite3_reset(fts->select);
    return (double)(knowledge_cpu_us() - start);
}
