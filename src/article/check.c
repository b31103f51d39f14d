/* check.c: what is wrong in a folder of articles.
 *
 * First every article is read and what others may ask of it is kept (id, anchors, redirects, links,
 * title); then each link is looked up among them. */
#include "article/check.h"

#include "article/beneath.h"
#include "article/folder.h"
#include "article/link.h"
#include "article/markdown.h"
#include "article/slug.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/str.h"

#define HASH_NONFATAL_OOM 1
#define uthash_malloc(size) mem_alloc(size)
#define uthash_free(memory, size) mem_free(memory)
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>
#include <uthash.h>

struct page_link {
    enum markdown_target_kind kind;
    char *target;
    size_t line; /* of the file */
};

/* What is kept of an article. */
struct page {
    char *id, *path, *title, *lang;
    char **anchors;
    char **loose_anchors; /* what other tools make of its headings (link_anchor) */
    struct page_link *links;
    size_t link_count, link_capacity;
    size_t body_line;
    bool archived;
    bool failed; /* memory was short while it was read */
    UT_hash_handle hh;
};

/* A word that belongs to a page: a redirect, or a language and a title. */
struct claim {
    char *key;
    struct page *page;
    UT_hash_handle hh;
};

struct checking {
    const struct check_options *options;
    struct check_report *report;
    struct folder *folder;
    int root_fd;
    struct page *pages; /* by id */
    struct claim *redirects, *titles;
    struct error *err;
};

/* ---- The report ---- */

void check_done(struct check_report *report)
{
    for (size_t i = 0; i < report->count; i++) {
        mem_free(report->items[i].path);
        mem_free(report->items[i].message);
    }
    report->items = mem_free(report->items);
    *report = (struct check_report){0};
}

enum status check_add(struct check_report *report, const struct check_problem *problem,
                      struct error *err)
{
    struct check_problem copy = *problem;
    copy.path = mem_strdup(problem->path);
    copy.message = mem_strdup(problem->message);
    if (!copy.path || !copy.message ||
        mem_grow(&report->items, &report->capacity, report->count, sizeof copy) < 0) {
        mem_free(copy.path);
        mem_free(copy.message);
        return error_memory(err);
    }
    report->items[report->count++] = copy;
    return STATUS_OK;
}

static int by_place(const void *a, const void *b)
{
    const struct check_problem *x = a, *y = b;
    int order = strcmp(x->path, y->path);
    if (order == 0)
        order = (x->line > y->line) - (x->line < y->line);
    if (order == 0)
        order = strcmp(x->kind, y->kind);
    return order ? order : strcmp(x->message, y->message);
}

void check_sort(struct check_report *report)
{
    if (report->count)
        qsort(report->items, report->count, sizeof *report->items, by_place);
}

size_t check_errors(const struct check_report *report)
{
    size_t errors = 0;
    for (size_t i = 0; i < report->count; i++)
        errors += report->items[i].is_error;
    return errors;
}

/* Adds a problem whose MESSAGE is fresh (NULL: memory was short) and freed here. */
static enum status add(struct checking *c, const struct page *page, size_t line, bool is_error,
                       const char *kind, char *message)
{
    _cleanup_free_ char *owned = message;
    struct check_problem problem = {page->path, line, is_error, kind, message};
    return owned ? check_add(c->report, &problem, c->err) : error_memory(c->err);
}

/* ---- Pages ---- */

static void page_free(struct page *page)
{
    for (size_t i = 0; i < page->link_count; i++)
        mem_free(page->links[i].target);
    mem_free(page->links);
    strv_free(page->anchors);
    strv_free(page->loose_anchors);
    mem_free(page->id);
    mem_free(page->path);
    mem_free(page->title);
    mem_free(page->lang);
    mem_free(page);
}

static void free_claims(struct claim **claims)
{
    struct claim *claim, *next;
    HASH_ITER(hh, *claims, claim, next)
    {
        HASH_DEL(*claims, claim);
        mem_free(claim->key);
        mem_free(claim);
    }
}

static void checking_done(struct checking *c)
{
    struct page *page, *next;
    free_claims(&c->redirects);
    free_claims(&c->titles);
    HASH_ITER(hh, c->pages, page, next)
    {
        HASH_DEL(c->pages, page);
        page_free(page);
    }
    folder_free(c->folder);
    file_closep(&c->root_fd);
}

/* Claims KEY (fresh; NULL: memory was short) for PAGE. *RET_HOLDER is who had it before, NULL when
 * nobody. */
static bool claim(struct claim **claims, char *key, struct page *page, struct page **ret_holder)
{
    _cleanup_free_ char *owned = key;
    struct claim *found = NULL;
    *ret_holder = NULL;
    if (!owned)
        return false;
    HASH_FIND_STR(*claims, owned, found);
    if (found) {
        *ret_holder = found->page;
        return true;
    }
    found = mem_zero(1, sizeof *found);
    if (!found)
        return false;
    found->key = steal_pointer(&owned);
    found->page = page;
    HASH_ADD_KEYPTR(hh, *claims, found->key, strlen(found->key), found);
    if (!found->hh.tbl) {
        mem_free(found->key);
        mem_free(found);
        return false;
    }
    return true;
}

