/* slice.c: cutting borrowed text. */
#include "base/slice.h"

static bool is_space(char character)
{
    return character == ' ' || (character >= '\t' && character <= '\r');
}

struct slice slice_trim(struct slice text)
{
    while (text.length && is_space(text.ptr[0])) {
        text.ptr++;
        text.length--;
    }
    while (text.length && is_space(text.ptr[text.length - 1]))
        text.length--;
    return text;
}

bool slice_split(struct slice *rest, char separator, struct slice *ret)
{
    const char *end;
    if (!rest->ptr)
        return false;
    end = rest->length ? memchr(rest->ptr, separator, rest->length) : NULL;
    if (!end) {
        *ret = *rest;
        *rest = (struct slice){NULL, 0};
        return true;
    }
    *ret = (struct slice){rest->ptr, (size_t)(end - rest->ptr)};
    rest->length -= ret->length + 1;
    rest->ptr = end + 1;
    return true;
}
