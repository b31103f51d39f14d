/* knowledge.c: makes articles and indexes them. */
#include "knowledge.h"

#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

void knowledge_stop(const char *what, const struct error *err)
{
    fprintf(stderr, "bench: %s: %s\n", what, err ? err->message : "failed");
    exit(2);
}

int64_t knowledge_cpu_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

double knowledge_cpu_seconds(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)usage.ru_utime.tv_sec + (double)usage.ru_utime.tv_usec * 1e-6 + (double)usage.ru_stime.tv_sec +
           (double)usage.ru_stime.tv_usec * 1e-6;
}

void knowledge_corpus(size_t articles, struct corpus *ret)
{
    if (!corpus_init(ret, 20000 + articles / 2, 42))
        knowledge_stop("memory", NULL);
}

void knowledge_each(size_t articles, knowledge_fn *each, void *arg)
{
    struct corpus corpus;
    knowledge_corpus(articles, &corpus);
    for (size_t i = 0; i < articles; i++) {
        _cleanup_buf_ struct buf title = BUF_INIT(4096), whole = BUF_INIT(1 << 20);
        char *texts[KNOWLEDGE_SECTIONS];
        corpus_title(&corpus, &title);
        for (size_t s = 0; s < KNOWLEDGE_SECTIONS; s++) {
            struct buf text = BUF_INIT(1 << 20);
            corpus_text(&corpus, KNOWLEDGE_SECTION_WORDS, &text);
            buf_add_str(&whole, buf_str(&text));
            buf_add_char(&whole, '\n');
            texts[s] = buf_take(&text);
        }
        each(arg, i, buf_str(&title), texts, buf_str(&whole));
        for (size_t s = 0; s < KNOWLEDGE_SECTIONS; s++)
            mem_free(texts[s]);
    }
    corpus_done(&corpus);
}

void knowledge_put(struct index_writer *writer, size_t number, const char *title, char *const texts[KNOWLEDGE_SECTIONS],
                   const char *whole)
{
    static char empty[] = "", lang[] = "en", heading[] = "More about it", version[] = "v";
    struct article_section sections[KNOWLEDGE_SECTIONS];
    _cleanup_free_ char *id = mem_printf("article-%zu", number), *path = mem_printf("article-%zu.md", number);
    _cleanup_free_ char *own_title = mem_strdup(title), *markdown = mem_strdup(whole);
    struct article article = {.id = id, .path = path, .digest = version, .version = version, .title = own_title,
                              .title_given = true, .summary = empty, .lang = lang, .category = empty, .translation_key = id,
                              .updated_ms = -1, .reviewed_ms = -1, .review_every_ms = -1, .markdown = markdown,
                              .sections = sections, .section_count = KNOWLEDGE_SECTIONS};
    struct error err;
    for (size_t s = 0; s < KNOWLEDGE_SECTIONS; s++)
        sections[s] = (struct article_section){
            .heading = s ? heading : empty, .anchor = empty, .level = s ? 2 : 0, .text = texts[s]};
    if (index_writer_put(writer, &article, 0, &err) != STATUS_OK)
        knowledge_stop("indexing", &err);
}

struct filling {
    struct index_writer *writer;
    size_t bytes;
};

static void fill_article(void *arg, size_t number, const char *title, char *const texts[KNOWLEDGE_SECTIONS], const char *whole)
{
    struct filling *filling = arg;
    filling->bytes += strlen(title) + strlen(whole);
    knowledge_put(filling->writer, number, title, texts, whole);
}

size_t knowledge_fill(const char *folder, size_t articles)
{
    struct index_writer_options options = {.folder = folder};
    struct filling filling = {.writer = NULL};
    struct error err;
    size_t count;
    if (index_writer_open(&options, &filling.writer, &err) != STATUS_OK)
        knowledge_stop("opening", &err);
    knowledge_each(articles, fill_article, &filling);
    if (index_writer_commit(filling.writer, &count, &err) != STATUS_OK)
        knowledge_stop("commit", &err);
    index_writer_close(filling.writer);
    return filling.bytes;
}

long knowledge_resident_kib(void)
{
    FILE *status = fopen("/proc/self/status", "re");
    char line[128];
    long kib = 0;
    while (status && fgets(line, sizeof line, status))
        if (sscanf(line, "VmRSS: %ld", &kib) == 1)
            break;
    if (status)
        fclose(status);
    return kib;
}
