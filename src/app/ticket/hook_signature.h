/* hook_signature.h: which help desks can call, and how each proves that a call is its own.
 *
 * One table says for each desk in which headers it sends what, and how its signature is made. What a
 * body means is hook_translate.h's business. */
#ifndef DEFLECT_APP_HOOK_SIGNATURE_H
#define DEFLECT_APP_HOOK_SIGNATURE_H

#include "base/error.h"
#include "base/slice.h"

#include <stddef.h>
#include <stdint.h>

enum hook_algorithm {
    HOOK_HMAC_SHA256,
    HOOK_HMAC_SHA1,
    HOOK_SECRET, /* the secret itself stands in the header */
};
enum hook_encoding { HOOK_HEX, HOOK_BASE64 };

struct hook_desk {
    const char *name;
    const char *signature_header;
    const char *timestamp_header; /* NULL here and below: the desk sends none */
    const char *delivery_header;  /* unique for a delivery and its repeats */
    const char *event_header;
    enum hook_algorithm algorithm;
    enum hook_encoding encoding;
    const char *prefix;    /* before the signature: "sha256=" */
    const char *separator; /* between time stamp and body where both are signed */
};

/* The desk called NAME ("zendesk"); NULL where there is none. Static. */
const struct hook_desk *hook_desk_find(const char *name);

/* All desks; *RET_COUNT entries. Static. */
const struct hook_desk *hook_desks(size_t *ret_count);

/* What arrived: the headers of the table (NULL where missing) and the whole body. */
struct hook_delivery {
    const char *signature, *timestamp, *id, *event;
    struct slice body;
};

#define HOOK_SIGNATURE_SIZE 96

/* The signature that DESK would send for BODY at TIMESTAMP (as the header says it; NULL: none),
 * prefix included. Errors: UNPROCESSABLE (a secret used as signature is too long), OUT_OF_MEMORY. */
enum status hook_sign(const struct hook_desk *desk, const char *secret, const char *timestamp,
                      struct slice body, char ret[HOOK_SIGNATURE_SIZE], struct error *err);

/* What became of a delivery; from HOOK_NO_SECRET on it was refused. */
enum hook_outcome {
    HOOK_STORED,
    HOOK_SEEN,    /* it had come before */
    HOOK_IGNORED, /* it tells of no ticket */
    HOOK_NO_SECRET,
    HOOK_NO_SIGNATURE,
    HOOK_WRONG_SIGNATURE,
    HOOK_NO_TIME, /* no time stamp where the desk signs one */
    HOOK_STALE,
    HOOK_UNREADABLE, /* signed, but no JSON or no ticket of the desk's form */
    HOOK_FAILED,     /* the fault is ours */
    HOOK_OUTCOMES,
};
const char *hook_outcome_name(enum hook_outcome outcome);

/* Compares the delivery's signature in constant time, and its time stamp with NOW_MS where the desk
 * sends one (at most 5 minutes apart, either way). SECRET NULL or "": the desk is not set up.
 * *RET_REASON (may be NULL) is set where it is refused. Errors: DENIED saying which of these it was,
 * OUT_OF_MEMORY. */
enum status hook_verify(const struct hook_desk *desk, const char *secret,
                        const struct hook_delivery *delivery, int64_t now_ms,
                        enum hook_outcome *ret_reason, struct error *err);

#endif
