/* folder.h: the folder of articles: what is there, what changed, and which id each file has.
 *
 * A struct folder remembers of each file its size, time, digest and ids, so that a refresh reads only what
 * changed. It holds no article: changed ones are handed to the caller, who puts them into the index.
 * One thread at a time. */
#ifndef DEFLECT_ARTICLE_FOLDER_H
#define DEFLECT_ARTICLE_FOLDER_H

#include "article/parse.h"

struct folder;

struct folder_options {
    const char *root;
    const char *default_lang;
    char *const *languages;
};

/* A file that was skipped, or a remark about one that was not. */
struct folder_problem {
    char *path;
    struct article_problem problem;
};

struct folder_change {
    char *path;              /* owned */
    char *id;                /* its id before (removed or renumbered) or now */
    struct article *article; /* owned; NULL: the article of this id is gone */
};

struct folder_changes {
    struct folder_change *items;
    size_t count, capacity;
    struct folder_problem *problems;
    size_t problem_count, problem_capacity;
    size_t skipped; /* files skipped for a reason, in the whole folder as it is now */
};
void folder_changes_done(struct folder_changes *changes);

/* Owns: the caller frees with folder_free. Errors: OUT_OF_MEMORY. ROOT need not exist yet. */
enum status folder_new(const struct folder_options *options, struct folder **ret, struct error *err);
struct folder *folder_free(struct folder *folder);

/* Tells what the index already holds of a file, before the first refresh. */
enum status folder_remember(struct folder *folder, const char *path, const char *digest, const char *id,
                            bool id_explicit, struct error *err);

/* Looks at PATHS (relative; files or folders; NULL-terminated), or at everything where PATHS is NULL, and fills CHANGES:
 * articles added or changed (with their final ids), ids gone, problems. Derived ids that collide get "-2", … in path
 * order with a warning; explicit ones twice: the first in path order is kept, the other skipped.
 * A root that is missing or cannot be read is an error (IO, NOT_FOUND) and changes nothing: a vanished folder must not
 * empty the index. */
enum status folder_refresh(struct folder *folder, char *const *paths, struct folder_changes *changes,
                           struct error *err);

/* The id of the article in file PATH, NULL when there is none. Borrowed until the next refresh. */
const char *folder_id_of(const struct folder *folder, const char *path);

/* Number of files that became articles. */
size_t folder_count(const struct folder *folder);

/* Opens a served file (image, PDF) below ROOT without leaving it (no "..", no link out): *RET_FD is owned by the caller.
 * Errors: NOT_FOUND, DENIED (not a served type), IO. */
enum status folder_open_file(const char *root, const char *path, int *ret_fd, const char **ret_mime,
                             struct error *err);

#endif
