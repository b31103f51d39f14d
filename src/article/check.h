/* check.h: what is wrong in a folder of articles, as `deflect check` tells it.
 *
 * Everything that the folder alone can tell: files that cannot be read, ids given twice, dead
 * links, anchors and images, titles that are missing or stand twice in one language, overdue
 * reviews, unknown audiences and states. Failing `tests` need the index: whoever runs them adds
 * them with check_add. Other sites are not looked at. */
#ifndef DEFLECT_ARTICLE_CHECK_H
#define DEFLECT_ARTICLE_CHECK_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct check_options {
    const char *root;
    const char *default_lang;
    char *const *languages; /* NULL: the default list */
    int64_t now_ms;
    int64_t
        review_every_ms; /* how long a review holds where the article does not say; -1: for ever */
};

struct check_problem {
    char *path;       /* relative to the articles folder */
    size_t line;      /* from 1; 0 where no line can be named */
    bool is_error;    /* else a warning */
    const char *kind; /* "unreadable", "id", "link", "anchor", "image", "title", "review",
                         "audience", "status", "date", "duration", "lang", "test"; static */
    char *message;
};

struct check_report {
    struct check_problem *items; /* sorted by path, line, kind */
    size_t count, capacity;
    size_t articles; /* read */
};

/* Checks the folder. RET must be given to check_done in any case. Errors: NOT_FOUND, IO (the folder
 * itself), OUT_OF_MEMORY. */
enum status check_folder(const struct check_options *options, struct check_report *ret,
                         struct error *err);

/* Adds a copy of PROBLEM; call check_sort after the last one. Errors: OUT_OF_MEMORY. */
enum status check_add(struct check_report *report, const struct check_problem *problem,
                      struct error *err);
void check_sort(struct check_report *report);

/* The number of errors, without warnings. */
size_t check_errors(const struct check_report *report);

void check_done(struct check_report *report);

#endif
