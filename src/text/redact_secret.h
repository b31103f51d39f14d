/* redact_secret.h: "my password is …": the words that lead to a secret, as a small state machine
 * that the scanner feeds word by word. */
#ifndef DEFLECT_TEXT_REDACT_SECRET_H
#define DEFLECT_TEXT_REDACT_SECRET_H

#include "text/redact_match.h"

/* What has been read so far of "INTRODUCER … CONNECTOR SECRET". */
enum secret_stage {
    SECRET_NONE,
    SECRET_ADJACENT, /* right behind the introducer: "password hunter2" */
    SECRET_NAMED,    /* some words behind it: "the password for the shop …" */
    SECRET_ARMED,    /* behind "is", "to", …: what comes next may be it */
    SECRET_COLON,    /* behind ":" or "=" */
};
struct secret {
    enum secret_stage stage;
    bool token;      /* a key or token rather than a password */
    bool direct;     /* the secret follows at once: "Bearer …" */
    bool colon;      /* … only behind ":" or "=" */
    unsigned words;  /* read since the introducer or connector */
    unsigned breaks; /* lines ended since the connector */
};

/* Takes note of a word, or of a run of ideographs; CONTEXT holds the words before it. */
void secret_word(struct secret *secret, struct slice word, const struct redact_context *context);

/* Takes note of any other character. */
void secret_mark(struct secret *secret, uint32_t point);

/* The length of the secret that stands at AT of TEXT, 0 where what stands there is none.
 * *RET_QUOTE: bytes of a quotation mark before it; *RET_MARKER: what it is. */
size_t secret_match(const struct secret *secret, struct slice text, size_t at, size_t *ret_quote,
                    const char **ret_marker);

#endif
