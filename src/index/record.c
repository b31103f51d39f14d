/* record.c: articles to bytes and back. */
#include "index/record.h"

#include "base/limits.h"
#include "base/str.h"

#include <string.h>

/* Lengths are written with one added, so that 0 can stand for NULL. */
static void put_number(struct buf *out, uint64_t value)
{
    while (value >= 0x80) {
        buf_add_char(out, (char)(value | 0x80));
        value >>= 7;
    }
    buf_add_char(out, (char)value);
}

static void put_text(struct buf *out, const char *text)
{
    size_t length = text ? strlen(text) : 0;
    put_number(out, text ? length + 1 : 0);
    buf_add(out, text, length);
}

static void put_fixed(struct buf *out, const void *bytes, size_t count)
{
    buf_add(out, bytes, count);
}

static void put_list(struct buf *out, char *const *list)
{
    _cleanup_buf_ struct buf items = BUF_INIT(out->cap);
    for (size_t i = 0; list && list[i]; i++)
        put_text(&items, list[i]);
    put_number(out, items.length + 1);
    buf_add(out, items.data, items.length);
}

/* Reads forward through bytes; `bad` once they do not suffice. */
struct cursor {
    struct slice rest;
    bool bad;
};

static uint64_t take_number(struct cursor *in)
{
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && in->rest.length; shift += 7) {
        unsigned char byte = (unsigned char)*in->rest.ptr++;
        in->rest.length--;
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80))
            return value;
    }
    in->bad = true;
    return 0;
}

static struct slice take_bytes(struct cursor *in, uint64_t length)
{
    struct slice taken = {in->rest.ptr, (size_t)length};
    if (length > in->rest.length) {
        in->bad = true;
        return (struct slice){NULL, 0};
    }
    in->rest.ptr += length;
    in->rest.length -= (size_t)length;
    return taken;
}

static struct slice take_text(struct cursor *in)
{
    uint64_t length = take_number(in);
    return length ? take_bytes(in, length - 1) : (struct slice){NULL, 0};
}

static void take_fixed(struct cursor *in, void *ret, size_t count)
{
    struct slice bytes = take_bytes(in, count);
    if (bytes.ptr)
        memcpy(ret, bytes.ptr, count);
    else
        memset(ret, 0, count);
}

static uint64_t add_word(uint64_t sum, uint64_t word)
{
    sum = (sum ^ word) * UINT64_C(0xff51afd7ed558ccd);
    return sum ^ sum >> 32;
}

/* Eight bytes at a time, as every candidate of every search is checked; it guards against damage, not against malice. */
uint64_t record_checksum(struct slice bytes)
{
    uint64_t sum = UINT64_C(0x9e3779b97f4a7c15) ^ bytes.length, word;
    for (; bytes.length >= sizeof word; bytes.ptr += sizeof word, bytes.length -= sizeof word) {
        memcpy(&word, bytes.ptr, sizeof word);
        sum = add_word(sum, word);
    }
    if (!bytes.length)
        return sum;
    word = 0;
    memcpy(&word, bytes.ptr, bytes.length);
    return add_word(sum, word);
}

void record_seal(struct buf *out, size_t start)
{
    uint64_t sum;
    if (out->failed || out->length < start + RECORD_CHECKSUM_BYTES)
        return;
    sum = record_checksum((struct slice){out->data + start + RECORD_CHECKSUM_BYTES, out->length - start - RECORD_CHECKSUM_BYTES});
    memcpy(out->data + start, &sum, sizeof sum);
}

enum status record_unseal(struct slice bytes, struct slice *ret, struct error *err)
{
    uint64_t sum;
    if (bytes.length >= RECORD_CHECKSUM_BYTES) {
        *ret = (struct slice){bytes.ptr + RECORD_CHECKSUM_BYTES, bytes.length - RECORD_CHECKSUM_BYTES};
        memcpy(&sum, bytes.ptr, sizeof sum);
        if (sum == record_checksum(*ret))
            return STATUS_OK;
    }
    error_set(err, STATUS_CORRUPT, "an article in the index is damaged");
    error_hint(err, "run `deflect index --rebuild`");
    return STATUS_CORRUPT;
}