static bool keep_link(void *arg, enum markdown_target_kind kind, struct slice target, size_t line)
{
    struct page *page = arg;
    struct page_link link = {kind, mem_strndup(target.length ? target.ptr : "", target.length),
                             page->body_line + line - 1};
    if (!link.target ||
        mem_grow(&page->links, &page->link_capacity, page->link_count, sizeof link) < 0) {
        mem_free(link.target);
        page->failed = true;
        return false;
    }
    page->links[page->link_count++] = link;
    return true;
}

static bool keep_anchor(void *arg, struct slice anchor)
{
    struct page *page = arg;
    bool kept = strv_append(&page->anchors, anchor);
    page->failed = page->failed || !kept;
    return kept;
}

/* As link_anchor does, but once for all links to the page. */
static bool keep_loose_anchors(struct page *page, const struct article *article)
{
    bool kept = true;
    for (size_t i = 0; kept && i < article->section_count; i++) {
        _cleanup_free_ char *by_anchor = slug_id(slice_of(article->sections[i].anchor));
        _cleanup_free_ char *by_text = slug_id(slice_of(article->sections[i].heading));
        kept = by_anchor && by_text && strv_append(&page->loose_anchors, slice_of(by_anchor)) &&
               strv_append(&page->loose_anchors, slice_of(by_text));
    }
    return kept;
}

static enum status fill_page(struct page *page, const struct article *article, struct error *err)
{
    struct slice text = slice_of(article->markdown);
    page->id = mem_strdup(article->id);
    page->path = mem_strdup(article->path);
    page->title = mem_strdup(article->title);
    page->lang = mem_strdup(article->lang);
    page->body_line = article->body_line;
    page->archived = article->status == ARTICLE_ARCHIVED;
    if (!page->id || !page->path || !page->title || !page->lang ||
        !keep_loose_anchors(page, article))
        return error_memory(err);
    enum status status = markdown_each_link(text, keep_link, page, err);
    if (status == STATUS_OK)
        status = markdown_each_anchor(text, keep_anchor, page, err);
    return status == STATUS_OK && page->failed ? error_memory(err) : status;
}

static enum status add_page(struct checking *c, const struct article *article, struct page **ret)
{
    struct page *page = mem_zero(1, sizeof *page), *ignored;
    if (!page)
        return error_memory(c->err);
    enum status status = fill_page(page, article, c->err);
    if (status == STATUS_OK) {
        HASH_ADD_KEYPTR(hh, c->pages, page->id, strlen(page->id), page);
        status = page->hh.tbl ? STATUS_OK : error_memory(c->err);
    }
    if (status != STATUS_OK) {
        page_free(page);
        return status;
    }
    for (char **path = article->redirects; path && *path; path++)
        if (!claim(&c->redirects, mem_strdup(*path), page, &ignored))
            return error_memory(c->err);
    *ret = page;
    return STATUS_OK;
}

/* ---- What an article says of itself ---- */

static enum status check_title(struct checking *c, const struct article *article, struct page *page)
{
    struct page *other = NULL;
    if (!article->title_given)
        return add(c, page, 1, false, "title",
                   mem_printf("no title: \"%s\" is made from the file's name; begin with \"# "
                              "Title\" or give `title`",
                              page->title));
    if (page->archived)
        return STATUS_OK;
    _cleanup_free_ char *folded = slug_folded(slice_of(page->title));
    char *key = folded ? mem_printf("%s %s", page->lang, folded) : NULL;
    if (!claim(&c->titles, key, page, &other))
        return error_memory(c->err);
    if (!other)
        return STATUS_OK;
    return add(c, page, 1, false, "title",
               mem_printf("the title \"%s\" is also that of %s", page->title, other->path));
}

static enum status check_review(struct checking *c, const struct article *article,
                                const struct page *page)
{
    char day[CLOCK_TEXT_SIZE];
    int64_t due_ms = article_review_due_ms(article->reviewed_ms, article->review_every_ms,
                                           article->updated_ms, c->options->review_every_ms);
    if (due_ms < 0 || page->archived || due_ms >= c->options->now_ms)
        return STATUS_OK;
    clock_format_day(due_ms, day);
    return add(c, page, 1, false, "review",
               mem_printf("its review was due on %s: read it again and set `reviewed`", day));
}

