/* words.c: splitting, folding and stemming, with a cache of words seen before. */
#include "text/words.h"

#include "base/digest.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"
#include "text/language.h"

#include <libstemmer.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#define WORD_BYTES 64        /* of a word; what is longer is cut */
#define COMPOUND_SHORTEST 9  /* bytes of a word that may be a compound */
#define PART_SHORTEST 4
#define STUB_LETTERS 5
#define STUB_SHORTEST 6      /* letters of a word that has a stub */
#define CACHE_BUCKETS 16384  /* a power of two */
#define CACHE_MOST 24576     /* words remembered; past it all are forgotten */
#define TOKEN_SLOTS 32768    /* a power of two */
#define TOKEN_WAYS 4         /* slots that a token may be in */
#define ARABIC_ARTICLE "\xd8\xa7\xd9\x84"
#define NO_LANGUAGE LANGUAGES_MOST
#define SCAN_FOR_LANGUAGE 50 /* words that decide a text's language */

/* A word as met in a text of one language, with all that follows from it. */
struct entry {
    struct entry *next;
    uint8_t language, raw_length, surface_length, stem_length;
    uint8_t key_count;
    bool stop;
    uint32_t keys[2]; /* of the stem; of the stem without accents, where that differs */
    uint32_t surface_key, stub_key;
    char bytes[];     /* raw, surface, stem */
};

/* A folded word that is a stop word, and in which languages (a bit each). */
struct stop {
    uint32_t key;
    uint64_t languages;
};

/* A token that is one plain word. */
struct token_slot {
    uint64_t hash; /* of its bytes and language; 0: free */
    uint32_t keys[WORD_PLAIN_KEYS];
};

struct words {
    struct sb_stemmer *stemmers[LANGUAGES_MOST];
    struct stop *stops; /* of all languages, by key; loaded when first needed */
    size_t stop_count, stop_capacity;
    struct entry *buckets[CACHE_BUCKETS];
    size_t cached;
    struct token_slot tokens[TOKEN_SLOTS]; /* in sets of TOKEN_WAYS, of each the last met first */
    bool out_of_memory;
};

enum char_class { CHAR_OTHER, CHAR_WORD, CHAR_PAIR, CHAR_MARK };

enum status words_new(struct words **ret, struct error *err)
{
    struct words *words = mem_zero(1, sizeof *words);
    if (!words)
        return error_memory(err);
    *ret = words;
    return STATUS_OK;
}

static void free_entries(struct entry *entry)
{
    while (entry) {
        struct entry *next = entry->next;
        mem_free(entry);
        entry = next;
    }
}

static void forget_all(struct words *words)
{
    for (size_t i = 0; i < CACHE_BUCKETS; i++) {
        free_entries(words->buckets[i]);
        words->buckets[i] = NULL;
    }
    words->cached = 0;
}

struct words *words_free(struct words *words)
{
    if (!words)
        return NULL;
    forget_all(words);
    for (size_t i = 0; i < LANGUAGES_MOST; i++)
        if (words->stemmers[i])
            sb_stemmer_delete(words->stemmers[i]);
    mem_free(words->stops);
    return mem_free(words);
}

void word_list_done(struct word_list *list)
{
    list->items = mem_free(list->items);
    list->count = list->capacity = 0;
}

/* FNV-1a with its high bits folded in, below WORD_KEY_MAX. */
uint32_t words_key(struct slice stem)
{
    uint64_t hash = digest_fnv(stem);
    hash ^= hash >> 33;
    return (uint32_t)(hash % WORD_KEY_MAX);
}

/* ---- Folding ---- */

/* Accents and vowel points that a reader may leave out; marks that make another letter (Indic, kana) are kept. */
static bool is_optional_mark(utf8proc_int32_t c)
{
    return (c >= 0x300 && c <= 0x36f) || (c >= 0x591 && c <= 0x5c7) || (c >= 0x64b && c <= 0x65f) || c == 0x670 ||
           c == 0x640 || c == 0xad || c == 0x200d || c == 0x200c;
}

