/* watch.c: inotify, folder by folder. */
#define HASH_NONFATAL_OOM 1
#include "app/watch.h"

#include "app/service_private.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/str.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <uthash.h>

enum { GATHER_MS = 50, LOOK_MS = 250, EVENT_BYTES = 16384, PENDING_MOST = 1000, PAUSE_MS = 5000 };
static const uint32_t FOLDER_MASK = IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM |
                                    IN_MOVED_TO | IN_ATTRIB | IN_ONLYDIR | IN_DONT_FOLLOW;

/* A folder that is watched. */
struct watched {
    UT_hash_handle hh;
    int id;
    char path[]; /* relative to the articles folder; "" for it */
};

struct watch {
    struct service *service;
    const char *root;
    pthread_t thread;
    int inotify, wake; /* wake: an eventfd */
    _Atomic bool stopping, rebuild, look;
    struct watched *folders;
    dev_t root_device; /* which folder ROOT led to when it was last looked at */
    ino_t root_inode;
    bool root_there;
    char **pending;    /* paths to look at */
    size_t pending_count;
    bool look_at_all;  /* events were lost, or there are too many paths */
    int64_t not_before_us;
};

static char *join(const char *folder, const char *name)
{
    return *folder ? mem_printf("%s/%s", folder, name) : mem_strdup(name);
}

/* Marks PATH to be looked at. Where memory is short, everything is. */
static void mark(struct watch *watch, const char *path)
{
    if (!*path || watch->pending_count >= PENDING_MOST)
        watch->look_at_all = true;
    if (watch->look_at_all || strv_contains(watch->pending, path))
        return;
    if (strv_append(&watch->pending, slice_of(path)))
        watch->pending_count++;
    else
        watch->look_at_all = true;
}

static void forget_folder(struct watch *watch, struct watched *folder)
{
    HASH_DEL(watch->folders, folder);
    mem_free(folder);
}

/* Ends the watches of the folder PATH and of those below it ("": of all). */
static void unwatch_below(struct watch *watch, const char *path)
{
    struct watched *folder, *next;
    size_t length = strlen(path);
    HASH_ITER(hh, watch->folders, folder, next)
    {
        if (strncmp(folder->path, path, length) == 0 &&
            (length == 0 || folder->path[length] == '/' || folder->path[length] == '\0')) {
            (void)inotify_rm_watch(watch->inotify, folder->id);
            forget_folder(watch, folder);
        }
    }
}

static bool note_folder(struct watch *watch, int id, const char *path)
{
    size_t size = strlen(path) + 1;
    struct watched *folder;
    HASH_FIND_INT(watch->folders, &id, folder);
    if (folder) /* the same folder under another name */
        forget_folder(watch, folder);
    folder = mem_zero(1, sizeof *folder + size);
    if (!folder)
        return false;
    folder->id = id;
    memcpy(folder->path, path, size);
    HASH_ADD_INT(watch->folders, id, folder);
    if (!folder->hh.tbl) {
        mem_free(folder);
        return false;
    }
    return true;
}

static void watch_folder(struct watch *watch, const char *path, int depth);

/* Watches the folders below the folder FULL, which is called PATH within the root. */
static void watch_children(struct watch *watch, const char *full, const char *path, int depth)
{
    DIR *folder = opendir(full);
    struct dirent *entry;
    while (folder && (entry = readdir(folder))) { /* NOLINT(concurrency-mt-unsafe): own stream */
        _cleanup_free_ char *child = NULL;
        bool maybe_folder = entry->d_type == DT_DIR || entry->d_type == DT_UNKNOWN;
        if (!maybe_folder || entry->d_name[0] == '.')
            continue;
        child = join(path, entry->d_name);
        if (child)
            watch_folder(watch, child, depth + 1);
    }
    if (folder)
        (void)closedir(folder);
}

