/* folder.c: the folder of articles: what is there, what changed, and which id each file has.
 *
 * A refresh has three steps. It looks at files (walks, reads what may have changed, parses what
 * did), gives ids (folder_table.c), and hands over what the caller does not know yet. What an entry
 * is and what the caller was told of it are kept apart: only when all of a batch stands ready does
 * the second become the first, so that no failure on the way loses a change. */
#include "article/folder.h"

#include "article/beneath.h"
#include "article/folder_table.h"
#include "article/place.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/str.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* A file written to this short before it was read may change again within the same tick of its time
 * stamp. */
#define RACY_NS (2 * INT64_C(1000000000))

struct folder {
    char *root, *default_lang;
    char **languages; /* NULL: the default list */
    struct file_table table;
    unsigned generation;
    size_t unnamed; /* files whose names are not UTF-8, at the last look at everything */
};

/* One refresh. */
struct looking {
    struct folder *folder;
    struct folder_changes *changes;
    int root_fd;
    size_t kept; /* parsed articles in memory */
    struct error *err;
};

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

enum status folder_remember(struct folder *folder, const char *path, const char *digest,
                            const char *id, bool id_explicit, struct error *err)
{
    _cleanup_free_ char *derived = id_explicit ? mem_strdup(id) : place_id(path);
    struct file_entry *entry = file_table_add(&folder->table, path);
    if (!derived || !entry)
        return error_memory(err);
    mem_free(entry->digest);
    mem_free(entry->told_digest);
    mem_free(entry->told_id);
    entry->digest = mem_strdup(digest);
    entry->told_digest = mem_strdup(digest);
    entry->told_id = mem_strdup(id);
    entry->key_unknown = true;
    if (!entry->digest || !entry->told_digest || !entry->told_id ||
        !file_table_want(&folder->table, entry, derived, id_explicit))
        return error_memory(err);
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

/* ---- Problems ---- */

static enum status add_problem(struct folder_changes *changes, const char *path,
                               const struct article_problem *problem, const char *message)
{
    struct folder_problem copy = {.path = mem_strdup(path), .problem = *problem};
    copy.problem.message = mem_strdup(message);
    if (!copy.path || !copy.problem.message ||
        mem_grow(&changes->problems, &changes->problem_capacity, changes->problem_count,
                 sizeof copy) < 0) {
        mem_free(copy.path);
        mem_free(copy.problem.message);
        return STATUS_OUT_OF_MEMORY;
    }
    changes->problems[changes->problem_count++] = copy;
    return STATUS_OK;
}

static enum status add_error(struct looking *l, const char *path, const char *message)
{
    struct article_problem problem = {.is_error = true, .kind = "unreadable"};
    return add_problem(l->changes, path, &problem, message);
}

/* ---- Reading one file ---- */

static void drop_article(struct looking *l, struct file_entry *entry)
{
    if (entry->article && l->kept > 0)
        l->kept--;
    entry->article = article_free(entry->article);
    article_problems_done(&entry->remarks);
}

/* ENTRY is no article, because of PROBLEM with MESSAGE. */
static enum status fail_entry(struct looking *l, struct file_entry *entry,
                              const struct article_problem *problem, const char *message)
{
    struct article_problem failure = *problem;
    failure.message = mem_strdup(message);
    if (!failure.message || !file_table_want(&l->folder->table, entry, NULL, false)) {
        mem_free(failure.message);
        return STATUS_OUT_OF_MEMORY;
    }
    mem_free(entry->failure.message);
    entry->failure = failure;
    file_table_count(&l->folder->table, entry);
    return STATUS_OK;
}

static enum status fail_with(struct looking *l, struct file_entry *entry, const char *message)
{
    struct article_problem problem = {.is_error = true, .kind = "unreadable"};
    entry->digest = mem_free(entry->digest);
    return fail_entry(l, entry, &problem, message);
}

static bool set_translation_of(struct looking *l, struct file_entry *entry, const char *id)
{
    char *copy = id ? mem_strdup(id) : NULL;
    if (id && !copy)
        return false;
    l->folder->table.translated += (size_t)(id != NULL);
    l->folder->table.translated -= (size_t)(entry->translation_of != NULL);
    mem_free(entry->translation_of);
    entry->translation_of = copy;
    return true;
}

/* Parses BYTES into entry->article. INVALID and TOO_LARGE become the entry's failure. */
static enum status parse_entry(struct looking *l, struct file_entry *entry, struct slice bytes)
{
    struct article_context context = {entry->path, l->folder->default_lang, l->folder->languages};
    struct error err;
    drop_article(l, entry);
    enum status status = article_parse(bytes, &context, &entry->article, &entry->remarks, &err);
    if (status == STATUS_OUT_OF_MEMORY)
        return status;
    entry->failure.message = mem_free(entry->failure.message);
    if (status != STATUS_OK) {
        const struct article_problem *last = &entry->remarks.items[entry->remarks.count - 1];
        status = fail_entry(l, entry, last, last->message);
        drop_article(l, entry);
        return status;
    }
    l->kept++;
    bool done =
        set_translation_of(l, entry, entry->article->translation_of) &&
        file_table_want(&l->folder->table, entry, entry->article->id, entry->article->id_explicit);
    return done ? STATUS_OK : STATUS_OUT_OF_MEMORY;
}

/* Takes the content of ENTRY: parses it where it is not what it was. */
static enum status take_bytes(struct looking *l, struct file_entry *entry, struct slice bytes)
{
    char digest[DIGEST_HEX_SIZE];
    digest_sha256_hex(bytes, digest);
    bool same = str_equal(entry->digest, digest);
    bool unread = same && entry->key_unknown && !entry->translation_of &&
                  memmem(bytes.ptr, bytes.length, "translation_of", 14);
    if (same && !unread)
        return STATUS_OK;
    char *copy = mem_strdup(digest);
    if (!copy)
        return STATUS_OUT_OF_MEMORY;
    enum status status = parse_entry(l, entry, bytes);
    if (status != STATUS_OK) {
        mem_free(copy);
        entry->digest = mem_free(entry->digest); /* read it again next time */
        return status;
    }
    mem_free(entry->digest);
    entry->digest = copy;
    file_table_mark(&l->folder->table, entry);
    if (l->kept > LIMIT_ARTICLE_BATCH)
        drop_article(l, entry);
    return STATUS_OK;
}

static int64_t modified_ns(const struct stat *info)
{
    return (int64_t)info->st_mtim.tv_sec * 1000000000 + info->st_mtim.tv_nsec;
}

static bool is_as_read(const struct file_entry *entry, const struct stat *info)
{
    return entry->modified_ns >= 0 && entry->modified_ns == modified_ns(info) &&
           entry->size == info->st_size && entry->inode == info->st_ino &&
           (entry->digest || entry->failure.message);
}

/* Remembers what ENTRY's file looked like, unless it is so new that it may change without looking
 * different. */
static void remember_look(struct file_entry *entry, const struct stat *info)
{
    bool racy = clock_now_ms() * 1000000 - modified_ns(info) < RACY_NS;
    entry->modified_ns = racy ? -1 : modified_ns(info);
    entry->size = info->st_size;
    entry->inode = info->st_ino;
}

/* Why a file cannot be read, in words. */
static const char *open_reason(int errnum)
{
    switch (errnum) {
    case EXDEV:
    case ELOOP:
        return "is a link that leads out of the folder, which is not followed";
    case EACCES:
    case EPERM:
        return "cannot be read: permission denied";
    default:
        return "cannot be read";
    }
}

/* Reads FD to its end, or to one byte more than an article may have. Returns 0 or an errno value.
 */
static int read_bytes(int fd, struct buf *bytes)
{
    char chunk[16384];
    while (bytes->length <= LIMIT_ARTICLE_FILE && !bytes->failed) {
        size_t room = LIMIT_ARTICLE_FILE + 1 - bytes->length;
        ssize_t got = read(fd, chunk, room < sizeof chunk ? room : sizeof chunk);
        if (got < 0 && errno != EINTR)
            return errno;
        if (got == 0)
            break;
        if (got > 0)
            buf_add(bytes, chunk, (size_t)got);
    }
    return bytes->failed ? ENOMEM : 0;
}

static enum status read_open_file(struct looking *l, struct file_entry *entry, int fd,
                                  const struct stat *info)
{
    _cleanup_buf_ struct buf bytes = BUF_INIT(LIMIT_ARTICLE_FILE + 1);
    int errnum = info->st_size > LIMIT_ARTICLE_FILE ? 0 : read_bytes(fd, &bytes);
    if (errnum == ENOMEM)
        return STATUS_OUT_OF_MEMORY;
    if (errnum)
        return fail_with(l, entry, open_reason(errnum));
    if (info->st_size > LIMIT_ARTICLE_FILE || bytes.length > LIMIT_ARTICLE_FILE)
        return fail_with(l, entry, "the file is larger than 1 MiB");
    enum status status = take_bytes(l, entry, (struct slice){buf_str(&bytes), bytes.length});
    if (status == STATUS_OK)
        remember_look(entry, info);
    return status;
}

/* ENTRY is no longer there, or no file. */
static enum status lose_entry(struct looking *l, struct file_entry *entry)
{
    entry->gone = true;
    entry->digest = mem_free(entry->digest);
    entry->failure.message = mem_free(entry->failure.message);
    entry->modified_ns = -1;
    drop_article(l, entry);
    (void)set_translation_of(l, entry, NULL);
    file_table_mark(&l->folder->table, entry);
    return file_table_want(&l->folder->table, entry, NULL, false) ? STATUS_OK
                                                                  : STATUS_OUT_OF_MEMORY;
}

/* Looks at the file PATH, an article by its name. FORCE: reads it even where it looks as before. */
static enum status look_at_file(struct looking *l, const char *path, bool force)
{
    struct stat info;
    struct file_entry *entry = file_table_find(&l->folder->table, path);
    _cleanup_close_ int fd = beneath_open(l->root_fd, path);
    int errnum = errno;
    bool missing = fd < 0 && (errnum == ENOENT || errnum == ENOTDIR);
    if (missing || (fd >= 0 && (fstat(fd, &info) < 0 || !S_ISREG(info.st_mode))))
        return entry ? lose_entry(l, entry) : STATUS_OK;
    if (!entry && HASH_COUNT(l->folder->table.entries) >= LIMIT_ARTICLES)
        return add_error(l, path, "there are too many files");
    if (!entry && !(entry = file_table_add(&l->folder->table, path)))
        return STATUS_OUT_OF_MEMORY;
    entry->gone = false;
    entry->seen = l->folder->generation;
    if (fd < 0)
        return fail_with(l, entry, open_reason(errnum));
    if (!force && is_as_read(entry, &info))
        return STATUS_OK;
    return read_open_file(l, entry, fd, &info);
}

/* ---- Walking ---- */

/* Keeps what is known below a folder that cannot be read just now: it may come back. */
static void keep_below(struct looking *l, const char *path)
{
    struct file_entry *entry, *next;
    size_t length = strlen(path);
    HASH_ITER(hh, l->folder->table.entries, entry, next)
    {
        if (length == 0 || (str_starts(entry->path, path) && entry->path[length] == '/'))
            entry->seen = l->folder->generation;
    }
}

static enum status look_at_folder(struct looking *l, int parent_fd, const char *name,
                                  const char *path, unsigned depth);

/* Looks at NAME in the open folder FD, which is PATH below the root. */
static enum status look_at_name(struct looking *l, int fd, const char *path,
                                const struct dirent *found, unsigned depth)
{
    const char *name = found->d_name;
    struct stat info = {.st_mode = found->d_type == DT_DIR ? S_IFDIR : S_IFREG};
    bool is_article = place_is_article(name);
    if (!beneath_is_shown(name) || (found->d_type == DT_REG && !is_article) ||
        (found->d_type == DT_LNK && !is_article))
        return STATUS_OK;
    if (!utf8_valid(slice_of(name))) {
        l->folder->unnamed++;
        return add_error(l, *path ? path : ".", "holds a file whose name is not UTF-8");
    }
    if (found->d_type != DT_DIR && fstatat(fd, name, &info, AT_SYMLINK_NOFOLLOW) < 0)
        return STATUS_OK; /* gone meanwhile */
    _cleanup_free_ char *whole = *path ? file_join(path, name) : mem_strdup(name);
    if (!whole)
        return STATUS_OUT_OF_MEMORY;
    if (S_ISDIR(info.st_mode))
        return look_at_folder(l, fd, name, whole, depth + 1);
    if (!is_article || (!S_ISREG(info.st_mode) && !S_ISLNK(info.st_mode)))
        return STATUS_OK;
    struct file_entry *entry =
        S_ISREG(info.st_mode) ? file_table_find(&l->folder->table, whole) : NULL;
    if (entry && !entry->gone && is_as_read(entry, &info)) {
        entry->seen = l->folder->generation;
        return STATUS_OK;
    }
    return look_at_file(l, whole, false);
}

static void dir_closep(DIR **dir)
{
    if (*dir)
        (void)closedir(*dir);
}

static enum status look_at_folder(struct looking *l, int parent_fd, const char *name,
                                  const char *path, unsigned depth)
{
    enum status status = STATUS_OK;
    if (depth > LIMIT_ARTICLE_DEPTH)
        return add_error(l, path, "is nested too deeply: what it holds is left out");
    int fd = openat(parent_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    _cleanup_(dir_closep) DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
    if (!dir) {
        int errnum = errno;
        if (fd >= 0)
            (void)close(fd);
        if (errnum == ENOENT || errnum == ENOTDIR || errnum == ELOOP)
            return STATUS_OK; /* gone meanwhile, or a link */
        keep_below(l, path);
        return add_error(l, path, "is a folder that cannot be read");
    }
    while (status == STATUS_OK) {
        errno = 0;
        const struct dirent *found = readdir(dir); /* NOLINT(concurrency-mt-unsafe): own stream */
        if (!found && errno) {
            keep_below(l, path);
            return add_error(l, path, "is a folder that cannot be read to its end");
        }
        if (!found)
            break;
        status = look_at_name(l, fd, path, found, depth);
    }
    return status;
}

/* Loses every entry below the folder PATH ("": all) that this refresh has not seen. */
static enum status lose_unseen(struct looking *l, const char *path)
{
    struct file_entry *entry, *next;
    size_t length = strlen(path);
    HASH_ITER(hh, l->folder->table.entries, entry, next)
    {
        bool below = length == 0 || (str_starts(entry->path, path) && entry->path[length] == '/');
        if (below && entry->seen != l->folder->generation && !entry->gone &&
            lose_entry(l, entry) != STATUS_OK)
            return STATUS_OUT_OF_MEMORY;
    }
    return STATUS_OK;
}

/* Loses every entry below the folders that were marked as gone, in one pass. */
static enum status lose_below_gone(struct looking *l)
{
    struct file_entry *entry, *next;
    HASH_ITER(hh, l->folder->table.entries, entry, next)
    {
        bool gone = false;
        for (const char *slash = strchr(entry->path, '/'); slash && !gone;
             slash = strchr(slash + 1, '/')) {
            struct file_folder *folder = file_table_find_folder(&l->folder->table, entry->path,
                                                                (size_t)(slash - entry->path));
            gone = folder && folder->gone;
        }
        if (gone && entry->seen != l->folder->generation && !entry->gone &&
            lose_entry(l, entry) != STATUS_OK)
            return STATUS_OUT_OF_MEMORY;
    }
    struct file_folder *folder, *next_folder;
    HASH_ITER(hh, l->folder->table.folders, folder, next_folder)
    {
        folder->gone = false;
    }
    return STATUS_OK;
}

/* True when a folder that PATH leads through is a link: what lies behind it has another path, or is
 * not ours. */
static bool leads_through_link(const struct looking *l, const char *path)
{
    struct stat info;
    char part[PATH_MAX];
    for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
        memcpy(part, path, (size_t)(slash - path));
        part[slash - path] = '\0';
        if (fstatat(l->root_fd, part, &info, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(info.st_mode))
            return true;
    }
    return false;
}

/* Looks at one path that may have changed: a file, a folder, or nothing any more. *RET_GONE is set
 * where a folder went. */
static enum status look_at_path(struct looking *l, const char *path, bool *ret_gone)
{
    struct stat info;
    struct file_folder *known = file_table_find_folder(&l->folder->table, path, strlen(path));
    struct file_entry *entry = file_table_find(&l->folder->table, path);
    if (fstatat(l->root_fd, path, &info, AT_SYMLINK_NOFOLLOW) < 0)
        info.st_mode = 0;
    if (known && !S_ISDIR(info.st_mode))
        known->gone = *ret_gone = true;
    if (!S_ISDIR(info.st_mode))
        return place_is_article(path) && (entry || info.st_mode) ? look_at_file(l, path, true)
                                                                 : STATUS_OK;
    if (entry && lose_entry(l, entry) != STATUS_OK)
        return STATUS_OUT_OF_MEMORY;
    _cleanup_close_ int fd = beneath_open(l->root_fd, path);
    if (fd < 0)
        return STATUS_OK; /* gone meanwhile, or reached by a link */
    unsigned depth = 1;
    for (const char *slash = path; (slash = strchr(slash, '/')); slash++)
        depth++;
    enum status status = look_at_folder(l, fd, ".", path, depth);
    return status == STATUS_OK && known ? lose_unseen(l, path) : status;
}

static enum status look(struct looking *l, char *const *paths)
{
    bool gone = false;
    enum status status = STATUS_OK;
    l->folder->generation++;
    if (!paths) {
        l->folder->unnamed = 0;
        status = look_at_folder(l, l->root_fd, ".", "", 0);
        return status == STATUS_OK ? lose_unseen(l, "") : status;
    }
    for (; *paths && status == STATUS_OK; paths++) {
        _cleanup_buf_ struct buf path = BUF_INIT(PATH_MAX - 1);
        if (!place_join("", slice_of(*paths), &path) || path.failed)
            continue;
        if (path.length == 0)
            return look(l, NULL);
        if (beneath_is_path(buf_str(&path)) && !leads_through_link(l, buf_str(&path)))
            status = look_at_path(l, buf_str(&path), &gone);
    }
    return status == STATUS_OK && gone ? lose_below_gone(l) : status;
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

/* True when the caller learns of something else under the name ID in this refresh. */
static bool is_moving(const struct folder *folder, const char *id)
{
    const struct file_entry *entry;
    DL_FOREACH(folder->table.dirty, entry)
    {
        if (!str_equal(entry->id, entry->told_id) &&
            (str_equal(entry->id, id) || str_equal(entry->told_id, id)))
            return true;
    }
    return false;
}

/* Marks the translations whose key is no longer what the caller was told. */
static enum status mark_translations(struct folder *folder)
{
    struct file_entry *entry, *next;
    if (folder->table.translated == 0)
        return STATUS_OK;
    HASH_ITER(hh, folder->table.entries, entry, next)
    {
        if (!entry->translation_of || !entry->id)
            continue;
        _cleanup_free_ char *key = key_of(folder, entry->translation_of);
        if (!key)
            return STATUS_OUT_OF_MEMORY;
        bool moved = entry->key_unknown ? is_moving(folder, entry->translation_of)
                                        : entry->told_key && !str_equal(key, entry->told_key);
        if (moved) {
            entry->again = true;
            file_table_mark(&folder->table, entry);
        } else if (entry->key_unknown) {
            mem_free(entry->told_key);
            entry->told_key = steal_pointer(&key);
            entry->key_unknown = false;
        }
    }
    return STATUS_OK;
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

/* Ids that no file has any more. */
static enum status hand_over_removals(struct looking *l)
{
    const struct file_entry *entry;
    DL_FOREACH(l->folder->table.dirty, entry)
    {
        if (!entry->told_id || str_equal(entry->told_id, entry->id) ||
            file_table_holder(&l->folder->table, entry->told_id))
            continue;
        if (add_change(l->changes, entry->path, entry->told_id) != STATUS_OK)
            return STATUS_OUT_OF_MEMORY;
    }
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
    return entry->id && (entry->again || !str_equal(entry->id, entry->told_id) ||
                         !str_equal(entry->digest, entry->told_digest));
}

/* Makes sure that the article of ENTRY is in memory; it was let go where there were too many. Where
 * the file has changed since, its turn comes with the next refresh. */
static enum status load(struct looking *l, struct file_entry *entry)
{
    _cleanup_buf_ struct buf bytes = BUF_INIT(LIMIT_ARTICLE_FILE + 1);
    char digest[DIGEST_HEX_SIZE];
    if (entry->article)
        return STATUS_OK;
    _cleanup_close_ int fd = beneath_open(l->root_fd, entry->path);
    int errnum = fd < 0 ? errno : read_bytes(fd, &bytes);
    if (errnum)
        return errnum == ENOMEM ? STATUS_OUT_OF_MEMORY : STATUS_OK;
    struct slice text = {buf_str(&bytes), bytes.length};
    digest_sha256_hex(text, digest);
    return str_equal(digest, entry->digest) ? parse_entry(l, entry, text) : STATUS_OK;
}

static enum status add_remarks(struct looking *l, const struct file_entry *entry)
{
    for (size_t i = 0; i < entry->remarks.count; i++)
        if (add_problem(l->changes, entry->path, &entry->remarks.items[i],
                        entry->remarks.items[i].message) != STATUS_OK)
            return STATUS_OUT_OF_MEMORY;
    return STATUS_OK;
}

/* Adds the article of ENTRY to the changes, under its final id and key. It stays the entry's until
 * all is done. */
static enum status hand_over_article(struct looking *l, struct file_entry *entry)
{
    struct article *article = entry->article;
    if (!replace(&article->id, entry->id))
        return STATUS_OUT_OF_MEMORY;
    if (entry->translation_of) {
        char *key = key_of(l->folder, entry->translation_of);
        if (!key)
            return STATUS_OUT_OF_MEMORY;
        mem_free(article->translation_key);
        article->translation_key = key;
    }
    if (!replace(&entry->pending_id, entry->id) ||
        !replace(&entry->pending_digest, entry->digest) ||
        !replace(&entry->pending_key, article->translation_key) ||
        add_remarks(l, entry) != STATUS_OK)
        return STATUS_OUT_OF_MEMORY;
    return add_change(l->changes, entry->path, entry->id);
}

static enum status hand_over_articles(struct looking *l)
{
    struct file_entry *entry, *next;
    size_t count = 0;
    DL_FOREACH_SAFE(l->folder->table.dirty, entry, next)
    {
        entry->pending_id = mem_free(entry->pending_id);
        if (!is_news(entry))
            continue;
        if (count == LIMIT_ARTICLE_BATCH) {
            l->changes->more = true;
            break;
        }
        if (load(l, entry) != STATUS_OK ||
            (entry->article && hand_over_article(l, entry) != STATUS_OK))
            return STATUS_OUT_OF_MEMORY;
        count += entry->article != NULL;
    }
    return STATUS_OK;
}

/* ---- What stands in the way ---- */

/* Says where ENTRY's id is not what it wants to be. */
static enum status add_id_problem(struct looking *l, const struct file_entry *entry)
{
    const struct file_entry *holder = file_table_holder(&l->folder->table, entry->wanted);
    struct article_problem problem = {.is_error = !entry->id, .kind = "id"};
    _cleanup_free_ char *message =
        entry->id ? mem_printf("the id \"%s\" is taken by %s: this article is \"%s\" (an `id` of "
                               "its own keeps it stable)",
                               entry->wanted, holder ? holder->path : "another", entry->id)
                  : mem_printf("the id \"%s\" is already given to %s", entry->wanted,
                               holder ? holder->path : "another");
    return message ? add_problem(l->changes, entry->path, &problem, message) : STATUS_OUT_OF_MEMORY;
}

static enum status add_entry_problems(struct looking *l, const struct file_entry *entry)
{
    if (entry->failure.message)
        return add_problem(l->changes, entry->path, &entry->failure, entry->failure.message);
    if (entry->wanted && !str_equal(entry->id, entry->wanted))
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
    mem_free(entry->told_id);
    mem_free(entry->told_digest);
    mem_free(entry->told_key);
    entry->told_id = steal_pointer(&entry->pending_id);
    entry->told_digest = steal_pointer(&entry->pending_digest);
    entry->told_key = steal_pointer(&entry->pending_key);
    entry->key_unknown = entry->again = false;
    article_problems_done(&entry->remarks);
}

static void settle_all(struct looking *l)
{
    struct file_table *table = &l->folder->table;
    struct file_entry *entry, *next;
    size_t i = 0;
    while (i < l->changes->count && file_table_holder(table, l->changes->items[i].id) == NULL)
        i++;
    DL_FOREACH_SAFE(table->dirty, entry, next)
    {
        bool handed = entry->pending_id != NULL;
        if (handed) {
            l->changes->items[i++].article = steal_pointer(&entry->article);
            settle(entry);
        } else if (is_news(entry)) {
            continue; /* in a later batch */
        }
        if (!entry->id) {
            entry->told_id = mem_free(entry->told_id);
            entry->told_digest = mem_free(entry->told_digest);
        }
        entry->article = article_free(entry->article);
        DL_DELETE(table->dirty, entry);
        entry->is_dirty = false;
        if (entry->gone)
            file_table_remove(table, entry);
    }
}

static enum status hand_over(struct looking *l, bool all)
{
    struct folder *folder = l->folder;
    if (!file_table_assign(&folder->table) || mark_translations(folder) != STATUS_OK)
        return STATUS_OUT_OF_MEMORY;
    DL_SORT(folder->table.dirty, by_path);
    if (hand_over_removals(l) != STATUS_OK || hand_over_articles(l) != STATUS_OK ||
        add_problems(l, all) != STATUS_OK)
        return STATUS_OUT_OF_MEMORY;
    l->changes->skipped = folder->table.skipped + folder->unnamed;
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
    status = look(&l, paths);
    if (status == STATUS_OK)
        status = hand_over(&l, !paths);
    if (status == STATUS_OK)
        return STATUS_OK;
    folder_changes_done(changes);
    return error_memory(err);
}