/* Letters that have no decomposition but are typed without their stroke. */
static const struct {
    utf8proc_int32_t letter;
    const char *plain;
} strokes[] = {{0xe6, "ae"}, {0xf8, "o"}, {0xf0, "d"}, {0xfe, "th"}, {0x111, "d"}, {0x127, "h"},
               {0x131, "i"}, {0x142, "l"}, {0x153, "oe"}, {0x167, "t"}};

static void add_folded_letter(utf8proc_int32_t c, struct buf *out)
{
    char bytes[4];
    for (size_t i = 0; i < ARRAY_LENGTH(strokes); i++) {
        if (strokes[i].letter == c) {
            buf_add_str(out, strokes[i].plain);
            return;
        }
    }
    buf_add(out, bytes, utf8_put((uint32_t)c, bytes));
}

/* Folds one run of text that is not plain ASCII: compatibility decomposition, case folding, marks out, composition. */
static void fold_run(struct slice text, bool keep_accents, struct buf *out)
{
    utf8proc_int32_t points[512];
    utf8proc_ssize_t count, kept = 0;
    utf8proc_option_t options = UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD;
    count = utf8proc_decompose((const utf8proc_uint8_t *)text.ptr, (utf8proc_ssize_t)text.length, points,
                               (utf8proc_ssize_t)ARRAY_LENGTH(points), options);
    if (count < 0 || count > (utf8proc_ssize_t)ARRAY_LENGTH(points))
        return; /* malformed: not a word */
    for (utf8proc_ssize_t i = 0; i < count; i++)
        if (keep_accents || !is_optional_mark(points[i]))
            points[kept++] = points[i];
    kept = utf8proc_normalize_utf32(points, kept, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    for (utf8proc_ssize_t i = 0; i < kept; i++) {
        char bytes[4];
        if (keep_accents)
            buf_add(out, bytes, utf8_put((uint32_t)points[i], bytes));
        else
            add_folded_letter(points[i], out);
    }
}

static bool is_ascii(struct slice text)
{
    for (size_t i = 0; i < text.length; i++)
        if ((unsigned char)text.ptr[i] >= 0x80)
            return false;
    return true;
}

static char lower_ascii(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 'a' - 'A') : c;
}

static void fold_word(struct slice text, bool keep_accents, struct buf *out)
{
    if (!is_ascii(text)) {
        fold_run(text, keep_accents, out);
        return;
    }
    for (size_t i = 0; i < text.length; i++)
        buf_add_char(out, lower_ascii(text.ptr[i]));
}

void words_fold(struct slice text, struct buf *out)
{
    for (size_t i = 0; i < text.length;) {
        size_t step = utf8_cut((struct slice){text.ptr + i, text.length - i}, 128);
        if (!step)
            step = 1;
        fold_word((struct slice){text.ptr + i, step}, false, out);
        i += step;
    }
}

/* ---- One word: folded, stemmed, remembered ---- */

static int compare_stops(const void *a, const void *b)
{
    uint32_t x = ((const struct stop *)a)->key, y = ((const struct stop *)b)->key;
    return (x > y) - (x < y);
}

static void add_stops(struct words *words, size_t language, const char *list)
{
    struct slice rest = slice_of(list), word;
    while (slice_split(&rest, ' ', &word)) {
        _cleanup_buf_ struct buf folded = BUF_INIT(4 * WORD_BYTES);
        fold_word(word, false, &folded);
        if (folded.failed || !folded.length)
            continue;
        if (mem_grow(&words->stops, &words->stop_capacity, words->stop_count, sizeof *words->stops) != 0) {
            words->out_of_memory = true;
            return;
        }
        words->stops[words->stop_count++] =
            (struct stop){words_key((struct slice){folded.data, folded.length}), UINT64_C(1) << language};
    }
}

