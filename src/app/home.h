/* home.h: the help centre's first page, composed once for each language, state of the index and
 * list of what helped most. Threads: any. */
#ifndef DEFLECT_APP_HOME_H
#define DEFLECT_APP_HOME_H

#include "app/service.h"

#include <jansson.h>

struct home;

enum status home_new(struct home **ret, struct error *err);
struct home *home_free(struct home *home);

/* Lists the articles IDS (app/helpful.h) as those that helped most. Takes over IDS. */
void home_set_helpful(struct home *home, json_t *ids);

/* A copy of the model of app/content.h for LANG. */
enum status home_json(struct home *home, struct service *service, const char *lang, json_t **ret,
                      struct error *err);

#endif
