/* place.c: what the path of a file says about an article. */
#include "article/place.h"

#include "article/slug.h"
#include "base/mem.h"
#include "base/str.h"
#include "text/words.h"

#include <ctype.h>

static struct slice base_name(struct slice path)
{
    for (size_t i = path.length; i > 0; i--)
        if (path.ptr[i - 1] == '/')
            return (struct slice){path.ptr + i, path.length - i};
    return path;
}

static struct slice extension(const char *path)
{
    struct slice name = base_name(slice_of(path));
    for (size_t i = name.length; i > 1; i--)
        if (name.ptr[i - 1] == '.')
            return (struct slice){name.ptr + i, name.length - i};
    return (struct slice){name.ptr + name.length, 0};
}

bool place_is_mdx(const char *path)
{
    return str_equal_ascii_case(extension(path), SLICE_LITERAL("mdx"));
}

bool place_is_article(const char *path)
{
    struct slice end = extension(path);
    return str_equal_ascii_case(end, SLICE_LITERAL("md")) ||
           str_equal_ascii_case(end, SLICE_LITERAL("markdown")) || place_is_mdx(path);
}

static bool stands_for_folder(struct slice name)
{
    return str_equal_ascii_case(name, SLICE_LITERAL("index")) ||
           str_equal_ascii_case(name, SLICE_LITERAL("_index")) ||
           str_equal_ascii_case(name, SLICE_LITERAL("readme"));
}

struct slice place_stem(const char *path)
{
    struct slice stem = slice_of(path), name;
    if (place_is_article(path))
        stem.length -= extension(path).length + 1;
    name = base_name(stem);
    if (name.length < stem.length && stands_for_folder(name))
        stem.length -= name.length + 1;
    return stem;
}

static struct slice first_folder(const char *path)
{
    const char *slash = strchr(path, '/');
    return slash ? (struct slice){path, (size_t)(slash - path)} : (struct slice){NULL, 0};
}

/* How long the language itself is at the start of a tag. */
static size_t primary_length(struct slice tag)
{
    size_t length = 0;
    while (length < tag.length && tag.ptr[length] != '-' && tag.ptr[length] != '_')
        length++;
    return length;
}

/* True for "" and for what may follow a language: "-BR", "_419", "-Hant-TW". */
static bool is_region(struct slice rest)
{
    while (rest.length) {
        size_t length = 1;
        while (length < rest.length && isalnum((unsigned char)rest.ptr[length]))
            length++;
        if ((rest.ptr[0] != '-' && rest.ptr[0] != '_') || length < 3 || length > 5)
            return false;
        rest = (struct slice){rest.ptr + length, rest.length - length};
    }
    return true;
}

static bool same_tag(struct slice a, struct slice b)
{
    if (a.length != b.length)
        return false;
    for (size_t i = 0; i < a.length; i++) {
        char x = a.ptr[i] == '_' ? '-' : (char)tolower((unsigned char)a.ptr[i]);
        char y = b.ptr[i] == '_' ? '-' : (char)tolower((unsigned char)b.ptr[i]);
        if (x != y)
            return false;
    }
    return true;
}

/* Codes in lower case only: a folder "IT" is a department. */
static bool is_known(struct slice code)
{
    char name[3] = {0};
    if (code.length != 2 || !islower((unsigned char)code.ptr[0]) ||
        !islower((unsigned char)code.ptr[1]))
        return false;
    memcpy(name, code.ptr, 2);
    return words_language_known(name);
}

struct slice place_language_folder(const char *path, char *const *languages)
{
    struct slice folder = first_folder(path), none = {NULL, 0};
    struct slice language = {folder.ptr, primary_length(folder)};
    struct slice rest = {folder.ptr ? folder.ptr + language.length : NULL,
                         folder.length - language.length};
    if (language.length == 0 || !is_region(rest))
        return none;
    if (!languages)
        return is_known(language) ? folder : none;
    for (; *languages; languages++)
        if (same_tag(folder, slice_of(*languages)) || same_tag(language, slice_of(*languages)))
            return folder;
    return none;
}