static void load_stops(struct words *words)
{
    size_t kept = 0;
    for (size_t i = 0; i < language_count(); i++) {
        add_stops(words, i, language_stop_words(language_at(i)));
        add_stops(words, i, language_courtesies(language_at(i)));
    }
    if (words->out_of_memory) {
        words->stops = mem_free(words->stops);
        words->stop_count = words->stop_capacity = 0;
        return;
    }
    qsort(words->stops, words->stop_count, sizeof *words->stops, compare_stops);
    for (size_t i = 0; i < words->stop_count; i++) {
        if (kept && words->stops[kept - 1].key == words->stops[i].key)
            words->stops[kept - 1].languages |= words->stops[i].languages;
        else
            words->stops[kept++] = words->stops[i];
    }
    words->stop_count = kept;
}

/* The languages in which the word is a stop word, a bit each. */
static uint64_t stop_languages(struct words *words, uint32_t surface_key)
{
    const struct stop wanted = {.key = surface_key}, *found = NULL;
    if (!words->stops)
        load_stops(words);
    if (words->stop_count)
        found = bsearch(&wanted, words->stops, words->stop_count, sizeof *words->stops, compare_stops);
    return found ? found->languages : 0;
}

/* Appends the stem of WORD (lower case, accents kept or not) with its accents off. */
static void add_stem(struct words *words, size_t language, struct slice word, struct buf *out)
{
    const struct language *known = language == NO_LANGUAGE ? NULL : language_at(language);
    const sb_symbol *stem;
    if (known && known->stemmer && !words->stemmers[language])
        words->stemmers[language] = sb_stemmer_new(known->stemmer, NULL);
    if (!known || !words->stemmers[language]) {
        fold_word(word, false, out);
        return;
    }
    stem = sb_stemmer_stem(words->stemmers[language], (const sb_symbol *)word.ptr, (int)word.length);
    if (!stem)
        words->out_of_memory = true;
    else
        fold_word((struct slice){(const char *)stem, (size_t)sb_stemmer_length(words->stemmers[language])}, false, out);
}

/* The stems of RAW: from the accented form into *STEM, from the plain form into *PLAIN (empty where equal). A word with digits is a
 * name and is its own stem. */
static void stem_both(struct words *words, size_t language, struct slice raw, struct slice surface, struct buf *stem,
                      struct buf *plain)
{
    if (slice_has_digit(surface)) {
        buf_add_slice(stem, surface);
    } else if (is_ascii(raw)) {
        add_stem(words, language, surface, stem);
    } else {
        _cleanup_buf_ struct buf lower = BUF_INIT(4 * WORD_BYTES);
        fold_word(raw, true, &lower);
        add_stem(words, language, (struct slice){buf_str(&lower), lower.length}, stem);
        add_stem(words, language, surface, plain);
    }
    if (!stem->length || stem->failed) {
        buf_done(stem);
        buf_add_slice(stem, surface);
    }
}

void words_stem(struct words *words, struct slice word, const char *lang, struct buf *out)
{
    const struct language *known = language_find(lang);
    add_stem(words, known ? language_index(known) : NO_LANGUAGE, word, out);
}

uint32_t words_stem_key(struct words *words, struct slice word, const char *lang)
{
    _cleanup_buf_ struct buf stem = BUF_INIT(255);
    words_stem(words, word, lang, &stem);
    return words_key(stem.length && !stem.failed ? (struct slice){stem.data, stem.length} : word);
}

void words_each_part(struct words *words, struct slice word, const char *lang, word_part_fn *each, void *arg)
{
    if (!words_language_compounds(lang) || word.length < COMPOUND_SHORTEST || slice_has_digit(word))
        return;
    for (size_t at = PART_SHORTEST; at + PART_SHORTEST <= word.length; at++) {
        struct slice first = {word.ptr, at}, second = {word.ptr + at, word.length - at};
        if (((unsigned char)word.ptr[at] & 0xc0) == 0x80)
            continue; /* within a character */
        each(arg, words_stem_key(words, first, lang));
        if (first.ptr[at - 1] == 's' && at > PART_SHORTEST) /* "Rechnung-s-adresse" */
            each(arg, words_stem_key(words, (struct slice){first.ptr, at - 1}, lang));
        each(arg, words_stem_key(words, second, lang));
    }
}

