/* event.h: one thing that a visitor did, as it is validated, stored, exported and measured.
 *
 * A plain struct, with the names and ranges of the public contract. Texts are already redacted when an event
 * reaches the store. */
#ifndef DEFLECT_STORE_EVENT_H
#define DEFLECT_STORE_EVENT_H

#include "base/error.h"
#include "base/mem.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum event_type {
    EVENT_SEARCH,
    EVENT_VIEW,
    EVENT_READ,
    EVENT_VOTE,
    EVENT_SOLVED,
    EVENT_CONTACT,
    EVENT_TICKET,
};
enum event_arm { ARM_SUGGEST, ARM_HOLDOUT };
enum event_place { PLACE_FORM, PLACE_SEARCH };
enum event_source { SOURCE_WIDGET, SOURCE_HELP, SOURCE_AGENT_LINK, SOURCE_REPLY, SOURCE_OTHER };
enum event_part { PART_ARTICLE, PART_PASSAGE };
enum event_value { VALUE_NONE, VALUE_UP, VALUE_DOWN };

/* Why an event stands in no figure: bits, set when it is written. */
enum event_mark { MARK_STAFF = 1, MARK_ROBOT = 2, MARK_CAPPED = 4 };

struct event {
    int64_t sequence;     /* order of arrival, given by the store; 0: not stored yet */
    int64_t at_ms;
    enum event_type type;
    enum event_arm arm;
    double holdout;       /* share of hold-out in force when it was written, 0 to 0.5 */
    unsigned marks;
    char *id;
    char *session;
    char *contact_hash;   /* NULL: not known */
    char *article;        /* NULL where the type has none, here and below */
    char *query_id;
    int rank;             /* from 1; 0: not given */
    enum event_source source;
    enum event_part part;
    enum event_place place;
    char *lang;
    char *query;          /* of a search: what was asked */
    char **results;       /* of a search: ids shown, in order */
    int64_t ms;           /* of a read: visible time */
    double scroll;        /* of a read: 0 to 1; negative: not given */
    enum event_value value;
    char *comment;
    char *ticket;         /* external id */
    char *ref;
    char *subject;
    char *body;
    bool withdrawn;
};

/* Empties EVENT (frees what it owns). */
void event_done(struct event *event);

/* The name that stands in JSON ("search", "holdout", …); never NULL. */
const char *event_type_name(enum event_type type);
const char *event_arm_name(enum event_arm arm);
const char *event_place_name(enum event_place place);
const char *event_source_name(enum event_source source);

/* Reads one event as a page sends it or an import holds it; fills EVENT (zeroed by the caller), leaving `id`, `session`
 * NULL and `at_ms` -1 where they are missing. Checks every field of the contract's table. Errors: UNPROCESSABLE with the
 * reason to show ("field ms must be 0 to 86400000"), OUT_OF_MEMORY. Does not redact. */
enum status event_from_json(const json_t *object, struct event *event, struct error *err);

/* The event as one JSON object, as `export events` writes it. Owns: the caller; NULL when memory is short. */
json_t *event_to_json(const struct event *event);

#endif
