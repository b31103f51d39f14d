/* folder.c: the folder of articles: what is there, what changed, and which id each file has.
 *
 * A refresh has three steps. It looks at files (folder_look.c), gives ids (folder_table.c), and
 * hands over what the caller does not know yet. What an entry is and what the caller was told of it
 * are kept apart: only when all of a batch stands ready does the second become the first, so that
 * no failure on the way loses a change. */
#include "article/folder.h"

#include "article/folder_look.h"
#include "article/place.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/refstr.h"
#include "base/str.h"

#include <errno.h>
#include <fcntl.h>

/* ---- Life ---- */

enum status folder_new(const struct folder_options *options, struct folder **ret, struct error *err)
{
    struct folder *folder = mem_zero(1, sizeof *folder);
    if (!folder)
        return error_memory(err);
    folder->root = mem_strdup(options->root);
    folder->default_lang = mem_strdup(options->default_lang ? options->default_lang : "en");
    bool done = folder->root && folder->default_lang;
    for (char *const *lang = options->languages; done && lang && *lang; lang++)
        done = strv_append(&folder->languages, slice_of(*lang));
    if (!done) {
        folder_free(folder);
        return error_memory(err);
    }
    folder->looked = true; /* at nothing, but nothing is told either */
    *ret = folder;
    return STATUS_OK;
}

struct folder *folder_free(struct folder *folder)
{
    if (!folder)
        return NULL;
    file_table_done(&folder->table);
    strv_free(folder->languages);
    mem_free(folder->root);
    mem_free(folder->default_lang);
    return mem_free(folder);
}

/* ID as a refstr (owned), mostly the text that ENTRY's group has already. */
static const char *shared_id(const struct file_entry *entry, const char *id)
{
    const char *wanted = file_table_wanted(entry);
    return str_equal(wanted, id) ? refstr_ref(wanted) : refstr_new(id);
}

enum status folder_remember(struct folder *folder, const char *path, const char *digest,
                            const char *id, bool id_explicit, struct error *err)
{
    _cleanup_free_ char *derived = id_explicit ? mem_strdup(id) : place_id(path);
    struct file_entry *entry = file_table_add(&folder->table, path);
    if (!derived || !entry)
        return error_memory(err);
    const char *told =
        file_table_want(&folder->table, entry, derived, id_explicit) ? shared_id(entry, id) : NULL;
    if (!told)
        return error_memory(err);
    refstr_unref(entry->told_id);
    entry->told_id = told;
    entry->has_digest = digest_from_hex(digest, entry->digest, DIGEST_BYTES);
    entry->key_unknown = true;
    return STATUS_OK;
}

const char *folder_id_of(const struct folder *folder, const char *path)
{
    const struct file_entry *entry = file_table_find(&folder->table, path);
    return entry ? entry->id : NULL;
}

size_t folder_count(const struct folder *folder)
{
    return folder->table.articles;
}

void folder_changes_done(struct folder_changes *changes)
{
    for (size_t i = 0; i < changes->count; i++) {
        mem_free(changes->items[i].path);
        mem_free(changes->items[i].id);
        article_free(changes->items[i].article);
    }
    for (size_t i = 0; i < changes->problem_count; i++) {
        mem_free(changes->problems[i].path);
        mem_free(changes->problems[i].problem.message);
    }
    mem_free(changes->items);
    mem_free(changes->problems);
    *changes = (struct folder_changes){0};
}

/* ---- Translations ---- */

/* The key of what is named as ID: that of its file's path, or of what that translates in turn.
 * Fresh; NULL when memory is short. */
static char *key_of(const struct folder *folder, const char *id)
{
    const struct file_entry *target = NULL;
    for (unsigned hops = 0; hops < 4; hops++) {
        const struct file_entry *next = file_table_holder(&folder->table, id);
        if (!next)
            break;
        target = next;
        if (!target->translation_of)
            break;
        id = target->translation_of;
    }
    if (!target)
        return mem_strdup(id);
    return place_translation_key(target->path,
                                 place_language_folder(target->path, folder->languages));
}