static size_t begin(struct buf *out)
{
    static const char room[RECORD_CHECKSUM_BYTES];
    size_t start = out->length;
    buf_add(out, room, sizeof room);
    return start;
}

void record_write_head(const struct article *article, int64_t first_seen_ms, struct buf *out)
{
    size_t start = begin(out);
    int64_t updated_ms = article->updated_ms >= 0 ? article->updated_ms : first_seen_ms;
    const char *const texts[] = {article->id,       article->path, article->digest, article->title,
                                 article->summary,  article->lang, article->category, article->url,
                                 article->owner,    article->translation_key, article->version};
    for (size_t i = 0; i < ARRAY_LENGTH(texts); i++)
        put_text(out, texts[i]);
    put_number(out, (uint64_t)article->audience);
    put_number(out, (uint64_t)article->status);
    put_number(out, (uint64_t)(article->id_explicit | article->title_given << 1 | article->has_order << 2 |
                               article->contact_expected << 3));
    put_fixed(out, &article->order, sizeof article->order);
    put_fixed(out, &updated_ms, sizeof updated_ms);
    put_fixed(out, &article->reviewed_ms, sizeof article->reviewed_ms);
    put_fixed(out, &article->review_every_ms, sizeof article->review_every_ms);
    record_seal(out, start);
}

static void put_sections(struct buf *out, const struct article *article)
{
    put_number(out, article->section_count);
    for (size_t i = 0; i < article->section_count; i++) {
        put_text(out, article->sections[i].heading);
        put_text(out, article->sections[i].anchor);
        put_number(out, (uint64_t)article->sections[i].level);
        put_text(out, article->sections[i].text);
    }
}

void record_write_sections(const struct article *article, struct buf *out)
{
    size_t start = begin(out);
    put_sections(out, article);
    record_seal(out, start);
}

void record_write_body(const struct article *article, struct buf *out)
{
    size_t start = begin(out);
    char *const *const lists[] = {article->tags, article->questions, article->tests, article->redirects};
    put_sections(out, article);
    for (size_t i = 0; i < ARRAY_LENGTH(lists); i++)
        put_list(out, lists[i]);
    put_fixed(out, &article->updated_ms, sizeof article->updated_ms);
    put_number(out, article->body_line);
    put_text(out, article->translation_of);
    put_text(out, article->markdown);
    record_seal(out, start);
}

static enum status malformed(struct error *err)
{
    return error_set(err, STATUS_CORRUPT, "an article in the index cannot be read");
}

enum status record_read_head(struct slice bytes, struct record_head *ret, struct error *err)
{
    struct cursor in = {.bad = false};
    struct slice *const texts[] = {&ret->id,   &ret->path,     &ret->digest, &ret->title, &ret->summary,        &ret->lang,
                                   &ret->category, &ret->url, &ret->owner, &ret->translation_key, &ret->version};
    uint64_t flags;
    enum status status = record_unseal(bytes, &in.rest, err);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < ARRAY_LENGTH(texts); i++)
        *texts[i] = take_text(&in);
    ret->audience = take_number(&in) ? ARTICLE_AGENTS : ARTICLE_PUBLIC;
    ret->status = (enum article_status)take_number(&in);
    flags = take_number(&in);
    ret->id_explicit = flags & 1;
    ret->title_given = flags & 2;
    ret->has_order = flags & 4;
    ret->contact_expected = flags & 8;
    take_fixed(&in, &ret->order, sizeof ret->order);
    take_fixed(&in, &ret->updated_ms, sizeof ret->updated_ms);
    take_fixed(&in, &ret->reviewed_ms, sizeof ret->reviewed_ms);
    take_fixed(&in, &ret->review_every_ms, sizeof ret->review_every_ms);
    return in.bad ? malformed(err) : STATUS_OK;
}

static enum status take_sections(struct cursor *in, struct record_body *ret, struct error *err)
{
    uint64_t count = take_number(in);
    if (in->bad || count > in->rest.length)
        return malformed(err);
    ret->sections = mem_zero((size_t)count + 1, sizeof *ret->sections);
    if (!ret->sections)
        return error_memory(err);
    ret->section_count = (size_t)count;
    for (size_t i = 0; i < ret->section_count; i++) {
        ret->sections[i].heading = take_text(in);
        ret->sections[i].anchor = take_text(in);
        ret->sections[i].level = (int)take_number(in);
        ret->sections[i].text = take_text(in);
    }
    return STATUS_OK;
}

