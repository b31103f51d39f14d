/* passage.c: picks sentences by the words that they share with the question. */
#include "index/passage.h"

#include "base/mem.h"
#include "base/str.h"
#include "text/language.h"

#include <string.h>

#define PASSAGE_BYTES 300  /* of running text; a passage ends before it is longer, at a sentence's end */
#define STEPS_BYTES 800    /* of a numbered list, which is kept whole up to here */
#define TEXT_BYTES 20000   /* of a section that are looked at */
#define TEXT_WORDS 4000
#define WORDS_BEFORE 5     /* a long sentence is entered so far before what is found in it */
#define TOKENS_AHEAD 16    /* whose keys are fetched from memory while the ones before are looked at */
#define REPEAT_WEIGHT 0.1  /* what a word said again adds */

/* A sentence or an item of a list. */
struct unit {
    size_t start, end;  /* bytes of the text */
    uint64_t found;     /* the question's words in it */
    double weight;
    bool is_step;       /* an item of a numbered list */
    bool new_block;
};

struct units {
    struct unit *items;
    size_t count, capacity;
};

/* A word of the text that the question has. */
struct found {
    size_t start, end; /* bytes of the text */
    int word;          /* of the question */
};

struct found_list {
    struct found *items;
    size_t count, capacity;
    /* Where each word of the text begins, of the question or not. */
    uint32_t *starts;
    size_t start_count, start_capacity;
};

/* The question's word that one of COUNT KEYS stands for, -1 for none. Stop words are not marked, unless the question has nothing else. */
static int asked_key(const struct question *question, const uint32_t *keys, size_t count)
{
    for (size_t k = 0; k < count; k++) {
        const struct question_slot *slot = question_find(question, keys[k]);
        if (slot && (!question->words[slot->word].stop || !question->content_words))
            return slot->word;
    }
    return -1;
}

/* The question's word that WORD is or begins with, -1 for none. */
static int asked_word(const struct question *question, const struct word *word)
{
    int asked = asked_key(question, word->keys, word->key_count);
    for (size_t i = 0; asked < 0 && i < question->count; i++)
        if (question->words[i].prefix && slice_starts(word->surface, question->words[i].surface))
            asked = (int)i;
    return asked;
}

static bool is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (unsigned char)c >= 0x80;
}

/* False where TOKEN, if it is one plain word, does not begin with PREFIX. */
static bool may_begin_with(struct slice token, struct slice prefix)
{
    for (size_t i = 0; i < prefix.length; i++) {
        if (i == token.length)
            return false;
        if ((unsigned char)token.ptr[i] >= 0x80 || !is_plain(token.ptr[i]))
            return true; /* it is folded in ways that cannot be told here */
        if ((token.ptr[i] >= 'A' && token.ptr[i] <= 'Z' ? token.ptr[i] | 0x20 : token.ptr[i]) != prefix.ptr[i])
            return false;
    }
    return true;
}

/* The question's first half-typed word, its count of words where there is none. */
static size_t first_prefix(const struct question *question)
{
    size_t i = 0;
    while (i < question->count && !question->words[i].prefix)
        i++;
    return i;
}

/* False where the question has no half-typed word, from the one at FIRST on, that TOKEN could begin with. */
static bool may_begin(const struct question *question, size_t first, struct slice token)
{
    for (size_t i = first; i < question->count; i++)
        if (question->words[i].prefix && may_begin_with(token, question->words[i].surface))
            return true;
    return false;
}

/* The next run without spaces of TEXT from *AT on, less the punctuation around it that changes no word in it; moves *AT behind it. */
static struct slice next_token(struct slice text, size_t *at)
{
    size_t start = *at, end, bare;
    while (start < text.length && (text.ptr[start] == ' ' || text.ptr[start] == '\n'))
        start++;
    end = start;
    while (end < text.length && text.ptr[end] != ' ' && text.ptr[end] != '\n')
        end++;
    *at = end;
    while (end > start && !is_plain(text.ptr[end - 1]) && text.ptr[end - 1] != '+' && text.ptr[end - 1] != '#') /* C++, C# */
        end--;
    for (bare = start; bare < end && !is_plain(text.ptr[bare]) && text.ptr[bare] != '.';)
        bare++;
    if (bare < end && text.ptr[bare] != '.') /* ".net" is a word only behind a space */
        start = bare;
    return (struct slice){text.ptr + start, end - start};
}

