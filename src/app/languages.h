/* languages.h: which languages the public articles are written in, made out once for each state of the index. Threads: any. */
#ifndef DEFLECT_APP_LANGUAGES_H
#define DEFLECT_APP_LANGUAGES_H

#include "app/service.h"

#include <jansson.h>

struct languages;

enum status languages_new(struct languages **ret, struct error *err);
struct languages *languages_free(struct languages *languages);

/* The languages as an array of BCP 47 tags, in order of the alphabet. Owns: the caller. While another thread makes them out for a new state of the
 * index, those of the former one. Errors: as service_take_reader. */
enum status service_languages_json(struct service *service, json_t **ret, struct error *err);

#endif
