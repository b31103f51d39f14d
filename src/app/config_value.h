/* config_value.h: one value of the configuration: read from text into its field, by its kind. */
#ifndef DEFLECT_APP_CONFIG_VALUE_H
#define DEFLECT_APP_CONFIG_VALUE_H

#include "app/config.h"
#include "base/slice.h"

/* Reads TEXT (trimmed) into the field of KEY. Errors: UNPROCESSABLE (the field is untouched),
 * OUT_OF_MEMORY. */
enum status config_value_parse(const struct config_key *key, struct slice text,
                               struct config *config);

/* What KEY allows, in words: "a share from 0 to 0.5". */
#define CONFIG_ALLOWED_SIZE 160
void config_value_allowed(const struct config_key *key, char text[CONFIG_ALLOWED_SIZE]);

/* Frees what the field of KEY owns. */
void config_value_done(const struct config_key *key, struct config *config);

#endif
