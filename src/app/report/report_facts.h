/* report_facts.h: what reports need to know of the articles: title, language, whether a request is
 * expected. */
#ifndef DEFLECT_APP_REPORT_FACTS_H
#define DEFLECT_APP_REPORT_FACTS_H

#include "app/service.h"

struct report_facts;

/* Reads all articles of the index; without an index there are none, which is no error. Owns: the
 * caller. */
enum status report_facts_load(struct service *service, struct report_facts **ret,
                              struct error *err);
struct report_facts *report_facts_free(struct report_facts *facts);
static inline void report_facts_freep(struct report_facts **facts)
{
    *facts = report_facts_free(*facts);
}

/* Borrowed; the id itself where the article is not known (removed since, say). */
const char *report_facts_title(const struct report_facts *facts, const char *article);

/* True where the index holds ARTICLE. */
bool report_facts_known(const struct report_facts *facts, const char *article);

/* These take a struct report_facts as ARG, as measure/ wants its callbacks. */
const char *report_facts_lang(void *arg, const char *article); /* NULL: not known */
bool report_facts_contact_expected(void *arg, const char *article);

#endif
