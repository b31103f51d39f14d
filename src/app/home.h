/* home.h: the help centre's first page, composed once for each language and state of the index. */
#ifndef DEFLECT_APP_HOME_H
#define DEFLECT_APP_HOME_H

#include "app/service.h"

struct home;

enum status home_new(struct home **ret, struct error *err);
struct home *home_free(struct home *home);

/* A copy of the model of app/content.h for LANG. */
enum status home_json(struct home *home, struct service *service, const char *lang, json_t **ret,
                      struct error *err);

#endif
