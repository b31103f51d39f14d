/* contact.c: a person's address becomes a hash that only this server can make. */
#include "store/store.h"

#include "base/digest.h"
#include "base/str.h"

#include <utf8proc.h>

#define CONTACT_BYTES 2048 /* more of an address is not looked at */

static bool is_space(uint32_t point)
{
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)point);
    return category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL ||
           category == UTF8PROC_CATEGORY_ZP || category == UTF8PROC_CATEGORY_CC;
}

/* Without white space at both ends, as Unicode knows it. */
static struct slice trim(struct slice text)
{
    size_t begin = text.length, end = text.length, position = 0;
    while (position < text.length) {
        size_t start = position;
        if (is_space(utf8_next(text, &position)))
            continue;
        begin = start < begin ? start : begin;
        end = position;
    }
    return (struct slice){text.ptr + begin, begin < text.length ? end - begin : 0};
}

void store_contact_hash(const struct store *store, const char *contact, char out[65])
{
    char lower[3 * CONTACT_BYTES]; /* a malformed byte becomes the three of U+FFFD */
    struct slice text = trim(slice_of(contact));
    struct slice key = {(const char *)store_key(store), DIGEST_BYTES};
    unsigned char bytes[DIGEST_BYTES];
    size_t position = 0, length = 0;
    text.length = utf8_cut(text, CONTACT_BYTES);
    while (position < text.length) {
        utf8proc_int32_t point = (utf8proc_int32_t)utf8_next(text, &position);
        length += utf8_put((uint32_t)utf8proc_tolower(point), lower + length);
    }
    digest_hmac_sha256(key, (struct slice){lower, length}, bytes);
    digest_hex(bytes, sizeof bytes, out);
}
