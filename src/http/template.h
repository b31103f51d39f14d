/* template.h: fills HTML templates with JSON models.
 *
 * The language is the logic-less core of Mustache (mustache(5)): {{name}} escaped, {{{name}}} as it is (for HTML that
 * is safe already), {{#name}}…{{/name}} for lists, objects and true values, {{^name}}…{{/name}} for what is empty,
 * missing or false, {{>partial}}, {{! comment}}, dotted names, "." for the item itself. No C library that Debian ships
 * does it; everything is escaped unless the template says otherwise. */
#ifndef DEFLECT_HTTP_TEMPLATE_H
#define DEFLECT_HTTP_TEMPLATE_H

#include "base/buf.h"
#include "base/error.h"

#include <jansson.h>

/* Finds the text of template NAME; {NULL, 0} where there is none. */
typedef struct slice template_find_fn(const char *name);

/* Appends template NAME filled with MODEL to OUT. Errors: NOT_FOUND (no such template), INVALID (a tag that is never
 * closed, sections or partials nested too deep), TOO_LARGE, OUT_OF_MEMORY. Threads: any. */
enum status template_render(template_find_fn *find, const char *name, const json_t *model, struct buf *out,
                            struct error *err);

#endif
