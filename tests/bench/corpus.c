/* corpus.c: makes words, sentences and titles. */
#include "corpus.h"

#include "base/file.h"
#include "base/mem.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REAL_MOST ((size_t)1 << 30)

#define COMMON 120 /* words that say nothing */

static const char *const stops[] = {"the", "to", "and", "of", "a", "in", "is", "you", "for", "on", "it", "that", "with", "your",
                                    "this", "are", "be", "as", "can", "or", "from", "by", "not", "have", "an", "at", "if", "we",
                                    "will", "when", "how", "what", "all", "has", "but", "do", "which", "there", "about", "more"};

uint64_t corpus_random(struct corpus *corpus, uint64_t below)
{
    /* xorshift64* (Vigna 2016) */
    corpus->state ^= corpus->state >> 12;
    corpus->state ^= corpus->state << 25;
    corpus->state ^= corpus->state >> 27;
    return (corpus->state * UINT64_C(2685821657736338717) >> 11) % below;
}

static void make_word(struct corpus *corpus, size_t place)
{
    static const char *const begin[] = {"b", "c", "d", "f", "g", "h", "k", "l", "m", "n", "p", "r", "s", "t", "v", "st", "tr", "pl"};
    static const char *const middle[] = {"a", "e", "i", "o", "u", "ea", "io"};
    char *word = corpus->words[place];
    size_t syllables = 2 + corpus_random(corpus, 3), length = 0;
    if (place < ARRAY_LENGTH(stops)) {
        (void)snprintf(word, 16, "%s", stops[place]);
        return;
    }
    for (size_t i = 0; i < syllables && length < 11; i++)
        length += (size_t)snprintf(word + length, 16 - length, "%s%s", begin[corpus_random(corpus, ARRAY_LENGTH(begin))],
                                   middle[corpus_random(corpus, ARRAY_LENGTH(middle))]);
}

/* ---- Real texts ---- */

static bool add_line(char ***lines, size_t *count, size_t *capacity, char *line)
{
    if (mem_grow(lines, capacity, *count, sizeof **lines) != 0)
        return false;
    (*lines)[(*count)++] = line;
    return true;
}

static bool read_real(struct corpus *corpus, const char *path)
{
    size_t headings = 0, paragraphs = 0, length;
    char *line, *rest;
    if (file_read(path, REAL_MOST, &corpus->real, &length, NULL) != STATUS_OK)
        return false;
    rest = corpus->real;
    while ((line = strsep(&rest, "\n"))) {
        bool done = !*line || (strncmp(line, "# ", 2) == 0
                                   ? add_line(&corpus->headings, &corpus->heading_count, &headings, line + 2)
                                   : add_line(&corpus->paragraphs, &corpus->paragraph_count, &paragraphs, line));
        if (!done)
            return false;
    }
    return corpus->heading_count && corpus->paragraph_count;
}

static size_t count_words(const char *text)
{
    size_t count = *text != '\0';
    for (; *text; text++)
        count += *text == ' ';
    return count;
}

static void add_paragraphs(struct corpus *corpus, size_t words, struct buf *out)
{
    for (size_t count = 0; count < words;) {
        const char *paragraph = corpus->paragraphs[corpus_random(corpus, corpus->paragraph_count)];
        buf_add_str(out, paragraph);
        buf_add_char(out, '\n');
        count += count_words(paragraph);
    }
}

/* ---- The public face ---- */

bool corpus_init(struct corpus *corpus, size_t vocabulary, uint64_t seed)
{
    const char *real = getenv("BENCH_TEXTS");
    double sum = 0;
    *corpus = (struct corpus){.state = seed | 1, .count = vocabulary};
    if (real && !read_real(corpus, real))
        return false;
    corpus->words = mem_zero(vocabulary, sizeof *corpus->words);
    corpus->heaps = mem_zero(vocabulary, sizeof *corpus->heaps);
    if (!corpus->words || !corpus->heaps)
        return false;
    for (size_t i = 0; i < vocabulary; i++) {
        make_word(corpus, i);
        sum += 1 / pow((double)i + 2.7, 1.05); /* Zipf and Mandelbrot */
        corpus->heaps[i] = sum;
    }
    return true;
}

void corpus_done(struct corpus *corpus)
{
    corpus->words = mem_free(corpus->words);
    corpus->heaps = mem_free(corpus->heaps);
    corpus->real = mem_free(corpus->real);
    corpus->paragraphs = mem_free(corpus->paragraphs);
    corpus->headings = mem_free(corpus->headings);
}

const char *corpus_word(struct corpus *corpus)
{
    double at = (double)corpus_random(corpus, UINT64_C(1) << 40) / (double)(UINT64_C(1) << 40);
    size_t low = 0, high = corpus->count - 1;
    at *= corpus->heaps[corpus->count - 1];
    while (low < high) {
        size_t half = low + (high - low) / 2;
        if (corpus->heaps[half] < at)
            low = half + 1;
        else
            high = half;
    }
    return corpus->words[low];
}

const char *corpus_telling_word(struct corpus *corpus)
{
    const char *word;
    do
        word = corpus_word(corpus);
    while (word < corpus->words[COMMON]);
    return word;
}

void corpus_text(struct corpus *corpus, size_t count, struct buf *out)
{
    if (corpus->real) {
        add_paragraphs(corpus, count, out);
        return;
    }
    for (size_t i = 1, sentence = 0; i <= count; i++) {
        buf_add_str(out, corpus_word(corpus));
        if (++sentence > 8 + corpus_random(corpus, 9) || i == count) {
            buf_add_str(out, sentence && i < count && corpus_random(corpus, 4) == 0 ? ".\n" : ". ");
            sentence = 0;
        } else {
            buf_add_char(out, ' ');
        }
    }
}

void corpus_title(struct corpus *corpus, struct buf *out)
{
    size_t words = 3 + corpus_random(corpus, 4);
    if (corpus->real) {
        buf_add_str(out, corpus->headings[corpus_random(corpus, corpus->heading_count)]);
        return;
    }
    for (size_t i = 0; i < words; i++) {
        if (i)
            buf_add_char(out, ' ');
        buf_add_str(out, corpus_telling_word(corpus));
    }
}
