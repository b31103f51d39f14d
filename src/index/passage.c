/* passage.c: picks sentences by the words that they share with the question. */
#include "index/passage.h"

#include "base/mem.h"
#include "base/str.h"

#include <string.h>

#define PASSAGE_BYTES 300  /* of running text; a passage ends before it is longer, at a sentence's end */
#define STEPS_BYTES 800    /* of a numbered list, which is kept whole up to here */
#define TEXT_BYTES 20000   /* of a section that are looked at */
#define TEXT_WORDS 4000
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

/* The question's word that WORD is, -1 for none. Stop words are not marked, unless the question has nothing else. */
static int asked_word(const struct question *question, const struct word *word)
{
    for (size_t k = 0; k < word->key_count; k++) {
        const struct question_slot *slot = question_find(question, word->keys[k]);
        if (slot && (!question->words[slot->word].stop || !question->content_words))
            return slot->word;
    }
    for (size_t i = 0; i < question->count; i++)
        if (question->words[i].prefix && slice_starts(word->surface, question->words[i].surface))
            return (int)i;
    return -1;
}

/* Appends bytes START to END of TEXT escaped, words of LIST that the question has in <mark>. */
static void add_marked(const struct question *question, const struct word_list *list, struct slice text, size_t start,
                       size_t end, struct buf *html)
{
    size_t done = start;
    for (size_t i = 0; i < list->count; i++) {
        const struct word *word = &list->items[i];
        size_t from = word->start > done ? word->start : done;
        if (word->start < start || word->end > end || word->end <= done || asked_word(question, word) < 0)
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
    _cleanup_word_list_ struct word_list list = {0};
    enum status status = words_split(words, text, lang, TEXT_WORDS, &list, err);
    if (status != STATUS_OK)
        return status;
    add_marked(question, &list, text, 0, text.length, html);
    return html->failed ? error_memory(err) : STATUS_OK;
}

/* True when a sentence ends behind byte AT - 1. */
static bool ends_sentence(struct slice text, size_t at)
{
    if (at >= 3 && (memcmp(text.ptr + at - 3, "。", 3) == 0 || memcmp(text.ptr + at - 3, "！", 3) == 0 ||
                    memcmp(text.ptr + at - 3, "？", 3) == 0))
        return true;
    if (at + 1 >= text.length || text.ptr[at] != ' ' || !strchr(".!?", text.ptr[at - 1]))
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

/* Cuts TEXT into sentences; a list's item is one unit. */
static bool split_units(struct slice text, struct units *units)
{
    size_t start = 0;
    bool in_step = begins_step(text, 0), new_block = true;
    for (size_t at = 1; at <= text.length; at++) {
        bool block_ends = at == text.length || text.ptr[at - 1] == '\n';
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

static void weigh_units(const struct question *question, const struct word_list *list, struct units *units)
{
    size_t u = 0;
    for (size_t i = 0; i < list->count && u < units->count; i++) {
        int word = asked_word(question, &list->items[i]);
        while (u < units->count && units->items[u].end <= list->items[i].start)
            u++;
        if (u < units->count && word >= 0 && list->items[i].start >= units->items[u].start) {
            units->items[u].weight += (double)question->words[word].weight * REPEAT_WEIGHT;
            units->items[u].found |= UINT64_C(1) << word;
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

/* Where a sentence too long for a passage is entered: at its first word that the question has, a little before it. */
static size_t enter_long(const struct question *question, const struct word_list *list, const struct unit *unit)
{
    size_t before = unit->start;
    for (size_t i = 0, behind = 0; i < list->count; i++) {
        const struct word *word = &list->items[i];
        if (word->start < unit->start || word->end > unit->end)
            continue;
        if (asked_word(question, word) >= 0)
            return unit->end - before > PASSAGE_BYTES ? before : unit->start;
        if (++behind > 5) {
            const struct word *back = &list->items[i - 4];
            before = back->start;
        }
    }
    return unit->start;
}

static void emit(const struct question *question, const struct word_list *list, struct slice text,
                 const struct units *units, const struct window *window, struct buf *plain, struct buf *html)
{
    size_t start = units->items[window->first].start, end = units->items[window->last].end;
    bool steps = units->items[window->first].is_step && units->items[window->last].is_step;
    size_t most = steps ? STEPS_BYTES : PASSAGE_BYTES;
    bool cut_front = false, cut_back = false;
    if (end - start > most + most / 3) {
        size_t entered = enter_long(question, list, &units->items[window->first]);
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
    add_marked(question, list, text, start, end, html);
    buf_add_str(html, cut_back ? " …" : "");
}

enum status passage_find(struct words *words, const struct question *question, struct slice text, const char *lang,
                         struct buf *plain, struct buf *html, struct error *err)
{
    _cleanup_word_list_ struct word_list list = {0};
    struct units units = {0};
    enum status status;
    text.length = utf8_cut(text, TEXT_BYTES);
    status = words_split(words, text, lang, TEXT_WORDS, &list, err);
    if (status == STATUS_OK && !split_units(text, &units))
        status = error_memory(err);
    if (status == STATUS_OK && units.count) {
        struct window window;
        weigh_units(question, &list, &units);
        window = best_window(question, &units);
        widen(&units, &window);
        emit(question, &list, text, &units, &window, plain, html);
        if (plain->failed || html->failed)
            status = error_memory(err);
    }
    mem_free(units.items);
    return status;
}
