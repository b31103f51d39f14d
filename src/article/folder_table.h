/* folder_table.h: what a struct folder knows of each file, and which id each one gets. Internal to
 * folder.c.
 *
 * Every file wants an id: the one it gives, or the one its path makes. Those that want the same one
 * form a group. In a group the first in path order that gives the id itself has it (others that do
 * are skipped), else the first in path order; the others get
 * "-2", "-3", … but no id that a group of its own wants. So the ids of a group depend on its
 * members and on whether those other groups exist, and a change in one file touches one group, or
 * two. */
#ifndef DEFLECT_ARTICLE_FOLDER_TABLE_H
#define DEFLECT_ARTICLE_FOLDER_TABLE_H

#include "article/parse.h"

#define HASH_NONFATAL_OOM 1
#define uthash_malloc(size) mem_alloc(size)
#define uthash_free(memory, size) mem_free(memory)
#include <uthash.h>
#include <utlist.h>

struct file_group;

struct file_entry {
    char *path;
    int64_t size, modified_ns; /* as of the last reading; -1: unknown */
    uint64_t inode;
    char *digest; /* of the content now; NULL: none, or it could not be read */
    char *wanted; /* the id it wants; NULL when it is no article (any more) */
    bool id_explicit;
    bool gone; /* no longer in the folder */
    char *translation_of;
    char *id;                       /* the id it has; NULL: none */
    struct article_problem failure; /* why it is no article; message NULL: it is one */

    char *told_id, *told_digest, *told_key; /* what the caller knows: NULL: nothing */
    bool key_unknown; /* remembered: the caller has a key, but which is not known here */
    bool again;       /* to be handed over although the content is the same */
    char *pending_id, *pending_digest, *pending_key; /* what the caller is about to know */

    struct article *article; /* read, and kept until it is handed over */
    struct article_problems remarks;
    unsigned seen;
    bool is_dirty;
    struct file_entry *prev, *next; /* in the list of dirty entries */
    struct file_group *group;
    enum { FILE_NEITHER, FILE_ARTICLE, FILE_SKIPPED } counted;
    UT_hash_handle hh;
};

/* Those that want the same id. */
struct file_group {
    char *id;
    struct file_entry **members;
    size_t count, capacity;
    bool is_dirty;
    struct file_group *prev, *next; /* in the list of dirty groups */
    UT_hash_handle hh;
};

/* A folder below the root with its number of files at any depth. */
struct file_folder {
    char *path;
    size_t files;
    bool gone;
    UT_hash_handle hh;
};

struct file_table {
    struct file_entry *entries, *dirty;
    bool dirty_in_order; /* by path; each batch of many takes from a list that the first one sorted */
    struct file_group *groups, *dirty_groups;
    struct file_folder *folders;
    size_t articles, skipped, translated;
};

void file_table_done(struct file_table *table);

struct file_entry *file_table_find(const struct file_table *table, const char *path);
struct file_folder *file_table_find_folder(const struct file_table *table, const char *path,
                                           size_t length);

/* The entry of PATH, added where there is none; NULL when memory is short. */
struct file_entry *file_table_add(struct file_table *table, const char *path);

/* Forgets ENTRY, which wants no id. */
void file_table_remove(struct file_table *table, struct file_entry *entry);

void file_table_mark(struct file_table *table, struct file_entry *entry);

/* Makes ENTRY want ID (NULL: none) from now on. False when memory is short: it then wants what it
 * did. */
bool file_table_want(struct file_table *table, struct file_entry *entry, const char *id,
                     bool id_explicit);

/* Gives ids anew in every group that changed, and marks the entries whose id did. False when memory
 * is short; call again. */
bool file_table_assign(struct file_table *table);

/* The entry that has ID; NULL when none has. */
struct file_entry *file_table_holder(const struct file_table *table, const char *id);

/* Counts ENTRY as what it is now. */
void file_table_count(struct file_table *table, struct file_entry *entry);

#endif
