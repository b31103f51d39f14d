/* redact_token.c: keys, web tokens and long random strings. */
#include "text/redact_match.h"

#include "base/mem.h"

#include <string.h>

#define KEY_LINE_BYTES 8 /* shorter is a word */

/* How the keys of well-known services begin, and how long they are at least. */
static const struct {
    const char *prefix;
    size_t length;
} known[] = {
    {"sk_live_", 20}, {"sk_test_", 20}, {"pk_live_", 20}, {"pk_test_", 20},    {"rk_live_", 20},
    {"rk_test_", 20}, {"whsec_", 20},   {"sk-", 24},      {"ghp_", 24},        {"gho_", 24},
    {"ghu_", 24},     {"ghs_", 24},     {"ghr_", 24},     {"github_pat_", 24}, {"glpat-", 20},
    {"xoxb-", 20},    {"xoxp-", 20},    {"xoxa-", 20},    {"xoxs-", 20},       {"xapp-", 20},
    {"AKIA", 20},     {"ASIA", 20},     {"AIza", 35},     {"ya29", 20},        {"npm_", 24},
    {"dfl_", 24},     {"hf_", 24},      {"shpat_", 24},   {"dop_v1_", 24},     {"pypi-", 24},
    {"SG", 40},       {"key-", 32},     {"EAAC", 40},
};

/* Digests and traces are what a question about software is about: words that begin so. */
static const char *const digest_words[] = {
    "commit", "sha",   "md5",  "checksum", "hash", "digest",  "rev",       "tree", "trace",
    "req",    "build", "blob", "etag",     "raw",  "compare", "prüfsumme", "guid", "uuid",
};

static bool is_token_char(char c)
{
    return redact_is_ascii_word(c) || c == '_' || c == '-' || c == '+' || c == '/';
}

size_t redact_token_run(struct slice text, size_t at)
{
    size_t end = at, padding = 0;
    while (end < text.length && is_token_char(text.ptr[end]))
        end++;
    while (end > at && padding < 2 && end < text.length && text.ptr[end] == '=') {
        end++;
        padding++;
    }
    return end - at;
}

/* What a run of characters looks like. */
struct look {
    size_t length, lower, upper, digits, hexadecimal;
    size_t changes; /* from a letter to a digit or back */
    size_t longest; /* the longest stretch of letters and digits */
    size_t marks;   /* - _ + / */
};

static struct look look_at(struct slice run)
{
    struct look look = {.length = run.length};
    size_t stretch = 0;
    char before = '-';
    for (size_t i = 0; i < run.length; i++) {
        char c = run.ptr[i];
        bool digit = c >= '0' && c <= '9', word = redact_is_ascii_word(c);
        bool digit_before = before >= '0' && before <= '9';
        look.lower += c >= 'a' && c <= 'z';
        look.upper += c >= 'A' && c <= 'Z';
        look.digits += digit;
        look.hexadecimal += digit || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        look.marks += !word;
        look.changes += word && redact_is_ascii_word(before) && digit != digit_before;
        stretch = word ? stretch + 1 : 0;
        look.longest = stretch > look.longest ? stretch : look.longest;
        before = c;
    }
    return look;
}

/* "ABCDE-12345-FGHIJ-67890-KLMNO": a product key. */
static bool is_product_key(struct slice run, const struct look *look)
{
    size_t groups = 1, length = 0;
    if (look->lower || !look->upper || !look->digits || run.length < 23)
        return false;
    for (size_t i = 0; i < run.length; i++) {
        if (run.ptr[i] != '-') {
            length++;
            continue;
        }
        if (length != 5)
            return false;
        groups++;
        length = 0;
    }
    return groups >= 4 && length == 5;
}

/* Letters and digits mixed as chance mixes them, not as names and slugs do: a random string of 62
 * characters changes between letter and digit at about every fourth place. */
