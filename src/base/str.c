/* str.c: checked parsing, UTF-8, and lists of strings. */
#include "base/str.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <strings.h>

bool str_to_int64(struct slice text, int64_t *ret)
{
    bool negative = text.length && text.ptr[0] == '-';
    uint64_t value = 0, bound = negative ? (uint64_t)INT64_MAX + 1 : (uint64_t)INT64_MAX;
    size_t i = negative;
    if (i == text.length)
        return false;
    for (; i < text.length; i++) {
        unsigned digit = (unsigned)(unsigned char)text.ptr[i] - '0';
        if (digit > 9 || value > (bound - digit) / 10)
            return false;
        value = value * 10 + digit;
    }
    *ret = negative ? (int64_t)(0 - value) : (int64_t)value;
    return true;
}

bool str_to_double(struct slice text, double *ret)
{
    char copy[64], *end;
    double value;
    if (text.length == 0 || text.length >= sizeof copy ||
        !memchr("-.0123456789", text.ptr[0], 13))
        return false;
    memcpy(copy, text.ptr, text.length);
    copy[text.length] = '\0';
    errno = 0;
    value = strtod(copy, &end); /* the program never leaves the "C" numeric locale */
    if (*end || errno == ERANGE || !isfinite(value))
        return false;
    *ret = value;
    return true;
}

bool str_to_bool(struct slice text, bool *ret)
{
    static const char *const yes[] = {"true", "yes", "on", "1"};
    static const char *const no[] = {"false", "no", "off", "0"};
    for (size_t i = 0; i < ARRAY_LENGTH(yes); i++) {
        bool is_yes = str_equal_ascii_case(text, slice_of(yes[i]));
        if (is_yes || str_equal_ascii_case(text, slice_of(no[i]))) {
            *ret = is_yes;
            return true;
        }
    }
    return false;
}

bool str_equal(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

bool str_equal_ascii_case(struct slice a, struct slice b)
{
    return a.length == b.length && (a.length == 0 || strncasecmp(a.ptr, b.ptr, a.length) == 0);
}

bool str_starts(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool str_ends(const char *text, const char *suffix)
{
    size_t length = strlen(text), tail = strlen(suffix);
    return length >= tail && memcmp(text + length - tail, suffix, tail) == 0;
}

/* How many bytes the well-formed sequence at P takes, at most LEFT; 0 when malformed. */
static size_t sequence_length(const unsigned char *p, size_t left)
{
    static const unsigned char second_min[] = {[0xE0 - 0xE0] = 0xA0, [0xF0 - 0xE0] = 0x90};
    size_t length;
    unsigned char lowest = 0x80, highest = 0xBF;
    if (p[0] < 0x80)
        return 1;
    if (p[0] < 0xC2 || p[0] > 0xF4)
        return 0;
    length = p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : 4;
    if (length > left)
        return 0;
    if (p[0] == 0xE0 || p[0] == 0xF0)
        lowest = second_min[p[0] - 0xE0];
    if (p[0] == 0xED)
        highest = 0x9F;
    if (p[0] == 0xF4)
        highest = 0x8F;
    if (p[1] < lowest || p[1] > highest)
        return 0;
    for (size_t i = 2; i < length; i++)
        if ((p[i] & 0xC0) != 0x80)
            return 0;
    return length;
}

bool utf8_valid(struct slice text)
{
    const unsigned char *p = (const unsigned char *)text.ptr;
    for (size_t i = 0; i < text.length;) {
        size_t length = sequence_length(p + i, text.length - i);
        if (length == 0 || p[i] == 0)
            return false;
        i += length;
    }
    return true;
}

uint32_t utf8_next(struct slice text, size_t *position)
{
    const unsigned char *p = (const unsigned char *)text.ptr + *position;
    size_t length = sequence_length(p, text.length - *position);
    static const unsigned char lead_mask[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    uint32_t code_point;
    if (length == 0) {
        *position += 1;
        return 0xFFFD;
    }
    code_point = p[0] & lead_mask[length];
    for (size_t i = 1; i < length; i++)
        code_point = code_point << 6 | (p[i] & 0x3Fu);
    *position += length;
    return code_point;
}

size_t utf8_cut(struct slice text, size_t max)
{
    size_t length = text.length < max ? text.length : max;
    while (length > 0 && length < text.length && ((unsigned char)text.ptr[length] & 0xC0) == 0x80)
        length--;
    return length;
}

size_t utf8_count(struct slice text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.length; i++)
        count += ((unsigned char)text.ptr[i] & 0xC0) != 0x80;
    return count;
}

size_t utf8_put(uint32_t c, char out[4])
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xC0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3F));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xE0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 0x3F));
        out[2] = (char)(0x80 | (c & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | c >> 18);
    out[1] = (char)(0x80 | (c >> 12 & 0x3F));
    out[2] = (char)(0x80 | (c >> 6 & 0x3F));
    out[3] = (char)(0x80 | (c & 0x3F));
    return 4;
}

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

unsigned str_distance(const char *a, const char *b, unsigned limit)
{
    enum { LONGEST = 64 };
    unsigned rows[3][LONGEST + 1];
    size_t n = strlen(a), m = strlen(b);
    if (n > LONGEST || m > LONGEST)
        return limit + 1;
    for (size_t j = 0; j <= m; j++)
        rows[0][j] = (unsigned)j;
    for (size_t i = 1; i <= n; i++) {
        unsigned *row = rows[i % 3], *above = rows[(i - 1) % 3], *before = rows[(i + 1) % 3];
        row[0] = (unsigned)i;
        for (size_t j = 1; j <= m; j++) {
            row[j] = least(above[j - 1] + (a[i - 1] != b[j - 1]), least(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = least(row[j], before[j - 2] + 1);
        }
    }
    return least(rows[n % 3][m], limit + 1);
}

size_t strv_length(char *const *list)
{
    size_t count = 0;
    while (list && list[count])
        count++;
    return count;
}

bool strv_contains(char *const *list, const char *text)
{
    for (; list && *list; list++)
        if (strcmp(*list, text) == 0)
            return true;
    return false;
}

bool strv_append(char ***list, struct slice text)
{
    size_t count = strv_length(*list);
    char *copy = mem_strndup(text.ptr ? text.ptr : "", text.length);
    char **grown;
    if (!copy)
        return false;
    grown = mem_resize(*list, count + 2, sizeof **list);
    if (!grown) {
        mem_free(copy);
        return false;
    }
    grown[count] = copy;
    grown[count + 1] = NULL;
    *list = grown;
    return true;
}

char **strv_free(char **list)
{
    for (size_t i = 0; list && list[i]; i++)
        mem_free(list[i]);
    return mem_free(list);
}
