/* redact_match.c: characters, words and e-mail addresses, for redaction. */
#include "text/redact_match.h"

#include "base/mem.h"
#include "base/str.h"

#include <string.h>
#include <utf8proc.h>

#define CONTEXT_BYTES 60
#define EMAIL_LOCAL_BYTES 64 /* RFC 5321, 4.5.3.1 */
#define EMAIL_DOMAIN_BYTES 255

uint32_t redact_narrow(uint32_t point)
{
    return point >= 0xFF01 && point <= 0xFF5E ? point - 0xFF01 + '!' : point;
}

bool redact_is_digit(uint32_t point)
{
    point = redact_narrow(point);
    return point >= '0' && point <= '9';
}

bool redact_is_ideograph(uint32_t point)
{
    return point >= 0x2E80 && point != 0xFFFD && !(point >= 0xFE00 && point <= 0xFE0F) && !(point >= 0xFF01 && point <= 0xFF20) &&
           !(point >= 0x3000 && point <= 0x3004) && !(point >= 0x3008 && point <= 0x3011);
}

bool redact_is_ascii_word(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

bool redact_is_word(uint32_t point)
{
    if (point < 0x80)
        return redact_is_ascii_word((char)point);
    if (point >= 0x2000)
        return redact_is_digit(point);
    switch (utf8proc_category((utf8proc_int32_t)point)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ND:
        return true;
    default:
        return false;
    }
}

size_t redact_marker(struct slice text, size_t at)
{
    static const char *const markers[] = {"[email]", "[phone]", "[card]", "[iban]", "[token]", "[password]"};
    struct slice rest = {text.ptr + at, text.length - at};
    for (size_t i = 0; i < ARRAY_LENGTH(markers); i++)
        if (slice_starts(rest, slice_of(markers[i])))
            return strlen(markers[i]);
    return 0;
}

/* How many bytes of TEXT from AT match LITERAL without regard to case; 0 where they do not. */
static size_t same_at(struct slice text, size_t at, const char *literal)
{
    struct slice wanted = slice_of(literal);
    size_t position = at, expected = 0;
    while (expected < wanted.length) {
        if (position >= text.length)
            return 0;
        unsigned char c = (unsigned char)text.ptr[position],
                      w = (unsigned char)wanted.ptr[expected];
        if (c < 0x80 && w < 0x80) {
            if ((c >= 'A' && c <= 'Z' ? c | 0x20 : c) != w)
                return 0;
            position++;
            expected++;
            continue;
        }
        uint32_t point = utf8_next(text, &position);
        if ((uint32_t)utf8proc_tolower((utf8proc_int32_t)point) != utf8_next(wanted, &expected))
            return 0;
    }
    return position - at;
}

bool redact_contains(struct slice text, const char *literal)
{
    size_t at = text.length > CONTEXT_BYTES ? text.length - CONTEXT_BYTES : 0;
    unsigned char first = (unsigned char)*literal;
    for (; at < text.length; at++) {
        /* Most places are ruled out by one byte; the case of other letters is left to same_at. */
        unsigned char c = (unsigned char)text.ptr[at];
        bool may = first < 0x80 ? (c | 0x20) == (first | 0x20) : c >= 0xC0;
        if (may && same_at(text, at, literal))
            return true;
    }
    return false;
}

bool redact_is(struct slice text, const char *literal)
{
    return text.length > 0 && same_at(text, 0, literal) == text.length;
}

bool redact_begins(struct slice text, const char *literal)
{
    return same_at(text, 0, literal) > 0;
}

bool redact_ends(struct slice text, const char *literal)
{
    /* Letters of these literals have upper cases of as many bytes as they have themselves. */
    size_t length = strlen(literal);
    return text.length >= length && same_at(text, text.length - length, literal) == length;
}

static bool is_local(char c)
{
    return redact_is_ascii_word(c) || c == '.' || c == '_' || c == '%' || c == '+' || c == '-' ||
           c == '\'';
}

/* The length of the run from AT, at most MOST bytes and one character. */
static size_t email_local(struct slice text, size_t at, size_t most)
{
    size_t position = at;
    while (position < text.length && position - at <= most) {
        size_t next = position;
        uint32_t point = utf8_next(text, &next);
        if (point < 0x80 ? !is_local((char)point) : !redact_is_word(point))
            break;
        position = next;
    }
    return position - at;
}

/* "@" or what people write for it: "(at)", "[at]". */
static size_t email_at(struct slice text, size_t at)
{
    static const char *const signs[] = {"@", "(at)", "[at]", "＠"};
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        size_t length = same_at(text, at, signs[i]);
        if (length)
            return length;
    }
    return 0;
}

/* Labels joined by dots, the last of at least two letters. */
static size_t email_domain(struct slice text, size_t at)
{
    size_t position = at, end = 0, letters = 0, label = at;
    while (position < text.length && position - at <= EMAIL_DOMAIN_BYTES) {
        size_t next = position;
        uint32_t point = utf8_next(text, &next);
        bool letter = redact_is_word(point) && !redact_is_digit(point);
        if (point == '.') {
            if (position == label)
                break;
            label = next;
            letters = 0;
        } else if (redact_is_word(point) || point == '-') {
            letters += letter;
            if (label > at && letters >= 2 && point != '-')
                end = next;
        } else {
            break;
        }
        position = next;
    }
    return end > at ? end - at : 0;
}

/* What has the form of an address and is none: "git@github.com:o/r", "logo@2x.png". */
static bool is_no_email(struct slice local, struct slice rest, size_t domain)
{
    bool density = rest.length > 2 && rest.ptr[0] >= '1' && rest.ptr[0] <= '9' &&
                   rest.ptr[1] == 'x' && rest.ptr[2] == '.';
    bool remote = domain < rest.length && rest.ptr[domain] == ':' && redact_is(local, "git");
    return density || remote;
}

size_t redact_email(struct slice text, size_t at)
{
    size_t local = email_local(text, at, EMAIL_LOCAL_BYTES);
    size_t sign = local <= EMAIL_LOCAL_BYTES ? email_at(text, at + local) : 0;
    size_t start = at + local + sign;
    size_t domain = sign ? email_domain(text, start) : 0;
    if (!domain || is_no_email((struct slice){text.ptr + at, local},
                               (struct slice){text.ptr + start, text.length - start}, domain))
        return 0;
    return local + sign + domain;
}

size_t redact_email_hopeless(struct slice text, size_t at)
{
    size_t end = at + email_local(text, at, text.length);
    return email_at(text, end) ? at : end;
}
