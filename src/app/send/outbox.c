/* outbox.c: the folder, its lock, and its files: ID.json waits, ID.held is kept apart. */
#include "app/send/outbox.h"

#include "base/file.h"
#include "base/limits.h"
#include "base/str.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const suffixes[] = {[OUTBOX_WAITING] = ".json", [OUTBOX_HELD] = ".held"};

void outbox_item_done(struct outbox_item *item)
{
    mem_free(item->problem);
    json_decref(item->request);
    *item = (struct outbox_item){.request = NULL};
}

void outbox_list_done(struct outbox_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        outbox_item_done(&list->items[i]);
    list->items = mem_free(list->items);
    list->count = 0;
}

void outbox_make_id(struct slice text, char out[OUTBOX_ID_SIZE])
{
    unsigned char digest[DIGEST_BYTES];
    digest_sha256(text, digest);
    digest_hex(digest, (OUTBOX_ID_SIZE - 1) / 2, out);
}

static bool is_id(struct slice text)
{
    for (size_t i = 0; i < text.length; i++)
        if (!(text.ptr[i] >= '0' && text.ptr[i] <= '9') && !(text.ptr[i] >= 'a' && text.ptr[i] <= 'f'))
            return false;
    return text.length == OUTBOX_ID_SIZE - 1;
}

/* ---- The folder ---- */

struct outbox {
    char *folder;
    int lock; /* -1: not held */
};

static void outbox_close(struct outbox *outbox)
{
    mem_free(outbox->folder);
    file_closep(&outbox->lock);
}
#define _cleanup_outbox_ _cleanup_(outbox_close)

/* Makes the folder and waits for its lock, which lasts until outbox_close. */
static enum status outbox_open(const char *data, struct outbox *ret, struct error *err)
{
    _cleanup_free_ char *path = NULL;
    enum status status;
    *ret = (struct outbox){.folder = file_join(data, "outbox"), .lock = -1};
    path = ret->folder ? file_join(ret->folder, "lock") : NULL;
    if (!path)
        return error_memory(err);
    if ((status = file_make_folder(ret->folder, 0700, err)))
        return status;
    ret->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (ret->lock < 0 || flock(ret->lock, LOCK_EX) < 0)
        return error_set_errno(err, STATUS_IO, errno, "cannot lock %s", path);
    return STATUS_OK;
}

static char *path_of(const struct outbox *outbox, const char *id, enum outbox_state state)
{
    return mem_printf("%s/%s%s", outbox->folder, id, suffixes[state]);
}

