/* article.h: one help article, as read from a Markdown file.
 *
 * The struct is plain data; what it owns is freed by article_free. Reading an article from its text
 * is article/parse.h; the folder of articles, which gives ids, languages and categories by path, is
 * article/folder.h; HTML comes from article/markdown.h. This header knows nothing of index or store. */
#ifndef DEFLECT_ARTICLE_ARTICLE_H
#define DEFLECT_ARTICLE_ARTICLE_H

#include "base/mem.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum article_audience { ARTICLE_PUBLIC, ARTICLE_AGENTS };
enum article_status { ARTICLE_PUBLISHED, ARTICLE_DRAFT, ARTICLE_ARCHIVED };

/* A heading and the text below it, up to the next heading. The first section of an article may have
 * no heading: what stands before the first one. */
struct article_section {
    char *heading; /* plain text; "" for the lead */
    char *anchor;  /* GitHub's slug of the heading, unique within the article; "" for the lead */
    int level;     /* 1 to 6; 0 for the lead */
    char *text;    /* plain text for the index and for passages: blocks end with '\n', the items of a
                      numbered list start with "1. ", of another with "- " */
};

struct article {
    char *id;             /* stable id, lower case */
    bool id_explicit;     /* given by the file, not derived from its path */
    char *path;           /* relative to the articles folder, '/' between folders */
    char *digest;         /* SHA-256 of the file's bytes, hexadecimal */
    char *version;        /* digest of what a reader sees (title, summary, questions, body), 16 hexadecimal */
    char *title;
    bool title_given;     /* by front matter or a heading, not made from the file's name */
    char *summary;
    char *lang;           /* BCP 47 */
    char *category;       /* "" when none */
    char *owner;          /* NULL when none */
    char *url;            /* where customers read it; NULL: this server's page */
    char *translation_key; /* the same for an article and its translations; never NULL */
    char *translation_of; /* the id that the file names as what it translates, NULL when none; folder.c turns it into the key */
    char **tags;          /* lists: NULL-terminated; NULL when empty */
    char **questions;
    char **tests;
    char **redirects;     /* paths with a leading '/' */
    char **files;         /* served files that it links, relative to the articles folder: set by whoever indexes it */
    enum article_audience audience;
    enum article_status status;
    bool contact_expected;
    bool has_order;
    double order;
    int64_t updated_ms;   /* -1: not given */
    int64_t reviewed_ms;  /* -1: not given */
    int64_t review_every_ms; /* -1: not given */
    char *markdown;       /* the body without front matter, as CommonMark (flavour.h), line for line; for markdown.h */
    size_t body_line;     /* line of the file on which `markdown` starts, from 1 */
    struct article_section *sections;
    size_t section_count;
};

/* Frees ARTICLE and all it owns; NULL is fine. Returns NULL. */
struct article *article_free(struct article *article);
static inline void article_freep(struct article **article)
{
    *article = article_free(*article);
}

/* True when customers may see it: public and published. */
bool article_is_public(const struct article *article);

/* "public", "agents"; "published", "draft", "archived". */
const char *article_audience_name(enum article_audience audience);
const char *article_status_name(enum article_status status);

/* When an article is to be read again: REVIEW_EVERY_MS (-1: DEFAULT_MS) after REVIEWED_MS, or, where it asks for reviews
 * itself and had none yet, after UPDATED_MS. -1: never. */
int64_t article_review_due_ms(int64_t reviewed_ms, int64_t review_every_ms, int64_t updated_ms, int64_t default_ms);

#endif