/* The key of a word's first letters, behind the Arabic article; 0 where the word is too short, or a name with digits. */
static uint32_t stub_key(struct slice surface)
{
    char stub[1 + 4 * STUB_LETTERS] = "~";
    size_t at = 0;
    if (slice_starts(surface, SLICE_LITERAL(ARABIC_ARTICLE)))
        surface = (struct slice){surface.ptr + strlen(ARABIC_ARTICLE), surface.length - strlen(ARABIC_ARTICLE)};
    if (slice_has_digit(surface) || utf8_count(surface) < STUB_SHORTEST)
        return 0;
    for (int letters = 0; letters < STUB_LETTERS; letters++)
        (void)utf8_next(surface, &at);
    memcpy(stub + 1, surface.ptr, at);
    return words_key((struct slice){stub, 1 + at});
}

static struct entry *make_entry(struct words *words, size_t language, struct slice raw)
{
    _cleanup_buf_ struct buf surface = BUF_INIT(255), stem = BUF_INIT(255), plain = BUF_INIT(255);
    struct entry *entry;
    char *at;
    fold_word(raw, false, &surface);
    if (surface.failed || !surface.length)
        return NULL;
    stem_both(words, language, raw, (struct slice){surface.data, surface.length}, &stem, &plain);
    entry = mem_zero(1, sizeof *entry + raw.length + surface.length + stem.length);
    if (!entry) {
        words->out_of_memory = true;
        return NULL;
    }
    entry->language = (uint8_t)language;
    entry->raw_length = (uint8_t)raw.length;
    entry->surface_length = (uint8_t)surface.length;
    entry->stem_length = (uint8_t)stem.length;
    at = entry->bytes;
    memcpy(at, raw.ptr, raw.length);
    memcpy(at += raw.length, surface.data, surface.length);
    memcpy(at += surface.length, stem.data, stem.length);
    entry->surface_key = words_key((struct slice){surface.data, surface.length});
    entry->stub_key = stub_key((struct slice){surface.data, surface.length});
    entry->stop = language != NO_LANGUAGE && stop_languages(words, entry->surface_key) >> language & 1;
    entry->keys[entry->key_count++] = words_key((struct slice){stem.data, stem.length});
    if (plain.length && !plain.failed) {
        uint32_t key = words_key((struct slice){plain.data, plain.length});
        if (key != entry->keys[0])
            entry->keys[entry->key_count++] = key;
    }
    return entry;
}

/* A word that is met moves to the front of its bucket: the common ones stay there. */
static const struct entry *find_entry(struct words *words, size_t language, struct slice raw)
{
    uint64_t hash = digest_fnv(raw) * 31 + language;
    struct entry **bucket = &words->buckets[(hash ^ hash >> 32) & (CACHE_BUCKETS - 1)];
    struct entry *entry;
    for (struct entry **link = bucket; (entry = *link); link = &entry->next)
        if (entry->language == language && entry->raw_length == raw.length &&
            memcmp(entry->bytes, raw.ptr, raw.length) == 0) {
            *link = entry->next;
            entry->next = *bucket;
            *bucket = entry;
            return entry;
        }
    entry = make_entry(words, language, raw);
    if (!entry)
        return NULL;
    entry->next = *bucket;
    *bucket = entry;
    words->cached++;
    return entry;
}

/* ---- Splitting ---- */

/* Han, kana, Hangul, Thai, Lao, Burmese, Khmer: scripts whose words are not set apart, or carry endings. */
static bool is_pair_letter(utf8proc_int32_t c)
{
    return (c >= 0x3040 && c <= 0x30ff) || (c >= 0x3400 && c <= 0x4dbf) || (c >= 0x4e00 && c <= 0x9fff) ||
           (c >= 0xac00 && c <= 0xd7a3) || (c >= 0xf900 && c <= 0xfaff) || (c >= 0x20000 && c <= 0x3ffff) ||
           (c >= 0xe01 && c <= 0xeff) || (c >= 0x1000 && c <= 0x109f) || (c >= 0x1780 && c <= 0x17ff) || c == 0x3005 ||
           (c >= 0xff66 && c <= 0xff9f);
}