/* Takes note of a word of the text, and where WORD is not -1, that it is the question's. False when memory is short. */
static bool add_word(struct found_list *found, size_t start, size_t end, int word)
{
    if (mem_grow(&found->starts, &found->start_capacity, found->start_count, sizeof *found->starts) != 0)
        return false;
    found->starts[found->start_count++] = (uint32_t)start;
    if (word < 0)
        return true;
    if (mem_grow(&found->items, &found->capacity, found->count, sizeof *found->items) != 0)
        return false;
    found->items[found->count++] = (struct found){start, end, word};
    return true;
}

static void found_done(struct found_list *found)
{
    mem_free(found->items);
    mem_free(found->starts);
}
#define _cleanup_found_ _cleanup_(found_done)

/* One text that is searched for the question's words. */
struct search_text {
    struct words *words;
    const struct question *question;
    struct slice text;
    const char *lang;
};

/* A run of text without spaces. */
struct token {
    struct slice text;
    uint64_t number; /* words_token */
};

/* What the finding of words shares. */
struct finding {
    const struct search_text *in;
    const struct language *language;
    struct found_list *found;
    struct word_list list;
    size_t first_prefix;
    size_t count; /* words met */
};

/* Splits TOKEN in full, adds what the question has of it and takes note of a plain word. */
static enum status split_token(struct finding *finding, const struct token *token, struct error *err)
{
    const struct search_text *in = finding->in;
    struct word_list *list = &finding->list;
    size_t offset = (size_t)(token->text.ptr - in->text.ptr);
    enum status status = words_split(in->words, token->text, in->lang, TEXT_WORDS - finding->count, list, err);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < list->count; i++) {
        int word = asked_word(in->question, &list->items[i]);
        if (!add_word(finding->found, offset + list->items[i].start, offset + list->items[i].end, word))
            return error_memory(err);
    }
    if (list->count == 1)
        words_remember(in->words, token->number, token->text, &list->items[0]);
    finding->count += list->count;
    return STATUS_OK;
}

/* As split_token, but most words of a text were met before and are none of the question's, and these cost no more than their number. */
static enum status find_in_token(struct finding *finding, const struct token *token, struct error *err)
{
    const struct search_text *in = finding->in;
    size_t start = (size_t)(token->text.ptr - in->text.ptr);
    uint32_t keys[WORD_PLAIN_KEYS];
    int word;
    if (may_begin(in->question, finding->first_prefix, token->text) || !words_recall(in->words, token->number, keys))
        return split_token(finding, token, err);
    finding->count++;
    word = asked_key(in->question, keys, WORD_PLAIN_KEYS);
    return add_word(finding->found, start, start + token->text.length, word) ? STATUS_OK : error_memory(err);
}

/* Fills FOUND with the question's words in order, as words_split would tell them. */
static enum status find_words(const struct search_text *in, struct found_list *found, struct error *err)
{
    struct finding finding = {.in = in,
                              .language = language_find(in->lang),
                              .found = found,
                              .first_prefix = first_prefix(in->question)};
    enum status status = STATUS_OK;
    for (size_t at = 0; at < in->text.length && finding.count < TEXT_WORDS && status == STATUS_OK;) {
        struct token tokens[TOKENS_AHEAD];
        size_t count = 0;
        while (at < in->text.length && count < TOKENS_AHEAD) {
            struct slice text = next_token(in->text, &at);
            if (text.length)
                tokens[count++] = (struct token){text, words_token(in->words, text, finding.language)};
        }
        for (size_t i = 0; i < count && finding.count < TEXT_WORDS && status == STATUS_OK; i++)
            status = find_in_token(&finding, &tokens[i], err);
    }
    word_list_done(&finding.list);
    return status;
}

/* Appends bytes START to END of TEXT escaped, the words FOUND in <mark>. */
static void add_marked(const struct found_list *found, struct slice text, size_t start, size_t end, struct buf *html)
{
    size_t done = start;
    for (size_t i = 0; i < found->count; i++) {
        const struct found *word = &found->items[i];
        size_t from = word->start > done ? word->start : done;
        if (word->start < start || word->end > end || word->end <= done)
            continue;
        buf_add_html(html, (struct slice){text.ptr + done, from - done});
        buf_add_str(html, "<mark>");
        buf_add_html(html, (struct slice){text.ptr + from, word->end - from});
        buf_add_str(html, "</mark>");
        done = word->end;
    }
    buf_add_html(html, (struct slice){text.ptr + done, end - done});
}