static bool is_random(const struct look *look)
{
    size_t letters = look->lower + look->upper;
    if (look->hexadecimal == look->length) /* no letter beyond f: a digest or an id */
        return look->length >= 32 && letters > 0 && look->digits > 0;
    if (look->lower && look->upper && look->digits >= 3)
        return (look->longest >= 20 || (look->length >= 32 && look->longest >= 10)) &&
               look->changes >= 4 && look->changes * 8 >= look->length - look->marks;
    return look->longest >= 24 && look->digits >= 4 && letters > 0 &&
           look->changes * 4 >= look->longest;
}

/* header.payload.signature, each in base64url (RFC 7519); the header begins with '{"'. */
static size_t web_token(struct slice text, size_t at)
{
    struct slice rest = {text.ptr + at, text.length - at};
    if (!slice_starts(rest, SLICE_LITERAL("eyJ")))
        return 0;
    size_t end = redact_token_run(text, at), parts = 1;
    while (parts < 3 && at + end < text.length && text.ptr[at + end] == '.') {
        size_t part = redact_token_run(text, at + end + 1);
        if (!part)
            break;
        end += 1 + part;
        parts++;
    }
    return parts >= 2 && end >= 30 ? end : 0;
}

/* A known prefix with enough behind it; looks no further than the shortest key reaches. */
static size_t known_key(struct slice text, size_t at)
{
    struct slice rest = {text.ptr + at, text.length - at};
    for (size_t i = 0; i < ARRAY_LENGTH(known); i++) {
        size_t length = strlen(known[i].prefix), mixed = 0;
        if (!slice_starts(rest, slice_of(known[i].prefix)))
            continue;
        while (length < rest.length && length < known[i].length &&
               (is_token_char(rest.ptr[length]) || rest.ptr[length] == '.')) {
            mixed += rest.ptr[length] >= '0' && rest.ptr[length] <= 'Z';
            length++;
        }
        if (length == known[i].length && mixed >= 2)
            return length + redact_token_run(text, at + length);
    }
    return 0;
}

size_t redact_key(struct slice text, size_t at)
{
    size_t length = web_token(text, at);
    return length ? length : known_key(text, at);
}

static bool after_digest_word(const struct redact_context *context)
{
    for (size_t i = 0; i < ARRAY_LENGTH(digest_words); i++)
        if (redact_begins(context->words[0], digest_words[i]) ||
            redact_begins(context->words[1], digest_words[i]))
            return true;
    return false;
}

bool redact_random(struct slice run, const struct redact_context *context)
{
    if (run.length < 20)
        return false;
    struct look look = look_at(run);
    if (look.hexadecimal == run.length && after_digest_word(context))
        return false;
    return is_product_key(run, &look) || is_random(&look);
}

/* The lines of a key that was cut: how many bytes from AT are line ends and lines of base64. */
static size_t key_lines(struct slice text, size_t at)
{
    size_t end = at, line;
    do {
        size_t start = end;
        while (start < text.length && (text.ptr[start] == '\n' || text.ptr[start] == '\r'))
            start++;
        line = start > end && start < text.length && text.ptr[start] != '-'
                   ? redact_token_run(text, start)
                   : 0;
        if (line >= KEY_LINE_BYTES)
            end = start + line;
    } while (line >= KEY_LINE_BYTES);
    return end - at;
}

size_t redact_private_key(struct slice text, size_t at)
{
    struct slice rest = {text.ptr + at, text.length - at};
    if (!slice_starts(rest, SLICE_LITERAL("-----BEGIN ")))
        return 0;
    size_t title = rest.length < 64 ? rest.length : 64;
    const char *name = memmem(rest.ptr, title, "PRIVATE KEY-----", 16);
    if (!name)
        return 0;
    size_t frame = (size_t)(name - rest.ptr) + 16;
    size_t lines = frame + key_lines(rest, frame);
    size_t gap = lines;
    while (gap < rest.length && (rest.ptr[gap] == '\n' || rest.ptr[gap] == '\r'))
        gap++;
    struct slice end = {rest.ptr + gap, rest.length - gap};
    if (!slice_starts(end, SLICE_LITERAL("-----END ")))
        return lines;
    const char *last = memmem(end.ptr + 9, end.length - 9, "-----", 5);
    return last ? (size_t)(last - rest.ptr) + 5 : lines;
}
