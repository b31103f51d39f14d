/* folder.h: the folder of articles: what is there, what changed, and which id each file has.
 *
 * A struct folder remembers of each file its size, time, digest and ids, so that a refresh reads only what
 * changed. It holds no article: changed ones are handed to the caller, who puts them into the index.
 * One thread at a time. */
#ifndef DEFLECT_ARTICLE_FOLDER_H
#define DEFLECT_ARTICLE_FOLDER_H

#include "article/parse.h"

#include <stdbool.h>

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
    bool more;      /* there is more than one batch (LIMIT_ARTICLE_BATCH): put these away, then call folder_refresh again with
                       an empty list of paths, until it is false */
};
void folder_changes_done(struct folder_changes *changes);

/* Owns: the caller frees with folder_free. Errors: OUT_OF_MEMORY. ROOT need not exist yet. */
enum status folder_new(const struct folder_options *options, struct folder **ret, struct error *err);
struct folder *folder_free(struct folder *folder);

/* Tells what the index already holds of a file, before the first refresh. */
enum status folder_remember(struct folder *folder, const char *path, const char *digest, const char *id,
                            bool id_explicit, struct error *err);

/* Looks at PATHS (relative; files or folders; NULL-terminated), or at everything where PATHS is NULL, and fills CHANGES (which the
 * caller gives to folder_changes_done in any case): first the ids that no file has any more, then articles added or changed with
 * their final ids and translation keys, in path order, at most a batch of them; and problems, all there are where PATHS is NULL,
 * else those of what was looked at. Derived ids that collide get "-2", … in path order with a warning; explicit ones twice: the
 * first in path order is kept, the other skipped. Ids depend on nothing but the files that are there.
 * Hidden files and folders, node_modules and _deflect are passed over. Links to files are followed within the root, to folders never.
 * A root that is missing or cannot be read is an error (IO, NOT_FOUND) and changes nothing: a vanished folder must not
 * empty the index. After OUT_OF_MEMORY nothing is lost: the next refresh hands over what this one could not. A caller that could
 * not put away what it was given starts over with a new struct folder. */
enum status folder_refresh(struct folder *folder, char *const *paths, struct folder_changes *changes,
                           struct error *err);

/* The id of the article in file PATH, NULL when there is none. Borrowed until the next refresh. */
const char *folder_id_of(const struct folder *folder, const char *path);

/* Number of files that became articles. */
size_t folder_count(const struct folder *folder);

/* The type of a file that is served (png, jpg, jpeg, gif, webp, svg, pdf), NULL for others. Static. */
const char *folder_mime(const char *path);

/* An SVG image is a document that may hold scripts: whoever serves one adds this Content-Security-Policy, under which it can do
 * nothing but be seen. Pages show it by <img>, where it cannot either. (Not for PDF: browsers show none in a sandbox.) */
#define FOLDER_SVG_POLICY "default-src 'none'; sandbox"

/* Opens a served file (image, PDF) below ROOT without leaving it (no "..", no link out, nothing hidden): *RET_FD is owned by
 * the caller, a regular file of at most LIMIT_SERVED_FILE. Errors: NOT_FOUND, DENIED (not a served type), TOO_LARGE, IO. */
enum status folder_open_file(const char *root, const char *path, int *ret_fd, const char **ret_mime,
                             struct error *err);

#endif