static enum status take_articles(struct checking *c, const struct folder_changes *changes)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < changes->problem_count && status == STATUS_OK; i++) {
        const struct folder_problem *found = &changes->problems[i];
        struct check_problem problem = {found->path, found->problem.line, found->problem.is_error,
                                        found->problem.kind, found->problem.message};
        status = check_add(c->report, &problem, c->err);
    }
    for (size_t i = 0; i < changes->count && status == STATUS_OK; i++) {
        const struct article *article = changes->items[i].article;
        struct page *page = NULL;
        if (!article)
            continue;
        c->report->articles++;
        status = add_page(c, article, &page);
        if (status == STATUS_OK)
            status = check_title(c, article, page);
        if (status == STATUS_OK)
            status = check_review(c, article, page);
    }
    return status;
}

static enum status read_all(struct checking *c)
{
    char *none[] = {NULL};
    struct folder_changes changes = {0};
    enum status status = folder_refresh(c->folder, NULL, &changes, c->err);
    for (;;) {
        if (status == STATUS_OK)
            status = take_articles(c, &changes);
        bool more = status == STATUS_OK && changes.more;
        folder_changes_done(&changes);
        if (!more)
            return status;
        status = folder_refresh(c->folder, none, &changes, c->err);
    }
}

/* ---- Links ---- */

static bool file_is_there(const struct checking *c, const char *path)
{
    _cleanup_close_ int fd = beneath_is_path(path) ? beneath_open(c->root_fd, path) : -1;
    return fd >= 0;
}

static enum status find_target(void *arg, enum link_key kind, const char *key, char **ret_id,
                               struct error *err)
{
    struct checking *c = arg;
    const char *id = NULL;
    struct page *page = NULL;
    struct claim *redirect = NULL;
    switch (kind) {
    case LINK_BY_FILE:
        return file_is_there(c, key) ? STATUS_OK : STATUS_NOT_FOUND;
    case LINK_BY_PATH:
        id = folder_id_of(c->folder, key);
        break;
    case LINK_BY_ID:
        HASH_FIND_STR(c->pages, key, page);
        id = page ? page->id : NULL;
        break;
    case LINK_BY_REDIRECT:
        HASH_FIND_STR(c->redirects, key, redirect);
        id = redirect ? redirect->page->id : NULL;
        break;
    }
    if (!id)
        return STATUS_NOT_FOUND;
    *ret_id = mem_strdup(id);
    return *ret_id ? STATUS_OK : error_memory(err);
}

static enum status check_anchor(struct checking *c, const struct page *page,
                                const struct page_link *link, const struct link *found)
{
    struct page *target = NULL;
    HASH_FIND_STR(c->pages, found->id, target);
    if (!found->anchor || !target || strv_contains(target->anchors, found->anchor) ||
        str_equal(found->anchor, "top"))
        return STATUS_OK;
    _cleanup_free_ char *loose = slug_id(slice_of(found->anchor));
    if (!loose || strv_contains(target->loose_anchors, loose))
        return loose ? STATUS_OK : error_memory(c->err);
    return add(
        c, page, link->line, true, "anchor",
        target == page
            ? mem_printf("there is no heading with the anchor #%s on this page", found->anchor)
            : mem_printf("%s has no heading with the anchor #%s", target->path, found->anchor));
}

static enum status check_link(struct checking *c, const struct page *page,
                              const struct page_link *link)
{
    struct link found;
    bool image = link->kind == MARKDOWN_IMAGE;
    enum status status =
        link_resolve(page->path, slice_of(link->target), find_target, c, &found, c->err);
    if (status != STATUS_OK) {
        link_done(&found);
        return status;
    }
    if (found.kind == LINK_ARTICLE && !image)
        status = check_anchor(c, page, link, &found);
    else if (found.kind == LINK_UNKNOWN ||
             (image && found.kind != LINK_FILE && found.kind != LINK_EXTERNAL))
        status =
            add(c, page, link->line, true, image ? "image" : "link",
                mem_printf(image ? "there is no image %.300s" : "the link %.300s leads nowhere",
                           link->target));
    link_done(&found);
    return status;
}

static enum status check_links(struct checking *c)
{
    struct page *page, *next;
    HASH_ITER(hh, c->pages, page, next)
    {
        for (size_t i = 0; i < page->link_count; i++) {
            enum status status = check_link(c, page, &page->links[i]);
            if (status != STATUS_OK)
                return status;
        }
    }
    return STATUS_OK;
}

enum status check_folder(const struct check_options *options, struct check_report *ret,
                         struct error *err)
{
    const struct folder_options folder = {options->root, options->default_lang, options->languages};
    _cleanup_(checking_done) struct checking c = {
        .options = options, .report = ret, .root_fd = -1, .err = err};
    *ret = (struct check_report){0};
    enum status status = folder_new(&folder, &c.folder, err);
    if (status == STATUS_OK)
        status = read_all(&c);
    if (status != STATUS_OK)
        return status;
    c.root_fd = open(options->root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (c.root_fd < 0)
        return error_set_errno(err, STATUS_IO, errno, "cannot open %s", options->root);
    status = check_links(&c);
    check_sort(ret);
    return status;
}
