/* redact_match.h: the patterns behind redact.h, each at one place of a text.
 *
 * Each looks at a bounded stretch from AT, or remembers how far it has looked, so that the whole
 * stays linear. Each returns how many bytes match, 0 where nothing does. */
#ifndef DEFLECT_TEXT_REDACT_MATCH_H
#define DEFLECT_TEXT_REDACT_MATCH_H

#include "base/slice.h"

#include <stdbool.h>
#include <stdint.h>

/* The words before a place, the last first; empty where there are fewer. */
#define REDACT_CONTEXT_WORDS 3
struct redact_context {
    struct slice words[REDACT_CONTEXT_WORDS];
};

/* POINT, of the full-width forms of ASCII ("０９０－…", as Japanese is typed) the narrow one. */
uint32_t redact_narrow(uint32_t point);

/* What a code point is to the patterns. Scripts that write without spaces are letters of their
 * own: "電話は090-…" has a number after a word. */
bool redact_is_word(uint32_t point);
bool redact_is_digit(uint32_t point);
bool redact_is_ascii_word(char c);
bool redact_is_ideograph(uint32_t point);

/* True where LITERAL (lower case) occurs in TEXT, whatever TEXT's case; only the last 60 bytes of
 * TEXT are looked at. */
bool redact_contains(struct slice text, const char *literal);
/* True where TEXT is, or ends with, LITERAL (lower case), whatever TEXT's case. */
bool redact_is(struct slice text, const char *literal);
bool redact_begins(struct slice text, const char *literal);
bool redact_ends(struct slice text, const char *literal);

/* A marker that an earlier redaction left at AT: "[email]". */
size_t redact_marker(struct slice text, size_t at);

size_t redact_email(struct slice text, size_t at);
/* Where the run of characters ends, of which the first part of an address could be made, that
 * begins at AT and has no "@" behind it; AT where it has one. */
size_t redact_email_hopeless(struct slice text, size_t at);
size_t redact_card(struct slice text, size_t at);
size_t redact_iban(struct slice text, size_t at);
size_t redact_phone(struct slice text, size_t at, const struct redact_context *context);
/* A key of a well-known service or a web token that begins at AT. */
size_t redact_key(struct slice text, size_t at);
/* True where RUN, as redact_token_run gives it, is a long random string. */
bool redact_random(struct slice run, const struct redact_context *context);
/* A private key in PEM form, with its frame. */
size_t redact_private_key(struct slice text, size_t at);

/* How far the run of characters of which tokens are made goes that begins at AT. Unbounded. */
size_t redact_token_run(struct slice text, size_t at);

#endif