/* Watches the folder PATH and those below it; one that is gone or no folder is passed over. */
static void watch_folder(struct watch *watch, const char *path, int depth)
{
    _cleanup_free_ char *full = *path ? mem_printf("%s/%s", watch->root, path)
                                      : mem_printf("%s/.", watch->root);
    int id;
    if (!full || depth > LIMIT_ARTICLE_DEPTH)
        return;
    id = inotify_add_watch(watch->inotify, full, FOLDER_MASK);
    if (id < 0) {
        if (errno == ENOSPC)
            log_event(LOG_LEVEL_ERROR, "watch.full", "path", path, "hint",
                      "raise sysctl fs.inotify.max_user_watches", NULL);
        return;
    }
    if (note_folder(watch, id, path))
        watch_children(watch, full, path, depth);
    else
        watch->look_at_all = true;
}

/* True for names that can matter: articles, folders, images; not what editors leave about. */
static bool is_ours(const char *name)
{
    return name[0] != '.' && !str_ends(name, "~") && !str_ends(name, ".swp") &&
           !str_ends(name, ".tmp");
}

/* True when PATH was made whole, as another name of a file that exists. */
static bool is_link(const struct watch *watch, const char *path)
{
    _cleanup_free_ char *full = mem_printf("%s/%s", watch->root, path);
    struct stat info;
    return full && lstat(full, &info) == 0 && (S_ISLNK(info.st_mode) || info.st_nlink > 1);
}

static void take_event(struct watch *watch, const struct inotify_event *event)
{
    _cleanup_free_ char *path = NULL;
    struct watched *folder;
    if (event->mask & IN_Q_OVERFLOW) {
        watch->look_at_all = true;
        return;
    }
    HASH_FIND_INT(watch->folders, &event->wd, folder);
    if (!folder)
        return;
    if (event->mask & IN_IGNORED) {
        forget_folder(watch, folder);
        return;
    }
    if (event->len == 0 || !is_ours(event->name))
        return;
    path = join(folder->path, event->name);
    if (!path) {
        watch->look_at_all = true;
        return;
    }
    if (event->mask & IN_ISDIR) {
        unwatch_below(watch, path);
        if (event->mask & (IN_CREATE | IN_MOVED_TO | IN_ATTRIB))
            watch_folder(watch, path, 0);
    } else if (event->mask & IN_CREATE && !is_link(watch, path)) {
        return; /* its content comes with IN_CLOSE_WRITE */
    }
    mark(watch, path);
}

static void read_events(struct watch *watch)
{
    _Alignas(struct inotify_event) char bytes[EVENT_BYTES];
    ssize_t got;
    while ((got = read(watch->inotify, bytes, sizeof bytes)) > 0) {
        for (ssize_t at = 0; at < got;) {
            const struct inotify_event *event = (const void *)(bytes + at);
            take_event(watch, event);
            at += (ssize_t)(sizeof *event + event->len);
        }
    }
}

/* Looks whether ROOT still leads to the same folder; watches the new one where it does not. */
static void look_at_root(struct watch *watch)
{
    struct stat info;
    bool there = stat(watch->root, &info) == 0 && S_ISDIR(info.st_mode);
    if (there && watch->root_there && info.st_dev == watch->root_device &&
        info.st_ino == watch->root_inode)
        return;
    if (there) {
        watch->root_device = info.st_dev;
        watch->root_inode = info.st_ino;
        unwatch_below(watch, "");
        watch_folder(watch, "", 0);
        watch->look_at_all = true;
    } else if (watch->root_there) {
        log_event(LOG_LEVEL_ERROR, "articles.gone", "folder", watch->root, "hint",
                  "the index stays as it is until the folder is back", NULL);
    }
    watch->root_there = there;
}