static enum char_class classify(utf8proc_int32_t c)
{
    if (c < 0x80)
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ? CHAR_WORD : CHAR_OTHER;
    if (is_pair_letter(c))
        return CHAR_PAIR;
    switch (utf8proc_category(c)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
        return CHAR_WORD;
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
    case UTF8PROC_CATEGORY_CF:
        return CHAR_MARK;
    default:
        return CHAR_OTHER;
    }
}

/* The state of one split. */
struct splitter {
    struct words *words;
    struct slice text;
    const struct language *known;
    size_t language, most;
    struct word_list *list;
    size_t chain;       /* first word of the run of glued parts that is being read */
    size_t chain_start; /* its first byte */
    bool in_chain, chain_dotted;
};

static enum char_class class_at(const struct splitter *s, size_t at, size_t *ret_next)
{
    size_t next = at;
    uint32_t c;
    if (at >= s->text.length)
        return CHAR_OTHER;
    if (!((unsigned char)s->text.ptr[at] & 0x80)) {
        *ret_next = at + 1;
        return classify(s->text.ptr[at]);
    }
    c = utf8_next(s->text, &next);
    *ret_next = next;
    return c == 0xfffd ? CHAR_OTHER : classify((utf8proc_int32_t)c);
}

static struct word *push(struct splitter *s, size_t start, size_t end, struct slice raw)
{
    const struct entry *entry;
    struct word *word;
    if (raw.length > WORD_BYTES)
        raw.length = utf8_cut(raw, WORD_BYTES);
    entry = find_entry(s->words, s->language, raw);
    if (!entry)
        return NULL;
    if (mem_grow(&s->list->items, &s->list->capacity, s->list->count, sizeof *s->list->items) != 0) {
        s->words->out_of_memory = true;
        return NULL;
    }
    word = &s->list->items[s->list->count++];
    *word = (struct word){
        .surface = {entry->bytes + entry->raw_length, entry->surface_length},
        .stem = {entry->bytes + entry->raw_length + entry->surface_length, entry->stem_length},
        .start = (uint32_t)start,
        .end = (uint32_t)end,
        .keys = {entry->keys[0], entry->keys[1]},
        .key_count = entry->key_count,
        .surface_key = entry->surface_key,
        .stub_key = entry->stub_key,
        .stop = entry->stop,
    };
    return word;
}

static void add_key(struct word *word, uint32_t key)
{
    for (size_t i = 0; i < word->key_count; i++)
        if (word->keys[i] == key)
            return;
    if (word->key_count < WORD_KEYS)
        word->keys[word->key_count++] = key;
}

/* Ends a run of glued parts: its first word also answers to the whole, closed up ("login"; with its dots where it has any: "node.js",
 * ".net"). */
static void end_chain(struct splitter *s, size_t end)
{
    _cleanup_buf_ struct buf whole = BUF_INIT(WORD_BYTES);
    _cleanup_buf_ struct buf folded = BUF_INIT(4 * WORD_BYTES);
    bool was_chain = s->in_chain && (s->list->count > s->chain + 1 || s->chain_dotted);
    s->in_chain = false;
    if (!was_chain || s->chain >= s->list->count)
        return;
    for (size_t i = s->chain_start; i < end; i++)
        if (s->text.ptr[i] != '-' && s->text.ptr[i] != '_')
            buf_add_char(&whole, s->text.ptr[i]);
    if (whole.failed)
        return;
    fold_word((struct slice){buf_str(&whole), whole.length}, false, &folded);
    s->list->items[s->chain].whole_key = words_key((struct slice){buf_str(&folded), folded.length});
    add_key(&s->list->items[s->chain], s->list->items[s->chain].whole_key);
}

/* The end of the plain word that begins at AT; apostrophes within are part of it. */
static size_t word_end(const struct splitter *s, size_t at)
{
    for (;;) {
        size_t next = at, behind;
        enum char_class class = class_at(s, at, &next);
        if (class == CHAR_WORD || class == CHAR_MARK) {
            at = next;
            continue;
        }
        if (at < s->text.length && s->text.ptr[at] == '\'')
            behind = at + 1;
        else if (at + 2 < s->text.length && memcmp(s->text.ptr + at, "\xe2\x80\x99", 3) == 0)
            behind = at + 3;
        else
            return at;
        if (class_at(s, behind, &next) != CHAR_WORD || (s->known && s->known->elisions))
            return at;
        at = behind;
    }
}

