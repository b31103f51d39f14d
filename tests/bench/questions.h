/* questions.h: questions and tickets about the made-up knowledge base (knowledge.h), the same each time, and what one costs when it is
 * asked of the index, of Xapian alone, or of SQLite's FTS5. What asks returns microseconds of processor time of its thread. */
#ifndef DEFLECT_BENCH_QUESTIONS_H
#define DEFLECT_BENCH_QUESTIONS_H

#include "index/database.h"
#include "index/index.h"
#include "text/words.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define QUESTIONS 300
#define QUESTIONS_ASKING "how can I "  /* how a short question begins; words of one title follow */
#define QUESTIONS_TYPED_MOST 16        /* letters behind that which are typed one by one */

struct questions {
    char shorts[QUESTIONS][128];
    char tickets[QUESTIONS][4096]; /* 50 to 300 words about one article among others */
    size_t abouts[QUESTIONS];      /* its number */
    size_t count;
};

/* Fills RET with questions about the knowledge base of ARTICLES. */
void questions_make(size_t articles, struct questions *ret);

/* How a question is asked. */
struct asking {
    bool as_typed; /* the last word is a beginning */
    bool body;     /* the text is a ticket's, not its subject */
    bool bare;     /* without passages */
};

/* FIRST (may be NULL): the id of the first result, "" for none. */
double questions_ask(struct index_reader *reader, struct slice text, struct asking asking, char first[32]);

/* Xapian's own match of the words in the same index (or, AS_TYPED, of the last one's beginning), ten best. FIRST (may be NULL): document. */
double questions_ask_bare(struct database *database, struct words *words, struct slice text, bool as_typed, uint32_t *first);

/* SQLite's FTS5: a table in memory of the knowledge base's titles and texts, stemmed. */
struct questions_fts {
    sqlite3 *sqlite;
    sqlite3_stmt *select;
};
void questions_fts_open(size_t articles, struct questions_fts *ret);
void questions_fts_close(struct questions_fts *fts);
/* The words of TEXT joined by OR, ten best by bm25. */
double questions_ask_fts(struct questions_fts *fts, struct slice text, bool as_typed);

#endif