bool place_language_tag(struct slice text, char **ret)
{
    size_t language = primary_length(text);
    *ret = NULL;
    if (text.length == 0)
        return true;
    struct slice rest = {text.ptr + language, text.length - language};
    if (language < 2 || language > 3 || !is_region(rest))
        return true;
    for (size_t i = 0; i < language; i++)
        if (!isalpha((unsigned char)text.ptr[i]))
            return true;
    char *tag = mem_strndup(text.ptr, text.length);
    if (!tag)
        return false;
    for (size_t start = 0, end; start < text.length; start = end + 1) {
        for (end = start; end < text.length && isalnum((unsigned char)tag[end]); end++)
            tag[end] = (char)tolower((unsigned char)tag[end]);
        if (end < text.length)
            tag[end] = '-';
        if (start > 0 && end - start == 2) /* a region */
            for (size_t i = start; i < end; i++)
                tag[i] = (char)toupper((unsigned char)tag[i]);
        if (start > 0 && end - start == 4) /* a script */
            tag[start] = (char)toupper((unsigned char)tag[start]);
    }
    *ret = tag;
    return true;
}

char *place_id(const char *path)
{
    char *id = slug_id(place_stem(path));
    if (id && !*id) { /* a name without a letter or digit */
        mem_free(id);
        id = mem_strdup("article");
    }
    return id;
}

static const char *below(const char *path, struct slice language)
{
    return language.length ? path + language.length + 1 : path;
}

char *place_category(const char *path, struct slice language)
{
    struct slice folder = first_folder(below(path, language));
    return slug_readable(folder);
}

char *place_translation_key(const char *path, struct slice language)
{
    return slug_id(place_stem(below(path, language)));
}

char *place_title(const char *path)
{
    return slug_readable(base_name(place_stem(path)));
}

/* Adds one part behind what stands in OUT from START on; false for ".." at the top. */
static bool add_part(struct buf *out, size_t start, struct slice part)
{
    if (part.length == 0 || slice_equal(part, SLICE_LITERAL(".")))
        return true;
    if (slice_equal(part, SLICE_LITERAL(".."))) {
        size_t end = out->length;
        if (end == start)
            return false;
        while (end > start && out->data[end - 1] != '/')
            end--;
        buf_truncate(out, end > start ? end - 1 : start);
        return true;
    }
    if (out->length > start)
        buf_add_char(out, '/');
    buf_add_slice(out, part);
    return true;
}

bool place_join(const char *from, struct slice path, struct buf *out)
{
    size_t start = out->length;
    const char *slash = strrchr(from, '/');
    struct slice folder = {from, slash ? (size_t)(slash - from) : 0}, part;
    bool absolute = path.length && path.ptr[0] == '/', inside = true;
    while (!absolute && slice_split(&folder, '/', &part))
        (void)add_part(out, start, part);
    while (inside && slice_split(&path, '/', &part))
        inside = add_part(out, start, part);
    if (!inside)
        buf_truncate(out, start);
    return inside;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 32);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool place_decode(struct slice text, struct buf *out)
{
    size_t start = out->length;
    bool control = false;
    for (size_t i = 0; i < text.length; i++) {
        char c = text.ptr[i];
        if (c == '%' && i + 2 < text.length && hex_value(text.ptr[i + 1]) >= 0 &&
            hex_value(text.ptr[i + 2]) >= 0) {
            c = (char)(hex_value(text.ptr[i + 1]) * 16 + hex_value(text.ptr[i + 2]));
            i += 2;
        }
        control = control || (unsigned char)c < ' ' || c == '\x7f';
        buf_add_char(out, c);
    }
    bool valid = !control && utf8_valid((struct slice){buf_str(out) + start, out->length - start});
    if (!valid)
        buf_truncate(out, start);
    return valid;
}
