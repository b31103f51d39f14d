/* reindex.c: from the folder of articles to the index, in one commit. */
#include "app/reindex.h"

#include "app/linked_files.h"
#include "app/service_private.h"
#include "app/synonyms_file.h"
#include "app/watch.h"
#include "article/folder.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/str.h"

#include <stdio.h>

enum { LOCK_WAIT_MS = 30000 };

struct run {
    struct service *service;
    const struct config *config;
    struct index_writer *writer;
    enum status learned; /* of the last learn_one */
    bool rebuild;
    bool from_nothing; /* the index held no article before */
    struct reindex_listener listener;
    struct reindex_counts counts;
    struct error *err;
};

static bool learn_one(void *arg, const char *path, const char *digest, const char *id,
                      bool id_explicit)
{
    struct run *run = arg;
    run->from_nothing = false;
    run->learned = folder_remember(run->service->folder, path, digest, id, id_explicit, run->err);
    return run->learned == STATUS_OK;
}

/* Makes a folder that knows what the index holds; nothing where that is built anew. */
static enum status learn_folder(struct run *run)
{
    struct folder_options options = {run->config->articles, run->config->default_lang,
                                     run->config->languages};
    enum status status;
    if (run->service->folder)
        run->service->folder = folder_free(run->service->folder);
    status = folder_new(&options, &run->service->folder, run->err);
    run->from_nothing = true;
    if (!status && !run->rebuild)
        status = index_writer_each_known(run->writer, learn_one, run, run->err);
    return status ? status : run->learned;
}

static enum status open_writer(struct run *run, bool check)
{
    struct index_writer_options options = {run->service->index_folder, LOCK_WAIT_MS, run->rebuild,
                                           check};
    return index_writer_open(&options, &run->writer, run->err);
}

static void tell_problems(struct run *run, const struct folder_changes *changes)
{
    for (size_t i = 0; run->listener.problem && i < changes->problem_count; i++) {
        const struct folder_problem *one = &changes->problems[i];
        run->listener.problem(run->listener.arg, one->path, one->problem.line,
                              one->problem.is_error, one->problem.message);
    }
    run->counts.skipped = changes->skipped;
}

struct current {
    const char *version;
    int64_t seen_ms; /* -1: another version is current, or none */
};

static bool look_at_version(void *arg, const char *article, const char *version, int64_t seen_ms)
{
    struct current *current = arg;
    (void)article;
    current->seen_ms = strcmp(version, current->version) == 0 ? seen_ms : -1;
    return true;
}

static enum status put_article(struct run *run, struct article *article, int64_t now_ms)
{
    struct current current = {article->version, -1};
    bool is_known = index_writer_has(run->writer, article->id);
    enum status status = linked_files_find(article, run->err);
    if (!status)
        status = store_each_version(run->service->store, article->id, look_at_version, &current,
                                    run->err);
    if (!status)
        status = index_writer_put(run->writer, article,
                                  current.seen_ms < 0 ? now_ms : current.seen_ms, run->err);
    if (is_known)
        run->counts.changed++;
    else
        run->counts.added++;
    if (run->listener.progress)
        run->listener.progress(run->listener.arg, run->counts.added + run->counts.changed);
    return status;
}

static enum status remove_articles(struct run *run, const struct folder_changes *changes)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; !status && i < changes->count; i++) {
        if (changes->items[i].article)
            continue;
        status = index_writer_remove(run->writer, changes->items[i].id, run->err);
        run->counts.removed++;
    }
    return status;
}

static enum status note_versions(struct run *run, const struct folder_changes *changes,
                                 int64_t now_ms)
{
    _cleanup_free_ struct article_version *versions =
        mem_zero(changes->count + 1, sizeof *versions);
    size_t count = 0;
    if (!versions)
        return error_memory(run->err);
    for (size_t i = 0; i < changes->count; i++) {
        const struct article *article = changes->items[i].article;
        if (article)
            versions[count++] =
                (struct article_version){article->id, article->version, now_ms};
    }
    return count ? store_note_versions(run->service->store, versions, count, run->err) : STATUS_OK;
}

static enum status put_articles(struct run *run, const struct folder_changes *changes)
{
    int64_t now_ms = clock_now_ms();
    enum status status = remove_articles(run, changes);
    for (size_t i = 0; !status && i < changes->count; i++)
        if (changes->items[i].article)
            status = put_article(run, changes->items[i].article, now_ms);
    /* Before the commit: what the index knows is not read again, so its version must be noted. */
    return status ? status : note_versions(run, changes, now_ms);
}

#define SYNONYMS_META "synonyms"

static enum status put_synonyms(struct run *run)
{
    struct synonyms_file synonyms;
    _cleanup_free_ char *before = NULL;
    enum status status =
        synonyms_file_read(run->config->articles, &run->listener, &synonyms, run->err);
    if (status)
        return status;
    status = store_get_meta(run->service->store, SYNONYMS_META, &before, run->err);
    if (!status && (run->from_nothing || !str_equal(before, synonyms.digest)) &&
        (synonyms.count || before)) {
        status = index_writer_set_synonyms(run->writer, synonyms.groups, run->err);
        if (!status)
            status = store_set_meta(run->service->store, SYNONYMS_META, synonyms.digest, run->err);
    }
    synonyms_file_done(&synonyms);
    return status;
}

