/* parse.h: a Markdown file's text in, an article out. Pure: reads no file. */
#ifndef DEFLECT_ARTICLE_PARSE_H
#define DEFLECT_ARTICLE_PARSE_H

#include "article/article.h"
#include "base/error.h"
#include "base/slice.h"

/* What the path and the configuration say about an article. */
struct article_context {
    const char *path;             /* relative to the articles folder */
    const char *default_lang;
    char *const *languages;       /* first folders that name a language; NULL: libstemmer's by ISO 639-1 code, and zh, ja, ko */
};

/* A remark about a file: an error (it was skipped) or a warning. */
struct article_problem {
    bool is_error;
    const char *kind; /* a word for programs: "unreadable", "id", "audience", "status", "date", …; static */
    size_t line;      /* from 1; 0 where no line can be named */
    char *message;
};
struct article_problems {
    struct article_problem *items;
    size_t count, capacity;
};
void article_problems_done(struct article_problems *problems);

/* Adds PROBLEM with a copy of MESSAGE (its own is ignored). Errors: OUT_OF_MEMORY. */
enum status article_problems_add(struct article_problems *problems, const struct article_problem *problem,
                                 const char *message);

/* Registers cmark's extensions. Call once before threads start. */
void article_init(void);

/* Parses BYTES (a whole file). On success *RET is a fresh article whose `id` is the explicit or derived id,
 * not yet made unique (that is the folder's job); warnings (unknown audience, …) are added to PROBLEMS.
 * Errors: INVALID (bad YAML, not UTF-8) with the line in the message ("line 3: …"), TOO_LARGE: both also stand in PROBLEMS, as
 * an error with its line; OUT_OF_MEMORY.
 * Threads: any, after article_init. */
enum status article_parse(struct slice bytes, const struct article_context *context, struct article **ret,
                          struct article_problems *problems, struct error *err);

#endif