enum status passage_mark(struct words *words, const struct question *question, struct slice text, const char *lang,
                         struct buf *html, struct error *err)
{
    const struct search_text in = {words, question, text, lang};
    _cleanup_found_ struct found_list found = {0};
    enum status status = find_words(&in, &found, err);
    if (status == STATUS_OK) {
        add_marked(&found, text, 0, text.length, html);
        status = html->failed ? error_memory(err) : STATUS_OK;
    }
    return status;
}

/* True when a sentence ends behind byte AT - 1. */
static bool ends_sentence(struct slice text, size_t at)
{
    char last = text.ptr[at - 1];
    if ((unsigned char)last & 0x80)
        return at >= 3 && (memcmp(text.ptr + at - 3, "。", 3) == 0 || memcmp(text.ptr + at - 3, "！", 3) == 0 ||
                           memcmp(text.ptr + at - 3, "？", 3) == 0);
    if ((last != '.' && last != '!' && last != '?') || text.ptr[at] != ' ' || at + 1 >= text.length)
        return false;
    /* An abbreviation or a number goes on in lower case. */
    return !(text.ptr[at + 1] >= 'a' && text.ptr[at + 1] <= 'z');
}

static bool begins_step(struct slice text, size_t at)
{
    size_t digits = at;
    while (digits < text.length && text.ptr[digits] >= '0' && text.ptr[digits] <= '9')
        digits++;
    return digits > at && digits - at <= 3 && digits + 1 < text.length && text.ptr[digits] == '.' &&
           text.ptr[digits + 1] == ' ';
}

static bool add_unit(struct units *units, struct slice text, size_t start, size_t end, bool is_step, bool new_block)
{
    while (start < end && (text.ptr[start] == ' ' || text.ptr[start] == '\n'))
        start++;
    while (end > start && (text.ptr[end - 1] == ' ' || text.ptr[end - 1] == '\n'))
        end--;
    if (start == end)
        return true;
    if (mem_grow(&units->items, &units->capacity, units->count, sizeof *units->items) != 0)
        return false;
    units->items[units->count++] =
        (struct unit){.start = start, .end = end, .is_step = is_step, .new_block = new_block};
    return true;
}

/* False for most bytes: behind them neither a sentence nor a block ends. */
static bool may_end(char last)
{
    return last == '\n' || last == '.' || last == '!' || last == '?' || (unsigned char)last & 0x80;
}

/* Cuts TEXT into sentences; a list's item is one unit. */
static bool split_units(struct slice text, struct units *units)
{
    size_t start = 0;
    bool in_step = begins_step(text, 0), new_block = true;
    for (size_t at = 1; at <= text.length; at++) {
        bool block_ends;
        while (at < text.length && !may_end(text.ptr[at - 1]))
            at++;
        block_ends = at == text.length || text.ptr[at - 1] == '\n';
        if (!block_ends && (in_step || !ends_sentence(text, at)))
            continue;
        if (!add_unit(units, text, start, at, in_step, new_block))
            return false;
        start = at;
        new_block = block_ends;
        if (block_ends)
            in_step = begins_step(text, at);
    }
    return true;
}

static void weigh_units(const struct question *question, const struct found_list *found, struct units *units)
{
    size_t u = 0;
    for (size_t i = 0; i < found->count && u < units->count; i++) {
        const struct found *word = &found->items[i];
        while (u < units->count && units->items[u].end <= word->start)
            u++;
        if (u < units->count && word->start >= units->items[u].start) {
            units->items[u].weight += (double)question->words[word->word].weight * REPEAT_WEIGHT;
            units->items[u].found |= UINT64_C(1) << word->word;
        }
    }
}

static double weight_of(const struct question *question, uint64_t found)
{
    double sum = 0;
    for (size_t i = 0; i < question->count; i++)
        if (found >> i & 1)
            sum += (double)question->words[i].weight;
    return sum;
}

/* A run of units as a passage. */
struct window {
    size_t first, last;
    double weight;
};

static bool fits(const struct units *units, size_t first, size_t last)
{
    size_t bytes = units->items[last].end - units->items[first].start;
    bool steps = units->items[first].is_step && units->items[last].is_step;
    return first == last || bytes <= (steps ? STEPS_BYTES : PASSAGE_BYTES);
}

