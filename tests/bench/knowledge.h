/* knowledge.h: a made-up knowledge base of any size, the same each time, and an index of it. */
#ifndef DEFLECT_BENCH_KNOWLEDGE_H
#define DEFLECT_BENCH_KNOWLEDGE_H

#include "corpus.h"

#include "index/index.h"

#define KNOWLEDGE_SECTIONS 4
#define KNOWLEDGE_SECTION_WORDS 90

/* Ends the program with what failed. */
void knowledge_stop(const char *what, const struct error *err) __attribute__((noreturn));

/* Processor time of this thread and of the whole process. */
int64_t knowledge_cpu_us(void);
double knowledge_cpu_seconds(void);

/* A corpus with as large a vocabulary as ARTICLES have. */
void knowledge_corpus(size_t articles, struct corpus *ret);

/* Calls EACH with every article; WHOLE is its sections' texts together. */
typedef void knowledge_fn(void *arg, size_t number, const char *title, char *const texts[KNOWLEDGE_SECTIONS], const char *whole);
void knowledge_each(size_t articles, knowledge_fn *each, void *arg);

/* Puts one article, called "article-NUMBER". */
void knowledge_put(struct index_writer *writer, size_t number, const char *title, char *const texts[KNOWLEDGE_SECTIONS],
                   const char *whole);

/* Indexes ARTICLES in FOLDER; returns their bytes of text. */
size_t knowledge_fill(const char *folder, size_t articles);

/* Kilobytes of memory that this process has resident. */
long knowledge_resident_kib(void);

#endif
