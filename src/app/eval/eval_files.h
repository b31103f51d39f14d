/* eval_files.h: the files that an evaluation reads: questions, judgements, history. */
#ifndef DEFLECT_APP_EVAL_FILES_H
#define DEFLECT_APP_EVAL_FILES_H

#include "base/error.h"

#include <stddef.h>

/* A line of JSON: a question (id, text, title) or a past ticket (text, article). Strings are owned; NULL where a line has none. */
struct eval_line {
    char *id, *text, *title, *article;
};
struct eval_lines {
    struct eval_line *items;
    size_t count, capacity;
};
void eval_lines_done(struct eval_lines *lines);

struct eval_judgement {
    char *query, *article;
    int grade;
};
struct eval_judgements {
    struct eval_judgement *items; /* by query, in order of bytes */
    size_t count, capacity;
};
void eval_judgements_done(struct eval_judgements *judgements);

/* Reads FILE; each line must have `text`, and KEY ("id", "article") unless KEY is NULL. Errors: NOT_FOUND, INVALID naming the line. */
enum status eval_read_lines(const char *file, const char *key, struct eval_lines *ret, struct error *err);
enum status eval_read_judgements(const char *file, struct eval_judgements *ret, struct error *err);

#endif
