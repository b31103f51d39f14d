/* link.c: where a link in an article leads. */
#include "article/link.h"

#include "article/folder.h"
#include "article/place.h"
#include "article/slug.h"
#include "base/limits.h"
#include "base/str.h"

#include <ctype.h>

struct search {
    const char *from;
    link_find_fn *find;
    void *arg;
    struct link *found;
    struct error *err;
};

void link_done(struct link *link)
{
    link->id = mem_free(link->id);
    link->anchor = mem_free(link->anchor);
    link->path = mem_free(link->path);
    link->kind = LINK_UNKNOWN;
}

/* ---- Asking ---- */

/* Tries KEY. OK where it was found or not (see s->found->kind). */
static enum status try_key(struct search *s, enum link_key kind, const char *key)
{
    if (s->found->kind != LINK_UNKNOWN)
        return STATUS_OK;
    enum status status = s->find(s->arg, kind, key, &s->found->id, s->err);
    if (status == STATUS_NOT_FOUND)
        return STATUS_OK;
    if (status != STATUS_OK)
        return status;
    if (kind == LINK_BY_FILE && !(s->found->path = mem_strdup(key)))
        return error_memory(s->err);
    s->found->kind = kind == LINK_BY_FILE ? LINK_FILE : LINK_ARTICLE;
    return STATUS_OK;
}

static enum status try_with(struct search *s, struct slice path, const char *ending)
{
    _cleanup_free_ char *whole =
        mem_printf("%.*s%s", (int)path.length, path.length ? path.ptr : "", ending);
    return whole ? try_key(s, LINK_BY_PATH, whole) : error_memory(s->err);
}

/* The article whose file PATH names with or without extension, or whose folder it is. */
static enum status try_article(struct search *s, struct slice path)
{
    static const char *const endings[] = {"", ".md", ".mdx", ".markdown"};
    static const char *const folders[] = {"index.md",  "_index.md",      "README.md",
                                          "index.mdx", "index.markdown", "readme.md"};
    enum status status = STATUS_OK;
    for (size_t i = path.length ? 0 : ARRAY_LENGTH(endings);
         status == STATUS_OK && i < ARRAY_LENGTH(endings); i++)
        status = try_with(s, path, endings[i]);
    for (size_t i = 0; status == STATUS_OK && i < ARRAY_LENGTH(folders); i++) {
        _cleanup_free_ char *ending = mem_printf(path.length ? "/%s" : "%s", folders[i]);
        status = ending ? try_with(s, path, ending) : error_memory(s->err);
    }
    if (status != STATUS_OK || path.length == 0)
        return status;
    _cleanup_free_ char *id = slug_id(path);
    return !id ? error_memory(s->err) : *id ? try_key(s, LINK_BY_ID, id) : STATUS_OK;
}

/* Whatever PATH (normalized, relative to the root) names. */
static enum status try_path(struct search *s, const char *path)
{
    struct slice whole = slice_of(path), bare = whole;
    if (folder_mime(path))
        return try_key(s, LINK_BY_FILE, path);
    if (str_ends(path, ".html"))
        bare.length -= 5;
    enum status status = try_article(s, bare);
    if (status != STATUS_OK || s->found->kind != LINK_UNKNOWN)
        return status;
    _cleanup_free_ char *redirect = mem_printf("/%s", path);
    _cleanup_free_ char *bare_redirect = mem_printf("/%.*s", (int)bare.length, path);
    if (!redirect || !bare_redirect)
        return error_memory(s->err);
    status = try_key(s, LINK_BY_REDIRECT, redirect);
    return status == STATUS_OK && bare.length < whole.length
               ? try_key(s, LINK_BY_REDIRECT, bare_redirect)
               : status;
}

/* TARGET joined to the folder of FROM, where that stays inside. */
static enum status try_joined(struct search *s, const char *from, struct slice target)
{
    _cleanup_buf_ struct buf path = BUF_INIT(LIMIT_REDIRECT * 4);
    if (s->found->kind != LINK_UNKNOWN || !place_join(from, target, &path))
        return STATUS_OK;
    return path.failed ? error_memory(s->err) : try_path(s, buf_str(&path));
}

/* ---- The forms of targets ---- */

/* From the root: as it stands; below the linking file's top folder, which may be the root of a site
 * or a language; without the folder that Docusaurus mounts its pages at; below the one that it
 * serves at the root. */
static enum status try_absolute(struct search *s, struct slice target)
{
    const char *slash = strchr(s->from, '/');
    enum status status = try_joined(s, "", target);
    while (target.length && target.ptr[0] == '/')
        target = (struct slice){target.ptr + 1, target.length - 1};
    if (status == STATUS_OK && slash) {
        _cleanup_free_ char *top = mem_strndup(s->from, (size_t)(slash - s->from) + 1);
        status = top ? try_joined(s, top, target) : error_memory(s->err);
    }
    if (status == STATUS_OK && slice_starts(target, SLICE_LITERAL("docs/")))
        status = try_joined(s, "", (struct slice){target.ptr + 5, target.length - 5});
    struct slice language = place_language_folder(target.ptr, NULL);
    if (status == STATUS_OK &&
        language.length) /* not translated yet: the article it would be made from */
        status = try_joined(
            s, "", (struct slice){target.ptr + language.length, target.length - language.length});
    return status == STATUS_OK ? try_joined(s, "static/", target) : status;
}