static struct window best_window(const struct question *question, const struct units *units)
{
    struct window best = {0, 0, 0};
    for (size_t first = 0; first < units->count; first++) {
        uint64_t found = 0;
        double repeats = 0;
        for (size_t last = first; last < units->count && fits(units, first, last); last++) {
            double weight;
            if (!units->items[last].found)
                continue;
            found |= units->items[last].found;
            repeats += units->items[last].weight;
            weight = weight_of(question, found) + repeats;
            if (weight > best.weight * 1.001) /* the shortest and earliest of equals */
                best = (struct window){first, last, weight};
        }
    }
    return best;
}

/* Widens WINDOW by its list, then by what follows, then by what stands before, as far as there is room. */
static void widen(const struct units *units, struct window *window)
{
    while (units->items[window->first].is_step && window->first > 0 && units->items[window->first - 1].is_step &&
           fits(units, window->first - 1, window->last))
        window->first--;
    while (window->last + 1 < units->count && fits(units, window->first, window->last + 1))
        window->last++;
    while (window->first > 0 && fits(units, window->first - 1, window->last))
        window->first--;
}

/* The end of a piece of TEXT from START that is at most PASSAGE_BYTES long and ends with a word. */
static size_t cut_long(struct slice text, size_t start, size_t end)
{
    size_t cut = start + utf8_cut((struct slice){text.ptr + start, end - start}, PASSAGE_BYTES);
    size_t space = cut;
    while (space > start + PASSAGE_BYTES / 2 && text.ptr[space] != ' ' && text.ptr[space] != '\n')
        space--;
    return space > start + PASSAGE_BYTES / 2 ? space : cut;
}

/* The first word found in UNIT, NULL for none. */
static const struct found *first_in(const struct found_list *found, const struct unit *unit)
{
    for (size_t i = 0; i < found->count; i++)
        if (found->items[i].start >= unit->start && found->items[i].end <= unit->end)
            return &found->items[i];
    return NULL;
}

/* Where a sentence too long for a passage is entered: WORDS_BEFORE words before its first word that the question has. */
static size_t enter_long(const struct found_list *found, const struct unit *unit)
{
    const struct found *word = first_in(found, unit);
    size_t low = 0, high = found->start_count, entered;
    if (!word)
        return unit->start;
    while (low < high) { /* the place of the word, or of the one behind */
        size_t half = low + (high - low) / 2;
        if (found->starts[half] < word->start)
            low = half + 1;
        else
            high = half;
    }
    if (low <= WORDS_BEFORE || found->starts[low - WORDS_BEFORE - 1] < unit->start)
        return unit->start;
    entered = found->starts[low - WORDS_BEFORE];
    return unit->end - entered > PASSAGE_BYTES ? entered : unit->start;
}

static enum status emit(struct slice text, const struct found_list *found, const struct units *units, const struct window *window,
                        struct buf *plain, struct buf *html, struct error *err)
{
    size_t start = units->items[window->first].start, end = units->items[window->last].end;
    bool steps = units->items[window->first].is_step && units->items[window->last].is_step;
    size_t most = steps ? STEPS_BYTES : PASSAGE_BYTES;
    bool cut_front = false, cut_back = false;
    if (end - start > most + most / 3) {
        size_t entered = enter_long(found, &units->items[window->first]);
        cut_front = entered > start;
        start = entered;
    }
    if (end - start > most + most / 3) {
        end = cut_long(text, start, end);
        cut_back = true;
    }
    buf_add_str(plain, cut_front ? "… " : "");
    buf_add(plain, text.ptr + start, end - start);
    buf_add_str(plain, cut_back ? " …" : "");
    buf_add_str(html, cut_front ? "… " : "");
    add_marked(found, text, start, end, html);
    buf_add_str(html, cut_back ? " …" : "");
    return plain->failed || html->failed ? error_memory(err) : STATUS_OK;
}

enum status passage_find(struct words *words, const struct question *question, struct slice text, const char *lang,
                         struct buf *plain, struct buf *html, struct error *err)
{
    const struct search_text in = {words, question, {text.ptr, utf8_cut(text, TEXT_BYTES)}, lang};
    _cleanup_found_ struct found_list found = {0};
    struct units units = {0};
    enum status status = find_words(&in, &found, err);
    if (status == STATUS_OK && !split_units(in.text, &units))
        status = error_memory(err);
    if (status == STATUS_OK && units.count) {
        struct window window;
        weigh_units(question, &found, &units);
        window = best_window(question, &units);
        widen(&units, &window);
        status = emit(in.text, &found, &units, &window, plain, html, err);
    }
    mem_free(units.items);
    return status;
}
