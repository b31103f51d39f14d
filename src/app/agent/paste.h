/* paste.h: what an agent copies of an article, and what to know before sending it. */
#ifndef DEFLECT_APP_PASTE_H
#define DEFLECT_APP_PASTE_H

#include "app/service.h"
#include "article/article.h"
#include "base/buf.h"
#include "base/json.h"

/* An article as it is to be sent; all borrowed. */
struct paste_article {
    const char *id, *title;
    const char *url;     /* its own address; NULL: this server's page */
    const char *anchor;  /* the section that answers; may be NULL */
    const char *passage; /* what is copied where customers cannot open the article */
    enum article_audience audience;
    enum article_status status;
    int64_t updated_ms, reviewed_ms, review_every_ms; /* -1: not given */
};

/* What holds for all of them. */
struct paste_rules {
    const char *public_url;  /* without a trailing '/' */
    int64_t review_every_ms; /* for articles that do not say; -1: for ever */
    int64_t now_ms;
};
struct paste_rules paste_rules_now(struct service *service);

/* {"audience","status","review_due","overdue","paste":{"markdown","html","text"}}: a link with a code that tells its
 * readers apart where customers can open the article, else the passage alone; `review_due` is a day or null. NULL:
 * memory is short, or the system gives no random bytes. Owns: the caller. */
json_t *paste_json(const struct paste_article *article, const struct paste_rules *rules);

/* Appends the link: absolute, with the code. False where the system gives no random bytes. */
bool paste_address(const struct paste_article *article, const char *public_url, struct buf *out);

#endif