/* RAW without its apostrophes and without an English "'s". */
static struct slice close_up(struct slice raw, char out[WORD_BYTES * 2])
{
    size_t length = 0;
    if (!memchr(raw.ptr, '\'', raw.length) && !memmem(raw.ptr, raw.length, "\xe2\x80\x99", 3))
        return raw;
    for (size_t i = 0; i < raw.length && length < WORD_BYTES * 2; i++) {
        size_t skip = raw.ptr[i] == '\'' ? 1
                      : raw.length - i >= 3 && memcmp(raw.ptr + i, "\xe2\x80\x99", 3) == 0 ? 3 : 0;
        if (skip && raw.length - i - skip == 1 && lower_ascii(raw.ptr[i + skip]) == 's')
            break;
        if (skip)
            i += skip - 1;
        else
            out[length++] = raw.ptr[i];
    }
    return (struct slice){out, length};
}

static size_t split_word(struct splitter *s, size_t start)
{
    char closed[WORD_BYTES * 2];
    size_t end = word_end(s, start), next;
    bool dotted = start > 0 && s->text.ptr[start - 1] == '.' &&
                  (start == 1 || s->text.ptr[start - 2] == ' ' || s->text.ptr[start - 2] == '\n');
    struct word *word;
    while (end < s->text.length && end - start <= 2 && (s->text.ptr[end] == '+' || s->text.ptr[end] == '#') &&
           class_at(s, end + 1, &next) != CHAR_WORD)
        end++; /* C++, C#, F# */
    if (end + 1 < s->text.length && end - start == 1 && memcmp(s->text.ptr + end, "++", 2) == 0)
        end += 2;
    word = push(s, start, end, close_up((struct slice){s->text.ptr + start, end - start}, closed));
    if (!word)
        return end;
    word->glued = s->in_chain;
    if (!s->in_chain) {
        s->in_chain = true;
        s->chain = s->list->count - 1;
        s->chain_start = dotted ? start - 1 : start;
        s->chain_dotted = dotted;
    }
    return end;
}

/* A run of a script without spaces: each character with its neighbour is a word; a character alone is a further key. */
static size_t split_pairs(struct splitter *s, size_t start)
{
    size_t at = start, next = start, pushed = 0;
    while (class_at(s, at, &next) == CHAR_PAIR && s->list->count < s->most) {
        size_t second_end = next, mark = next;
        bool more;
        struct word *word;
        while (class_at(s, next, &mark) == CHAR_MARK)
            next = second_end = mark;
        more = class_at(s, next, &second_end) == CHAR_PAIR;
        while (more && class_at(s, second_end, &mark) == CHAR_MARK)
            second_end = mark;
        if (more || !pushed) {
            word = push(s, at, more ? second_end : next,
                        (struct slice){s->text.ptr + at, (more ? second_end : next) - at});
            if (!word)
                return second_end;
            word->pair = true;
            word->stop = false;
            word->glued = pushed++ > 0;
            if (more)
                add_key(word, words_key((struct slice){s->text.ptr + at, next - at}));
        } else {
            add_key(&s->list->items[s->list->count - 1], words_key((struct slice){s->text.ptr + at, next - at}));
        }
        at = next;
    }
    return next > at ? next : at;
}

/* What stands between two words keeps them together when it is one hyphen, underscore or dot. */
static bool is_joint(const struct splitter *s, size_t at)
{
    size_t next;
    char c = s->text.ptr[at];
    return (c == '-' || c == '_' || c == '.') && class_at(s, at + 1, &next) == CHAR_WORD;
}

