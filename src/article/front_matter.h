/* front_matter.h: the keys at the head of a file, read by libyaml.
 *
 * Knows the keys of the contract and their aliases in other tools (one table, in front_matter.c),
 * and nothing of paths: what is missing here is derived in parse.c. Unknown keys are ignored,
 * whatever they hold. TOML between "+++" lines is read as far as its lines are simple (`title =
 * "…"`), else ignored. */
#ifndef DEFLECT_ARTICLE_FRONT_MATTER_H
#define DEFLECT_ARTICLE_FRONT_MATTER_H

#include "article/article.h"
#include "article/parse.h"

struct front_matter {
    char *id, *title, *summary, *lang, *translation_of, *category, *owner,
        *url; /* NULL: not given */
    char *permalink, *slug;
    char **tags, **questions, **tests; /* lists: NULL-terminated; NULL when empty */
    char **redirect_from, **aliases;
    enum article_audience audience;
    enum article_status status;
    bool draft, contact_expected, has_order;
    double order;
    int64_t updated_ms, reviewed_ms, review_every_ms; /* -1: not given */
};
void front_matter_done(struct front_matter *front);

/* Reads what stands at the head of TEXT (UTF-8, lines ended by '\n') into RET, with remarks in
 * PROBLEMS. *RET_BODY is where the article itself starts. Errors: INVALID (PROBLEMS then holds the
 * error with its line), OUT_OF_MEMORY. RET must be given to front_matter_done in any case. Threads:
 * any. */
enum status front_matter_read(struct slice text, struct front_matter *ret, size_t *ret_body,
                              struct article_problems *problems, struct error *err);

#endif
