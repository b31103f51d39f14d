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
#include "base/digest.h"

#define HASH_NONFATAL_OOM 1
#define uthash_malloc(size) mem_alloc(size)
#define uthash_free(memory, size) mem_free(memory)
#include <uthash.h>
#include <utlist.h>

struct file_group;

/* What was read of a file and is not handed over yet. */
struct file_parsed {
    struct article *article;
    struct article_problems remarks;
    char *key; /* of a translation: what it is handed over with */
};
struct file_parsed *file_parsed_free(struct file_parsed *parsed);

/* A server keeps one for each article, so what only few files need is allocated by itself. */
struct file_entry {
    int64_t size, modified_ns; /* as of the last reading; -1: unknown */
    uint64_t inode;
    const char *id;           /* a refstr: the id it has; NULL: none */
    struct file_group *group; /* that wants the same id; NULL: no article (any more) */
    struct file_entry *prev_member, *next_member; /* in the group */
    char *translation_of;
    struct article_problem *failure; /* why it is no article; NULL: it is one */

    const char *told_id;        /* a refstr: what the caller knows it by; NULL: nothing */
    char *told_key;             /* of a translation: what the caller knows; NULL: nothing */
    struct file_parsed *parsed; /* kept until it is handed over */

    struct file_entry *prev, *next; /* in the list of dirty entries */
    unsigned seen;
    enum { FILE_NEITHER, FILE_ARTICLE, FILE_SKIPPED } counted;
    bool is_dirty;
    bool id_explicit;
    bool gone;        /* no longer in the folder */
    bool is_changed;  /* to be handed over although its id is the same */
    bool key_unknown; /* remembered: the caller has a key, but which is not known here */
    bool has_digest;  /* false: there is no content, or it could not be read */
    unsigned char digest[DIGEST_BYTES]; /* of the content now */
    UT_hash_handle hh;
    char path[];
};

/* Those that want the same id. */
struct file_group {
    const char *id; /* a refstr */
    struct file_entry *members;
    bool is_dirty;
    struct file_group *prev, *next; /* in the list of dirty groups */
    UT_hash_handle hh;
};

/* A folder below the root with its number of files at any depth. */
struct file_folder {
    char *path;
    size_t files;
    unsigned swept; /* the refresh that loses what it has not seen below; 0: none did */
    UT_hash_handle hh;
};

struct file_table {
    struct file_entry *entries, *dirty;
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

/* Notes why ENTRY is no article (owned, with its message), or that it may be one (NULL). */
void file_table_fail(struct file_entry *entry, struct article_problem *failure);

/* The id that ENTRY wants; NULL: none. Borrowed. */
const char *file_table_wanted(const struct file_entry *entry);

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