/* Removes a file, durably. */
static enum status remove_file(const struct outbox *outbox, const char *path, struct error *err)
{
    _cleanup_close_ int folder = open(outbox->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (unlink(path) < 0 || folder < 0 || fsync(folder) < 0)
        return error_set_errno(err, STATUS_IO, errno, "cannot remove %s", path);
    return STATUS_OK;
}

/* ---- One file ---- */

static enum status write_item(const struct outbox *outbox, const struct outbox_item *item,
                              struct error *err)
{
    _cleanup_free_ char *path = path_of(outbox, item->id, item->state), *text = NULL;
    _cleanup_json_ json_t *object =
        json_pack("{s:I, s:I, s:I, s:s*, s:O}", "created_ms", (json_int_t)item->created_ms,
                  "next_ms", (json_int_t)item->next_ms, "attempts", (json_int_t)item->attempts,
                  "problem", item->problem, "request", item->request);
    text = object ? json_text(object) : NULL;
    if (!path || !text)
        return error_memory(err);
    return file_write(path, text, strlen(text), 0600, err);
}

static int64_t whole(const json_t *object, const char *field)
{
    return json_integer_value(json_object_get(object, field));
}

/* Reads what stands behind "request" and beside it; a file that makes no sense keeps its name
 * alone. */
static enum status read_item(const char *path, struct outbox_item *item, struct error *err)
{
    _cleanup_free_ char *text = NULL;
    _cleanup_json_ json_t *object = NULL;
    const char *problem;
    size_t length;
    enum status status = file_read(path, LIMIT_OUTBOX_ITEM, &text, &length, err);
    if (!status)
        status = json_read((struct slice){text, length}, &object, err);
    if (status == STATUS_INVALID || status == STATUS_TOO_LARGE) {
        item->problem = mem_strdup("the file cannot be read");
        return item->problem ? STATUS_OK : error_memory(err);
    }
    if (status)
        return status;
    problem = json_string_value(json_object_get(object, "problem"));
    item->created_ms = whole(object, "created_ms");
    item->next_ms = whole(object, "next_ms");
    item->attempts = whole(object, "attempts");
    if (json_is_object(json_object_get(object, "request")))
        item->request = json_incref(json_object_get(object, "request"));
    if (problem && !(item->problem = mem_strdup(problem)))
        return error_memory(err);
    return STATUS_OK;
}

/* The item ID, whatever its state. Errors: NOT_FOUND. */
static enum status find_item(const struct outbox *outbox, const char *id, struct outbox_item *ret,
                             struct error *err)
{
    enum status status = STATUS_NOT_FOUND;
    if (is_id(slice_of(id)))
        for (size_t i = 0; status == STATUS_NOT_FOUND && i < ARRAY_LENGTH(suffixes); i++) {
            _cleanup_free_ char *path = path_of(outbox, id, (enum outbox_state)i);
            if (!path)
                return error_memory(err);
            *ret = (struct outbox_item){.state = (enum outbox_state)i};
            (void)snprintf(ret->id, sizeof ret->id, "%s", id);
            status = read_item(path, ret, err);
        }
    if (status == STATUS_NOT_FOUND)
        (void)error_set(err, status, "no request %s waits in the outbox", id);
    return status;
}

/* ---- The list ---- */

/* The state that the name of a file tells; false: it is no item. */
static bool parse_name(const char *name, struct outbox_item *item)
{
    const char *dot = strchr(name, '.');
    if (!dot || !is_id((struct slice){name, (size_t)(dot - name)}))
        return false;
    for (size_t i = 0; i < ARRAY_LENGTH(suffixes); i++)
        if (strcmp(dot, suffixes[i]) == 0) {
            *item = (struct outbox_item){.state = (enum outbox_state)i};
            (void)snprintf(item->id, sizeof item->id, "%.*s", (int)(dot - name), name);
            return true;
        }
    return false;
}

static int by_time(const void *a, const void *b)
{
    const struct outbox_item *one = a, *other = b;
    if (one->created_ms != other->created_ms)
        return one->created_ms < other->created_ms ? -1 : 1;
    return strcmp(one->id, other->id);
}

static enum status add_item(const char *folder, const char *name, struct outbox_list *list,
                            size_t *capacity, struct error *err)
{
    _cleanup_outbox_item_ struct outbox_item item = {.request = NULL};
    _cleanup_free_ char *path = file_join(folder, name);
    enum status status;
    if (!parse_name(name, &item))
        return STATUS_OK;
    if (!path || mem_grow(&list->items, capacity, list->count, sizeof *list->items))
        return error_memory(err);
    status = read_item(path, &item, err);
    if (status == STATUS_NOT_FOUND) /* gone meanwhile */
        return STATUS_OK;
    if (status)
        return status;
    list->items[list->count++] = item;
    item = (struct outbox_item){.request = NULL};
    return STATUS_OK;
}

enum status outbox_read(const char *data, struct outbox_list *ret, struct error *err)
{
    _cleanup_outbox_list_ struct outbox_list list = {.items = NULL};
    _cleanup_free_ char *folder = file_join(data, "outbox");
    DIR *dir = folder ? opendir(folder) : NULL;
    const struct dirent *entry;
    size_t capacity = 0;
    enum status status = STATUS_OK;
    *ret = (struct outbox_list){.items = NULL};
    if (!folder)
        return error_memory(err);
    if (!dir)
        return errno == ENOENT ? STATUS_OK
                               : error_set_errno(err, STATUS_IO, errno, "cannot read %s", folder);
    while (!status && (entry = readdir(dir)))
        status = add_item(folder, entry->d_name, &list, &capacity, err);
    (void)closedir(dir);
    if (status)
        return status;
    if (list.count)
        qsort(list.items, list.count, sizeof *list.items, by_time);
    *ret = list;
    list = (struct outbox_list){.items = NULL};
    return STATUS_OK;
}

/* ---- Changes, each under the lock ---- */

/* How many files have STATE; *RET_OLDEST: the name of the one that was written first. */
static enum status count_files(const struct outbox *outbox, enum outbox_state state,
                               size_t *ret_count, char **ret_oldest, struct error *err)
{
    DIR *dir = opendir(outbox->folder);
    const struct dirent *entry;
    struct timespec oldest = {0};
    if (!dir)
        return error_set_errno(err, STATUS_IO, errno, "cannot read %s", outbox->folder);
    while ((entry = readdir(dir))) {
        struct outbox_item item;
        struct stat info;
        if (!parse_name(entry->d_name, &item) || item.state != state ||
            fstatat(dirfd(dir), entry->d_name, &info, AT_SYMLINK_NOFOLLOW) < 0)
            continue;
        if (++*ret_count == 1 || info.st_mtim.tv_sec < oldest.tv_sec) {
            mem_free(*ret_oldest);
            *ret_oldest = mem_strdup(item.id);
            oldest = info.st_mtim;
        }
    }
    (void)closedir(dir);
    return STATUS_OK;
}

/* Refuses more to wait than there may; of the held, the oldest goes. */
static enum status make_room(const struct outbox *outbox, enum outbox_state state,
                             struct error *err)
{
    _cleanup_free_ char *oldest = NULL, *path = NULL;
    size_t count = 0;
    enum status status = count_files(outbox, state, &count, &oldest, err);
    if (status || count < LIMIT_OUTBOX)
        return status;
    if (state == OUTBOX_WAITING)
        return error_set(err, STATUS_UNAVAILABLE, "%d requests wait to be delivered already",
                         LIMIT_OUTBOX);
    path = oldest ? path_of(outbox, oldest, state) : NULL;
    return path ? remove_file(outbox, path, err) : error_memory(err);
}

enum status outbox_put(const char *data, const struct outbox_item *item, struct error *err)
{
    _cleanup_outbox_ struct outbox outbox = {.lock = -1};
    _cleanup_outbox_item_ struct outbox_item known = {.request = NULL};
    enum status status = outbox_open(data, &outbox, err);
    if (status)
        return status;
    status = find_item(&outbox, item->id, &known, err);
    if (status != STATUS_NOT_FOUND)
        return status;
    status = make_room(&outbox, item->state, err);
    return status ? status : write_item(&outbox, item, err);
}

enum status outbox_note_failure(const char *data, const char *id, int64_t next_ms,
                                const char *problem, struct error *err)
{
    _cleanup_outbox_ struct outbox outbox = {.lock = -1};
    _cleanup_outbox_item_ struct outbox_item item = {.request = NULL};
    enum status status = outbox_open(data, &outbox, err);
    if (!status)
        status = find_item(&outbox, id, &item, err);
    if (status)
        return status == STATUS_NOT_FOUND ? STATUS_OK : status;
    mem_free(item.problem);
    item.problem = mem_strdup(problem);
    item.next_ms = next_ms;
    item.attempts++;
    return item.problem ? write_item(&outbox, &item, err) : error_memory(err);
}

enum status outbox_retry(const char *data, const char *id, int64_t now_ms, struct error *err)
{
    _cleanup_outbox_ struct outbox outbox = {.lock = -1};
    _cleanup_outbox_item_ struct outbox_item item = {.request = NULL};
    _cleanup_free_ char *from = NULL, *to = NULL;
    enum outbox_state before;
    enum status status = outbox_open(data, &outbox, err);
    if (!status)
        status = find_item(&outbox, id, &item, err);
    if (status)
        return status;
    if (!item.request)
        return error_set(err, STATUS_CORRUPT, "the file of %s cannot be read", id);
    before = item.state;
    item.state = OUTBOX_WAITING;
    item.next_ms = now_ms;
    item.attempts = 0;
    from = path_of(&outbox, id, before);
    to = path_of(&outbox, id, OUTBOX_WAITING);
    if (!from || !to)
        return error_memory(err);
    if (before != OUTBOX_WAITING && rename(from, to) < 0)
        return error_set_errno(err, STATUS_IO, errno, "cannot rename %s", from);
    return write_item(&outbox, &item, err);
}

enum status outbox_drop(const char *data, const char *id, struct error *err)
{
    _cleanup_outbox_ struct outbox outbox = {.lock = -1};
    _cleanup_outbox_item_ struct outbox_item item = {.request = NULL};
    _cleanup_free_ char *path = NULL;
    enum status status = outbox_open(data, &outbox, err);
    if (!status)
        status = find_item(&outbox, id, &item, err);
    if (status)
        return status;
    path = path_of(&outbox, id, item.state);
    return path ? remove_file(&outbox, path, err) : error_memory(err);
}

/* ---- Erasing ---- */

static bool same_field(const json_t *request, const char *field, const char *wanted)
{
    struct slice value = slice_of(json_string_value(json_object_get(request, field)));
    return wanted && str_equal_ascii_case(slice_trim(value), slice_trim(slice_of(wanted)));
}

/* What a crash left behind: nobody writes while we hold the lock. */
static enum status remove_partial(const struct outbox *outbox, struct error *err)
{
    DIR *dir = opendir(outbox->folder);
    const struct dirent *entry;
    enum status status = STATUS_OK;
    if (!dir)
        return error_set_errno(err, STATUS_IO, errno, "cannot read %s", outbox->folder);
    while (!status && (entry = readdir(dir))) {
        _cleanup_free_ char *path = file_join(outbox->folder, entry->d_name);
        if (!path)
            status = error_memory(err);
        else if (str_ends(entry->d_name, ".tmp"))
            status = remove_file(outbox, path, err);
    }
    (void)closedir(dir);
    return status;
}

enum status outbox_erase(const char *data, const char *contact, const char *session,
                         int64_t *ret_count, struct error *err)
{
    _cleanup_outbox_ struct outbox outbox = {.lock = -1};
    _cleanup_outbox_list_ struct outbox_list list = {.items = NULL};
    enum status status = outbox_open(data, &outbox, err);
    if (!status)
        status = remove_partial(&outbox, err);
    if (!status)
        status = outbox_read(data, &list, err);
    for (size_t i = 0; !status && i < list.count; i++) {
        const struct outbox_item *item = &list.items[i];
        _cleanup_free_ char *path = path_of(&outbox, item->id, item->state);
        if (!path)
            return error_memory(err);
        if (!same_field(item->request, "contact", contact) &&
            !same_field(item->request, "session", session))
            continue;
        status = remove_file(&outbox, path, err);
        *ret_count += !status;
    }
    return status;
}
