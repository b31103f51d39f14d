/* redact.c: one pass over a text: at each place where a pattern could begin, the patterns in turn.
 */
#include "text/redact.h"

#include "base/str.h"
#include "text/redact_match.h"
#include "text/redact_secret.h"
#include "text/redact_url.h"

struct scan {
    struct slice text;
    size_t at;
    size_t tokens_to; /* runs up to here were looked at as random strings */
    size_t emails_to; /* no address begins before here */
    struct buf *out;
    struct redact_context context;
    struct secret secret;
};

/* Puts MARKER in place of the next LENGTH bytes. */
static bool replace(struct scan *scan, size_t length, const char *marker)
{
    if (length == 0)
        return false;
    buf_add_str(scan->out, marker);
    scan->at += length;
    scan->secret = (struct secret){0};
    scan->context = (struct redact_context){0};
    return true;
}

static bool is_number(struct slice word)
{
    size_t at = 0;
    while (at < word.length && redact_is_digit(utf8_next(word, &at)))
        if (at == word.length)
            return true;
    return false;
}

static void remember(struct scan *scan, struct slice word)
{
    secret_word(&scan->secret, word, &scan->context);
    if (is_number(word))
        return; /* "phone 030 123…": a number says nothing of the next one */
    for (size_t i = REDACT_CONTEXT_WORDS - 1; i > 0; i--)
        scan->context.words[i] = scan->context.words[i - 1];
    scan->context.words[0] = word;
}

/* Behind "my password is". Quotation marks stay. */
static bool replace_secret(struct scan *scan)
{
    const char *marker;
    size_t quote;
    size_t length = secret_match(&scan->secret, scan->text, scan->at, &quote, &marker);
    if (!length)
        return false;
    buf_add(scan->out, scan->text.ptr + scan->at, quote);
    scan->at += quote;
    return replace(scan, length, marker);
}

/* A long random string, wherever its run begins. */
static bool replace_random(struct scan *scan)
{
    if (scan->at < scan->tokens_to)
        return false;
    size_t length = redact_token_run(scan->text, scan->at);
    scan->tokens_to = scan->at + length;
    struct slice run = {scan->text.ptr + scan->at, length};
    return redact_random(run, &scan->context) && replace(scan, length, "[token]");
}

static bool replace_number(struct scan *scan)
{
    return replace(scan, redact_card(scan->text, scan->at), "[card]") ||
           replace(scan, redact_phone(scan->text, scan->at, &scan->context), "[phone]");
}

/* A run without "@" behind it is looked through once. */
static bool replace_email(struct scan *scan)
{
    if (scan->at < scan->emails_to)
        return false;
    size_t length = redact_email(scan->text, scan->at);
    if (!length)
        scan->emails_to = redact_email_hopeless(scan->text, scan->at);
    return replace(scan, length, "[email]");
}

/* Where a word begins. */
static bool replace_word(struct scan *scan)
{
    size_t url = redact_url(scan->text, scan->at, scan->out);
    if (url) {
        scan->at += url;
        scan->secret = (struct secret){0};
        return true;
    }
    return replace_email(scan) || replace(scan, redact_iban(scan->text, scan->at), "[iban]") ||
           replace(scan, redact_key(scan->text, scan->at), "[token]") || replace_number(scan) ||
           replace_random(scan);
}

/* Copies a run of letters and digits, or of ideographs, as one word. */
static void copy_word(struct scan *scan, bool (*belongs)(uint32_t))
{
    size_t end = scan->at;
    while (end < scan->text.length) {
        size_t next = end;
        if (!belongs(utf8_next(scan->text, &next)))
            break;
        end = next;
    }
    struct slice word = {scan->text.ptr + scan->at, end - scan->at};
    buf_add_slice(scan->out, word);
    remember(scan, word);
    scan->at = end;
}

static void copy_mark(struct scan *scan, uint32_t point, size_t length)
{
    buf_add(scan->out, scan->text.ptr + scan->at, length);
    secret_mark(&scan->secret, point);
    if (point == '!' || point == '?' || point == ',' || point == ';')
        scan->context = (struct redact_context){0};
    scan->at += length;
}

/* A text may come twice: what was replaced once is a whole, and is copied as it is. */
static bool copy_marker(struct scan *scan)
{
    size_t length = redact_marker(scan->text, scan->at);
    buf_add(scan->out, scan->text.ptr + scan->at, length);
    return replace(scan, length, "");
}

/* Replaces what begins at the present place, where POINT stands; false where nothing does. */
static bool replace_here(struct scan *scan, uint32_t point)
{
    if (point == '[' && copy_marker(scan))
        return true;
    if (point > ' ' && replace_secret(scan))
        return true;
    if (redact_is_word(point))
        return replace_word(scan);
    if (redact_narrow(point) == '+' || redact_narrow(point) == '(')
        return replace_number(scan);
    return point == '-' && replace(scan, redact_private_key(scan->text, scan->at), "[token]");
}

void redact_text(struct slice text, struct buf *out)
{
    struct scan scan = {.text = text, .out = out};
    while (scan.at < text.length && !out->failed) {
        size_t next = scan.at;
        uint32_t point = utf8_next(text, &next);
        if (replace_here(&scan, point))
            continue;
        if (redact_is_word(point))
            copy_word(&scan, redact_is_word);
        else if (redact_is_ideograph(point))
            copy_word(&scan, redact_is_ideograph);
        else
            copy_mark(&scan, point, next - scan.at);
    }
}
