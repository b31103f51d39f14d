/* form_guard.h: tells a form that a person filled in from one that a program did, without asking.
 *
 * Each form carries a signed stamp of when it was shown, and a field that nobody sees. A program fills
 * the field, answers within seconds, or never looked at the page. What looks like that is held for a
 * person to judge, not refused. */
#ifndef DEFLECT_HTTP_FORM_GUARD_H
#define DEFLECT_HTTP_FORM_GUARD_H

#include "base/digest.h"
#include "http/request.h"

#define FORM_GUARD_FIELD "stamp"  /* hidden; what form_guard_stamp made */
#define FORM_GUARD_TRAP "website" /* off the page; must come back empty */
#define FORM_GUARD_STAMP_SIZE (24 + DIGEST_ID_SIZE + DIGEST_HEX_SIZE)

/* A fresh stamp into OUT: "TIME.RANDOM.SIGNATURE". Errors: INTERNAL (no random bytes). */
enum status form_guard_stamp(const struct request *request, char out[FORM_GUARD_STAMP_SIZE],
                             struct error *err);

/* True where the request's form carries a stamp of this server. */
bool form_guard_valid(const struct request *request);

/* Why the form that was sent looks like a program's: "trap", "fast", "stamp"; NULL: it does not. */
const char *form_guard_judge(const struct request *request);

#endif
