/* redirect.c: the further paths of an article that its front matter names. */
#include "article/redirect.h"

#include "article/place.h"
#include "base/limits.h"
#include "base/str.h"

/* True for what is no path of ours: a scheme, another host, a pattern of a site generator, our
 * root. */
static bool is_foreign(struct slice path)
{
    return path.length == 0 || slice_starts(path, SLICE_LITERAL("//")) ||
           slice_starts(path, SLICE_LITERAL("/\\")) || memchr(path.ptr, ':', path.length) ||
           memchr(path.ptr, '*', path.length) || memchr(path.ptr, '{', path.length);
}

/* Adds PATH, which starts in the folder of FROM where it is relative. */
static bool add(char ***list, const char *from, struct slice path)
{
    _cleanup_buf_ struct buf decoded = BUF_INIT(LIMIT_REDIRECT), whole = BUF_INIT(LIMIT_REDIRECT);
    for (size_t i = 0; i < path.length; i++)
        if (path.ptr[i] == '?' || path.ptr[i] == '#')
            path.length = i;
    if (is_foreign(path) || path.length > LIMIT_REDIRECT / 2 || !place_decode(path, &decoded))
        return !decoded.failed;
    buf_add_char(&whole, '/');
    if (!place_join(from, (struct slice){buf_str(&decoded), decoded.length}, &whole) ||
        whole.length < 2)
        return !whole.failed && !decoded.failed;
    if (decoded.failed || whole.failed)
        return false;
    return strv_contains(*list, buf_str(&whole)) ||
           strv_append(list, (struct slice){buf_str(&whole), whole.length});
}

bool redirect_list(const struct front_matter *front, const char *path, char ***ret)
{
    _cleanup_strv_ char **list = NULL;
    bool done = true;
    for (char **from = front->redirect_from; from && *from; from++)
        done = done && add(&list, "", slice_of(*from));
    for (char **alias = front->aliases; alias && *alias; alias++)
        if (**alias == '/')
            done = done && add(&list, "", slice_of(*alias));
    if (front->permalink)
        done = done && add(&list, "", slice_of(front->permalink));
    if (front->slug)
        done = done && add(&list, path, slice_of(front->slug));
    if (done)
        *ret = steal_pointer(&list);
    return done;
}
