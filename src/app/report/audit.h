/* audit.h: what a file of past tickets says, on one page: how many ask the same, what about, how
 * old they get, how many the present articles would have answered, and what to write first.
 *
 * Needs no widget and no traffic; works in an index of its own in a temporary folder, and leaves
 * the data folder alone. Texts come in redacted (app/ticket/ticket_row.h); contacts are compared, never
 * told. */
#ifndef DEFLECT_APP_AUDIT_H
#define DEFLECT_APP_AUDIT_H

#include "app/ticket/ticket_columns.h"
#include "base/slice.h"
#include "store/ticket.h"

#include <jansson.h>

struct audit_options {
    const char *file;     /* the name to tell */
    const char *articles; /* folder; where it is missing, nothing is replayed */
    const char *default_lang;
    char *const *languages;                           /* as in the configuration; may be NULL */
    void (*progress)(const char *what, size_t count); /* may be NULL */
};

struct audit;

/* OPTIONS is borrowed until audit_free. Owns: the caller. Errors: OUT_OF_MEMORY. */
enum status audit_new(const struct audit_options *options, struct audit **ret, struct error *err);
struct audit *audit_free(struct audit *audit);
static inline void audit_freep(struct audit **audit)
{
    *audit = audit_free(*audit);
}

/* What the file's column is used as. Errors: OUT_OF_MEMORY. */
void audit_note_column(struct audit *audit, const char *name, enum ticket_field field);
/* A row that could not be read. */
void audit_note_reject(struct audit *audit, size_t line, const char *reason);

/* One ticket; what it owns is taken over. Errors: OUT_OF_MEMORY, TOO_LARGE (LIMIT_AUDIT_TICKETS).
 */
enum status audit_add(struct audit *audit, struct ticket *ticket, struct slice contact,
                      struct error *err);

/* The whole, as JSON; docs: articles/writers/audit-past-tickets.md. Owns: the caller. Errors:
 * UNPROCESSABLE (no ticket to look at), OUT_OF_MEMORY, and those of the index. */
enum status audit_report(struct audit *audit, json_t **ret, struct error *err);

#endif
