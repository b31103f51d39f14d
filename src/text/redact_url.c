/* redact_url.c: addresses of pages: where they lead stays, the secrets in them go. */
#include "text/redact_url.h"

#include "base/mem.h"
#include "text/redact_match.h"

#include <string.h>

#define SCHEME_BYTES 16

/* How the names of parameters end that carry secrets. */
static const char *const secret_names[] = {
    "token", "key",       "secret", "signature", "sig",  "auth", "credential", "session",
    "sid",   "sessionid", "jwt",    "otp",       "code", "hash", "ticket",
};
static const char *const password_names[] = {"password", "passwd", "pwd", "passwort"};
static const char *const phone_names[] = {"phone", "mobile", "tel", "telephone"};

static bool ends_url(char c)
{
    return (unsigned char)c <= ' ' || c == '<' || c == '>' || c == '"' || c == '\'' || c == '`' ||
           c == '|' || c == '\\' || c == '^' || c == '{' || c == '}' || c == ')' || c == ']';
}

static bool is_part_end(char c)
{
    return c == '/' || c == '?' || c == '&' || c == '#' || c == ';' || c == '=' || c == ',';
}

/* The length of "scheme://" at AT, 0 where none is. */
static size_t scheme_length(struct slice text, size_t at)
{
    size_t length = 0;
    while (at + length < text.length && length < SCHEME_BYTES &&
           redact_is_ascii_word(text.ptr[at + length]))
        length++;
    struct slice rest = {text.ptr + at + length, text.length - at - length};
    return length > 1 && slice_starts(rest, SLICE_LITERAL("://")) ? length + 3 : 0;
}

static size_t url_length(struct slice text, size_t at)
{
    size_t end = at;
    while (end < text.length && (unsigned char)text.ptr[end] < 0x80) {
        size_t marker = redact_marker(text, end);
        if (!marker && ends_url(text.ptr[end]))
            break;
        end += marker ? marker : 1;
    }
    return end - at;
}

static bool is_named(struct slice name, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (redact_ends(name, list[i]))
            return true;
    return false;
}

/* An address of e-mail, or one with its "@" encoded. */
static bool has_email(struct slice part)
{
    const char *sign = memmem(part.ptr, part.length, "%40", 3);
    if (sign)
        return memchr(sign, '.', part.length - (size_t)(sign - part.ptr)) != NULL;
    return redact_email(part, 0) > 0;
}

/* The marker that PART, the value of NAME (empty in a path), must give way to; NULL: none. */
static const char *part_marker(struct slice part, struct slice name,
                               const struct redact_context *context)
{
    struct slice whole = part;
    if (part.length == 0 || redact_marker(part, 0) == part.length)
        return NULL;
    if (has_email(part))
        return "[email]";
    if (is_named(name, password_names, ARRAY_LENGTH(password_names)))
        return "[password]";
    if (is_named(name, phone_names, ARRAY_LENGTH(phone_names)) && slice_has_digit(part))
        return "[phone]";
    if (is_named(name, secret_names, ARRAY_LENGTH(secret_names)) && part.length >= 6 &&
        slice_has_digit(part))
        return "[token]";
    if (redact_key(whole, 0) == whole.length || redact_random(whole, context))
        return "[token]";
    return NULL;
}

/* Path, query and fragment: part by part. A part's context is the part before: "/commit/…". */
static void add_parts(struct slice rest, struct buf *out)
{
    struct redact_context context = {0};
    struct slice name = {NULL, 0};
    size_t at = 0;
    while (at < rest.length) {
        size_t end = at;
        while (end < rest.length && !is_part_end(rest.ptr[end]))
            end++;
        struct slice part = {rest.ptr + at, end - at};
        const char *marker = part_marker(part, name, &context);
        if (marker)
            buf_add_str(out, marker);
        else
            buf_add_slice(out, part);
        if (end < rest.length)
            buf_add_char(out, rest.ptr[end]);
        name = end < rest.length && rest.ptr[end] == '=' ? part : (struct slice){NULL, 0};
        context.words[0] = part;
        at = end + 1;
    }
}

size_t redact_url(struct slice text, size_t at, struct buf *out)
{
    size_t scheme = scheme_length(text, at);
    if (!scheme)
        return 0;
    size_t length = url_length(text, at + scheme), host = 0;
    struct slice rest = {text.ptr + at + scheme, length};
    while (host < rest.length && !is_part_end(rest.ptr[host]))
        host++;
    buf_add(out, text.ptr + at, scheme);
    const char *user_end = memchr(rest.ptr, '@', host);
    size_t user = user_end ? (size_t)(user_end - rest.ptr) : 0;
    if (user_end && !slice_equal((struct slice){rest.ptr, user}, SLICE_LITERAL("git"))) {
        buf_add_str(out, "[token]");
        buf_add(out, rest.ptr + user, host - user);
    } else {
        buf_add(out, rest.ptr, host);
    }
    add_parts((struct slice){rest.ptr + host, rest.length - host}, out);
    return scheme + length;
}