enum status words_split(struct words *words, struct slice text, const char *lang, size_t most, struct word_list *list,
                        struct error *err)
{
    const struct language *known = language_find(lang);
    struct splitter s = {.words = words, .text = text, .known = known, .most = most, .list = list};
    s.language = known ? language_index(known) : NO_LANGUAGE;
    list->count = 0;
    words->out_of_memory = false;
    if (words->cached > CACHE_MOST)
        forget_all(words);
    for (size_t at = 0; at < text.length && list->count < most && !words->out_of_memory;) {
        size_t next = at + 1;
        enum char_class class = class_at(&s, at, &next);
        if (class == CHAR_WORD) {
            next = split_word(&s, at);
            if (next < text.length && is_joint(&s, next))
                next++;
            else
                end_chain(&s, next);
        } else if (class == CHAR_PAIR) {
            end_chain(&s, at);
            next = split_pairs(&s, at);
        } else {
            end_chain(&s, at);
        }
        at = next > at ? next : at + 1;
    }
    end_chain(&s, text.length);
    return words->out_of_memory ? error_memory(err) : STATUS_OK;
}

/* ---- Tokens met before ---- */

/* Eight bytes at a time, each times an odd number and its high half folded in (as wyhash and its like do). */
static uint64_t mix(uint64_t hash, uint64_t bytes)
{
    hash = (hash ^ bytes) * UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ hash >> 32;
}

static struct token_slot *token_set(const struct words *words, uint64_t token)
{
    return (struct token_slot *)&words->tokens[token & (TOKEN_SLOTS - TOKEN_WAYS)];
}

/* LENGTH bytes, eight or fewer, as one number; without a loop, as most words are so short. */
static uint64_t read_few(const char *bytes, size_t length)
{
    uint32_t first = 0, last = 0;
    if (length >= sizeof first) {
        memcpy(&first, bytes, sizeof first);
        memcpy(&last, bytes + length - sizeof last, sizeof last);
    } else if (length) {
        first = (unsigned char)bytes[0];
        last = (uint32_t)(unsigned char)bytes[length >> 1] << 8 | (unsigned char)bytes[length - 1];
    }
    return (uint64_t)first << 32 | last;
}

uint64_t words_token(const struct words *words, struct slice text, const struct language *language)
{
    uint64_t token = text.length * (LANGUAGES_MOST + 1) + (language ? language_index(language) : NO_LANGUAGE), bytes;
    while (text.length > sizeof bytes) {
        memcpy(&bytes, text.ptr, sizeof bytes);
        token = mix(token, bytes);
        text = (struct slice){text.ptr + sizeof bytes, text.length - sizeof bytes};
    }
    token = mix(mix(token, read_few(text.ptr, text.length)), 1);
    __builtin_prefetch(token_set(words, token));
    return token;
}

bool words_recall(struct words *words, uint64_t token, uint32_t ret_keys[WORD_PLAIN_KEYS])
{
    struct token_slot *set = token_set(words, token), found;
    size_t way = 0;
    while (way < TOKEN_WAYS && set[way].hash != token)
        way++;
    if (way == TOKEN_WAYS)
        return false;
    found = set[way];
    memmove(set + 1, set, way * sizeof *set);
    set[0] = found;
    memcpy(ret_keys, found.keys, sizeof found.keys);
    return true;
}

void words_remember(struct words *words, uint64_t token, struct slice text, const struct word *word)
{
    struct token_slot *set = token_set(words, token);
    if (word->pair || word->start != 0 || word->end != text.length || word->key_count > WORD_PLAIN_KEYS)
        return;
    memmove(set + 1, set, (TOKEN_WAYS - 1) * sizeof *set);
    set[0] = (struct token_slot){token, {word->keys[0], word->keys[word->key_count - 1]}};
}

/* ---- Languages ---- */

bool words_language_known(const char *lang)
{
    const struct language *language = language_find(lang);
    return language && (language->stemmer || language->pairs);
}

bool words_language_compounds(const char *lang)
{
    const struct language *language = language_find(lang);
    return language && language->compounds;
}

/* Letters that Persian and Urdu have and Arabic has not. */
static bool is_persian(uint32_t c)
{
    return c == 0x67e || c == 0x686 || c == 0x698 || c == 0x6a9 || c == 0x6af || c == 0x6cc;
}

