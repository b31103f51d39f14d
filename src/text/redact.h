/* redact.h: takes personal data out of free text before it is stored.
 *
 * Replaced by a marker: e-mail addresses "[email]"; telephone numbers "[phone]"; payment cards
 * (issuer's range and Luhn's check digit, ISO/IEC 7812-1) "[card]"; bank accounts (ISO 13616, mod
 * 97) "[iban]"; API keys, JSON web tokens, private keys, long random strings and secrets in
 * addresses "[token]"; what follows "my password is" and its like in English, German, Spanish,
 * French, Portuguese, Italian, Dutch and Japanese "[password]".
 *
 * Order numbers, versions, dates, error codes, commit digests and plain words must stay: they are
 * what a question is about. It is a sieve, not a proof: names and street addresses pass. */
#ifndef DEFLECT_TEXT_REDACT_H
#define DEFLECT_TEXT_REDACT_H

#include "base/buf.h"
#include "base/slice.h"

/* Appends TEXT (UTF-8) to OUT, redacted. The markers of an earlier pass are left as they are.
 * Cost: linear in TEXT's length, whatever it holds. Errors: OUT's `failed`. Threads: any. */
void redact_text(struct slice text, struct buf *out);

#endif
