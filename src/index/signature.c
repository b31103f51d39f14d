/* signature.c: articles to signatures. */
#include "index/signature.h"

#include "base/digest.h"
#include "base/limits.h"
#include "index/record.h"

#include <string.h>

#define WORDS_MOST 200000 /* of one article that are looked at */

/* What stands at the front, as stored. */
struct front {
    uint64_t checksum, article;
    uint32_t flags, lang, translation_key, body_words, sections, count;
};

uint64_t signature_article(struct slice id)
{
    return digest_fnv(id);
}

uint32_t signature_lang(const char *lang)
{
    size_t length = strcspn(lang ? lang : "", "-_");
    return words_key((struct slice){lang, length});
}

/* What the writing of one signature shares. */
struct writing {
    struct words *words;
    const char *lang;
    struct word_list list;
    struct buf *out, surfaces;
    struct front front;
};

static void put_number(struct writing *w, uint32_t number)
{
    buf_add(w->out, &number, sizeof number);
    w->front.count++;
}

/* Appends the words of TEXT behind MARK. In a body, stop words are left out; the words of short fields are also kept as typed, for
 * prefixes. */
static enum status put_field(struct writing *w, uint32_t mark, const char *text, struct error *err)
{
    bool is_body = mark == SIGNATURE_BODY || mark == SIGNATURE_SUMMARY;
    bool is_typed = mark == SIGNATURE_TITLE || mark == SIGNATURE_QUESTION || mark == SIGNATURE_SECTION;
    enum status status = words_split(w->words, slice_of(text), w->lang, WORDS_MOST, &w->list, err);
    if (status != STATUS_OK)
        return status;
    put_number(w, mark);
    for (size_t i = 0; i < w->list.count; i++) {
        const struct word *word = &w->list.items[i];
        if (is_typed && !word->pair) {
            buf_add_char(&w->surfaces, ' ');
            buf_add_slice(&w->surfaces, word->surface);
        }
        if (is_body && word->stop)
            continue;
        put_number(w, word->keys[0] | (word->stop ? SIGNATURE_STOP : 0));
        for (size_t k = 1; k < word->key_count; k++)
            put_number(w, word->keys[k] | SIGNATURE_SAME);
        if (!is_body && word->stub_key)
            put_number(w, word->stub_key | SIGNATURE_SAME);
        w->front.body_words += mark == SIGNATURE_BODY;
    }
    return STATUS_OK;
}

/* The last part of the path without its ending as the name, and what stands before it as the place; where that part is only "index",
 * the folder it is in is the name. */
static enum status put_path(struct writing *w, const struct article *article, struct error *err)
{
    const char *path = article->path, *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    const char *dot = strrchr(name, '.');
    _cleanup_free_ char *text = NULL, *place = NULL;
    size_t length = dot ? (size_t)(dot - name) : strlen(name);
    enum status status;
    if (length == 5 && strncmp(name, "index", 5) == 0 && slash) {
        const char *above = memrchr(path, '/', (size_t)(slash - path));
        name = above ? above + 1 : path;
        length = (size_t)(slash - name);
    }
    text = mem_strndup(name, length);
    place = mem_printf("%.*s %s", (int)(name - path), path, article->category);
    if (!text || !place)
        return error_memory(err);
    status = put_field(w, SIGNATURE_NAME, text, err);
    return status == STATUS_OK ? put_field(w, SIGNATURE_PLACE, place, err) : status;
}

static enum status put_fields(struct writing *w, const struct article *article, struct error *err)
{
    enum status status = put_field(w, SIGNATURE_TITLE, article->title, err);
    if (status == STATUS_OK)
        status = put_path(w, article, err);
    for (size_t i = 0; status == STATUS_OK && article->questions && article->questions[i]; i++)
        status = put_field(w, SIGNATURE_QUESTION, article->questions[i], err);
    for (size_t i = 0; status == STATUS_OK && article->tags && article->tags[i]; i++)
        status = put_field(w, SIGNATURE_TAGS, article->tags[i], err);
    if (status == STATUS_OK && article->summary)
        status = put_field(w, SIGNATURE_SUMMARY, article->summary, err);
    for (size_t i = 0; status == STATUS_OK && i < article->section_count; i++) {
        status = put_field(w, SIGNATURE_SECTION, article->sections[i].heading, err);
        if (status == STATUS_OK)
            status = put_field(w, SIGNATURE_BODY, article->sections[i].text, err);
    }
    return status;
}

enum status signature_write(struct words *words, const struct article *article, struct buf *out, struct error *err)
{
    struct writing w = {.words = words, .lang = article->lang, .out = out, .surfaces = BUF_INIT(out->cap)};
    size_t start = out->length;
    enum status status;
    w.front.article = signature_article(slice_of(article->id));
    w.front.flags = (article->audience == ARTICLE_PUBLIC ? 0 : SIGNATURE_AGENTS) |
                    (article->status == ARTICLE_PUBLISHED ? 0 : SIGNATURE_UNPUBLISHED);
    w.front.lang = signature_lang(article->lang);
    w.front.translation_key = words_key(slice_of(article->translation_key));
    w.front.sections = (uint32_t)article->section_count;
    buf_add(out, &w.front, sizeof w.front);
    status = put_fields(&w, article, err);
    if (status == STATUS_OK) {
        buf_add(out, w.surfaces.data, w.surfaces.length);
        if (out->failed || w.surfaces.failed)
            status = error_memory(err);
    }
    if (status == STATUS_OK) {
        memcpy(out->data + start, &w.front, sizeof w.front);
        record_seal(out, start);
    }
    buf_done(&w.surfaces);
    word_list_done(&w.list);
    return status;
}

enum status signature_read(struct slice bytes, struct signature *ret, struct error *err)
{
    struct front front;
    struct slice rest;
    enum status status = record_unseal(bytes, &rest, err);
    if (status != STATUS_OK)
        return status;
    if (bytes.length < sizeof front)
        return error_set(err, STATUS_CORRUPT, "what the index keeps of an article is cut short");
    memcpy(&front, bytes.ptr, sizeof front);
    rest = (struct slice){bytes.ptr + sizeof front, bytes.length - sizeof front};
    if (rest.length / sizeof(uint32_t) < front.count)
        return error_set(err, STATUS_CORRUPT, "what the index keeps of an article is cut short");
    *ret = (struct signature){
        .flags = front.flags,
        .lang = front.lang,
        .translation_key = front.translation_key,
        .body_words = front.body_words,
        .sections = front.sections,
        .article = front.article,
        .numbers = rest.ptr,
        .count = front.count,
        .surfaces = {rest.ptr + front.count * sizeof(uint32_t), rest.length - front.count * sizeof(uint32_t)},
    };
    return STATUS_OK;
}