/* Puts what has changed into the index, batch by batch; takes the index only where something has. */
static enum status put_changes(struct run *run, char *const *paths)
{
    static char *const rest[] = {NULL};
    enum status status = STATUS_OK;
    bool more = true;
    while (!status && more) {
        struct folder_changes changes = {.items = NULL};
        status = folder_refresh(run->service->folder, paths, &changes, run->err);
        if (!status)
            tell_problems(run, &changes);
        if (!status && changes.count && !run->writer)
            status = open_writer(run, false);
        if (!status && changes.count)
            status = put_articles(run, &changes);
        more = changes.more;
        folder_changes_done(&changes);
        paths = rest;
    }
    return status;
}

#define SETTINGS_META "index_settings"

/* The settings that articles were read with; others make them other articles. */
static char *settings_text(const struct config *config)
{
    _cleanup_buf_ struct buf text = BUF_INIT(LIMIT_CONFIG_FILE);
    buf_add_str(&text, config->default_lang);
    for (char *const *lang = config->languages; lang && *lang; lang++)
        buf_printf(&text, " %s", *lang);
    return buf_take(&text);
}

static enum status look_at_settings(struct run *run)
{
    _cleanup_free_ char *before = NULL, *now = settings_text(run->config);
    enum status status = now ? store_get_meta(run->service->store, SETTINGS_META, &before, run->err)
                             : error_memory(run->err);
    if (!status && before && strcmp(before, now) != 0)
        run->rebuild = true;
    return status;
}

static enum status note_settings(struct run *run)
{
    _cleanup_free_ char *before = NULL, *now = settings_text(run->config);
    enum status status = now ? store_get_meta(run->service->store, SETTINGS_META, &before, run->err)
                             : error_memory(run->err);
    if (status || str_equal(before, now))
        return status;
    return store_set_meta(run->service->store, SETTINGS_META, now, run->err);
}

/* Looks through the whole folder, holding the index from the start: what it knows is asked first. */
static enum status run_whole(struct run *run)
{
    enum status status = look_at_settings(run);
    if (!status)
        status = open_writer(run, true);
    if (!status && (run->rebuild || !run->service->folder))
        status = learn_folder(run);
    if (!status)
        status = put_changes(run, NULL);
    return status ? status : put_synonyms(run);
}

static enum status run_paths(struct run *run, char *const *paths)
{
    enum status status = put_changes(run, paths);
    if (status || !strv_contains(paths, SYNONYMS_FILE))
        return status;
    if (!run->writer)
        status = open_writer(run, false);
    return status ? status : put_synonyms(run);
}

static enum status run_once(struct run *run, char *const *paths)
{
    enum status status = paths && run->service->folder && !run->rebuild ? run_paths(run, paths)
                                                                        : run_whole(run);
    if (!status && run->writer)
        status = index_writer_commit(run->writer, &run->counts.articles, run->err);
    if (!status && !paths)
        status = note_settings(run);
    run->writer = index_writer_close(run->writer);
    /* What was read but not indexed would be missed: learn anew the next time. */
    if (status && run->service->folder)
        run->service->folder = folder_free(run->service->folder);
    return status;
}

/* A damaged index is built anew; its articles are all in the folder. */
static enum status reindex(struct run *run, char *const *paths)
{
    struct service *service = run->service;
    int64_t begun_us = clock_monotonic_us();
    enum status status;
    run->config = service_config(service);
    (void)pthread_mutex_lock(&service->index_lock);
    status = run_once(run, paths);
    if (status == STATUS_CORRUPT && !run->rebuild) {
        run->rebuild = true;
        run->counts = (struct reindex_counts){.articles = 0};
        status = run_once(run, NULL);
    }
    (void)pthread_mutex_unlock(&service->index_lock);
    run->counts.seconds = (double)(clock_monotonic_us() - begun_us) / 1e6;
    if (status)
        return status;
    atomic_store(&service->indexed_ms, clock_now_ms());
    if (run->rebuild)
        readers_reset(service->readers);
    return readers_look(service->readers, run->err);
}

enum status service_reindex(struct service *service, bool rebuild,
                            const struct reindex_listener *listener, struct reindex_counts *ret,
                            struct error *err)
{
    struct run run = {.service = service, .rebuild = rebuild, .err = err};
    enum status status;
    if (listener)
        run.listener = *listener;
    status = reindex(&run, NULL);
    if (!status)
        *ret = run.counts;
    return status;
}

static void log_problem(void *arg, const char *path, size_t line, bool is_error,
                        const char *message)
{
    char number[24] = "";
    (void)arg;
    if (line)
        (void)snprintf(number, sizeof number, "%zu", line);
    log_event(is_error ? LOG_LEVEL_ERROR : LOG_LEVEL_WARNING,
              is_error ? "article.skipped" : "article.remark", "path", path, "#line",
              line ? number : NULL, "message", message, NULL);
}

static void log_counts(const struct reindex_counts *counts)
{
    char put[24], removed[24], ms[24];
    (void)snprintf(put, sizeof put, "%zu", counts->added + counts->changed);
    (void)snprintf(removed, sizeof removed, "%zu", counts->removed);
    (void)snprintf(ms, sizeof ms, "%.0f", counts->seconds * 1000);
    log_event(LOG_LEVEL_INFO, "index.updated", "#put", put, "#removed", removed, "#ms", ms, NULL);
}

enum status service_reindex_paths(struct service *service, char *const *paths, bool rebuild,
                                  struct error *err)
{
    struct run run = {.service = service, .rebuild = rebuild,
                      .listener.problem = log_problem, .err = err};
    enum status status = reindex(&run, paths);
    if (!status && run.counts.added + run.counts.changed + run.counts.removed)
        log_counts(&run.counts);
    return status;
}

enum status service_watch(struct service *service, struct error *err)
{
    return watch_start(service, &service->watch, err);
}