/* From the linking file, or from its address as a folder ("/a/b/" for a/b.md), as sites with pretty
 * addresses have it. */
static enum status try_relative(struct search *s, struct slice target)
{
    struct slice stem = place_stem(s->from);
    _cleanup_free_ char *folder = mem_printf("%.*s/", (int)stem.length, stem.ptr);
    enum status status = try_joined(s, s->from, target);
    if (!folder)
        return error_memory(s->err);
    return status == STATUS_OK ? try_joined(s, folder, target) : status;
}

/* The addresses of the server itself: /articles/ID, /files/PATH, its pages. */
static enum status try_own(struct search *s, struct slice target)
{
    static const char *const pages[] = {"/", "/search", "/contact"};
    _cleanup_free_ char *path = mem_strndup(target.ptr, target.length);
    if (!path)
        return error_memory(s->err);
    if (str_starts(path, "/articles/"))
        return try_key(s, LINK_BY_ID, path + 10);
    if (str_starts(path, "/files/") && folder_mime(path))
        return try_joined(s, "", slice_of(path + 7));
    for (size_t i = 0; i < ARRAY_LENGTH(pages); i++) {
        if (str_equal(path, pages[i])) {
            s->found->kind = LINK_PAGE;
            s->found->path = steal_pointer(&path);
            return STATUS_OK;
        }
    }
    return STATUS_OK;
}

/* True for "scheme:…" and "//host". */
static bool is_external(struct slice target)
{
    size_t i = 0;
    if (slice_starts(target, SLICE_LITERAL("//")) || slice_starts(target, SLICE_LITERAL("/\\")))
        return true;
    while (i < target.length &&
           (isalnum((unsigned char)target.ptr[i]) || strchr("+-.", target.ptr[i])))
        i++;
    return i > 1 && i < target.length && target.ptr[i] == ':';
}

/* Splits TARGET into path and anchor, both decoded; a query falls away. False where it cannot be
 * decoded. */
static bool split(struct slice target, struct buf *path, struct buf *anchor)
{
    size_t end = 0;
    while (end < target.length && target.ptr[end] != '#' && target.ptr[end] != '?')
        end++;
    const char *hash =
        end < target.length ? memchr(target.ptr + end, '#', target.length - end) : NULL;
    struct slice behind = {hash ? hash + 1 : NULL,
                           hash ? target.length - (size_t)(hash + 1 - target.ptr) : 0};
    return place_decode((struct slice){target.ptr, end}, path) && place_decode(behind, anchor);
}

static enum status resolve(struct search *s, struct slice target)
{
    if (target.length == 0) /* only an anchor */
        return try_key(s, LINK_BY_PATH, s->from);
    if (slice_starts(target, SLICE_LITERAL("@site/")))
        target = (struct slice){target.ptr + 5, target.length - 5};
    if (target.ptr[0] != '/')
        return try_relative(s, target);
    enum status status = try_own(s, target);
    return status == STATUS_OK ? try_absolute(s, target) : status;
}

enum status link_resolve(const char *from, struct slice target, link_find_fn *find, void *arg,
                         struct link *ret, struct error *err)
{
    struct search s = {from, find, arg, ret, err};
    _cleanup_buf_ struct buf path = BUF_INIT(LIMIT_REDIRECT * 4),
                             anchor = BUF_INIT(LIMIT_REDIRECT * 4);
    *ret = (struct link){.kind = LINK_UNKNOWN};
    target = slice_trim(target);
    if (is_external(target)) {
        ret->kind = LINK_EXTERNAL;
        return STATUS_OK;
    }
    if (target.length == 0 || target.length > LIMIT_REDIRECT)
        return STATUS_OK;
    bool decoded = split(target, &path, &anchor);
    if (path.failed || anchor.failed)
        return error_memory(err);
    if (!decoded)
        return STATUS_OK;
    enum status status = resolve(&s, (struct slice){buf_str(&path), path.length});
    if (status == STATUS_OK && anchor.length && !(ret->anchor = buf_take(&anchor)))
        status = error_memory(err);
    return status;
}

const char *link_anchor(const struct article_section *sections, size_t count, const char *anchor)
{
    for (size_t i = 0; i < count; i++)
        if (str_equal(sections[i].anchor, anchor))
            return sections[i].anchor;
    _cleanup_free_ char *wanted = slug_id(slice_of(anchor));
    for (size_t i = 0; wanted && *wanted && i < count; i++) {
        _cleanup_free_ char *by_anchor = slug_id(slice_of(sections[i].anchor));
        _cleanup_free_ char *by_text = slug_id(slice_of(sections[i].heading));
        if (str_equal(wanted, by_anchor) || str_equal(wanted, by_text))
            return sections[i].anchor;
    }
    return NULL;
}