/* Names under which the caller learns of something else in this refresh: borrowed, in order. */
struct moving {
    const char **names;
    size_t count, capacity;
};

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool is_moving(const struct moving *moving, const char *id)
{
    return moving->count &&
           bsearch(&id, moving->names, moving->count, sizeof *moving->names, by_text);
}

static enum status find_moving(const struct folder *folder, struct moving *moving)
{
    const struct file_entry *entry;
    DL_FOREACH(folder->table.dirty, entry)
    {
        const char *const both[] = {entry->id, entry->told_id};
        if (str_equal(both[0], both[1]))
            continue;
        for (size_t i = 0; i < ARRAY_LENGTH(both); i++) {
            if (!both[i])
                continue;
            if (mem_grow(&moving->names, &moving->capacity, moving->count, sizeof both[i]) < 0)
                return STATUS_OUT_OF_MEMORY;
            moving->names[moving->count++] = both[i];
        }
    }
    if (moving->count)
        qsort(moving->names, moving->count, sizeof *moving->names, by_text);
    return STATUS_OK;
}

/* Marks the translation ENTRY where its key is no longer what the caller was told. */
static enum status mark_translation(struct folder *folder, struct file_entry *entry,
                                    const struct moving *moving)
{
    _cleanup_free_ char *key = key_of(folder, entry->translation_of);
    if (!key)
        return STATUS_OUT_OF_MEMORY;
    bool moved = entry->key_unknown ? is_moving(moving, entry->translation_of)
                                    : entry->told_key && !str_equal(key, entry->told_key);
    if (moved) {
        entry->is_changed = true;
        file_table_mark(&folder->table, entry);
    } else if (entry->key_unknown) {
        mem_free(entry->told_key);
        entry->told_key = steal_pointer(&key);
        entry->key_unknown = false;
    }
    return STATUS_OK;
}

static enum status mark_translations(struct folder *folder)
{
    struct file_entry *entry, *next;
    struct moving moving = {0};
    if (folder->table.translated == 0)
        return STATUS_OK;
    enum status status = find_moving(folder, &moving);
    HASH_ITER(hh, folder->table.entries, entry, next)
    {
        if (status == STATUS_OK && entry->translation_of && entry->id)
            status = mark_translation(folder, entry, &moving);
    }
    mem_free(moving.names);
    return status;
}

/* ---- Handing over ---- */

static enum status add_change(struct folder_changes *changes, const char *path, const char *id)
{
    struct folder_change change = {.path = mem_strdup(path), .id = mem_strdup(id)};
    if (!change.path || !change.id ||
        mem_grow(&changes->items, &changes->capacity, changes->count, sizeof change) < 0) {
        mem_free(change.path);
        mem_free(change.id);
        return STATUS_OUT_OF_MEMORY;
    }
    changes->items[changes->count++] = change;
    return STATUS_OK;
}

/* True when the id that the caller knows ENTRY by is no file's any more. */
static bool is_id_gone(const struct looking *l, const struct file_entry *entry)
{
    return entry->told_id && !str_equal(entry->told_id, entry->id) &&
           !file_table_holder(&l->folder->table, entry->told_id);
}

static enum status hand_over_removals(struct looking *l)
{
    const struct file_entry *entry;
    DL_FOREACH(l->folder->table.dirty, entry)
    {
        if (is_id_gone(l, entry) &&
            add_change(l->changes, entry->path, entry->told_id) != STATUS_OK)
            return STATUS_OUT_OF_MEMORY;
    }
    l->removed = l->changes->count;
    return STATUS_OK;
}

static bool replace(char **field, const char *text)
{
    char *copy = mem_strdup(text);
    if (copy) {
        mem_free(*field);
        *field = copy;
    }
    return copy != NULL;
}

