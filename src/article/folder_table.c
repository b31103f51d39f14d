/* folder_table.c: what a struct folder knows of each file, and which id each one gets. */
#include "article/folder_table.h"

#include "base/refstr.h"
#include "base/str.h"

#include <ctype.h>

/* ---- Entries ---- */

struct file_parsed *file_parsed_free(struct file_parsed *parsed)
{
    if (!parsed)
        return NULL;
    article_free(parsed->article);
    article_problems_done(&parsed->remarks);
    mem_free(parsed->key);
    return mem_free(parsed);
}

static void entry_free(struct file_entry *entry)
{
    refstr_unref(entry->id);
    refstr_unref(entry->told_id);
    mem_free(entry->told_key);
    mem_free(entry->translation_of);
    file_table_fail(entry, NULL);
    file_parsed_free(entry->parsed);
    mem_free(entry);
}

static void group_free(struct file_group *group)
{
    refstr_unref(group->id);
    mem_free(group);
}

void file_table_done(struct file_table *table)
{
    struct file_entry *entry, *next_entry;
    struct file_group *group, *next_group;
    struct file_folder *folder, *next_folder;
    HASH_ITER(hh, table->entries, entry, next_entry)
    {
        HASH_DEL(table->entries, entry);
        entry_free(entry);
    }
    HASH_ITER(hh, table->groups, group, next_group)
    {
        HASH_DEL(table->groups, group);
        group_free(group);
    }
    HASH_ITER(hh, table->folders, folder, next_folder)
    {
        HASH_DEL(table->folders, folder);
        mem_free(folder->path);
        mem_free(folder);
    }
    *table = (struct file_table){0};
}

struct file_entry *file_table_find(const struct file_table *table, const char *path)
{
    struct file_entry *entry = NULL;
    HASH_FIND_STR(table->entries, path, entry);
    return entry;
}

struct file_folder *file_table_find_folder(const struct file_table *table, const char *path,
                                           size_t length)
{
    struct file_folder *folder = NULL;
    HASH_FIND(hh, table->folders, path, length, folder);
    return folder;
}

static struct file_folder *add_folder(struct file_table *table, const char *path, size_t length)
{
    struct file_folder *folder = file_table_find_folder(table, path, length);
    if (folder)
        return folder;
    folder = mem_zero(1, sizeof *folder);
    if (folder && (folder->path = mem_strndup(path, length)))
        HASH_ADD_KEYPTR(hh, table->folders, folder->path, length, folder);
    if (folder && (!folder->path || !folder->hh.tbl)) {
        mem_free(folder->path);
        folder = mem_free(folder);
    }
    return folder;
}

/* Counts a file of PATH off all folders above it that end before END. */
static void leave_folders(struct file_table *table, const char *path, const char *end)
{
    for (const char *slash = strchr(path, '/'); slash && slash < end;
         slash = strchr(slash + 1, '/')) {
        struct file_folder *folder = file_table_find_folder(table, path, (size_t)(slash - path));
        if (!folder || --folder->files > 0)
            continue;
        HASH_DEL(table->folders, folder);
        mem_free(folder->path);
        mem_free(folder);
    }
}

static bool enter_folders(struct file_table *table, const char *path)
{
    for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
        struct file_folder *folder = add_folder(table, path, (size_t)(slash - path));
        if (!folder) {
            leave_folders(table, path, slash);
            return false;
        }
        folder->files++;
    }
    return true;
}

struct file_entry *file_table_add(struct file_table *table, const char *path)
{
    struct file_entry *entry = file_table_find(table, path);
    size_t length = strlen(path);
    if (entry)
        return entry;
    entry = mem_zero(1, sizeof *entry + length + 1);
    if (!entry)
        return NULL;
    entry->size = entry->modified_ns = -1;
    memcpy(entry->path, path, length + 1);
    if (!enter_folders(table, path)) {
        entry_free(entry);
        return NULL;
    }
    HASH_ADD_KEYPTR(hh, table->entries, entry->path, length, entry);
    if (!entry->hh.tbl) {
        leave_folders(table, path, path + length);
        entry_free(entry);
        return NULL;
    }
    return entry;
}

void file_table_remove(struct file_table *table, struct file_entry *entry)
{
    if (entry->is_dirty)
        DL_DELETE(table->dirty, entry);
    table->translated -= entry->translation_of != NULL;
    file_table_fail(entry, NULL);
    file_table_count(table, entry);
    leave_folders(table, entry->path, entry->path + strlen(entry->path));
    HASH_DEL(table->entries, entry);
    entry_free(entry);
}

void file_table_mark(struct file_table *table, struct file_entry *entry)
{
    if (!entry->is_dirty)
        DL_APPEND(table->dirty, entry);
    entry->is_dirty = true;
}

void file_table_fail(struct file_entry *entry, struct article_problem *failure)
{
    if (entry->failure)
        mem_free(entry->failure->message);
    mem_free(entry->failure);
    entry->failure = failure;
}

void file_table_count(struct file_table *table, struct file_entry *entry)
{
    table->articles -= entry->counted == FILE_ARTICLE;
    table->skipped -= entry->counted == FILE_SKIPPED;
    entry->counted = entry->id                        ? FILE_ARTICLE
                     : entry->group || entry->failure ? FILE_SKIPPED
                                                      : FILE_NEITHER;
    table->articles += entry->counted == FILE_ARTICLE;
    table->skipped += entry->counted == FILE_SKIPPED;
}

