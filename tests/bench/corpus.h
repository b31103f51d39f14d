/* corpus.h: a made-up knowledge base of any size, the same for the same seed: words by Zipf's law over a vocabulary that grows with the
 * text, stop words as often as English has them, about 370 words an article in four sections.
 *
 * Where the environment's BENCH_TEXTS names a file, its paragraphs and headings are put together anew instead: a paragraph a line, headings
 * behind "# " (scripts/bench-peers --texts makes such a file of any Markdown). */
#ifndef DEFLECT_BENCH_CORPUS_H
#define DEFLECT_BENCH_CORPUS_H

#include "base/buf.h"

#include <stddef.h>
#include <stdint.h>

struct corpus {
    uint64_t state;
    char (*words)[16];
    size_t count;      /* words of the vocabulary */
    double *heaps;     /* cumulative probabilities */
    char *real;        /* the file of BENCH_TEXTS, which these point into; NULL: words are made up */
    char **paragraphs, **headings;
    size_t paragraph_count, heading_count;
};

/* False when memory is short, or BENCH_TEXTS is of no use. */
bool corpus_init(struct corpus *corpus, size_t vocabulary, uint64_t seed);
void corpus_done(struct corpus *corpus);

uint64_t corpus_random(struct corpus *corpus, uint64_t below);
/* A word by Zipf's law; one that tells something (not among the commonest). */
const char *corpus_word(struct corpus *corpus);
const char *corpus_telling_word(struct corpus *corpus);

/* Appends COUNT words as sentences; or paragraphs of that many together. */
void corpus_text(struct corpus *corpus, size_t count, struct buf *out);
/* Appends a title of three to six telling words; or a heading. */
void corpus_title(struct corpus *corpus, struct buf *out);

#endif