static void index_pending(struct watch *watch)
{
    _cleanup_strv_ char **paths = steal_pointer(&watch->pending);
    bool all = watch->look_at_all, rebuild = atomic_load(&watch->rebuild);
    int64_t pause_ms = GATHER_MS;
    struct error err;
    watch->pending_count = 0;
    watch->look_at_all = false;
    if (service_reindex_paths(watch->service, all || rebuild ? NULL : paths, rebuild, &err)) {
        log_error("index.failed", &err);
        watch->look_at_all = true;
        pause_ms = PAUSE_MS;
    } else if (rebuild) {
        atomic_store(&watch->rebuild, false);
    }
    watch->not_before_us = clock_monotonic_us() + pause_ms * 1000;
}

static bool has_work(struct watch *watch)
{
    if (atomic_exchange(&watch->look, false))
        watch->look_at_all = true;
    return watch->root_there &&
           (watch->look_at_all || watch->pending || atomic_load(&watch->rebuild));
}

/* Waits for events: until the next indexing is allowed where there is work, else until the next
 * look at the root and at other processes' commits. */
static void wait_for_events(struct watch *watch)
{
    struct pollfd sources[] = {{.fd = watch->inotify, .events = POLLIN},
                               {.fd = watch->wake, .events = POLLIN}};
    int64_t wait_us = watch->not_before_us - clock_monotonic_us();
    int timeout_ms = LOOK_MS;
    if (has_work(watch))
        timeout_ms = wait_us > 0 ? (int)(wait_us / 1000) + 1 : 0;
    if (poll(sources, ARRAY_LENGTH(sources), timeout_ms) <= 0)
        return;
    if (sources[1].revents) {
        eventfd_t count;
        (void)eventfd_read(watch->wake, &count);
    }
    if (sources[0].revents)
        read_events(watch);
}

static void *run(void *arg)
{
    struct watch *watch = arg;
    while (!atomic_load(&watch->stopping)) {
        wait_for_events(watch);
        look_at_root(watch);
        if (has_work(watch) && clock_monotonic_us() >= watch->not_before_us &&
            !atomic_load(&watch->stopping))
            index_pending(watch);
        else
            (void)readers_look(watch->service->readers, NULL);
    }
    return NULL;
}

static struct watch *watch_free(struct watch *watch)
{
    struct watched *folder, *next;
    HASH_ITER(hh, watch->folders, folder, next)
    {
        forget_folder(watch, folder);
    }
    if (watch->inotify >= 0)
        (void)close(watch->inotify);
    if (watch->wake >= 0)
        (void)close(watch->wake);
    strv_free(watch->pending);
    return mem_free(watch);
}

enum status watch_start(struct service *service, struct watch **ret, struct error *err)
{
    struct watch *watch = mem_zero(1, sizeof *watch);
    enum status status = STATUS_OK;
    if (!watch)
        return error_memory(err);
    watch->service = service;
    watch->root = service_config(service)->articles;
    watch->inotify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    watch->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (watch->inotify < 0 || watch->wake < 0) {
        status = error_set_errno(err, STATUS_UNAVAILABLE, errno, "cannot watch the articles folder");
        error_hint(err, "raise sysctl fs.inotify.max_user_instances");
    } else {
        look_at_root(watch);
        watch->look_at_all = false; /* the server indexes everything first */
        if (pthread_create(&watch->thread, NULL, run, watch) != 0)
            status = error_set(err, STATUS_UNAVAILABLE, "the system gives no further thread");
    }
    if (status)
        (void)watch_free(watch);
    else
        *ret = watch;
    return status;
}

bool watch_rebuild(struct watch *watch)
{
    if (atomic_exchange(&watch->rebuild, true))
        return false;
    (void)eventfd_write(watch->wake, 1);
    return true;
}

void watch_look(struct watch *watch)
{
    atomic_store(&watch->look, true);
    (void)eventfd_write(watch->wake, 1);
}

struct watch *watch_stop(struct watch *watch)
{
    if (!watch)
        return NULL;
    atomic_store(&watch->stopping, true);
    (void)eventfd_write(watch->wake, 1);
    (void)pthread_join(watch->thread, NULL);
    return watch_free(watch);
}