/* ---- Groups ---- */

static struct file_group *find_group(const struct file_table *table, const char *id, size_t length)
{
    struct file_group *group = NULL;
    HASH_FIND(hh, table->groups, id, length, group);
    return group;
}

static void mark_group(struct file_table *table, struct file_group *group)
{
    if (!group->is_dirty)
        DL_APPEND(table->dirty_groups, group);
    group->is_dirty = true;
}

/* The length of ID without a number such as "-2" at its end; 0 where it has none. */
static size_t unnumbered(const char *id)
{
    size_t length = strlen(id);
    size_t end = length;
    while (end > 0 && isdigit((unsigned char)id[end - 1]))
        end--;
    return end < length && end > 1 && id[end - 1] == '-' ? end - 1 : 0;
}

/* A group that comes or goes frees or takes an id that the group without the number may have given.
 */
static void mark_neighbour(struct file_table *table, const char *id)
{
    size_t length = unnumbered(id);
    struct file_group *group = length ? find_group(table, id, length) : NULL;
    if (group)
        mark_group(table, group);
}

static struct file_group *add_group(struct file_table *table, const char *id)
{
    struct file_group *group = find_group(table, id, strlen(id));
    if (group)
        return group;
    group = mem_zero(1, sizeof *group);
    if (group && (group->id = refstr_new(id)))
        HASH_ADD_KEYPTR(hh, table->groups, group->id, strlen(group->id), group);
    if (group && (!group->id || !group->hh.tbl)) {
        group_free(group);
        return NULL;
    }
    if (group) {
        mark_neighbour(table, id);
        mark_group(table, group); /* so that it goes again if nobody joins */
    }
    return group;
}

static void leave_group(struct file_table *table, struct file_entry *entry)
{
    if (!entry->group)
        return;
    DL_DELETE2(entry->group->members, entry, prev_member, next_member);
    mark_group(table, entry->group);
    entry->group = NULL;
}

const char *file_table_wanted(const struct file_entry *entry)
{
    return entry->group ? entry->group->id : NULL;
}

bool file_table_want(struct file_table *table, struct file_entry *entry, const char *id,
                     bool id_explicit)
{
    struct file_group *group = id ? add_group(table, id) : NULL;
    if (id && !group)
        return false;
    leave_group(table, entry);
    entry->id_explicit = id_explicit;
    entry->group = group;
    if (group) {
        DL_APPEND2(group->members, entry, prev_member, next_member);
        mark_group(table, group);
    } else {
        entry->id = refstr_unref(entry->id);
    }
    file_table_mark(table, entry);
    file_table_count(table, entry);
    return true;
}

/* ---- Ids ---- */

static int by_rank(const struct file_entry *a, const struct file_entry *b)
{
    if (a->id_explicit != b->id_explicit)
        return a->id_explicit ? -1 : 1;
    return strcmp(a->path, b->path);
}

/* Gives ENTRY the id ID (a refstr, owned; NULL: none). */
static void give(struct file_table *table, struct file_entry *entry, const char *id)
{
    if (str_equal(entry->id, id)) {
        refstr_unref(id);
    } else {
        refstr_unref(entry->id);
        entry->id = id;
        file_table_mark(table, entry);
    }
    file_table_count(table, entry);
}

/* The id of GROUP with *NUMBER or the next one that makes no id that another group wants: a refstr,
 * owned. *NUMBER is then the one behind it. NULL when memory is short. */
static const char *numbered(const struct file_table *table, const struct file_group *group,
                            size_t *number)
{
    for (;;) {
        _cleanup_free_ char *id = mem_printf("%s-%zu", group->id, (*number)++);
        if (!id || !find_group(table, id, strlen(id)))
            return id ? refstr_new(id) : NULL;
    }
}

static bool assign_group(struct file_table *table, struct file_group *group)
{
    struct file_entry *entry;
    size_t number = 2;
    DL_SORT2(group->members, by_rank, prev_member, next_member);
    DL_FOREACH2(group->members, entry, next_member)
    {
        bool is_first = entry == group->members;
        if (!is_first && entry->id_explicit) {
            give(table, entry, NULL);
            continue;
        }
        const char *id = is_first ? refstr_ref(group->id) : numbered(table, group, &number);
        if (!id)
            return false;
        give(table, entry, id);
    }
    return true;
}

bool file_table_assign(struct file_table *table)
{
    struct file_group *group, *next;
    DL_FOREACH_SAFE(table->dirty_groups, group, next)
    {
        if (group->members)
            continue;
        DL_DELETE(table->dirty_groups, group);
        HASH_DEL(table->groups, group);
        mark_neighbour(table, group->id);
        group_free(group);
    }
    DL_FOREACH_SAFE(table->dirty_groups, group, next)
    {
        if (!assign_group(table, group))
            return false;
        DL_DELETE(table->dirty_groups, group);
        group->is_dirty = false;
    }
    return true;
}

struct file_entry *file_table_holder(const struct file_table *table, const char *id)
{
    struct file_group *group = find_group(table, id, strlen(id));
    struct file_entry *entry;
    if (!group || !group->members) {
        size_t length = unnumbered(id);
        group = length ? find_group(table, id, length) : NULL;
    }
    if (!group)
        return NULL;
    DL_FOREACH2(group->members, entry, next_member)
    {
        if (str_equal(entry->id, id))
            return entry;
    }
    return NULL;
}
