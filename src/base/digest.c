/* digest.c: hashes and random bytes, by GnuTLS. */
#include "base/digest.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <stdlib.h>
#include <string.h>

/* A hash that could not be made (memory is short) must equal no other: neither a signature nor a contact's. */
static void unless_ok(int code, unsigned char *out, size_t count)
{
    if (code < 0 && !digest_random(out, count))
        abort(); /* no secrets can be kept here any more */
}

void digest_sha256(struct slice text, unsigned char out[DIGEST_BYTES])
{
    unless_ok(gnutls_hash_fast(GNUTLS_DIG_SHA256, text.ptr, text.length, out), out, DIGEST_BYTES);
}

void digest_sha256_hex(struct slice text, char out[DIGEST_HEX_SIZE])
{
    unsigned char bytes[DIGEST_BYTES];
    digest_sha256(text, bytes);
    digest_hex(bytes, sizeof bytes, out);
}

void digest_hmac_sha256(struct slice key, struct slice text, unsigned char out[DIGEST_BYTES])
{
    unless_ok(gnutls_hmac_fast(GNUTLS_MAC_SHA256, key.ptr, key.length, text.ptr, text.length, out), out, DIGEST_BYTES);
}

void digest_hmac_sha1(struct slice key, struct slice text, unsigned char out[20])
{
    unless_ok(gnutls_hmac_fast(GNUTLS_MAC_SHA1, key.ptr, key.length, text.ptr, text.length, out), out, 20);
}

void digest_hex(const unsigned char *bytes, size_t count, char *out)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < count; i++) {
        out[2 * i] = digits[bytes[i] >> 4];
        out[2 * i + 1] = digits[bytes[i] & 15];
    }
    out[2 * count] = '\0';
}

bool digest_from_hex(const char *text, unsigned char *out, size_t count)
{
    size_t size = count, length = strlen(text);
    gnutls_datum_t hex = {(unsigned char *)(uintptr_t)text, (unsigned)length};
    return length == 2 * count && gnutls_hex_decode(&hex, out, &size) == 0 && size == count;
}

void digest_base64(const unsigned char *bytes, size_t count, char *out)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < count; i += 3) {
        unsigned group = (unsigned)bytes[i] << 16;
        group |= i + 1 < count ? (unsigned)bytes[i + 1] << 8 : 0;
        group |= i + 2 < count ? bytes[i + 2] : 0;
        *out++ = alphabet[group >> 18];
        *out++ = alphabet[group >> 12 & 63];
        *out++ = i + 1 < count ? alphabet[group >> 6 & 63] : '=';
        *out++ = i + 2 < count ? alphabet[group & 63] : '=';
    }
    *out = '\0';
}

bool digest_random(void *out, size_t count)
{
    return gnutls_rnd(GNUTLS_RND_RANDOM, out, count) == 0;
}

bool digest_random_id(char out[DIGEST_ID_SIZE])
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
    unsigned char bytes[DIGEST_ID_SIZE - 1];
    if (!digest_random(bytes, sizeof bytes))
        return false;
    for (size_t i = 0; i < sizeof bytes; i++)
        out[i] = alphabet[bytes[i] & 63];
    out[sizeof bytes] = '\0';
    return true;
}

bool digest_equal(const void *a, const void *b, size_t count)
{
    return gnutls_memcmp(a, b, count) == 0;
}

uint64_t digest_fnv(struct slice text)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < text.length; i++)
        hash = (hash ^ (unsigned char)text.ptr[i]) * UINT64_C(1099511628211);
    return hash;
}
