/* terms.c: names of terms. */
#include "index/terms.h"

#include "base/digest.h"
#include "base/limits.h"

struct term term_make(char kind, struct slice text)
{
    struct term term = {.length = 1 + text.length};
    term.bytes[0] = kind;
    if (text.length <= LIMIT_TERM) {
        if (text.length)
            memcpy(term.bytes + 1, text.ptr, text.length);
    } else {
        digest_sha256_hex(text, term.bytes + 1);
        term.length = DIGEST_HEX_SIZE;
    }
    return term;
}

struct term term_of_hash(uint64_t hash)
{
    char bytes[2 * sizeof hash + 1];
    digest_hex((const unsigned char *)&hash, sizeof hash, bytes);
    return term_make(TERM_HASH, (struct slice){bytes, 2 * sizeof hash});
}
