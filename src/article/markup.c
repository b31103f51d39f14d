/* markup.c: reading one tag of HTML or JSX, and braces of JSX, out of text. */
#include "article/markup.h"

#include "base/str.h"

#include <ctype.h>

static char at(struct slice text, size_t i)
{
    return i < text.length ? text.ptr[i] : '\0';
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n';
}

bool markup_name_is(struct slice name, const char *word)
{
    return str_equal_ascii_case(name, slice_of(word));
}

bool markup_name_in(struct slice name, const char *const *list)
{
    for (; *list; list++)
        if (str_equal_ascii_case(name, slice_of(*list)))
            return true;
    return false;
}

/* The position behind the string that starts at I with a quote; I + 1 where it is not closed (an
 * apostrophe). */
static size_t skip_string(struct slice text, size_t i)
{
    char quote = text.ptr[i];
    for (size_t j = i + 1; j < text.length; j++) {
        if (text.ptr[j] == '\\')
            j++;
        else if (text.ptr[j] == quote)
            return j + 1;
        else if (text.ptr[j] == '\n' && quote != '`')
            break;
    }
    return i + 1;
}

/* The position behind the comment that starts at I, I where there is none. */
static size_t skip_comment(struct slice text, size_t i)
{
    if (at(text, i + 1) != '*')
        return i;
    const char *end = memmem(text.ptr + i + 2, text.length - i - 2, "*/", 2);
    return end ? (size_t)(end - text.ptr) + 2 : i;
}

size_t markup_braces(struct slice text)
{
    size_t depth = 0;
    for (size_t i = 0; i < text.length;) {
        char c = text.ptr[i];
        if (c == '\'' || c == '"' || c == '`') {
            i = skip_string(text, i);
            continue;
        }
        if (c == '/' && skip_comment(text, i) > i) {
            i = skip_comment(text, i);
            continue;
        }
        depth += c == '{';
        if (c == '}' && --depth == 0)
            return i + 1;
        i++;
    }
    return 0;
}

struct slice markup_string_in_braces(struct slice braces)
{
    struct slice inner = slice_trim((struct slice){braces.ptr + 1, braces.length - 2}), none = {0};
    char quote = at(inner, 0);
    if ((quote != '"' && quote != '\'' && quote != '`') || skip_string(inner, 0) != inner.length ||
        inner.length < 2 || memmem(inner.ptr, inner.length, "${", 2))
        return none;
    return (struct slice){inner.ptr + 1, inner.length - 2};
}

static bool is_name(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '-' || c == ':' || c == '.';
}

/* The position behind white space, or 0 behind a blank line: no tag goes on after one. */
static size_t skip_space(struct slice text, size_t i)
{
    unsigned lines = 0;
    for (; is_space(at(text, i)); i++)
        lines += text.ptr[i] == '\n';
    return lines > 1 ? 0 : i;
}

/* The position behind the value at I, 0 where there is none. RET: without quotes, empty for an
 * expression. */
static size_t read_value(struct slice text, size_t i, struct slice *ret)
{
    char first = at(text, i);
    size_t start = i;
    *ret = (struct slice){NULL, 0};
    if (first == '"' || first == '\'') {
        const char *end = memchr(text.ptr + i + 1, first, text.length - i - 1);
        if (!end)
            return 0;
        *ret = (struct slice){text.ptr + i + 1, (size_t)(end - text.ptr) - i - 1};
        return (size_t)(end - text.ptr) + 1;
    }
    if (first == '{') {
        size_t length = markup_braces((struct slice){text.ptr + i, text.length - i});
        if (length)
            *ret = markup_string_in_braces((struct slice){text.ptr + i, length});
        return length ? i + length : 0;
    }
    while (at(text, i) && !is_space(text.ptr[i]) && !strchr("\"'=<>`{}", text.ptr[i]))
        i++;
    *ret = (struct slice){text.ptr + start, i - start};
    return i > start ? i : 0;
}

/* The position behind the attribute at I ("name", "name=value", "{...rest}"), 0 where there is
 * none. */
static size_t read_attribute(struct slice text, size_t i, struct slice *ret_name,
                             struct slice *ret_value)
{
    size_t start = i;
    *ret_value = (struct slice){NULL, 0};
    if (at(text, i) == '{') {
        size_t length = markup_braces((struct slice){text.ptr + i, text.length - i});
        *ret_name = (struct slice){NULL, 0};
        return length ? i + length : 0;
    }
    while (is_name(at(text, i)) || at(text, i) == '@')
        i++;
    if (i == start)
        return 0;
    *ret_name = (struct slice){text.ptr + start, i - start};
    size_t equals = skip_space(text, i);
    if (!equals || at(text, equals) != '=')
        return i;
    size_t value = skip_space(text, equals + 1);
    return value ? read_value(text, value, ret_value) : 0;
}

bool markup_read_tag(struct slice text, struct markup_tag *ret)
{
    size_t i = 1, next, name;
    struct slice ignored;
    *ret = (struct markup_tag){.closing = at(text, 1) == '/'};
    i += ret->closing;
    for (name = i; is_name(at(text, i));)
        i++;
    ret->name = (struct slice){text.ptr + name, i - name};
    if (ret->name.length == 0) { /* a fragment: <> or </> */
        ret->length = i + 1;
        return at(text, i) == '>';
    }
    ret->attributes.ptr = text.ptr + i;
    while (isalpha((unsigned char)text.ptr[name]) && (next = skip_space(text, i))) {
        ret->attributes.length = (size_t)(text.ptr + i - ret->attributes.ptr);
        if (at(text, next) == '/' && at(text, next + 1) != '>' && !ret->closing)
            next++; /* <svg/onload=…>: as good as white space */
        ret->self_closing = at(text, next) == '/';
        if (at(text, next + ret->self_closing) == '>') {
            ret->length = next + ret->self_closing + 1;
            return true;
        }
        bool may_follow = !ret->closing && (next > i || i > name + ret->name.length);
        next = may_follow ? read_attribute(text, next, &ignored, &ignored) : 0;
        if (!next)
            return false;
        i = next;
    }
    return false;
}

struct slice markup_attribute(struct slice attributes, const char *name)
{
    struct slice found, value;
    for (size_t i = skip_space(attributes, 0), next; i < attributes.length; i = next) {
        next = read_attribute(attributes, i, &found, &value);
        if (!next)
            break;
        if (str_equal_ascii_case(found, slice_of(name)))
            return value;
        next = skip_space(attributes, next);
        if (!next)
            break;
    }
    return (struct slice){NULL, 0};
}
