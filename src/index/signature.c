/* signature.c: articles to signatures. */
#include "index/signature.h"

#include "base/digest.h"
#include "base/limits.h"
#include "index/record.h"

#include <string.h>

#define SPELLING_SHORTEST 4 /* bytes of a word that is corrected, or stands for a correction */
#define SPELLING_LONGEST 40
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
    struct buf *out, *spellings, surfaces;
    struct front front;
    uint32_t *seen; /* keys of the words in `spellings`, hashed; 0: free */
    size_t seen_count, seen_size;
};

static void put_number(struct writing *w, uint32_t number)
{
    buf_add(w->out, &number, sizeof number);
    w->front.count++;
}

/* Doubles the table of words seen. */
static bool grow_seen(struct writing *w)
{
    size_t size = w->seen_size ? 2 * w->seen_size : 256;
    uint32_t *grown = mem_zero(size, sizeof *grown);
    if (!grown)
        return false;
    for (size_t i = 0; i < w->seen_size; i++) {
        size_t at = w->seen[i];
        if (!w->seen[i])
            continue;
        while (grown[at & (size - 1)])
            at++;
        grown[at & (size - 1)] = w->seen[i];
    }
    mem_free(w->seen);
    w->seen = grown;
    w->seen_size = size;
    return true;
}

static bool is_spelling(const struct word *word)
{
    if (word->pair || word->surface.length < SPELLING_SHORTEST || word->surface.length > SPELLING_LONGEST)
        return false;
    for (size_t i = 0; i < word->surface.length; i++)
        if ((word->surface.ptr[i] >= '0' && word->surface.ptr[i] <= '9') || word->surface.ptr[i] == '.')
            return false;
    return true;
}

/* Takes a word into the spellings, once an article. False when memory is short. */
static bool note_spelling(struct writing *w, const struct word *word)
{
    size_t at = word->surface_key | 1;
    if (!is_spelling(word))
        return true;
    if (2 * w->seen_count >= w->seen_size && !grow_seen(w))
        return false;
    while (w->seen[at & (w->seen_size - 1)] && w->seen[at & (w->seen_size - 1)] != (word->surface_key | 1))
        at++;
    if (w->seen[at & (w->seen_size - 1)])
        return true;
    w->seen[at & (w->seen_size - 1)] = word->surface_key | 1;
    w->seen_count++;
    buf_add_slice(w->spellings, word->surface);
    buf_add_char(w->spellings, ' ');
    return true;
}

static void put_part(void *arg, uint32_t key)
{
    put_number(arg, key | SIGNATURE_SAME);
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
        if (!note_spelling(w, word))
            return error_memory(err);
        if (is_body && word->stop)
            continue;
        put_number(w, word->keys[0] | (word->stop ? SIGNATURE_STOP : 0));
        for (size_t k = 1; k < word->key_count; k++)
            put_number(w, word->keys[k] | SIGNATURE_SAME);
        if (!is_body && word->stub_key)
            put_number(w, word->stub_key | SIGNATURE_SAME);
        if (is_typed && !word->stop)
            words_each_part(w->words, word->surface, w->lang, put_part, w);
        w->front.body_words += mark == SIGNATURE_BODY;
    }
    return STATUS_OK;
}

/* Takes ENDING off the end of TEXT. */
static void cut_end(struct slice *text, const char *ending)
{
    size_t length = strlen(ending);
    if (text->length >= length && memcmp(text->ptr + text->length - length, ending, length) == 0)
        text->length -= length;
}

/* What PATH calls its page: the last part without its ending; of "guide/index.md" and "guide/" the folder's name. */
static struct slice name_in(struct slice path)
{
    static const char *const endings[] = {".md", ".mdx", ".markdown", ".html", ".htm", ".php", "/index", "/_index", "/"};
    const char *slash;
    for (size_t i = 0; i < ARRAY_LENGTH(endings); i++)
        cut_end(&path, endings[i]);
    slash = path.length ? memrchr(path.ptr, '/', path.length) : NULL;
    return slash ? (struct slice){slash + 1, (size_t)(path.ptr + path.length - slash - 1)} : path;
}

static enum status put_name(struct writing *w, const char *path, struct error *err)
{
    struct slice name = name_in(slice_of(path));
    _cleanup_free_ char *text = mem_strndup(name.ptr, name.length);
    return text ? put_field(w, SIGNATURE_NAME, text, err) : error_memory(err);
}

/* The name that the path gives the article, those that its former paths gave it, and the folders as the place. */
static enum status put_path(struct writing *w, const struct article *article, struct error *err)
{
    size_t folders = (size_t)(name_in(slice_of(article->path)).ptr - article->path);
    _cleanup_free_ char *place = mem_printf("%.*s %s", (int)folders, article->path, article->category);
    enum status status = place ? put_name(w, article->path, err) : error_memory(err);
    for (size_t i = 0; status == STATUS_OK && article->redirects && article->redirects[i]; i++)
        status = put_name(w, article->redirects[i], err);
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

enum status signature_write(struct words *words, const struct article *article, struct buf *out, struct buf *spellings,
                            struct error *err)
{
    struct writing w = {
        .words = words, .lang = article->lang, .out = out, .spellings = spellings, .surfaces = BUF_INIT(out->cap)};
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
        if (out->failed || w.surfaces.failed || spellings->failed)
            status = error_memory(err);
    }
    if (status == STATUS_OK) {
        memcpy(out->data + start, &w.front, sizeof w.front);
        record_seal(out, start);
    }
    buf_done(&w.surfaces);
    mem_free(w.seen);
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
