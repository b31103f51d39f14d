/* scratch.h: a temporary index of a folder of articles, for commands that leave the service's alone. */
#ifndef DEFLECT_APP_SCRATCH_H
#define DEFLECT_APP_SCRATCH_H

#include "article/folder.h"
#include "index/index.h"

struct scratch {
    char *folder; /* temporary; removed by scratch_done */
    struct index_reader *reader;
    size_t articles;
};

/* Called with each article as it is indexed; borrowed. */
typedef enum status scratch_article_fn(void *arg, const struct article *article, struct error *err);

/* Indexes the folder that OPTIONS names. EACH may be NULL. RET must be given to scratch_done in any
 * case. Errors: NOT_FOUND, IO, OUT_OF_MEMORY, and those of EACH. */
enum status scratch_index(const struct folder_options *options, scratch_article_fn *each, void *arg,
                          struct scratch *ret, struct error *err);
void scratch_done(struct scratch *scratch);

#endif
