/* ticket_json.h: tickets in JSON: finding the objects in a document, and the fields in an object.
 *
 * For ticket_file.c alone. */
#ifndef DEFLECT_APP_TICKET_JSON_H
#define DEFLECT_APP_TICKET_JSON_H

#include "app/ticket/ticket_columns.h"
#include "base/slice.h"

#include <jansson.h>

struct ticket_json_walk {
    void *arg;
    enum status (*object)(void *arg, const json_t *object, size_t line, struct error *err);
    void *reject_arg;
    void (*reject)(void *arg, size_t line, const char *reason);
};

/* Hands every ticket of the document TEXT to WALK. Errors: OUT_OF_MEMORY, what `object` returns. */
enum status ticket_json_each(const struct ticket_json_walk *walk, struct slice text,
                             struct error *err);

/* The fields of OBJECT; borrowed from it, numbers from RET. */
struct ticket_json {
    struct slice fields[TICKET_FIELDS];
    char numbers[TICKET_FIELDS][24];
};

/* Fills RET, and calls EACH with the name of every column. Errors: those of EACH. */
enum status ticket_json_read(const json_t *object, char *const *maps,
                             enum status (*each)(void *arg, const char *name, struct error *err),
                             void *arg, struct ticket_json *ret, struct error *err);

#endif
