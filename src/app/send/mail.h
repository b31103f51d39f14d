/* mail.h: a plain-text message as SMTP carries it (RFC 5322, MIME).
 *
 * Pure: nothing is sent here (sender.h does). No field can add a line to the header, whatever
 * stands in it: control characters become spaces, addresses are checked, other scripts are encoded.
 */
#ifndef DEFLECT_APP_MAIL_H
#define DEFLECT_APP_MAIL_H

#include "base/buf.h"
#include "base/error.h"

#include <stdint.h>

struct mail {
    const char *id; /* A-Za-z0-9._-: the same for repeats of one message */
    const char *from, *to;
    const char *reply_to; /* NULL, or no address: left out */
    const char *subject;
    struct slice text; /* UTF-8; lines may end in LF or CRLF */
    int64_t at_ms;
    bool automatic; /* says so, which keeps auto-responders quiet, and desks from making tickets */
};

/* True for one plain address, such as "ada@example.com": no name, no white space, no quotes. */
bool mail_address_valid(struct slice text);

/* Appends the whole message, lines ended by CRLF, none over 78 bytes but where an address is
 * longer. Errors: UNPROCESSABLE (from or to is no address), OUT_OF_MEMORY. */
enum status mail_compose(const struct mail *mail, struct buf *out, struct error *err);

#endif
