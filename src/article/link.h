/* link.h: where a link in an article leads.
 *
 * Documentation tools write links in many ways: to files ("../a.md"), without extension ("./a",
 * "/docs/a/"), to the site's root, to former addresses. All of them are tried here, in one order,
 * for the server that renders and for `check` alike; what exists is asked through a callback.
 * Nothing outside is looked at. */
#ifndef DEFLECT_ARTICLE_LINK_H
#define DEFLECT_ARTICLE_LINK_H

#include "article/article.h"
#include "base/error.h"
#include "base/slice.h"

#include <stdbool.h>

enum link_kind {
    LINK_UNKNOWN,  /* nothing is there */
    LINK_ARTICLE,  /* `id`, perhaps `anchor` */
    LINK_FILE,     /* `path`: a served file of the folder */
    LINK_PAGE,     /* `path`: a page of the server itself ("/contact") */
    LINK_EXTERNAL, /* anything with a scheme, or "//host": as written */
};

struct link {
    enum link_kind kind;
    char *id;     /* NULL but for LINK_ARTICLE */
    char *anchor; /* decoded, without '#'; NULL when none */
    char *path;   /* NULL but for LINK_FILE and LINK_PAGE */
};
void link_done(struct link *link);

enum link_key {
    LINK_BY_PATH,     /* the path of an article's file: "a/b.md" */
    LINK_BY_ID,       /* an article's id */
    LINK_BY_REDIRECT, /* a further path of an article: "/old/place" */
    LINK_BY_FILE,     /* a file that is served: "a/picture.png"; *RET_ID stays NULL */
};

/* Stores in *RET_ID the id (fresh) of the article that KEY names. Errors: NOT_FOUND where there is
 * none; others end the resolution. */
typedef enum status link_find_fn(void *arg, enum link_key kind, const char *key, char **ret_id,
                                 struct error *err);

/* Says where TARGET, as written in the article of the file FROM, leads. RET must be given to
 * link_done. Errors: those of FIND but NOT_FOUND, OUT_OF_MEMORY. */
enum status link_resolve(const char *from, struct slice target, link_find_fn *find, void *arg,
                         struct link *ret, struct error *err);

/* The anchor within SECTIONS that ANCHOR means: the same one, else that of the heading for which another tool would have made it
 * ("Test-Isolation", "15-20-0" where GitHub has "15200"). NULL when there is none, or memory is short. Borrowed. */
const char *link_anchor(const struct article_section *sections, size_t count, const char *anchor);

#endif
