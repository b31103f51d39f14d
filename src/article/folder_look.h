/* folder_look.h: looking at files: the first step of a refresh; internal to folder.c. */
#ifndef DEFLECT_ARTICLE_FOLDER_LOOK_H
#define DEFLECT_ARTICLE_FOLDER_LOOK_H

#include "article/folder.h"
#include "article/folder_table.h"

struct folder {
    char *root, *default_lang;
    char **languages; /* NULL: the default list */
    struct file_table table;
    unsigned generation;
    size_t unnamed; /* files whose names are not UTF-8, at the last look at everything */
    bool looked;    /* at files since the last refresh that was finished: else the dirty entries
                       are in order, and all they wait for is their batch */
};

/* One refresh. */
struct looking {
    struct folder *folder;
    struct folder_changes *changes;
    int root_fd;
    size_t kept;    /* parsed articles in memory */
    size_t removed; /* changes that are removals, the first ones */
    bool swept;     /* there are folders below which what is not seen is lost */
    struct error *err;
};

/* Looks at PATHS, or at everything (NULL), and brings the table up to what is there: entries that
 * are new, changed or gone are marked and want the ids that they do. Errors: OUT_OF_MEMORY; what
 * was seen until then stays. */
enum status folder_look(struct looking *l, char *const *paths);

/* Makes sure that the article of ENTRY is in memory; it was let go where there were too many. Where
 * the file has changed since, it is not, and its turn comes with the next refresh. Errors:
 * OUT_OF_MEMORY. */
enum status folder_load(struct looking *l, struct file_entry *entry);

/* Adds a copy of PROBLEM with MESSAGE. Errors: OUT_OF_MEMORY. */
enum status folder_add_problem(struct folder_changes *changes, const char *path,
                               const struct article_problem *problem, const char *message);

#endif
