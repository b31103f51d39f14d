/* digest.h: SHA-256, keyed hashes, random bytes and their text forms, by GnuTLS. */
#ifndef DEFLECT_BASE_DIGEST_H
#define DEFLECT_BASE_DIGEST_H

#include "base/slice.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DIGEST_BYTES 32
#define DIGEST_HEX_SIZE (2 * DIGEST_BYTES + 1)

/* SHA-256 of TEXT. Threads: any. */
void digest_sha256(struct slice text, unsigned char out[DIGEST_BYTES]);

/* SHA-256 of TEXT in lower-case hexadecimal. */
void digest_sha256_hex(struct slice text, char out[DIGEST_HEX_SIZE]);

/* HMAC-SHA-256 of TEXT under KEY. */
void digest_hmac_sha256(struct slice key, struct slice text, unsigned char out[DIGEST_BYTES]);

/* HMAC-SHA-1, for help desks that sign with it. */
void digest_hmac_sha1(struct slice key, struct slice text, unsigned char out[20]);

/* Lower-case hexadecimal of COUNT bytes into OUT (2 * COUNT + 1 bytes). */
void digest_hex(const unsigned char *bytes, size_t count, char *out);

/* The COUNT bytes that TEXT is the hexadecimal of. False where it is not (OUT is then undefined). */
bool digest_from_hex(const char *text, unsigned char *out, size_t count) __attribute__((warn_unused_result));

/* Base64 with padding (RFC 4648 section 4) of COUNT bytes into OUT (DIGEST_BASE64_SIZE(COUNT)). */
#define DIGEST_BASE64_SIZE(count) (((count) + 2) / 3 * 4 + 1)
void digest_base64(const unsigned char *bytes, size_t count, char *out);

/* Fills OUT with unpredictable bytes; false where the system has none. */
bool digest_random(void *out, size_t count) __attribute__((warn_unused_result));

/* A fresh random id of 22 characters A-Za-z0-9_- (128 bits) and a NUL. */
#define DIGEST_ID_SIZE 23
bool digest_random_id(char out[DIGEST_ID_SIZE]) __attribute__((warn_unused_result));

/* Compares in time that depends on the length only. */
bool digest_equal(const void *a, const void *b, size_t count);

/* A fast, unkeyed 64-bit hash (FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/) for tables of
 * trusted keys. */
uint64_t digest_fnv(struct slice text);

#endif