static bool is_news(const struct file_entry *entry)
{
    return entry->id && (entry->is_changed || !str_equal(entry->id, entry->told_id));
}

static enum status add_remarks(struct looking *l, const struct file_entry *entry)
{
    const struct article_problems *remarks = &entry->parsed->remarks;
    for (size_t i = 0; i < remarks->count; i++)
        if (folder_add_problem(l->changes, entry->path, &remarks->items[i],
                               remarks->items[i].message) != STATUS_OK)
            return STATUS_OUT_OF_MEMORY;
    return STATUS_OK;
}

/* Adds the article of ENTRY to the changes, under its final id and key. It stays the entry's until
 * all is done. */
static enum status hand_over_article(struct looking *l, struct file_entry *entry)
{
    struct file_parsed *parsed = entry->parsed;
    if (!replace(&parsed->article->id, entry->id))
        return STATUS_OUT_OF_MEMORY;
    if (entry->translation_of) {
        char *key = key_of(l->folder, entry->translation_of);
        if (!key)
            return STATUS_OUT_OF_MEMORY;
        mem_free(parsed->article->translation_key);
        parsed->article->translation_key = key;
        if (!replace(&parsed->key, key))
            return STATUS_OUT_OF_MEMORY;
    }
    if (add_remarks(l, entry) != STATUS_OK)
        return STATUS_OUT_OF_MEMORY;
    return add_change(l->changes, entry->path, entry->id);
}

static enum status hand_over_articles(struct looking *l)
{
    struct file_entry *entry, *next;
    size_t count = 0;
    DL_FOREACH_SAFE(l->folder->table.dirty, entry, next)
    {
        if (!is_news(entry))
            continue;
        if (count == LIMIT_ARTICLE_BATCH) {
            l->changes->more = true;
            break;
        }
        if (folder_load(l, entry) != STATUS_OK ||
            (entry->parsed && hand_over_article(l, entry) != STATUS_OK))
            return STATUS_OUT_OF_MEMORY;
        count += entry->parsed != NULL;
    }
    return STATUS_OK;
}

/* ---- What stands in the way ---- */

/* Says where ENTRY's id is not what it wants to be. */
static enum status add_id_problem(struct looking *l, const struct file_entry *entry)
{
    const char *wanted = file_table_wanted(entry);
    const struct file_entry *holder = file_table_holder(&l->folder->table, wanted);
    struct article_problem problem = {.is_error = !entry->id, .kind = "id"};
    _cleanup_free_ char *message =
        entry->id ? mem_printf("the id \"%s\" is taken by %s: this article is \"%s\" (an `id` of "
                               "its own keeps it stable)",
                               wanted, holder ? holder->path : "another", entry->id)
                  : mem_printf("the id \"%s\" is already given to %s", wanted,
                               holder ? holder->path : "another");
    return message ? folder_add_problem(l->changes, entry->path, &problem, message)
                   : STATUS_OUT_OF_MEMORY;
}

static enum status add_entry_problems(struct looking *l, const struct file_entry *entry)
{
    if (entry->failure)
        return folder_add_problem(l->changes, entry->path, entry->failure, entry->failure->message);
    if (!str_equal(entry->id, file_table_wanted(entry)))
        return add_id_problem(l, entry);
    return STATUS_OK;
}

static int by_path(const struct file_entry *a, const struct file_entry *b)
{
    return strcmp(a->path, b->path);
}

static enum status add_problems(struct looking *l, bool all)
{
    struct file_entry *entry, *next;
    enum status status = STATUS_OK;
    if (all) {
        HASH_SORT(l->folder->table.entries, by_path);
        HASH_ITER(hh, l->folder->table.entries, entry, next)
        {
            if (status == STATUS_OK)
                status = add_entry_problems(l, entry);
        }
        return status;
    }
    DL_FOREACH(l->folder->table.dirty, entry)
    {
        if (status == STATUS_OK && entry->seen == l->folder->generation)
            status = add_entry_problems(l, entry);
    }
    return status;
}