enum status record_read_sections(struct slice bytes, struct record_body *ret, struct error *err)
{
    struct cursor in = {.bad = false};
    enum status status = record_unseal(bytes, &in.rest, err);
    *ret = (struct record_body){0};
    if (status == STATUS_OK)
        status = take_sections(&in, ret, err);
    if (status != STATUS_OK || !in.bad)
        return status;
    record_body_done(ret);
    return malformed(err);
}

enum status record_read_body(struct slice bytes, struct record_body *ret, struct error *err)
{
    struct cursor in = {.bad = false};
    enum status status = record_unseal(bytes, &in.rest, err);
    if (status == STATUS_OK)
        status = take_sections(&in, ret, err);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < ARRAY_LENGTH(ret->lists); i++)
        ret->lists[i] = take_text(&in);
    take_fixed(&in, &ret->given_updated_ms, sizeof ret->given_updated_ms);
    ret->body_line = take_number(&in);
    ret->translation_of = take_text(&in);
    ret->markdown = take_text(&in);
    if (!in.bad)
        return STATUS_OK;
    record_body_done(ret);
    return malformed(err);
}

void record_body_done(struct record_body *body)
{
    body->sections = mem_free(body->sections);
    body->section_count = 0;
}

char *record_string(struct slice slice, bool *failed)
{
    char *copy = slice.ptr ? mem_strndup(slice.ptr, slice.length) : NULL;
    if (slice.ptr && !copy)
        *failed = true;
    return copy;
}

static char **read_list(struct slice encoded, bool *failed)
{
    struct cursor in = {.rest = encoded};
    char **list = NULL;
    while (in.rest.length && !in.bad)
        if (!strv_append(&list, take_text(&in)))
            *failed = true;
    return list;
}

static void copy_sections(const struct record_body *body, struct article *article, bool *failed)
{
    article->sections = mem_zero(body->section_count + 1, sizeof *article->sections);
    if (!article->sections) {
        *failed = true;
        return;
    }
    article->section_count = body->section_count;
    for (size_t i = 0; i < body->section_count; i++) {
        article->sections[i].heading = record_string(body->sections[i].heading, failed);
        article->sections[i].anchor = record_string(body->sections[i].anchor, failed);
        article->sections[i].level = body->sections[i].level;
        article->sections[i].text = record_string(body->sections[i].text, failed);
    }
}

enum status record_article(const struct record_head *head, const struct record_body *body, struct article **ret,
                           struct error *err)
{
    struct article *article = mem_zero(1, sizeof *article);
    bool failed = false;
    if (!article)
        return error_memory(err);
    article->id = record_string(head->id, &failed);
    article->path = record_string(head->path, &failed);
    article->digest = record_string(head->digest, &failed);
    article->title = record_string(head->title, &failed);
    article->summary = record_string(head->summary, &failed);
    article->lang = record_string(head->lang, &failed);
    article->category = record_string(head->category, &failed);
    article->url = record_string(head->url, &failed);
    article->owner = record_string(head->owner, &failed);
    article->translation_key = record_string(head->translation_key, &failed);
    article->version = record_string(head->version, &failed);
    article->audience = head->audience;
    article->status = head->status;
    article->id_explicit = head->id_explicit;
    article->title_given = head->title_given;
    article->has_order = head->has_order;
    article->contact_expected = head->contact_expected;
    article->order = head->order;
    article->updated_ms = body->given_updated_ms;
    article->reviewed_ms = head->reviewed_ms;
    article->review_every_ms = head->review_every_ms;
    article->tags = read_list(body->lists[0], &failed);
    article->questions = read_list(body->lists[1], &failed);
    article->tests = read_list(body->lists[2], &failed);
    article->redirects = read_list(body->lists[3], &failed);
    article->translation_of = record_string(body->translation_of, &failed);
    article->markdown = record_string(body->markdown, &failed);
    article->body_line = (size_t)body->body_line;
    copy_sections(body, article, &failed);
    if (failed) {
        article_free(article);
        return error_memory(err);
    }
    *ret = article;
    return STATUS_OK;
}
