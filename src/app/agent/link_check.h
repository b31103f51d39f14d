/* link_check.h: links of tickets to articles that are there no more: kept, as an article may come back, and unused until then. */
#ifndef DEFLECT_APP_LINK_CHECK_H
#define DEFLECT_APP_LINK_CHECK_H

#include "app/service.h"

struct link_check {
    size_t links;   /* all */
    size_t unused;  /* of articles that are gone */
    size_t gone;    /* such articles */
    char *example;  /* the id of one; NULL: none is gone */
};
void link_check_done(struct link_check *check);
#define _cleanup_link_check_ _cleanup_(link_check_done)

/* Looks at every link. Owns: the caller calls link_check_done, also after a failure. Errors: as store_each_link and index_list. */
enum status link_check(struct service *service, struct link_check *ret, struct error *err);

#endif
