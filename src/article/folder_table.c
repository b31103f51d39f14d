/* folder_table.c: what a struct folder knows of each file, and which id each one gets. */
#include "article/folder_table.h"

#include "base/str.h"

#include <ctype.h>

/* ---- Entries ---- */

static void entry_free(struct file_entry *entry)
{
    char *texts[] = {
        entry->path,     entry->digest,          entry->wanted,         entry->translation_of,
        entry->id,       entry->failure.message, entry->told_id,        entry->told_digest,
        entry->told_key, entry->pending_id,      entry->pending_digest, entry->pending_key};
    for (size_t i = 0; i < ARRAY_LENGTH(texts); i++)
        mem_free(texts[i]);
    article_problems_done(&entry->remarks);
    article_free(entry->article);
    mem_free(entry);
}

static void group_free(struct file_group *group)
{
    mem_free(group->id);
    mem_free(group->members);
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
    if (entry)
        return entry;
    entry = mem_zero(1, sizeof *entry);
    if (!entry)
        return NULL;
    entry->size = entry->modified_ns = -1;
    entry->path = mem_strdup(path);
    if (!entry->path || !enter_folders(table, path)) {
        entry_free(entry);
        return NULL;
    }
    HASH_ADD_KEYPTR(hh, table->entries, entry->path, strlen(entry->path), entry);
    if (!entry->hh.tbl) {
        leave_folders(table, path, path + strlen(path));
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
    entry->failure.message = mem_free(entry->failure.message);
    file_table_count(table, entry);
    leave_folders(table, entry->path, entry->path + strlen(entry->path));
    HASH_DEL(table->entries, entry);
    entry_free(entry);
}

void file_table_mark(struct file_table *table, struct file_entry *entry)
{
    if (!entry->is_dirty) {
        DL_APPEND(table->dirty, entry);
        table->dirty_in_order = false;
    }
    entry->is_dirty = true;
}

void file_table_count(struct file_table *table, struct file_entry *entry)
{
    table->articles -= entry->counted == FILE_ARTICLE;
    table->skipped -= entry->counted == FILE_SKIPPED;
    entry->counted = entry->id                                 ? FILE_ARTICLE
                     : entry->wanted || entry->failure.message ? FILE_SKIPPED
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
    if (group && (group->id = mem_strdup(id)))
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
    struct file_group *group = entry->group;
    size_t i = 0;
    if (!group)
        return;
    while (group->members[i] != entry)
        i++;
    group->members[i] = group->members[--group->count];
    mark_group(table, group);
    entry->group = NULL;
}

bool file_table_want(struct file_table *table, struct file_entry *entry, const char *id,
                     bool id_explicit)
{
    struct file_group *group = id ? add_group(table, id) : NULL;
    char *copy = id ? mem_strdup(id) : NULL;
    if (id && (!group || !copy ||
               mem_grow(&group->members, &group->capacity, group->count,
                        sizeof(struct file_entry *)) < 0)) {
        mem_free(copy);
        return false;
    }
    leave_group(table, entry);
    mem_free(entry->wanted);
    entry->wanted = copy;
    entry->id_explicit = id_explicit;
    if (group) {
        group->members[group->count++] = entry;
        entry->group = group;
        mark_group(table, group);
    } else {
        entry->id = mem_free(entry->id);
    }
    file_table_mark(table, entry);
    file_table_count(table, entry);
    return true;
}

/* ---- Ids ---- */

static int by_rank(const void *a, const void *b)
{
    const struct file_entry *x = *(struct file_entry *const *)a,
                            *y = *(struct file_entry *const *)b;
    if (x->id_explicit != y->id_explicit)
        return x->id_explicit ? -1 : 1;
    return strcmp(x->path, y->path);
}

/* Gives ENTRY the id ID (owned; NULL: none). */
static void give(struct file_table *table, struct file_entry *entry, char *id)
{
    if (str_equal(entry->id, id)) {
        mem_free(id);
    } else {
        mem_free(entry->id);
        entry->id = id;
        file_table_mark(table, entry);
    }
    file_table_count(table, entry);
}

static bool assign_group(struct file_table *table, struct file_group *group)
{
    size_t number = 2;
    if (group->count)
        qsort(group->members, group->count, sizeof(struct file_entry *), by_rank);
    for (size_t i = 0; i < group->count; i++) {
        struct file_entry *entry = group->members[i];
        char *id = NULL;
        if (i > 0 && entry->id_explicit) {
            give(table, entry, NULL);
            continue;
        }
        do {
            mem_free(id);
            id = i == 0 ? mem_strdup(group->id) : mem_printf("%s-%zu", group->id, number++);
            if (!id)
                return false;
        } while (i > 0 && find_group(table, id, strlen(id)));
        give(table, entry, id);
    }
    return true;
}

bool file_table_assign(struct file_table *table)
{
    struct file_group *group, *next;
    DL_FOREACH_SAFE(table->dirty_groups, group, next)
    {
        if (group->count > 0)
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
    if (!group || group->count == 0) {
        size_t length = unnumbered(id);
        group = length ? find_group(table, id, length) : NULL;
    }
    for (size_t i = 0; group && i < group->count; i++)
        if (str_equal(group->members[i]->id, id))
            return group->members[i];
    return NULL;
}