/* ---- The end of a refresh: nothing here can fail ---- */

/* The caller now knows of ENTRY what it was handed. */
static void settle(struct file_entry *entry)
{
    refstr_unref(entry->told_id);
    mem_free(entry->told_key);
    entry->told_id = refstr_ref(entry->id);
    entry->told_key = steal_pointer(&entry->parsed->key);
    entry->key_unknown = entry->is_changed = false;
}

/* ENTRY waits for no batch: it leaves the list. */
static void put_away(struct file_table *table, struct file_entry *entry)
{
    if (!entry->id)
        entry->told_id = refstr_unref(entry->told_id);
    entry->parsed = file_parsed_free(entry->parsed);
    DL_DELETE(table->dirty, entry);
    entry->is_dirty = false;
    if (entry->gone)
        file_table_remove(table, entry);
}

static void settle_all(struct looking *l)
{
    struct folder_changes *changes = l->changes;
    struct file_entry *entry, *next;
    size_t i = l->removed;
    DL_FOREACH_SAFE(l->folder->table.dirty, entry, next)
    {
        bool handed = i < changes->count && strcmp(changes->items[i].path, entry->path) == 0;
        if (handed) {
            settle(entry);
            changes->items[i++].article = steal_pointer(&entry->parsed->article);
        }
        if (handed || !is_news(entry))
            put_away(&l->folder->table, entry);
        else if (!l->folder->looked && i == changes->count)
            break; /* the others wait as they did */
        else if (is_id_gone(l, entry))
            entry->told_id = refstr_unref(entry->told_id);
    }
    l->folder->looked = false;
}

/* Gives ids, finds what is dirty, and orders it. */
static enum status arrange(struct folder *folder)
{
    if (!file_table_assign(&folder->table) || mark_translations(folder) != STATUS_OK)
        return STATUS_OUT_OF_MEMORY;
    DL_SORT(folder->table.dirty, by_path);
    return STATUS_OK;
}

/* What many files wait for is done once, before the first of their batches. */
static enum status hand_over(struct looking *l, bool all)
{
    bool looked = l->folder->looked;
    if (looked && (arrange(l->folder) != STATUS_OK || hand_over_removals(l) != STATUS_OK))
        return STATUS_OUT_OF_MEMORY;
    if (hand_over_articles(l) != STATUS_OK || (looked && add_problems(l, all) != STATUS_OK))
        return STATUS_OUT_OF_MEMORY;
    l->changes->skipped = l->folder->table.skipped + l->folder->unnamed;
    settle_all(l);
    return STATUS_OK;
}

static enum status open_root(const struct folder *folder, int *ret, struct error *err)
{
    *ret = open(folder->root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (*ret >= 0)
        return STATUS_OK;
    bool missing = errno == ENOENT || errno == ENOTDIR;
    enum status status = error_set_errno(err, missing ? STATUS_NOT_FOUND : STATUS_IO, errno,
                                         "cannot open the articles folder %s", folder->root);
    error_hint(
        err,
        "name the folder with --articles, or create it; until then the articles stay as they are");
    return status;
}

enum status folder_refresh(struct folder *folder, char *const *paths,
                           struct folder_changes *changes, struct error *err)
{
    _cleanup_close_ int root_fd = -1;
    *changes = (struct folder_changes){0};
    enum status status = open_root(folder, &root_fd, err);
    if (status != STATUS_OK)
        return status;
    struct looking l = {.folder = folder, .changes = changes, .root_fd = root_fd};
    status = folder_look(&l, paths);
    if (status == STATUS_OK)
        status = hand_over(&l, !paths);
    if (status == STATUS_OK)
        return STATUS_OK;
    folder_changes_done(changes);
    return error_memory(err);
}
