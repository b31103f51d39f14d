/* folder_look.c: looking at files: walks the folder, reads what may have changed, parses what did.
 */
#include "article/folder_look.h"

#include "article/beneath.h"
#include "article/place.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/str.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* A file written to this short before it was read may change again within the same tick of its time
 * stamp. */
#define RACY_NS (2 * INT64_C(1000000000))

enum status folder_add_problem(struct folder_changes *changes, const char *path,
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
    return folder_add_problem(l->changes, path, &problem, message);
}

/* ---- Reading one file ---- */

static void drop_article(struct looking *l, struct file_entry *entry)
{
    if (entry->parsed && l->kept > 0)
        l->kept--;
    entry->parsed = file_parsed_free(entry->parsed);
}

/* ENTRY is no article, because of PROBLEM with MESSAGE. */
static enum status fail_entry(struct looking *l, struct file_entry *entry,
                              const struct article_problem *problem, const char *message)
{
    _cleanup_free_ struct article_problem *failure = mem_zero(1, sizeof *failure);
    _cleanup_free_ char *copy = mem_strdup(message);
    if (!failure || !copy || !file_table_want(&l->folder->table, entry, NULL, false))
        return STATUS_OUT_OF_MEMORY;
    *failure = *problem;
    failure->message = steal_pointer(&copy);
    file_table_fail(entry, steal_pointer(&failure));
    file_table_count(&l->folder->table, entry);
    return STATUS_OK;
}

static enum status fail_with(struct looking *l, struct file_entry *entry, const char *message)
{
    struct article_problem problem = {.is_error = true, .kind = "unreadable"};
    entry->has_digest = false;
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

DEFINE_CLEANUP(struct file_parsed *, file_parsed_free)

/* Parses BYTES into entry->parsed. INVALID and TOO_LARGE become the entry's failure. */
static enum status parse_entry(struct looking *l, struct file_entry *entry, struct slice bytes)
{
    struct article_context context = {entry->path, l->folder->default_lang, l->folder->languages};
    _cleanup_(file_parsed_freep) struct file_parsed *parsed = mem_zero(1, sizeof *parsed);
    struct error err;
    drop_article(l, entry);
    enum status status =
        parsed ? article_parse(bytes, &context, &parsed->article, &parsed->remarks, &err)
               : STATUS_OUT_OF_MEMORY;
    if (status == STATUS_OUT_OF_MEMORY)
        return status;
    file_table_fail(entry, NULL);
    if (status != STATUS_OK) {
        const struct article_problem *last = &parsed->remarks.items[parsed->remarks.count - 1];
        return fail_entry(l, entry, last, last->message);
    }
    const struct article *article = parsed->article;
    entry->parsed = steal_pointer(&parsed);
    l->kept++;
    bool done = set_translation_of(l, entry, article->translation_of) &&
                file_table_want(&l->folder->table, entry, article->id, article->id_explicit);
    return done ? STATUS_OK : STATUS_OUT_OF_MEMORY;
}

static bool has_digest(const struct file_entry *entry, const unsigned char digest[DIGEST_BYTES])
{
    return entry->has_digest && memcmp(entry->digest, digest, DIGEST_BYTES) == 0;
}

/* Takes the content of ENTRY: parses it where it is not what it was. */
static enum status take_bytes(struct looking *l, struct file_entry *entry, struct slice bytes)
{
    unsigned char digest[DIGEST_BYTES];
    digest_sha256(bytes, digest);
    bool same = has_digest(entry, digest);
    bool unread = same && entry->key_unknown && !entry->translation_of &&
                  memmem(bytes.ptr, bytes.length, "translation_of", 14);
    if (same && !unread)
        return STATUS_OK;
    enum status status = parse_entry(l, entry, bytes);
    entry->has_digest = status == STATUS_OK; /* else it is read again next time */
    if (status != STATUS_OK)
        return status;
    memcpy(entry->digest, digest, DIGEST_BYTES);
    entry->is_changed = entry->is_changed || !same;
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
           (entry->has_digest || entry->failure);
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
    entry->has_digest = false;
    file_table_fail(entry, NULL);
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

static bool is_below_swept(const struct folder *folder, const char *path)
{
    for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
        const struct file_folder *above =
            file_table_find_folder(&folder->table, path, (size_t)(slash - path));
        if (above && above->swept == folder->generation)
            return true;
    }
    return false;
}

/* Loses every entry that this refresh has not seen, of all or of those below swept folders, in one
 * pass. */
static enum status lose_unseen(struct looking *l, bool all)
{
    struct file_entry *entry, *next;
    HASH_ITER(hh, l->folder->table.entries, entry, next)
    {
        if (entry->seen != l->folder->generation && !entry->gone &&
            (all || is_below_swept(l->folder, entry->path)) && lose_entry(l, entry) != STATUS_OK)
            return STATUS_OUT_OF_MEMORY;
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

static void sweep(struct looking *l, struct file_folder *folder)
{
    folder->swept = l->folder->generation;
    l->swept = true;
}

/* Looks at one path that may have changed: a file, a folder, or nothing any more. */
static enum status look_at_path(struct looking *l, const char *path)
{
    struct stat info;
    struct file_folder *known = file_table_find_folder(&l->folder->table, path, strlen(path));
    struct file_entry *entry = file_table_find(&l->folder->table, path);
    if (fstatat(l->root_fd, path, &info, AT_SYMLINK_NOFOLLOW) < 0)
        info.st_mode = 0;
    if (known && !S_ISDIR(info.st_mode))
        sweep(l, known);
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
    if (known)
        sweep(l, known);
    return look_at_folder(l, fd, ".", path, depth);
}

enum status folder_look(struct looking *l, char *const *paths)
{
    enum status status = STATUS_OK;
    l->folder->generation++;
    l->folder->looked = l->folder->looked || !paths || *paths;
    if (!paths) {
        l->folder->unnamed = 0;
        status = look_at_folder(l, l->root_fd, ".", "", 0);
        return status == STATUS_OK ? lose_unseen(l, true) : status;
    }
    for (; *paths && status == STATUS_OK; paths++) {
        _cleanup_buf_ struct buf path = BUF_INIT(PATH_MAX - 1);
        if (!place_join("", slice_of(*paths), &path) || path.failed)
            continue;
        if (path.length == 0)
            return folder_look(l, NULL);
        if (beneath_is_path(buf_str(&path)) && !leads_through_link(l, buf_str(&path)))
            status = look_at_path(l, buf_str(&path));
    }
    return status == STATUS_OK && l->swept ? lose_unseen(l, false) : status;
}

enum status folder_load(struct looking *l, struct file_entry *entry)
{
    _cleanup_buf_ struct buf bytes = BUF_INIT(LIMIT_ARTICLE_FILE + 1);
    unsigned char digest[DIGEST_BYTES];
    if (entry->parsed)
        return STATUS_OK;
    _cleanup_close_ int fd = beneath_open(l->root_fd, entry->path);
    int errnum = fd < 0 ? errno : read_bytes(fd, &bytes);
    if (errnum)
        return errnum == ENOMEM ? STATUS_OUT_OF_MEMORY : STATUS_OK;
    struct slice text = {buf_str(&bytes), bytes.length};
    digest_sha256(text, digest);
    return has_digest(entry, digest) ? parse_entry(l, entry, text) : STATUS_OK;
}
