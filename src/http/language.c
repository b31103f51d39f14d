/* language.c: language tags and their negotiation (RFC 4647, 3.4; RFC 9110, 12.5.4). */
#include "http/language.h"

#include "base/str.h"

#include <strings.h>

enum { WISHES = 16 };

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool language_tag_read(struct slice tag, char out[LANGUAGE_TAG_SIZE])
{
    char copy[LANGUAGE_TAG_SIZE];
    size_t part = 0; /* characters of the subtag so far */
    if (tag.length >= LANGUAGE_TAG_SIZE || tag.length < 2 || !is_letter(tag.ptr[0]) || !is_letter(tag.ptr[1]))
        return false;
    for (size_t i = 0; i < tag.length; i++) {
        char c = tag.ptr[i] == '_' ? '-' : tag.ptr[i];
        if (c == '-' && part == 0)
            return false;
        if (c != '-' && !is_letter(c) && !(c >= '0' && c <= '9'))
            return false;
        part = c == '-' ? 0 : part + 1;
        if (part > 8)
            return false;
        copy[i] = c;
    }
    if (!part)
        return false;
    copy[tag.length] = '\0';
    memcpy(out, copy, sizeof copy);
    return true;
}

static size_t primary_length(struct slice tag)
{
    const char *dash = tag.length ? memchr(tag.ptr, '-', tag.length) : NULL;
    return dash ? (size_t)(dash - tag.ptr) : tag.length;
}

static const char *find_exact(struct slice tag, const char *const *offered)
{
    for (; *offered; offered++)
        if (str_equal_ascii_case(tag, slice_of(*offered)))
            return *offered;
    return NULL;
}

const char *language_lookup(struct slice wish, const char *const *offered)
{
    struct slice tag = wish;
    size_t primary = primary_length(wish);
    while (tag.length) {
        const char *found = find_exact(tag, offered);
        const char *dash = memrchr(tag.ptr, '-', tag.length);
        if (found)
            return found;
        tag.length = dash ? (size_t)(dash - tag.ptr) : 0;
    }
    for (; primary && *offered; offered++)
        if (primary_length(slice_of(*offered)) == primary && strncasecmp(*offered, wish.ptr, primary) == 0)
            return *offered;
    return NULL;
}

struct wish {
    struct slice tag;
    double weight;
};

/* Reads "de-CH;q=0.8". */
static struct wish read_wish(struct slice item)
{
    struct wish wish = {.weight = 1};
    struct slice part;
    if (slice_split(&item, ';', &part))
        wish.tag = slice_trim(part);
    while (slice_split(&item, ';', &part)) {
        part = slice_trim(part);
        if (slice_starts(part, SLICE_LITERAL("q="))) {
            struct slice digits = {part.ptr + 2, part.length - 2};
            if (!str_to_double(digits, &wish.weight))
                wish.weight = 0;
        }
    }
    return wish;
}

const char *language_negotiate(const char *accept, const char *const *offered)
{
    struct slice rest = slice_of(accept);
    struct slice item;
    const char *best = NULL;
    double best_weight = 0;
    for (size_t i = 0; i < WISHES && slice_split(&rest, ',', &item); i++) {
        struct wish wish = read_wish(item);
        const char *found = wish.weight > best_weight ? language_lookup(wish.tag, offered) : NULL;
        if (found) {
            best = found;
            best_weight = wish.weight;
        }
    }
    return best;
}
