/* languages.h: which languages the public articles are written in. */
#ifndef DEFLECT_APP_LANGUAGES_H
#define DEFLECT_APP_LANGUAGES_H

#include "app/service.h"

/* The languages as an array of BCP 47 tags, in order of the alphabet. Owns: the caller. Cost: a pass over the list of
 * articles. Errors: as service_take_reader. */
enum status service_languages_json(struct service *service, json_t **ret, struct error *err);

#endif