/* A language that the script alone tells; NULL where it does not, or where it is but a foreign word among Latin ones. A character of such a
 * script says as much as three Latin letters. */
static const char *language_of_script(struct slice text)
{
    static const struct {
        uint32_t first, last;
        const char *lang;
    } scripts[] = {{0x3040, 0x30ff, "ja"}, {0xac00, 0xd7a3, "ko"}, {0xe01, 0xe5b, "th"}, {0x370, 0x3ff, "el"},
                   {0x590, 0x5ff, "he"},   {0x530, 0x58f, "hy"},   {0xb80, 0xbff, "ta"}, {0x4e00, 0x9fff, "zh"},
                   {0x600, 0x6ff, "ar"}};
    size_t letters[ARRAY_LENGTH(scripts)] = {0}, latin = 0, at = 0;
    bool persian = false;
    while (at < text.length) {
        uint32_t c = utf8_next(text, &at);
        latin += c < 0x250 && classify((utf8proc_int32_t)c) == CHAR_WORD;
        persian = persian || is_persian(c);
        for (size_t i = 0; c >= 0x250 && i < ARRAY_LENGTH(scripts); i++)
            letters[i] += c >= scripts[i].first && c <= scripts[i].last;
    }
    for (size_t i = 0; i < ARRAY_LENGTH(scripts); i++)
        if (letters[i] && 3 * letters[i] >= latin)
            return persian && strcmp(scripts[i].lang, "ar") == 0 ? "fa" : scripts[i].lang;
    return NULL;
}

const char *words_guess_language(struct words *words, struct slice text, const char *fallback)
{
    const char *by_script = language_of_script(text), *best = fallback;
    _cleanup_word_list_ struct word_list list = {0};
    uint64_t stops[SCAN_FOR_LANGUAGE];
    size_t best_hits = 0, fallback_hits = 0;
    if (by_script)
        return by_script;
    if (words_split(words, text, NULL, SCAN_FOR_LANGUAGE, &list, NULL) != STATUS_OK)
        return fallback;
    for (size_t w = 0; w < list.count; w++)
        stops[w] = stop_languages(words, list.items[w].surface_key);
    for (size_t i = 0; i < language_count(); i++) {
        const struct language *language = language_at(i);
        size_t hits = 0;
        if (!language->stemmer)
            continue;
        for (size_t w = 0; w < list.count; w++)
            hits += stops[w] >> i & 1;
        if (language == language_find(fallback))
            fallback_hits = hits;
        if (hits > best_hits) {
            best_hits = hits;
            best = language->code;
        }
    }
    /* A word or two can be a stop word anywhere: leave the fallback only for what clearly beats it. */
    return best_hits >= 2 && best_hits > fallback_hits + 1 ? best : fallback;
}

/* ---- The normal form ---- */

static int compare_stems(const void *a, const void *b)
{
    const struct slice *x = &((const struct word *)a)->stem, *y = &((const struct word *)b)->stem;
    size_t shorter = x->length < y->length ? x->length : y->length;
    int order = memcmp(x->ptr, y->ptr, shorter);
    return order ? order : (x->length > y->length) - (x->length < y->length);
}

enum status words_normal_form(struct words *words, struct slice text, const char *lang, struct buf *out,
                              struct error *err)
{
    _cleanup_word_list_ struct word_list list = {0};
    enum status status = words_split(words, text, lang, LIMIT_QUERY_WORDS, &list, err);
    size_t start = out->length, content = 0;
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < list.count; i++)
        content += !list.items[i].stop;
    if (list.count)
        qsort(list.items, list.count, sizeof *list.items, compare_stems);
    for (size_t i = 0; i < list.count; i++) {
        if ((content && list.items[i].stop) || (i && slice_equal(list.items[i].stem, list.items[i - 1].stem)))
            continue;
        if (out->length > start)
            buf_add_char(out, ' ');
        buf_add_slice(out, list.items[i].stem);
    }
    return out->failed ? error_memory(err) : STATUS_OK;
}

const char *words_version(void)
{
    return "libstemmer 2, words 2";
}
