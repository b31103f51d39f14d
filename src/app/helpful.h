/* helpful.h: the articles that helped most readers within the last 30 days. */
#ifndef DEFLECT_APP_HELPFUL_H
#define DEFLECT_APP_HELPFUL_H

#include "app/service.h"

#include <jansson.h>

/* Sets *RET to an array of ids, the most helpful first: by episodes that an article answered, plus
 * votes that it helped, less those that it did not, from three on. Owns: the caller. Errors: as
 * service_report. */
enum status helpful_articles(struct service *service, json_t **ret, struct error *err);

#endif
