/* redact_url.h: addresses of pages, for redaction. */
#ifndef DEFLECT_TEXT_REDACT_URL_H
#define DEFLECT_TEXT_REDACT_URL_H

#include "base/buf.h"

/* Where an address with a scheme ("https://…") begins at AT in TEXT: appends it to OUT without the
 * secrets in it (a user's name and password, parameters such as `token`, random path parts, e-mail
 * addresses) and returns how many bytes of TEXT it has; else 0. Linear. */
size_t redact_url(struct slice text, size_t at, struct buf *out);

#endif
